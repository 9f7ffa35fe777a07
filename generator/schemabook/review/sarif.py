"""What opens or closes access as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import quote

from schemabook import __version__
from schemabook.model import ObjectId
from schemabook.review.change import ReviewedChange
from schemabook.review.effect import Effect, Severity
from schemabook.review.escaping import visible
from schemabook.review.judging import rules_of
from schemabook.review.places import Places, facts_of
from schemabook.review.rule import Changed, Rule
from schemabook.review.sources import Side
from schemabook.review.text import Told

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "schemabookChange/v1"
Json = dict[str, Any]


def to_sarif(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    """A log of one run: a result for each change of the class *security*, and the rules that these follow."""
    results = _Results(old, new, tuple(changes))
    found = [(results.rule_of(change), change) for change in results.changes if _is_security(change)]
    rules = {code: descriptor for (code, descriptor), _ in found}
    index = {code: number for number, code in enumerate(sorted(rules))}
    driver = {"name": "schemabook", "version": __version__, "rules": [rules[code] for code in sorted(rules)]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [results.result(change, code, index[code]) for (code, _), change in found],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)
        + "\n"
    )


def _is_security(change: ReviewedChange) -> bool:
    return Severity.SECURITY in change.severities


class _Results:
    def __init__(self, old: Side, new: Side, changes: tuple[ReviewedChange, ...]) -> None:
        self.old, self.new, self.changes = old.database, new.database, changes
        self.told, self.places = Told(self.old, self.new), Places(old, new)
        self.was = {c.object.name: c.was.name for c in changes if c.was and not c.was.part}

    def result(self, change: ReviewedChange, code: str, index: int) -> Json:
        """One change, where it is seen."""
        effects = [effect.sentence for effect in change.effects if effect.severity is Severity.SECURITY]
        found: Json = {
            "ruleId": code,
            "ruleIndex": index,
            "level": "error",
            "message": {"text": _text(f"{self.told.name_of(change)}. {' '.join(effects)}")},
            "locations": [],
            "partialFingerprints": {FINGERPRINT: change.key},
        }
        if place := self.places.of(change):
            location = {"uri": quote(place.path), "uriBaseId": "%SRCROOT%"}
            region = {"startLine": max(place.line, 1)}
            found["locations"] = [{"physicalLocation": {"artifactLocation": location, "region": region}}]
        if change.accepted:
            found["suppressions"] = [{"kind": "external", "justification": change.accepted}]
        return found

    def rule_of(self, change: ReviewedChange) -> tuple[str, Json]:
        """The code of the rule that tells what it opens or closes, and what is said of that rule.

        Where no rule does, as of a function that policies ask, it is the rule for what has changed.
        """
        rules = list(rules_of(self._changed(change)))
        telling = [rule for rule in rules if rule.by_access or any(map(_is_of_access, rule.effects))]
        if rule := next(iter(telling or rules), None):
            return rule.code, _descriptor(rule)
        code = f"{change.object.kind.value.replace(' ', '-')}-{change.change}"
        return code, _described(code, "Who reaches which rows may be another.", [])

    def _changed(self, change: ReviewedChange) -> Changed:
        name = change.object
        was = change.was or name._replace(name=self.was.get(name.name, name.name))
        return Changed(change, self._before.get(was), self._after.get(name), self.old, self.new)

    @cached_property
    def _before(self) -> dict[ObjectId, Any]:
        return facts_of(self.old)

    @cached_property
    def _after(self) -> dict[ObjectId, Any]:
        return facts_of(self.new)


def _is_of_access(effect: Effect) -> bool:
    return effect.severity is Severity.SECURITY


def _descriptor(rule: Rule) -> Json:
    told = list(rule.told())
    short = next(filter(_is_of_access, told), told[0]).sentence
    if rule.by_access:
        short = "What it opens or closes is told by who can do what before and after."
    return _described(rule.code, short, told)


def _described(code: str, short: str, told: Iterable[Effect]) -> Json:
    words = code.replace("-", " ").capitalize()
    said = " ".join([short, *(f"{effect.severity.capitalize()}: {effect.sentence}" for effect in told)])
    return {
        "id": code,
        "shortDescription": {"text": f"{words}: {short}"},
        "help": {"text": said},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["security"], "security-severity": "7.0"},
    }


def _text(text: str) -> str:
    """Text in which no brackets make a link, and no braces a placeholder."""
    plain = " ".join(visible(text).split()).replace("](", "] (")
    return plain.replace("{", "{{").replace("}", "}}")

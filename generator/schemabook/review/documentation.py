"""The guide's table of what `schemabook diff` says, printed from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from schemabook.review.change import Became
from schemabook.review.rule import Rule
from schemabook.review.rules import RULES


def rules_table() -> str:
    """Markdown: for each kind of object a table with a row for each rule."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    order = list(dict.fromkeys(rule.kind for rule in RULES))
    for kind, rules in groupby(
        sorted(RULES, key=lambda rule: order.index(rule.kind)), lambda rule: rule.kind
    ):
        word = kind.word
        yield from (f"### {word.capitalize()}", "", "| Rule | Of | What it does |", "| --- | --- | --- |")
        yield from map(_row, rules)
        yield ""


def _row(rule: Rule) -> str:
    of = rule.of.value if isinstance(rule.of, Became) else f"`{rule.of}`"
    said = "<br>".join(f"**{effect.severity}**: {effect.sentence}" for effect in rule.told())
    if rule.by_access:
        said = f"What it opens or closes, by who can do what; where that is nothing:<br>{said}"
    return f"| `{rule.code}` | {of} | {said} |"

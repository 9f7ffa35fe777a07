"""The effects of each change: by the rules for what it says, and by what the access matrix says of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from schemabook.model import PUBLIC, Database, Name, ObjectId, ObjectKind
from schemabook.review.access import AccessChange, access_changes, told
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.contract import key_of
from schemabook.review.effect import WORST_FIRST, Effect, compatible, security
from schemabook.review.rule import Changed, Rule
from schemabook.review.rules import RULES
from schemabook.review.rules.routines import is_only_spelled


def _by_what(rules: Iterable[Rule]) -> Mapping[tuple[ObjectKind, Became | str], tuple[Rule, ...]]:
    found: dict[tuple[ObjectKind, Became | str], list[Rule]] = defaultdict(list)
    for rule in rules:
        found[rule.kind, rule.of].append(rule)
    return {key: tuple(of) for key, of in found.items()}


BY_WHAT = _by_what(RULES)
"""The rules for a kind of object, by what became of it or the field that says something else."""
YES = re.compile(r"\s*(?:begin\s+)?(?:select|return)\s+true\s*;?\s*(?:end\s*;?\s*)?", re.I)
"""A body that says yes to everybody."""
WITH_NEW = compatible("It came with the object.")
"""Privileges on what is new; what they open is told of the object itself."""
DECIDING = frozenset(
    {ObjectKind.COLUMN, ObjectKind.POLICY, ObjectKind.RELATION, ObjectKind.ROUTINE, ObjectKind.RULE}
)
"""What decides on who reaches which rows by what it reads or calls."""
WITH_CELLS = frozenset({ObjectKind.RELATION, ObjectKind.POLICY})
"""Of a relation these decide which rows are reached."""
Facts = Mapping[ObjectId, Any]


def judged(
    changes: Iterable[ReviewedChange], facts: tuple[Facts, Facts], old: Database, new: Database
) -> tuple[ReviewedChange, ...]:
    """The changes with their effects, each sorted by the worst; *facts* of both by their new identity."""
    changes = tuple(changes)
    was = {c.object.name: c.was.name for c in changes if c.was and c.object.kind is ObjectKind.RELATION}
    touched = _touched(changes, old, new)
    access = access_changes(old, new, was, touched) if touched else {}

    def of(change: ReviewedChange) -> tuple[Effect, ...]:
        if change.object.on and change.object.on not in facts[0]:
            return (WITH_NEW,)
        before, after = (side.get(change.object) for side in facts)
        found = dict.fromkeys(_effects(Changed(change, before, after, old, new), access))
        return tuple(sorted(found, key=lambda effect: WORST_FIRST[effect.severity]))

    return tuple(replace(change, effects=of(change), key=key_of(change)) for change in changes)


def _touched(changes: Iterable[ReviewedChange], old: Database, new: Database) -> frozenset[Name]:
    """The relations whose cells may be others: those that changed, and whatever reads or calls those."""
    found = {(change.object.on or change.object).whole for change in changes}
    if any(on.kind in (ObjectKind.ROLE, ObjectKind.SCHEMA) for on in found):
        return frozenset(new.relations)
    names = {on.name for on in found if on.kind in (ObjectKind.RELATION, ObjectKind.ROUTINE)}
    readers: dict[Name, set[Name]] = defaultdict(set)
    for reference in (*old.references, *new.references):
        if reference.origin.kind not in DECIDING:
            continue  # Whether a trigger or an index uses it lets nobody through.
        readers[reference.target.name].add(reference.origin.name)
    waiting = list(names)
    for name in waiting:
        waiting += (further := readers[name] - names)
        names |= further
    return frozenset(names & new.relations.keys())


def rules_of(changed: Changed) -> Iterator[Rule]:
    """The rules that hold for a change."""
    change = changed.change
    kinds: list[Became | str] = [] if change.change is Became.CHANGED else [change.change]
    if change.change in (Became.CHANGED, Became.RENAMED):
        kinds += [fact.name for fact in change.facts]
    for kind in kinds:
        yield from (rule for rule in BY_WHAT.get((change.object.kind, kind), ()) if rule.holds(changed))


def _effects(changed: Changed, access: Mapping[Name, tuple[AccessChange, ...]]) -> Iterator[Effect]:
    name = changed.change.object
    cells = access.get(name.name, ()) if name.kind in WITH_CELLS or name.on else ()
    if name.on:
        cells = tuple(cell for cell in cells if name.part in (cell.role, PUBLIC))
    for rule in rules_of(changed):
        if rule.by_access and cells:
            yield from (security(words) for words in told(cells))
            yield from (effect for effect in rule.told() if effect not in rule.effects)
        else:
            yield from rule.told()
    if name.kind is ObjectKind.ROUTINE and changed.change.change is Became.CHANGED:
        yield from _guards(changed)
    if name.on and cells:
        yield from (security(words) for words in told(cells))


def _guards(changed: Changed) -> Iterator[Effect]:
    """What it means that policies ask a function that changed."""
    tables = dict.fromkeys(str(on.name) for on in changed.change.because_of if on.kind is ObjectKind.POLICY)
    silent = {"comment"} | ({"body"} if is_only_spelled(changed.old, changed.new) else set())
    if tables and any(fact.name not in silent for fact in changed.change.facts):
        is_constant = YES.fullmatch(changed.new.body or "")
        said = "It says yes to everybody now" if is_constant else "What they let through may be another"
        yield security(f"Policies of {', '.join(tables)} ask it. {said}.")

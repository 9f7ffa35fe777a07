"""The effects of each change: by the rules for what it says, and by what the access matrix says of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from schemabook.access.cells import Act, Word
from schemabook.access.matrix import Matrix
from schemabook.access.roles import Roles
from schemabook.model import PUBLIC, Database, Name, ObjectId, ObjectKind
from schemabook.review.access import RANK, AccessChange, Way, access_changes, of_policy, told
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.contract import key_of
from schemabook.review.effect import WORST_FIRST, Effect, compatible, security, writers
from schemabook.review.privileges import Side
from schemabook.review.rule import Changed, Rule
from schemabook.review.rules import RULES
from schemabook.review.rules.routines import is_only_spelled
from schemabook.review.side_doors import door_changes, of_change


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
NOT_IN_EFFECT = compatible("Row security is off for its table: no policy is in effect.")
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
    before, after = Matrix(old), Matrix(new)
    relations = touched & new.relations.keys()
    access = access_changes(before, after, was, relations) if relations else {}
    renamed = {change.object: change.was for change in changes if change.was}
    side_doors = door_changes(before, after, renamed, touched) if touched else ()
    changed = {change.object.on or change.object for change in changes}
    together = _together(changes, access)
    rights = before.rights.roles, after.rights.roles

    def of(change: ReviewedChange) -> tuple[Effect, ...]:
        if change.object.on and change.object.on not in facts[0]:
            return (WITH_NEW,)
        first, second = (side.get(change.object) for side in facts)
        found = dict.fromkeys(_effects(Changed(change, first, second, old, new), access, together))
        if change.object.kind is ObjectKind.ROUTINE and change.change is Became.ADDED:
            found |= dict.fromkeys(_made_anew(change.object, changes, rights))
        if change.object.kind is ObjectKind.POLICY:
            found |= dict.fromkeys(_returning(access.get(change.object.name, ()), after))
        found |= dict.fromkeys(map(security, of_change(side_doors, change, changed)))
        return tuple(sorted(found, key=lambda effect: WORST_FIRST[effect.severity]))

    return tuple(replace(change, effects=of(change), key=key_of(change)) for change in changes)


def _touched(changes: Iterable[ReviewedChange], old: Database, new: Database) -> frozenset[Name]:
    """What decides who reaches what and may be another: what changed, and whatever reads or calls it."""
    found = {(change.object.on or change.object).whole for change in changes}
    if any(on.kind in (ObjectKind.ROLE, ObjectKind.SCHEMA) for on in found):
        return frozenset({*new.relations, *(routine.name for routine in new.routines.values())})
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
    return frozenset(names)


def rules_of(changed: Changed) -> Iterator[Rule]:
    """The rules that hold for a change."""
    change = changed.change
    kinds: list[Became | str] = [] if change.change is Became.CHANGED else [change.change]
    if change.change in (Became.CHANGED, Became.RENAMED):
        kinds += [fact.name for fact in change.facts]
    for kind in kinds:
        yield from (rule for rule in BY_WHAT.get((change.object.kind, kind), ()) if rule.holds(changed))


def _together(
    changes: Iterable[ReviewedChange], access: Mapping[Name, tuple[AccessChange, ...]]
) -> Mapping[Name, Effect]:
    """By table, what its policies that changed do where they leave all access as it was."""
    names: dict[Name, list[str]] = defaultdict(list)
    for change in changes:
        if change.object.kind is ObjectKind.POLICY and change.change is not Became.RENAMED:
            names[change.object.name].append(change.object.part)
    return {
        table: compatible(
            f"Same access: policies {', '.join(policies)} of {table} together let the same rows through."
        )
        for table, policies in names.items()
        if len(policies) > 1 and not access.get(table)
    }


def _effects(
    changed: Changed, access: Mapping[Name, tuple[AccessChange, ...]], together: Mapping[Name, Effect]
) -> Iterator[Effect]:
    name = changed.change.object
    cells = access.get(name.name, ()) if name.kind in WITH_CELLS or name.on else ()
    if name.kind is ObjectKind.POLICY:
        cells = of_policy(cells, changed.old, changed.new)
    if name.on:
        cells = tuple(cell for cell in cells if name.part in (cell.role, PUBLIC))
    for rule in rules_of(changed):
        if rule.by_access and cells:
            yield from (security(words) for words in told(cells))
            yield from (effect for effect in rule.told() if effect not in rule.effects)
        elif rule.by_access and name.kind is ObjectKind.POLICY and _is_off(changed):
            yield NOT_IN_EFFECT
        elif rule.by_access and name.kind is ObjectKind.POLICY and name.name in together:
            yield together[name.name]
        else:
            yield from rule.told()
    if name.kind is ObjectKind.ROUTINE and changed.change.change is Became.CHANGED:
        yield from _guards(changed)
    is_kept = changed.old and changed.new
    if name.kind is ObjectKind.TRIGGER and is_kept and changed.old.routine != changed.new.routine:
        yield writers(f"{changed.old.routine} is no longer called: what it did stops.")
    if name.on and cells:
        yield from (security(words) for words in told(cells))


def _made_anew(
    name: ObjectId, changes: Iterable[ReviewedChange], rights: tuple[Roles, Roles]
) -> Iterator[Effect]:
    """Which grants a routine does not have of the one of its name that went."""
    gone = [c.object for c in changes if c.change is Became.REMOVED and c.object.whole == name.whole]
    if len(gone) == 1:
        could, can = (_callers(roles, on) for roles, on in zip(rights, (gone[0], name), strict=True))
        if lost := set() if PUBLIC in can else could - can:
            yield security(f"{', '.join(sorted(lost))} could execute {gone[0]}, and may not execute this.")
        if found := can - could:
            yield security(f"{', '.join(sorted(found))} could not execute {gone[0]}, and may execute this.")


def _returning(cells: Iterable[AccessChange], after: Matrix) -> Iterator[Effect]:
    """What it means for who may insert rows and sees none any more."""
    blind = [c for c in cells if c.act is Act.SELECT and c.way is Way.CLOSES and c.new == Word.NO_ROWS]
    roles = [c.role for c in blind if RANK[after.cells(c.role, c.relation)[Act.INSERT].reached]]
    if roles:
        yield writers(
            f"INSERT … RETURNING fails for {', '.join(roles)} (42501): what it returns is not seen."
        )


def _callers(roles: Roles, routine: ObjectId) -> set[str]:
    side = Side(roles, routine)
    return {grantee for grantee in side.grantees if "execute" in side.held(grantee).privileges}


def _is_off(changed: Changed) -> bool:
    """Whether the table of a policy was and is without row security."""
    table = changed.change.object.name
    found = [side.relations.get(table) for side in (changed.before, changed.after)]
    return not any(relation and relation.row_security for relation in found)


def _guards(changed: Changed) -> Iterator[Effect]:
    """What it means that policies ask a function that changed."""
    tables = dict.fromkeys(str(on.name) for on in changed.change.because_of if on.kind is ObjectKind.POLICY)
    silent = {"comment"} | ({"body"} if is_only_spelled(changed.old, changed.new) else set())
    if tables and any(fact.name not in silent for fact in changed.change.facts):
        is_constant = YES.fullmatch(changed.new.body or "")
        said = "It says yes to everybody now" if is_constant else "What they let through may be another"
        yield security(f"Policies of {', '.join(tables)} ask it. {said}.")

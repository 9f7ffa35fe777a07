"""The effects of each change: by the rules for what it says, and by what the access matrix says of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from schemabook.access.cells import Act, Word
from schemabook.access.doors import Door
from schemabook.access.found import TABLES
from schemabook.access.matrix import Matrix
from schemabook.access.roles import Roles
from schemabook.model import PUBLIC, Database, Name, ObjectId, ObjectKind
from schemabook.review.access import RANK, AccessChange, Way, access_changes, of_policy, told, told_by_table
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.contract import key_of
from schemabook.review.effect import WORST_FIRST, Effect, compatible, security, writers
from schemabook.review.privileges import Side
from schemabook.review.rule import Changed, Rule
from schemabook.review.rules import RULES
from schemabook.review.rules.routines import is_only_spelled
from schemabook.review.side_doors import DoorChanges, door_changes, of_change
from schemabook.review.ungranted import NOTHING_GRANTED, ungranted
from schemabook.review.views import of_view, past_row_security


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
COVERED = compatible(
    "It may do the same as before: PUBLIC, a role that it inherits from or the whole table has the grant."
)
"""A grant beneath another one."""
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
    side_doors = door_changes(before, after, renamed, touched) if touched else DoorChanges()
    changed = {change.object.on or change.object for change in changes}
    alone = ungranted(changes, facts, before, after, was)
    together, kept = _together(changes, access, alone), past_row_security(side_doors.kept, old, new)
    judging = Judging(before, after, access, alone, together, renamed, kept)
    rights = before.rights.roles, after.rights.roles

    def of(change: ReviewedChange) -> tuple[Effect, ...]:
        if change.object.on and change.object.on not in facts[0]:
            return (WITH_NEW,)
        first, second = (side.get(change.object) for side in facts)
        found = dict.fromkeys(judging.effects(Changed(change, first, second, old, new)))
        if change.object.kind is ObjectKind.ROUTINE and change.change is Became.ADDED:
            found |= dict.fromkeys(_made_anew(change.object, changes, rights))
        if change.object.kind is ObjectKind.POLICY:
            found |= dict.fromkeys(_returning(access.get(change.object.name, ()), after))
        found |= dict.fromkeys(map(security, of_change(side_doors.changes, change, changed)))
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
    changes: Iterable[ReviewedChange],
    access: Mapping[Name, tuple[AccessChange, ...]],
    alone: Mapping[ObjectId, tuple[AccessChange, ...]],
) -> Mapping[Name, Effect]:
    """By table, what its policies that changed do where they leave all access as it was."""
    others = {*access, *(name.name for name, cells in alone.items() if cells)}
    names: dict[Name, list[str]] = defaultdict(list)
    for change in changes:
        if change.object.kind is ObjectKind.POLICY and change.change is not Became.RENAMED:
            names[change.object.name].append(change.object.part)
    return {
        table: compatible(
            f"Same access: policies {', '.join(policies)} of {table} together let the same rows through."
        )
        for table, policies in names.items()
        if len(policies) > 1 and table not in others
    }


class Judging(NamedTuple):
    """What is known of both databases before the first change is judged."""

    before: Matrix
    after: Matrix
    access: Mapping[Name, tuple[AccessChange, ...]]
    """The cells that are others, by relation."""
    alone: Mapping[ObjectId, tuple[AccessChange, ...]]
    """Those that a policy would change whose roles are granted nothing."""
    together: Mapping[Name, Effect]
    was: Mapping[ObjectId, ObjectId]
    """The old names of what was renamed."""
    kept: frozenset[Door]
    """The side doors past row security that were and are open."""

    def effects(self, changed: Changed) -> Iterator[Effect]:
        """The effects of a change, in no order."""
        name, cells = changed.change.object, self._cells(changed)
        words = told_by_table(cells) if self._is_of_many(name) else told(cells)
        opened = tuple(map(security, (*words, *self._published(changed))))
        if name.on and self._is_covered(changed):
            yield COVERED
            return
        for rule in rules_of(changed):
            if rule.by_access and opened:
                yield from opened
                yield from (effect for effect in rule.told() if effect not in rule.effects)
            elif rule.by_access and name.kind is ObjectKind.POLICY and _is_off(changed):
                yield NOT_IN_EFFECT
            elif rule.by_access and name.kind is ObjectKind.POLICY and name.name in self.together:
                yield self.together[name.name]
            else:
                yield from rule.told()
        if name.on or name.kind is ObjectKind.ROLE:
            yield from opened
        yield from self._further(changed, cells)

    def _further(self, changed: Changed, cells: Iterable[AccessChange]) -> Iterator[Effect]:
        """What no rule for a kind of change can tell."""
        name, is_kept = changed.change.object, changed.old and changed.new
        if name.kind is ObjectKind.ROUTINE and changed.change.change is Became.CHANGED:
            yield from _guards(changed)
        if name.kind is ObjectKind.TRIGGER and is_kept and changed.old.routine != changed.new.routine:
            yield writers(f"{changed.old.routine} is no longer called: what it did stops.")
        if name.kind is ObjectKind.RELATION and is_kept:
            yield from map(security, of_view(name, changed.old, changed.new, self.kept))
        if name in self.alone and cells:
            roles = {role for policy in (changed.old, changed.new) if policy for role in policy.roles}
            yield security(NOTHING_GRANTED.format(roles=", ".join(sorted(roles))))

    def _cells(self, changed: Changed) -> tuple[AccessChange, ...]:
        """The cells that a change has a say in, of all that are others."""
        name = changed.change.object
        if name.kind is ObjectKind.POLICY:
            cells = self.alone[name] if name in self.alone else self.access.get(name.name, ())
            return of_policy(cells, changed.old, changed.new)
        if self._is_of_many(name):
            who = name.part if name.on else name.name.name
            return tuple(
                cell
                for cells in self.access.values()
                for cell in cells
                if self._counts_for(who, cell) and (not name.on or cell.relation.schema == name.on.name.name)
            )
        cells = self.access.get(name.name, ()) if name.kind in WITH_CELLS or name.on else ()
        return tuple(cell for cell in cells if not name.on or self._counts_for(name.part, cell))

    def _is_of_many(self, name: ObjectId) -> bool:
        """Whether it decides on the cells of many tables: a role, or a privilege on a schema."""
        return name.kind is ObjectKind.ROLE or bool(name.on and name.on.kind is ObjectKind.SCHEMA)

    def _counts_for(self, grantee: str, cell: AccessChange) -> bool:
        """Whether what the grantee may do, the role of a cell may or might do."""
        return any(grantee in side.rights.who(cell.role) for side in (self.before, self.after))

    def _is_covered(self, changed: Changed) -> bool:
        """Whether a grantee may do after all what it might do before, by another grant."""
        on, grantee = changed.change.object.on, changed.change.object.part
        if not on or any(fact.name == "grantable" for fact in changed.change.facts):
            return False
        before = Side(self.before.rights.roles, self.was.get(on, on))
        after = Side(self.after.rights.roles, on)
        return before.effective(grantee) == after.effective(grantee)

    def _published(self, changed: Changed) -> Iterator[str]:
        """Which publications a new table is in without being named."""
        name = changed.change.object
        if name.kind is not ObjectKind.RELATION or changed.change.change is not Became.ADDED:
            return
        for publication in self.after.database.publications.values():
            named = {table.relation for table in publication.tables}
            of_all = publication.all_tables and changed.new.kind in TABLES and not changed.new.unlogged
            if of_all or (name.name in publication.relations and name.name not in named):
                what = "all tables" if publication.all_tables else f"all tables in schema {name.name.schema}"
                words = f"Published: publication {publication.name} is for {what}"
                yield f"{words}; rows leave past row security."


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

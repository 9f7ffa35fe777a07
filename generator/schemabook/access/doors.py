"""Side doors: ways to rows of a relation past its own privileges and its own row security."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from schemabook.access.cells import Act, Cell, Word
from schemabook.access.folding import Folded
from schemabook.access.found import TABLES
from schemabook.access.matrix import Matrix
from schemabook.access.rights import UNSAID
from schemabook.access.roles import SESSION
from schemabook.model import (
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    RelationKind,
    Routine,
    Trigger,
    relation_id,
    routine_id,
    without_schema,
)

OPEN = frozenset({Word.ALL, Word.BYPASSES})
NOT_CALLED = frozenset({"trigger", "event_trigger"})
"""What a function that nobody can call returns."""
EVENT = re.compile(r"\bON\s+(INSERT|UPDATE|DELETE)\s+TO\b", re.I)
"""What a rule waits for."""


class DoorKind(StrEnum):
    """What lets through."""

    RIGHTS = "rights"
    """Somebody else's rights."""
    COPY = "copy"
    """A copy without the row security of what it is made of."""


class Door(NamedTuple):
    """A way to the rows of a relation through another object."""

    role: str
    """Who goes through; empty for whoever subscribes to a publication."""
    relation: Name
    through: ObjectId
    is_: str
    """What the other object is, in a word or two: `view`, `partition`."""
    kind: DoorKind


def doors(matrix: Matrix, roles: Iterable[str], of: Container[Name] | None = None) -> Iterator[Door]:
    """The side doors through which each of the roles reaches more than by itself, and publications.

    Where it is said *of* which relations and routines, only those that lead through these.
    """
    found = _Doors(matrix, of)
    for role in roles:
        if not matrix.rights.roles.is_superuser(role):
            yield from dict.fromkeys(found.of_role(role))
    for publication in matrix.database.publications.values():
        on = without_schema(ObjectKind.PUBLICATION, publication.name)
        relations = matrix.database.relations if publication.all_tables else publication.relations
        for name in relations:
            if name in matrix.database.relations and matrix.database.relations[name].row_security:
                yield Door("", name, on, "publication", DoorKind.COPY)


class _Doors:
    def __init__(self, matrix: Matrix, of: Container[Name] | None) -> None:
        self.matrix = matrix
        self.of = of
        self.database = matrix.database
        definers = [r for r in self.database.routines.values() if r.security_definer]
        triggers = self.database.triggers.values()
        self.triggers = [
            (t, r)
            for t in triggers
            for r in definers
            if r.name == t.routine and (self._counts(t.relation) or self._counts(r.name))
        ]
        self.definers = [routine for routine in definers if self._counts(routine.name)]

    def _counts(self, name: Name) -> bool:
        return self.of is None or name in self.of

    def of_role(self, role: str) -> Iterator[Door]:
        """The doors of one role."""
        for relation in self.database.relations.values():
            if not self._counts(relation.name):
                continue
            if relation.is_view:
                yield from self._through_view(role, relation)
            elif relation.kind is RelationKind.FOREIGN_TABLE and _lets(self._cell(role, relation.name)):
                server = without_schema(ObjectKind.SERVER, relation.server or "")
                yield Door(role, relation.name, server, "foreign table", DoorKind.RIGHTS)
            yield from self._through_part(role, relation)
        for routine in self.definers:
            if routine.returns not in NOT_CALLED and may_call(self.matrix, role, routine):
                on = routine_id(routine.signature)
                yield from self._through_routine(role, routine, on, "function")
        for trigger, routine in self.triggers:
            if self._fires(role, trigger):
                on = ObjectId(ObjectKind.TRIGGER, trigger.relation, trigger.name)
                found = self._through_routine(role, routine, on, "trigger")
                yield from (door for door in found if door.relation != trigger.relation)
        yield from self._through_rules(role)

    def _cell(self, role: str, name: Name, act: Act = Act.SELECT) -> Cell:
        return self.matrix.cells(role, name)[act]

    def _opens(self, owner: str | None, role: str, name: Name) -> bool:
        """Whether the rights of an owner reach rows of a relation that the role itself does not read."""
        if self._cell(role, name).word in OPEN:
            return False
        if not owner:
            return (
                True  # Who restores the dump; a cell that depends on his rights is unknown where it matters.
            )
        acts = [act for act, cell in self.matrix.cells(owner, name).items() if _lets(cell)]
        return not all(self._is_same(owner, role, name, act) for act in acts)

    def _is_same(self, owner: str, role: str, name: Name, act: Act) -> bool:
        """Whether the role reaches by itself what the owner reaches."""
        own, theirs = (cell.reached for cell in (self._cell(r, name, act) for r in (role, owner)))
        relation = self.database.relations[name]
        if own in OPEN or {own, theirs} != {Word.FILTERED} or relation.kind not in TABLES:
            return own in OPEN
        one, other = (self._conditions(who, relation, act) for who in (owner, role))
        # In a function of the owner's he is the current role.
        return one == other and all(SESSION.isdisjoint(folded.tokens) for folded in one)

    def _conditions(self, role: str, relation: Relation, act: Act = Act.SELECT) -> list[Folded]:
        policies = self.matrix.rows.policies
        who = self.matrix.rights.who(role) & policies.named(relation.name)
        return [condition.folded for condition in policies.conditions(relation.name, act, who).found]

    def _through_view(self, role: str, view: Relation) -> Iterator[Door]:
        if not any(_lets(cell) for cell in self.matrix.cells(role, view.name).values()):
            return
        kind = DoorKind.COPY if view.kind is RelationKind.MATERIALIZED_VIEW else DoorKind.RIGHTS
        for name, owner in self._reached(view, None, frozenset()):
            if self._opens(owner, role, name):
                yield Door(role, name, relation_id(view.name), view.kind.words, kind)

    def _reached(
        self, view: Relation, session: str | None, seen: frozenset[Name]
    ) -> Iterator[tuple[Name, str]]:
        """The relations that a view reads with other rights than the caller's, and whose those are.

        A view with security_invoker has no rows of its own: below it the caller's rights count again.
        *session* is who reads the view, None for the caller: a materialized view is made by its owner.
        """
        if view.kind is RelationKind.MATERIALIZED_VIEW:
            session = view.owner or UNSAID
        owner = session if view.security_invoker else view.owner or UNSAID
        for name in self.matrix.rows.views.reads(view.name):
            inner = self.database.relations[name]
            if owner is not None and not (inner.is_view and inner.security_invoker):
                yield name, owner
            if inner.is_view and name not in seen:
                yield from self._reached(inner, session, seen | {view.name})

    def _through_part(self, role: str, part: Relation) -> Iterator[Door]:
        """A partition or a child has its own privileges and its own row security when it is named itself."""
        for parent in filter(None, (part.partition_of, *part.inherits)):
            found = self.database.relations.get(parent)
            if not found or self._cell(role, parent).word in OPEN or not _lets(self._cell(role, part.name)):
                continue
            one, other = (self._cell(role, name)._replace(because=()) for name in (part.name, parent))
            if one != other or self._conditions(role, part) != self._conditions(role, found):
                word = "partition" if part.partition_of else "child"
                yield Door(role, parent, relation_id(part.name), word, DoorKind.RIGHTS)

    def _fires(self, role: str, trigger: Trigger) -> bool:
        """Whether the role does what the trigger waits for; one of a statement does not need a row."""
        if trigger.enabled == "disabled":
            return False
        words = {self._cell(role, trigger.relation, Act(event)) for event in trigger.events}
        return any(
            _lets(cell) or (trigger.level == "statement" and cell.word is Word.NO_ROWS) for cell in words
        )

    def _through_routine(self, role: str, routine: Routine, on: ObjectId, is_: str) -> Iterator[Door]:
        """The relations that the body of a routine with its owner's rights names."""
        for reference in self.database.references_from(routine_id(routine.name)):
            name = reference.target.name
            is_named = reference.place == "body" and name in self.database.relations
            if is_named and self._opens(routine.owner, role, name):
                yield Door(role, name, on, is_, DoorKind.RIGHTS)

    def _through_rules(self, role: str) -> Iterator[Door]:
        """What a rule does is done with the rights of the relation's owner."""
        for (kind, _), rule in self.database.others.items():
            event = EVENT.search(rule.sql) if kind is ObjectKind.RULE else None
            if not event or rule.relation is None or not self._counts(rule.relation):
                continue
            has_usage, _ = self.matrix.rights.usage(role, rule.relation.schema)
            if not has_usage or not self.matrix.rights.right(role, rule.relation, event[1].lower()):
                continue
            part = rule.name.removesuffix(f" on {rule.relation}")
            on = ObjectId(ObjectKind.RULE, rule.relation, part)
            owner = self.database.relations[rule.relation].owner
            for reference in self.database.references_from(relation_id(rule.relation)):
                name = reference.target.name
                is_named = reference.origin == on and name in self.database.relations
                if is_named and self._opens(owner, role, name):
                    yield Door(role, name, on, "rule", DoorKind.RIGHTS)


def may_call(matrix: Matrix, role: str, routine: Routine) -> bool:
    """Whether a role may call a routine by its name: usage of the schema, and EXECUTE."""
    roles = matrix.rights.roles
    has_usage, _ = matrix.rights.usage(role, routine.name.schema)
    return has_usage and "execute" in roles.privileges(role, routine_id(routine.signature))


def _lets(cell: Cell) -> bool:
    word = cell.reached
    return word in (Word.ALL, Word.BYPASSES, Word.FILTERED)

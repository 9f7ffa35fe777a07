"""Side doors: ways to rows of a relation past its own privileges and its own row security."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from schemabook.access.cells import Act, Cell, Word
from schemabook.access.matrix import Matrix
from schemabook.model import (
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    RelationKind,
    Routine,
    relation_id,
    routine_id,
    without_schema,
)

OPEN = frozenset({Word.ALL, Word.BYPASSES})
NOT_CALLED = frozenset({"trigger", "event_trigger"})
"""What a function that nobody can call returns."""


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


def doors(matrix: Matrix, roles: Iterable[str]) -> Iterator[Door]:
    """The side doors through which each of the roles reaches more than by itself, and publications."""
    found = _Doors(matrix)
    for role in roles:
        if not matrix.rights.roles.is_superuser(role):
            yield from dict.fromkeys(found.of_role(role))
    for publication in matrix.database.publications.values():
        on = without_schema(ObjectKind.PUBLICATION, publication.name)
        relations = matrix.database.relations if publication.all_tables else publication.relations
        for name in relations:
            if matrix.database.relations[name].row_security:
                yield Door("", name, on, "publication", DoorKind.COPY)


class _Doors:
    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.database = matrix.database
        self.definers = [r for r in self.database.routines.values() if r.security_definer]
        names = {r.name for r in self.definers}
        self.triggers = [t for t in self.database.triggers.values() if t.routine in names]

    def of_role(self, role: str) -> Iterator[Door]:
        """The doors of one role."""
        for relation in self.database.relations.values():
            if relation.is_view:
                yield from self._through_view(role, relation)
            elif relation.kind is RelationKind.FOREIGN_TABLE and _lets(self._cell(role, relation.name)):
                server = without_schema(ObjectKind.SERVER, relation.server or "")
                yield Door(role, relation.name, server, "foreign table", DoorKind.RIGHTS)
            yield from self._through_part(role, relation)
        for routine in self.definers:
            yield from self._through_routine(role, routine)
        for trigger in self.triggers:
            if any(_lets(self._cell(role, trigger.relation, Act(event))) for event in trigger.events):
                on = ObjectId(ObjectKind.TRIGGER, trigger.relation, trigger.name)
                for name in self._touched(routine_id(trigger.routine)):
                    if name != trigger.relation and self._is_closed(role, name):
                        yield Door(role, name, on, "trigger", DoorKind.RIGHTS)
        yield from self._through_rules(role)

    def _cell(self, role: str, name: Name, act: Act = Act.SELECT) -> Cell:
        return self.matrix.cells(role, name, (act,))[act]

    def _is_closed(self, role: str, name: Name) -> bool:
        """Whether the role itself does not read all of the relation."""
        return self._cell(role, name).word not in OPEN

    def _through_view(self, role: str, view: Relation) -> Iterator[Door]:
        if not any(_lets(self._cell(role, view.name, act)) for act in Act):
            return
        is_copy = view.kind is RelationKind.MATERIALIZED_VIEW
        kind = DoorKind.COPY if is_copy else DoorKind.RIGHTS
        for name in self._reached(view, is_open=is_copy or not view.security_invoker, seen=frozenset()):
            if self._is_closed(role, name):
                yield Door(role, name, relation_id(view.name), view.kind.words, kind)

    def _reached(self, view: Relation, *, is_open: bool, seen: frozenset[Name]) -> Iterator[Name]:
        """The relations that a view reaches with other rights than the caller's."""
        if view.name in seen:
            return
        for name in self.matrix.rows.views.reads(view.name):
            inner = self.database.relations[name]
            if is_open:
                yield name
            if inner.kind is RelationKind.VIEW:
                yield from self._reached(inner, is_open=not inner.security_invoker, seen=seen | {view.name})

    def _through_part(self, role: str, part: Relation) -> Iterator[Door]:
        """A partition or a child has its own privileges and its own row security when it is named itself."""
        for parent in filter(None, (part.partition_of, *part.inherits)):
            if parent not in self.database.relations or not self._is_closed(role, parent):
                continue
            if _lets(self._cell(role, part.name)) and self._cell(role, part.name) != self._cell(role, parent):
                word = "partition" if part.partition_of else "child"
                yield Door(role, parent, relation_id(part.name), word, DoorKind.RIGHTS)

    def _through_routine(self, role: str, routine: Routine) -> Iterator[Door]:
        if routine.returns in NOT_CALLED or not may_call(self.matrix, role, routine):
            return
        for name in self._touched(routine_id(routine.name)):
            if self._is_closed(role, name):
                yield Door(role, name, routine_id(routine.signature), "function", DoorKind.RIGHTS)

    def _through_rules(self, role: str) -> Iterator[Door]:
        """What a rule does is done with the rights of the relation's owner."""
        for (kind, _), rule in self.database.others.items():
            if kind is not ObjectKind.RULE or rule.relation is None:
                continue
            if not any(_lets(self._cell(role, rule.relation, act)) for act in Act):
                continue
            part = rule.name.removesuffix(f" on {rule.relation}")
            on = ObjectId(ObjectKind.RULE, rule.relation, part)
            for reference in self.database.references_from(relation_id(rule.relation)):
                name = reference.target.name
                if reference.origin == on and name in self.database.relations and self._is_closed(role, name):
                    yield Door(role, name, on, "rule", DoorKind.RIGHTS)

    def _touched(self, routine: ObjectId) -> Iterator[Name]:
        """The relations that the body of a routine names."""
        for reference in self.database.references_from(routine):
            if reference.place == "body" and reference.target.name in self.database.relations:
                yield reference.target.name


def may_call(matrix: Matrix, role: str, routine: Routine) -> bool:
    """Whether a role may call a routine by its name: usage of the schema, and EXECUTE."""
    roles = matrix.rights.roles
    has_usage, _ = matrix.rights.usage(role, routine.name.schema)
    return has_usage and "execute" in roles.privileges(role, routine_id(routine.signature))


def _lets(cell: Cell) -> bool:
    word = cell.rows or cell.word
    return word in (Word.ALL, Word.BYPASSES, Word.FILTERED)

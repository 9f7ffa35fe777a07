"""Drift: where the dump is not what the migrations make, object by object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from schemabook.diff import ChangeKind, Fact, compare, in_order, objects, reordered
from schemabook.errors import Source
from schemabook.history.alike import Alike
from schemabook.history.applied import OF_TOOLS
from schemabook.history.scopes import Verdict
from schemabook.model import (
    KIND_OF,
    KINDS,
    Column,
    Database,
    Kind,
    ObjectId,
    ObjectKind,
    Provided,
    Sequence,
    relation_id,
)
from schemabook.review.names import Renames
from schemabook.review.privileges import OF_PRIVILEGES, default_privilege_changes, privilege_changes

PUBLIC = "public"
NOTHING: Mapping[str, str] = MappingProxyType({})
BY_SERVER = (ObjectKind.EXTENSION, "plpgsql"), (ObjectKind.SCHEMA, PUBLIC)
"""What a database has from the beginning."""
OF_PLATFORM = frozenset(
    {*(ObjectKind.RELATION, ObjectKind.COLUMN, ObjectKind.CONSTRAINT, ObjectKind.INDEX)}
    | {ObjectKind.SEQUENCE, ObjectKind.TYPE, ObjectKind.ROUTINE, ObjectKind.TRIGGER, ObjectKind.SCHEMA}
)
"""What a platform may have more of in its schemas than is known here."""
OF_CLASS = re.compile(r"\s*create\s+operator\s+class\b", re.I)
"""A family of operators that PostgreSQL makes with a class."""
PROTECTION = frozenset({"row_security", "row_security_forced"})
"""What counts of a platform's tables even where it brings another version of them."""
BY_NAME_ALONE = tuple(
    row.kind
    for row in KINDS
    if not row.in_schema and row.kind not in (*OF_PRIVILEGES, ObjectKind.SCHEMA, ObjectKind.RULE)
)
"""Kinds in no schema: a dump of some schemas has none of them."""


class Differs(NamedTuple):
    """One object, and in what it differs."""

    object: ObjectId
    kind: ChangeKind
    """ADDED is what only the dump has, REMOVED what only the migrations make."""
    facts: tuple[Fact, ...]
    """What is another, first as the migrations make it."""
    is_known: bool
    """Not so where nobody can tell whether it is another or only written otherwise."""
    made: Any
    """What the migrations make; None where they do not."""
    dump: Any

    @property
    def source(self) -> Source | None:
        """Where it is read, in the dump if it is there."""
        source: Source | None = getattr(self.dump if self.dump is not None else self.made, "source", None)
        return source


def differences(made: Database, dump: Database, renames: Mapping[str, str] = NOTHING) -> Iterator[Differs]:
    """Where the dump differs from what the migrations make: by kind of object, then by identity.

    *renames* are old and new names that the migrations have given. What the server, the platform, extensions
    and tools of migrations bring is no difference.
    """
    return iter(sorted(_Both(made, dump, renames).all(), key=lambda found: in_order(found.object)))


def left_out(made: Database, dump: Database) -> Iterator[ObjectKind]:
    """The kinds of objects that migrations make and a dump has none of, as one of some schemas."""
    for kind in BY_NAME_ALONE:
        if _own(KIND_OF[kind], made) and not _own(KIND_OF[kind], dump):
            yield kind


def ungranted(made: Database, dump: Database) -> Iterator[ObjectKind]:
    """The kinds of objects on which migrations grant and a dump grants nothing, as one without privileges.

    DEFAULT_PRIVILEGE stands for objects to come.
    """
    before, after = map(_granted, (made, dump))
    yield from sorted(before - after)


def _granted(database: Database) -> set[ObjectKind]:
    path = database.platform.path if database.platform else ""
    found = {item.on.kind for item in database.privileges if item.source.path != path}
    own = any(item.source.path != path for item in database.default_privileges)
    return {*found, ObjectKind.DEFAULT_PRIVILEGE} if own else found


def _own(row: Kind, database: Database) -> bool:
    """Whether there is such an object that no platform brings."""
    path = database.platform.path if database.platform else ""
    return any(
        fact.source.path != path and (row.kind, name.name.name) not in BY_SERVER
        for name, fact in row.facts(database)
    )


@dataclass(frozen=True)
class _Both:
    """What the migrations make, and the dump."""

    made: Database
    dump: Database
    renames: Mapping[str, str]

    def all(self) -> Iterator[Differs]:
        skipped = set(left_out(self.made, self.dump))
        if not _own(KIND_OF[ObjectKind.ROLE], self.dump):
            skipped.add(ObjectKind.ROLE)
        found: dict[ObjectId, Differs] = {}
        for change in compare(*self._held, self._alike):
            name, kind = change.object, change.kind
            counts = name.kind not in skipped and self._counts(name, kind)
            if counts and (facts := self._facts(name, kind, change.facts)):
                found[name] = self._differs(name, kind, facts)
        for name, fact in reordered(self.made, self.dump):
            if name in found and found[name].kind is not ChangeKind.CHANGED:
                continue
            if self._counts(name, ChangeKind.CHANGED) and not self._is_brought(name):
                before = found[name].facts if name in found else ()
                found[name] = self._differs(name, ChangeKind.CHANGED, (*before, fact))
        yield from found.values()
        yield from self._privileges()

    @cached_property
    def _held(self) -> tuple[dict[ObjectId, Any], dict[ObjectId, Any]]:
        """The facts of both by identity, but for privileges."""
        rows = [row for row in KINDS if row.kind not in OF_PRIVILEGES]
        made, dump = (
            {name: fact for row in rows for name, fact in objects(row, side).items()}
            for side in (self.made, self.dump)
        )
        return made, dump

    @cached_property
    def _judge(self) -> Alike:
        return Alike(self.made, self.dump, self.renames)

    def _alike(self, fact: Any, name: str, made: Any, dump: Any) -> tuple[Any, Any]:
        if isinstance(fact, Column) and name == "position":
            return made, made  # Which one is before which is a fact of the relation.
        return (made, made) if self._judge.verdict(fact, name, made, dump) is Verdict.SAME else (made, dump)

    def _facts(self, name: ObjectId, kind: ChangeKind, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """The facts that count; of what only one of both has, all of them."""
        if kind is ChangeKind.CHANGED and self._is_brought(name):
            return tuple(fact for fact in facts if fact.name in PROTECTION)
        return facts if kind is ChangeKind.CHANGED else (*facts, Fact("", None, None))

    def _differs(self, name: ObjectId, kind: ChangeKind, facts: tuple[Fact, ...]) -> Differs:
        made, dump = (side.get(name) for side in self._held)
        if kind is not ChangeKind.CHANGED:
            return Differs(name, kind, (), True, made, dump)
        verdicts = [
            Verdict.OTHER
            if fact.name == "column_order"
            else self._judge.verdict(made, fact.name, fact.old, fact.new)
            for fact in facts
        ]
        if Verdict.OTHER in verdicts:
            pairs = zip(facts, verdicts, strict=True)
            facts = tuple(fact for fact, verdict in pairs if verdict is Verdict.OTHER)
        return Differs(name, kind, facts, Verdict.OTHER in verdicts, made, dump)

    # what is no difference

    def _counts(self, name: ObjectId, kind: ChangeKind) -> bool:
        """Whether it is for the migrations to make the object, and no part of another difference."""
        if name.name.name in OF_TOOLS and (name.part or name.kind is ObjectKind.RELATION):
            return False
        if kind is ChangeKind.CHANGED:
            return True
        if (name.kind, name.name.name) in BY_SERVER or self._follows(name, kind):
            return False
        return not (self._is_brought(name) if kind is ChangeKind.REMOVED else self._may_be_brought(name))

    def _follows(self, name: ObjectId, kind: ChangeKind) -> bool:
        """Whether it is on one side only because its relation, its schema or the column that owns it is."""
        here, there = self._held if kind is ChangeKind.REMOVED else reversed(self._held)
        fact = here[name]
        whole = relation_id(name.name)
        if name.part and whole in here and whole not in there:
            return True
        owner = getattr(fact, "owned_by", None)
        if isinstance(fact, Sequence) and (fact.identity or owner):
            column = owner and ObjectId(ObjectKind.COLUMN, owner.relation, owner.column)
            return fact.identity or (column in here and column not in there)
        if name.kind is ObjectKind.OPERATOR_FAMILY and OF_CLASS.match(fact.sql):
            return True
        if getattr(fact, "relation", None) and name.kind is ObjectKind.STATISTICS:
            return relation_id(fact.relation) not in there
        if name.name.name in OF_TOOLS or (owner and owner.relation.name in OF_TOOLS):
            return True
        schema = ObjectId(ObjectKind.SCHEMA, name.name._replace(schema="", name=name.name.schema))
        return bool(name.name.schema) and schema in here and schema not in there

    @property
    def _platform(self) -> Provided | None:
        return self.made.platform or self.dump.platform

    @cached_property
    def _brought(self) -> Mapping[ObjectId, Any]:
        """What the platform brings."""
        if not self._platform:
            return {}
        rows = [row for row in KINDS if row.kind not in OF_PRIVILEGES]
        return {name: fact for row in rows for name, fact in objects(row, self._platform.database).items()}

    def _is_brought(self, name: ObjectId) -> bool:
        """Whether the platform brings the object, and the migrations leave it as it is."""
        return name in self._brought and self._held[0].get(name) == self._brought[name]

    def _may_be_brought(self, name: ObjectId) -> bool:
        """Whether the object of the dump may be of a platform, which knows more of its own than we do."""
        if not self._platform or name.kind not in OF_PLATFORM:
            return False
        schema = name.name.schema or name.name.name
        if schema == PUBLIC or schema not in self._platform.database.schemas:
            return name in self._brought
        relation = self.dump.relations.get(name.name) if name.part else self._held[1][name]
        owner = getattr(relation, "owner", None)
        is_kept = name.kind is ObjectKind.TRIGGER and relation_id(name.name) in self._brought
        return owner != self._platform.role and not is_kept

    # privileges

    def _privileges(self) -> Iterator[Differs]:
        """What grantees may do, where the dump says it at all."""
        path = self._platform.path if self._platform else ""
        unsaid = set(ungranted(self.made, self.dump))
        changes: list[Any] = [
            change
            for change in privilege_changes(*_with_owners(self.made, self.dump), Renames(), self._held)
            if (on := change.object.on) and on in self._held[0] and on.name.name not in OF_TOOLS
        ]
        roles = {self._platform.role} if self._platform else None
        changes += (
            change
            for change in default_privilege_changes(self.made, self.dump, Renames())
            if roles is None or change.object.name.name in roles
        )
        for change in changes:
            if (change.object.on or change.object).kind in unsaid:
                continue
            is_less = all(set(fact.new or ()) <= set(fact.old or ()) for fact in change.facts)
            if change.old and change.old.path == path and is_less:
                continue  # A dump has not all that the platform grants.
            kind = ChangeKind(change.change.value)
            made, dump = (_Place(source) if source else None for source in (change.old, change.new))
            yield Differs(change.object, kind, change.facts, True, made, dump)


def _with_owners(made: Database, dump: Database) -> tuple[Database, Database]:
    """Both, where an owner that only one of them knows is the other's as well.

    An owner has privileges without any GRANT, and who runs migrations says nothing of it.
    """
    rows = [row for row in KINDS if "owner" in {field.name for field in fields(row.fact)}]
    sides = []
    for side, other in ((made, dump), (dump, made)):
        known: dict[str, Any] = {}
        for row in rows:
            facts, others = getattr(side, row.field), getattr(other, row.field)
            known[row.field] = {
                key: replace(fact, owner=others[key].owner) if fact.owner is None and key in others else fact
                for key, fact in facts.items()
            }
        sides.append(replace(side, **known))
    return sides[0], sides[1]


class _Place(NamedTuple):
    """Where privileges are granted."""

    source: Source

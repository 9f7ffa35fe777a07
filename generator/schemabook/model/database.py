"""A whole database: one mapping for each kind of fact, and the questions asked of them most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeVar

from schemabook.errors import Source
from schemabook.model.facts import (
    Column,
    Constraint,
    Extension,
    Index,
    Other,
    Policy,
    Reference,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Trigger,
    Type,
)
from schemabook.model.finding import Finding
from schemabook.model.identity import ObjectId, ObjectKind
from schemabook.model.names import ColumnName, ConstraintKind, Name, RelationKind, Signature, spellings
from schemabook.model.privileges import DefaultPrivilege, Privilege
from schemabook.model.publications import Publication
from schemabook.model.secrets import Secret

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the input: where it begins, and its text without the semicolon."""

    source: Source = field(compare=False, repr=False)
    text: str


class Unread(NamedTuple):
    """A statement that was not understood, and why."""

    statement: Statement
    reason: str
    is_hidden: bool = False
    """Whether it names what the settings hide, so that no page says more than where it is."""
    cause: Source | None = None
    """The statement that would have made what this one lacks, and was not understood itself."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where every statement went: read, ignored for a reason, or unread."""

    read: int
    ignored: Mapping[str, int]
    """How many statements were ignored, by reason."""
    unread: tuple[Unread, ...]
    folders: tuple[tuple[str, str], ...] = ()
    """The path of each folder that was read, and how that is laid out in words: `Prisma: 19 migrations`."""

    @property
    def causes(self) -> tuple[tuple[Unread, int], ...]:
        """What was not understood for a reason of its own, each with how many statements follow from it."""
        there = {found.statement.source for found in self.unread if not found.cause}
        follow = Counter(found.cause for found in self.unread if found.cause in there)
        return tuple(
            (found, follow[found.statement.source]) for found in self.unread if found.cause not in there
        )

    @property
    def statements(self) -> int:
        """How many statements the input holds."""
        return self.read + sum(self.ignored.values()) + len(self.unread)


class Exposed(NamedTuple):
    """The schemas that the Data API exposes, and where that is said."""

    schemas: tuple[str, ...]
    source: Source | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A dump that was read."""

    path: str
    sha256: str
    bytes: int
    statements: int


@dataclass(frozen=True)
class Provided:
    """What a platform brings to a database before its owner's first statement."""

    name: str
    title: str
    path: str
    """Where its facts are from: the path of their source."""
    role: str
    """Who runs the owner's statements."""
    database: Database
    gone: frozenset[ObjectId] = frozenset()
    """What of it the owner's statements have removed, as far as somebody has asked."""


def _grouped(
    pairs: Callable[[Database], Iterable[tuple[K, V]]],
) -> cached_property[Mapping[K, tuple[V, ...]]]:
    """The values of each key, in their order."""

    def grouped(database: Database) -> Mapping[K, tuple[V, ...]]:
        groups: dict[K, list[V]] = defaultdict(list)
        for key, value in pairs(database):
            groups[key].append(value)
        return {key: tuple(values) for key, values in groups.items()}

    return cached_property(grouped)


@dataclass(frozen=True, kw_only=True)
class Database:
    """All facts of a database: one mapping for each kind, keyed and sorted by identity."""

    schemas: Mapping[str, Schema] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    types: Mapping[Name, Type] = field(default_factory=dict)
    sequences: Mapping[Name, Sequence] = field(default_factory=dict)
    relations: Mapping[Name, Relation] = field(default_factory=dict)
    columns: Mapping[ColumnName, Column] = field(default_factory=dict)
    constraints: Mapping[tuple[Name, str], Constraint] = field(default_factory=dict)
    indexes: Mapping[tuple[Name, str], Index] = field(default_factory=dict)
    triggers: Mapping[tuple[Name, str], Trigger] = field(default_factory=dict)
    policies: Mapping[tuple[Name, str], Policy] = field(default_factory=dict)
    routines: Mapping[Signature, Routine] = field(default_factory=dict)
    privileges: tuple[Privilege, ...] = ()
    publications: Mapping[str, Publication] = field(default_factory=dict)
    default_privileges: tuple[DefaultPrivilege, ...] = ()
    others: Mapping[tuple[ObjectKind, str], Other] = field(default_factory=dict)
    lineage: Mapping[ColumnName, tuple[ColumnName, ...]] = field(default_factory=dict, compare=False)
    """Of each column of a view that is made of other columns, those; the catalog does not know."""
    exposed: Exposed | None = field(default=None, compare=False)
    """What a role's settings say of the Data API; None where they say nothing."""
    references: tuple[Reference, ...] = field(default=(), compare=False)
    inputs: tuple[Input, ...] = field(default=(), compare=False)
    receipt: Receipt = field(default_factory=lambda: Receipt(0, {}, ()), compare=False)
    warnings: tuple[Finding, ...] = field(default=(), compare=False)
    """What is to be said of single objects, by file and line."""
    statements: Mapping[ObjectId, tuple[Statement, ...]] = field(default_factory=dict, compare=False)
    """The statements that made a relation, a routine, a type or a sequence."""
    secrets: tuple[Secret, ...] = field(default=(), compare=False)
    """Keys, tokens and passwords in the statements, but for data."""
    platform: Provided | None = field(default=None, compare=False)
    """The platform that it is a database of, where that is known."""

    @property
    def exposed_schemas(self) -> tuple[str, ...] | None:
        """The schemas that the Data API exposes, as a role's settings say; None where they do not."""
        return self.exposed.schemas if self.exposed else None

    def columns_of(self, relation: Name) -> tuple[Column, ...]:
        """The columns of a relation by position."""
        return self._columns.get(relation, ())

    def constraints_of(self, relation: Name) -> tuple[Constraint, ...]:
        """The constraints of a table by name."""
        return self._constraints.get(relation, ())

    def primary_key(self, relation: Name) -> Constraint | None:
        """The primary key of a table, where it has one."""
        keys = (c for c in self.constraints_of(relation) if c.kind is ConstraintKind.PRIMARY_KEY)
        return next(keys, None)

    def foreign_keys_of(self, relation: Name) -> tuple[Constraint, ...]:
        """The foreign keys of a table by name."""
        return tuple(c for c in self.constraints_of(relation) if c.kind is ConstraintKind.FOREIGN_KEY)

    def foreign_keys_to(self, relation: Name) -> tuple[Constraint, ...]:
        """The foreign keys that reference this table, by their table and name."""
        return self._foreign_keys_to.get(relation, ())

    def indexes_of(self, relation: Name) -> tuple[Index, ...]:
        """The indexes of a table by name, without those of constraints."""
        return self._indexes.get(relation, ())

    def triggers_of(self, relation: Name) -> tuple[Trigger, ...]:
        """The triggers of a relation by name."""
        return self._triggers.get(relation, ())

    def policies_of(self, relation: Name) -> tuple[Policy, ...]:
        """The row security policies of a table by name."""
        return self._policies.get(relation, ())

    def partitions_of(self, relation: Name) -> tuple[Relation, ...]:
        """The partitions of a partitioned table by name."""
        return self._partitions.get(relation, ())

    def children_of(self, relation: Name) -> tuple[Name, ...]:
        """The tables that inherit from this one, but for its partitions, by name."""
        return self._children.get(relation, ())

    def overloads(self, name: Name) -> tuple[Routine, ...]:
        """The routines of one name by their argument types."""
        return self._overloads.get(name, ())

    def others_of(self, relation: Name, kind: ObjectKind) -> tuple[Other, ...]:
        """The rules or extended statistics of a relation by name."""
        return self._others.get((relation, kind), ())

    def privileges_on(self, on: ObjectId) -> tuple[Privilege, ...]:
        """The privileges granted on an object, by grantee."""
        return self._privileges.get(on, ())

    def references_to(self, whole: ObjectId) -> tuple[Reference, ...]:
        """Who mentions this object, or a part of it."""
        return self._references_to.get(whole, ())

    def references_from(self, whole: ObjectId) -> tuple[Reference, ...]:
        """What this object mentions, or a part of it."""
        return self._references_from.get(whole, ())

    def warnings_of(self, whole: ObjectId) -> tuple[Finding, ...]:
        """What is to be said of this object, or of its parts."""
        return self._warnings.get(whole, ())

    def relations_in(self, schema: str, *kinds: RelationKind) -> Iterator[Relation]:
        """The relations of a schema by name, of the kinds given or of all."""
        for relation in self.relations.values():
            if relation.name.schema == schema and (not kinds or relation.kind in kinds):
                yield relation

    @cached_property
    def types_by_spelling(self) -> Mapping[str, Type]:
        """The types by their names, with quotes around each part and without, as `format_type` may do."""
        return {spelled: fact for name, fact in self.types.items() for spelled in spellings(name)}

    _columns = _grouped(
        lambda db: (
            (c.relation, c) for c in sorted(db.columns.values(), key=lambda c: (c.relation, c.position))
        )
    )
    _constraints = _grouped(lambda db: ((c.relation, c) for c in db.constraints.values()))
    _foreign_keys_to = _grouped(
        lambda db: ((c.references.relation, c) for c in db.constraints.values() if c.references)
    )
    _indexes = _grouped(lambda db: ((i.relation, i) for i in db.indexes.values()))
    _triggers = _grouped(lambda db: ((t.relation, t) for t in db.triggers.values()))
    _policies = _grouped(lambda db: ((p.relation, p) for p in db.policies.values()))
    _partitions = _grouped(lambda db: ((r.partition_of, r) for r in db.relations.values() if r.partition_of))
    _children = _grouped(
        lambda db: ((parent, r.name) for r in db.relations.values() for parent in r.inherits)
    )
    _overloads = _grouped(lambda db: ((r.name, r) for r in db.routines.values()))
    _others = _grouped(lambda db: (((o.relation, o.kind), o) for o in db.others.values() if o.relation))
    _privileges = _grouped(lambda db: ((p.on, p) for p in db.privileges))
    _references_to = _grouped(lambda db: ((r.target.whole, r) for r in db.references))
    _warnings = _grouped(lambda db: ((w.object.whole, w) for w in db.warnings if w.object))
    _references_from = _grouped(lambda db: ((r.origin.whole, r) for r in db.references))

"""The facts of a database schema, shaped like PostgreSQL's catalog.

Every fact is frozen and compares by what it says: where it was read (`source`) does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from schemabook.errors import Source
from schemabook.model.identity import ObjectId, ObjectKind
from schemabook.model.names import (
    ColumnName,
    Command,
    ConstraintKind,
    Identity,
    Name,
    RelationKind,
    RoutineKind,
    Signature,
    Sql,
    Target,
    TypeKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A namespace; `pg_namespace`."""

    name: str
    owner: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An installed extension; `pg_extension`."""

    name: str
    schema: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role, as far as the input says; `pg_roles`. None: the input does not say."""

    name: str
    bypass_rls: bool | None = None
    inherit: bool | None = None
    login: bool | None = None
    superuser: bool | None = None
    member_of: tuple[str, ...] = ()
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A member of a composite type; `pg_attribute`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """A check constraint of a domain; `pg_constraint.contypid`."""

    name: str
    expression: Sql
    validated: bool = True
    """Whether it holds for all values that are there: not with NOT VALID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type that the schema defines; `pg_type`. Which fields count depends on *kind*."""

    name: Name
    kind: TypeKind
    labels: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    base_type: str | None = None
    """The type under a domain, or the subtype of a range."""
    not_null: bool = False
    default: Sql | None = None
    checks: tuple[DomainCheck, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """What else the statement says: `subtype_diff` of a range, `collation` of a domain, …"""
    owner: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A sequence generator; `pg_sequence`."""

    name: Name
    type: str = "bigint"
    start: int = 1
    increment: int = 1
    min: int = 1
    max: int = 9223372036854775807
    cycle: bool = False
    cache: int = 1
    """How many values a session takes at once."""
    owned_by: ColumnName | None = None
    identity: bool = False
    """Made for an identity column, so no object of its own to a reader."""
    owner: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, view, materialized or foreign table; `pg_class`. Its parts are facts of their own."""

    name: Name
    kind: RelationKind = RelationKind.TABLE
    unlogged: bool = False
    owner: str | None = None
    comment: str | None = None
    definition: Sql | None = None
    """The query of a view or a materialized view."""
    inherits: tuple[Name, ...] = ()
    partition_key: str | None = None
    """`RANGE (created_at)`, as `pg_get_partkeydef` prints it."""
    partition_of: Name | None = None
    partition_bound: str | None = None
    """`FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')` or `DEFAULT`."""
    row_security: bool = False
    row_security_forced: bool = False
    replica_identity: str = "default"
    """`default` is the primary key, `full` all columns, `nothing`, or an `index`."""
    replica_identity_index: str | None = None
    """The index; None also where it was dropped, which is as good as `nothing`."""
    security_invoker: bool = False
    security_barrier: bool = False
    check_option: str | None = None
    """Of a view: `local` or `cascaded`, if new rows must be rows of the view."""
    server: str | None = None
    """The server of a foreign table."""
    options: tuple[tuple[str, str], ...] = ()
    """Of a foreign table: what its server is told."""
    columns_known: bool = True
    """Not so where it is made by a query that could not be followed to all of its columns."""
    source: Source = field(compare=False, repr=False)

    @property
    def is_view(self) -> bool:
        """Whether a query makes its rows."""
        return self.kind in (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; `pg_attribute`."""

    relation: Name
    name: str
    position: int
    """Counts from 1 without gaps, in the catalog's order."""
    type: str
    """As `format_type` prints it; empty where the text does not tell, as in a view's column."""
    not_null: bool = False
    default: Sql | None = None
    identity: Identity | None = None
    generated: Sql | None = None
    generated_kind: str | None = None
    """`stored` or `virtual`."""
    collation: str | None = None
    storage: str | None = None
    """`plain`, `external`, `extended` or `main`, where it is not that of the type."""
    compression: str | None = None
    """`pglz` or `lz4`; None: as the server is set."""
    statistics_target: int | None = None
    """How many values ANALYZE keeps; None: as the server is set."""
    options: tuple[tuple[str, str], ...] = ()
    """Of a foreign table's column: what the server is told."""
    expression: str = field(default="", compare=False)
    """Of a view's column: what computes it, a part of the definition; empty for what is taken as it is."""
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A constraint of a table; `pg_constraint`. NOT NULL is a property of the column instead."""

    relation: Name
    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    expression: Sql | None = None
    """The condition of a check, the elements of an exclusion constraint."""
    references: Target | None = None
    match: str = "simple"
    on_update: str = "no action"
    on_delete: str = "no action"
    deferrable: bool = False
    initially_deferred: bool = False
    enforced: bool = True
    validated: bool = True
    """Whether it holds for all rows: not with NOT VALID, and never where it is not enforced."""
    no_inherit: bool = False
    """Of a check: whether tables that inherit do not get it."""
    period: bool = False
    """Whether the last column is a range: WITHOUT OVERLAPS of a key, PERIOD of a foreign key."""
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualForeignKey:
    """A reference that people know of and no constraint enforces; never part of a `Database`."""

    relation: Name
    columns: tuple[str, ...]
    references: Target
    note: str = ""
    """Markdown."""
    source: Source = field(compare=False, repr=False)

    def __str__(self) -> str:
        to, columns = self.references
        return f"{self.relation} ({', '.join(self.columns)}) → {to} ({', '.join(columns)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexKey:
    """One key of an index: a column or an expression; `pg_index.indkey`."""

    column: str | None = None
    expression: Sql | None = None
    descending: bool = False
    nulls_first: bool = False
    collation: str | None = None
    """Where it is not that of the column; those of pg_catalog carry no schema."""
    opclass: str | None = None
    opclass_options: tuple[tuple[str, str], ...] = ()
    """`siglen = 32`: parameters of the operator class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index that does not belong to a constraint; `pg_index`."""

    relation: Name
    name: str
    method: str = "btree"
    unique: bool = False
    keys: tuple[IndexKey, ...] = ()
    include: tuple[str, ...] = ()
    where: Sql | None = None
    nulls_not_distinct: bool = False
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger; `pg_trigger`."""

    relation: Name
    name: str
    timing: str
    """`before`, `after` or `instead of`."""
    events: tuple[str, ...]
    """Of `insert`, `delete`, `update`, `truncate`, in this order."""
    routine: Name
    update_columns: tuple[str, ...] = ()
    level: str = "statement"
    when: Sql | None = None
    arguments: tuple[str, ...] = ()
    constraint: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    from_relation: Name | None = None
    """The other table of a constraint trigger."""
    old_table: str | None = None
    """The name of the rows as they were, for the routine of a statement's trigger."""
    new_table: str | None = None
    """The name of the rows as they are."""
    enabled: str = "origin"
    """`origin`, `replica`, `always` or `disabled`."""
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A row security policy; it limits the rows that *roles* may touch with *command*."""

    relation: Name
    name: str
    command: Command = Command.ALL
    permissive: bool = True
    roles: tuple[str, ...] = ("public",)
    using: Sql | None = None
    with_check: Sql | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a routine; *name* may be empty."""

    name: str
    mode: str
    """`in`, `out`, `inout`, `variadic` or `table`."""
    type: str
    default: Sql | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A function, procedure, aggregate or window function; `pg_proc`."""

    name: Name
    kind: RoutineKind = RoutineKind.FUNCTION
    arguments: tuple[Argument, ...] = ()
    returns: str | None = None
    """As `pg_get_function_result` prints it; None for a procedure."""
    language: str = "sql"
    volatility: str = "volatile"
    strict: bool = False
    security_definer: bool = False
    leakproof: bool = False
    parallel: str = "unsafe"
    settings: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    """Of an aggregate what it is made of: `sfunc`, `stype`, `initcond`, …"""
    owner: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)

    @property
    def signature(self) -> Signature:
        """What tells overloads apart: the name and the types of the input arguments."""
        inputs = (a.type for a in self.arguments if a.mode in ("in", "inout", "variadic"))
        return Signature(self.name, tuple(inputs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """An object that is known by its SQL only: a rule, a cast, an event trigger, …"""

    kind: ObjectKind
    name: str
    sql: str
    also: tuple[str, ...] = ()
    """The statements that changed it later, but for its name and owner."""
    relation: Name | None = None
    """The relation that it is part of: that of a rule or of extended statistics."""
    owner: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)


class Reference(NamedTuple):
    """One object mentions another."""

    origin: ObjectId
    """What holds the mention; a routine stands for all of its name."""
    place: str
    """Where it does so, if it is no part: `definition`, `body`, or empty for what declares it."""
    target: ObjectId
    """What is mentioned: a relation, a column, a routine, a type or a sequence."""
    how: str
    """`declared`, `parsed` or `mentioned`."""

    @property
    def part(self) -> str:
        """Where the mention is, in words: `policy own rows`, `column x`, `definition`, `body`, or empty."""
        return self.origin.part_words or self.place

"""A table and the tables one foreign key away from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from schemabook.model import Constraint, ConstraintKind, Database, Name, Target, VirtualForeignKey

MOST_REFERENCING = 12
"""How many boxes stand on the referencing side; more tables than this are shown in groups."""


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column of the primary key or of a foreign key."""

    name: str
    type: str
    primary: bool
    foreign: bool


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key as a picture shows it."""

    relation: Name
    columns: tuple[str, ...]
    references: Name
    referenced_columns: tuple[str, ...] = ()
    """Empty where they are the primary key, as nearly always."""
    unique: bool = False
    """At most one row references the same row."""
    optional: bool = False
    """A column may be null, so a row may reference nothing."""
    enforced: bool = True
    """False for a virtual foreign key: no constraint says it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Referencing tables that are shown as one: those of a schema, or of a prefix of their names."""

    name: str
    tables: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A table, its key columns, and the foreign keys from and to it."""

    relation: Name
    columns: tuple[KeyColumn, ...] = ()
    """The primary key in its own order, then the foreign keys' columns by position."""
    references: tuple[ForeignKey, ...] = ()
    """The table's own keys by what they reference, those to itself too."""
    groups: tuple[Group, ...] = ()
    """By name; only where too many tables reference this one."""
    referenced_by: tuple[ForeignKey, ...] = ()
    """The keys of other tables by their table, without those in groups."""
    more_tables: int = 0
    """Further referencing tables, that neither a group nor a key of their own shows."""

    def __bool__(self) -> bool:
        return bool(self.references or self.groups or self.referenced_by)


def neighbourhood(
    database: Database, relation: Name, virtual: Iterable[VirtualForeignKey] = ()
) -> Neighbourhood:
    """The foreign keys from and to a table, each once; many referencing tables are shown in groups.

    *virtual* are those that no constraint enforces, of any table.
    """
    virtual = tuple(virtual)
    own = {_foreign_key(database, key) for key in database.foreign_keys_of(relation)}
    own |= {_virtual(database, key) for key in virtual if key.relation == relation}
    to = {_foreign_key(database, key) for key in _incoming(database, relation)}
    to |= {_virtual(database, k) for k in virtual if k.references.relation == relation != k.relation}
    referencing = sorted(to, key=lambda key: (key.relation, key.columns, key.referenced_columns))
    groups, shown, more = _collapsed(referencing)
    return Neighbourhood(
        relation=relation,
        columns=tuple(_key_columns(database, relation, own)),
        references=tuple(sorted(own, key=lambda key: (key.references, key.columns, key.referenced_columns))),
        groups=groups,
        referenced_by=tuple(key for key in referencing if key.relation in shown),
        more_tables=more,
    )


def _incoming(database: Database, relation: Name) -> Iterator[Constraint]:
    """The keys of other tables; a partition does not repeat those of its parent."""
    for key in database.foreign_keys_to(relation):
        if key.relation != relation and not _is_inherited(database, key):
            yield key


def _is_inherited(database: Database, key: Constraint) -> bool:
    table = database.relations.get(key.relation)
    while table and table.partition_of:
        parent = table.partition_of
        inherited = {(k.columns, k.references) for k in database.foreign_keys_of(parent)}
        if (key.columns, key.references) in inherited:
            return True
        table = database.relations.get(parent)
    return False


def _foreign_key(database: Database, key: Constraint) -> ForeignKey:
    if key.references is None:
        raise ValueError(f'constraint "{key.name}" is not a foreign key')
    optional = not set(key.columns) <= set(not_null_columns(database, key.relation))
    return _key(database, key.relation, key.columns, key.references, optional=optional)


def _virtual(database: Database, key: VirtualForeignKey) -> ForeignKey:
    """Optional, as nothing stops a row from referencing what is not there."""
    found = _key(database, key.relation, key.columns, key.references, optional=True)
    return replace(found, enforced=False)


def _key(
    database: Database, relation: Name, columns: tuple[str, ...], to: Target, *, optional: bool
) -> ForeignKey:
    primary = database.primary_key(to.relation)
    return ForeignKey(
        relation=relation,
        columns=columns,
        references=to.relation,
        referenced_columns=to.columns if primary and to.columns != primary.columns else (),
        unique=any(unique <= set(columns) for unique in unique_columns(database, relation)),
        optional=optional,
    )


def unique_columns(database: Database, relation: Name) -> Iterator[set[str]]:
    """The sets of columns that no two rows share."""
    for constraint in database.constraints_of(relation):
        if constraint.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
            yield set(constraint.columns)
    for index in database.indexes_of(relation):
        columns = {key.column for key in index.keys if key.column}
        if index.unique and index.where is None and len(columns) == len(index.keys):
            yield columns


def not_null_columns(database: Database, relation: Name) -> Iterator[str]:
    """The columns that hold no null, those of the primary key first."""
    primary = database.primary_key(relation)
    yield from primary.columns if primary else ()
    yield from (column.name for column in database.columns_of(relation) if column.not_null)


def _key_columns(database: Database, relation: Name, keys: Iterable[ForeignKey]) -> Iterator[KeyColumn]:
    primary_key = database.primary_key(relation)
    primary = primary_key.columns if primary_key else ()
    foreign = {column for key in database.foreign_keys_of(relation) for column in key.columns}
    types = {column.name: column.type for column in database.columns_of(relation)}
    referencing = {column for key in keys for column in key.columns}
    others = (column for column in types if column in referencing and column not in primary)
    for column in (*primary, *others):
        yield KeyColumn(column, types.get(column, ""), column in primary, column in foreign)


def _collapsed(keys: Iterable[ForeignKey]) -> tuple[tuple[Group, ...], frozenset[Name], int]:
    """The groups, the tables that stand for themselves, and how many more there are."""
    tables = sorted({key.relation for key in keys})
    if len(tables) <= MOST_REFERENCING:
        return (), frozenset(tables), 0
    members: dict[str, list[Name]] = defaultdict(list)
    by_schema = len({table.schema for table in tables}) > 1
    for table in tables:
        members[table.schema if by_schema else _prefix(table.name)].append(table)
    largest = sorted(members, key=lambda group: (-len(members[group]), group))
    kept = largest if len(largest) <= MOST_REFERENCING else largest[: MOST_REFERENCING - 1]
    groups = tuple(Group(group, len(members[group])) for group in sorted(kept) if len(members[group]) > 1)
    alone = frozenset(members[group][0] for group in kept if len(members[group]) == 1)
    return groups, alone, len(tables) - len(alone) - sum(group.tables for group in groups)


def _prefix(name: str) -> str:
    """The name up to its first underscore: `ci` of `ci_builds`."""
    return name.partition("_")[0] or name

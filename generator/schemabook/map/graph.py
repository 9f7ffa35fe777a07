"""Database → the graph of the map: its tables, and the links between them.

Partitions are their table's; a table that a foreign key names and the dump does not hold is shown as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemabook.map.neighbourhood import not_null_columns, unique_columns
from schemabook.model import (
    Constraint,
    Database,
    Name,
    ObjectKind,
    Relation,
    Target,
    VirtualForeignKey,
    relation_id,
    type_within,
)


class LinkKind(StrEnum):
    """Why two tables are linked."""

    FOREIGN_KEY = "foreign_key"
    VIRTUAL = "virtual"
    """A foreign key that no constraint enforces; the settings name it."""
    READS = "reads"
    """A view's query reads the table."""
    ROW_SECURITY = "row_security"
    """A policy reads the other table to tell whose rows these are: who is a member of what."""


@dataclass(frozen=True, slots=True)
class MapColumn:
    """A column as the map shows it."""

    name: str
    type: str = ""
    primary: bool = False
    foreign: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class MapTable:
    """A relation on the map."""

    name: Name
    kind: str
    """A kind of relation, or `outside`: not in the dump."""
    columns: tuple[MapColumn, ...] = ()
    partitions: int = 0


OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """One table references another; tables and columns are their places in the graph."""

    table: int
    references: int
    columns: tuple[int, ...] = ()
    referenced_columns: tuple[int, ...] = ()
    kind: LinkKind = LinkKind.FOREIGN_KEY
    unique: bool = False
    """At most one row references the same row."""
    optional: bool = False
    """A column may be null, so a row may reference nothing."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All tables by name, and all links between them."""

    tables: tuple[MapTable, ...]
    links: tuple[Link, ...]
    places: Mapping[Name, int] = field(repr=False)
    """The place of each table."""
    row_security: tuple[Link, ...] = ()
    """The links of policies: they place nothing, and are shown when somebody asks for them."""


def shown_as(database: Database, name: Name) -> Name:
    """The table that stands on the map for this one: that of a partition, else itself."""
    relation = database.relations.get(name)
    while relation and relation.partition_of and relation.partition_of in database.relations:
        name = relation.partition_of
        relation = database.relations[name]
    return name


def graph(database: Database, virtual: Iterable[VirtualForeignKey] = ()) -> Graph:
    """The graph of a database; *virtual* are links that the dump does not declare."""
    virtual = tuple(key for key in virtual if key.relation in database.relations)
    shown = (r for name, r in database.relations.items() if shown_as(database, name) == name)
    tables = {relation.name: _table(database, relation, virtual) for relation in shown}
    keys = [key for name in tables for key in database.foreign_keys_of(name) if key.references]
    for outside in _outside(database, keys, virtual):
        tables.setdefault(outside.name, outside)
    found = tuple(tables[name] for name in sorted(tables))
    places = {table.name: place for place, table in enumerate(found)}
    columns = [{column.name: place for place, column in enumerate(table.columns)} for table in found]
    linker = _Linker(database, places, columns)
    links = {*map(linker.foreign_key, keys), *linker.views(), *map(linker.virtual, virtual)}
    return Graph(found, tuple(sorted(links)), places, tuple(sorted({*linker.policies()})))


def _table(database: Database, relation: Relation, virtual: tuple[VirtualForeignKey, ...]) -> MapTable:
    name = relation.name
    primary_key = database.primary_key(name)
    primary = primary_key.columns if primary_key else ()
    foreign = {column for key in database.foreign_keys_of(name) for column in key.columns}
    foreign |= {column for key in virtual if key.relation == name for column in key.columns}
    required = set(not_null_columns(database, name))
    columns = tuple(
        MapColumn(own, type_within(column.type, name.schema), own in primary, own in foreign, own in required)
        for column in database.columns_of(name)
        for own in (column.name,)
    )
    return MapTable(name, relation.kind.value, columns, len(database.partitions_of(name)))


def _outside(
    database: Database, keys: Iterable[Constraint], virtual: Iterable[VirtualForeignKey]
) -> Iterator[MapTable]:
    """The tables that keys reference and the dump does not hold, with the columns that are referenced."""
    columns: dict[Name, set[str]] = {}
    targets = [*(key.references for key in keys if key.references), *(key.references for key in virtual)]
    for target in targets:
        columns.setdefault(target.relation, set()).update(target.columns)
    for name, names in columns.items():
        if name not in database.relations:
            yield MapTable(name, OUTSIDE, tuple(MapColumn(column) for column in sorted(names)))


class _Linker:
    """Makes links of names."""

    def __init__(self, database: Database, places: Mapping[Name, int], columns: list[dict[str, int]]) -> None:
        self.database = database
        self.places = places
        self.columns = columns

    def foreign_key(self, key: Constraint) -> Link:
        if key.references is None:
            raise ValueError(f'constraint "{key.name}" is not a foreign key')
        optional = not set(key.columns) <= set(not_null_columns(self.database, key.relation))
        return self._link(key.relation, key.columns, key.references, LinkKind.FOREIGN_KEY, optional)

    def virtual(self, key: VirtualForeignKey) -> Link:
        """Optional, as nothing stops a row from referencing what is not there."""
        return self._link(key.relation, key.columns, key.references, LinkKind.VIRTUAL, optional=True)

    def views(self) -> Iterator[Link]:
        """A link from each view to each table that its query reads."""
        return self._mentions(ObjectKind.RELATION, LinkKind.READS)

    def policies(self) -> Iterator[Link]:
        """A link from each table to each other one that its policies read."""
        return self._mentions(ObjectKind.POLICY, LinkKind.ROW_SECURITY)

    def _mentions(self, origin: ObjectKind, kind: LinkKind) -> Iterator[Link]:
        for name, place in self.places.items():
            for reference in self.database.references_from(relation_id(name)):
                target = reference.target.whole
                home = shown_as(self.database, target.name)
                is_relation = reference.origin.kind is origin and target.kind is ObjectKind.RELATION
                if is_relation and home != name and home in self.places:
                    yield Link(place, self.places[home], kind=kind)

    def _link(
        self, relation: Name, columns: tuple[str, ...], to: Target, kind: LinkKind, optional: bool
    ) -> Link:
        table = self.places[shown_as(self.database, relation)]
        references = self.places[shown_as(self.database, to.relation)]
        own, other = self.columns[table], self.columns[references]
        return Link(
            table,
            references,
            tuple(own[column] for column in columns if column in own),
            tuple(other[column] for column in to.columns if column in other),
            kind,
            unique=any(unique <= set(columns) for unique in unique_columns(self.database, relation)),
            optional=optional,
        )

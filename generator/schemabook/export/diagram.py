"""What the formats of diagrams are written from: some tables of a database, and the links between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from schemabook.map.cards import Mode
from schemabook.map.graph import Graph, Link, MapColumn, MapTable
from schemabook.map.grouping import Grouping
from schemabook.model import Database, Name, VirtualForeignKey

Href = Callable[[Name], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A database, and what the settings say of its tables."""

    database: Database
    virtual: tuple[VirtualForeignKey, ...] = ()
    group_of: Mapping[Name, str] = field(default_factory=dict)
    """The groups of the settings."""
    hubs: tuple[Name, ...] | None = None
    """The hubs of the settings; None where they name none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """The tables that were chosen, in the groups of the map."""

    whole: Whole
    graph: Graph
    grouping: Grouping
    mode: Mode = Mode.COLUMNS
    href: Href = lambda _: None
    """The link to a table's page."""

    def columns(self, table: MapTable) -> Iterator[tuple[int, MapColumn]]:
        """The columns that a table shows, with their places."""
        for place, column in enumerate(table.columns):
            if self.mode is Mode.COLUMNS or (self.mode is Mode.KEYS and (column.primary or column.foreign)):
                yield place, column

    def referencing(self, link: Link) -> tuple[str, ...]:
        """The names of a link's columns in the table that references."""
        return tuple(self.graph.tables[link.table].columns[place].name for place in link.columns)

    def referenced(self, link: Link) -> tuple[str, ...]:
        """The names of a link's columns in the table that is referenced."""
        columns = self.graph.tables[link.references].columns
        return tuple(columns[place].name for place in link.referenced_columns)


def marks(column: MapColumn) -> tuple[str, ...]:
    """`PK` and `FK`, as far as they are true of a column."""
    return (*["PK"] * column.primary, *["FK"] * column.foreign)

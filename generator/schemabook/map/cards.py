"""How large the card of a table is, and where on it a line may end. Lengths are whole units of the map."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from schemabook.map.graph import Graph, Link, MapColumn, MapTable
from schemabook.map.widths import width

FONT, SMALL = 12, 11
"""The size of a name, and of a column."""
PADDING, BETWEEN, MARKS = 10, 14, 26
"""At both sides; between a column and its type; before a column, for `PK` and `FK`."""
NARROWEST, WIDEST = 90, 320
COUNT = 36
"""The room of a number after a hub's name."""
TITLE, ROW, FOOT = 26, 17, 5
"""Heights: of the name, of a column, and below the last one."""
MOST_ROWS = 30
"""A card with more columns says how many more."""
LOWER = 4
"""Half the distance between the ends of keys that may be null and of others."""


class Mode(StrEnum):
    """What a card shows."""

    NAMES = "names"
    KEYS = "keys"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Card:
    """The size of a card, and the columns on it."""

    width: int
    height: int
    rows: tuple[int, ...] = ()
    """The columns that are shown, by their places."""
    more: int = 0
    """How many are not."""


def card(table: MapTable, mode: Mode) -> Card:
    """The card of a table."""
    rows = _rows(table, mode)
    more = len(table.columns) - len(rows) if rows and mode is Mode.COLUMNS else 0
    wanted = [width(table.name.name, FONT, bold=True), *(_row_width(table.columns[row]) for row in rows)]
    lines = len(rows) + bool(more)
    height = TITLE + (lines * ROW + FOOT if lines else 0)
    return Card(min(max(NARROWEST, max(wanted) + 2 * PADDING), WIDEST), height, rows, more)


def cards(graph: Graph, mode: Mode, hubs: Collection[int] = ()) -> tuple[Card, ...]:
    """The card of each table; those of hubs have room for how many tables reference them."""
    found = [card(table, mode) for table in graph.tables]
    for hub in hubs:
        name = width(graph.tables[hub].name.name, FONT, bold=True)
        wanted = max(found[hub].width, min(name + COUNT + 2 * PADDING, WIDEST))
        found[hub] = replace(found[hub], width=wanted)
    return tuple(found)


def _rows(table: MapTable, mode: Mode) -> tuple[int, ...]:
    if mode is Mode.NAMES:
        return ()
    every = range(len(table.columns))
    keys = [place for place in every if table.columns[place].primary or table.columns[place].foreign]
    if mode is Mode.KEYS:
        return tuple(keys)
    if len(every) <= MOST_ROWS:
        return tuple(every)
    others = [place for place in every if place not in set(keys)]
    return tuple(sorted((keys + others)[: MOST_ROWS - 1]))


def _row_width(column: MapColumn) -> int:
    types = BETWEEN + width(column.type, SMALL) if column.type else 0
    return MARKS + width(column.name, SMALL) + types


def middle(drawn: Card, column: int) -> int:
    """The height of a column's middle on its card; of the name's where the column is not shown."""
    if column not in drawn.rows:
        return TITLE // 2 if not drawn.rows or not drawn.more else drawn.height - FOOT - ROW // 2
    return TITLE + drawn.rows.index(column) * ROW + ROW // 2


def end(drawn: Card, columns: tuple[int, ...]) -> int:
    """Where a line ends that is for these columns: in the middle of the first and the last."""
    if not drawn.rows or not columns:
        return TITLE // 2
    heights = [middle(drawn, column) for column in columns]
    return (min(heights) + max(heights)) // 2


def ends(drawn: Sequence[Card], link: Link) -> tuple[int, int]:
    """Where the line of a link ends on the referencing card, and on the referenced one.

    There those of keys that may be null end a little below the others: their signs differ.
    """
    here, there = end(drawn[link.table], link.columns), end(drawn[link.references], link.referenced_columns)
    if link.table == link.references and here == there:
        here -= 2 * LOWER
    return here, there + (LOWER if link.optional else -LOWER)

"""Where the boxes of a neighbourhood stand: three columns, each centred on the height of the tallest, or one.

Lengths are whole pixels from the upper left corner. The same neighbourhood gives the same places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from schemabook.map.mermaid import UNKNOWN
from schemabook.map.neighbourhood import ForeignKey, KeyColumn, Neighbourhood
from schemabook.map.text import CHARACTER, pixels, units
from schemabook.model import Name

PADDING, TITLE, ROW, FOOT = 10, 28, 18, 4
BETWEEN = 8
"""Between the boxes of a column."""
GAP = 60
"""Between the columns, for the lines."""
LOOP = 48
"""The room for a table's keys to itself where nothing stands at its left."""
EDGE = 1
"""Half of a box's outline lies outside the box."""
PHONE, WIDEST_ON_PHONE = 340, 400
"""The width of a picture for a phone; one that is not much wider is made a little smaller there instead."""
ASIDE, LANE, MOST_LANES = 22, 4, 8
"""The room beside a single column for the signs of lines; between these lines; their number at most."""
CHARACTERS = 84
"""How many stand beside each other on a page; where the columns want more, the widest give way."""


class Row(NamedTuple):
    """A line of a box: `PK`, a column, its type."""

    text: str
    mark: str = ""
    right: str = ""


@dataclass(slots=True)
class Box:
    """A table, or several that are shown as one."""

    relation: Name | None
    """None for a group of tables."""
    title: str
    schema: str = ""
    """Shown where it is not the schema of the table in the middle."""
    right: str = ""
    rows: tuple[Row, ...] = ()
    keys: tuple[ForeignKey, ...] = ()
    tables: int = 1
    x: int = 0
    y: int = 0
    characters: int = 0

    @property
    def qualifier(self) -> str:
        """The schema as it stands before the title."""
        return f"{self.schema}." if self.schema else ""

    @property
    def marks(self) -> int:
        """The characters before the text of a row."""
        return max((len(row.mark) + 1 for row in self.rows if row.mark), default=0)

    @property
    def wanted(self) -> int:
        """The characters that show everything."""
        title = _together(self.qualifier + self.title, self.right)
        return max(title, *(self.marks + _together(row.text, row.right) for row in self.rows), 0)

    @property
    def width(self) -> int:
        """In pixels."""
        return pixels(self.characters) + 2 * PADDING

    @property
    def height(self) -> int:
        """In pixels."""
        return TITLE + (len(self.rows) * ROW + FOOT if self.rows else 0)

    @property
    def right_edge(self) -> int:
        """Where lines to the right begin."""
        return self.x + self.width

    @property
    def middles(self) -> list[int]:
        """The heights of the rows."""
        return [self.y + TITLE + row * ROW + ROW // 2 for row in range(len(self.rows))]

    def heights(self, texts: Iterable[str]) -> list[int]:
        """The heights of the rows with these texts from above; that of the title where one is missing."""
        middles = {row.text: middle for row, middle in zip(self.rows, self.middles, strict=True)}
        found = [middles.get(text, 0) for text in texts]
        return sorted(found) if found and all(found) else [self.y + TITLE // 2]


@dataclass(frozen=True, slots=True)
class Boxes:
    """All boxes, in their places."""

    left: Sequence[Box]
    centre: Box
    right: Sequence[Box]
    width: int
    height: int


def boxes(neighbourhood: Neighbourhood) -> Boxes:
    """What is referenced at the left, the table in the middle, what references it at the right."""
    name = neighbourhood.relation
    centre = Box(name, name.name, rows=tuple(map(_row, neighbourhood.columns)))
    left, right = _referenced(neighbourhood, centre), _referencing(neighbourhood)
    stacks = [left, [centre], right]
    _flatten(right, CHARACTERS - _wanted(left) - _wanted([centre]))
    _share_width(stacks)
    loops = any(key.references == name for key in neighbourhood.references)
    x = LOOP if loops and not stacks[0] else EDGE
    height = max(_height(stack) for stack in stacks)
    for stack in filter(None, stacks):
        _place(stack, x, EDGE + (height - _height(stack)) // 2)
        x = stack[0].right_edge + GAP
    return Boxes(stacks[0], centre, stacks[2], x - GAP + EDGE, height + 2 * EDGE)


def upright(neighbourhood: Neighbourhood) -> Boxes:
    """What is referenced above, the table in the middle, what references it below; lines run beside them."""
    name = neighbourhood.relation
    centre = Box(name, name.name, rows=tuple(map(_row, neighbourhood.columns)))
    above, below = _referenced(neighbourhood, centre)[::-1], _referencing(neighbourhood)
    x = ASIDE + LANE * min(len(neighbourhood.references), MOST_LANES) if neighbourhood.references else EDGE
    characters = (PHONE - x - (ASIDE if below else EDGE) - 2 * PADDING) * 2 // CHARACTER
    y = EDGE
    for stack in filter(None, (above, [centre], below)):
        for box in stack:
            box.characters = characters
            _flatten([box], 0 if box is centre else characters)
        _place(stack, x, y)
        y = stack[-1].y + stack[-1].height + 2 * BETWEEN
    return Boxes(above, centre, below, PHONE, y - 2 * BETWEEN + EDGE)


def _row(column: KeyColumn) -> Row:
    marks = " ".join(["PK"] * column.primary + ["FK"] * column.foreign)
    return Row(column.name, marks, column.type if column.type != UNKNOWN else "")


def _referenced(of: Neighbourhood, centre: Box) -> list[Box]:
    """By the first of the columns that lead there, so that few lines cross."""
    keys = [key for key in of.references if key.references != of.relation]
    found = _by_table(of, keys, lambda key: key.references, lambda key: key.referenced_columns)
    return sorted(found, key=lambda box: min(centre.heights(key.columns)[0] for key in box.keys))


def _referencing(of: Neighbourhood) -> list[Box]:
    groups = [_group(group.name, group.tables, "tables") for group in of.groups]
    tables = _by_table(of, of.referenced_by, lambda key: key.relation, lambda key: key.columns)
    more = [_group("…", of.more_tables, "more tables")] if of.more_tables else []
    return [*groups, *tables, *more]


def _group(name: str, tables: int, what: str) -> Box:
    return Box(None, name, right=f"{tables} {what}", tables=tables)


def _by_table(
    of: Neighbourhood,
    keys: Iterable[ForeignKey],
    table: Callable[[ForeignKey], Name],
    columns: Callable[[ForeignKey], tuple[str, ...]],
) -> list[Box]:
    found = []
    for name, group in groupby(keys, table):
        its = tuple(group)
        rows = dict.fromkeys(", ".join(columns(key)) for key in its if columns(key))
        schema = name.schema if name.schema != of.relation.schema else ""
        found.append(Box(name, name.name, schema, rows=tuple(map(Row, rows)), keys=its))
    return found


def _together(left: str, right: str) -> int:
    """The characters of two texts with a gap between them."""
    return units(left) + (units(right) + 2 if right else 0)


def _wanted(stack: Iterable[Box]) -> int:
    return max((box.wanted for box in stack), default=0)


def _flatten(stack: Sequence[Box], most: int) -> None:
    """Writes the only column of each box beside its title, if all of them have room for that."""
    titles = ((box.qualifier + box.title, box.rows[0].text) for box in stack if box.rows)
    widest = max((_together(*texts) for texts in titles), default=0)
    if widest <= most and all(len(box.rows) <= 1 for box in stack):
        for box in stack:
            box.right, box.rows = box.rows[0].text if box.rows else box.right, ()


def _share_width(stacks: Sequence[Sequence[Box]]) -> None:
    """Gives each column what it wants, or the widest ones an equal part of what there is."""
    wanted = [_wanted(stack) for stack in stacks]
    most = max(wanted)
    while sum(min(want, most) for want in wanted) > CHARACTERS:
        most -= 1
    for stack, want in zip(stacks, wanted, strict=True):
        for box in stack:
            box.characters = min(want, most)


def _height(stack: Sequence[Box]) -> int:
    return sum(box.height + BETWEEN for box in stack) - BETWEEN if stack else 0


def _place(stack: Sequence[Box], x: int, y: int) -> None:
    for box in stack:
        box.x, box.y = x, y
        y += box.height + BETWEEN

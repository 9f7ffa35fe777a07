"""What the names in a query mean: the columns and rows of its FROM, and of the queries around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemabook.model import Column, ColumnName, Name

SYSTEM_COLUMNS = {
    "ctid": "tid",
    "xmin": "xid",
    "cmin": "cid",
    "xmax": "xid",
    "cmax": "cid",
    "tableoid": "oid",
}
"""The columns of every table; https://www.postgresql.org/docs/current/ddl-system-columns.html."""


class Output(NamedTuple):
    """A column of a query's result; *column* is where it comes from, if it is taken as it is."""

    name: str
    type: str
    column: ColumnName | None = None
    collation: str | None = None
    sources: frozenset[ColumnName] = frozenset()
    """The columns of the database that its value is made of, through all subqueries."""
    expression: str = ""
    """What computes it, as it is written where it is computed; empty for what is taken as it is."""


class Rows(NamedTuple):
    """What FROM makes known under one name."""

    name: str
    outputs: tuple[Output, ...]
    complete: bool = True
    """Whether these are certainly all its columns."""
    type: str = "record"
    """The type of a whole row."""
    relation: Name | None = None

    def output(self, name: str) -> Output | None:
        """The column of this name."""
        found = next((output for output in self.outputs if output.name == name), None)
        if found is None and self.relation and name in SYSTEM_COLUMNS:
            return Output(name, SYSTEM_COLUMNS[name])
        return found

    def whole(self) -> Output:
        """A row as one value."""
        return Output(self.name, self.type, sources=all_sources(self.outputs))


SEQUENCE = (Output("last_value", "bigint"), Output("log_cnt", "bigint"), Output("is_called", "boolean"))
"""The columns of every sequence."""


class Unknown(NamedTuple):
    """A name in a query that leads nowhere: a relation as it is written, or a column.

    The relation of a column is known where the query says it, or where it is the only one.
    """

    relation: Name
    column: str = ""
    qualifier: str = ""
    """What stands before the column."""


class Items(NamedTuple):
    """Some items of FROM: the columns that `*` means, and the names that qualify them."""

    outputs: tuple[Output, ...] = ()
    rows: tuple[Rows, ...] = ()
    complete: bool = True

    def __add__(self, other: Items) -> Items:  # type: ignore[override]  # side by side, not one tuple
        """Both, side by side."""
        return Items(self.outputs + other.outputs, self.rows + other.rows, self.complete and other.complete)


class Level:
    """A query's own names, inside of those of the query around it."""

    def __init__(self, outer: Level | None = None) -> None:
        self.outer = outer
        self.items = Items()
        self.tables: dict[str, Items] = {}
        """What WITH defines."""

    def beside(self) -> Level:
        """The level without its FROM: what a subquery in FROM sees that is not LATERAL."""
        found = Level(self.outer)
        found.tables = self.tables
        return found

    def table(self, name: str) -> Items | None:
        """What WITH defines under this name, here or further out."""
        level: Level | None = self
        while level:
            if name in level.tables:
                return level.tables[name]
            level = level.outer
        return None

    def rows(self, names: Sequence[str]) -> Rows | None:
        """The rows that `table` or `schema.table` means."""
        level: Level | None = self
        while level:
            for rows in level.items.rows:
                if rows.name == names[-1] and (len(names) == 1 or _schema(rows) == names[-2]):
                    return rows
            level = level.outer
        return None

    def column(self, names: Sequence[str]) -> Output | None:
        """The column or the row that a name means; None where it is not known."""
        if len(names) > 1:
            rows = self.rows(names[:-1])
            return rows.output(names[-1]) if rows else None
        level: Level | None = self
        while level:
            found = level._own_column(names[0])
            if found or not level.items.complete:
                return found or self._whole(names)
            level = level.outer
        return self._whole(names)

    def unknown(self, names: Sequence[str]) -> Unknown | None:
        """The column that a name must mean, where it is certain that there is none of this name."""
        if len(names) > 1:
            rows = self.rows(names[:-1])
            if rows is None or rows.relation is None or not rows.complete:
                return None
            return Unknown(rows.relation, names[-1], names[-2])
        level, seen = self, list[Rows]()
        while level:
            seen += level.items.rows
            if not level.items.complete or not all(
                rows.relation and rows.complete for rows in level.items.rows
            ):
                return None
            level = level.outer  # type: ignore[assignment]  # it ends the loop
        relation = seen[0].relation if len(seen) == 1 else None
        return Unknown(relation or Name("", ""), names[0]) if seen else None

    def _own_column(self, name: str) -> Output | None:
        found = next((output for output in self.items.outputs if output.name == name), None)
        if found is None and name in SYSTEM_COLUMNS:
            return next((o for rows in self.items.rows if (o := rows.output(name))), None)
        return found

    def _whole(self, names: Sequence[str]) -> Output | None:
        rows = self.rows(names)
        return rows.whole() if rows else None


def _schema(rows: Rows) -> str:
    return rows.relation.schema if rows.relation else ""


def of_column(fact: Column) -> Output:
    """A column of the database, taken as it is."""
    name = ColumnName(fact.relation, fact.name)
    return Output(fact.name, fact.type, name, fact.collation, frozenset({name}))


def all_sources(outputs: Sequence[Output]) -> frozenset[ColumnName]:
    """What all the columns are made of."""
    return frozenset().union(*(output.sources for output in outputs))


def renamed(outputs: Sequence[Output], names: Sequence[str]) -> tuple[Output, ...]:
    """With other names for the first columns; there may be more names than columns are known."""
    found = [o._replace(name=name) for o, name in zip(outputs, names, strict=False)]
    found += outputs[len(names) :]
    found += [Output(name, "") for name in names[len(outputs) :]]
    return tuple(found)

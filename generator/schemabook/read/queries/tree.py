"""The tree of a query: what `expressions` and `selects` read, as PostgreSQL's grammar does."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemabook.model import Name

NO_NAME = Name("", "")


@dataclass(slots=True, eq=False)
class Node:
    """An expression; *parts* are the expressions and queries in it."""

    parts: tuple[Part, ...] = ()


@dataclass(slots=True, eq=False)
class Constant(Node):
    """A number, a string, NULL, TRUE or FALSE."""

    type: str = "unknown"


@dataclass(slots=True, eq=False)
class Reference(Node):
    """A column, a row, or with `*` as its last name all columns of a row."""

    names: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Fixed(Node):
    """What has the same type whatever its parts are: conditions, CURRENT_DATE, XMLELEMENT."""

    type: str = ""
    output_name: str = ""
    """The name of a column made of it, if PostgreSQL gives one."""


@dataclass(slots=True, eq=False)
class Cast(Node):
    """CAST (value AS type), value::type, type 'value'."""

    type: str = ""


@dataclass(slots=True, eq=False)
class Call(Node):
    """A function, with its arguments first among its parts; *named* are the names of the last ones."""

    name: Name = NO_NAME
    count: int = 0
    """How many of the parts are arguments."""
    named: tuple[str, ...] = ()
    variadic: bool = False
    output_name: str = ""

    @property
    def arguments(self) -> tuple[Part, ...]:
        """The parts that decide which function it is."""
        return self.parts[: self.count]


@dataclass(slots=True, eq=False)
class Operation(Node):
    """An operator, with one operand behind it or one on each side."""

    operator: Name = NO_NAME


@dataclass(slots=True, eq=False)
class Choice(Node):
    """CASE, COALESCE, GREATEST, LEAST: one of its *results*."""

    results: tuple[Node, ...] = ()
    output_name: str = ""


@dataclass(slots=True, eq=False)
class NullIf(Node):
    """NULLIF (value, other)."""


@dataclass(slots=True, eq=False)
class Array(Node):
    """ARRAY[…], or one in brackets inside of it."""


@dataclass(slots=True, eq=False)
class ArrayOf(Node):
    """ARRAY(query)."""


@dataclass(slots=True, eq=False)
class Row(Node):
    """ROW(…), or (a, b)."""


@dataclass(slots=True, eq=False)
class Subquery(Node):
    """(query) in an expression: one value."""


@dataclass(slots=True, eq=False)
class Element(Node):
    """value[index], or value[from:to]."""

    is_slice: bool = False


@dataclass(slots=True, eq=False)
class Field(Node):
    """(value).name, or all of them for `*`."""

    name: str = ""


@dataclass(slots=True, eq=False)
class Collated(Node):
    """value COLLATE collation."""

    collation: str = ""


@dataclass(slots=True, eq=False)
class Item:
    """An item of a SELECT list; the alias is empty where there is none."""

    value: Node
    alias: str = ""
    text: str = ""
    """The expression as it is written."""


@dataclass(slots=True, eq=False)
class Query:
    """SELECT, VALUES, or two of them put together."""

    tables: tuple[Table, ...] = ()
    """What WITH defines."""
    recursive: bool = False
    rest: tuple[Node, ...] = ()
    """The expressions of ORDER BY and LIMIT."""


@dataclass(slots=True, eq=False)
class Select(Query):
    """SELECT items FROM sources; *conditions* are all other expressions in it."""

    items: tuple[Item, ...] = ()
    sources: tuple[From, ...] = ()
    conditions: tuple[Node, ...] = ()


@dataclass(slots=True, eq=False)
class Values(Query):
    """VALUES (…), (…)."""

    rows: tuple[tuple[Node, ...], ...] = ()


@dataclass(slots=True, eq=False)
class Union(Query):
    """UNION, INTERSECT or EXCEPT."""

    left: Query = field(default_factory=Query)
    right: Query = field(default_factory=Query)


@dataclass(slots=True, eq=False)
class Table:
    """name (columns) AS (query), in WITH; *added* are the columns of SEARCH and CYCLE."""

    name: str
    columns: tuple[str, ...]
    query: Query
    added: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, eq=False)
class From:
    """An item of FROM, under its alias, with the names of its columns where the query gives some."""

    alias: str = ""
    columns: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Named(From):
    """A relation, or what WITH defines; *rest* are expressions of TABLESAMPLE."""

    name: Name = NO_NAME
    rest: tuple[Node, ...] = ()


@dataclass(slots=True, eq=False)
class Derived(From):
    """(query)."""

    query: Query = field(default_factory=Query)
    lateral: bool = False


@dataclass(slots=True, eq=False)
class Functions(From):
    """Functions side by side, mostly one; of each the columns that the query defines for it."""

    calls: tuple[InFrom, ...] = ()
    ordinality: bool = False


@dataclass(slots=True, eq=False)
class Join(From):
    """Two items; *using* are the columns that it merges, None where it is natural."""

    left: From = field(default_factory=From)
    right: From = field(default_factory=From)
    using: tuple[str, ...] | None = ()
    merged: str = ""
    """The name for the merged columns: USING (…) AS name."""
    condition: Node | None = None


Part = Node | Query
InFrom = tuple[Node, tuple[tuple[str, str], ...]]
"""A function in FROM, and the columns that the query defines for it."""

"""Queries: which columns they return, and from which columns those come.

Here sqlglot's parser is used. It only answers questions; what a reader sees is the source's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from schemabook.model import Column, ColumnName, Name, Sql


class Catalog(Protocol):
    """What a query needs to know of the database around it."""

    def relation_name(self, name: Name) -> Name:
        """The full name of a relation."""

    def parts_of(self, kind: type[Column], relation: Name) -> Mapping[str, Column]:
        """The columns of a relation."""


class Output(NamedTuple):
    """A column of a query's result; *column* is where it comes from, if it is taken as it is."""

    name: str
    type: str
    column: ColumnName | None = None


TYPES = {
    exp.Count: "bigint",
    exp.Boolean: "boolean",
    exp.Predicate: "boolean",
    exp.Connector: "boolean",
    exp.Not: "boolean",
    exp.RowNumber: "bigint",
    exp.CurrentTimestamp: "timestamp with time zone",
    exp.CurrentDate: "date",
    exp.Concat: "text",
}
SAME_TYPE = (exp.Max, exp.Min, exp.Paren, exp.Coalesce, exp.First, exp.Lag, exp.Lead)


def output_columns(query: Sql, database: Catalog) -> tuple[Output, ...]:
    """The columns that a query returns; none if sqlglot's parser cannot read it."""
    try:
        parsed = sqlglot.parse_one(query.text, dialect="postgres")
        scope = build_scope(parsed)
    except (SqlglotError, RecursionError):
        return ()
    return tuple(_outputs(scope, database)) if scope else ()


def _outputs(scope: Scope, database: Catalog) -> Iterator[Output]:
    while scope.set_operation_scopes:
        scope = scope.set_operation_scopes[0]
    select = scope.expression
    if not isinstance(select, exp.Select):
        return
    for projection in select.expressions:
        yield from _projected(projection, scope, database)


def _projected(projection: exp.Expr, scope: Scope, database: Catalog) -> Iterator[Output]:
    if isinstance(projection, exp.Star):
        for source in scope.sources:
            yield from _columns_of(source, scope, database)
    elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
        yield from _columns_of(projection.table, scope, database)
    else:
        value = projection.unalias()
        origin = _origin(value, scope, database)
        name = projection.alias or _name_of(value)
        yield Output(name, _type_of(value, scope, database), origin.column if origin else None)


def _columns_of(source: str, scope: Scope, database: Catalog) -> tuple[Output, ...]:
    """The columns of one item of FROM."""
    found = scope.sources.get(source)
    if isinstance(found, Scope):
        return tuple(_outputs(found, database))
    if not isinstance(found, exp.Table):
        return ()
    relation = database.relation_name(Name(_text(found.args.get("db")), _text(found.this)))
    columns = database.parts_of(Column, relation).values()
    return tuple(Output(c.name, c.type, ColumnName(relation, c.name)) for c in columns)


def _text(part: object) -> str:
    if not isinstance(part, exp.Identifier):
        return ""
    return str(part.this) if part.quoted else str(part.this).lower()


def _origin(value: exp.Expr, scope: Scope, database: Catalog) -> Output | None:
    """The column of an item of FROM that the expression is, if it is just a column."""
    if not isinstance(value, exp.Column):
        return None
    sources = [value.table] if value.table else list(scope.sources)
    name = _text(value.this)
    for source in sources:
        for output in _columns_of(source, scope, database):
            if output.name == name:
                return output
    return None


def _type_of(value: exp.Expr, scope: Scope, database: Catalog) -> str:
    """The type of an expression, as far as it is plain; else the empty string."""
    if isinstance(value, exp.Column):
        origin = _origin(value, scope, database)
        return origin.type if origin else ""
    if isinstance(value, exp.Cast):
        return _cast_type(value)
    if isinstance(value, SAME_TYPE) and isinstance(value.this, exp.Expr):
        return _type_of(value.this, scope, database)
    return next((name for kind, name in TYPES.items() if isinstance(value, kind)), "")


def _cast_type(value: exp.Cast) -> str:
    kind = value.to
    return kind.sql(dialect="postgres").lower() if isinstance(kind, exp.DataType) else ""


def _name_of(value: exp.Expr) -> str:
    """The name that PostgreSQL gives to a column without AS; `FigureColname`."""
    if isinstance(value, exp.Column):
        return _text(value.this)
    if isinstance(value, exp.Cast):
        inner = _name_of(value.this)
        return _cast_type(value) if inner == "?column?" else inner
    if isinstance(value, exp.Case):
        return "case"
    if isinstance(value, exp.Anonymous):
        return str(value.this).lower()
    if isinstance(value, exp.Func):
        return value.sql_name().lower()
    return "?column?"

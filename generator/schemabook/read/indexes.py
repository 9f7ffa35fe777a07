"""Indexes; https://www.postgresql.org/docs/current/sql-createindex.html."""

from __future__ import annotations

from schemabook.model import Index, IndexKey, Name, Sql
from schemabook.read.builder import Builder
from schemabook.read.cursor import NAME, Cursor
from schemabook.read.naming import chosen_name, distinct_columns, joined_columns

AFTER_EXPRESSION = ("collate", "asc", "desc", "nulls", ",", ")")


def create_index(c: Cursor, database: Builder) -> None:
    """CREATE [ UNIQUE ] INDEX [ CONCURRENTLY ] [ [ IF NOT EXISTS ] name ] ON [ ONLY ] table …."""
    c.accept("concurrently")
    optional = c.accept("if", "not", "exists")
    name = None if c.sees("on") else c.name()
    c.expect("on")
    c.accept("only")
    relation = database.relation(c.qualified_name()).name
    method = c.name() if c.accept("using") else "btree"
    keys = c.in_parentheses(lambda: index_key(c))
    include = c.name_list() if c.accept("include") else ()
    distinct = c.accept("nulls", "not", "distinct")
    if not distinct:
        c.accept("nulls", "distinct")
    if c.accept("with"):
        c.parenthesized()
    if c.accept("tablespace"):
        c.name()
    where = c.rest() if c.accept("where") else None
    c.end()
    if optional and name and name in database.parts_of(Index, relation):
        return
    database.add(
        Index(
            source=c.source(),
            relation=relation,
            name=name or _generated_name(database, relation, keys),
            method=method,
            unique="unique" in c.modifiers,
            keys=keys,
            include=include,
            where=where,
            nulls_not_distinct=distinct,
        )
    )


def index_key(c: Cursor) -> IndexKey:
    """{ column | (expression) | function(…) } [ COLLATE … ] [ opclass ] [ ASC | DESC ] [ NULLS … ]."""
    column, expression = _column_or_expression(c)
    if c.accept("collate"):
        c.parts()
    opclass = None
    if c.key == NAME or (c.key[:1].isalpha() and c.key not in AFTER_EXPRESSION):
        opclass = ".".join(c.parts())
        if c.key == "(":
            c.parenthesized()
    descending = c.one_of("asc", "desc") == "desc"
    nulls_first = c.one_of_phrases(("nulls", "first"), ("nulls", "last"))
    return IndexKey(
        column=column,
        expression=expression,
        descending=descending,
        nulls_first=descending if nulls_first is None else nulls_first == "nulls first",
        opclass=opclass,
    )


def _column_or_expression(c: Cursor) -> tuple[str | None, Sql | None]:
    if c.key == "(":
        return None, c.parenthesized()
    if c.peek() not in ("(", "."):
        return c.name(), None
    start = c.position
    c.parts()
    c.parenthesized()
    return None, c.sql(start, c.position)


def _generated_name(database: Builder, relation: Name, keys: tuple[IndexKey, ...]) -> str:
    columns = distinct_columns(key.column or _expression_name(key.expression) for key in keys)

    def taken(name: str) -> bool:
        return database.is_taken(Name(relation.schema, name), relations=True)

    return chosen_name(relation.name, joined_columns(columns), "idx", taken)


def _expression_name(expression: Sql | None) -> str:
    """The name of an expression's value: the function's, if it is a call; `FigureIndexColname`."""
    words = expression.tokens.split(" ") if expression else []
    is_call = len(words) > 2 and words[-1] == ")" and words[1] == "(" and words[0][:1].isalpha()
    return words[0] if is_call else "expr"

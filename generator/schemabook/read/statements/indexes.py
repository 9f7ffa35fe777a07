"""Indexes; https://www.postgresql.org/docs/current/sql-createindex.html."""

from __future__ import annotations

from schemabook.model import Column, Constraint, Index, IndexKey, Name, ObjectKind, Sql
from schemabook.read.state.builder import AlreadyExists, Builder
from schemabook.read.statements.columns import collation
from schemabook.read.statements.inheritance import pass_on
from schemabook.read.statements.naming import index_name
from schemabook.read.statements.rename import rename_part
from schemabook.read.text.builtin import DEFAULT_OPERATOR_CLASSES
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import NAME, STRING

AFTER_EXPRESSION = ("collate", "asc", "desc", "nulls", ",", ")")


def create_index(c: Cursor, database: Builder) -> None:
    """CREATE [ UNIQUE ] INDEX [ CONCURRENTLY ] [ [ IF NOT EXISTS ] name ] ON [ ONLY ] table …."""
    c.accept("concurrently")
    optional = c.accept("if", "not", "exists")
    name = None if c.sees("on") else c.name()
    c.expect("on")
    only = c.accept("only")
    relation = database.relation(c.qualified_name()).name
    method = c.name() if c.accept("using") else "btree"
    keys = c.in_parentheses(lambda: _index_key(c, database, relation, method))
    include = c.name_list() if c.accept("include") else ()
    distinct = c.accept("nulls", "not", "distinct")
    if not distinct:
        c.accept("nulls", "distinct")
    if c.accept("with"):
        c.skip_parentheses()
    if c.accept("tablespace"):
        c.name()
    where = c.rest() if c.accept("where") else None
    c.end()
    if optional and name and database.is_taken(Name(relation.schema, name), relations=True):
        return
    if name and database.has_relation(Name(relation.schema, name)):
        raise AlreadyExists(ObjectKind.RELATION, Name(relation.schema, name))
    for column in (*(key.column for key in keys), *include):
        if column and database.parts_of(Column, relation):
            database.part(Column, relation, column)
    fact = Index(
        source=c.source(),
        relation=relation,
        name=name or index_name(relation.name, keys, include, database.taken(relation.schema)),
        method=method,
        unique="unique" in c.modifiers,
        keys=keys,
        include=include,
        where=where,
        nulls_not_distinct=distinct,
    )
    database.add(fact)
    if not only:
        pass_on(database, fact)


def _index_key(c: Cursor, database: Builder, relation: Name, method: str) -> IndexKey:
    """{ column | (expression) | function(…) } [ COLLATE … ] [ opclass ] [ ASC | DESC ] [ NULLS … ]."""
    column, expression = column_or_expression(c)
    collated = _collation(c, database, relation, column) if c.accept("collate") else None
    opclass: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    if c.key == NAME or (c.key[:1].isalpha() and c.key not in AFTER_EXPRESSION):
        opclass = _operator_class(c.qualified_name(), database, method)
        options = c.in_parentheses(lambda: _option(c)) if c.key == "(" else ()
    descending = c.one_of("asc", "desc") == "desc"
    nulls_first = c.one_of_phrases(("nulls", "first"), ("nulls", "last"))
    return IndexKey(
        column=column,
        expression=expression,
        descending=descending,
        nulls_first=descending if nulls_first is None else nulls_first == "nulls first",
        collation=collated,
        opclass=opclass,
        opclass_options=options,
    )


def _collation(c: Cursor, database: Builder, relation: Name, column: str | None) -> str | None:
    """The collation of a key; None for that of the column, which goes without saying."""
    found = collation(c, database)
    own = database.parts_of(Column, relation).get(column or "")
    if own is None:
        return found
    return None if found == own.collation else found or "default"


def _option(c: Cursor) -> tuple[str, str]:
    """Parameter = value, of an operator class."""
    name = c.name()
    c.expect("=")
    return name, c.string() if c.key == STRING else c.sql_until(",").text


def _operator_class(name: Name, database: Builder, method: str) -> str | None:
    """The operator class with its schema unless that is pg_catalog; None for the default one."""
    if name.schema in ("", "pg_catalog") and name.name in DEFAULT_OPERATOR_CLASSES.get(method, ()):
        return None
    return str(name if name.schema not in ("", "pg_catalog") else database.operator_class_name(name.name))


def column_or_expression(c: Cursor) -> tuple[str | None, Sql | None]:
    """What an index or statistics are on: a column, an expression in parentheses, or a call."""
    if c.key == "(":
        return None, c.parenthesized()
    if c.peek() not in ("(", "."):
        return c.name(), None
    start = c.position
    c.parts()
    c.skip_parentheses()
    return None, c.sql(start, c.position)


def alter_index(c: Cursor, database: Builder) -> None:
    """ALTER INDEX [ IF EXISTS ] name { RENAME TO … | ATTACH PARTITION … | storage options }."""
    optional = c.accept("if", "exists")
    index = c.qualified_name()
    if optional and database.index_owner_or_none(index) is None:
        return
    relation = database.index_owner(index)
    is_plain = index.name in database.parts_of(Index, relation)
    if c.accept("rename", "to") and is_plain:
        rename_part(database, Index, relation, index.name, c.name())
    elif c.keys[c.position - 1] == "to":
        rename_part(database, Constraint, relation, index.name, c.name())
    elif c.accept("attach", "partition"):
        child = c.qualified_name()
        owner = database.index_owner(child)
        kind = Index if is_plain else Constraint
        database.put_in(database.copies, (kind, relation, index.name), (owner, child.name), None)
    elif c.accept("owner", "to") or c.accept("set", "tablespace"):
        c.name()
    else:
        c.rest()
    c.end()

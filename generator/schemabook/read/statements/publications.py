"""Publications; https://www.postgresql.org/docs/current/sql-createpublication.html."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from schemabook.model import Column, Name, ObjectKind, Publication, PublishedTable
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.statements.roles import named_role
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import STRING

OPERATIONS = ("insert", "update", "delete", "truncate")
FALSE = frozenset({"false", "off", "no", "0", "f", "n"})


class Objects(NamedTuple):
    """What a statement names."""

    tables: tuple[PublishedTable, ...]
    schemas: tuple[str, ...]


def create_publication(c: Cursor, database: Builder) -> None:
    """CREATE PUBLICATION name [ FOR ALL TABLES | FOR TABLE … ] [ WITH (…) ]."""
    fact = Publication(source=c.source(), name=c.name())
    if fact.name in database.publications:
        raise AlreadyExists(ObjectKind.PUBLICATION, fact.name)
    if c.accept("for", "all", "tables"):
        fact = replace(fact, all_tables=True)
    elif c.accept("for"):
        tables, schemas = _objects(c, database)
        fact = replace(fact, tables=tables, schemas=schemas)
    if c.accept("with"):
        fact = _with_options(c, fact)
    c.end()
    database.add(fact)


def alter_publication(c: Cursor, database: Builder) -> None:
    """ALTER PUBLICATION name { ADD | DROP | SET } TABLE …; one that Supabase made may be unknown."""
    name = c.name()
    fact = database.publications.get(name) or Publication(source=c.source(), name=name)
    if c.accept("owner", "to"):
        database.change(fact, owner=named_role(c, database))
        return
    if c.accept("rename", "to"):
        database.remove(database.publications, name)
        database.change(fact, name=c.name())
        return
    verb = c.one_of("add", "drop", "set")
    if verb == "set" and c.key == "(":
        fact = _with_options(c, fact)
    else:
        fact = _changed(fact, verb, _objects(c, database))
    c.end()
    database.add(fact)


def _changed(fact: Publication, verb: str | None, named: Objects) -> Publication:
    relations = {table.relation for table in named.tables}
    kept = [] if verb == "set" else [table for table in fact.tables if table.relation not in relations]
    schemas = set() if verb == "set" else set(fact.schemas) - set(named.schemas)
    if verb != "drop":
        kept += named.tables
        schemas |= set(named.schemas)
    return replace(fact, tables=_sorted(kept), schemas=tuple(sorted(schemas)))


def _sorted(tables: list[PublishedTable]) -> tuple[PublishedTable, ...]:
    return tuple(sorted(tables, key=lambda table: table.relation))


def _objects(c: Cursor, database: Builder) -> Objects:
    """TABLE name [ (columns) ] [ WHERE (…) ], …, TABLES IN SCHEMA name, …; words count until others come."""
    tables: list[PublishedTable] = []
    schemas: set[str] = set()
    of_schemas = False

    def one() -> None:
        nonlocal of_schemas
        if c.accept("tables", "in", "schema"):
            of_schemas = True
        elif c.key == "table":
            c.skip()
            of_schemas = False
        if of_schemas:
            is_current = c.accept("current_schema")
            schemas.add(database.session.creation_schema if is_current else c.name())
        else:
            tables.append(_table(c, database))

    c.separated(one)
    return Objects(_sorted(tables), tuple(sorted(schemas)))


def _table(c: Cursor, database: Builder) -> PublishedTable:
    """[ ONLY ] name [ * ] [ (columns) ] [ WHERE (…) ]; columns come by position, as in the catalog."""
    c.accept("only")
    relation = database.relation_name(c.qualified_name())
    is_of_input = relation.schema in database.schemas and not database.may_be_brought(relation)
    if is_of_input and relation not in database.relations:
        raise DoesNotExist(ObjectKind.RELATION, relation)
    c.accept("*")
    columns = c.name_list() if c.key == "(" else None
    if columns:
        order = list(database.parts_of(Column, relation))
        columns = tuple(sorted(columns, key=lambda name: order.index(name) if name in order else -1))
    where = c.parenthesized() if c.accept("where") else None
    return PublishedTable(relation, columns, where)


def _with_options(c: Cursor, fact: Publication) -> Publication:
    """The publication with what ( option [ = value ], … ) says."""

    def one() -> None:
        nonlocal fact
        name, value = c.name(), None
        if c.accept("="):
            value = c.string() if c.key == STRING else _word(c)
        fact = _with_option(fact, name, value)

    c.in_parentheses(one)
    return fact


def _word(c: Cursor) -> str:
    c.skip()
    return c.values[c.position - 1]


def _with_option(fact: Publication, name: str, value: str | None) -> Publication:
    match name:
        case "publish":
            named = {word.strip() for word in (value or "").lower().split(",")}
            return replace(fact, operations=tuple(word for word in OPERATIONS if word in named))
        case "publish_via_partition_root":
            return replace(fact, via_root=value is None or value.lower() not in FALSE)
        case "publish_generated_columns":
            return replace(fact, generated_columns=(value or "stored").lower())
    return fact


def follow(
    database: Builder, relation: Name, change: Callable[[PublishedTable], PublishedTable | None]
) -> None:
    """Changes what publications say of a table; None takes it out."""
    for fact in list(database.publications.values()):
        if any(table.relation == relation for table in fact.tables):
            tables = (change(table) if table.relation == relation else table for table in fact.tables)
            database.change(fact, tables=_sorted([table for table in tables if table]))


def follow_schema(database: Builder, old: str, new: str | None) -> None:
    """Gives a schema its new name in publications; None takes it out."""
    for fact in list(database.publications.values()):
        if old in fact.schemas:
            schemas = {*fact.schemas, new} - {old, None}
            database.change(fact, schemas=tuple(sorted(name for name in schemas if name)))

"""Views, materialized views and CREATE TABLE AS.

https://www.postgresql.org/docs/current/sql-createview.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schemabook.model import Column, Relation, RelationKind, Sql
from schemabook.model.keywords import quoted
from schemabook.read.queries.levels import renamed
from schemabook.read.queries.query import query
from schemabook.read.state.builder import Builder
from schemabook.read.text.cursor import Cursor, expression

VIEW_OPTIONS: Mapping[str, Any] = {"security_invoker": False, "security_barrier": False, "check_option": None}
"""The options of a view that are facts of the model, with what they are when nobody sets them."""
ON = frozenset({"true", "tru", "tr", "t", "on", "yes", "ye", "y", "1"})
"""How PostgreSQL lets one spell true."""


def create_view(c: Cursor, database: Builder) -> None:
    """CREATE [ OR REPLACE ] VIEW name [ (columns) ] [ WITH (options) ] AS query [ WITH … CHECK OPTION ]."""
    name = database.new(c.qualified_name())
    columns = c.name_list() if c.key == "(" else ()
    relation = Relation(source=c.source(), name=name, kind=RelationKind.VIEW)
    if c.accept("with"):
        relation = replace(relation, **view_options(c))
    c.expect("as")
    start = c.position
    while not c.done and not _is_check_option(c):
        c.skip_until_after_one("with")
    definition = c.sql(start, c.position)
    if "recursive" in c.modifiers:
        definition = _recursive(name.name, columns, definition)
    relation = replace(relation, definition=definition)
    if c.accept("with"):
        relation = replace(relation, check_option=c.one_of("local", "cascaded") or "cascaded")
        c.expect("check", "option")
    c.end()
    replaced = database.relations.get(name) if "or replace" in c.modifiers else None
    old = tuple(database.parts_of(Column, name).values()) if replaced else ()
    if replaced and replaced.kind is not RelationKind.VIEW:
        raise ValueError(f'"{name}" is not a view')
    relation = database.create_or_replace(relation) if replaced else database.create(relation)
    _add_columns(database, relation, columns)
    _expect_same(old, tuple(database.parts_of(Column, name).values()))


def _expect_same(old: tuple[Column, ...], new: tuple[Column, ...]) -> None:
    """Raises ValueError where OR REPLACE drops, renames or retypes columns; more of them may follow."""
    if old and new and len(new) < len(old):
        raise ValueError("cannot drop columns from view")
    for before, after in zip(old, new, strict=False):
        if before.name != after.name:
            raise ValueError(f'cannot change name of view column "{before.name}" to "{after.name}"')
        if before.type and after.type and before.type != after.type:
            raise ValueError(f'cannot change data type of view column "{before.name}"')


def _recursive(name: str, columns: tuple[str, ...], body: Sql) -> Sql:
    """What CREATE RECURSIVE VIEW stands for; so says its documentation."""
    listed = ", ".join(map(quoted, columns))
    head = f"WITH RECURSIVE {quoted(name)} ({listed}) AS ("
    return expression(f"{head}\n{body.text}\n)\nSELECT {listed} FROM {quoted(name)}")


def create_materialized_view(c: Cursor, database: Builder) -> None:
    """CREATE MATERIALIZED VIEW [ IF NOT EXISTS ] name … AS query [ WITH [ NO ] DATA ]."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.relations:
        return
    columns = c.name_list() if c.key == "(" else ()
    _storage(c)
    relation = Relation(source=c.source(), name=name, kind=RelationKind.MATERIALIZED_VIEW)
    relation = replace(relation, definition=_query(c))
    database.create(relation)
    _add_columns(database, relation, columns)


def create_table_as(c: Cursor, database: Builder, relation: Relation) -> None:
    """CREATE TABLE name [ (columns) ] AS query: its columns are those of the query."""
    columns = c.name_list() if c.key == "(" else ()
    _storage(c)
    query = _query(c)
    database.create(relation)
    _add_columns(database, replace(relation, definition=query), columns)


def complete_views(database: Builder) -> None:
    """The types of views that came before what they read, as in the dump of another schema."""
    for relation in list(database.relations.values()):
        columns = database.parts_of(Column, relation.name)
        if relation.is_view and not (relation.columns_known and all(c.type for c in columns.values())):
            _add_columns(database, relation, tuple(columns))


def _storage(c: Cursor) -> None:
    """Clauses between the name and AS that say how rows are stored."""
    while True:
        if c.accept("using") or c.accept("tablespace"):
            c.name()
        elif c.accept("with"):
            c.skip_parentheses()
        elif not c.accept("without", "oids"):
            return


def _query(c: Cursor) -> Sql:
    """AS query [ WITH [ NO ] DATA ]."""
    c.expect("as")
    start = c.position
    end = len(c.values)
    for tail in (("with", "no", "data"), ("with", "data")):
        if tuple(c.keys[end - len(tail) : end]) == tail:
            end -= len(tail)
            break
    c.position = len(c.values)
    return c.sql(start, end)


def _is_check_option(c: Cursor) -> bool:
    return c.sees("with", "check") or c.sees("with", "local", "check") or c.sees("with", "cascaded", "check")


def view_options(c: Cursor) -> dict[str, Any]:
    """The options in ( name [ = value ], … ) that are facts of the model."""
    found: dict[str, Any] = {}

    def option() -> None:
        name = ".".join(c.parts())
        value = "true"
        if c.accept("="):
            c.skip_until_after_one(",")
            value = c.values[c.position - 1].lower()
        if name in VIEW_OPTIONS:
            found[name] = value if name == "check_option" else value in ON

    c.in_parentheses(option)
    return found


def _add_columns(database: Builder, relation: Relation, names: tuple[str, ...]) -> None:
    """The columns of the query's result, under the names given before AS."""
    old = database.parts_of(Column, relation.name)
    database.set_parts(Column, relation.name, ())
    if not relation.definition:
        return
    found = query(relation.definition, database, typed=True)
    if relation.is_view:
        database.put(database.queries, relation.name, found)
    if found.complete != relation.columns_known:
        database.change(database.relations[relation.name], columns_known=found.complete)
    for position, output in enumerate(renamed(found.outputs, names), 1):
        kept = old.get(output.name)
        column = Column(
            source=relation.source,
            relation=relation.name,
            name=output.name,
            position=position,
            type=output.type,
            collation=output.collation,
            expression=output.expression if relation.is_view else "",
            comment=kept.comment if kept else None,
        )
        database.put_part(column)

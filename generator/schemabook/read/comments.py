"""COMMENT ON; https://www.postgresql.org/docs/current/sql-comment.html."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemabook.model import Column, Constraint, Index, Name, Other, Policy, Trigger
from schemabook.read.builder import Builder, DoesNotExist
from schemabook.read.cursor import STRING, Cursor
from schemabook.read.routines import signature

Find = Callable[[Cursor, Builder], Any]


def comment(c: Cursor, database: Builder) -> None:
    """COMMENT ON kind name IS { 'text' | NULL }."""
    for words, find in KINDS.items():
        if c.accept(*words):
            fact = find(c, database)
            text = _text(c)
            c.end()
            if fact is not None:
                database.change(fact, comment=text)
            return
    _comment_on_other(c, database)


def _text(c: Cursor) -> str | None:
    c.expect("is")
    if c.accept("null"):
        return None
    return c.string() or None


def column(c: Cursor, database: Builder) -> Any:
    """COLUMN relation.column; the attributes of composite types keep no comment in the model."""
    *path, name = c.parts()
    relation = Name(path[-2] if len(path) > 1 else "", path[-1])
    if database.type_name(relation) in database.types:
        return None
    return database.part(Column, relation, name)


def part_on(kind: type[Any]) -> Find:
    """CONSTRAINT, TRIGGER or POLICY name ON relation."""

    def find(c: Cursor, database: Builder) -> Any:
        name = c.name()
        c.expect("on")
        if c.accept("domain"):
            c.qualified_name()
            return None
        return database.part(kind, c.qualified_name(), name)

    return find


def index(c: Cursor, database: Builder) -> Any:
    """INDEX name: of its own, or of a constraint, whose comment is kept apart from the constraint's."""
    name = c.qualified_name()
    relation = database.index_owner(name)
    return database.parts_of(Index, relation).get(name.name)


def plain(mapping: str, kind: str) -> Find:
    """An object without a schema: SCHEMA, EXTENSION, ROLE, PUBLICATION."""

    def find(c: Cursor, database: Builder) -> Any:
        name = c.name()
        known: Mapping[str, Any] = getattr(database, mapping)
        if name not in known:
            raise DoesNotExist(kind, name)
        return known[name]

    return find


def routine(c: Cursor, database: Builder) -> Any:
    """FUNCTION, PROCEDURE, ROUTINE or AGGREGATE name ( … )."""
    return database.routine(*signature(c, database))


KINDS: Mapping[tuple[str, ...], Find] = {
    ("column",): column,
    ("table",): lambda c, database: database.relation(c.qualified_name()),
    ("view",): lambda c, database: database.relation(c.qualified_name()),
    ("materialized", "view"): lambda c, database: database.relation(c.qualified_name()),
    ("foreign", "table"): lambda c, database: database.relation(c.qualified_name()),
    ("function",): routine,
    ("procedure",): routine,
    ("routine",): routine,
    ("aggregate",): routine,
    ("constraint",): part_on(Constraint),
    ("trigger",): part_on(Trigger),
    ("policy",): part_on(Policy),
    ("index",): index,
    ("schema",): plain("schemas", "schema"),
    ("extension",): plain("extensions", "extension"),
    ("publication",): plain("publications", "publication"),
    ("role",): lambda c, database: c.name() and None,
    ("database",): lambda c, database: c.name() and None,
    ("sequence",): lambda c, database: database.sequence(c.qualified_name()),
    ("type",): lambda c, database: database.user_type(c.qualified_name()),
    ("domain",): lambda c, database: database.user_type(c.qualified_name()),
}


def _comment_on_other(c: Cursor, database: Builder) -> None:
    """A comment on an object that the model knows by its SQL only."""
    start = c.position
    while not c.done and not (c.sees("is") and c.peek() in (STRING, "null")):
        c.skip()
    target = c.sql(start, c.position).text.lower()
    text = _text(c)
    for other in list(database.others.values()):
        if target.startswith(other.kind) and _is_named(target, other):
            database.change(other, comment=text)
            return
    raise DoesNotExist("object", target)


def _is_named(target: str, other: Other) -> bool:
    return "".join(target.removeprefix(other.kind).split()) == "".join(other.name.lower().split())

"""COMMENT ON; https://www.postgresql.org/docs/current/sql-comment.html."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemabook.model import KIND_OF, Column, Constraint, Index, Name, ObjectKind, Policy, Trigger
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.statements.others import KINDS as KINDS_OF_OTHERS
from schemabook.read.statements.others import existing_other, kind_of
from schemabook.read.statements.routines import signature
from schemabook.read.text.cursor import Cursor

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
    raise c.unexpected("a kind of object")


def _text(c: Cursor) -> str | None:
    c.expect("is")
    if c.accept("null"):
        return None
    return c.string() or None


def column(c: Cursor, database: Builder) -> Any:
    """COLUMN relation.column; the attributes of composite types keep no comment in the model."""
    *path, name = c.parts()
    if not path:
        raise c.unexpected("a relation and its column")
    relation = Name(path[-2] if len(path) > 1 else "", path[-1])
    if database.type_name(relation) in database.types:
        return None
    return database.part(Column, relation, name)


def part_on(kind: type[Any]) -> Find:
    """CONSTRAINT, TRIGGER or POLICY name ON relation."""

    def find(c: Cursor, database: Builder) -> Any:
        name = c.name()
        c.expect("on")
        if c.key == "domain" and c.peek() not in ("is", "."):
            c.skip()
            domain = database.user_type(c.qualified_name())
            if not database.has_constraint(domain, name):
                raise DoesNotExist(ObjectKind.CONSTRAINT, f"{domain.name}.{name}")
            return None
        return database.part(kind, c.qualified_name(), name)

    return find


def index(c: Cursor, database: Builder) -> Any:
    """INDEX name: of its own, or of a constraint, whose comment is kept apart from the constraint's."""
    name = c.qualified_name()
    relation = database.index_owner(name)
    return database.parts_of(Index, relation).get(name.name)


def plain(kind: ObjectKind) -> Find:
    """An object without a schema: SCHEMA, EXTENSION, ROLE, PUBLICATION."""

    def find(c: Cursor, database: Builder) -> Any:
        name = c.name()
        known: Mapping[str, Any] = getattr(database, KIND_OF[kind].field)
        if name not in known:
            raise DoesNotExist(kind, name)
        return known[name]

    return find


def routine(c: Cursor, database: Builder) -> Any:
    """FUNCTION, PROCEDURE, ROUTINE or AGGREGATE name ( … )."""
    return database.routine(*signature(c, database))


def other(words: tuple[str, ...]) -> Find:
    """An object that the model knows by its SQL only."""

    def find(c: Cursor, database: Builder) -> Any:
        start = c.position
        fact = existing_other(c, database, words)
        if fact is None and words != ("language",):
            raise DoesNotExist(kind_of(words), c.sql(start, c.position).text)
        return fact

    return find


def nothing(c: Cursor, _: Builder) -> Any:
    """An object that is not of the schema: a role, a database, a tablespace, a large object."""
    c.skip()


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
    ("schema",): plain(ObjectKind.SCHEMA),
    ("extension",): plain(ObjectKind.EXTENSION),
    ("publication",): plain(ObjectKind.PUBLICATION),
    ("role",): nothing,
    ("database",): nothing,
    ("tablespace",): nothing,
    ("large", "object"): nothing,
    ("sequence",): lambda c, database: database.sequence(c.qualified_name()),
    ("type",): lambda c, database: database.user_type(c.qualified_name()),
    ("domain",): lambda c, database: database.user_type(c.qualified_name()),
    ("procedural", "language"): nothing,
    **{words: other(words) for words in KINDS_OF_OTHERS},
}

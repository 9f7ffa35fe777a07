"""COMMENT ON; https://www.postgresql.org/docs/current/sql-comment.html."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemabook.model import KIND_OF, Column, Constraint, Index, Name, ObjectKind, Policy, Trigger
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.statements.kinds_by_words import Words, by_words, next_words
from schemabook.read.statements.others import KINDS as OTHERS
from schemabook.read.statements.others import existing_other
from schemabook.read.statements.routines import signature
from schemabook.read.text.cursor import Cursor

Find = Callable[[Cursor, Builder], Any]


def comment(c: Cursor, database: Builder) -> None:
    """COMMENT ON kind name IS { 'text' | NULL }."""
    words = next_words(c, KINDS)
    if not words:
        raise c.unexpected("a kind of object")
    fact = KINDS[words](c, database)
    c.expect("is")
    text = None if c.accept("null") else c.string() or None
    c.end()
    if fact is not None:
        database.change(fact, comment=text)


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


def other(kind: ObjectKind) -> Find:
    """An object that the model knows by its SQL only."""

    def find(c: Cursor, database: Builder) -> Any:
        start = c.position
        fact = existing_other(c, database, kind)
        if fact is None and kind is not ObjectKind.LANGUAGE:
            raise DoesNotExist(kind, c.sql(start, c.position).text)
        return fact

    return find


def nothing(c: Cursor, _: Builder) -> Any:
    """An object that is not of the schema: a role, a database, a tablespace, a large object."""
    c.skip()


FIND: Mapping[ObjectKind, Find] = {
    **{kind: other(kind) for kind in OTHERS},
    ObjectKind.COLUMN: column,
    ObjectKind.RELATION: lambda c, database: database.relation(c.qualified_name()),
    ObjectKind.SEQUENCE: lambda c, database: database.sequence(c.qualified_name()),
    ObjectKind.TYPE: lambda c, database: database.user_type(c.qualified_name()),
    ObjectKind.ROUTINE: lambda c, database: database.routine(*signature(c, database)),
    ObjectKind.CONSTRAINT: part_on(Constraint),
    ObjectKind.TRIGGER: part_on(Trigger),
    ObjectKind.POLICY: part_on(Policy),
    ObjectKind.INDEX: index,
    **{kind: plain(kind) for kind in (ObjectKind.SCHEMA, ObjectKind.EXTENSION, ObjectKind.PUBLICATION)},
}
"""What finds the object that is named next; raises DoesNotExist."""
KINDS: Mapping[Words, Find] = {
    **by_words(FIND),
    ("role",): nothing,
    ("database",): nothing,
    ("tablespace",): nothing,
    ("large", "object"): nothing,
    ("procedural", "language"): nothing,
}

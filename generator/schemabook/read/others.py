"""Objects that the model knows by their kind, name and SQL only."""

from __future__ import annotations

from collections.abc import Callable

from schemabook.model import Other
from schemabook.read.builder import Builder
from schemabook.read.cursor import Cursor

Reader = Callable[[Cursor, Builder], None]


def other(kind: str, name: Callable[[Cursor, Builder], str]) -> Reader:
    """The reader of CREATE kind …, which finds the object's name with *name*."""

    def read(c: Cursor, database: Builder) -> None:
        c.accept("if", "not", "exists")
        found = name(c, database)
        c.rest()
        sql = c.statement.text
        database.add(Other(source=c.source(), kind=kind, name=found, sql=sql))

    return read


def plain(c: Cursor, _: Builder) -> str:
    """A name without a schema."""
    return c.name()


def qualified(c: Cursor, database: Builder) -> str:
    """A name with its schema."""
    return str(database.new(c.qualified_name()))


def on_relation(c: Cursor, database: Builder) -> str:
    """A rule's name and its table: RULE name AS ON event TO table."""
    name = c.name()
    c.skip_until("to")
    c.expect("to")
    return f"{name} on {database.relation_name(c.qualified_name())}"


def cast(c: Cursor, _: Builder) -> str:
    """(source AS target)."""
    start = c.position
    c.parenthesized()
    return c.sql(start, c.position).text


def operator(c: Cursor, database: Builder) -> str:
    """schema.sign, without the operand types."""
    parts = []
    while c.key != "(":
        parts.append(c.values[c.position])
        c.skip()
    name = "".join(parts)
    return name if "." in name else f"{database.creation_schema}.{name}"


def operator_family(c: Cursor, database: Builder) -> str:
    """Name [ DEFAULT FOR TYPE … ] USING method."""
    name = database.new(c.qualified_name())
    c.skip_until("using")
    c.expect("using")
    return f"{name} using {c.name()}"


def user_mapping(c: Cursor, _: Builder) -> str:
    """FOR role SERVER server."""
    c.expect("for")
    role = c.name()
    c.expect("server")
    return f"{role} on {c.name()}"


def transform(c: Cursor, database: Builder) -> str:
    """FOR type LANGUAGE name."""
    c.expect("for")
    name = database.type_name(c.qualified_name())
    c.expect("language")
    return f"{name} language {c.name()}"


def alter_other(c: Cursor, database: Builder) -> None:
    """ALTER of such an object, OWNER TO above all: no fact of the model."""
    c.rest()

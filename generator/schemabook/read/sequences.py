"""Sequences; https://www.postgresql.org/docs/current/sql-createsequence.html."""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import ColumnName, Name, Sequence
from schemabook.read.builder import Builder
from schemabook.read.cursor import Cursor
from schemabook.read.types import type_name

LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def create_sequence(c: Cursor, database: Builder) -> None:
    """CREATE SEQUENCE [ IF NOT EXISTS ] name [ option … ]."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.sequences:
        return
    database.add(sequence_options(c, database, Sequence(source=c.source(), name=name)))
    c.end()


def alter_sequence(c: Cursor, database: Builder) -> None:
    """ALTER SEQUENCE [ IF EXISTS ] name option ….; OWNER TO and RENAME are read elsewhere."""
    c.accept("if", "exists")
    name = c.qualified_name()
    database.add(sequence_options(c, database, database.sequence(name)))
    c.end()


def sequence_options(c: Cursor, database: Builder, fact: Sequence) -> Sequence:
    """The sequence with the options that come next.

    A limit that is not given follows the type and the direction, as in `pg_sequence`.
    """
    start: int | None = None
    low: int | None = None
    high: int | None = None
    while True:
        if c.accept("as"):
            kind = type_name(c, database)
            fact = replace(fact, type=kind, max=LIMITS.get(kind, 2**63) - 1)
        elif c.accept("start"):
            c.accept("with")
            start = c.integer()
        elif c.accept("increment"):
            c.accept("by")
            fact = replace(fact, increment=c.integer())
        elif c.accept("minvalue"):
            low = c.integer()
        elif c.accept("maxvalue"):
            high = c.integer()
        elif c.accept("cycle"):
            fact = replace(fact, cycle=True)
        elif c.accept("sequence", "name"):
            fact = replace(fact, name=_in_schema(c.qualified_name(), fact.name.schema))
        elif c.accept("owned", "by"):
            fact = replace(fact, owned_by=_owner_column(c, database))
        elif not _undocumented_option(c):
            return _with_limits(fact, start, low, high)


def _undocumented_option(c: Cursor) -> bool:
    """An option that changes no fact of the model."""
    if c.accept("cache"):
        c.integer()
        return True
    if c.accept("restart"):
        if c.accept("with") or c.key == "0":
            c.integer()
        return True
    return (
        c.accept("no", "minvalue")
        or c.accept("no", "maxvalue")
        or c.accept("no", "cycle")
        or c.accept("logged")
        or c.accept("unlogged")
    )


def _with_limits(fact: Sequence, start: int | None, low: int | None, high: int | None) -> Sequence:
    if fact.increment < 0 and low is None and fact.min == 1:
        fact = replace(fact, min=-LIMITS.get(fact.type, 2**63), max=-1, start=-1)
    fact = replace(fact, min=fact.min if low is None else low, max=fact.max if high is None else high)
    if start is not None:
        return replace(fact, start=start)
    if low is not None and fact.increment > 0:
        return replace(fact, start=low)
    if high is not None and fact.increment < 0:
        return replace(fact, start=high)
    return fact


def _in_schema(name: Name, schema: str) -> Name:
    return name if name.schema else Name(schema, name.name)


def _owner_column(c: Cursor, database: Builder) -> ColumnName | None:
    """A column as `table.column`, with or without a schema, or NONE."""
    parts = c.parts()
    if parts == ["none"]:
        return None
    relation = Name(parts[-3] if len(parts) > 2 else "", parts[-2])
    return ColumnName(database.relation_name(relation), parts[-1])

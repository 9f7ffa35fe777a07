"""Sequences; https://www.postgresql.org/docs/current/sql-createsequence.html."""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import ColumnName, Name, Sequence
from schemabook.read.state.builder import Builder
from schemabook.read.statements.rename import move_sequence
from schemabook.read.statements.roles import named_role
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.type_names import type_name

LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def create_sequence(c: Cursor, database: Builder) -> None:
    """CREATE SEQUENCE [ IF NOT EXISTS ] name [ option … ]."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.sequences:
        return
    database.create(sequence_options(c, database, Sequence(source=c.source(), name=name), new=True))
    c.end()


def sequence_options(c: Cursor, database: Builder, fact: Sequence, *, new: bool = False) -> Sequence:
    """The sequence with the options that come next.

    A limit that is not given follows the type and the direction, as in `pg_sequence`.
    """
    given: dict[str, int | None] = {"min": None, "max": None, "start": None} if new else {}
    while True:
        if c.accept("as"):
            fact = with_type(fact, type_name(c, database))
        elif c.accept("increment"):
            c.accept("by")
            fact = replace(fact, increment=c.integer())
        elif c.accept("cycle"):
            fact = replace(fact, cycle=True)
        elif c.accept("no", "cycle"):
            fact = replace(fact, cycle=False)
        elif c.accept("cache"):
            fact = replace(fact, cache=c.integer())
        elif c.accept("sequence", "name"):
            name = c.qualified_name()
            fact = replace(fact, name=Name(name.schema or fact.name.schema, name.name))
        elif c.accept("owned", "by"):
            fact = replace(fact, owned_by=_owner_column(c, database))
        elif not _limit(c, given) and not _undocumented_option(c):
            return _with_limits(fact, given)


def _limit(c: Cursor, given: dict[str, int | None]) -> bool:
    """An option of the range; None stands for NO."""
    if c.accept("start"):
        c.accept("with")
        given["start"] = c.integer()
    elif c.accept("minvalue"):
        given["min"] = c.integer()
    elif c.accept("maxvalue"):
        given["max"] = c.integer()
    elif c.accept("no", "minvalue"):
        given["min"] = None
    elif c.accept("no", "maxvalue"):
        given["max"] = None
    else:
        return False
    return True


def _undocumented_option(c: Cursor) -> bool:
    """An option that changes no fact of the model."""
    if c.accept("restart"):
        if c.accept("with") or c.key in ("0", "-"):
            c.integer()
        return True
    return c.accept("logged") or c.accept("unlogged")


def with_type(fact: Sequence, kind: str) -> Sequence:
    """The sequence with another type; a limit of the old type becomes that of the new one."""
    old, new = (LIMITS.get(name, 2**63) for name in (fact.type, kind))
    low = -new if fact.min == -old else fact.min
    high = new - 1 if fact.max == old - 1 else fact.max
    return replace(fact, type=kind, min=low, max=high)


def _with_limits(fact: Sequence, given: dict[str, int | None]) -> Sequence:
    limit, ascending = LIMITS.get(fact.type, 2**63), fact.increment > 0
    values = {"min": fact.min, "max": fact.max, "start": fact.start}
    defaults = {"min": 1 if ascending else -limit, "max": limit - 1 if ascending else -1}
    for name in ("min", "max", "start"):
        if name in given:
            value = given[name]
            values[name] = defaults[name] if value is None else value
        defaults["start"] = values["min"] if ascending else values["max"]
    return replace(fact, min=values["min"], max=values["max"], start=values["start"])


def _owner_column(c: Cursor, database: Builder) -> ColumnName | None:
    """A column as `table.column`, with or without a schema, or NONE."""
    parts = c.parts()
    if parts == ["none"]:
        return None
    if len(parts) < 2:
        raise c.unexpected("a table and its column")
    relation = Name(parts[-3] if len(parts) > 2 else "", parts[-2])
    return ColumnName(database.relation_name(relation), parts[-1])


def alter_sequence(c: Cursor, database: Builder) -> None:
    """ALTER SEQUENCE: options, or an action that tables have as well."""
    c.accept("if", "exists")
    name = database.sequence(c.qualified_name()).name
    if c.accept("rename", "to"):
        move_sequence(database, name, Name(name.schema, c.name()))
    elif c.accept("set", "schema"):
        move_sequence(database, name, Name(c.name(), name.name))
    elif c.accept("owner", "to"):
        database.change(database.sequences[name], owner=named_role(c, database))
    else:
        changed = database.add(sequence_options(c, database, database.sequences[name]))
        if changed.name != name:
            database.remove(database.sequences, name)
    c.end()

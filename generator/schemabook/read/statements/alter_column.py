"""ALTER TABLE … ALTER COLUMN …; https://www.postgresql.org/docs/current/sql-altertable.html."""

from __future__ import annotations

from schemabook.model import Column, ColumnName, Identity, Name, Sequence
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.statements.columns import collation, default_of, generated
from schemabook.read.statements.not_nulls import drop_not_null, expect_droppable, set_not_null
from schemabook.read.statements.sequences import sequence_options, with_type
from schemabook.read.statements.storage import compression, foreign_options, storage
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.type_names import type_name

IDENTITY_ACTIONS = (["add", "generated"], ["set", "generated"], ["drop", "identity"])

ALONE_ACTIONS = (["set", "not"], ["drop", "not"], ["set", "compression"])
"""NOT NULL reaches the tables that inherit in its own way, COMPRESSION not at all."""


def alter_column(c: Cursor, database: Builder, relation: Name) -> None:
    """ALTER [ COLUMN ] name …, also in the tables that inherit it."""
    if c.key == "0":  # ALTER COLUMN number SET STATISTICS, of an index
        c.skip()
        _column_action(c, database, None)
        return
    name = c.name()
    column = database.part(Column, relation, name)
    start = c.position
    _column_action(c, database, column)
    end = c.position
    words = c.keys[start : start + 2]
    is_identity = words in IDENTITY_ACTIONS
    if words in ALONE_ACTIONS:
        return
    for child in () if "only" in c.modifiers else database.children(relation):
        if name not in database.parts_of(Column, child):
            continue
        if is_identity:
            _pass_identity_on(database, database.part(Column, relation, name), child)
        else:
            c.position = start - 1
            alter_column(c, database, child)
    c.position = end


def _pass_identity_on(database: Builder, column: Column, child: Name) -> None:
    """An identity column is one in the partitions, too, on the same sequence."""
    if database.relations[child].partition_of == column.relation:
        own = database.part(Column, child, column.name)
        copy = database.change(own, identity=column.identity, not_null=own.not_null or column.not_null)
        for grandchild in database.children(child):
            _pass_identity_on(database, copy, grandchild)


def _column_action(c: Cursor, database: Builder, column: Column | None) -> None:
    if c.accept("set", "statistics"):
        target = c.integer() if c.key != "default" else c.skip()
        if column:
            database.change(column, statistics_target=None if target in (-1, "default") else target)
    elif column and c.accept("set", "storage"):
        storage(c, database, column)
    elif column and c.accept("set", "compression"):
        compression(c, database, column)
    elif column and c.accept("options"):
        database.change(column, options=foreign_options(c, column.options))
    elif (c.key in ("set", "reset") and c.peek() == "(") or c.accept("options"):
        c.accept("set") or c.accept("reset")
        c.skip_parentheses()
    elif column is None or not _change_column(c, database, column):
        raise c.unexpected("an action of ALTER COLUMN")


def _change_column(c: Cursor, database: Builder, column: Column) -> bool:
    if c.accept("set", "default"):
        database.change(column, default=default_of(c.sql_until(",")))
    elif c.accept("drop", "default"):
        database.change(column, default=None)
    elif c.accept("set", "not", "null"):
        set_not_null(database, ColumnName(column.relation, column.name), only="only" in c.modifiers)
    elif c.accept("drop", "not", "null"):
        expect_droppable(database, ColumnName(column.relation, column.name))
        drop_not_null(database, ColumnName(column.relation, column.name), only="only" in c.modifiers)
    elif c.accept("add", "generated"):
        generated(c, database, column)
    elif c.accept("drop", "identity"):
        c.accept("if", "exists")
        _drop_identity(database, column)
    elif c.accept("drop", "expression"):
        c.accept("if", "exists")
        database.change(column, generated=None, generated_kind=None)
    elif c.accept("set", "expression", "as"):
        database.change(column, generated=c.parenthesized())
    elif c.accept("set", "data", "type") or c.accept("type"):
        _set_type(c, database, column)
    else:
        return _change_identity(c, database, column)
    return True


def _set_type(c: Cursor, database: Builder, column: Column) -> None:
    kind = type_name(c, database)
    collated = collation(c, database) if c.accept("collate") else None
    if c.accept("using"):
        c.sql_until(",")
    database.change(column, type=kind, collation=collated, storage=None, compression=None)
    for sequence in _sequences(database, column) if column.identity else ():
        database.add(with_type(sequence, kind))


def _drop_identity(database: Builder, column: Column) -> None:
    database.change(column, identity=None)
    for sequence in _sequences(database, column):
        if sequence.identity:
            database.remove(database.sequences, sequence.name)


def _sequences(database: Builder, column: Column) -> list[Sequence]:
    return database.sequences_of_column(ColumnName(column.relation, column.name))


def _change_identity(c: Cursor, database: Builder, column: Column) -> bool:
    """SET GENERATED …, SET sequence option, RESTART."""
    if not column.identity or c.key not in ("set", "restart"):
        return False
    sequence = next(iter(_sequences(database, column)), None)
    if sequence is None:
        raise DoesNotExist("sequence of column", ColumnName(column.relation, column.name))
    while True:
        if c.accept("set", "generated"):
            identity = Identity.BY_DEFAULT if c.accept("by", "default") else Identity.ALWAYS
            if identity is Identity.ALWAYS:
                c.expect("always")
            column = database.change(column, identity=identity)
        elif c.accept("set") or c.key == "restart":
            sequence = database.add(sequence_options(c, database, sequence))
        else:
            return True

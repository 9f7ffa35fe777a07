"""ALTER TABLE and its kin; https://www.postgresql.org/docs/current/sql-altertable.html."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    Identity,
    Index,
    Name,
    Sequence,
    Trigger,
)
from schemabook.read.builder import Builder, DoesNotExist
from schemabook.read.constraints import attributes, table_constraint
from schemabook.read.cursor import Cursor
from schemabook.read.rename import drop_column, move_relation, rename_column, rename_part
from schemabook.read.sequences import alter_sequence, sequence_options
from schemabook.read.tables import column_definition, generated, inherit, partition_bound
from schemabook.read.types import type_name

Action = Callable[[Cursor, Builder, Name], None]


def alter_table(c: Cursor, database: Builder) -> None:
    """ALTER { TABLE | FOREIGN TABLE | VIEW | MATERIALIZED VIEW } [ IF EXISTS ] [ ONLY ] name action, …."""
    optional = c.accept("if", "exists")
    c.accept("only")
    name = database.relation_name(c.qualified_name())
    c.accept("*")
    if name in database.sequences:  # ALTER TABLE … OWNER TO is allowed for a sequence
        alter_owner_of_sequence(c, database, name)
        return
    if name not in database.relations:
        if optional:
            return
        raise DoesNotExist("relation", name)
    c.separated(lambda: _action(c, database, name))
    c.end()


def alter_owner_of_sequence(c: Cursor, database: Builder, name: Name) -> None:
    """OWNER TO role, for a sequence."""
    c.expect("owner", "to")
    database.change(database.sequences[name], owner=c.name())
    c.end()


def _action(c: Cursor, database: Builder, relation: Name) -> None:
    for words, action in ACTIONS.items():
        if c.accept(*words):
            action(c, database, relation)
            return
    raise c.unexpected("an action of ALTER TABLE")


def owner_to(c: Cursor, database: Builder, relation: Name) -> None:
    """OWNER TO role: of the table, and of the sequences that its columns own."""
    owner = c.name()
    database.change(database.relations[relation], owner=owner)
    for sequence in database.sequences_of(relation):
        database.change(sequence, owner=owner)


def add_column(c: Cursor, database: Builder, relation: Name) -> None:
    """ADD [ COLUMN ] [ IF NOT EXISTS ] name type …, also to the tables that inherit."""
    if c.accept("if", "not", "exists") and c.key_as_name() in database.parts_of(Column, relation):
        c.skip_until(",")
        return
    start = c.position
    column_definition(c, database, relation)
    end = c.position
    for child in database.children(relation):
        c.position = start
        add_column(c, database, child)
    c.position = end


def add(c: Cursor, database: Builder, relation: Name) -> None:
    """ADD constraint, or ADD column without the word COLUMN."""
    if not table_constraint(c, database, relation):
        add_column(c, database, relation)


def drop_column_action(c: Cursor, database: Builder, relation: Name) -> None:
    """DROP [ COLUMN ] [ IF EXISTS ] name [ CASCADE ]."""
    optional = c.accept("if", "exists")
    name = c.name()
    c.one_of("cascade", "restrict")
    if name not in database.parts_of(Column, relation):
        if optional:
            return
        raise DoesNotExist("column", ColumnName(relation, name))
    drop_column(database, relation, name)


def drop_constraint(c: Cursor, database: Builder, relation: Name) -> None:
    """DROP CONSTRAINT [ IF EXISTS ] name [ CASCADE ]; a dropped key takes foreign keys to it along."""
    optional = c.accept("if", "exists")
    name = c.name()
    cascade = c.one_of("cascade", "restrict") == "cascade"
    constraint = database.parts_of(Constraint, relation).pop(name, None)
    if constraint is None:
        if optional or name.endswith("_not_null"):
            _drop_not_null(database, relation, name)
            return
        raise DoesNotExist("constraint", f"{relation}.{name}")
    database.note("relation", relation)
    if cascade:
        _drop_foreign_keys_to(database, constraint)


def _drop_not_null(database: Builder, relation: Name, name: str) -> None:
    """DROP CONSTRAINT t_c_not_null: the name that PostgreSQL 18 gives to a column's NOT NULL."""
    for column in database.parts_of(Column, relation).values():
        if name == f"{relation.name}_{column.name}_not_null":
            database.change(column, not_null=False)
            return


def _drop_foreign_keys_to(database: Builder, key: Constraint) -> None:
    for constraints in database.parts[Constraint].values():
        for name, constraint in list(constraints.items()):
            target = constraint.references
            if target and target.relation == key.relation and target.columns == key.columns:
                del constraints[name]


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
    for child in database.children(relation):
        if name in database.parts_of(Column, child):
            c.position = start
            _column_action(c, database, database.part(Column, child, name))
    c.position = end


def _column_action(c: Cursor, database: Builder, column: Column | None) -> None:
    if c.accept("set", "statistics"):
        c.integer() if c.key != "default" else c.skip()
    elif c.accept("set", "storage") or c.accept("set", "compression"):
        c.name()
    elif (c.key in ("set", "reset") and c.peek() == "(") or c.accept("options"):
        c.accept("set") or c.accept("reset")
        c.parenthesized()
    elif column is None or not _change_column(c, database, column):
        raise c.unexpected("an action of ALTER COLUMN")


def _change_column(c: Cursor, database: Builder, column: Column) -> bool:
    if c.accept("set", "default"):
        default = c.sql_until(",")
        database.change(column, default=None if default.tokens == "null" else default)
    elif c.accept("drop", "default"):
        database.change(column, default=None)
    elif c.accept("set", "not", "null"):
        database.change(column, not_null=True)
    elif c.accept("drop", "not", "null"):
        database.change(column, not_null=False)
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
    collation = ".".join(c.parts()) if c.accept("collate") else None
    if c.accept("using"):
        c.sql_until(",")
    database.change(column, type=kind, collation=collation)


def _drop_identity(database: Builder, column: Column) -> None:
    database.change(column, identity=None)
    owner = ColumnName(column.relation, column.name)
    for sequence in database.sequences_of(column.relation):
        if sequence.owned_by == owner and sequence.identity:
            del database.sequences[sequence.name]


def _change_identity(c: Cursor, database: Builder, column: Column) -> bool:
    """SET GENERATED …, SET sequence option, RESTART."""
    if not column.identity or c.key not in ("set", "restart"):
        return False
    sequence = _identity_sequence(database, column)
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


def _identity_sequence(database: Builder, column: Column) -> Sequence:
    owner = ColumnName(column.relation, column.name)
    for sequence in database.sequences_of(column.relation):
        if sequence.owned_by == owner:
            return sequence
    raise DoesNotExist("sequence of column", owner)


def row_security(*, enabled: bool | None = None, forced: bool | None = None) -> Action:
    """{ ENABLE | DISABLE | FORCE | NO FORCE } ROW LEVEL SECURITY."""

    def action(c: Cursor, database: Builder, relation: Name) -> None:
        fact = database.relations[relation]
        database.change(
            fact,
            row_security=fact.row_security if enabled is None else enabled,
            row_security_forced=fact.row_security_forced if forced is None else forced,
        )

    return action


def trigger_state(state: str) -> Action:
    """{ ENABLE | DISABLE } TRIGGER { name | ALL | USER }; ENABLE { REPLICA | ALWAYS } TRIGGER."""

    def action(c: Cursor, database: Builder, relation: Name) -> None:
        triggers = database.parts_of(Trigger, relation)
        names = list(triggers) if c.one_of("all", "user") else [c.name()]
        for name in names:
            database.change(database.part(Trigger, relation, name), enabled=state)

    return action


def set_schema(c: Cursor, database: Builder, relation: Name) -> None:
    """SET SCHEMA name."""
    move_relation(database, relation, Name(c.name(), relation.name))


def rename(c: Cursor, database: Builder, relation: Name) -> None:
    """RENAME TO name; RENAME CONSTRAINT a TO b; RENAME [ COLUMN ] a TO b."""
    if c.accept("to"):
        move_relation(database, relation, Name(relation.schema, c.name()))
        return
    if c.accept("constraint"):
        old = c.name()
        c.expect("to")
        rename_part(database, Constraint, relation, old, c.name())
        return
    c.accept("column")
    old = c.name()
    c.expect("to")
    rename_column(database, relation, old, c.name())


def attach_partition(c: Cursor, database: Builder, relation: Name) -> None:
    """ATTACH PARTITION name bound."""
    partition = database.relation(c.qualified_name())
    bound = partition_bound(c)
    database.change(partition, partition_of=relation, partition_bound=bound)
    database.note("relation", relation)


def detach_partition(c: Cursor, database: Builder, relation: Name) -> None:
    """DETACH PARTITION name [ CONCURRENTLY | FINALIZE ]."""
    partition = database.relation(c.qualified_name())
    c.one_of("concurrently", "finalize")
    database.change(partition, partition_of=None, partition_bound=None)


def set_inherit(c: Cursor, database: Builder, relation: Name) -> None:
    """INHERIT parent."""
    parent = database.relation(c.qualified_name())
    fact = database.relations[relation]
    inherit(database, relation, parent.name)
    database.change(fact, inherits=(*fact.inherits, parent.name))


def no_inherit(c: Cursor, database: Builder, relation: Name) -> None:
    """NO INHERIT parent."""
    parent = database.relation_name(c.qualified_name())
    fact = database.relations[relation]
    database.change(fact, inherits=tuple(name for name in fact.inherits if name != parent))


def set_options(c: Cursor, database: Builder, relation: Name) -> None:
    """SET ( option = value, … ): of a view, security_invoker is a fact of the model."""
    start = c.position
    c.parenthesized()
    words = c.keys[start : c.position]
    if "security_invoker" in words:
        position = words.index("security_invoker")
        value = words[position + 2] if words[position + 1] == "=" else "true"
        fact = database.relations[relation]
        database.change(fact, security_invoker=value in ("true", "on", "yes"))


def reset_options(c: Cursor, database: Builder, relation: Name) -> None:
    """RESET ( option, … )."""
    if "security_invoker" in c.parenthesized().tokens.split(" "):
        database.change(database.relations[relation], security_invoker=False)


def validate_constraint(c: Cursor, database: Builder, relation: Name) -> None:
    """VALIDATE CONSTRAINT name; that of a NOT NULL says nothing that the model keeps."""
    constraint = database.parts_of(Constraint, relation).get(c.name())
    if constraint:
        database.change(constraint, validated=True)


def alter_constraint(c: Cursor, database: Builder, relation: Name) -> None:
    """ALTER CONSTRAINT name [ DEFERRABLE … ]."""
    constraint = database.part(Constraint, relation, c.name())
    plain = replace(constraint, deferrable=False, initially_deferred=False)
    database.add(attributes(c, plain))


def unlogged(value: bool) -> Action:
    """SET { LOGGED | UNLOGGED }."""

    def action(c: Cursor, database: Builder, relation: Name) -> None:
        database.change(database.relations[relation], unlogged=value)

    return action


def storage_only(arguments: str = "") -> Action:
    """An action about storage or replication: no fact of the model."""

    def action(c: Cursor, database: Builder, relation: Name) -> None:
        if arguments == "rest":
            c.skip_until(",")
        elif arguments == "name":
            c.qualified_name()

    return action


ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("owner", "to"): owner_to,
    ("add", "column"): add_column,
    ("add",): add,
    ("drop", "constraint"): drop_constraint,
    ("drop", "column"): drop_column_action,
    ("drop",): drop_column_action,
    ("alter", "constraint"): alter_constraint,
    ("alter", "column"): alter_column,
    ("alter",): alter_column,
    ("enable", "row", "level", "security"): row_security(enabled=True),
    ("disable", "row", "level", "security"): row_security(enabled=False),
    ("force", "row", "level", "security"): row_security(forced=True),
    ("no", "force", "row", "level", "security"): row_security(forced=False),
    ("enable", "trigger"): trigger_state("origin"),
    ("disable", "trigger"): trigger_state("disabled"),
    ("enable", "replica", "trigger"): trigger_state("replica"),
    ("enable", "always", "trigger"): trigger_state("always"),
    ("set", "schema"): set_schema,
    ("rename",): rename,
    ("attach", "partition"): attach_partition,
    ("detach", "partition"): detach_partition,
    ("inherit",): set_inherit,
    ("no", "inherit"): no_inherit,
    ("validate", "constraint"): validate_constraint,
    ("set", "unlogged"): unlogged(True),
    ("set", "logged"): unlogged(False),
    ("set", "without", "oids"): storage_only(),
    ("set", "without", "cluster"): storage_only(),
    ("set", "access", "method"): storage_only("name"),
    ("set", "tablespace"): storage_only("name"),
    ("set",): set_options,
    ("reset",): reset_options,
    ("replica", "identity"): storage_only("rest"),
    ("cluster", "on"): storage_only("name"),
    ("options",): storage_only("rest"),
    ("enable", "rule"): storage_only("name"),
    ("disable", "rule"): storage_only("name"),
}
"""The actions by their first words, longer ones before their beginnings."""


def alter_index(c: Cursor, database: Builder) -> None:
    """ALTER INDEX [ IF EXISTS ] name { RENAME TO … | ATTACH PARTITION … | storage options }."""
    c.accept("if", "exists")
    index = c.qualified_name()
    relation = database.index_owner(index)
    if c.accept("rename", "to"):
        if index.name in database.parts_of(Index, relation):
            rename_part(database, Index, relation, index.name, c.name())
        else:
            rename_part(database, Constraint, relation, index.name, c.name())
    elif c.accept("attach", "partition"):
        database.index_owner(c.qualified_name())
    elif c.accept("owner", "to") or c.accept("set", "tablespace"):
        c.name()
    else:
        c.rest()
    c.end()


def alter_sequence_or_table(c: Cursor, database: Builder) -> None:
    """ALTER SEQUENCE: options, or an action that tables have as well."""
    c.accept("if", "exists")
    start = c.position
    name = database.sequence(c.qualified_name()).name
    if c.accept("rename", "to"):
        _move_sequence(database, name, Name(name.schema, c.name()))
    elif c.accept("set", "schema"):
        _move_sequence(database, name, Name(c.name(), name.name))
    elif c.accept("owner", "to"):
        database.change(database.sequences[name], owner=c.name())
    else:
        c.position = start
        alter_sequence(c, database)
    c.end()


def _move_sequence(database: Builder, old: Name, new: Name) -> None:
    fact = database.sequences.pop(old)
    database.change(fact, name=new)
    database.acl.rename(old, new)

"""ALTER TABLE and its kin; https://www.postgresql.org/docs/current/sql-altertable.html."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from schemabook.model import Column, ColumnName, Constraint, Name, ObjectKind, Trigger, relation_id
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.statements import not_nulls
from schemabook.read.statements.alter_column import alter_column
from schemabook.read.statements.columns import column_definition
from schemabook.read.statements.constraints import attributes, table_constraint
from schemabook.read.statements.dependents import drop_column
from schemabook.read.statements.inheritance import drop_part, forget_copies, inherit, inherited
from schemabook.read.statements.partitions import complete, partition_bound
from schemabook.read.statements.rename import move_relation, rename_column, rename_part
from schemabook.read.statements.replica_identity import replica_identity
from schemabook.read.statements.roles import named_role
from schemabook.read.statements.storage import foreign_options
from schemabook.read.statements.views import VIEW_OPTIONS, view_options
from schemabook.read.text.cursor import Cursor, by_first_word

Action = Callable[[Cursor, Builder, Name], None]


def alter_table(c: Cursor, database: Builder) -> None:
    """ALTER { TABLE | FOREIGN TABLE | VIEW | MATERIALIZED VIEW } [ IF EXISTS ] [ ONLY ] name action, …."""
    optional = c.accept("if", "exists")
    if c.accept("only"):
        c.modifiers |= {"only"}
    name = database.relation_name(c.qualified_name())
    c.accept("*")
    if name in database.sequences:  # ALTER TABLE … OWNER TO is allowed for a sequence
        c.expect("owner", "to")
        database.change(database.sequences[name], owner=named_role(c, database))
        c.end()
        return
    if name not in database.relations:
        if optional:
            return
        raise DoesNotExist(ObjectKind.RELATION, name)
    c.separated(lambda: _action(c, database, name))
    c.end()


def _action(c: Cursor, database: Builder, relation: Name) -> None:
    for words in FIRST.get(c.key, ()):
        if c.accept(*words):
            ACTIONS[words](c, database, relation)
            return
    raise c.unexpected("an action of ALTER TABLE")


def owner_to(c: Cursor, database: Builder, relation: Name) -> None:
    """OWNER TO role: of the table, and of the sequences that its columns own."""
    owner = named_role(c, database)
    database.change(database.relations[relation], owner=owner)
    for sequence in database.sequences_of(relation):
        database.change(sequence, owner=owner)


def add_column(c: Cursor, database: Builder, relation: Name) -> None:
    """ADD [ COLUMN ] [ IF NOT EXISTS ] name type …, also to the tables that inherit."""
    optional = c.accept("if", "not", "exists")
    start, name = c.position, c.name()
    if name in database.parts_of(Column, relation):
        if not optional:
            raise AlreadyExists(ObjectKind.COLUMN, ColumnName(relation, name))
        c.skip_until(",")
        return
    c.position = start
    column_definition(c, database, relation)
    for child in database.children(relation):
        _pass_column_on(database, database.part(Column, relation, name), child)


def _pass_column_on(database: Builder, column: Column, child: Name) -> None:
    """Gives the new column of a table to one that inherits."""
    own = database.parts_of(Column, child)
    if column.name not in own:
        copied = inherited(database, column, child)
        for grandchild in database.children(child):
            _pass_column_on(database, copied, grandchild)


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
        raise DoesNotExist(ObjectKind.COLUMN, ColumnName(relation, name))
    drop_column(database, relation, name)


def drop_constraint(c: Cursor, database: Builder, relation: Name) -> None:
    """DROP CONSTRAINT [ IF EXISTS ] name [ CASCADE ]; a dropped key takes foreign keys to it along."""
    optional = c.accept("if", "exists")
    name = c.name()
    cascade = c.one_of("cascade", "restrict") == "cascade"
    constraint = database.parts_of(Constraint, relation).get(name)
    if constraint is None:
        if column := not_nulls.column_of(database, relation, name):
            not_nulls.expect_droppable(database, column)
            not_nulls.drop_not_null(database, column, only="only" in c.modifiers)
        elif not optional:
            raise DoesNotExist(ObjectKind.CONSTRAINT, f"{relation}.{name}")
        return
    drop_part(database, Constraint, relation, name)
    database.note(relation_id(relation))
    if cascade:
        _drop_foreign_keys_to(database, constraint)


def _drop_foreign_keys_to(database: Builder, key: Constraint) -> None:
    for constraints in database.parts[Constraint].values():
        for name, constraint in list(constraints.items()):
            target = constraint.references
            if target and target.relation == key.relation and target.columns == key.columns:
                database.remove(constraints, name)


def changes(**fields: bool) -> Action:
    """An action that says a fact of the relation by its words alone: ROW LEVEL SECURITY, SET UNLOGGED."""

    def action(_: Cursor, database: Builder, relation: Name) -> None:
        database.change(database.relations[relation], **fields)

    return action


def trigger_state(state: str) -> Action:
    """{ ENABLE | DISABLE } TRIGGER { name | ALL | USER }; ENABLE { REPLICA | ALWAYS } TRIGGER."""

    def action(c: Cursor, database: Builder, relation: Name) -> None:
        triggers = database.parts_of(Trigger, relation)
        names = list(triggers) if c.one_of("all", "user") else [c.name()]
        for name in names:
            _set_trigger(database, relation, name, state, only="only" in c.modifiers)

    return action


def _set_trigger(database: Builder, relation: Name, name: str, state: str, *, only: bool) -> None:
    database.change(database.part(Trigger, relation, name), enabled=state)
    if not only:
        for child, copy in list(database.copies.get((Trigger, relation, name), ())):
            _set_trigger(database, child, copy, state, only=only)


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
    database.expect_no_cycle(partition.name, relation)
    database.change(partition, partition_of=relation, partition_bound=bound)
    inherit(database, partition.name, relation)
    complete(database, partition.name, relation)
    database.note(relation_id(relation))


def detach_partition(c: Cursor, database: Builder, relation: Name) -> None:
    """DETACH PARTITION name: it keeps columns, keys and indexes, and loses triggers and identity."""
    partition = database.relation(c.qualified_name())
    c.one_of("concurrently", "finalize")
    database.change(partition, partition_of=None, partition_bound=None)
    for name in list(database.parts_of(Trigger, partition.name)):
        if (partition.name, name) in database.copies.get((Trigger, relation, name), ()):
            drop_part(database, Trigger, partition.name, name)
    for column in list(database.parts_of(Column, partition.name).values()):
        if column.identity:
            database.change(column, identity=None)
    forget_copies(database, partition.name, relation)


def of_type(c: Cursor, database: Builder, _: Name) -> None:
    """OF type: no fact of the model, but the type must be there."""
    database.user_type(c.qualified_name())


def set_inherit(c: Cursor, database: Builder, relation: Name) -> None:
    """INHERIT parent."""
    parent = database.relation(c.qualified_name())
    fact = database.relations[relation]
    database.expect_no_cycle(relation, parent.name)
    database.change(fact, inherits=(*fact.inherits, parent.name))
    inherit(database, relation, parent.name)


def no_inherit(c: Cursor, database: Builder, relation: Name) -> None:
    """NO INHERIT parent."""
    parent = database.relation_name(c.qualified_name())
    fact = database.relations[relation]
    database.change(fact, inherits=tuple(name for name in fact.inherits if name != parent))
    forget_copies(database, relation, parent)


def rule_state(state: str) -> Action:
    """{ ENABLE | DISABLE } RULE name; ENABLE { REPLICA | ALWAYS } RULE name."""

    def action(c: Cursor, database: Builder, relation: Name) -> None:
        rule = database.others.get((ObjectKind.RULE, f"{c.name()} on {relation}"))
        if rule:
            database.change(rule, also=(state,) if state else ())

    return action


def set_foreign_options(c: Cursor, database: Builder, relation: Name) -> None:
    """OPTIONS ( [ ADD | SET | DROP ] name 'value', … ) of a foreign table."""
    fact = database.relations[relation]
    database.change(fact, options=foreign_options(c, fact.options))


def set_options(c: Cursor, database: Builder, relation: Name) -> None:
    """SET ( option = value, … ): some of a view are facts of the model."""
    if found := view_options(c):
        database.change(database.relations[relation], **found)


def reset_options(c: Cursor, database: Builder, relation: Name) -> None:
    """RESET ( option, … )."""
    if names := view_options(c):
        database.change(database.relations[relation], **{name: VIEW_OPTIONS[name] for name in names})


def validate_constraint(c: Cursor, database: Builder, relation: Name) -> None:
    """VALIDATE CONSTRAINT name; that of a NOT NULL says nothing that the model keeps."""
    constraint = database.parts_of(Constraint, relation).get(c.name())
    if constraint and constraint.enforced:
        _change_constraint(database, replace(constraint, validated=True))


def alter_constraint(c: Cursor, database: Builder, relation: Name) -> None:
    """ALTER CONSTRAINT name [ DEFERRABLE … ] [ [ NOT ] ENFORCED ] [ [ NO ] INHERIT ].

    Deferrability is said anew as a whole; what is enforced again is validated at once.
    """
    name = c.name()
    constraint = database.parts_of(Constraint, relation).get(name)
    column = not_nulls.column_of(database, relation, name)
    if constraint is None and column:
        if c.accept("no"):
            database.include(database.local_not_nulls, column)
        else:
            not_nulls.let_inherit(database, column)
        c.expect("inherit")
        return
    constraint = database.part(Constraint, relation, name)
    start = c.position
    fact = attributes(c, replace(constraint, deferrable=False, initially_deferred=False))
    if not {"deferrable", "initially"} & set(c.keys[start : c.position]):
        fact = replace(
            fact, deferrable=constraint.deferrable, initially_deferred=constraint.initially_deferred
        )
    if fact.enforced and not constraint.enforced:
        fact = replace(fact, validated=True)
    _change_constraint(database, fact)


def _change_constraint(database: Builder, fact: Constraint) -> None:
    """Puts a constraint that is checked in another way, with its copies in partitions and children."""
    database.add(fact)
    for child, name in list(database.copies.get((Constraint, fact.relation, fact.name), ())):
        if copy := database.parts_of(Constraint, child).get(name):
            copy = replace(
                copy,
                deferrable=fact.deferrable,
                initially_deferred=fact.initially_deferred,
                enforced=fact.enforced,
                validated=fact.validated,
            )
            _change_constraint(database, copy)


def storage_only(arguments: str = "") -> Action:
    """An action about storage: no fact of the model."""

    def action(c: Cursor, _: Builder, __: Name) -> None:
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
    ("enable", "row", "level", "security"): changes(row_security=True),
    ("disable", "row", "level", "security"): changes(row_security=False),
    ("force", "row", "level", "security"): changes(row_security_forced=True),
    ("no", "force", "row", "level", "security"): changes(row_security_forced=False),
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
    ("set", "unlogged"): changes(unlogged=True),
    ("set", "logged"): changes(unlogged=False),
    ("set", "without", "oids"): storage_only(),
    ("set", "without", "cluster"): storage_only(),
    ("set", "access", "method"): storage_only("name"),
    ("set", "tablespace"): storage_only("name"),
    ("set",): set_options,
    ("reset",): reset_options,
    ("replica", "identity"): replica_identity,
    ("cluster", "on"): storage_only("name"),
    ("options",): set_foreign_options,
    ("of",): of_type,
    ("not", "of"): storage_only(),
    ("enable", "replica", "rule"): rule_state("replica"),
    ("enable", "always", "rule"): rule_state("always"),
    ("enable", "rule"): rule_state(""),
    ("disable", "rule"): rule_state("disabled"),
}
"""The actions by their first words, longer ones before their beginnings."""
FIRST = by_first_word(ACTIONS)
"""The same words by the first of them."""

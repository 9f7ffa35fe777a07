"""Tables and their columns; https://www.postgresql.org/docs/current/sql-createtable.html."""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Identity,
    Name,
    Relation,
    RelationKind,
    Sequence,
    Sql,
)
from schemabook.read.builder import Builder
from schemabook.read.constraints import Place, column_constraint, table_constraint
from schemabook.read.cursor import Cursor, quoted
from schemabook.read.naming import chosen_name
from schemabook.read.sequences import sequence_options
from schemabook.read.types import type_name
from schemabook.read.views import create_table_as

SERIAL = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
CONSTRAINT_WORDS = frozenset(
    {"constraint", "check", "unique", "primary", "foreign", "exclude", "like", "not"}
)
AFTER_DEFAULT = (
    *("not", "null", "constraint", "check", "unique", "primary", "references", "generated", "default"),
    *("collate", "deferrable", "initially", "enforced", ",", ")"),
)


def create_table(c: Cursor, database: Builder) -> None:
    """CREATE [ UNLOGGED ] TABLE [ IF NOT EXISTS ] name ( … ) | OF type | PARTITION OF parent | AS query."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.relations:
        return
    relation = Relation(source=c.source(), name=name, unlogged="unlogged" in c.modifiers)
    if c.accept("partition", "of"):
        partition_of(c, database, relation)
    elif c.accept("of"):
        _typed_table(c, database, relation)
    elif c.key == "(" and _is_definition(c):
        database.add(relation)
        _elements(c, database, name)
        _table_options(c, database, name)
    else:
        create_table_as(c, database, relation)
        return
    c.end()


def create_foreign_table(c: Cursor, database: Builder) -> None:
    """CREATE FOREIGN TABLE name ( … ) SERVER server [ OPTIONS (…) ]."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.relations:
        return
    relation = Relation(source=c.source(), name=name, kind=RelationKind.FOREIGN_TABLE)
    if c.accept("partition", "of"):
        partition_of(c, database, relation)
    else:
        database.add(relation)
        _elements(c, database, name)
        _table_options(c, database, name)
    c.expect("server")
    database.change(database.relations[name], server=c.name())
    if c.accept("options"):
        c.parenthesized()
    c.end()


def _is_definition(c: Cursor) -> bool:
    """Whether the parenthesis holds columns, not the names of CREATE TABLE … AS."""
    position = c.position
    c.parenthesized()
    found = not c.sees("as")
    c.position = position
    return found


def partition_of(c: Cursor, database: Builder, relation: Relation) -> None:
    """PARTITION OF parent [ ( … ) ] { FOR VALUES … | DEFAULT } [ PARTITION BY … ]."""
    parent = database.relation_name(c.qualified_name())
    database.add(replace(relation, partition_of=parent))
    inherit(database, relation.name, parent)
    if c.key == "(":
        c.in_parentheses(lambda: _partition_element(c, database, relation.name))
    database.change(database.relations[relation.name], partition_bound=partition_bound(c))
    _table_options(c, database, relation.name)


def _partition_element(c: Cursor, database: Builder, relation: Name) -> None:
    if c.key in CONSTRAINT_WORDS and table_constraint(c, database, relation):
        return
    column = database.part(Column, relation, c.name())
    c.accept("with", "options")
    _column_constraints(c, database, column)


def partition_bound(c: Cursor) -> str:
    """DEFAULT or FOR VALUES …, as `pg_get_expr(relpartbound)` prints it."""
    if c.accept("default"):
        return "DEFAULT"
    start = c.position
    c.expect("for", "values")
    c.skip_until("partition", "with", "tablespace", "server", "using", ";", "on")
    return c.sql(start, c.position).text


def _typed_table(c: Cursor, database: Builder, relation: Relation) -> None:
    """OF type: the columns are the attributes of a composite type."""
    kind = database.user_type(c.qualified_name())
    database.add(relation)
    for attribute in kind.attributes:
        _add_column(database, relation.name, attribute.name, attribute.type, c)
    if c.key == "(":
        c.in_parentheses(lambda: _partition_element(c, database, relation.name))
    _table_options(c, database, relation.name)


def _elements(c: Cursor, database: Builder, relation: Name) -> None:
    """Columns first, then constraints, as PostgreSQL does: a constraint may precede its column."""
    later: list[int] = []

    def element() -> None:
        if c.key in CONSTRAINT_WORDS and c.key != "like" and _is_constraint(c):
            later.append(c.position)
            c.skip_until(",")
        elif c.accept("like"):
            _like(c, database, relation)
        else:
            column_definition(c, database, relation)

    c.expect("(")
    open_list = not c.accept(")")
    if open_list:
        c.separated(element)
        c.expect(")")
    after = c.position
    inherited = c.in_parentheses(c.qualified_name) if c.accept("inherits") else ()
    for parent in inherited:
        _merge_parent(database, relation, database.relation_name(parent))
    end = c.position if inherited else after
    for c.position in later:
        if not table_constraint(c, database, relation):
            raise c.unexpected("a constraint")
    c.position = end


def _is_constraint(c: Cursor) -> bool:
    """Whether the word begins a constraint: EXCLUDE may also be a column's name."""
    return c.key != "exclude" or c.peek() in ("(", "using")


def _merge_parent(database: Builder, relation: Name, parent: Name) -> None:
    """INHERITS: the parent's columns come first."""
    own = dict(database.parts_of(Column, relation))
    fact = database.relations[relation]
    database.change(fact, inherits=(*fact.inherits, parent))
    columns = database.parts_of(Column, relation)
    columns.clear()
    already = [name for name in own if own[name].source != fact.source]
    for name in already:
        columns[name] = own[name]
    inherit(database, relation, parent)
    for name, column in own.items():
        base = columns.get(name)
        merged = replace(column, not_null=column.not_null or bool(base and base.not_null))
        columns[name] = merged
    for position, name in enumerate(list(columns), 1):
        columns[name] = replace(columns[name], position=position)


def inherit(database: Builder, relation: Name, parent: Name) -> None:
    """Gives a table the columns and checks of its parent, as PostgreSQL copies them."""
    columns = database.parts_of(Column, relation)
    for column in database.parts_of(Column, parent).values():
        if column.name not in columns:
            copied = replace(
                column, relation=relation, position=len(columns) + 1, comment=None, identity=None
            )
            columns[column.name] = copied
    for constraint in list(database.parts_of(Constraint, parent).values()):
        if constraint.kind is ConstraintKind.CHECK:
            database.add(replace(constraint, relation=relation, comment=None))


def _like(c: Cursor, database: Builder, relation: Name) -> None:
    """LIKE source [ { INCLUDING | EXCLUDING } … ]: columns, and what is included."""
    source = database.relation(c.qualified_name()).name
    included: set[str] = set()
    while word := c.one_of("including", "excluding"):
        option = c.name()
        if word == "including":
            included.add(option)
        else:
            included.discard(option)
    everything = "all" in included
    for column in database.parts_of(Column, source).values():
        copied = Column(
            source=c.source(),
            relation=relation,
            name=column.name,
            position=len(database.parts_of(Column, relation)) + 1,
            type=column.type,
            not_null=column.not_null,
            collation=column.collation,
            default=column.default if everything or "defaults" in included else None,
            generated=column.generated if everything or "generated" in included else None,
            generated_kind=column.generated_kind if everything or "generated" in included else None,
            identity=column.identity if everything or "identity" in included else None,
            comment=column.comment if everything or "comments" in included else None,
        )
        database.add(copied)
    if everything or "constraints" in included:
        for constraint in list(database.parts_of(Constraint, source).values()):
            if constraint.kind is ConstraintKind.CHECK:
                database.add(replace(constraint, relation=relation, comment=None))


def column_definition(c: Cursor, database: Builder, relation: Name) -> None:
    """A column: name type [ COLLATE … ] [ constraint … ]."""
    name = c.name()
    if c.key in SERIAL and c.peek() != ".":
        column = _serial(c, database, relation, name, SERIAL[c.skip()])
    else:
        column = _add_column(database, relation, name, type_name(c, database), c)
    _column_constraints(c, database, column)


def _add_column(database: Builder, relation: Name, name: str, kind: str, c: Cursor) -> Column:
    position = len(database.parts_of(Column, relation)) + 1
    return database.add(Column(source=c.source(), relation=relation, name=name, position=position, type=kind))


def _serial(c: Cursor, database: Builder, relation: Name, name: str, kind: str) -> Column:
    """A serial column is an integer with a sequence that it owns."""
    sequence = _own_sequence(database, relation, name)
    limit = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}[kind] - 1
    owner = database.relations[relation].owner
    fact = Sequence(source=c.source(), name=sequence, type=kind, max=limit, owner=owner)
    database.add(replace(fact, owned_by=ColumnName(relation, name)))
    column = _add_column(database, relation, name, kind, c)
    text = ".".join(quoted(part) for part in sequence)
    default = Sql(f"nextval('{text}'::regclass)", f"nextval ( '{text}' :: regclass )")
    return database.change(column, not_null=True, default=default)


def _own_sequence(database: Builder, relation: Name, column: str) -> Name:
    def taken(name: str) -> bool:
        return database.is_taken(Name(relation.schema, name), relations=True)

    return Name(relation.schema, chosen_name(relation.name, column, "seq", taken))


def _column_constraints(c: Cursor, database: Builder, column: Column) -> None:
    """Everything that may follow a column's type, in any order."""
    key = column.relation, column.name
    while True:
        column = database.part(Column, *key)
        name = c.name() if c.accept("constraint") else None
        if _column_property(c, database, column):
            continue
        place = Place(column.relation, name, column.name)
        if not column_constraint(c, database, place):
            return


def _column_property(c: Cursor, database: Builder, column: Column) -> bool:
    """A property of the column itself, such as NOT NULL or DEFAULT."""
    if c.accept("not", "null"):
        c.accept("no", "inherit")
        database.change(column, not_null=True)
    elif c.accept("null"):
        pass
    elif c.accept("default"):
        default = c.sql_until(*AFTER_DEFAULT)
        database.change(column, default=None if default.tokens == "null" else default)
    elif c.accept("collate"):
        database.change(column, collation=_collation(c))
    elif c.accept("generated"):
        generated(c, database, column)
    elif c.accept("storage") or c.accept("compression"):
        c.name()
    elif c.accept("options"):
        c.parenthesized()
    else:
        return False
    return True


def _collation(c: Cursor) -> str | None:
    parts = [part for part in c.parts() if part != "pg_catalog"]
    return None if parts == ["default"] else ".".join(quoted(part) for part in parts)


def generated(c: Cursor, database: Builder, column: Column) -> None:
    """GENERATED { ALWAYS | BY DEFAULT } AS { IDENTITY [ (…) ] | ( expression ) [ STORED | VIRTUAL ] }."""
    kind = Identity.BY_DEFAULT if c.accept("by", "default") else Identity.ALWAYS
    if kind is Identity.ALWAYS:
        c.expect("always")
    c.expect("as")
    if c.accept("identity"):
        database.change(column, identity=kind, not_null=True)
        _identity_sequence(c, database, column)
        return
    expression = c.parenthesized()
    # PostgreSQL 18 made virtual the default; pg_dump prints no word for it.
    stored = c.accept("stored")
    if not stored:
        c.accept("virtual")
    database.change(column, generated=expression, generated_kind="stored" if stored else "virtual")


def _identity_sequence(c: Cursor, database: Builder, column: Column) -> None:
    """The sequence behind an identity column; its name may be among the options."""
    limit = {"smallint": 2**15, "integer": 2**31}.get(column.type, 2**63) - 1
    owned_by = ColumnName(column.relation, column.name)
    name = _own_sequence(database, column.relation, column.name)
    owner = database.relations[column.relation].owner
    fact = Sequence(source=c.source(), name=name, type=column.type, max=limit, owned_by=owned_by, owner=owner)
    fact = replace(fact, identity=True)
    if c.accept("("):
        fact = sequence_options(c, database, fact)
        c.expect(")")
    database.add(fact)


def _table_options(c: Cursor, database: Builder, relation: Name) -> None:
    """What follows the list of columns: partitioning, and storage, which is not documented."""
    while True:
        if c.accept("partition", "by"):
            start = c.position
            c.name()
            c.parenthesized()
            key = c.sql(start, c.position).text
            word, _, columns = key.partition("(")
            text = f"{word.strip().upper()} ({columns}"
            fact = database.relations[relation]
            database.change(fact, kind=RelationKind.PARTITIONED_TABLE, partition_key=text)
        elif c.accept("using") or c.accept("tablespace"):
            c.name()
        elif c.accept("with"):
            c.parenthesized()
        elif not (c.accept("without", "oids") or _on_commit(c)):
            return


def _on_commit(c: Cursor) -> bool:
    if not c.accept("on", "commit"):
        return False
    c.skip_until("tablespace")
    return True

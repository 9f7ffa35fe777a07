"""Tables; https://www.postgresql.org/docs/current/sql-createtable.html."""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import Column, Constraint, ConstraintKind, Index, Name, Relation, RelationKind
from schemabook.read.state.builder import Builder
from schemabook.read.statements.columns import (
    Later,
    column_constraints,
    column_definition,
    like,
    like_type,
    new_column,
)
from schemabook.read.statements.constraints import check, is_exclusion, merge_equal_keys, table_constraint
from schemabook.read.statements.inheritance import copy_name, merge_parents
from schemabook.read.statements.others import copy_statistics
from schemabook.read.statements.partitions import add_partition, complete, partition_bound, partition_by
from schemabook.read.statements.storage import foreign_options
from schemabook.read.statements.views import create_table_as
from schemabook.read.text.cursor import Cursor

CONSTRAINT_WORDS = frozenset("constraint check unique primary foreign exclude like not".split())


def create_table(c: Cursor, database: Builder) -> None:
    """CREATE [ UNLOGGED ] TABLE [ IF NOT EXISTS ] name ( … ) | OF type | PARTITION OF parent | AS query."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.relations:
        return
    relation = Relation(source=c.source(), name=name, unlogged="unlogged" in c.modifiers)
    if c.accept("partition", "of"):
        _partition_of(c, database, relation)
    elif c.accept("of"):
        _typed_table(c, database, relation)
    elif c.key == "(" and _is_definition(c):
        database.create(relation)
        _elements(c, database, name)
        _table_options(c, database, name)
    else:
        create_table_as(c, database, relation)
        return
    merge_equal_keys(database, name)
    c.end()


def create_foreign_table(c: Cursor, database: Builder) -> None:
    """CREATE FOREIGN TABLE name ( … ) SERVER server [ OPTIONS (…) ]."""
    optional = c.accept("if", "not", "exists")
    name = database.new(c.qualified_name())
    if optional and name in database.relations:
        return
    relation = Relation(source=c.source(), name=name, kind=RelationKind.FOREIGN_TABLE)
    if c.accept("partition", "of"):
        _partition_of(c, database, relation)
    else:
        database.create(relation)
        _elements(c, database, name)
        _table_options(c, database, name)
    c.expect("server")
    database.change(database.relations[name], server=c.name())
    if c.accept("options"):
        database.change(database.relations[name], options=foreign_options(c))
    c.end()


def _is_definition(c: Cursor) -> bool:
    """Whether the parenthesis holds columns, not the names of CREATE TABLE … AS."""
    if "as" not in c.keys:
        return True
    position = c.position
    c.skip_parentheses()
    found = not c.sees("as")
    c.position = position
    return found


def _partition_of(c: Cursor, database: Builder, relation: Relation) -> None:
    """PARTITION OF parent [ ( … ) ] { FOR VALUES … | DEFAULT } [ PARTITION BY … ]."""
    parent = database.relation(c.qualified_name()).name
    add_partition(database, relation, parent)
    _typed_elements(c, database, relation.name)
    database.change(database.relations[relation.name], partition_bound=partition_bound(c))
    _table_options(c, database, relation.name)
    complete(database, relation.name, parent)


def _typed_table(c: Cursor, database: Builder, relation: Relation) -> None:
    """OF type: the columns are the attributes of a composite type."""
    kind = database.user_type(c.qualified_name())
    database.create(relation)
    for attribute in kind.attributes:
        new_column(c, database, relation.name, attribute.name, attribute.type)
    _typed_elements(c, database, relation.name)
    _table_options(c, database, relation.name)


def _typed_elements(c: Cursor, database: Builder, relation: Name) -> None:
    """Constraints, and properties of columns that are already there."""

    def element() -> None:
        if c.key in CONSTRAINT_WORDS and table_constraint(c, database, relation):
            return
        column = database.part(Column, relation, c.name())
        c.accept("with", "options")
        column_constraints(c, database, column)

    if c.key == "(":
        c.in_parentheses(element)


def _elements(c: Cursor, database: Builder, relation: Name) -> None:
    """Columns first, then constraints, as PostgreSQL does: a constraint may precede its column."""
    constraints: list[int] = []
    checks = Later()
    copies: list[tuple[Name, frozenset[str]]] = []

    def element() -> None:
        if c.key not in CONSTRAINT_WORDS or (c.key == "exclude" and not is_exclusion(c)):
            column_definition(c, database, relation, checks)
        elif c.accept("like"):
            position = c.position
            source = c.qualified_name()
            c.position = position
            if database.type_name(source) in database.types:
                like_type(c, database, relation)
            else:
                copies.append((database.relation(source).name, like(c, database, relation)))
        else:
            constraints.append(c.position)
            c.skip_until(",")

    c.in_parentheses(element)
    if c.accept("inherits"):
        parents = c.in_parentheses(lambda: database.relation(c.qualified_name()).name)
        merge_parents(database, relation, parents)
    end = c.position
    for c.position, place in checks:
        c.skip()
        check(c, database, place)
    for c.position in constraints:
        if not table_constraint(c, database, relation):
            raise c.unexpected("a constraint")
    for source, included in copies:
        _copy_parts(database, relation, source, included)
    c.position = end


def _copy_parts(database: Builder, relation: Name, source: Name, included: frozenset[str]) -> None:
    """The constraints and indexes of LIKE source."""
    comments = bool(included & {"all", "comments"})
    for constraint in list(database.parts_of(Constraint, source).values()):
        word = "constraints" if constraint.kind is ConstraintKind.CHECK else "indexes"
        if included & {"all", word} and constraint.kind is not ConstraintKind.FOREIGN_KEY:
            _copy(database, relation, constraint, comments=comments)
    if included & {"all", "indexes"}:
        for index in list(database.parts_of(Index, source).values()):
            _copy(database, relation, index, comments=comments)
    if included & {"all", "statistics"}:
        copy_statistics(database, source, relation, comments=comments)


def _copy(database: Builder, relation: Name, fact: Constraint | Index, *, comments: bool) -> None:
    is_check = isinstance(fact, Constraint) and fact.kind is ConstraintKind.CHECK
    name = fact.name if is_check else copy_name(database, relation, fact)
    comment = fact.comment if comments and (is_check or isinstance(fact, Index)) else None
    database.add(replace(fact, relation=relation, name=name, comment=comment))


def _table_options(c: Cursor, database: Builder, relation: Name) -> None:
    """What follows the list of columns: partitioning, and storage, which is not documented."""
    while True:
        if c.accept("partition", "by"):
            partition_by(c, database, relation)
        elif c.accept("using") or c.accept("tablespace"):
            c.name()
        elif c.accept("with"):
            c.skip_parentheses()
        elif not (c.accept("without", "oids") or _on_commit(c)):
            return


def _on_commit(c: Cursor) -> bool:
    if not c.accept("on", "commit"):
        return False
    c.skip_until("tablespace")
    return True

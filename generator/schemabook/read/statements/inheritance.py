"""What a table hands down: columns and checks to tables that inherit, all but policies to partitions.

https://www.postgresql.org/docs/current/ddl-inherit.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemabook.model import Column, ColumnName, Constraint, ConstraintKind, Index, IndexKey, Name, Trigger
from schemabook.read.state.builder import Builder
from schemabook.read.statements import not_nulls
from schemabook.read.statements.naming import chosen_name, index_name, joined_columns
from schemabook.read.statements.replica_identity import follow_index


def inherit(database: Builder, relation: Name, parent: Name) -> None:
    """Gives a table the columns and checks of its parent, as PostgreSQL copies them."""
    columns = database.parts_of(Column, relation)
    for column in list(database.parts_of(Column, parent).values()):
        if column.name in columns:
            own = columns[column.name]
            if not_nulls.is_handed_down(database, column) and not own.not_null:
                database.change(own, not_null=True)
                database.include(database.inherited_not_nulls, ColumnName(relation, own.name))
        else:
            source = database.relations[relation].source
            inherited(database, replace(column, source=source), relation)
    for constraint in list(database.parts_of(Constraint, parent).values()):
        if constraint.kind is ConstraintKind.CHECK:
            give(database, relation, constraint)


def inherited(database: Builder, column: Column, child: Name) -> Column:
    """The column of a parent in a table that does not have it yet."""
    key = ColumnName(child, column.name)
    copied = replace(
        column,
        relation=child,
        position=len(database.parts_of(Column, child)) + 1,
        not_null=not_nulls.is_handed_down(database, column),
        identity=None,
        statistics_target=None,
        comment=None,
    )
    database.include(database.inherited, key)
    if copied.not_null:
        database.include(database.inherited_not_nulls, key)
    return database.add(copied)


def merge_parents(database: Builder, relation: Name, parents: tuple[Name, ...]) -> None:
    """INHERITS: the parents' columns come first, and a column of the same name is one with its own."""
    own = database.parts_of(Column, relation)
    database.set_parts(Column, relation, ())
    fact = database.relations[relation]
    database.change(fact, inherits=parents)
    for parent in parents:
        inherit(database, relation, parent)
    columns = database.parts_of(Column, relation)
    for name, column in own.items():
        base = columns.get(name)
        if base:
            has_none = column.generated or ColumnName(relation, name) in database.without_default
            default = column.default or (None if has_none else base.default)
            if column.not_null:
                database.exclude(database.inherited_not_nulls, ColumnName(relation, name))
            column = replace(column, not_null=column.not_null or base.not_null, default=default)
        database.put_part(column)
        database.exclude(database.inherited, ColumnName(relation, name))
    for position, column in enumerate(columns.values(), 1):
        database.put_part(replace(column, position=position))


def pass_on(database: Builder, part: Constraint | Index | Trigger) -> None:
    """Gives to the children what their parent just got."""
    for child in database.children(part.relation):
        give(database, child, part)


def give(database: Builder, child: Name, part: Any) -> None:
    """Gives one part to a child, if it is of those that are handed down."""
    match part:
        case Constraint(kind=ConstraintKind.CHECK):
            if not part.no_inherit:
                _give_check(database, child, part)
        case Constraint() | Index() | Trigger() if database.relations[child].partition_of == part.relation:
            _give_to_partition(database, child, part)


def _give_check(database: Builder, child: Name, part: Constraint) -> None:
    columns = database.parts_of(Column, child)
    if part.name not in database.parts_of(Constraint, child):
        order = sorted(
            (name for name in part.columns if name in columns), key=lambda name: columns[name].position
        )
        database.add(replace(part, relation=child, columns=tuple(order), comment=None))
    _handed_down(database, part, child, part.name)


def _give_to_partition(database: Builder, child: Name, part: Constraint | Index | Trigger) -> None:
    if isinstance(part, Trigger):
        if part.level == "row":
            database.add(replace(part, relation=child, comment=None))
            _handed_down(database, part, child, part.name)
        return
    equal = _equal(database, child, part)
    name = equal or copy_name(database, child, part)
    if not equal:
        database.add(replace(part, relation=child, name=name, comment=None))
        if isinstance(part, Constraint) and part.kind is ConstraintKind.PRIMARY_KEY:
            for column in part.columns:
                not_nulls.hand_down(database, ColumnName(child, column), None)
    _handed_down(database, part, child, name)


def _handed_down(database: Builder, part: Constraint | Index | Trigger, child: Name, name: str) -> None:
    """Notes where the copy is, and hands the copy down in turn."""
    database.put_in(database.copies, (type(part), part.relation, part.name), (child, name), None)
    copy = database.parts[type(part)][child][name]
    for grandchild in database.children(child):
        give(database, grandchild, copy)


def _equal(database: Builder, child: Name, part: Constraint | Index) -> str | None:
    """The child's part that says the same and is no copy yet."""
    taken = {at for (kind, *_), places in database.copies.items() if kind is type(part) for at in places}
    for name, own in database.parts[type(part)][child].items():
        same = replace(own, name=part.name, relation=part.relation, comment=part.comment)
        if same == part and (child, name) not in taken:
            return str(name)
    return None


def copy_name(database: Builder, child: Name, part: Constraint | Index) -> str:
    """The name of the copy, as PostgreSQL makes it."""
    is_foreign_key = isinstance(part, Constraint) and part.kind is ConstraintKind.FOREIGN_KEY
    taken = database.taken(child.schema, relations=not is_foreign_key)
    if isinstance(part, Index):
        return index_name(child.name, part.keys, part.include, taken)
    if is_foreign_key:
        if part.name not in database.parts_of(Constraint, child):
            return part.name
        return chosen_name(child.name, joined_columns(part.columns), "fkey", taken)
    if part.kind is ConstraintKind.PRIMARY_KEY:
        return chosen_name(child.name, "", "pkey", taken)
    keys = tuple(IndexKey(column=name) for name in part.columns)
    label = "key" if part.kind is ConstraintKind.UNIQUE else "excl"
    return index_name(child.name, keys, part.include, taken, label)


def forget_copies(database: Builder, child: Name, parent: Name) -> None:
    """What the child has from its parent becomes its own."""
    for (_, relation, _), places in database.copies.items():
        if relation == parent:
            for place in [place for place in places if place[0] == child]:
                database.remove(places, place)
    for name in database.parts_of(Column, child):
        database.exclude(database.inherited, ColumnName(child, name))


def drop_part(database: Builder, kind: type[Any], relation: Name, name: str) -> None:
    """Removes a constraint, index or trigger, and its copies in the children."""
    if part := database.remove(database.parts[kind][relation], name):
        follow_index(database, part, None)
    for child, copy in database.remove(database.copies, (kind, relation, name)) or ():
        drop_part(database, kind, child, copy)

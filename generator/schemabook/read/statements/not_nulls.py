"""NOT NULL: a property of the column in the model, a constraint with a name and heirs in PostgreSQL 18.

https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL
"""

from __future__ import annotations

from schemabook.model import Column, ColumnName, Constraint, ConstraintKind, Name
from schemabook.read.state.builder import Builder
from schemabook.read.statements.naming import chosen_name


def set_not_null(
    database: Builder, key: ColumnName, name: str | None = None, *, is_local: bool = False, only: bool = False
) -> None:
    """Makes a column not null, here and in the tables that inherit it unless it is local: NO INHERIT."""
    column = database.part(Column, *key)
    if not column.not_null:
        database.change(column, not_null=True)
    if name:
        database.put_in(database.not_nulls, key.relation, name, key.column)
    database.exclude(database.inherited_not_nulls, key)
    if is_local:
        database.include(database.local_not_nulls, key)
    elif not only:
        for child in database.children(key.relation):
            hand_down(database, ColumnName(child, key.column), name)


def hand_down(database: Builder, key: ColumnName, name: str | None) -> None:
    """Makes a column not null because that of a parent is."""
    column = database.parts_of(Column, key.relation).get(key.column)
    if column is None or column.not_null:
        return
    database.change(column, not_null=True)
    database.include(database.inherited_not_nulls, key)
    if name:
        database.put_in(database.not_nulls, key.relation, name, key.column)
    for child in database.children(key.relation):
        hand_down(database, ColumnName(child, key.column), name)


def is_handed_down(database: Builder, column: Column) -> bool:
    """Whether tables that inherit get the NOT NULL of a column."""
    return column.not_null and ColumnName(column.relation, column.name) not in database.local_not_nulls


def expect_droppable(database: Builder, key: ColumnName) -> None:
    """Raises ValueError for the NOT NULL of an identity column, a primary key, or a parent's column."""
    if database.part(Column, *key).identity:
        raise ValueError(f'column "{key}" is an identity column')
    constraints = database.parts_of(Constraint, key.relation).values()
    if any(c.kind is ConstraintKind.PRIMARY_KEY and key.column in c.columns for c in constraints):
        raise ValueError(f'column "{key}" is in a primary key')
    if key in database.inherited_not_nulls:
        raise ValueError(f'column "{key}" is not null because that of a parent is')


def drop_not_null(database: Builder, key: ColumnName, *, only: bool = False) -> None:
    """Lets a column be null again, and those of the children that are not null for no other reason."""
    column = database.part(Column, *key)
    database.change(column, not_null=False)
    database.exclude(database.local_not_nulls, key)
    database.exclude(database.inherited_not_nulls, key)
    named = database.not_nulls[key.relation]
    for name in [name for name, of in named.items() if of == key.column]:
        database.remove(named, name)
    for child in () if only else database.children(key.relation):
        if (inherited := ColumnName(child, key.column)) in database.inherited_not_nulls:
            drop_not_null(database, inherited)


def let_inherit(database: Builder, key: ColumnName) -> None:
    """ALTER CONSTRAINT … INHERIT, of a NOT NULL."""
    database.exclude(database.local_not_nulls, key)
    set_not_null(database, key, name_of(database, key))


def column_of(database: Builder, relation: Name, name: str) -> ColumnName | None:
    """The column of a NOT NULL constraint, named by the statement or as PostgreSQL names it."""
    named = database.not_nulls[relation]
    if name in named:
        return ColumnName(relation, named[name])
    known = set(named.values())
    for fact in database.parts_of(Column, relation).values():
        own = fact.not_null and fact.name not in known
        if own and name == _generated(database, ColumnName(relation, fact.name)):
            return ColumnName(relation, fact.name)
    return None


def name_of(database: Builder, key: ColumnName) -> str:
    """The name of a column's NOT NULL constraint."""
    named = (name for name, column in database.not_nulls[key.relation].items() if column == key.column)
    return next(named, "") or _generated(database, key)


def _generated(database: Builder, key: ColumnName) -> str:
    """The name that PostgreSQL makes: no other constraint of the table has it."""
    named, constraints = database.not_nulls[key.relation], database.parts_of(Constraint, key.relation)
    return chosen_name(
        key.relation.name, key.column, "not_null", lambda name: name in named or name in constraints
    )


def keep_names(database: Builder, relation: Name) -> None:
    """Notes the names that come from those of the table and its columns, before these change."""
    known = set(database.not_nulls[relation].values())
    for column in database.parts_of(Column, relation).values():
        if column.not_null and column.name not in known:
            name = _generated(database, ColumnName(relation, column.name))
            database.put_in(database.not_nulls, relation, name, column.name)


def rename_not_null(database: Builder, old: ColumnName, new: ColumnName) -> None:
    """Follows a column to its new name."""
    named = database.not_nulls[old.relation]
    for name in [name for name, column in named.items() if column == old.column]:
        database.put_in(database.not_nulls, old.relation, name, new.column)
    _replace(database, old, new)


def move_not_nulls(database: Builder, old: Name, new: Name) -> None:
    """Follows a table to its new name or schema."""
    if named := database.remove(database.not_nulls, old):
        database.put(database.not_nulls, new, named)
    for column in database.parts_of(Column, new):
        _replace(database, ColumnName(old, column), ColumnName(new, column))


def forget(database: Builder, relation: Name, *columns: str) -> None:
    """Follows a table, or some of its columns, into nothing."""
    named = database.not_nulls[relation]
    for name in [name for name, column in named.items() if column in columns]:
        database.remove(named, name)
    for column in columns:
        database.exclude(database.local_not_nulls, ColumnName(relation, column))
        database.exclude(database.inherited_not_nulls, ColumnName(relation, column))
        database.exclude(database.inherited, ColumnName(relation, column))


def _replace(database: Builder, old: ColumnName, new: ColumnName) -> None:
    for columns in (database.local_not_nulls, database.inherited_not_nulls):
        if old in columns:
            database.exclude(columns, old)
            database.include(columns, new)

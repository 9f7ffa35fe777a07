"""Columns: their types, properties and constraints.

https://www.postgresql.org/docs/current/sql-createtable.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemabook.model import Column, ColumnName, Identity, Name, ObjectKind, Sequence, Sql
from schemabook.model.keywords import quoted
from schemabook.read.state.builder import AlreadyExists, Builder
from schemabook.read.statements.constraints import Place, constraint_at, skip_check
from schemabook.read.statements.naming import chosen_name
from schemabook.read.statements.not_nulls import name_of, set_not_null
from schemabook.read.statements.sequences import LIMITS, sequence_options
from schemabook.read.statements.storage import compression, foreign_options, storage
from schemabook.read.text.cursor import END, Cursor
from schemabook.read.text.type_names import type_name

SERIAL = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
SEQUENCE_OPTIONS = ("start", "increment", "min", "max", "cycle", "cache")
SIMPLE = frozenset({"not", "null", "default", "collate"})
"""The first words of the properties that nothing else depends on."""
AFTER_DEFAULT = (
    *("not", "null", "constraint", "check", "unique", "primary", "references", "default", "collate"),
    *("deferrable", "initially", ",", ")"),
)
"""GENERATED and ENFORCED may not follow: a name may be called so."""


class Later(list[tuple[int, Place]]):
    """The checks of a new table, by position: one may mention columns that come after it."""


def column_definition(c: Cursor, database: Builder, relation: Name, later: Later | None = None) -> None:
    """A column: name type [ COLLATE … ] [ constraint … ]."""
    name = c.name()
    if c.key in SERIAL and c.peek() != ".":
        column = _serial(c, database, relation, name, SERIAL[c.skip()])
    else:
        kind = type_name(c, database)
        given = _simple_properties(c, database, ColumnName(relation, name))
        column = new_column(c, database, relation, name, kind, **given)
    column_constraints(c, database, column, later)


def new_column(c: Cursor, database: Builder, relation: Name, name: str, kind: str, **given: Any) -> Column:
    """A column after those that are there, with the properties that are given."""
    position = next_position(database, relation, name)
    return database.add(
        Column(source=c.source(), relation=relation, name=name, position=position, type=kind, **given)
    )


def next_position(database: Builder, relation: Name, name: str) -> int:
    """The position of a new column; raises AlreadyExists for one that the table has."""
    columns = database.parts_of(Column, relation)
    if name in columns:
        raise AlreadyExists(ObjectKind.COLUMN, ColumnName(relation, name))
    return len(columns) + 1


def _serial(c: Cursor, database: Builder, relation: Name, name: str, kind: str) -> Column:
    """A serial column is an integer with a sequence that it owns."""
    sequence = _own_sequence(database, relation, name)
    owner = database.relations[relation].owner
    fact = Sequence(source=c.source(), name=sequence, type=kind, max=LIMITS[kind] - 1, owner=owner)
    database.create(replace(fact, owned_by=ColumnName(relation, name)))
    column = new_column(c, database, relation, name, kind)
    text = ".".join(quoted(part) for part in sequence)
    default = Sql(f"nextval('{text}'::regclass)", f"nextval ( '{text}' :: regclass )")
    return database.change(column, not_null=True, default=default)


def _own_sequence(database: Builder, relation: Name, column: str) -> Name:
    name = chosen_name(relation.name, column, "seq", database.taken(relation.schema))
    return Name(relation.schema, name)


def column_constraints(c: Cursor, database: Builder, column: Column, later: Later | None = None) -> None:
    """Everything that may follow a column's type, in any order."""
    key = column.relation, column.name
    while c.key not in (",", ")", END):
        column = database.part(Column, *key)
        name = c.name() if c.accept("constraint") else None
        if _column_property(c, database, column, name):
            continue
        place = Place(column.relation, name, column.name)
        if c.key == "check" and later is not None:
            later.append((c.position, place))
            skip_check(c, place)
        elif not constraint_at(c, database, place):
            return


def _column_property(c: Cursor, database: Builder, column: Column, name: str | None) -> bool:
    """A property of the column itself, such as NOT NULL or DEFAULT."""
    key = ColumnName(column.relation, column.name)
    start = c.position
    given = _simple_properties(c, database, key)
    if given.pop("not_null", False):
        set_not_null(database, key, name, is_local=key in database.local_not_nulls)
    if given:
        database.change(database.part(Column, *key), **given)
    if c.position > start:
        return True
    if c.accept("generated"):
        generated(c, database, column)
    elif c.accept("storage"):
        storage(c, database, column)
    elif c.accept("compression"):
        compression(c, database, column)
    elif c.accept("options"):
        database.change(column, options=foreign_options(c))
    else:
        return False
    return True


def _simple_properties(c: Cursor, database: Builder, column: ColumnName) -> dict[str, Any]:
    """[ NOT ] NULL, DEFAULT and COLLATE as far as they follow, by the fields of the model."""
    given: dict[str, Any] = {}
    while c.key in SIMPLE:
        if c.accept("not", "null"):
            given["not_null"] = True
            if c.accept("no", "inherit"):
                database.include(database.local_not_nulls, column)
        elif c.accept("default"):
            given["default"] = default_of(c.sql_until(*AFTER_DEFAULT))
            if given["default"] is None:
                database.include(database.without_default, column)
        elif c.accept("collate"):
            given["collation"] = collation(c, database)
        elif not c.accept("null"):
            break
    return given


def default_of(expression: Sql) -> Sql | None:
    """The default that the expression makes: DEFAULT NULL makes none."""
    return None if expression.tokens == "null" else expression


def collation(c: Cursor, database: Builder) -> str | None:
    """The name of a collation; those of pg_catalog carry no schema."""
    parts = c.parts()
    schema = parts[0] if len(parts) > 1 else database.schema_of_other(ObjectKind.COLLATION, parts[-1])
    if schema not in ("", "pg_catalog"):
        return f"{schema}.{parts[-1]}"
    return None if parts[-1] == "default" else parts[-1]


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
    name = _own_sequence(database, column.relation, column.name)
    fact = identity_sequence(database, column, name)
    if c.accept("("):
        fact = sequence_options(c, database, fact, new=True)
        c.expect(")")
    database.create(fact)


def identity_sequence(database: Builder, column: Column, name: Name) -> Sequence:
    """A sequence of this name for an identity column."""
    return Sequence(
        source=column.source,
        name=name,
        type=column.type,
        max=LIMITS.get(column.type, 2**63) - 1,
        owned_by=ColumnName(column.relation, column.name),
        identity=True,
        owner=database.relations[column.relation].owner,
    )


def like(c: Cursor, database: Builder, relation: Name) -> frozenset[str]:
    """The columns of LIKE source; returns the words of what else is included."""
    source = database.relation(c.qualified_name()).name
    included = _included(c)
    for column in list(database.parts_of(Column, source).values()):
        position = next_position(database, relation, column.name)
        copied = replace(
            column, source=c.source(), relation=relation, position=position, statistics_target=None
        )
        generated = column.generated is not None
        if not included & {"all", "generated" if generated else "defaults"}:
            copied = replace(copied, default=None, generated=None, generated_kind=None)
        if not included & {"all", "identity"}:
            copied = replace(copied, identity=None)
        if not included & {"all", "storage"}:
            copied = replace(copied, storage=None)
        if not included & {"all", "compression"}:
            copied = replace(copied, compression=None)
        if not included & {"all", "comments"}:
            copied = replace(copied, comment=None)
        database.add(copied)
        if copied.not_null:
            key = ColumnName(source, column.name)
            database.put_in(database.not_nulls, relation, name_of(database, key), column.name)
        if copied.identity:
            _copy_identity(database, column, copied)
    return included


def like_type(c: Cursor, database: Builder, relation: Name) -> None:
    """LIKE type: the attributes of a composite type; nothing else can be included."""
    for attribute in database.user_type(c.qualified_name()).attributes:
        new_column(c, database, relation, attribute.name, attribute.type)
    _included(c)


def _copy_identity(database: Builder, column: Column, copied: Column) -> None:
    """The sequence of the copy has the options of the other's, but for its type, which is always bigint."""
    fact = identity_sequence(database, copied, _own_sequence(database, copied.relation, copied.name))
    for old in database.sequences_of_column(ColumnName(column.relation, column.name)):
        if old.identity:
            options = {name: getattr(old, name) for name in SEQUENCE_OPTIONS}
            fact = replace(fact, type="bigint", **options)
    database.create(fact)


def _included(c: Cursor) -> frozenset[str]:
    included: set[str] = set()
    while word := c.one_of("including", "excluding"):
        option = c.name()
        if word == "including":
            included.add(option)
        elif option == "all":
            included.clear()
        else:
            included = _without(included, option)
    return frozenset(included)


def _without(included: set[str], option: str) -> set[str]:
    parts = {"comments", "compression", "constraints", "defaults", "generated", "identity", "indexes"}
    parts |= {"statistics", "storage"}
    return ((parts if "all" in included else included) - {"all"}) - {option}

"""Constraints of tables, in CREATE TABLE, beside a column and in ALTER TABLE.

https://www.postgresql.org/docs/current/sql-createtable.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Index,
    Name,
    ObjectKind,
    Sql,
    Target,
)
from schemabook.model.keywords import quoted
from schemabook.read.state.builder import AlreadyExists, Builder
from schemabook.read.statements.inheritance import drop_part, pass_on
from schemabook.read.statements.kinds_by_words import Words, next_words
from schemabook.read.statements.naming import chosen_name, distinct_columns, joined_columns, object_name
from schemabook.read.statements.not_nulls import set_not_null
from schemabook.read.statements.replica_identity import follow_index
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import NAME
from schemabook.read.text.words import column_words_at, tokens_of, unquoted

LABELS = {
    ConstraintKind.PRIMARY_KEY: "pkey",
    ConstraintKind.UNIQUE: "key",
    ConstraintKind.FOREIGN_KEY: "fkey",
    ConstraintKind.CHECK: "check",
    ConstraintKind.EXCLUSION: "excl",
}
ATTRIBUTES: Mapping[Words, dict[str, Any]] = {
    ("not", "deferrable"): {"deferrable": False},
    ("deferrable",): {"deferrable": True},
    ("initially", "deferred"): {"deferrable": True, "initially_deferred": True},
    ("initially", "immediate"): {},
    ("not", "enforced"): {"enforced": False, "validated": False},
    ("enforced",): {"enforced": True},
    ("no", "inherit"): {"no_inherit": True},
}
"""What may follow a constraint, and the facts that it says."""
FIRST_OF_ATTRIBUTES = frozenset(words[0] for words in ATTRIBUTES)
ACTIONS = (("no", "action"), ("restrict",), ("cascade",), ("set", "null"), ("set", "default"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a constraint stands: its table, its own name if it has one, and its column if beside one."""

    relation: Name
    name: str | None = None
    column: str | None = None
    only: bool = False
    """Whether ALTER TABLE ONLY adds it: to no table that inherits."""


def table_constraint(c: Cursor, database: Builder, relation: Name) -> bool:
    """Reads a table constraint, if one comes next."""
    name = c.name() if c.accept("constraint") else None
    return constraint_at(c, database, Place(relation, name, only="only" in c.modifiers))


def constraint_at(c: Cursor, database: Builder, place: Place) -> bool:
    """Reads a constraint of a table or beside a column, behind its name, if one comes next."""
    beside = (place.column,) if place.column else ()
    if c.accept("check"):
        check(c, database, place)
    elif c.accept("primary", "key"):
        key(c, database, place, ConstraintKind.PRIMARY_KEY)
    elif c.accept("unique"):
        key(c, database, place, ConstraintKind.UNIQUE)
    elif c.accept("references"):
        foreign_key(c, database, place, beside)
    elif c.accept("foreign", "key"):
        columns, period = _period_columns(c)
        c.expect("references")
        foreign_key(c, database, place, columns, period=period)
    elif is_exclusion(c):
        c.skip()
        exclusion(c, database, place)
    elif not place.column and c.accept("not", "null"):
        column = ColumnName(place.relation, c.name())
        is_local = attributes(c, _blank(c, place, ConstraintKind.CHECK)).no_inherit
        set_not_null(database, column, place.name, is_local=is_local, only=place.only)
    else:
        return False
    return True


def check(c: Cursor, database: Builder, place: Place) -> None:
    """CHECK ( expression ) [ NO INHERIT ]."""
    expression = c.parenthesized()
    columns = mentioned_columns(database, place.relation, expression)
    fact = attributes(c, _blank(c, place, ConstraintKind.CHECK, expression=expression, columns=columns))
    _add(database, place, fact, columns if len(columns) == 1 else ())


def skip_check(c: Cursor, place: Place) -> None:
    """Moves behind a check that is read later."""
    c.expect("check")
    c.skip_parentheses()
    attributes(c, _blank(c, place, ConstraintKind.CHECK))


def mentioned_columns(database: Builder, relation: Name, expression: Sql) -> tuple[str, ...]:
    """The columns of a relation that an expression names, by position; `pg_constraint.conkey`."""
    columns = database.parts_of(Column, relation)
    tokens = tokens_of(expression)
    named = {unquoted(tokens[i]) for i in column_words_at(tokens, relation.name)}
    found = [name for name in columns if name in named]
    return tuple(sorted(found, key=lambda name: columns[name].position))


def key(c: Cursor, database: Builder, place: Place, kind: ConstraintKind) -> None:
    """PRIMARY KEY or UNIQUE with its columns and index parameters."""
    distinct = c.accept("nulls", "not", "distinct")
    if not distinct:
        c.accept("nulls", "distinct")
    if c.accept("using", "index"):
        _key_of_index(c, database, place, kind)
        return
    columns, period = ((place.column,), False) if place.column else _period_columns(c)
    include = _index_parameters(c)
    given = {"columns": columns, "period": period, "include": include, "nulls_not_distinct": distinct}
    fact = attributes(c, _blank(c, place, kind, **given))
    for column in (*columns, *include):
        database.part(Column, place.relation, column)
    if kind is ConstraintKind.PRIMARY_KEY:
        if _primary_key(database, place.relation):
            raise ValueError(f'multiple primary keys for table "{place.relation}" are not allowed')
        for column in columns:
            set_not_null(database, ColumnName(place.relation, column), only=place.only)
        _add(database, place, fact, ())
    else:
        names = distinct_columns([*columns, *fact.include])
        _add(database, place, fact, tuple(names))


def _key_of_index(c: Cursor, database: Builder, place: Place, kind: ConstraintKind) -> None:
    """ADD … USING INDEX name: the index becomes the constraint's and takes its name."""
    index = database.part(Index, place.relation, c.name())
    columns = tuple(k.column for k in index.keys if k.column)
    fact = replace(
        _blank(c, place, kind),
        name=place.name or index.name,
        columns=columns,
        include=index.include,
        nulls_not_distinct=index.nulls_not_distinct,
    )
    follow_index(database, index, fact.name)
    drop_part(database, Index, place.relation, index.name)
    if kind is ConstraintKind.PRIMARY_KEY:
        for column in columns:
            set_not_null(database, ColumnName(place.relation, column), only=place.only)
    database.add(attributes(c, fact))


def _period_columns(c: Cursor) -> tuple[tuple[str, ...], bool]:
    """A list of columns, and whether PERIOD or WITHOUT OVERLAPS marks the last one."""
    period = False

    def column() -> str:
        nonlocal period
        if c.key == "period" and c.peek() not in (",", ")"):
            c.skip()
            period = True
        name = c.name()
        period = c.accept("without", "overlaps") or period
        return name

    return c.in_parentheses(column), period


def _index_parameters(c: Cursor) -> tuple[str, ...]:
    """[ INCLUDE (columns) ] [ WITH (…) ] [ USING INDEX TABLESPACE name ]; returns the columns."""
    include = c.name_list() if c.accept("include") else ()
    if c.accept("with"):
        c.skip_parentheses()
    if c.accept("using", "index", "tablespace"):
        c.name()
    return include


def foreign_key(
    c: Cursor, database: Builder, place: Place, columns: tuple[str, ...], *, period: bool = False
) -> None:
    """REFERENCES table [ (columns) ] [ MATCH … ] [ ON DELETE … ] [ ON UPDATE … ]."""
    relation = database.relation_name(c.qualified_name())
    targets = _period_columns(c)[0] if c.key == "(" else _primary_key(database, relation)
    given: dict[str, Any] = {"columns": columns, "period": period}
    while True:
        if c.accept("match"):
            given["match"] = c.name()
        elif c.accept("on", "delete"):
            given["on_delete"] = _action(c)
        elif c.accept("on", "update"):
            given["on_update"] = _action(c)
        else:
            break
    for column in columns:
        database.part(Column, place.relation, column)
    for column in targets if relation in database.relations else ():
        database.part(Column, relation, column)
    target = Target(relation, targets)
    fact = _blank(c, place, ConstraintKind.FOREIGN_KEY, references=target, **given)
    _add(database, place, attributes(c, fact), columns)


def _action(c: Cursor) -> str:
    for words in ACTIONS:
        if c.accept(*words):
            if c.key == "(":  # the columns of SET NULL and SET DEFAULT
                return f"{' '.join(words)} ({', '.join(map(quoted, c.name_list()))})"
            return " ".join(words)
    raise c.unexpected("an action")


def _primary_key(database: Builder, relation: Name) -> tuple[str, ...]:
    for constraint in database.parts_of(Constraint, relation).values():
        if constraint.kind is ConstraintKind.PRIMARY_KEY:
            return constraint.columns
    return ()


def is_exclusion(c: Cursor) -> bool:
    """Whether an exclusion constraint comes next, and not a column of this name."""
    return c.key == "exclude" and c.peek() in ("(", "using")


def exclusion(c: Cursor, database: Builder, place: Place) -> None:
    """EXCLUDE [ USING method ] ( element WITH operator, … ) [ WHERE (…) ]."""
    start = c.position
    if c.accept("using"):
        c.name()
    first = c.position + 1
    c.skip_parentheses()
    names = _element_names(c, first, c.position - 1)
    end = c.position
    include = _index_parameters(c)
    if c.accept("where"):
        c.skip_parentheses()
        end = c.position
    columns = database.parts_of(Column, place.relation)
    fact = replace(
        _blank(c, place, ConstraintKind.EXCLUSION),
        expression=c.sql(start, end),
        columns=tuple(name for name in names if name in columns),
        include=include,
    )
    _add(database, place, attributes(c, fact), names)


def _element_names(c: Cursor, start: int, end: int) -> tuple[str, ...]:
    """The column of each element of an exclusion constraint, `expr` for an expression."""
    names = []
    expected = True
    depth = 0
    for i in range(start, end):
        word = c.keys[i]
        if expected:
            plain = (word == NAME or word[:1].isalpha() or word[:1] == "_") and c.keys[i + 1] != "("
            names.append(c.values[i] if word == NAME else word if plain else "expr")
            expected = False
        depth += (word in "([") - (word in ")]") if word else 0
        if depth == 0 and word == ",":
            expected = True
    return tuple(names)


def attributes(c: Cursor, fact: Constraint) -> Constraint:
    """The constraint with what may follow it: deferrability, validity, enforcement."""
    while c.key in FIRST_OF_ATTRIBUTES:
        if words := next_words(c, ATTRIBUTES):
            fact = replace(fact, **ATTRIBUTES[words])
        elif c.accept("not", "valid"):
            # A new table has no rows that could break it, but those of a foreign table are elsewhere.
            fact = replace(fact, validated=c.keys[0] == "create" and c.keys[1] != "foreign")
        else:
            break
    return fact


def _blank(c: Cursor, place: Place, kind: ConstraintKind, **given: Any) -> Constraint:
    return Constraint(source=c.source(), relation=place.relation, name=place.name or "", kind=kind, **given)


def _add(database: Builder, place: Place, fact: Constraint, columns: tuple[str, ...]) -> None:
    """Adds the constraint, under a name made of its table and columns if it has none."""
    if not place.name:
        label = LABELS[fact.kind]
        taken = database.taken(fact.relation.schema, relations=label in ("pkey", "key", "excl"))
        name = chosen_name(place.relation.name, joined_columns(columns), label, taken)
        fact = replace(fact, name=name)
    elif _is_there(database, fact):
        raise AlreadyExists(ObjectKind.CONSTRAINT, f"{fact.relation}.{fact.name}")
    database.add(fact)
    if not place.only:
        pass_on(database, fact)


def _is_there(database: Builder, fact: Constraint) -> bool:
    """Whether the table has a constraint of this name; a check of a parent becomes its own as well."""
    if fact.name in database.not_nulls[fact.relation]:
        return True
    place = (fact.relation, fact.name)
    return fact.name in database.parts_of(Constraint, fact.relation) and not any(
        place in copies for copies in database.copies.values()
    )


def merge_equal_keys(database: Builder, relation: Name) -> None:
    """In CREATE TABLE, keys on the same columns are one, as in UNIQUE PRIMARY KEY."""
    constraints = database.parts_of(Constraint, relation)
    keys = [c for c in constraints.values() if c.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)]
    if len(keys) < 2:
        return
    keys.sort(key=lambda key: key.kind is not ConstraintKind.PRIMARY_KEY)
    kept: dict[Constraint, Constraint] = {}
    for key in keys:
        plain = replace(key, name="", kind=ConstraintKind.UNIQUE)
        first = kept.setdefault(plain, key)
        if first is key:
            continue
        database.remove(constraints, key.name)
        if _is_generated(first) and not _is_generated(key):
            database.remove(constraints, first.name)
            kept[plain] = database.change(first, name=key.name)


def _is_generated(key: Constraint) -> bool:
    is_primary = key.kind is ConstraintKind.PRIMARY_KEY
    columns = () if is_primary else distinct_columns([*key.columns, *key.include])
    return key.name == object_name(key.relation.name, joined_columns(columns), LABELS[key.kind])

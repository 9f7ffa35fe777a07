"""Tables as DBML, the language of dbdiagram.io. Views have no place in it.

https://dbml.dbdiagram.io/docs
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from schemabook.export.diagram import Diagram
from schemabook.map.graph import OUTSIDE, MapTable, shown_as
from schemabook.map.neighbourhood import unique_columns
from schemabook.model import (
    Column,
    Constraint,
    ConstraintKind,
    Database,
    Index,
    Name,
    Target,
    Type,
    TypeKind,
    VirtualForeignKey,
)

PLAIN_TYPE = re.compile(r"[a-z_]\w*(?:\([0-9]+(?:,[0-9]+)?\))?", re.ASCII)
LITERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|true|false|null", re.IGNORECASE)
"""A default that is no expression."""
KEYS = {ConstraintKind.PRIMARY_KEY: "pk", ConstraintKind.UNIQUE: "unique"}
EMPTY_LABEL = """  "''" [note: 'the empty text']"""
"""DBML has no empty name."""
ARRAY = "[]"
UNKNOWN = "unknown"
"""The type of a column that the dump does not tell."""


def to_dbml(diagram: Diagram) -> str:
    """The text: types and tables by name, then what references what, then the groups of the settings."""
    blocks = ("".join(f"{line}\n" for line in block) for block in _blocks(diagram))
    return "\n".join(blocks)


def _blocks(diagram: Diagram) -> Iterator[Iterable[str]]:
    database = diagram.whole.database
    tables = [table for table in diagram.graph.tables if not table.kind.endswith("view") and table.columns]
    names = {table.name for table in tables}
    yield ['Project "schema" {', "  database_type: 'PostgreSQL'", "}"]
    yield from (_enum(fact) for fact in _enums(database, names))
    yield from (_outside(t) if t.kind == OUTSIDE else _table(database, t.name) for t in tables)
    if references := tuple(_references(diagram, names)):
        yield references
    yield from _table_groups(diagram, names)


# names and texts


def _name(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _names(*texts: str) -> str:
    return ".".join(map(_name, texts))


def _text(text: str) -> str:
    """A text on one line; the escapes are those of JSON."""
    return "'" + _name(text)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def _expression(sql: str) -> str:
    """An expression. Nothing escapes a line break or a backtick in it: they become a blank and a quote."""
    return "`" + " ".join(sql.split()).replace("`", "'") + "`"


def _settings(settings: Iterable[str]) -> str:
    found = ", ".join(settings)
    return f" [{found}]" if found else ""


# types and tables


def _enums(database: Database, names: Iterable[Name]) -> Iterator[Type]:
    """The enums that columns of the tables have, alone or in arrays; DBML knows none without a label."""
    columns = chain.from_iterable(map(database.columns_of, names))
    used = {fact.name: fact for column in columns if (fact := _enum_of(database, column))}
    yield from (used[name] for name in sorted(used))


def _enum_of(database: Database, column: Column) -> Type | None:
    found = database.types_by_spelling.get(column.type.removesuffix(ARRAY))
    return found if found and found.kind is TypeKind.ENUM and found.labels else None


def _enum(fact: Type) -> Iterator[str]:
    yield f"Enum {_names(*fact.name)} {{"
    yield from (f"  {_name(label)}" if label else EMPTY_LABEL for label in fact.labels)
    yield "}"


def _outside(table: MapTable) -> Iterator[str]:
    """A table that is referenced and not in the dump."""
    yield f"Table {_names(*table.name)} {{"
    yield from (f"  {_name(column.name)} {UNKNOWN}" for column in table.columns)
    yield "  Note: 'not in the dump'"
    yield "}"


def _table(database: Database, name: Name) -> Iterator[str]:
    """A table, its columns by position, its keys and indexes by name."""
    keys = [c for c in database.constraints_of(name) if c.kind in KEYS]
    yield f"Table {_names(*name)} {{"
    alone = _single_keys(keys)
    for column in database.columns_of(name):
        key = alone.get(column.name)
        yield f"  {_name(column.name)} {_type(database, column)}{_settings(_of_column(column, key))}"
    several = [_key(key) for key in keys if len(key.columns) > 1]
    if lines := [*several, *map(_index, database.indexes_of(name))]:
        yield "  indexes {"
        yield from (f"    {line}" for line in lines)
        yield "  }"
    if comment := database.relations[name].comment:
        yield f"  Note: {_text(comment)}"
    yield "}"


def _single_keys(keys: Iterable[Constraint]) -> dict[str, str]:
    """The word for each column that is a key by itself; a primary key comes before a unique constraint."""
    alone = [key for key in keys if len(key.columns) == 1]
    unique_first = sorted(alone, key=lambda key: key.kind is ConstraintKind.PRIMARY_KEY)
    return {key.columns[0]: KEYS[key.kind] for key in unique_first}


def _type(database: Database, column: Column) -> str:
    if fact := _enum_of(database, column):
        return _names(*fact.name) + ARRAY * column.type.endswith(ARRAY)
    return column.type if PLAIN_TYPE.fullmatch(column.type) else _name(column.type or UNKNOWN)


def _of_column(column: Column, key: str | None) -> Iterator[str]:
    if key:
        yield key
    if column.not_null:
        yield "not null"
    if column.identity:
        yield "increment"
    if column.default:
        text = column.default.text
        yield f"default: {text if LITERAL.fullmatch(text) else _expression(text)}"
    if column.comment:
        yield f"note: {_text(column.comment)}"


def _key(key: Constraint) -> str:
    columns = ", ".join(map(_name, key.columns))
    return f"({columns}) [{KEYS[key.kind]}, name: {_text(key.name)}]"


def _index(index: Index) -> str:
    # DBML takes each key once.
    keys = dict.fromkeys(_name(k.column) if k.column else _expression(str(k.expression)) for k in index.keys)
    settings = [*["unique"] * index.unique, f"name: {_text(index.name)}", f"type: {index.method}"]
    if index.where:
        settings.append(f"note: {_text(f'where {index.where}')}")
    return f"({', '.join(keys)}){_settings(settings)}"


# references


def _references(diagram: Diagram, names: set[Name]) -> Iterator[str]:
    """By table and name; DBML takes each pair of ends once, and none whose ends are the same."""
    database = diagram.whole.database
    seen: set[frozenset[Target]] = set()
    for key, to in _keys(diagram, names):
        own = Target(key.relation, key.columns)
        target = Target(shown_as(database, to.relation), to.columns)
        ends = frozenset({own, target})
        if target.relation in names and len(ends) == 2 and ends not in seen:
            seen.add(ends)
            unique = any(found <= set(key.columns) for found in unique_columns(database, key.relation))
            yield from _reference(key, f"{_end(own)} {'-' if unique else '>'} {_end(target)}")


def _keys(diagram: Diagram, names: set[Name]) -> Iterator[tuple[Constraint | VirtualForeignKey, Target]]:
    for name in sorted(names):
        for key in diagram.whole.database.foreign_keys_of(name):
            if key.references:
                yield key, key.references
    for virtual in sorted(diagram.whole.virtual, key=str):
        if virtual.relation in names:
            yield virtual, virtual.references


def _reference(key: Constraint | VirtualForeignKey, ends: str) -> Iterator[str]:
    if isinstance(key, VirtualForeignKey):
        yield "// not enforced by the database"
        yield f"Ref: {ends}"
        return
    events = (("delete", key.on_delete), ("update", key.on_update))
    actions = [(event, action) for event, action in events if action != "no action"]
    # DBML knows no columns of an action, as in SET NULL (a, b).
    yield from (f"// {event}: {' '.join(action.split())}" for event, action in actions if "(" in action)
    settings = _settings(f"{event}: {action.partition(' (')[0]}" for event, action in actions)
    yield f"Ref {_name(key.name)}: {ends}{settings}"


def _end(end: Target) -> str:
    columns = ", ".join(map(_name, end.columns))
    return f"{_names(*end.relation)}.{columns if len(end.columns) == 1 else f'({columns})'}"


def _table_groups(diagram: Diagram, names: set[Name]) -> Iterator[list[str]]:
    """The groups of the settings, in their order."""
    group_of = diagram.whole.group_of
    for group in dict.fromkeys(group_of.values()):
        if members := sorted(name for name in names if group_of.get(name) == group):
            yield [f"TableGroup {_name(group)} {{", *(f"  {_names(*name)}" for name in members), "}"]

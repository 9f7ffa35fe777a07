"""Which tables an export shows: all, those of a group or a schema, or a table and what is around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemabook.errors import SchemaError
from schemabook.export.diagram import Diagram, Whole
from schemabook.map.graph import Graph, graph, shown_as
from schemabook.map.grouping import Grouping, group_tables
from schemabook.map.parts import around, part
from schemabook.model import Database, Name
from schemabook.nearest import did_you_mean, name_parts, nearest, nearest_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is wanted; everything where nothing is said."""

    group: str | None = None
    schema: str | None = None
    table: str | None = None
    """As people write names: `orders`, `auth.users`, `"odd.name"`."""
    hops: int = 1
    """How many links may lie between *table* and another."""


def chosen(whole: Whole, choice: Choice) -> Diagram:
    """The tables that are wanted; SchemaError for a group, schema or table that does not exist."""
    every = graph(whole.database, whole.virtual)
    grouping = group_tables(every, whole.group_of, whole.hubs)
    homes = _homes(whole, every, grouping)
    kept = _places(whole.database, every, grouping, homes, choice)
    hubs = () if choice.table else whole.hubs  # Around a table all links count.
    found = part(every, kept)
    shown_hubs = None if hubs is None else tuple(name for name in hubs if name in found.places)
    return Diagram(whole=whole, graph=found, group_of=homes, hubs=shown_hubs)


def _homes(whole: Whole, every: Graph, grouping: Grouping) -> dict[Name, str]:
    """The groups in the map's order; a hub that the settings put into a group is of that."""
    homes = {every.tables[t].name: group.name for group in grouping.groups for t in group.tables}
    return {name: whole.group_of.get(name, home) for name, home in homes.items()}


def _places(
    database: Database, every: Graph, grouping: Grouping, homes: dict[Name, str], choice: Choice
) -> Iterable[int]:
    if choice.table is not None:
        table = every.places[_table(database, every, choice.table)]
        return around(every, table, choice.hops, grouping.hubs)
    if choice.group is not None:
        _expect("group", choice.group, homes.values())
        return (every.places[name] for name, home in homes.items() if home == choice.group)
    if choice.schema is not None:
        _expect("schema", choice.schema, (name.schema for name in every.places))
        return (place for name, place in every.places.items() if name.schema == choice.schema)
    return every.places.values()


def _expect(what: str, name: str, names: Iterable[str]) -> None:
    every = sorted(set(names))
    if name not in every:
        hint = did_you_mean(nearest(name, every), f"there are {', '.join(every)}" if every else "")
        raise SchemaError(f'{what} "{name}" has no table', source=f"--{what}", hint=hint)


def _table(database: Database, every: Graph, text: str) -> Name:
    """The table that a text names; without a schema that of public, else the only one of its name."""
    parts = name_parts(text)
    if not parts:
        hint = 'write name or schema.name, with quotes around a name that holds a dot: "a.b"'
        raise SchemaError(f'"{text}" is not the name of a table', source="--table", hint=hint)
    schema, name = parts
    wanted = shown_as(database, Name(schema.text if schema else "public", name.text))
    if wanted in every.places:
        return wanted
    others = [found for found in every.places if not schema and found.name == name.text]
    if len(others) == 1:
        return others[0]
    near = f"name one of {', '.join(map(str, others))}" if others else ""
    hint = near or did_you_mean(nearest_name(wanted, every.places))
    raise SchemaError(f'relation "{wanted}" does not exist', source="--table", hint=hint)

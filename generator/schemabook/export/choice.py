"""Which tables an export shows: all, those of a group or a schema, or a table and what is around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemabook.errors import SchemaError
from schemabook.export.diagram import Diagram, Whole
from schemabook.map.graph import Graph, graph, shown_as
from schemabook.map.grouping import Grouping, group_tables, hubs_of
from schemabook.map.parts import around, part, part_of_groups
from schemabook.model import Database, Name
from schemabook.model.written_names import name_parts
from schemabook.nearest import did_you_mean, nearest, nearest_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is wanted; everything where nothing is said."""

    group: str | None = None
    schema: str | None = None
    table: str | None = None
    """As people write names: `orders`, `auth.users`, `"odd.name"`."""
    hops: int = 1
    """How many links away from *table* another may be."""


def chosen(whole: Whole, choice: Choice) -> Diagram:
    """The tables that are wanted; SchemaError for a group, schema or table that does not exist."""
    every = graph(whole.database, whole.virtual)
    grouping = group_tables(every, whole.group_of, whole.hubs)
    if choice == Choice():
        return Diagram(whole=whole, graph=every, grouping=grouping)
    kept = frozenset(_places(whole, every, grouping, choice))
    found = part(every, kept)
    # A hub of the whole may have few links here, and of a single table all links count.
    few = frozenset() if choice.table else hubs_of(found)
    hubs = (place for place in few if every.places[found.tables[place].name] in grouping.hubs)
    return Diagram(whole=whole, graph=found, grouping=part_of_groups(grouping, kept, hubs))


def _places(whole: Whole, every: Graph, grouping: Grouping, choice: Choice) -> Iterable[int]:
    if choice.table is not None:
        table = every.places[_table(whole.database, every, choice.table)]
        return around(every, table, choice.hops, grouping.hubs)
    if choice.group is not None:
        homes = _homes(whole, every, grouping)
        _expect("group", choice.group, homes.values())
        return (place for place, home in homes.items() if home == choice.group)
    _expect("schema", choice.schema or "", (name.schema for name in every.places))
    return (place for name, place in every.places.items() if name.schema == choice.schema)


def _homes(whole: Whole, every: Graph, grouping: Grouping) -> dict[int, str]:
    """The group of each table; a hub that the settings put into a group is of that."""
    homes = {table: group.name for group in grouping.groups for table in group.tables}
    return {place: whole.group_of.get(every.tables[place].name, home) for place, home in homes.items()}


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

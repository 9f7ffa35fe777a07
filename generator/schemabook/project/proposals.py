"""Groups of tables for the first settings of a project, as the map infers them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from schemabook.map.graph import graph
from schemabook.map.grouping import OTHER, group_tables
from schemabook.model import Database, Name

FEWEST = 2
"""A single group says no more than none."""
PLAIN = re.compile(r"\w+")
"""What needs no quotes in the settings."""


class Proposal(NamedTuple):
    """A group: its name, and what the settings say of its tables."""

    name: str
    patterns: tuple[str, ...]


def proposed_groups(database: Database, provided: Collection[Name] = ()) -> Sequence[Proposal]:
    """The groups that the map would show, but for tables that it finds no group for, or a platform brings."""
    drawn = graph(database)
    homes = {
        found.name: tuple(
            name for place in found.tables if (name := drawn.tables[place].name) not in provided
        )
        for found in group_tables(drawn).groups
        if found.name != OTHER
    }
    homes = {name: tables for name, tables in homes.items() if tables}
    if len(homes) < FEWEST:
        return ()
    return tuple(_Patterns(database, homes).proposals())


class _Patterns:
    """Short patterns where they mean the tables of one group and no others, else names."""

    def __init__(self, database: Database, homes: dict[str, tuple[Name, ...]]) -> None:
        self.names = [fact.name for fact in database.relations.values() if not fact.partition_of]
        self.homes = homes
        self.group_of = {name: group for group, names in homes.items() for name in names}
        self.tables = {fact.name for fact in database.relations.values() if not fact.is_view}

    def proposals(self) -> Iterator[Proposal]:
        """The groups in the map's order."""
        for group, names in self.homes.items():
            pattern = self._pattern(group, names)
            yield Proposal(group, (pattern,) if pattern else tuple(map(written, names)))

    def _pattern(self, group: str, names: tuple[Name, ...]) -> str | None:
        schema = names[0].schema
        start = _common_start(min(names).name, max(names).name)
        if len(names) < FEWEST or any(name.schema != schema for name in names):
            return None
        for prefix in (start[: start.rfind("_") + 1], start, ""):
            if PLAIN.fullmatch(prefix + "x") and self._means(group, schema, prefix, names):
                return f"{_shown(schema)}{prefix}*" if prefix or schema != "public" else "public.*"
        return None

    def _means(self, group: str, schema: str, prefix: str, names: tuple[Name, ...]) -> bool:
        """Whether the pattern fits these tables, and besides at most views of no other group."""
        if not PLAIN.fullmatch(schema):
            return False
        found = [n for n in self.names if n.schema == schema and fnmatchcase(n.name, f"{prefix}*")]
        others = [name for name in found if name not in names]
        if any(name in self.tables or self._starts_elsewhere(name, group) for name in others):
            return False
        return len(found) - len(others) == len(names)

    def _starts_elsewhere(self, view: Name, group: str) -> bool:
        """Whether a pattern of another group might fit the view as well."""
        first = view.name.split("_")[0]
        return any(
            home != group and name.schema == view.schema and name.name.startswith(first)
            for name, home in self.group_of.items()
        )


def _common_start(first: str, last: str) -> str:
    """How both begin: of names in order the first and the last one tell it for all."""
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


def written(name: Name) -> str:
    """A name as the settings write it."""
    return _shown(name.schema) + _quoted(name.name)


def _shown(schema: str) -> str:
    return "" if schema == "public" else f"{_quoted(schema)}."


def _quoted(part: str) -> str:
    return part if PLAIN.fullmatch(part) else '"' + part.replace('"', '""') + '"'

"""Which tables stand together on the map, the first of several ways that fits; hubs have a box of their own.

A hub is a table that so many others reference that lines to it would hide all else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from schemabook.map.graph import Graph, Link, LinkKind
from schemabook.model import Name

LARGEST_SCHEMA = 40
"""A schema of at most so many tables is a group."""
SMALLEST_PREFIX = 3
"""So many tables of one prefix are a group."""
LARGEST_PREFIX, SMALLEST_PART = 80, 6
"""A group of a prefix with more tables is split by the next word of their names, into parts of so many."""
FEWEST_REFERENCES, REFERENCES_PERCENT = 20, 3
"""A hub is referenced by so many tables, and by so many of each hundred."""
SHORTEST_WORD = 3
"""A shorter prefix is shown as one: `ci_…`."""
CORE, OTHER = "most referenced", "other"


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Tables that stand together, by name."""

    name: str
    tables: tuple[int, ...]
    core: bool = False
    """Whether it holds the hubs."""
    configured: bool = False
    """Whether the settings name it."""
    colour: int = 0
    """The place of its colour."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups in the order in which they are placed: the core, those of the settings, the rest by name."""

    groups: tuple[TableGroup, ...]
    hubs: frozenset[int]


def group_tables(
    graph: Graph, configured: Mapping[Name, str] | None = None, hubs: Iterable[Name] | None = None
) -> Grouping:
    """The groups of a graph; *configured* says the groups of some tables, *hubs* takes the place of ours."""
    configured = configured or {}
    found = frozenset(graph.places[name] for name in hubs) if hubs is not None else hubs_of(graph)
    rest = [place for place in range(len(graph.tables)) if place not in found]
    homes = {place: configured.get(graph.tables[place].name, "") for place in rest}
    for way in (_by_schema, _by_prefix, _by_neighbours, _by_hub):
        homes.update(way(graph, homes, found))
    members: dict[str, list[int]] = defaultdict(list)
    for place in rest:
        members[homes[place] or OTHER].append(place)
    first = list(dict.fromkeys(configured.values()))
    order = sorted(members, key=lambda g: (first.index(g) if g in first else len(first), g == OTHER, g))
    groups = [TableGroup(name, tuple(members[name]), configured=name in first) for name in order]
    core = [TableGroup(CORE, tuple(sorted(found)), core=True)] if found else []
    return Grouping((*core, *groups), found)


def hubs_of(graph: Graph) -> frozenset[int]:
    """The tables that very many others reference."""
    pairs = {(link.table, link.references) for link in graph.links if link.table != link.references}
    counts = Counter(references for _, references in pairs)
    fewest = max(FEWEST_REFERENCES, -(-len(graph.tables) * REFERENCES_PERCENT // 100))
    return frozenset(place for place, count in counts.items() if count >= fewest)


def shown_links(graph: Graph, grouping: Grouping) -> tuple[Link, ...]:
    """The links that are drawn at first: not those to hubs from other groups, and not what views read."""
    hubs = grouping.hubs
    return tuple(
        link
        for link in graph.links
        if link.kind is not LinkKind.READS and (link.references not in hubs or link.table in hubs)
    )


def _open(homes: Mapping[int, str]) -> list[int]:
    return [place for place, home in homes.items() if not home]


def _by_schema(graph: Graph, homes: Mapping[int, str], _: frozenset[int]) -> dict[int, str]:
    """Small schemas, where there are several."""
    every = Counter(table.name.schema for table in graph.tables)
    if len(every) == 1 and graph.tables and len(graph.tables) > LARGEST_SCHEMA:
        return {}
    schemas = {place: graph.tables[place].name.schema for place in _open(homes)}
    return {place: schema for place, schema in schemas.items() if every[schema] <= LARGEST_SCHEMA}


def _by_prefix(graph: Graph, homes: Mapping[int, str], _: frozenset[int]) -> dict[int, str]:
    """The first word of the name where several tables share it; more words where very many do."""
    by_schema: dict[str, list[int]] = defaultdict(list)
    for place in _open(homes):
        by_schema[graph.tables[place].name.schema].append(place)
    found: dict[int, str] = {}
    largest = max(by_schema, key=lambda schema: (len(by_schema[schema]), schema), default="")
    for schema, places in by_schema.items():
        label = "" if schema == largest else f"{schema}."
        names = {graph.tables[place].name.name for place in places}
        for members, is_rest in _prefixes(graph, places, 1):
            name = _name_of_prefix([graph.tables[place].name.name for place in members], label, names)
            found.update(dict.fromkeys(members, f"other {name}" if is_rest else name))
    return found


def _prefixes(graph: Graph, places: Sequence[int], words: int) -> list[tuple[list[int], bool]]:
    """The tables of each prefix, and whether they are what is left of it after longer ones."""
    members: dict[str, list[int]] = defaultdict(list)
    for place in places:
        prefix = _prefix(graph.tables[place].name.name, words)
        members["_".join(map(_singular, prefix))].append(place)
    groups: list[tuple[list[int], bool]] = []
    for _, own in sorted(members.items()):
        if len(own) < (SMALLEST_PREFIX if words == 1 else SMALLEST_PART):
            continue
        split = _prefixes(graph, own, words + 1) if len(own) > LARGEST_PREFIX and words < 6 else []
        longer = [(found, is_rest) for found, is_rest in split if len(found) < len(own)]
        taken = {place for found, _ in longer for place in found}
        groups += longer
        if remaining := [place for place in own if place not in taken]:
            groups.append((remaining, bool(longer)))
    return groups


def _name_of_prefix(names: Sequence[str], label: str, tables: Collection[str]) -> str:
    """What all these names begin with: a word or the name of a table as it is, else `l_artist_…`."""
    split = (map(_singular, _prefix(name)) for name in names)
    words = sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*split, strict=False)))
    written = {"_".join(_prefix(name, words)) for name in names}
    prefix = min(written, key=lambda prefix: (len(prefix), prefix))
    is_word = words == 1 and len(prefix) >= SHORTEST_WORD
    return label + (prefix if is_word or written & set(tables) else f"{prefix}_…")


def _prefix(name: str, words: int | None = None) -> list[str]:
    """The first words, or all: `ci`, `build` of `ci_build_traces` for two."""
    return ([part for part in name.split("_") if part] or [name])[:words]


def _singular(word: str) -> str:
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def _by_neighbours(graph: Graph, homes: Mapping[int, str], hubs: frozenset[int]) -> dict[int, str]:
    """The group that most of a table's links lead to, hubs apart; in rounds, as groups grow."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    for link in graph.links:
        if link.table not in hubs and link.references not in hubs:
            neighbours[link.table].append(link.references)
            neighbours[link.references].append(link.table)
    now = dict(homes)
    while True:
        joined = {}
        for place in _open(now):
            votes = Counter(home for other in neighbours[place] if (home := now[other]))
            if votes:
                joined[place] = min(votes, key=lambda home: (-votes[home], home))
        if not joined:
            return now
        now.update(joined)


def _by_hub(graph: Graph, homes: Mapping[int, str], hubs: frozenset[int]) -> dict[int, str]:
    """The hub that a table references, where at least three tables hang on it alone."""
    hung: dict[int, list[int]] = defaultdict(list)
    still = set(_open(homes))
    for link in graph.links:
        if link.table in still and link.references in hubs:
            hung[link.references].append(link.table)
    found: dict[int, str] = {}
    for hub in sorted(hung, key=lambda hub: (-len(set(hung[hub])), hub)):
        places = sorted({place for place in hung[hub] if place not in found})
        if len(places) >= SMALLEST_PREFIX:
            found.update(dict.fromkeys(places, f"referencing {graph.tables[hub].name.name}"))
    return found

"""A part of the graph: some of its tables with the links between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from schemabook.map.graph import Graph
from schemabook.map.grouping import Grouping


def part(graph: Graph, tables: Iterable[int]) -> Graph:
    """The graph of these tables alone."""
    kept = sorted(set(tables))
    new = {place: index for index, place in enumerate(kept)}
    links = (
        replace(link, table=new[link.table], references=new[link.references])
        for link in graph.links
        if link.table in new and link.references in new
    )
    found = tuple(graph.tables[place] for place in kept)
    return Graph(found, tuple(links), {table.name: place for place, table in enumerate(found)})


def part_of_groups(grouping: Grouping, tables: Iterable[int], hubs: Iterable[int]) -> Grouping:
    """The groups of the part with these tables; *hubs* are places in the part."""
    new = {place: index for index, place in enumerate(sorted(set(tables)))}
    groups = (
        replace(group, tables=tuple(new[place] for place in group.tables if place in new))
        for group in grouping.groups
    )
    return Grouping(tuple(group for group in groups if group.tables), frozenset(hubs))


def around(graph: Graph, table: int, hops: int, hubs: Collection[int] = ()) -> frozenset[int]:
    """A table and those at most so many links away; no way leads on through a hub.

    Nearly all tables are two links apart by way of a hub, which says nothing.
    """
    neighbours: dict[int, set[int]] = defaultdict(set)
    for link in graph.links:
        neighbours[link.table].add(link.references)
        neighbours[link.references].add(link.table)
    found = {table}
    for _ in range(hops):
        leading = (place for place in found if place == table or place not in hubs)
        found = found.union(*(neighbours[place] for place in leading))
    return frozenset(found)

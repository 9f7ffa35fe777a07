"""The map: time of its layout, size of its data, stability, and how fast a browser moves it.

    python benchmarks/map.py [TABLES…]

Beside it, on the same schema, Graphviz' dot and Mermaid where they are installed: dot as a program,
Mermaid as a package of Node in a folder that MERMAID names. Times are the best of three runs, in seconds.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import TypeVar

from browser import frames, mermaid
from synthetic import application

from schemabook.errors import Source
from schemabook.map.cards import Mode
from schemabook.map.data import columns_script, data_script
from schemabook.map.graph import Graph, graph
from schemabook.map.grouping import Grouping, group_tables
from schemabook.map.layout import Layout, _layout, layout
from schemabook.model import Column, ColumnName, Database
from schemabook.read import read
from schemabook.site.relation_map import assets

SIZES = (20, 200, 1000, 5000)
PATIENCE = 120
"""Seconds that a peer may take."""
CHANGES = 60
"""How many columns are added, one at a time, to see what moves."""


def main(sizes: list[int]) -> None:
    """Measures every size."""
    for name, text in assets():
        print(f"{name}: {len(text) / 1000:.1f} kB, {zipped(text):.1f} kB gzipped")
    for size in sizes:
        database = read([("synthetic", application(size).encode())])
        measure(size, database)


def measure(size: int, database: Database) -> None:
    """All that is told of one size."""
    seconds, found = best(lambda: graph(database))
    grouping = group_tables(found)
    print(f"\n{size} tables, {len(found.links)} links, {len(grouping.groups)} groups; graph {seconds:.3f} s")
    layouts = {}
    for mode in Mode:
        seconds, layouts[mode] = best(partial(layout, found, grouping, mode))
        made = layouts[mode]
        print(
            f"  {mode:8} {seconds:.3f} s   {made.width} × {made.height}, {made.width / made.height:.2f} : 1"
        )
    names = data_script(found, grouping, layouts, lambda name: f"{name.schema}/tables/{name.name}")
    columns = columns_script(found, layouts[Mode.KEYS], layouts[Mode.COLUMNS])
    for name, text in (("data.js", names), ("columns.js", columns)):
        print(f"  {name:10} {len(text) / 1000:.0f} kB, {zipped(text):.0f} kB gzipped")
    print(f"  {stability(database, found, grouping, layouts)}")
    for line in frames(names, columns):
        print(f"  {line}", flush=True)
    print(f"  {dot(found)}\n  {mermaid(mermaid_text(found), PATIENCE)}", flush=True)


T = TypeVar("T")


def best(action: Callable[[], T]) -> tuple[float, T]:
    """The seconds of the fastest of three runs, and its result."""
    seconds = []
    for _ in range(3):
        _layout.cache_clear()  # A site that is served keeps what has not changed; this asks what it takes.
        start = time.perf_counter()
        result = action()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def zipped(text: str) -> float:
    """The size as a server would send it, in kB."""
    return len(gzip.compress(text.encode(), 9)) / 1000


def stability(database: Database, found: Graph, grouping: Grouping, layouts: dict[Mode, Layout]) -> str:
    """How many of the tables in other groups a new column moves, in each mode: the mean."""
    chance = Random(1)
    moved: dict[Mode, list[float]] = {mode: [] for mode in Mode}
    for place in chance.sample(range(len(found.tables)), min(CHANGES, len(found.tables))):
        name = found.tables[place].name
        column = Column(relation=name, name="zz_new", position=999, type="text", source=Source("x", 1))
        columns = {**database.columns, ColumnName(name, column.name): column}
        after = graph(replace(database, columns=columns))
        home = next(group for group in grouping.groups if place in group.tables)
        others = [table for table in range(len(found.tables)) if table not in home.tables]
        for mode in Mode:
            placed = layout(after, grouping, mode).places
            count = sum(placed[table] != layouts[mode].places[table] for table in others)
            moved[mode].append(count / max(1, len(others)))
    words = ", ".join(f"{mode} {100 * statistics.mean(moved[mode]):.1f} %" for mode in Mode)
    still = sum(not share for share in moved[Mode.COLUMNS])
    return f"a new column moves of other groups: {words} (in {still} of {len(moved[mode])} cases nothing)"


# peers


def dot(found: Graph) -> str:
    """Graphviz on the same tables and links, names only."""
    program = shutil.which("dot")
    if not program:
        return "Graphviz dot: not installed, skipped"
    edges = "".join(f"t{link.references} -> t{link.table};\n" for link in found.links)
    nodes = "".join(f't{i} [label="{table.name.name}"];\n' for i, table in enumerate(found.tables))
    text = f"digraph {{ rankdir=LR; node [shape=box];\n{nodes}{edges} }}"
    start = time.perf_counter()
    try:
        done = subprocess.run(
            [program, "-Tplain"], input=text, capture_output=True, text=True, check=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"Graphviz dot: more than {PATIENCE} s"
    _, _, wide, high = done.stdout.split("\n", 1)[0].split()
    return (
        f"Graphviz dot: {time.perf_counter() - start:.2f} s,"
        f" {float(wide) * 72:.0f} × {float(high) * 72:.0f}, {float(wide) / float(high):.2f} : 1"
    )


def mermaid_text(found: Graph) -> str:
    """The same tables and links as an entity relationship diagram."""
    name = [table.name.name for table in found.tables]
    links = (
        f"  {name[k.references]} ||--o{{ {name[k.table]} : k" for k in found.links if k.table != k.references
    )
    return "\n".join(["erDiagram", *links, *(f"  {table}" for table in name)])


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))

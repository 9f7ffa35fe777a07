"""How long a comparison takes beside one reading: `python benchmarks/diff.py [TABLES...]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from synthetic import dump

from schemabook.model import Database
from schemabook.read import read
from schemabook.review import review

BOUND = 2.5
"""How many times as long as one reading the whole may take."""
CHANGES = 20
RUNS = 3
T = TypeVar("T")


def changed(text: str) -> str:
    """The dump with twenty of its statements changed, at even distances."""
    lines = text.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.startswith("    ") and " text" in line]
    for place in places[:: max(1, len(places) // CHANGES)][:CHANGES]:
        lines[place] = lines[place].replace(" text", " character varying(100)", 1)
    return "".join(lines)


def database_of(text: str) -> Database:
    """The database that a text describes."""
    return read([("synthetic.sql", text.encode())])


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """The shortest time of several runs, and what the work returned."""
    found = []
    for _ in range(RUNS):
        before = time.process_time()
        result = work()
        found.append(time.process_time() - before)
    return min(found), result


def main(*sizes: int) -> None:
    """Prints a row for each number of tables."""
    print("| tables | changes | one reading | review | both readings and review | of one reading |")
    print("|---|---|---|---|---|---|")
    for tables in sizes or (1000, 5000):
        text = dump(tables, 4)
        reading, old = seconds(lambda text=text: database_of(text))  # type: ignore[misc]
        new = database_of(changed(text))
        comparing, found = seconds(lambda old=old, new=new: review(old, new))  # type: ignore[misc]
        whole = 2 * reading + comparing
        print(
            f"| {tables:,} | {len(found)} | {reading:.2f} s | {comparing:.2f} s | {whole:.2f} s "
            f"| {whole / reading:.2f} × (bound {BOUND}) |"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

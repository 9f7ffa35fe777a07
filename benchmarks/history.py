"""How long the history of a repository takes: `python benchmarks/history.py [COMMITS...]`.

Each commit changes a column of the example's dump. *plainly* is how long a processor needs for a commit that
is read and compared as if there were no others.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from schemabook.history.commits import commits
from schemabook.platforms import SUPABASE
from schemabook.project.config import load
from schemabook.read import read
from schemabook.review import review
from schemabook.workers import processors

EXAMPLE = Path(__file__).parent.parent / "schema" / "schema_backup.sql"
SETTINGS = "dumps: [dump.sql]\noutput: docs/reference\nplatform: supabase\n"
COLUMN = re.compile(r'    "\w+" "?\w+"?')
SOME = 12
"""How many revisions are read plainly."""
T = TypeVar("T")


def versions() -> Iterator[str]:
    """The dump, again and again with another column."""
    chance = random.Random(7)
    lines = EXAMPLE.read_text("utf-8").splitlines(keepends=True)
    number = 0
    while True:
        yield "".join(lines)
        number += 1
        place = chance.choice([i for i, line in enumerate(lines) if COLUMN.match(line)])
        if chance.random() < 0.7 or "NOT NULL" not in lines[place]:
            lines.insert(place, f'    "added_{number}" "text",\n')
        else:
            lines[place] = lines[place].replace(" NOT NULL", "", 1)


def repository(folder: Path, count: int) -> None:
    """Commits so many versions, through one process of git."""
    who = "committer Ann <ann@example.org>"
    stream = [f"blob\nmark :1\ndata {len(SETTINGS)}\n{SETTINGS}\n"]
    for number, text in enumerate(islice(versions(), count)):
        size = len(text.encode())
        settings = "M 100644 :1 schemabook.yml\n" * (not number)
        stream.append(f"commit refs/heads/main\n{who} {1_700_000_000 + number} +0000\ndata 6\nChange\n")
        stream.append(f"{settings}M 100644 inline dump.sql\ndata {size}\n{text}\n")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    imported = ["git", "fast-import", "--quiet"]
    subprocess.run(imported, cwd=folder, check=True, input="".join(stream).encode())
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)


def seconds(work: Callable[[], T]) -> tuple[float, float, T]:
    """How long the work took, how long processors worked on it, and what it returned."""
    before, used = time.perf_counter(), os.times()
    result = work()
    after = os.times()
    worked = sum(after[:4]) - sum(used[:4])
    return time.perf_counter() - before, worked, result


def plainly() -> None:
    """Reads and compares some revisions as if there were no others."""
    states = (read([("dump.sql", text.encode())], SUPABASE) for text in islice(versions(), SOME + 1))
    for old, new in pairwise(states):
        review(old, new)


def main(*sizes: int) -> None:
    """Prints a row for each number of commits."""
    print(f"{processors()} processors")
    print("| commits | cold | work of a commit | plainly | warm | one new commit |")
    print("|---|---|---|---|---|---|")
    for count in sizes or (100, 500):
        with TemporaryDirectory() as name:
            repository(Path(name), count)
            config = load(Path(name) / "schemabook.yml")
            cold, worked, found = seconds(lambda config=config: commits(config, SUPABASE, {}))  # type: ignore[misc]
            known = dict(found.known)
            warm, _, _ = seconds(lambda config=config, known=known: commits(config, SUPABASE, known))  # type: ignore[misc]
            known.popitem()
            one, _, _ = seconds(lambda config=config, known=known: commits(config, SUPABASE, known))  # type: ignore[misc]
        _, plain, _ = seconds(plainly)
        print(
            f"| {len(found.events):,} | {cold:.1f} s | {worked / count * 1000:.0f} ms "
            f"| {plain / SOME * 1000:.0f} ms | {warm:.2f} s | {one:.2f} s |"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

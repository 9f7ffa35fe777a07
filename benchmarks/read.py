"""Time and memory of reading a dump, beside PostgreSQL's own parser (pglast) and sqlglot's.

    python benchmarks/read.py [FILE…]

Prints one line for each synthetic schema and each file: the best of three runs, in seconds, and how much
memory the reader needs at most. pglast is the bound: C, and it only builds a tree.
"""

from __future__ import annotations

import logging
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from sqlglot import tokenizer_core
from synthetic import dump

from schemabook.read import read

SIZES = (20, 200, 1000, 5000)


def main(paths: list[str]) -> None:
    """Measures every size, and the files that are named."""
    print("sqlglot is", "compiled" if str(tokenizer_core.__file__).endswith(".so") else "not compiled")
    print(f"{'input':32} {'kB':>8} {'read s':>8} {'MB':>7} {'pglast s':>9} {'times':>6} {'sqlglot s':>10}")
    for size in SIZES:
        measure(f"{size} tables of 20 columns", dump(size).encode())
    for path in paths:
        measure(Path(path).name, Path(path).read_bytes())


def measure(name: str, data: bytes) -> None:
    """One line of the table."""
    text = data.decode(errors="replace")
    seconds = best(lambda: read([(name, data)]))
    bound, other = best(lambda: with_pglast(text)), best(lambda: with_sqlglot(text), runs=1)
    times = f"{seconds / bound:.1f}" if seconds and bound else "-"
    print(
        f"{name[:32]:32} {len(data) // 1024:8} {shown(seconds):>8} {peak(name, data):7.1f}"
        f" {shown(bound):>9} {times:>6} {shown(other):>10}",
        flush=True,
    )


def best(action: Callable[[], object], runs: int = 3) -> float | None:
    """The seconds of the fastest run; None where it fails."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        try:
            action()
        except Exception:  # a parser that gives up has no time
            return None
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def with_pglast(text: str) -> object:
    """PostgreSQL's own parser, without psql's lines and the data of COPY."""
    from pglast.parser import parse_sql_json

    return parse_sql_json("\n".join(line for line in text.split("\n") if not line.startswith("\\")))


def with_sqlglot(text: str) -> object:
    """The parser of sqlglot on the whole text."""
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # It warns of each statement that it cannot read.
    return sqlglot.parse(text, dialect="postgres")


def peak(name: str, data: bytes) -> float:
    """The most memory that the reader needs beyond the text, in MB."""
    tracemalloc.start()
    read([(name, data)])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def shown(seconds: float | None) -> str:
    """Seconds, or a dash."""
    return "fails" if seconds is None else f"{seconds:.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])

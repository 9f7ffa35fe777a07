"""How long the access matrix takes: `python benchmarks/access.py [TABLES [ROLES]]`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator

from synthetic import dump

from schemabook.access.matrix import Matrix
from schemabook.read import read


def grants(tables: int, roles: int) -> Iterator[str]:
    """Roles, each with privileges on two of three tables."""
    yield from (f"CREATE ROLE r{role};" for role in range(roles))
    yield "GRANT USAGE ON SCHEMA app TO PUBLIC;"
    for table in range(tables):
        for role in range(roles):
            if (table + role) % 3:
                yield f"GRANT SELECT,UPDATE,DELETE ON TABLE app.table_{table:05} TO r{role};"


def main(tables: int = 1000, roles: int = 20) -> None:
    """Prints the time, and how often each word is there."""
    text = dump(tables, 4) + "\n".join(grants(tables, roles - 2))
    database = read([("synthetic.sql", text.encode())])
    wall, cpu = time.perf_counter(), time.process_time()
    words = Counter(cell.word.value for _, _, _, cell in Matrix(database).all())
    seconds, of_cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{words.total():,} cells in {seconds:.1f} s, {of_cpu:.1f} s of CPU")
    print(", ".join(f"{word}: {count:,}" for word, count in words.most_common()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

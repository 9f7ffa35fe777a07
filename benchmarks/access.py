"""How long the access matrix and its page take: `python benchmarks/access.py [TABLES [ROLES]]`."""

from __future__ import annotations

import gc
import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from synthetic import dump

from schemabook.access.matrix import Matrix
from schemabook.pages.access_data import cells_script, reasons_script
from schemabook.pages.access_page import access_page
from schemabook.project.book import Book
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book
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
    gc.disable()  # As `schemabook access` and a build do.
    wall, cpu = time.perf_counter(), time.process_time()
    words = Counter(cell.word.value for _, _, _, cell in Matrix(database).all())
    seconds, of_cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{words.total():,} cells in {seconds:.1f} s, {of_cpu:.1f} s of CPU")
    print(", ".join(f"{word}: {count:,}" for word, count in words.most_common()))
    book = book_of(text)
    assert all(book.access[name] for name in book.database.relations)
    for name, make in MADE.items():
        cpu = time.process_time()
        made = make(book).encode()
        seconds = time.process_time() - cpu
        print(f"{name}: {len(made):,} bytes, {len(gzip.compress(made)):,} packed, {seconds:.1f} s of CPU")


MADE: dict[str, Callable[[Book], str]] = {
    "cells": cells_script,
    "reasons": reasons_script,
    "page": lambda book: next(access_page(book)).make(),
}
"""What the page of who can do what is made of, beside the matrix."""


def book_of(text: str) -> Book:
    """What the pages of a dump are made from."""
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("dump.sql").write_text(text, "utf-8")
        return load_book(read_config("dumps: [dump.sql]", Path("schemabook.yml")))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

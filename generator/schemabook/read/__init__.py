"""Text → `Database`: dumps, schema files and migrations, statement by statement."""

from __future__ import annotations

import gc
import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemabook.model import Database
from schemabook.platforms import Platform
from schemabook.read.cursor import expression
from schemabook.read.encoding import Data
from schemabook.read.reading import Reading

COLLECT_AFTER = 300_000
"""New objects before the garbage collector runs."""

__all__ = ["expression", "read", "read_files"]


def read(dumps: Iterable[tuple[str, bytes]], platform: Platform | None = None) -> Database:
    """The database that the dumps, one after the other, describe; each is a path and its bytes.

    On a *platform* the database has what that brings from the beginning.

    Raises SchemaError for a file that is no SQL text of PostgreSQL, or is cut off.
    """
    with rare_collections():
        reading = Reading(platform)
        inputs = tuple(reading.file(path, data) for path, data in dumps)
        return reading.database(inputs)


def read_files(paths: Iterable[Path], platform: Platform | None = None) -> Database:
    """As `read`, from files: the data in them is not loaded into memory."""
    with rare_collections():
        reading = Reading(platform)
        inputs = []
        for path in paths:
            with opened(path) as data:
                inputs.append(reading.file(str(path), data))
        return reading.database(tuple(inputs))


@contextmanager
def rare_collections() -> Iterator[None]:
    """Less work for Python's garbage collector: facts make no cycles, and it took a third of the time."""
    before = gc.get_threshold()
    if before[0]:  # 0 turns it off
        gc.set_threshold(max(before[0], COLLECT_AFTER), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def opened(path: Path) -> Iterator[Data]:
    """The bytes of a file, paged in by the system where that is possible."""
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # an empty file, a pipe
            yield file.read()
            return
        with data:
            yield data

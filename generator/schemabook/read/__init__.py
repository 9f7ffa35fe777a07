"""Text → `Database`: dumps, schema files and migrations, statement by statement."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemabook.model import Database
from schemabook.read.cursor import expression
from schemabook.read.encoding import Data
from schemabook.read.reading import Reading

__all__ = ["expression", "read", "read_files"]


def read(dumps: Iterable[tuple[str, bytes]]) -> Database:
    """The database that the dumps, one after the other, describe; each is a path and its bytes.

    Raises SchemaError for a file that is no SQL text of PostgreSQL, or is cut off.
    """
    reading = Reading()
    inputs = tuple(reading.file(path, data) for path, data in dumps)
    return reading.database(inputs)


def read_files(paths: Iterable[Path]) -> Database:
    """As `read`, from files: the data in them is not loaded into memory."""
    reading = Reading()
    inputs = []
    for path in paths:
        with opened(path) as data:
            inputs.append(reading.file(str(path), data))
    return reading.database(tuple(inputs))


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

"""Text → `Database`: dumps, schema files and migrations, statement by statement."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.files import large_content
from schemabook.model import Database, Input
from schemabook.platforms import Platform
from schemabook.read.queries.following import OUR_FAULT
from schemabook.read.reading import Reading
from schemabook.read.text.again import reading_again
from schemabook.read.text.cursor import expression, tokens_of

COLLECT_AFTER = 300_000
"""New objects before the garbage collector runs."""
NOBODY: Mapping[Path, str] = MappingProxyType({})

__all__ = [
    "NOBODY",
    "OUR_FAULT",
    "Script",
    "expression",
    "read",
    "read_files",
    "read_steps",
    "reading_again",
    "tokens_of",
]


class Script(NamedTuple):
    """A file to read that is one of several which change a database step by step."""

    path: Path
    part: Callable[[bytes], bytes] | None = None
    """The part that counts, the rest blanked out; None for all of it."""


def read(
    dumps: Iterable[tuple[str, bytes]],
    platform: Platform | None = None,
    steps: frozenset[str] = frozenset(),
) -> Database:
    """The database that the dumps, one after the other, describe; each is a path and its bytes.

    On a *platform* the database has what that brings from the beginning. *steps* are the paths of those that
    change a database step by step.

    Raises SchemaError for a file that is no SQL text of PostgreSQL, or is cut off.
    """
    with rare_collections():
        reading = Reading(platform)
        inputs = tuple(reading.file(path, data, is_step=path in steps) for path, data in dumps)
        return reading.database(inputs)


def read_files(
    paths: Iterable[Path | Script],
    named: Mapping[Path, str] = NOBODY,
    platform: Platform | None = None,
) -> Database:
    """As `read`, from files: the data in large ones is not loaded into memory.

    *named* says in a hint who names a file. Raises SchemaError for one that cannot be read.
    """
    with rare_collections():
        reading = Reading(platform)
        inputs = []
        for file in paths:
            path, part = file if isinstance(file, Script) else (file, None)
            with large_content(path, hint=named.get(path, "")) as data:
                is_step = isinstance(file, Script)
                inputs.append(reading.file(str(path), data, part, is_step=is_step))
        return reading.database(tuple(inputs))


def read_steps(
    paths: Iterable[Script], platform: Platform | None = None
) -> Iterator[Callable[[], Database] | SchemaError]:
    """What makes the database after each file, before the next is read; or why the file cannot be read."""
    reading, inputs = Reading(platform), list[Input]()
    for path, part in paths:
        try:
            with large_content(path) as data:
                inputs.append(reading.file(str(path), data, part, is_step=True))
            yield partial(reading.database, tuple(inputs), is_step=True)
        except SchemaError as error:
            yield error


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

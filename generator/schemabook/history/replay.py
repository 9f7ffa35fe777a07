"""The migrations, run one after the other by the reader: what each did, and what they make together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.history.migrations import Migration, migrations
from schemabook.model import Database, Unread
from schemabook.platforms import Platform
from schemabook.project.layouts import Found
from schemabook.read import Script, rare_collections, read, read_steps
from schemabook.review import ReviewedChange, review


class Step(NamedTuple):
    """What one migration did."""

    migration: Migration
    changes: tuple[ReviewedChange, ...] = ()
    unread: tuple[Unread, ...] = ()
    """Its statements that were not understood."""
    error: SchemaError | None = None
    """Why the file cannot be read; the next ones go on from what was read of it."""


class Replayed(NamedTuple):
    """All migrations, in the order in which they run."""

    steps: tuple[Step, ...]
    database: Database
    """What they make together, with what the platform brings."""


@rare_collections()
def replayed(found: Found, platform: Platform | None, renamed: Iterable[tuple[str, str]] = ()) -> Replayed:
    """What each migration of a folder did; *renamed* are old and new names that the settings settle."""
    renamed = tuple(renamed)
    database, steps = read((), platform), list[Step]()
    scripts = (Script(path, found.layout.part) for path in found.files)
    for migration, after in zip(migrations(found), read_steps(scripts, platform), strict=True):
        if isinstance(after, SchemaError):
            steps.append(Step(migration, error=after))
            continue
        known = len(database.receipt.unread)
        unread = after.receipt.unread[known:]
        steps.append(Step(migration, review(database, after, renamed), unread))
        database = after
    return Replayed(tuple(steps), database)

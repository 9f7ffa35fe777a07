"""The migrations, run one after the other by the reader: what each of them did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.history.migrations import Migration, migrations
from schemabook.history.telling import told
from schemabook.model import Database, Unread
from schemabook.platforms import Platform
from schemabook.project.config import Config
from schemabook.project.history import Event
from schemabook.project.layouts import Found
from schemabook.read import Script, rare_collections, read, read_steps
from schemabook.review import ReviewedChange, review
from schemabook.secrets import one_line

LONGEST = 200
"""Characters of why a statement was not understood."""


class Step(NamedTuple):
    """What one migration did."""

    migration: Migration
    before: Database
    after: Database
    changes: tuple[ReviewedChange, ...] = ()
    unread: tuple[Unread, ...] = ()
    """Its statements that were not understood."""
    error: SchemaError | None = None
    """Why the file cannot be read; the next ones go on from what was read of it."""


def steps(found: Found, platform: Platform | None, renamed: Iterable[tuple[str, str]] = ()) -> Iterator[Step]:
    """What each migration of a folder did; *renamed* are old and new names that the settings settle."""
    renamed, before = tuple(renamed), read((), platform)
    scripts = (Script(path, found.layout.part) for path in found.files)
    for migration, after in zip(migrations(found), read_steps(scripts, platform), strict=True):
        if isinstance(after, SchemaError):
            yield Step(migration, before, before, error=after)
            continue
        unread = after.receipt.unread[len(before.receipt.unread) :]
        yield Step(migration, before, after, review(before, after, renamed), unread)
        before = after


@rare_collections()
def migration_events(found: Found, platform: Platform | None, config: Config) -> tuple[Event, ...]:
    """What pages may tell of each migration of a folder, the oldest first."""
    return tuple(_event(step, config) for step in steps(found, platform, config.renamed))


def _event(step: Step, config: Config) -> Event:
    name, error = step.migration, step.error
    return Event(
        name.version or name.title,
        name.title,
        name.time,
        config.shown(name.file),
        changes=told(step.changes, step.before, step.after, config),
        unread=tuple(_unread(found, config) for found in step.unread),
        error=one_line(error.message, LONGEST) if error else "",
    )


def _unread(found: Unread, config: Config) -> str:
    """Where it is, and why; nothing more where the reason could name what the settings hide."""
    path, line = found.statement.source
    place = f"{config.shown(path)}:{line}"
    return place if config.hidden else f"{place}: {one_line(found.reason, LONGEST)}"

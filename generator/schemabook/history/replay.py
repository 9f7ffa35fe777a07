"""The migrations, run one after the other by the reader: what each of them did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.files import content
from schemabook.history.migrations import Migration, migrations, name_of
from schemabook.history.telling import hidden_names, names_any, told
from schemabook.model import Database, Unread
from schemabook.platforms import Platform
from schemabook.project.config import Config
from schemabook.project.history import Event
from schemabook.project.layouts import Found
from schemabook.read import Script, rare_collections, read, read_steps, reading_again
from schemabook.review import review
from schemabook.secrets import one_line
from schemabook.workers import together

CHUNK = 48
"""How many migrations a process takes at a time; it reads all that come before them."""
UNTOLD = "A change of what is not shown"
NOT_READ = "the file cannot be read"
LONGEST = 200
"""Characters of why a statement was not understood."""
Known = Mapping[str, Event]
"""What migrations did, by all that it depends on but the version of this program."""


class Step(NamedTuple):
    """A migration, and the database before and after it."""

    number: int
    before: Database
    after: Database | SchemaError
    """Or why the file cannot be read; the next ones go on from what was read of it."""


def steps(found: Found, platform: Platform | None, wanted: Collection[int] | None = None) -> Iterator[Step]:
    """The migrations of a folder, or the *wanted* ones by their numbers, run one after the other."""
    before = read((), platform)
    scripts = (Script(path, found.layout.part) for path in found.files)
    for number, after in enumerate(read_steps(scripts, platform)):
        is_wanted = wanted is None or number in wanted
        if isinstance(after, SchemaError):
            if is_wanted:
                yield Step(number, before, after)
        elif is_wanted or wanted is None or number + 1 in wanted:
            database = after()
            if is_wanted:
                yield Step(number, before, database)
            before = database


@rare_collections()
def migration_events(found: Found, platform: Platform | None, config: Config, known: Known) -> Known:
    """What pages may tell of each migration of a folder, the oldest first, by keys for the next time."""
    keys = list(_keys(found, platform, config))
    named = list(migrations(found))

    def some(numbers: Collection[int]) -> list[Event]:
        with reading_again():
            return [_event(named[step.number], step, config) for step in steps(found, platform, numbers)]

    missing = [number for number, key in enumerate(keys) if key not in known]
    chunks = [missing[first : first + CHUNK] for first in range(0, len(missing), CHUNK)]
    tasks = [partial(some, chunk) for chunk in chunks]
    made = chain.from_iterable(together(tasks) if len(tasks) > 1 else (task() for task in tasks))
    events = {**known, **dict(zip((keys[number] for number in missing), made, strict=True))}
    return {key: events[key] for key in keys}


def _keys(found: Found, platform: Platform | None, config: Config) -> Iterator[str]:
    """For each migration what tells it, and all before it, from any other."""
    hidden = [(pattern.pattern.text, pattern.hides) for pattern in config.hidden]
    matters = (hidden, config.virtual_foreign_keys, config.renamed, config.accepted_changes)
    digest = sha256(repr((platform and platform.name, found.layout.title, matters)).encode())
    for path in found.files:
        digest.update(f"{config.shown(path)}\0".encode("utf-8", "surrogateescape"))
        digest.update(sha256(content(path)).digest())
        yield digest.hexdigest()


def _event(migration: Migration, step: Step, config: Config) -> Event:
    before, after = step.before, step.after
    file = config.shown(migration.file)
    event = Event(migration.version or migration.title, migration.title, migration.time, file)
    names = hidden_names((side for side in (before, after) if isinstance(side, Database)), config)
    if names_any(name_of(migration.file), names):
        event = event._replace(name=migration.version or f"{step.number + 1}", title=UNTOLD, file="")
    if isinstance(after, SchemaError):
        return event._replace(error=one_line(after.message, LONGEST) if not names else NOT_READ)
    unread = after.receipt.unread[len(before.receipt.unread) :]
    return event._replace(
        changes=told(review(before, after, config.renamed), before, after, config),
        unread=tuple(_unread(found, config) for found in unread) if event.file else (),
    )


def _unread(found: Unread, config: Config) -> str:
    """Where it is, and why; nothing more where the reason could name what the settings hide."""
    path, line = found.statement.source
    place = f"{config.shown(path)}:{line}"
    return place if config.hidden else f"{place}: {one_line(found.reason, LONGEST)}"

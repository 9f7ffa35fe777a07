"""The history of the schema for the site, as far as a build before this one did not keep it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

from schemabook.errors import SchemaError
from schemabook.history.commits import checked_out, commits
from schemabook.history.comparing import Did
from schemabook.history.replay import migration_events
from schemabook.history.request import of_project
from schemabook.history.telling import told_drift
from schemabook.pages import Book
from schemabook.platforms import PLATFORMS, Platform
from schemabook.project.config import Config
from schemabook.project.history import Drift, Event, History
from schemabook.project.inputs import migrations_of
from schemabook.site.cache import Cache, packed
from schemabook.site.fingerprint import digest_of, versions

LOG = logging.getLogger("mkdocs.plugins.schemabook")
MIGRATIONS, COMMITS = "migrations", "commits"


def with_history(book: Book, kept: Cache, repository: str = "") -> Book:
    """The book with the commits of its dump, or what its migrations did; *repository* is its URL."""
    brought, config = book.whole.platform, book.config
    platform = PLATFORMS.get(brought.name) if brought else None
    migrations, drift, note = _migrations(config, platform, kept), _drift(book), ""
    if _looks_at_git(config):
        events, note = _commits(config, platform, kept, repository)
        if events or config.history:
            return replace(book, history=History(events, "git", note, migrations, drift))
        LOG.info("%s", note)
    events = () if config.history == "none" else migrations
    return replace(book, history=History(events, MIGRATIONS, note, migrations, drift))


def what_it_depends_on(config: Config) -> str:
    """What the history is made of, beside the inputs: what git has checked out."""
    return checked_out(config) if _looks_at_git(config) else ""


def keep_history(config: Config, kept: Cache) -> None:
    """Keeps what is known for the next build, where this one did not ask for it."""
    for what in (MIGRATIONS, COMMITS):
        kept.keep(_key(config, what))


def _looks_at_git(config: Config) -> bool:
    return config.history in ("", "git")


def _key(config: Config, what: str) -> str:
    return digest_of(what, versions(), config.source.path)


def _migrations(config: Config, platform: Platform | None, kept: Cache) -> tuple[Event, ...]:
    """What each migration did."""
    found = migrations_of(config)
    if not found:
        return ()
    key = _key(config, MIGRATIONS)
    known = kept.find(key, dict[str, Event]) or {}
    events = migration_events(found, platform, config, known)
    kept.keep(key, packed(events) if events != known else None)
    return tuple(_with_own_names(events.values()))


def _with_own_names(events: Iterable[Event]) -> Iterator[Event]:
    """The events; one that has the version of an earlier one is known by its file."""
    seen: set[str] = set()
    for event in events:
        yield event._replace(name=event.file) if event.name in seen else event
        seen.add(event.name)


def _drift(book: Book) -> Drift | None:
    """Whether the migrations make the dump; None where they are the dump, or cannot be read."""
    try:
        found = of_project(book.config, book.whole) if book.config.migrations else None
    except SchemaError as error:
        LOG.warning("%s", error)
        return None
    return found and told_drift(found, book.whole, book.config)


def _commits(
    config: Config, platform: Platform | None, kept: Cache, repository: str
) -> tuple[tuple[Event, ...], str]:
    """What each commit did, and what is lacking."""
    key = _key(config, COMMITS)
    known = kept.find(key, dict[str, Did]) or {}
    found = commits(config, platform, known, repository)
    kept.keep(key, packed(dict(found.known)) if found.known != known else None)
    return found.events, found.note

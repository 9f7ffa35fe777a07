"""The history of the schema for the site, as far as a build before this one did not keep it."""

from __future__ import annotations

from dataclasses import replace

from schemabook.history.replay import migration_events
from schemabook.pages import Book
from schemabook.platforms import PLATFORMS
from schemabook.project.config import Config
from schemabook.project.history import Event, History
from schemabook.project.inputs import migrations_of
from schemabook.site.cache import Cache, packed
from schemabook.site.fingerprint import digest_of, versions


def with_history(book: Book, kept: Cache) -> Book:
    """The book with what its migrations did, or the commits of its dump."""
    migrations = _migrations(book, kept)
    history = History(migrations, "migrations" if migrations else "", migrations=migrations)
    return replace(book, history=history)


def keep_history(config: Config, kept: Cache) -> None:
    """Keeps what is known for the next build, where this one did not ask for it."""
    kept.keep(_key(config))


def _key(config: Config) -> str:
    return digest_of("migrations", versions(), config.source.path)


def _migrations(book: Book, kept: Cache) -> tuple[Event, ...]:
    """What each migration did."""
    found, brought = migrations_of(book.config), book.whole.platform
    if not found:
        return ()
    platform = PLATFORMS.get(brought.name) if brought else None
    key = _key(book.config)
    known = kept.find(key, dict[str, Event]) or {}
    events = migration_events(found, platform, book.config, known)
    kept.keep(key, packed(events) if events != known else None)
    return tuple(events.values())

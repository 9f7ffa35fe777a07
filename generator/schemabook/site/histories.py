"""The history of the schema for the site, as far as a build before this one did not keep it."""

from __future__ import annotations

from dataclasses import replace

from schemabook.history.replay import migration_events
from schemabook.pages import Book
from schemabook.platforms import PLATFORMS
from schemabook.project.history import Event, History
from schemabook.project.inputs import migrations_of
from schemabook.project.layouts import Found
from schemabook.site.cache import Cache, packed
from schemabook.site.fingerprint import contents, digest_of, versions


def with_history(book: Book, kept: Cache) -> Book:
    """The book with what its migrations did, or the commits of its dump."""
    found = migrations_of(book.config)
    migrations = _migrations(book, found, kept) if found else ()
    history = History(migrations, "migrations" if migrations else "", migrations=migrations)
    return replace(book, history=history)


def _migrations(book: Book, found: Found, kept: Cache) -> tuple[Event, ...]:
    """What each migration did, of the cache where that has it."""
    config, brought = book.config, book.whole.platform
    matters = (brought and brought.name, config.hidden, config.renamed, config.accepted_changes)
    key = digest_of("migrations", versions(), repr(matters), _digest(found))
    events = kept.find(key, tuple[Event, ...])
    if events is None:
        platform = PLATFORMS.get(brought.name) if brought else None
        events = migration_events(found, platform, config)
        kept.keep(key, packed(events))
    else:
        kept.keep(key)
    return events


def _digest(found: Found) -> str:
    """The files that run, in their order."""
    order = digest_of(*map(str, found.files))
    return f"{found.layout.title} {order} {contents(found.folder, (*found.files, *found.controls))}"

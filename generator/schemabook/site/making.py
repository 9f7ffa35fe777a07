"""What a site is made of: all that the generator says of the inputs, made once for the same inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from schemabook.config import Config
from schemabook.guides import Names
from schemabook.inputs import load_book, paths
from schemabook.pages import Book, pages, site_pages
from schemabook.pages.relation_map import map_anchor
from schemabook.site.cache import Cache
from schemabook.site.entries import Entry, entries
from schemabook.site.fingerprint import digest_of, versions
from schemabook.site.relation_map import map_files
from schemabook.site.workers import FEW, together


class Urls(NamedTuple):
    """How one file of the site leads to another."""

    pages: str
    """From the files of the map to the reference, with a slash at its end."""
    suffix: str
    """What ends the URL of a page: `.html` or `/`."""


class Made(NamedTuple):
    """What the generator says of the inputs, in types that JSON has."""

    committed: dict[str, str]
    """The Markdown of each committed page, by its path below the reference."""
    pages: dict[str, str]
    """The same for the pages that the site shows."""
    entries: list[Entry]
    """What the search finds."""
    map_files: dict[str, str]
    map_anchors: list[str]
    """The parts of the map's address that show a table."""


class Maker:
    """Makes what a site is made of, unless it is in the cache, or in memory while MkDocs serves."""

    def __init__(self) -> None:
        self.key = ""
        """Of what was made last."""
        self.made: Made | None = None
        self.book: Book | None = None

    def make(self, config: Config, urls: Urls, cache: Cache) -> Made:
        """All that the inputs say now; raises SchemaError as `load_book` does."""
        key = _key(config, urls)
        if self.made and key and key == self.key:
            cache.use(key)
            return self.made
        self.book = None
        if found := cache.find([key]).get(key) if key else None:
            self.made = _restored(found)
        else:
            self.made = self._make(config, urls)
            cache.keep(key, self.made)
        self.key = key
        return self.made

    def names(self, config: Config) -> Names:
        """All that a guide may name."""
        self.book = self.book or load_book(config)
        return Names(self.book.database)

    def _make(self, config: Config, urls: Urls) -> Made:
        book = self.book = load_book(config)
        tasks: list[Callable[[], Any]] = [
            lambda: pages(book),
            lambda: site_pages(book),
            lambda: list(entries(book)),
            lambda: dict(map_files(book, *urls)),
        ]
        is_large = len(book.database.relations) > FEW
        committed, of_site, found, of_map = together(tasks) if is_large else [task() for task in tasks]
        anchors = sorted({str(map_anchor(book.database, name)) for name in book.database.relations})
        return Made(committed, of_site, found, of_map, anchors)


def _restored(value: Iterable[Any]) -> Made:
    made = Made(*value)
    return made._replace(entries=[Entry(*entry) for entry in made.entries])


def _key(config: Config, urls: Urls) -> str:
    """What all of it depends on."""
    templates = config.templates.rglob("*") if config.templates else ()
    files = sorted(path for path in {*paths(config), *templates} if path.is_file())
    return digest_of("made", versions(), *urls, *(f"{path} {_digest(path)}" for path in files))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()

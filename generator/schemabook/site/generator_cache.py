"""The cache of what the generator says of the inputs: all that a site is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from schemabook.files import is_file
from schemabook.guides import Names
from schemabook.model import Database, Secret
from schemabook.pages import Book, pages, site_pages
from schemabook.pages.links import access_anchor, map_anchor
from schemabook.project.config import Config
from schemabook.project.inputs import load_book, paths
from schemabook.project.output import is_page
from schemabook.site.access_table import MADE as ACCESS_FILES
from schemabook.site.access_table import access_files
from schemabook.site.cache import Cache
from schemabook.site.compared import Compared
from schemabook.site.entries import KINDS, Entry, entries
from schemabook.site.fingerprint import digest_of, versions
from schemabook.site.relation_map import MADE as MAP_FILES
from schemabook.site.relation_map import map_files
from schemabook.site.workers import FEW, together


class Urls(NamedTuple):
    """How one file of the site leads to another."""

    pages: str
    """From the files of the map to the reference, with a slash at its end."""
    suffix: str
    """What ends the URL of a page: `.html` or `/`."""


class Generated(NamedTuple):
    """What the generator says of the inputs, in types that JSON has."""

    committed: Mapping[str, str]
    """The Markdown of each committed page, by its path below the reference."""
    pages: Mapping[str, str]
    """The same for the pages that the site shows."""
    entries: list[Entry]
    """What the search finds."""
    map_files: Mapping[str, str]
    anchors: list[str]
    """The parts of addresses by which the map, and who can do what, show a table."""
    access_files: Mapping[str, str]
    secrets: tuple[Secret, ...]
    """What stands in the dumps and should not be published."""


class GeneratorCache:
    """Generates what a site is made of, unless it is in the cache, which no site that is *served* asks."""

    def __init__(self, *, serves: bool = False) -> None:
        self.serves = serves
        self.key = ""
        """Of what was generated last."""
        self.generated: Generated | None = None
        self.book: Book | None = None
        self.compared = Compared()

    def generate(self, config: Config, urls: Urls, cache: Cache) -> Generated:
        """All that the inputs say now; raises SchemaError as `load_book` does."""
        self.compared.follow(config)
        key = _key(config, urls, self.compared.commit)
        if self.generated and key == self.key:
            cache.use(key)
            return self.generated
        self.book = None
        found = None if self.serves else _found(cache, key)
        self.generated = found or self._generate(config, urls)
        self.key = key
        if (
            not (found or self.serves) and _key(config, urls, self.compared.commit) == key
        ):  # Nobody has changed them meanwhile.
            cache.keep(key, self.generated)
        return self.generated

    def database(self, config: Config) -> Database:
        """What the pages are about."""
        self.book = self.book or load_book(config)
        return self.book.database

    def names(self, config: Config) -> Names:
        """All that a guide may name."""
        return Names(self.database(config))

    def _generate(self, config: Config, urls: Urls) -> Generated:
        book = self.compared.marked(load_book(config))
        tasks: list[Callable[[], Any]] = [
            lambda: pages(book),
            lambda: site_pages(book),
            lambda: list(entries(book)),
            lambda: dict(map_files(book, *urls)),
            lambda: dict(access_files(book)),
        ]
        is_alone = self.serves or len(book.database.relations) <= FEW
        if not is_alone:
            book.access  # noqa: B018  # Computed once, before it is asked for in several processes.
        done = [task() for task in tasks] if is_alone else together(tasks)
        committed, of_site, found, of_map, of_access = done
        database = book.database
        shown = {map_anchor(database, name) for name in database.relations}
        shown |= {access_anchor(name) for name in database.relations}
        anchors = sorted(map(str, shown))
        self.book = book
        return Generated(committed, of_site, found, of_map, anchors, of_access, book.database.secrets)


def _found(cache: Cache, key: str) -> Generated | None:
    """What is in the cache, where it is something that we could have written."""
    made = cache.find([key], Generated).get(key)
    if not made or _could_be_ours(made):
        return made
    cache.drop(key)
    return None


def _could_be_ours(made: Generated) -> bool:
    """Whether its files are pages and their data, and its entries of known kinds."""
    pages_are = all(map(is_page, (*made.committed, *made.pages)))
    entries_are = all(found.kind in KINDS for found in made.entries)
    files_are = made.map_files.keys() <= set(MAP_FILES) and made.access_files.keys() <= set(ACCESS_FILES)
    return pages_are and entries_are and files_are


def _key(config: Config, urls: Urls, commit: str) -> str:
    """What all of it depends on."""
    compared = (config.compare.name, commit) if config.compare else ()
    return digest_of("made", versions(), *urls, *compared, _digest({*paths(config), *_templates(config)}))


def _templates(config: Config) -> Iterable[Path]:
    """The user's templates, and what they may include."""
    return config.templates.rglob("*") if config.templates else ()


def _digest(paths: Iterable[Path]) -> str:
    """The names and contents of those that are files."""
    return digest_of(*(f"{path} {_content(path)}" for path in sorted(paths) if is_file(path)))


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()

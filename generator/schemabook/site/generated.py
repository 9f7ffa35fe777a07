"""What the generator says of the inputs: all that a site is made of, and the cache of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from schemabook.files import is_file
from schemabook.guides import FIRST_PAGE, Names
from schemabook.model import Database, Secret
from schemabook.pages import Book, committed_page_list, site_page_list
from schemabook.pages.first_page import first_page
from schemabook.pages.links import access_anchor, map_anchor
from schemabook.project.config import Config
from schemabook.project.inputs import load_book, paths
from schemabook.project.output import is_page
from schemabook.site.access_table import MADE as ACCESS_FILES
from schemabook.site.access_table import access_files
from schemabook.site.cache import Cache, packed
from schemabook.site.compared import Compared
from schemabook.site.entries import KINDS, Entry, entries
from schemabook.site.feed import feed
from schemabook.site.fingerprint import digest_of, versions
from schemabook.site.histories import keep_history, what_it_depends_on, with_history
from schemabook.site.relation_map import MADE as MAP_FILES
from schemabook.site.relation_map import map_files
from schemabook.workers import CHUNK, FEW, together

PARTS: Mapping[str, Callable[[Book], str]] = {FIRST_PAGE: first_page}
"""What marks in guides stand for."""

T = TypeVar("T")


class Urls(NamedTuple):
    """How one file of the site leads to another."""

    pages: str
    """From the files of the map to the reference, with a slash at its end."""
    suffix: str
    """What ends the URL of a page: `.html` or `/`."""
    site: str = ""
    """The whole URL of the folder of the pages, with a slash at its end; empty where it is not known."""
    repository: str = ""
    """Where people see the repository; empty where that is not known."""


class Generated(NamedTuple):
    """What the generator says of the inputs, in types that the cache has."""

    committed: Mapping[str, bytes]
    """The Markdown of each committed page, by its path below the reference; a text of letters beyond Latin
    takes twice the memory."""
    pages: Mapping[str, bytes]
    """The same for the pages that the site shows."""
    entries: list[Entry]
    """What the search finds."""
    map_files: Mapping[str, str]
    anchors: list[str]
    """The parts of addresses by which the map, and who can do what, show a table."""
    access_files: Mapping[str, str]
    parts: Mapping[str, bytes]
    """The Markdown that a mark in a guide stands for, by the words of the mark."""
    feed: str
    """The changelog as Atom; empty where there is none."""
    secrets: tuple[Secret, ...]
    """What stands in the dumps and should not be published."""


class Generator:
    """Generates what a site is made of, unless it is in the cache."""

    def __init__(self) -> None:
        self.key = ""
        """Of what was generated last."""
        self.generated: Generated | None = None
        self.read: Database | None = None
        self.compared = Compared()

    def generate(self, config: Config, urls: Urls, kept: Cache, *, when_asked: bool = False) -> Generated:
        """All that the inputs say now; raises SchemaError as `load_book` does.

        The Markdown of a page is made at once, or *when asked* for it.
        """
        self.compared.follow(config)
        key = self._key(config, urls)
        if not self.generated or key != self.key:
            self.read = None
            self.generated = _found(kept, key)
            if self.generated:
                kept.keep(key)
                keep_history(config, kept)
            else:
                self.generated = self._generate(config, urls, kept, when_asked)
                if not when_asked and self._key(config, urls) == key:  # Nobody has changed them meanwhile.
                    kept.keep(key, packed(self.generated))
            self.key = key
        return self.generated

    def database(self, config: Config) -> Database:
        """What the pages are about."""
        self.read = self.read or load_book(config).database
        return self.read

    def names(self, config: Config) -> Names:
        """All that a guide may name."""
        return Names(self.database(config))

    def _key(self, config: Config, urls: Urls) -> str:
        """What all of it depends on."""
        compared = (config.compare.name, self.compared.commit) if config.compare else ()
        files = {*paths(config), *_templates(config)}
        return digest_of("made", versions(), *urls, *compared, what_it_depends_on(config), _digest(files))

    def _generate(self, config: Config, urls: Urls, kept: Cache, when_asked: bool) -> Generated:
        book = with_history(self.compared.marked(load_book(config)), kept, urls.repository)
        self.read = database = book.database
        committed = {page.path: page.make for page in committed_page_list(book)}
        listed = {page.path: page.make for page in site_page_list(book)}
        shown = {map_anchor(database, name) for name in database.relations}
        shown |= {access_anchor(name) for name in database.relations}
        anchors = sorted(map(str, shown))
        if when_asked:
            map_ = cache(lambda: dict(map_files(book, urls.pages, urls.suffix)))
            access = cache(lambda: dict(access_files(book)))
            return Generated(
                WhenAsked(committed, lambda path: _encoded(committed[path]())),
                WhenAsked(listed, lambda path: _encoded(listed[path]())),
                list(entries(book)),
                WhenAsked(MAP_FILES, lambda name: map_()[name]),
                anchors,
                WhenAsked(ACCESS_FILES, lambda name: access()[name]),
                WhenAsked(PARTS, lambda name: _encoded(PARTS[name](book))),
                feed(book, urls.site, urls.suffix),
                database.secrets,
            )
        tasks: list[Callable[[], Any]] = [
            lambda: list(entries(book)),
            lambda: dict(map_files(book, urls.pages, urls.suffix)),
            lambda: dict(access_files(book)),
            lambda: {name: _encoded(make(book)) for name, make in PARTS.items()},
            *_chunked(committed, listed),
        ]
        done = [task() for task in tasks] if len(database.relations) <= FEW else together(tasks)
        found, of_map, of_access, parts, *made = done
        text_of: dict[str, bytes] = {}
        site_text_of: dict[str, bytes] = {}
        for of_committed, of_site in made:
            text_of |= of_committed
            site_text_of |= of_site
        return Generated(
            {path: text_of[path] for path in committed},
            {path: site_text_of[path] for path in listed},
            found,
            of_map,
            anchors,
            of_access,
            parts,
            feed(book, urls.site, urls.suffix),
            database.secrets,
        )


class WhenAsked(Mapping[str, T]):
    """Values by their names, each made when it is asked for."""

    def __init__(self, names: Iterable[str], make: Callable[[str], T]) -> None:
        self.names, self.make = dict.fromkeys(names), make

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> T:
        return self.make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


Makers = Mapping[str, Callable[[], str]]
"""What makes the Markdown of pages, by their paths."""


def _chunked(*editions: Makers) -> Iterator[Callable[[], list[dict[str, bytes]]]]:
    """The work of making pages, in parts for workers: an object's pages share what is computed of it."""
    paths = sorted({path for edition in editions for path in edition})
    for first in range(0, len(paths), CHUNK):
        part = paths[first : first + CHUNK]
        yield partial(_made, [{path: made[path] for path in part if path in made} for made in editions])


def _made(editions: Iterable[Makers]) -> list[dict[str, bytes]]:
    return [{path: _encoded(make()) for path, make in edition.items()} for edition in editions]


def _encoded(text: str) -> bytes:
    """As a file has it, where half of a surrogate pair has no place."""
    return text.encode("utf-8", "replace")


def _found(kept: Cache, key: str) -> Generated | None:
    """What is in the cache, where it is something that we could have written."""
    made = kept.find(key, Generated)
    return made if made and _could_be_ours(made) else None


def _could_be_ours(made: Generated) -> bool:
    """Whether its files are pages and their data, and its entries of known kinds."""
    pages_are = all(map(is_page, (*made.committed, *made.pages)))
    entries_are = all(found.kind in KINDS for found in made.entries)
    files_are = made.map_files.keys() <= set(MAP_FILES) and made.access_files.keys() <= set(ACCESS_FILES)
    return pages_are and entries_are and files_are and made.parts.keys() == PARTS.keys()


def _templates(config: Config) -> Iterable[Path]:
    """The user's templates, and what they may include."""
    return config.templates.rglob("*") if config.templates else ()


def _digest(paths: Iterable[Path]) -> str:
    """The names and contents of those that are files."""
    return digest_of(*(f"{path} {_content(path)}" for path in sorted(paths) if is_file(path)))


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()

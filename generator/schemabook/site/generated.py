"""What the generator says of the inputs: all that a site is made of, and the cache of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from schemabook.files import is_file
from schemabook.guides import Names
from schemabook.model import Database, Secret
from schemabook.pages import Book, committed_page_list, site_page_list
from schemabook.pages.links import access_anchor, map_anchor
from schemabook.project.config import Config
from schemabook.project.inputs import load_book, paths
from schemabook.project.output import is_page
from schemabook.site.access_table import MADE as ACCESS_FILES
from schemabook.site.access_table import access_files
from schemabook.site.cache import Cache, packed
from schemabook.site.compared import Compared
from schemabook.site.entries import KINDS, Entry, entries
from schemabook.site.fingerprint import digest_of, versions
from schemabook.site.relation_map import MADE as MAP_FILES
from schemabook.site.relation_map import map_files
from schemabook.site.workers import CHUNK, FEW, together


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


class Generator:
    """Generates what a site is made of, unless it is in the cache."""

    def __init__(self) -> None:
        self.key = ""
        """Of what was generated last."""
        self.generated: Generated | None = None
        self.book: Book | None = None
        self.compared = Compared()

    def generate(self, config: Config, urls: Urls, kept: Cache, *, when_asked: bool = False) -> Generated:
        """All that the inputs say now; raises SchemaError as `load_book` does.

        The Markdown of a page is made at once, or *when asked* for it.
        """
        self.compared.follow(config)
        key = self._key(config, urls)
        if not self.generated or key != self.key:
            self.book = None
            self.generated = _found(kept, key)
            if self.generated:
                kept.keep(key)
            else:
                self.generated = self._generate(config, urls, when_asked)
                if not when_asked and self._key(config, urls) == key:  # Nobody has changed them meanwhile.
                    kept.keep(key, packed(self.generated))
            self.key = key
        return self.generated

    def database(self, config: Config) -> Database:
        """What the pages are about."""
        self.book = self.book or load_book(config)
        return self.book.database

    def names(self, config: Config) -> Names:
        """All that a guide may name."""
        return Names(self.database(config))

    def _key(self, config: Config, urls: Urls) -> str:
        """What all of it depends on."""
        compared = (config.compare.name, self.compared.commit) if config.compare else ()
        files = {*paths(config), *_templates(config)}
        return digest_of("made", versions(), *urls, *compared, _digest(files))

    def _generate(self, config: Config, urls: Urls, when_asked: bool) -> Generated:
        self.book = book = self.compared.marked(load_book(config))
        database = book.database
        committed = {page.path: page.make for page in committed_page_list(book)}
        listed = {page.path: page.make for page in site_page_list(book)}
        shown = {map_anchor(database, name) for name in database.relations}
        shown |= {access_anchor(name) for name in database.relations}
        anchors = sorted(map(str, shown))
        if when_asked:
            map_ = cache(lambda: dict(map_files(book, *urls)))
            access = cache(lambda: dict(access_files(book)))
            return Generated(
                WhenAsked(committed, lambda path: committed[path]()),
                WhenAsked(listed, lambda path: listed[path]()),
                list(entries(book)),
                WhenAsked(MAP_FILES, lambda name: map_()[name]),
                anchors,
                WhenAsked(ACCESS_FILES, lambda name: access()[name]),
                database.secrets,
            )
        tasks: list[Callable[[], Any]] = [
            lambda: list(entries(book)),
            lambda: dict(map_files(book, *urls)),
            lambda: dict(access_files(book)),
            *_chunked([*committed.values(), *listed.values()]),
        ]
        if len(database.relations) <= FEW:
            done = [task() for task in tasks]
        else:
            for name in database.relations:  # Once, before several processes ask for it.
                _ = book.access[name]
            done = together(tasks)
        found, of_map, of_access, *made = done
        texts = [text for part in made for text in part]
        return Generated(
            dict(zip(committed, texts, strict=False)),
            dict(zip(listed, texts[len(committed) :], strict=True)),
            found,
            of_map,
            anchors,
            of_access,
            database.secrets,
        )


class WhenAsked(Mapping[str, str]):
    """Texts by their names, each made when it is asked for."""

    def __init__(self, names: Iterable[str], make: Callable[[str], str]) -> None:
        self.names, self.make = dict.fromkeys(names), make

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> str:
        return self.make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def _chunked(makers: Sequence[Callable[[], str]]) -> Iterator[Callable[[], list[str]]]:
    """The work of making the Markdown of pages, in parts for workers."""
    for first in range(0, len(makers), CHUNK):
        yield partial(_made, makers[first : first + CHUNK])


def _made(makers: Iterable[Callable[[], str]]) -> list[str]:
    return [make() for make in makers]


def _found(kept: Cache, key: str) -> Generated | None:
    """What is in the cache, where it is something that we could have written."""
    made = kept.find(key, Generated)
    return made if made and _could_be_ours(made) else None


def _could_be_ours(made: Generated) -> bool:
    """Whether its files are pages and their data, and its entries of known kinds."""
    pages_are = all(map(is_page, (*made.committed, *made.pages)))
    entries_are = all(found.kind in KINDS for found in made.entries)
    files_are = made.map_files.keys() <= set(MAP_FILES) and made.access_files.keys() <= set(ACCESS_FILES)
    return pages_are and entries_are and files_are


def _templates(config: Config) -> Iterable[Path]:
    """The user's templates, and what they may include."""
    return config.templates.rglob("*") if config.templates else ()


def _digest(paths: Iterable[Path]) -> str:
    """The names and contents of those that are files."""
    return digest_of(*(f"{path} {_content(path)}" for path in sorted(paths) if is_file(path)))


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()

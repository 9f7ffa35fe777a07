"""The cache of Markdown of a site that is served: a page is regenerated where what it looked at has changed.

While a page is made, each fact that it looks up is written down: a key of a mapping, or a mapping as a whole
where the page goes through it. The next database is compared with the last one, fact by fact.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import fields
from functools import cached_property
from types import FunctionType, MethodType
from typing import Any, NamedTuple, cast

from schemabook.diff import is_verbatim
from schemabook.project.book import Book, Page

PARTS = frozenset({"database", "notes", "since", "statistics"})
"""Of a book: what is looked into, and not compared as a whole."""
EVERY = None
"""The key of a whole mapping, and of a value that is none."""

Look = tuple[str, Any]
"""A value's path in the book, and a key of it or EVERY."""


class _Keyed(Mapping[Any, Any]):
    """A mapping that writes down what is looked up in it."""

    def __init__(self, facts: Mapping[Any, Any], path: str, looks: set[Look]) -> None:
        self.facts, self.path, self.looks = facts, path, looks

    def __getitem__(self, key: Any) -> Any:
        self.looks.add((self.path, key))
        return self.facts[key]

    def get(self, key: Any, default: Any = None) -> Any:
        self.looks.add((self.path, key))
        return self.facts.get(key, default)

    def __contains__(self, key: object) -> bool:
        self.looks.add((self.path, key))
        return key in self.facts

    def __iter__(self) -> Iterator[Any]:
        return iter(self._every())

    def __len__(self) -> int:
        return len(self._every())

    def keys(self) -> KeysView[Any]:
        return self._every().keys()

    def values(self) -> ValuesView[Any]:
        return self._every().values()

    def items(self) -> ItemsView[Any, Any]:
        return self._every().items()

    def _every(self) -> Mapping[Any, Any]:
        self.looks.add((self.path, EVERY))
        return self.facts


class _Watched:
    """A book, or a part of one, that writes down what is looked at."""

    def __init__(self, value: Any, path: str, looks: set[Look]) -> None:
        self._value, self._path, self._looks = value, path, looks
        if isinstance(value, Book):
            for name in PARTS:
                vars(self)[name] = _Watched(getattr(value, name), f"{path}.{name}", looks)
        for name in _mappings(value):
            vars(self)[name] = _Keyed(getattr(value, name), f"{path}.{name}", looks)

    def __getattr__(self, name: str) -> Any:
        """What is no mapping: a method asks what is watched, any other value counts as a whole."""
        attribute = getattr(type(self._value), name, None)
        if isinstance(attribute, FunctionType):
            return MethodType(attribute, self)
        if isinstance(attribute, property) and attribute.fget:
            return attribute.fget(self)
        self._looks.add((f"{self._path}.{name}", EVERY))
        return getattr(self._value, name)

    def edition(self, *, for_site: bool) -> Book:
        """The book as one of the editions has it."""
        book = object.__new__(_Watched)
        vars(book).update(vars(self), for_site=for_site)
        return cast(Book, book)

    def found(self, path: str) -> Any:
        """The value at a path below this one."""
        value: Any = self._value
        for name in path.split(".")[1:]:
            value = getattr(value, name)
        return value


class _CachedPage(NamedTuple):
    text: str
    looks: frozenset[Look]


class MarkdownCache:
    """The pages of both editions, from one book to the next."""

    def __init__(self) -> None:
        self.book: _Watched | None = None
        self.pages: dict[tuple[bool, str], _CachedPage] = {}
        """By whether they are the site's, and their path."""
        self.looks: set[Look] = set()
        """What the page that is made now has looked at."""
        self.paths: set[str] = set()
        """Where any page has looked."""

    def follow(self, book: Book) -> None:
        """Forgets the pages that may be others now."""
        watched = _Watched(book, "book", self.looks)
        if self.book:
            changed = set(_changed(self.book, watched, self.paths))
            self.pages = {key: page for key, page in self.pages.items() if page.looks.isdisjoint(changed)}
        self.book = watched

    def page(self, page: Page, *, for_site: bool) -> str:
        """The Markdown of a page of the book that is followed, made if it is not known."""
        key = for_site, page.path
        if key not in self.pages:
            self.looks.clear()
            assert self.book
            text = page.make(page.path, self.book.edition(for_site=for_site))
            self.pages[key] = _CachedPage(text, frozenset(self.looks))
            self.paths.update(path for path, _ in self.looks)
        return self.pages[key].text


def _mappings(value: Any) -> Iterator[str]:
    """The names of a dataclass' mappings, also of those that it makes when they are asked for."""
    yield from (field.name for field in fields(value) if isinstance(getattr(value, field.name), Mapping))
    for name, attribute in vars(type(value)).items():
        if isinstance(attribute, cached_property) and _returned(attribute).startswith("Mapping"):
            yield name


def _returned(attribute: cached_property[Any]) -> str:
    return str(attribute.func.__annotations__["return"])


def _changed(old: _Watched, new: _Watched, paths: set[str]) -> Iterator[Look]:
    """What is another in the new book, as far as the paths lead."""
    for path in paths:
        before, after = old.found(path), new.found(path)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            keys = [
                key
                for key in before.keys() | after.keys()
                if not is_verbatim(before.get(key), after.get(key))
            ]
            yield from ((path, key) for key in keys)
            if keys or list(before) != list(after):
                yield path, EVERY
        elif not is_verbatim(before, after):
            yield path, EVERY

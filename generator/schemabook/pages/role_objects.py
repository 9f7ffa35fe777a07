"""What a role owns, and what it may do with anything but tables: in lines, by schema."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from schemabook.model import (
    PUBLIC,
    Name,
    ObjectId,
    ObjectKind,
    Privilege,
    routine_id,
    schema_id,
)
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code
from schemabook.pages.relations import granted
from schemabook.pages.wording import count, listed
from schemabook.project.book import Book

MOST = 60
"""How many names a line lists."""
FEW = 3
"""Of so many objects the names are said even if they are all of a schema."""
WORDS = ("table", "view", "function", "type", "sequence", "schema")
"""What the kinds of objects are called, in the order in which they are shown."""
NAMES = {ObjectKind.SERVER: "foreign server"}
SHOWN_ELSEWHERE = frozenset({ObjectKind.RELATION, ObjectKind.ROUTINE, ObjectKind.SCHEMA})
SCHEMA_KINDS = frozenset({ObjectKind.RELATION, ObjectKind.ROUTINE, ObjectKind.SEQUENCE})
"""Kinds whose objects nobody reaches without USAGE of their schema."""


def numbers(found: Mapping[str, int]) -> str:
    """`12 tables, 3 functions`."""
    return ", ".join(count(found[word], word) for word in WORDS if found.get(word))


def word_of(book: Book, found: ObjectId) -> str:
    """What an object is called: `view` for a relation that is one."""
    if found.kind is ObjectKind.RELATION:
        relation = book.database.relations.get(found.name)
        return "view" if relation and relation.is_view else "table"
    return NAMES.get(found.kind, found.kind.word)


def owned_numbers(book: Book, role: str) -> Mapping[str, int]:
    """How many objects of each kind it owns."""
    return _counted(book, book.roles.owned.get(role, ()))


def granted_numbers(book: Book, role: str) -> Mapping[str, int]:
    """On how many objects of each kind it has privileges of its own."""
    items = book.roles.granted.get(role, {}).items()
    return _counted(book, (key for key, found in items if any(item.privileges for item in found)))


def _counted(book: Book, objects: Iterable[ObjectId]) -> Mapping[str, int]:
    """By what they are called; overloads share a name and a page, and count once."""
    return Counter(word for word, _ in {(word_of(book, found), found.name) for found in objects})


class RoleObjects:
    """The lines of a role's page about its objects."""

    def __init__(self, book: Book, role: str, links: Links) -> None:
        self.book = book
        self.roles = book.roles
        self.role = role
        self.links = links
        self.granted = book.roles.granted.get(role, {})

    def owns(self) -> Iterator[Markdown]:
        """What it owns, a line for each kind and schema."""
        found: dict[str, list[Name]] = defaultdict(list)
        for owned in self.roles.owned.get(self.role, ()):
            found[word_of(self.book, owned)].append(owned.name)
        for word in WORDS:
            yield from self._lines(word, found[word])

    def schemas(self) -> Iterator[Markdown]:
        """What it may do with schemas, and where it lacks the usage that its privileges need."""
        for on, items in self.granted.items():
            if on.kind is ObjectKind.SCHEMA and (words := privileges_words(items)):
                yield Markdown(f"{self.links.schema(on.name.name)}: {words}")
        needed = {on.name.schema for on in self.granted if on.kind in SCHEMA_KINDS}
        missing = [
            name for name in sorted(needed & set(self.book.database.schemas)) if not self._may_use(name)
        ]
        if missing and self.role != PUBLIC:
            where = listed([self.links.schema(name) for name in missing])
            yield Markdown(f"**no usage** of {where}, so what it is granted there is out of its reach")

    def _may_use(self, schema: str) -> bool:
        return "usage" in self.roles.privileges(self.role, schema_id(schema))

    def functions(self) -> Iterator[Markdown]:
        """What it may execute by a privilege of its own; PUBLIC also what nobody took away."""
        if self.role == PUBLIC:
            routines = self.book.database.routines
            found = [s.name for s in routines if "execute" in self.roles.privileges(PUBLIC, routine_id(s))]
        else:
            items = self.granted.items()
            found = [on.name for on, all_ in items if on.kind is ObjectKind.ROUTINE and all_[0].privileges]
        yield from self._lines("function", found)

    def others(self) -> Iterator[Markdown]:
        """Its privileges on sequences, types, languages and servers, those with the same ones together."""
        found: dict[tuple[str, Markdown], list[Name]] = defaultdict(list)
        for on, items in self.granted.items():
            if on.kind not in SHOWN_ELSEWHERE and (words := privileges_words(items)):
                found[NAMES.get(on.kind, on.kind.word), words].append(on.name)
        for (kind, words), names in found.items():
            if kind in WORDS:
                yield from self._lines(kind, names, f"{words} on ")
            else:
                yield Markdown(f"{words} on {kind} {listed([code(str(name)) for name in names])}")

    def _lines(self, word: str, names: Iterable[Name], before: str = "") -> Iterator[Markdown]:
        """For each schema: all of a kind, or their names, as many as a line can hold."""
        if word == "schema":
            if shown := [self.links.schema(name.name) for name in names]:
                yield Markdown(f"{count(len(shown), word)}: {listed(shown)}")
            return
        for schema, group in groupby(sorted(set(names)), key=lambda name: name.schema):
            found = list(group)
            number = f"{count(len(found), word)} of {self.links.schema(schema)}"
            if FEW < len(found) == self.book.objects[word, schema]:
                yield Markdown(f"{before}all {number}")
            else:
                yield Markdown(f"{before}{number}: {self._names(word, found)}")

    def _names(self, word: str, names: list[Name]) -> Markdown:
        shown = [self._link(word, name) for name in names[:MOST]]
        more = len(names) - MOST
        return listed([*shown, Markdown(f"{more:,} more")] if more > 0 else shown)

    def _link(self, word: str, name: Name) -> Markdown:
        if word == "type":
            return self.links.type(str(name))
        links = {"function": self.links.routine, "sequence": self.links.sequence}
        return links.get(word, self.links.relation)(name)


def privileges_words(items: Iterable[Privilege]) -> Markdown:
    """`select` and `update` on `email`; empty for items that only take a default away."""
    found = [granted(item.privileges, item.columns, item.grantable) for item in items if item.privileges]
    return Markdown("; ".join(found))

"""The words with which statements name the kinds of objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from schemabook.model import ObjectKind
from schemabook.read.state.builder import Builder
from schemabook.read.text.cursor import Cursor

T = TypeVar("T")
Reader = Callable[[Cursor, Builder], None]
Words = tuple[str, ...]

MODIFIERS: tuple[Words, ...] = (
    ("or", "replace"),
    *((word,) for word in "unlogged unique recursive constraint default trusted procedural".split()),
)
"""What may stand between CREATE and the kind of object."""
FIRST_OF_MODIFIERS = frozenset(word for word, *_ in MODIFIERS)
SEVERAL = {
    ObjectKind.RELATION: "table, view, materialized view, foreign table",
    ObjectKind.TYPE: "type, domain",
    ObjectKind.ROUTINE: "function, procedure, routine, aggregate",
    ObjectKind.ROLE: "role, user, group",
}
"""The words for the kinds that have several; those of all others are the kind itself."""
KIND_OF_WORDS: Mapping[Words, ObjectKind] = {
    tuple(words.split()): kind
    for kind in sorted(ObjectKind, key=lambda kind: -len(kind.split()))
    for words in SEVERAL.get(kind, kind).split(", ")
}
"""The kinds by their words, longer ones before their beginnings."""


def by_words(found: Mapping[ObjectKind, T]) -> dict[Words, T]:
    """What is found for a kind, by each of its words."""
    return {words: found[kind] for words, kind in KIND_OF_WORDS.items() if kind in found}


def next_words(c: Cursor, table: Mapping[Words, object]) -> Words:
    """Reads the words of the table that come next, longer ones first; empty where none do."""
    first = c.key
    return next((words for words in table if words[0] == first and c.accept(*words)), ())


def skip_modifiers(c: Cursor) -> frozenset[str]:
    """Reads the words between CREATE and the kind of object."""
    found: set[str] = set()
    while c.key in FIRST_OF_MODIFIERS and (phrase := c.one_of_phrases(*MODIFIERS)):
        found.add(phrase)
    if c.key == "user":  # CREATE USER makes a role of it that may log in
        found.add("user")
    return frozenset(found)

"""What readers type, drawn from a schema by rule: each question with the pages or rows that answer it.

A question is drawn only if at most three objects answer it equally well: else no order could be right.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import NamedTuple

from schemabook.model import Database, Name, routine_id, type_id
from schemabook.pages.columns import MOST_TABLES
from schemabook.pages.links import column_anchor, part_anchor, relation_page
from schemabook.pages.paths import column_page, object_page

ENOUGH = 14
"""How many questions of each class."""
MOST_ANSWERS = 3
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


class Question(NamedTuple):
    """What is typed, and the places that answer it: the page without `.md`, and the anchor."""

    kind: str
    typed: str
    answers: frozenset[str]


Made = Iterator[tuple[str, str]]
"""What is typed, and a place that answers it."""


def questions(database: Database) -> list[Question]:
    """Some of each class, always the same for a schema."""
    classes: dict[str, Iterable[tuple[str, str]]] = {
        "table": ((name.name, place) for name, place in _tables(database)),
        "table.column": _columns(database, "."),
        "schema.table": ((str(name), place) for name, place in _tables(database)),
        "prefix": _shortest(database, lambda name, length: name[:length] if length > 3 else ""),
        "middle": _middles(database),
        "parts": _shortest(database, _cut),
        "spaces": _spelled(database, " ".join),
        "joined": _spelled(database, "".join),
        "camelCase": _spelled(database, lambda words: words[0] + "".join(w.capitalize() for w in words[1:])),
        "subsequence": _spelled(database, lambda words: "".join(map(_without_vowels, words))),
        "table column": _columns(database, " "),
        "function": ((name.name, place) for name, place in _functions(database)),
        "view": ((name.name, place) for name, place in _views(database)),
        "enum label": _labels(database),
        "policy": _policies(database),
        "comment": _comments(database),
        "section": _sections(database),
        "column of many tables": _shared_columns(database),
    }
    return [question for kind, made in classes.items() for question in _drawn(kind, made)]


def _drawn(kind: str, made: Iterable[tuple[str, str]]) -> list[Question]:
    """Those that few places answer, some of them."""
    answers: dict[str, set[str]] = defaultdict(set)
    for typed, place in made:
        answers[typed].add(place)
    clear = [
        Question(kind, t, frozenset(places))
        for t, places in answers.items()
        if t and len(places) <= MOST_ANSWERS
    ]
    return Random(kind).sample(clear, min(ENOUGH, len(clear)))


def _tables(database: Database) -> Iterator[tuple[Name, str]]:
    for fact in database.relations.values():
        if not fact.is_view:
            yield fact.name, relation_page(fact).removesuffix(".md")


def _views(database: Database) -> Iterator[tuple[Name, str]]:
    for fact in database.relations.values():
        if fact.is_view:
            yield fact.name, relation_page(fact).removesuffix(".md")


def _functions(database: Database) -> Iterator[tuple[Name, str]]:
    for fact in database.routines.values():
        yield fact.name, object_page(routine_id(fact.name)).removesuffix(".md")


def _columns(database: Database, between: str) -> Made:
    for name, place in _tables(database):
        for column in database.columns_of(name):
            yield f"{name.name}{between}{column.name}", f"{place}#{column_anchor(column.name)}"


def _labels(database: Database) -> Made:
    for fact in database.types.values():
        for label in fact.labels:
            page = object_page(type_id(fact.name)).removesuffix(".md")
            yield f"{fact.name.name} {label}", f"{page}#{part_anchor('label', label)}"


def _policies(database: Database) -> Made:
    places = dict(_tables(database))
    for fact in database.policies.values():
        yield fact.name, f"{places[fact.relation]}#{part_anchor('policy', fact.name)}"


def _sections(database: Database) -> Made:
    """Questions in words that a section of a table's page answers."""
    asked: tuple[tuple[str, str, Callable[[Name], object]], ...] = (
        ("who references {}", "referenced-by", database.foreign_keys_to),
        ("foreign keys of {}", "references", database.foreign_keys_of),
        ("policies of {}", "row-security", database.policies_of),
        ("which indexes does {} have", "indexes", database.indexes_of),
        ("triggers on {}", "triggers", database.triggers_of),
    )
    for name, place in _tables(database):
        for words, anchor, has in asked:
            if has(name):
                yield words.format(name.name), f"{place}#{anchor}"


def _shared_columns(database: Database) -> Made:
    """The names of columns that have a page of their own, and no object."""
    numbers = Counter(column.name for column in database.columns.values())
    objects = {name.name for name in (*database.relations, *database.types)}
    for name, number in numbers.items():
        if number > MOST_TABLES and name not in objects:
            yield name, column_page(name).removesuffix(".md")


def _spelled(database: Database, spell: Callable[[list[str]], str]) -> Made:
    """Names of several words, spelled another way."""
    for name, place in _tables(database):
        words = [word.lower() for word in WORD.findall(name.name)]
        if len(words) > 1:
            yield spell(words), place


def _without_vowels(word: str) -> str:
    return word[0] + re.sub("[aeiou]", "", word[1:])


def _cut(name: str, length: int) -> str:
    """`ord ite` of `order_items`."""
    words = [word.lower() for word in WORD.findall(name)]
    return " ".join(word[:length] for word in words) if len(words) > 1 and length > 2 else ""


def _shortest(database: Database, cut: Callable[[str, int], str]) -> Made:
    """For each table the shortest cut that few names have as well, of tables, views, functions and types."""
    tables = dict(_tables(database))
    names = [*database.relations, *database.types, *{routine.name for routine in database.routines.values()}]
    for length in range(2, 14):
        same: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            if made := cut(name.name, length):
                same[made].append(name)
        for made, having in same.items():
            if len(having) <= MOST_ANSWERS and len(made) < max(len(name.name) for name in having):
                yield from ((made, tables.pop(name)) for name in having if name in tables)


def _middles(database: Database) -> Made:
    """Six letters from inside of a name, separators and all, that few names hold."""
    names = [name.name for name in (*database.relations, *database.types)]
    for name, place in _tables(database):
        middle = name.name[2:8]
        if len(middle) == 6 and sum(middle in other for other in names) <= MOST_ANSWERS:
            yield middle, place


def _comments(database: Database) -> Made:
    """Three long words in a row, of a comment of a table or a column."""
    texts = [(fact.comment, relation_page(fact).removesuffix(".md")) for fact in database.relations.values()]
    places = dict(_tables(database))
    for column in database.columns.values():
        if column.relation in places:
            texts.append((column.comment, f"{places[column.relation]}#{column_anchor(column.name)}"))
    for comment, place in texts:
        words = re.findall(r"[a-z]{4,}", (comment or "").lower())
        yield from ((" ".join(words[at : at + 3]), place) for at in range(len(words) - 2))

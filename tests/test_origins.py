"""Since when an object is there, and what changed it last, whatever it was called meanwhile."""

from __future__ import annotations

from collections import defaultdict
from itertools import count, pairwise
from pathlib import Path
from random import Random

import pytest

from schemabook.history.telling import told
from schemabook.model import Name, ObjectId, ObjectKind, Signature, routine_id
from schemabook.project.config import Config
from schemabook.project.history import Event, History, Told
from schemabook.read import read
from schemabook.review import review

CONFIG = Config(dumps=(), output=Path("docs"), source=("schemabook.yml", 1))  # type: ignore[arg-type]
EVENTS = 60
NAMES = "abcd"
TABLE, COLUMN = ObjectKind.RELATION, ObjectKind.COLUMN


def id_of(table: str, column: str = "") -> ObjectId:
    """A table, or a column of one."""
    return ObjectId(COLUMN if column else TABLE, Name("public", table), column)


def history(*events: tuple[Told, ...]) -> History:
    return History(tuple(Event(str(number), "", changes=changes) for number, changes in enumerate(events)))


def places(found: History, name: ObjectId) -> tuple[str, str]:
    """The events of an object: which made it, which changed it last; a dash for none."""
    made, changed = found.since(name), found.last_changed(name)
    return made.name if made else "-", changed.name if changed else "-"


def of_sql(*texts: str, renamed: tuple[tuple[str, str], ...] = ()) -> History:
    """The history of a database that was as each text says, one after the other."""
    states = [read([]), *(read([("a.sql", text.encode())]) for text in texts)]
    return history(*(told(review(old, new, renamed), old, new, CONFIG) for old, new in pairwise(states)))


def test_parts_come_with_their_table_and_change_it() -> None:
    found = of_sql(
        "create table t (id int primary key, a text); create table u (id int)",
        "create table t (id int primary key, a text, b text); create table u (id int)",
        "create table t (id int primary key, a text not null, b text); create table u (id int)",
        "create table t (id int primary key, a text not null); create table u (id int)",
    )
    assert places(found, id_of("t")) == ("0", "3")
    assert places(found, id_of("t", "a")) == ("0", "2")
    assert places(found, id_of("t", "id")) == ("0", "0")
    assert places(found, id_of("u")) == ("0", "0")
    assert places(found, id_of("u", "id")) == ("0", "0")
    assert places(found, id_of("v")) == ("-", "-")


def test_names_are_followed() -> None:
    found = of_sql(
        "create table book (id int primary key, pages int, title text)",
        "create table book (id int primary key, pages int, title text, isbn text)",
        "create table novel (id int primary key, pages int, title text, isbn text)",
        "create table novel (id int primary key, page_count int, title text, isbn text)",
        renamed=(("novel.pages", "novel.page_count"),),
    )
    assert places(found, id_of("novel")) == ("0", "3")
    assert places(found, id_of("novel", "isbn")) == ("1", "1")
    assert places(found, id_of("novel", "page_count")) == ("0", "3")
    assert places(found, id_of("novel", "title")) == ("0", "0")
    assert places(found, id_of("book")) == ("-", "-")


def test_what_is_made_again_counts_from_then() -> None:
    text = "create table t (id int primary key, a text); create table u (id int)"
    dropped = "create table u (id int)"
    found = of_sql(text, text.replace("a text", "a text, b text"), dropped, text.replace("a text", "b text"))
    assert places(found, id_of("t")) == places(found, id_of("t", "b")) == ("3", "3")
    assert places(found, id_of("t", "a")) == ("3", "3"), "which is not there, and was not asked for"


def test_routines_and_what_a_schema_holds() -> None:
    one = "create function s.f(a int) returns int language sql as 'select 1';"
    two = "create function s.f(a text) returns int language sql as 'select 2';"
    granted = f"create schema s;{one}{two}grant all on function s.f(int) to bob"
    found = of_sql(f"create schema s;{one}", f"create schema s;{one}{two}", granted)
    name = Name("s", "f")
    assert places(found, routine_id(Signature(name, ("integer",)))) == ("0", "2")
    assert places(found, routine_id(Signature(name, ("text",)))) == ("1", "1")
    assert places(found, routine_id(name)) == ("0", "2"), "all of the name"
    old, new = (ObjectId(ObjectKind.SCHEMA, Name("", schema)) for schema in ("s", "s2"))
    later = history(*(event.changes for event in found.events), (Told(new, "renamed", "schema", old),))
    assert places(later, routine_id(Signature(Name("s2", "f"), ("text",)))) == ("1", "1")


class World:
    """Tables with columns, each known by a number whatever its name is, and what became of each."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.numbers = count()
        self.names: dict[tuple[int, ...], str] = {}
        """The name of each table, by its number, and of each column, by that of the table and its own."""
        self.made: dict[tuple[int, ...], int] = {}
        self.changed: dict[tuple[int, ...], int] = {}
        self.touched: dict[tuple[int, ...], set[int]] = defaultdict(set)

    def parts(self, *table: int) -> list[tuple[int, ...]]:
        """The columns of a table; without one, all tables."""
        return [key for key in self.names if key[:-1] == table]

    def free(self, *table: int) -> str:
        """A name that none of them has; empty where all are taken."""
        taken = [self.names[key] for key in self.parts(*table)]
        return self.chance.choice([name for name in NAMES if name not in taken] or [""])

    def id_of(self, key: tuple[int, ...], names: dict[tuple[int, ...], str]) -> ObjectId:
        return id_of(names[key[:1]], names[key] if len(key) > 1 else "")

    def act(self) -> tuple[int, ...]:
        """Does something at random; the key of what it only touches."""
        kind = self.chance.choice(("make", "drop", "rename", "touch"))
        table = self.chance.choice([(), *self.parts()])
        found = self.chance.choice(self.parts(*table) or [()])
        if kind == "make" and (name := self.free(*table)):
            key = (*table, next(self.numbers))
            self.names[key] = name
            if not table:
                self.names[(*key, next(self.numbers))] = "a"
        elif kind == "drop" and found:
            self.names = {key: name for key, name in self.names.items() if key[: len(found)] != found}
        elif kind == "rename" and found and (name := self.free(*table)):
            self.names[found] = name
        return found if kind == "touch" else ()

    def step(self, number: int) -> tuple[Told, ...]:
        """Does a few things, and tells them as a comparison of before and after would."""
        before = dict(self.names)
        touched = {self.act() for _ in range(self.chance.randint(1, 4))}
        found = []
        for key in before.keys() | self.names.keys():
            is_there, was_there = key in self.names, key in before
            table = key[:1]
            if len(key) > 1 and not (table in before and table in self.names):
                if is_there:
                    self.made[key] = self.changed[key] = number
                continue
            became = "added" if not was_there else "removed" if not is_there else ""
            became = became or ("renamed" if before[key] != self.names[key] else "")
            became = became or ("changed" if key in touched else "")
            if not became:
                continue
            name = self.id_of(key, self.names if is_there else before)
            was = self.id_of(key, before) if became == "renamed" else None
            found.append(Told(name, became, name.kind.word, was))
            self.changed[key] = self.changed[table] = number
            self.touched[table].add(number)
            if became == "added":
                self.made[key] = number
        self.chance.shuffle(found)
        return tuple(found)


@pytest.mark.parametrize("seed", range(60))
def test_what_became_of_each_table_and_column_under_whatever_names(seed: int) -> None:
    world = World(seed)
    found = history(*(world.step(number) for number in range(EVENTS)))
    for key in world.names:
        expected = (str(world.made[key]), str(world.changed[key]))
        assert places(found, world.id_of(key, world.names)) == expected, key
        if len(key) == 1:
            told = [int(event.name) for event, _ in found.touched(world.id_of(key, world.names))]
            assert told == sorted(world.touched[key], reverse=True), key

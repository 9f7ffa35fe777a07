"""How the schema came to be, as pages tell it: what each migration, or each commit of the dump, has done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from schemabook.errors import Source
from schemabook.model import Name, ObjectId, ObjectKind, relation_id, schema_id

BECAME = ("removed", "renamed", "changed", "added")
"""What an event makes of objects."""


class Told(NamedTuple):
    """What became of one object, in words that name nothing hidden and no secret."""

    object: ObjectId
    """Its identity after the change; of what was removed that before it."""
    became: str
    """`added`, `changed`, `renamed` or `removed`."""
    word: str
    """What it is: `table`, `column`, `policy`."""
    was: ObjectId | None = None
    """Its identity before, where it was renamed or moved."""
    effects: tuple[tuple[str, str], ...] = ()
    """What it does: the class and a sentence each, the worst first."""
    is_dangerous: bool = False
    """Whether the worst of them wants somebody to look at it."""
    accepted: str = ""
    """The reason for which the settings accept it."""


class Event(NamedTuple):
    """A migration, or a commit that changed the dump."""

    name: str
    """The version of the migration, or the hash of the commit, shortened."""
    title: str
    """In words: the name of the file, or the subject of the commit."""
    time: datetime | None = None
    """When it was written, in UTC; at midnight where only the day is known, None where nothing is."""
    file: str = ""
    """The migration's path, as pages show it."""
    url: str = ""
    """Where the commit is shown."""
    changes: tuple[Told, ...] = ()
    unread: tuple[str, ...] = ()
    """A line for each statement that was not understood: where it is, and why."""
    error: str = ""
    """Why it could not be read at all, in one line."""


class Which(StrEnum):
    """In what the dump and the migrations differ."""

    ONLY_DUMP = "only in the dump"
    ONLY_MIGRATIONS = "only made by migrations"
    OTHER = "another in the dump"
    NOT_COMPARED = "not compared"
    """Written otherwise, so that nobody can tell whether it says the same; `check` does not fail on it."""


class Difference(NamedTuple):
    """Where the dump is not what the migrations make."""

    title: str
    """What it is about, as `accept_drift` names it: `index a_idx of public.a`, `migration 20250407084500`."""
    which: Which
    sentence: str
    """Plain, without a full stop; names are in backticks."""
    object: ObjectId | None = None
    """None of a migration."""
    word: str = ""
    """What it is: `table`, `column`, `policy`, `migration`."""
    facts: tuple[str, ...] = ()
    """What is another, in words: `default`, `condition`; empty where the whole object is."""
    source: Source | None = None
    """Where it is read: in the dump if it is there, else in the migration."""
    migration: str = ""
    """The path of the migration that made it; empty where none did."""
    accepted: str = ""
    """The reason for which the settings accept it."""

    @property
    def fails(self) -> bool:
        """Whether `check` fails on it."""
        return not self.accepted and self.which is not Which.NOT_COMPARED


class NotFollowed(NamedTuple):
    """A statement that was not understood, such as a DO block: what it did may look like a difference."""

    source: Source
    reason: str


@dataclass(frozen=True)
class Drift:
    """Whether the migrations make the dump."""

    migrations: int = 0
    """How many there are."""
    differences: tuple[Difference, ...] = ()
    """By kind of object, then by name; those of migrations are the last."""
    unread: tuple[NotFollowed, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be compared at all, and why: a sentence each, without a full stop."""
    unused: tuple[tuple[str, Source], ...] = ()
    """The patterns of `accept_drift` that fit nothing."""

    @property
    def fails(self) -> bool:
        """Whether there is a difference that nobody has accepted."""
        return any(found.fails for found in self.differences)


@dataclass(frozen=True)
class History:
    """All that is known of how the schema came to be."""

    events: tuple[Event, ...] = ()
    """The commits that changed the dump, or else the migrations; the oldest first."""
    source: str = ""
    """Where these are from: `git` or `migrations`; empty where neither is there."""
    note: str = ""
    """What is lacking, and why, in one sentence."""
    migrations: tuple[Event, ...] = ()
    """The oldest first."""
    drift: Drift | None = None
    """Whether they make the dump; None where the settings name none beside it."""

    def since(self, found: ObjectId) -> Event | None:
        """The event that made an object of today; of a part that came with its table that of the table.

        None where no event did: it is older than what is known, or the platform brings it. Of all routines of
        a name it is the first one that counts.
        """
        made = self._origins.made
        names = _named(found, made) or _named(_holder(found) or found, made)
        return self.events[min(made[name] for name in names)] if names else None

    def last_changed(self, found: ObjectId) -> Event | None:
        """The event that changed an object of today last, or a part of it; else the one that made it."""
        changed = self._origins.changed
        names = _named(found, changed)
        return self.events[max(changed[name] for name in names)] if names else self.since(found)

    def touched(self, whole: ObjectId) -> Iterator[tuple[Event, list[Told]]]:
        """What each event did to an object of today and its parts, the newest first."""
        found = reversed(self._origins.touched.get(whole, ()))
        for number, both in groupby(found, key=itemgetter(0)):
            yield self.events[number], [told for _, told in both][::-1]

    @cached_property
    def of_migrations(self) -> History:
        """What the migrations did, also where the events are commits."""
        return replace(self, events=self.migrations)

    @cached_property
    def _origins(self) -> _Origins:
        found = _Origins()
        for number, event in enumerate(self.events):
            found.follow(number, event.changes)
        return found


def _named(found: ObjectId, among: Iterable[ObjectId]) -> list[ObjectId]:
    """The object itself, or all routines of a name, as far as they are there."""
    if found.kind is ObjectKind.ROUTINE and found.types is None:
        return [name for name in among if name.kind is found.kind and name.name == found.name]
    return [found] if found in among else []


class _Origins:
    """The numbers of the events that made what there is, and that changed it or a part of it last."""

    def __init__(self) -> None:
        self.made: dict[ObjectId, int] = {}
        self.changed: dict[ObjectId, int] = {}
        self.touched: dict[ObjectId, list[tuple[int, Told]]] = {}
        """By object, what events with these numbers did to it and its parts."""

    def follow(self, number: int, changes: Sequence[Told]) -> None:
        """Goes on with the next event: what it removed goes first, as that has the names of before."""
        by = {became: [told for told in changes if told.became == became] for became in BECAME}
        removed = {told.object for told in by["removed"]}
        moved = {told.was: told.object for told in by["renamed"] if told.was}
        self._forget(removed)
        if moved:
            self._move(moved)
        self._forget({told.object for told in by["added"]})
        self.made |= {told.object: number for told in by["added"]}
        for told in (told for became in BECAME for told in by[became]):
            holder = _holder(told.object)
            if told.became == "removed":
                holder = moved.get(holder, holder) if holder else None
            else:
                self.changed[told.object] = number
            if holder and holder not in removed:
                self.changed[holder] = number
        for told in changes:
            whole, is_gone = told.object.whole, told.became == "removed"
            if not (is_gone and whole in removed):
                whole = _after(whole, moved) if is_gone else whole
                self.touched.setdefault(whole, []).append((number, told))

    def _forget(self, gone: Set[ObjectId]) -> None:
        """Forgets objects and their parts."""
        for found in gone & self.touched.keys():
            del self.touched[found]
        for numbers in (self.made, self.changed):
            for found in [found for found in numbers if found in gone or _holder(found) in gone]:
                del numbers[found]

    def _move(self, moved: Mapping[ObjectId, ObjectId]) -> None:
        """Gives objects their new names, and their parts with them; some may change places."""
        self._forget({new for new in moved.values() if new not in moved})
        for name in ("made", "changed", "touched"):
            numbers = {_after(found, moved): number for found, number in getattr(self, name).items()}
            setattr(self, name, numbers)


def _holder(found: ObjectId) -> ObjectId | None:
    """What an object is a part of, or a privilege on."""
    if found.on:
        return found.on
    is_part = found.part and found.kind is not ObjectKind.DEFAULT_PRIVILEGE
    return relation_id(found.name) if is_part else None


def _after(found: ObjectId, moved: Mapping[ObjectId, ObjectId]) -> ObjectId:
    """The identity of an object after some were moved: it itself, what it is a part of, or its schema."""
    if found in moved:
        return moved[found]
    if found.on:
        on = _after(found.on, moved)
        return found._replace(name=on.name, on=on)
    if (holder := _holder(found)) and holder in moved:
        return found._replace(name=moved[holder].name)
    schema = moved.get(schema_id(found.name.schema))
    return found._replace(name=Name(schema.name.name, found.name.name)) if schema else found

"""How the schema came to be, as pages tell it: what each migration, or each commit of the dump, has done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from schemabook.model import ObjectId


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

    @cached_property
    def touched(self) -> Mapping[ObjectId, tuple[tuple[Event, tuple[Told, ...]], ...]]:
        """By object of today, what each event did to it and its parts; the newest first."""
        found: dict[ObjectId, dict[int, list[Told]]] = {}
        for number, event in reversed(list(enumerate(self.events))):
            for told in event.changes:
                found.setdefault(told.object.whole, {}).setdefault(number, []).append(told)
        return {
            whole: tuple((self.events[number], tuple(all_)) for number, all_ in events.items())
            for whole, events in found.items()
        }

    def since(self, found: ObjectId) -> Event | None:
        """The event that made an object."""
        for event, all_ in reversed(self.touched.get(found.whole, ())):
            for told in all_:
                if told.became == "added" and told.object == found:
                    return event
        return self.since(found.whole) if found.whole != found else None

    def last_changed(self, found: ObjectId) -> Event | None:
        """The event that changed an object, or a part of it, last."""
        for event, all_ in self.touched.get(found.whole, ()):
            if any(found in (told.object, told.object.whole) for told in all_):
                return event
        return self.since(found)

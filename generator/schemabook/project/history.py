"""How the schema came to be, as pages tell it: what each migration, or each commit of the dump, has done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from schemabook.errors import Source
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

"""What the access matrix is made of: commands, words, and the steps that lead to a word."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from schemabook.model import ObjectId


class Act(StrEnum):
    """What a role does with a relation; a WHERE that reads columns asks the policies for SELECT as well."""

    SELECT = "select"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"
    UPDATE_WHERE = "update where"
    DELETE_WHERE = "delete where"
    UPDATE_CHECK = "update check"
    """What the rows may be afterwards."""

    @cached_property
    def command(self) -> str:
        """The privilege that it needs: `update` of `update where`."""
        return self.value.partition(" ")[0]

    @cached_property
    def reads(self) -> bool:
        """Whether it also needs SELECT."""
        return self in (Act.UPDATE_WHERE, Act.DELETE_WHERE)


ACTS = tuple(Act)
"""In their order; to walk over an enum takes much longer."""
WITH_CHECK = frozenset({Act.INSERT, Act.UPDATE_CHECK})
"""What is about new rows."""


class Word(StrEnum):
    """What comes of it."""

    NO_GRANT = "no grant"
    COLUMNS = "column grants only"
    NOT_UPDATABLE = "not updatable"
    NO_ROWS = "no rows"
    FILTERED = "filtered"
    ALL = "all rows"
    BYPASSES = "bypasses"
    ERROR = "error"
    UNKNOWN = "unknown"


class Step(NamedTuple):
    """One reason: the object that makes it, and a sentence."""

    object: ObjectId
    words: str


class Cell(NamedTuple):
    """A word, and why."""

    word: Word
    because: tuple[Step, ...] = ()
    columns: tuple[str, ...] = ()
    """The granted columns, where there is no grant for all."""
    rows: Word | None = None
    """The word for the granted columns."""

    @property
    def reached(self) -> Word:
        """The word for the rows, be it of some columns only."""
        return self.rows or self.word

"""What a review says of one object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemabook.diff import Fact
from schemabook.errors import Source
from schemabook.model import ObjectId
from schemabook.review.effect import Effect, Severity


class Became(StrEnum):
    """What became of an object."""

    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedChange:
    """What became of one object, and what that means for others."""

    change: Became
    object: ObjectId
    """Its identity in the new database; of what was removed that in the old one."""
    was: ObjectId | None = None
    """Its identity in the old database, where it was renamed or moved."""
    facts: tuple[Fact, ...] = ()
    """What it says now and said before; of what was added or removed, what goes beyond the defaults."""
    reason: str = ""
    """What tells that it was renamed."""
    because_of: tuple[ObjectId, ...] = ()
    """The objects that depend on it; of what has gone or has another name, those that still name it."""
    effects: tuple[Effect, ...] = ()
    """What it does to whom, the worst first."""
    key: str = ""
    """Eight characters that name just this change, with its values, for the settings."""
    accepted: str = ""
    """The reason for which the settings accept it."""
    old: Source | None = None
    """Where the old database has it."""
    new: Source | None = None
    """Where the new database has it."""

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The classes of its effects, the worst first."""
        return tuple(dict.fromkeys(effect.severity for effect in self.effects))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What tells that it was renamed, then what it does, the worst first."""
        told = (f"Renamed: {self.reason}.",) if self.reason else ()
        return (*told, *(effect.sentence for effect in self.effects))

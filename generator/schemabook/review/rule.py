"""How a rule tells the effects of a change: for whom it is dangerous, and what applying it locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from schemabook.model import Database, ObjectKind
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import Effect, Severity


class Lock(StrEnum):
    """The lock of the plain statement, and who waits for it.

    https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
    """

    ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE: readers and writers wait"
    SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE: writers wait"
    SHARE = "SHARE: writers wait"
    SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE: nobody waits"


class Work(StrEnum):
    """What the plain statement does while it holds its lock."""

    SCAN = "reads every row"
    INDEX = "builds an index of all rows"
    REWRITE = "rewrites the table and its indexes"


class Changed(NamedTuple):
    """A change, with the facts on both sides; None of what is not there."""

    change: ReviewedChange
    old: Any
    new: Any
    before: Database
    after: Database


Holds = Callable[[Changed], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one kind of change does: to an object as a whole, or to one of its fields."""

    code: str
    kind: ObjectKind
    of: Became | str
    """What became of the object, or the field that says something else."""
    effects: tuple[Effect, ...]
    holds: Holds = lambda changed: True
    lock: Lock | None = None
    work: Work | None = None
    safely: str = ""
    """The way that hurts less."""
    by_access: bool = False
    """Whether the access matrix tells what it opens or closes, so that `effects` is told of the rest only."""

    def told(self) -> Iterable[Effect]:
        """Its effects, with that of applying it."""
        yield from self.effects
        if self.lock is Lock.SHARE_UPDATE_EXCLUSIVE and not self.work:
            return
        if self.lock and (self.work or self.lock is not Lock.ACCESS_EXCLUSIVE):
            doing = f", and it {self.work}" if self.work else ""
            way = f" {self.safely}" if self.safely else ""
            yield Effect(Severity.LOCKS, f"The plain statement takes {self.lock}{doing}.{way}")

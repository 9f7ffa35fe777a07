"""Where in the new files a change is seen, as a pull request shows these."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from schemabook.diff import objects
from schemabook.errors import SchemaError, Source
from schemabook.model import KINDS, Database, ObjectId
from schemabook.review.change import ReviewedChange
from schemabook.review.git import Repository
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.review.sections import whole_of
from schemabook.review.sources import Side


@dataclass(frozen=True)
class Places:
    """The places of changes, with paths from the root of the repository."""

    old: Side
    new: Side

    def of(self, change: ReviewedChange) -> Source | None:
        """Where the new side has it, or what it was part of.

        Of an object that has gone, the last one before it that is still there: the line above the gap.
        """
        place = change.new or self._after.get(whole_of(change.object))
        if not place and change.old:
            above = self._order[: bisect(self._order, (change.old.path, change.old.line))]
            kept = (self._after[name] for *_, name in reversed(above) if name in self._after)
            place = next(kept, None)
        if not place and self.new.database.inputs:
            place = Source(self.new.database.inputs[0].path, 1)
        return place and Source(self._from_root(self.new.shown(place.path)), place.line)

    @cached_property
    def _after(self) -> dict[ObjectId, Source]:
        return _sources(self.new.database)

    @cached_property
    def _order(self) -> list[tuple[Any, ...]]:
        """The old objects as they follow each other in their files."""
        return sorted((*source, name) for name, source in _sources(self.old.database).items())

    def _from_root(self, path: str) -> str:
        try:
            return self._repository.path(Path(path)) if self._repository else Path(path).as_posix()
        except SchemaError:
            return Path(path).as_posix()

    @cached_property
    def _repository(self) -> Repository | None:
        try:
            return Repository(Path())
        except SchemaError:
            return None


def facts_of(database: Database) -> dict[ObjectId, Any]:
    """All facts of a database by their identity, but for privileges."""
    rows = (row for row in KINDS if row.kind not in OF_PRIVILEGES)
    return {name: fact for row in rows for name, fact in objects(row, database).items()}


def _sources(database: Database) -> dict[ObjectId, Source]:
    found = ((name, getattr(fact, "source", None)) for name, fact in facts_of(database).items())
    return {name: source for name, source in found if source and source.line}

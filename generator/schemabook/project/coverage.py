"""How much of a schema has a comment, and what has none.

Counted are tables and views, the columns of tables, routines and types. Partitions say what their table says,
and columns of views mostly what the columns say that they come from, so neither counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from schemabook.model import KIND_OF, KINDS, Column, Database, Name, ObjectId, ObjectKind, Relation

DOCUMENTED = tuple(row.kind for row in KINDS if row.is_documented)
"""What is counted, in the order in which it is shown."""

K = TypeVar("K")
Sum = tuple[str | None, ObjectKind | None]
"""Of a schema or of all, and of a kind or of all."""


class Tally(NamedTuple):
    """How many have a comment, of how many."""

    documented: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all; 100 also where there is nothing to document."""
        return 100 * self.documented // self.total if self.total else 100

    def __str__(self) -> str:
        return f"{self.documented:,} of {self.total:,}"


@dataclass(frozen=True)
class Coverage:
    """Whether each subject has a comment, in order."""

    subjects: tuple[tuple[ObjectId, bool], ...]

    def tally(self, *, schema: str | None = None, kind: ObjectKind | None = None) -> Tally:
        """The sum over all, over a schema, over a kind, or over both."""
        return self._tallies.get((schema, kind), Tally(0, 0))

    @cached_property
    def _tallies(self) -> Mapping[Sum, Tally]:
        return _tallied((key, has_one) for subject, has_one in self.subjects for key in _sums(subject))

    @property
    def missing(self) -> Iterator[ObjectId]:
        """What has no comment."""
        return (subject for subject, is_documented in self.subjects if not is_documented)

    def worst_schema(self) -> str | None:
        """The schema that has the least; of equals the one that lacks most."""
        found = {schema: tally for (schema, kind), tally in self._tallies.items() if schema and not kind}
        lacking = {schema: tally for schema, tally in found.items() if tally.documented < tally.total}
        return min(lacking, key=lambda schema: _rank(lacking[schema], schema), default=None)

    def worst_tables(self, most: int) -> list[tuple[Name, Tally]]:
        """The relations that have the least, with their columns; of equals those that lack most."""
        own = [pair for pair in self.subjects if pair[0].whole.kind is ObjectKind.RELATION]
        found = _tallied((subject.name, has_one) for subject, has_one in own)
        lacking = [(name, tally) for name, tally in found.items() if tally.documented < tally.total]
        return sorted(lacking, key=lambda pair: _rank(pair[1], pair[0]))[:most]


def _tallied(subjects: Iterable[tuple[K, bool]]) -> dict[K, Tally]:
    """How many of each key have a comment."""
    documented: Counter[K] = Counter()
    total: Counter[K] = Counter()
    for key, is_documented in subjects:
        total[key] += 1
        documented[key] += is_documented
    return {key: Tally(documented[key], total[key]) for key in total}


def _sums(subject: ObjectId) -> Iterator[Sum]:
    """The sums that a subject counts in."""
    for schema in (subject.name.schema, None):
        yield schema, subject.kind
        yield schema, None


def _rank(tally: Tally, name: str | Name) -> tuple[float, int, str | Name]:
    return tally.documented / tally.total, tally.documented - tally.total, name


def coverage(
    database: Database,
    noted: Container[ObjectId] = frozenset(),
    left_out: Container[ObjectId] = frozenset(),
) -> Coverage:
    """What has a comment in the database, or a note: *noted* holds the subjects of those.

    Objects that are *left_out* do not count.
    """
    return Coverage(
        tuple(
            (subject := found._replace(types=None), bool(fact.comment) or subject in noted)
            for kind in DOCUMENTED
            for found, fact in sorted(KIND_OF[kind].facts(database), key=_place)
            if found.whole not in left_out and _counts(fact, database)
        )
    )


def _counts(fact: Any, database: Database) -> bool:
    """Partitions say what their table says, and the columns of a view what its query says."""
    if isinstance(fact, Column):
        relation = database.relations[fact.relation]
        return not relation.is_view and not relation.partition_of
    return not (isinstance(fact, Relation) and fact.partition_of)


def _place(pair: tuple[ObjectId, Any]) -> tuple[Name, int]:
    """By name, and columns as they stand in their table."""
    found, fact = pair
    return found.name, fact.position if isinstance(fact, Column) else 0

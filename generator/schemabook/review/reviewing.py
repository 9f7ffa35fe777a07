"""Two databases → the changes of a review: one for each object, without what follows from another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from schemabook.diff import Change, ChangeKind, Fact, compare, in_order, objects, reordered
from schemabook.errors import Source
from schemabook.model import (
    KINDS,
    Database,
    ObjectId,
    ObjectKind,
    Schema,
    relation_id,
)
from schemabook.read import rare_collections
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.dependents import Dependents
from schemabook.review.judging import judged
from schemabook.review.meant import meant_otherwise
from schemabook.review.names import OWN
from schemabook.review.privileges import (
    OF_PRIVILEGES,
    default_privilege_changes,
    is_identity,
    privilege_changes,
)
from schemabook.review.recognition import Recognition
from schemabook.review.settled import settled
from schemabook.review.spelling import Spelling

PUBLIC = "public"
"""The schema of every database, so that it neither comes nor goes."""
IDENTITY = frozenset({*OWN, "position"})
"""Fields that say no more than which object it is, of one that came or went."""


def review(
    old: Database, new: Database, renamed: Iterable[tuple[str, str]] = ()
) -> tuple[ReviewedChange, ...]:
    """The changes from the *old* database to the *new* one: by kind of object, then by identity.

    *renamed* are old and new names as people write them, which settle what the facts do not tell. Parts of
    an object that was added or removed are not listed, and neither is what only follows from a new name.
    Each change has its effects, the worst first.
    """
    with rare_collections():
        return _Review(_with_public(old), _with_public(new), tuple(renamed)).changes()


def _with_public(database: Database) -> Database:
    """A dump names schema public only where something is in it."""
    if PUBLIC in database.schemas:
        return database
    comment = "standard public schema"
    public = Schema(name=PUBLIC, owner="pg_database_owner", comment=comment, source=Source("", 0))
    return replace(database, schemas={**database.schemas, PUBLIC: public})


@dataclass(frozen=True)
class _Review:
    old: Database
    new: Database
    settled: tuple[tuple[str, str], ...] = ()
    recognition: Recognition = field(init=False)

    def __post_init__(self) -> None:
        recognition = Recognition(self.old, self.new)
        recognition.found(settled(self.settled, self.old, self.new))
        object.__setattr__(self, "recognition", recognition)

    @cached_property
    def _was(self) -> Mapping[ObjectId, ObjectId]:
        """The old identity of each object that has another one."""
        return {new: old for old, new in self.recognition.renames.pairs.items()}

    @cached_property
    def _held(self) -> tuple[dict[ObjectId, Any], dict[ObjectId, Any]]:
        """The facts of both databases by their identity in the new one, but for privileges."""
        of = self.recognition.renames.of
        rows = [row for row in KINDS if row.kind not in OF_PRIVILEGES]
        return (
            {of(name): fact for row in rows for name, fact in objects(row, self.old).items()},
            {name: fact for row in rows for name, fact in objects(row, self.new).items()},
        )

    def changes(self) -> tuple[ReviewedChange, ...]:
        old, new = self._held
        renames = self.recognition.renames
        found = {
            change.object: change for change in compare(old, new, Spelling(self.old, self.new, renames).alike)
        }
        for name, fact in reordered(self.old, self.new, renames.of):
            change = found.get(name, Change(ChangeKind.CHANGED, name, ()))
            found[name] = replace(change, facts=(*change.facts, fact))
        for name, fact in meant_otherwise(self.old.references, self.new.references, new, renames.of):
            change = found.get(name, Change(ChangeKind.CHANGED, name, ()))
            if name in old and not any(said.name == fact.name for said in change.facts):
                found[name] = replace(change, facts=(*change.facts, fact))
        for name in self._was:
            found.setdefault(name, Change(ChangeKind.CHANGED, name, ()))
        dependents = Dependents(self.old, self.new, renames)
        rows = [dependents.of(self._row(change)) for change in found.values() if not self._follows(change)]
        rows += privilege_changes(self.old, self.new, renames, self._held)
        rows += default_privilege_changes(self.old, self.new, renames)
        return judged(sorted(rows, key=lambda row: in_order(row.object)), self._held, self.old, self.new)

    def _row(self, change: Change[ObjectId]) -> ReviewedChange:
        name, was = change.object, self._was.get(change.object)
        facts = change.facts
        if change.kind is not ChangeKind.CHANGED:
            facts = tuple(fact for fact in facts if not _is_identity(fact))
        before, after = (_source(side.get(name)) for side in self._held)
        return ReviewedChange(
            change=Became.RENAMED if was else Became(change.kind.value),
            object=name,
            was=was,
            facts=facts,
            reason=self.recognition.reasons.get(name, ""),
            old=before,
            new=after,
        )

    def _follows(self, change: Change[ObjectId]) -> bool:
        """Whether it came or went only as a part of another object that did."""
        if change.kind is ChangeKind.CHANGED:
            return False
        side = self._held[change.kind is ChangeKind.ADDED]
        other = self._held[change.kind is not ChangeKind.ADDED]
        fact, relation = side[change.object], relation_id(change.object.name)
        if is_identity(fact):
            return True
        return bool(change.object.part) and relation in side and relation not in other


def _is_identity(fact: Fact) -> bool:
    return fact.name in IDENTITY or isinstance(fact.new or fact.old, ObjectKind)


def _source(fact: Any) -> Source | None:
    """Where a fact was read."""
    source: Source | None = getattr(fact, "source", None)
    return source if source and source.line else None

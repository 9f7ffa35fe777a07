"""How alike two relations or two columns are: the evidence that one of them is the other, renamed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, NamedTuple

from schemabook.model import (
    Column,
    ColumnName,
    ConstraintKind,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    column_id,
    relation_id,
)
from schemabook.review.names import Renames, facts_of, said

NEARLY = 0.8
"""The share of equal columns from which on two tables of different names may be one."""
AGREED = 0.5
"""That of tables of one name in two schemas, or where what depended on the old one names the new one."""
MOST_ALIKE = 20
"""Tables that may have a column in common for that to tell anything."""
ALIKE = 0.8
"""How alike the names of two columns at one place of a table must be."""
PARTICULAR = 2
"""How many columns that not every table has two tables must have in common for these alone to tell."""
ANYWHERE = frozenset(
    {"id", "uuid", "name", "title", "description", "at", "created_at", "updated_at", "deleted_at", "user_id"}
)
"""Columns that any table may have."""


class Candidate(NamedTuple):
    """Two relations that may be one, and how much speaks for it."""

    old: ObjectId
    new: ObjectId
    common: int
    """How many columns have the same name and type."""
    most: int
    """How many columns the larger one has."""
    in_order: bool
    """Whether all columns are the same, in the same order."""
    agreeing: int
    """How many objects that named the old one name the new one instead."""
    own: int
    """How many checks, comments and bounds of a partition are the same."""

    @property
    def is_moved(self) -> bool:
        """Whether only its schema is another."""
        return self.old.name.name == self.new.name.name

    @property
    def reason(self) -> str:
        """What tells that they are one."""
        same = "the same columns" if self.in_order else f"{self.common} of {self.most} columns are the same"
        also = ", and what depended on the old one names this one" if self.agreeing else ""
        also += ", and its checks, its comment or its bound are" if self.own else ""
        return f"{same}{also}"


@dataclass(frozen=True)
class Relations:
    """The relations of two databases; *renames* are known already."""

    old: Database
    new: Database
    renames: Renames

    def pairs(
        self, gone: Mapping[ObjectId, Relation], come: Mapping[ObjectId, Relation]
    ) -> Iterator[tuple[ObjectId, ObjectId, str]]:
        """Those that are one: the surest first, each the only candidate of the other."""
        left = set(gone), set(come)
        yield from _sole(self._candidates(_of_one_name(gone, come)), *left)
        found = list(self._candidates(self._of_rare_columns(*left)))
        for tier in ([c for c in found if c.agreeing], [c for c in found if c.in_order], found):
            yield from _sole(tier, *left)

    def _of_rare_columns(
        self, gone: Iterable[ObjectId], come: Iterable[ObjectId]
    ) -> Iterator[tuple[ObjectId, ObjectId]]:
        """The pairs with a column in common that few have: what very many have tells nothing."""
        by_column: dict[tuple[str, str], list[ObjectId]] = defaultdict(list)
        for name in come:
            for column in self._columns(self.new, name):
                by_column[column].append(name)
        for name in sorted(gone):
            found = (by_column.get(column, ()) for column in self._columns_then(name))
            few = {other for others in found if len(others) <= MOST_ALIKE for other in others}
            yield from ((name, other) for other in sorted(few))

    def _candidates(self, pairs: Iterable[tuple[ObjectId, ObjectId]]) -> Iterator[Candidate]:
        for old, new in pairs:
            if self.old.relations[old.name].kind is self.new.relations[new.name].kind:
                yield from self._candidate(old, new)

    def _candidate(self, old: ObjectId, new: ObjectId) -> Iterator[Candidate]:
        before, after = self._columns_then(old), self._columns(self.new, new)
        common = len({*before} & {*after})
        share = 2 * common / (len(before) + len(after) or 1)
        is_moved = old.name.name == new.name.name
        if share < AGREED or not self._has_same_query(old, new, is_moved):
            return
        agreeing, disagreeing = self._dependents(old, new)
        is_view = self.old.relations[old.name].is_view
        own = len(self._own(self.old, old, new) & self._own(self.new, new, new))
        particular = [name for name, _ in {*before} & {*after} if name not in ANYWHERE]
        is_told = is_view or own or len(particular) >= PARTICULAR
        if agreeing >= disagreeing and ((share >= NEARLY and is_told) or agreeing or is_moved):
            most = max(len(before), len(after))
            yield Candidate(old, new, common, most, before == after, agreeing, own)

    def _columns_then(self, relation: ObjectId) -> tuple[tuple[str, str], ...]:
        """The columns in the old database, with the types that they have now."""
        columns = self._columns(self.old, relation)
        return tuple((name, self.renames.type(type_)) for name, type_ in columns)

    def _columns(self, database: Database, relation: ObjectId) -> tuple[tuple[str, str], ...]:
        return tuple((column.name, column.type) for column in database.columns_of(relation.name))

    def _has_same_query(self, old: ObjectId, new: ObjectId, is_moved: bool) -> bool:
        """Whether two views say the same; of a view the columns alone tell little."""
        before, after = self.old.relations[old.name], self.new.relations[new.name]
        if is_moved or not before.definition:
            return True
        return Renames({**self.renames.pairs, old: new}).text(said(before.definition)) == said(
            after.definition
        )

    def _own(self, database: Database, name: ObjectId, now: ObjectId) -> set[str]:
        """The comment, checks and bound of a relation, in words, as if its name were that of *now*."""
        names = Renames({**self.renames.pairs, name: now} if database is self.old else {})
        checks = (c for c in database.constraints_of(name.name) if c.kind is ConstraintKind.CHECK)
        relation = database.relations[name.name]
        found = {names.text(facts_of(check), name.name) for check in checks}
        if relation.partition_of:
            parent = names.of(relation_id(relation.partition_of))
            found.add(f"{parent} {said(relation.partition_bound)}")
        return found | ({relation.comment} if relation.comment else set())

    def _dependents(self, old: ObjectId, new: ObjectId) -> tuple[int, int]:
        """How many objects that named the old relation name the new one, and how many do not.

        Bodies of routines have no say: they keep an old name until somebody writes them anew.
        """
        before, after = self._naming_then.get(old, set()), self._naming.get(new, set())
        left = (before - after) & self._origins
        return len(before & after), len(left)

    @cached_property
    def _naming_then(self) -> Mapping[ObjectId, set[ObjectId]]:
        return {
            relation: set(map(self.renames.of, origins)) for relation, origins in _naming(self.old).items()
        }

    @cached_property
    def _naming(self) -> Mapping[ObjectId, set[ObjectId]]:
        return _naming(self.new)

    @cached_property
    def _origins(self) -> frozenset[ObjectId]:
        """What names anything in the new database."""
        return frozenset(reference.origin for reference in self.new.references)


def _naming(database: Database) -> Mapping[ObjectId, set[ObjectId]]:
    """What names each relation from outside, but for bodies."""
    found: dict[ObjectId, set[ObjectId]] = defaultdict(set)
    for reference in database.references:
        origin, relation = reference.origin, reference.target.whole
        if origin.kind is not ObjectKind.ROUTINE and origin.whole != relation:
            found[relation].add(origin)
    return found


def _of_one_name(gone: Iterable[ObjectId], come: Iterable[ObjectId]) -> Iterator[tuple[ObjectId, ObjectId]]:
    """The pairs of one name in two schemas."""
    by_name: dict[str, list[ObjectId]] = defaultdict(list)
    for name in come:
        by_name[name.name.name].append(name)
    yield from ((old, new) for old in gone for new in by_name.get(old.name.name, ()))


def _sole(
    candidates: Iterable[Candidate], gone: set[ObjectId], come: set[ObjectId]
) -> Iterator[tuple[ObjectId, ObjectId, str]]:
    """Those candidates of what is left that are the only ones; they are left no more."""
    possible = [c for c in candidates if c.old in gone and c.new in come]
    old, new = Counter(c.old for c in possible), Counter(c.new for c in possible)
    for found in possible:
        if old[found.old] == new[found.new] == 1:
            gone.discard(found.old)
            come.discard(found.new)
            yield found.old, found.new, found.reason


@dataclass(frozen=True)
class Columns:
    """The columns of two databases; *renames* of relations and types are known already."""

    old: Database
    new: Database
    renames: Renames

    def pairs(
        self, was: Name, now: Name, gone: Sequence[str], come: Sequence[str]
    ) -> Iterator[tuple[ObjectId, ObjectId, str]]:
        """Those columns of one relation that only have another name, and what tells it."""
        found = [
            (a, b, reason) for a in gone for b in come if (reason := self._reason(was, now, a, b, gone, come))
        ]
        for a, b, reason in found:
            if not any((a == c) != (b == d) for c, d, _ in found):
                yield column_id(ColumnName(was, a)), column_id(ColumnName(now, b)), reason

    def _reason(self, was: Name, now: Name, a: str, b: str, gone: Sequence[str], come: Sequence[str]) -> str:
        """What tells that a column is the other one; empty where nothing does."""
        before, after = self.old.columns[ColumnName(was, a)], self.new.columns[ColumnName(now, b)]
        if self.renames.text(facts_of(before), was) != facts_of(after):
            return ""
        if self.old.relations[was].is_view:
            return "the same type and source" if self._has_same_source(before, after) else ""
        place, other = self._place(self.old, was, a, gone), self._place(self.new, now, b, come)
        if place == other and _is_like(a, b):
            return "the same type and place, and a like name"
        if before.comment and before.comment == after.comment:
            return "the same type and comment"
        if self._uses(self.old, was, a, b) & self._uses(self.new, now, b, b):
            return "the same type, and what named the old one names this one"
        return ""

    def _uses(self, database: Database, relation: Name, column: str, as_: str) -> set[str]:
        """What names a column, in words, as if its name were *as_*."""
        names = Renames({column_id(ColumnName(relation, column)): column_id(ColumnName(relation, as_))})
        if database is self.old:
            names = Renames({**self.renames.pairs, **names.pairs})
        parts = (*database.constraints_of(relation), *database.indexes_of(relation))
        found = {names.text(facts_of(part), relation) for part in parts if _has(part, column)}
        on = relation_id(relation)
        for reference in database.references_to(on):
            if reference.target.part == column:
                found.add(f"{names.of(reference.origin)} {reference.place}")
        return found

    def _has_same_source(self, before: Column, after: Column) -> bool:
        """Whether two columns of a view are made of the same columns."""
        old = self.old.lineage.get(ColumnName(before.relation, before.name), ())
        new = self.new.lineage.get(ColumnName(after.relation, after.name), ())
        return bool(old) and [self.renames.of(column_id(name)) for name in old] == list(map(column_id, new))

    def _place(
        self, database: Database, relation: Name, column: str, others: Iterable[str]
    ) -> tuple[str | None, str | None, int]:
        """The columns before and after it that are in both databases, and which of the others it is there."""
        names = [found.name for found in database.columns_of(relation)]
        here, unpaired = names.index(column), set(others)
        paired = [place for place, name in enumerate(names) if name not in unpaired]
        before = max((place for place in paired if place < here), default=None)
        after = min((place for place in paired if place > here), default=None)

        def now(place: int | None) -> str | None:
            if place is None or database is self.new:
                return None if place is None else names[place]
            return self.renames.of(column_id(ColumnName(relation, names[place]))).part

        return now(before), now(after), here - (-1 if before is None else before)


def _is_like(one: str, other: str) -> bool:
    """Whether two names are spelled nearly alike, or one is the other with words added."""
    first, second = set(one.split("_")), set(other.split("_"))
    return first <= second or second <= first or SequenceMatcher(None, one, other).ratio() >= ALIKE


def _has(part: Any, column: str) -> bool:
    """Whether a constraint or an index is on a column."""
    keys = (key.column for key in getattr(part, "keys", ()))
    return column in (*getattr(part, "columns", ()), *keys)

"""The changes from one database to another, object by object, and those of who mentions whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from schemabook.diff.facts import Change, ChangeKind, Fact, compare
from schemabook.model import (
    KINDS,
    Column,
    ColumnName,
    Database,
    Kind,
    ObjectId,
    Reference,
    column_id,
    relation_id,
)

K = TypeVar("K")
PLACES = {row.kind: place for place, row in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Items:
    """All that is said of one identity, where that is more than one thing."""

    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    how: tuple[str, ...]
    """In which ways it is known, each as in a `Reference`."""


def changes(old: Database, new: Database) -> tuple[Change[ObjectId], ...]:
    """The changes from the *old* database to the *new* one, one for each object: by kind, then by identity.

    All privileges of a grantee on an object are one fact, `items`. Which place a column has is no fact of it
    but of its relation, `column_order`, and counts only where those in both databases have changed places.
    """
    found = {
        change.object: change
        for row in KINDS
        for change in compare(objects(row, old), objects(row, new), _wherever_a_column_is)
    }
    for name, fact in reordered(old, new):
        change = found.get(name, Change(ChangeKind.CHANGED, name, ()))
        found[name] = replace(change, facts=(*change.facts, fact))
    return tuple(sorted(found.values(), key=lambda change: in_order(change.object)))


def in_order(name: ObjectId) -> tuple[int, ObjectId]:
    """The key by which identities of all kinds are sorted: by kind, in the order of their table."""
    return PLACES[name.kind], name


def objects(row: Kind, database: Database) -> Mapping[ObjectId, Any]:
    """The objects of a kind by identity; `Items` of the kinds that are kept as items of lists."""
    if isinstance(getattr(database, row.field), Mapping):
        return dict(row.facts(database))
    return {name: Items(items) for name, items in _together(row.facts(database)).items()}


def reference_changes(old: Database, new: Database) -> tuple[Change[Reference], ...]:
    """The mentions of objects that were removed, are known in another way or, last, were added.

    The identity of a mention is the reference with an empty `how`.
    """
    return tuple(compare(_mentions(old), _mentions(new)))


def _mentions(database: Database) -> Mapping[Reference, _Mention]:
    found = _together((reference._replace(how=""), reference.how) for reference in database.references)
    return {mention: _Mention(tuple(sorted(how))) for mention, how in found.items()}


def _together(pairs: Iterable[tuple[K, Any]]) -> Mapping[K, tuple[Any, ...]]:
    found: dict[K, list[Any]] = defaultdict(list)
    for key, item in pairs:
        found[key].append(item)
    return {key: tuple(items) for key, items in found.items()}


def _wherever_a_column_is(fact: Any, name: str, old: Any, new: Any) -> tuple[Any, Any]:
    return (old, old) if isinstance(fact, Column) and name == "position" else (old, new)


def reordered(
    old: Database, new: Database, now: Callable[[ObjectId], ObjectId] = lambda name: name
) -> Iterator[tuple[ObjectId, Fact]]:
    """The relations whose columns have changed places: the names of all columns before and after.

    *now* says which identity an object of the old database has in the new one.
    """
    for name in old.relations:
        relation = now(relation_id(name))
        if relation.name not in new.relations:
            continue
        before = [now(column_id(ColumnName(name, column.name))).part for column in old.columns_of(name)]
        after = [column.name for column in new.columns_of(relation.name)]
        if before != after:
            both = set(before).intersection(after)
            if [name for name in before if name in both] != [name for name in after if name in both]:
                yield relation, Fact("column_order", tuple(before), tuple(after))

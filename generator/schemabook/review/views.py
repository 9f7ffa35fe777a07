"""What another query of a view means for who reads through it what he does not reach himself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile

from schemabook.access.doors import Door
from schemabook.model import (
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    RelationKind,
    relation_id,
    split_tokens,
)
from schemabook.review.access import Way, by_conditions

ENDS = frozenset({"group", "having", "order", "limit", "offset", "fetch", "for", "window"})
NAMED = re.compile(r" as \S+$")
SEVERAL = frozenset({"union", "except", "intersect", "with", "values", "distinct"})


def past_row_security(doors: Collection[Door], *databases: Database) -> frozenset[Door]:
    """The doors of who reaches rows that row security limits through the same object."""
    limited = {name for database in databases for name in _limited(database)} if doors else set()
    past = {(door.role, door.through) for door in doors if door.relation in limited}
    return frozenset(door for door in doors if (door.role, door.through) in past)


def _limited(database: Database) -> list[Name]:
    """The tables with row security, and the views that read them; a function may read these only."""
    found = [relation.name for relation in database.relations.values() if relation.row_security]
    seen = set(found)
    for name in found:
        origins = (reference.origin for reference in database.references_to(relation_id(name)))
        views = {on.name for on in origins if on.kind is ObjectKind.RELATION} - seen
        found += sorted(views)
        seen |= views
    return found


def of_view(name: ObjectId, old: Relation, new: Relation, doors: Iterable[Door]) -> Iterator[str]:
    """Which way the rows go that roles reach through a view, by doors that were and are open.

    A door may also lead through another view or a function that reads this one.
    """
    roles = sorted({door.role for door in doors if name in (door.through, relation_id(door.relation))})
    if not roles or not old.definition or not new.definition:
        return
    way = _way(old.definition.tokens, new.definition.tokens)
    if way is None:
        return
    past = (
        "which is a copy without policies"
        if new.kind is RelationKind.MATERIALIZED_VIEW
        else "past privileges and policies"
    )
    yield f"{way.capitalize()}: what {', '.join(roles)} can reach through it, {past}, by another query."


def _way(old: str, new: str) -> Way | None:
    before, after = _parts(old), _parts(new)
    if before is None or after is None or before[1] != after[1]:
        return Way.UNDECIDED
    ways = {_by_items(before[0], after[0]), by_conditions(before[2], after[2])} - {None}
    return ways.pop() if len(ways) == 1 else Way.UNDECIDED if ways else None


def _by_items(old: frozenset[str], new: frozenset[str]) -> Way | None:
    if old == new:
        return None
    if old < new:
        return Way.OPENS
    return Way.CLOSES if old > new else Way.UNDECIDED


def _parts(tokens: str) -> tuple[frozenset[str], str, tuple[str, ...]] | None:
    """What a plain SELECT shows, what from, and its condition; None where it is not a plain one."""
    words = [word for word in split_tokens(tokens) if word != ";"]
    if words[:1] != ["select"] or (SEVERAL | ENDS) & set(words) or words.count("select") > 1:
        return None
    if "from" not in words:
        return None
    start = words.index("from")
    source = list(takewhile(lambda word: word != "where", words[start:]))
    condition = words[start + len(source) + 1 :]
    return _items(words[1:start]), " ".join(source), (" ".join(condition),) if condition else ()


def _items(words: list[str]) -> frozenset[str]:
    """What a query shows, whatever it calls it."""
    found, depth = [""], 0
    for word in words:
        depth += (word in ("(", "[")) - (word in (")", "]"))
        if depth == 0 and word == ",":
            found.append("")
        else:
            found[-1] += f" {word}"
    return frozenset(NAMED.sub("", item) for item in found)

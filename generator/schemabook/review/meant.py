"""Which objects say the same words and mean others by them, as with another search_path."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from schemabook.diff import Fact, values
from schemabook.model import ObjectId, ObjectKind, Reference, Sql

Now = Callable[[ObjectId], ObjectId]
Meant = Mapping[tuple[ObjectId, ObjectKind, str], set[ObjectId]]
"""By who mentions it, kind and name: the objects that it may be."""


def meant_otherwise(
    old: Iterable[Reference], new: Iterable[Reference], facts: Mapping[ObjectId, Any], now: Now
) -> Iterator[tuple[ObjectId, Fact]]:
    """The expressions that mean an object of the same name in another schema, with the schemas in them.

    *facts* are those of the new database, *now* says which identity an object of the old one has there.
    """
    before, after = _meant(old, now), _meant(new, lambda name: name)
    for key, was in before.items():
        origin, _, word = key
        found = after.get(key, set())
        if not found or was & found:
            continue
        for name, value in values(facts.get(origin)) if origin in facts else ():
            if isinstance(value, Sql) and word in value.tokens.split():
                yield origin, Fact(name, *(_qualified(value.text, word, min(side)) for side in (was, found)))


def _meant(references: Iterable[Reference], now: Now) -> Meant:
    found: dict[tuple[ObjectId, ObjectKind, str], set[ObjectId]] = defaultdict(set)
    for reference in references:
        if reference.origin.kind is not ObjectKind.ROUTINE and reference.target.name.schema:
            target = now(reference.target.whole)
            found[now(reference.origin), target.kind, target.name.name].add(target)
    return found


def _qualified(text: str, word: str, name: ObjectId) -> str:
    return re.sub(rf"(?<![\w.]){re.escape(word)}(?!\w)", str(name.name), text)

"""The objects that may be hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.model import KINDS, Database, ObjectId, Other

HIDDEN = tuple(row for row in KINDS if row.in_schema and not row.is_part)
"""The kinds of objects that a pattern of names may hide; what is part of a relation goes with that."""
KEYED = frozenset(row.kind for row in HIDDEN if row.fact is not Other)
"""Those that may stay, reduced, for what names them."""


def objects(database: Database) -> Iterator[ObjectId]:
    """Every object that a pattern may hide, each once: overloads are one."""
    for row in HIDDEN:
        yield from dict.fromkeys(
            as_named(found) for found, fact in row.facts(database) if not is_of_relation(fact)
        )


def is_of_relation(fact: Any) -> bool:
    """Whether the object is known by its SQL only, and part of a relation: rules, extended statistics."""
    return isinstance(fact, Other) and fact.relation is not None


def as_named(found: ObjectId) -> ObjectId:
    """The object as patterns name it: without the types of an operator, or the method of its class."""
    name = found.name.name
    if found.kind not in KEYED:
        for word in (" using ", " ("):
            name = name.partition(word)[0]
    return ObjectId(found.kind, found.name._replace(name=name))

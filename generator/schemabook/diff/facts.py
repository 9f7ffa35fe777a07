"""What an object says, and by which of its fields two of them differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

K = TypeVar("K")
Alike = Callable[[Any, str, Any, Any], tuple[Any, Any]]
"""The two values of a field of an object, made equal where their difference does not count."""


class ChangeKind(StrEnum):
    """What became of an object."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Fact(NamedTuple):
    """What a field said and says; None of an object that is not there."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change(Generic[K]):
    """What became of one object: all facts that are others now.

    Of an object that was added or removed these are all that it says beyond what goes without saying.
    """

    kind: ChangeKind
    object: K
    facts: tuple[Fact, ...]


def compare(
    old: Mapping[K, Any], new: Mapping[K, Any], alike: Alike = lambda fact, name, old, new: (old, new)
) -> Iterator[Change[K]]:
    """The changes from one to the other, each by identity, first those of what is in *old*."""
    for key in {**old, **new}:
        if key not in old:
            facts = tuple(Fact(name, None, value) for name, value in _beyond_defaults(new[key]))
            yield Change(ChangeKind.ADDED, key, facts)
        elif key not in new:
            facts = tuple(Fact(name, value, None) for name, value in _beyond_defaults(old[key]))
            yield Change(ChangeKind.REMOVED, key, facts)
        elif old[key] != new[key] and (facts := tuple(_differing(old[key], new[key], alike))):
            yield Change(ChangeKind.CHANGED, key, facts)


def _differing(old: Any, new: Any, alike: Alike) -> Iterator[Fact]:
    for name, value in values(old):
        other = getattr(new, name)
        if value != other:
            before, after = alike(old, name, value, other)
            if before != after:
                yield Fact(name, before, after)


def values(fact: Any) -> Iterator[tuple[str, Any]]:
    """What an object says, by field; where it was read is no part of it."""
    return ((field.name, getattr(fact, field.name)) for field in fields(fact) if field.compare)


def _beyond_defaults(fact: Any) -> Iterator[tuple[str, Any]]:
    defaults = {field.name: field.default for field in fields(fact)}
    return ((name, value) for name, value in values(fact) if value != defaults[name])

"""The order in which changes are told: by the worst that they do, then by table; what many do alike, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from schemabook.diff import Fact, in_order
from schemabook.model import ObjectId, ObjectKind, relation_id
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import Severity
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.review.values import field_lines, words

MANY = 4
"""Objects of one kind with the same change from which on that is told once."""
CAME_OR_WENT = (Became.ADDED, Became.REMOVED)
T = TypeVar("T")


class Entry(NamedTuple):
    """What is told at once: a change, the same privileges of several grantees, or what many do alike."""

    changes: tuple[ReviewedChange, ...]
    is_many: bool = False
    """Whether it is of many objects."""

    @property
    def first(self) -> ReviewedChange:
        """What it says and does."""
        return self.changes[0]

    @property
    def whole(self) -> ObjectId | None:
        """The object that it is told below; None where it is of several."""
        is_of_one = not self.is_many or len({whole_of(change.object) for change in self.changes}) == 1
        return whole_of(self.first.object) if is_of_one else None

    @property
    def objects(self) -> dict[ObjectId, list[ReviewedChange]]:
        """The changes of each object; of privileges, and of a part that came or went, of what that is on."""
        is_on = bool(self.first.object.on) or self.first.change in CAME_OR_WENT
        return _grouped(self.changes, lambda c: whole_of(c.object) if is_on else c.object)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The fields that differ, those that say the same in all its changes."""
        if not self.is_many:
            return self.first.facts
        several = zip(*(change.facts for change in self.changes), strict=True)
        return tuple(facts[0] for facts in several if len(set(map(field_lines, facts))) == 1)

    @property
    def own(self) -> tuple[str, ...]:
        """A sentence for each further field."""
        alike = {fact.name for fact in self.facts}
        return tuple(
            f"{words(fact.name)}: each in its own way" for fact in self.first.facts if fact.name not in alike
        )


class Section(NamedTuple):
    """What is told of one class: by object, then what several do alike."""

    severity: Severity
    all: int
    """How many changes there are."""
    entries: tuple[Entry, ...]


def sections(changes: Iterable[ReviewedChange]) -> Iterator[Section]:
    """One for each class of severity that is there, the worst first."""
    changes = sorted(changes, key=_place)
    for severity in Severity:
        if found := [change for change in changes if change.severities[0] is severity]:
            entries = sorted(_entries(found), key=lambda e: (e.whole is None, _place(e.first)))
            yield Section(severity, len(found), tuple(entries))


def whole_of(name: ObjectId) -> ObjectId:
    """The object that it is shown below: the relation of a part, what a privilege is on."""
    if name.on:
        return name.on
    if name.part and name.kind is not ObjectKind.DEFAULT_PRIVILEGE:
        return relation_id(name.name)
    return name


def _place(change: ReviewedChange) -> tuple[Any, ...]:
    whole = whole_of(change.object)
    return in_order(whole), change.object != whole, in_order(change.object)


def _entries(changes: Iterable[ReviewedChange]) -> Iterator[Entry]:
    for found in _grouped(_grouped(changes, _whoever).values(), _whatever).values():
        if len(found) >= MANY:
            yield Entry(tuple(chain(*found)), is_many=True)
        else:
            yield from (Entry(tuple(several)) for several in found)


def _whoever(change: ReviewedChange) -> Hashable:
    """The object; of privileges what is told of them whoever has them."""
    name = change.object
    if name.kind not in OF_PRIVILEGES:
        return name
    return name._replace(part=""), change.facts, change.effects, change.accepted


def _whatever(changes: list[ReviewedChange]) -> Hashable:
    """What is told whatever the object; the object itself where that is its own."""
    change, *_ = changes
    name, is_cosmetic = change.object, change.severities == (Severity.COSMETIC,)
    what: Hashable
    if change.was or name.kind is ObjectKind.DEFAULT_PRIVILEGE or (change.because_of and not is_cosmetic):
        return name
    if name.on:
        what = name.on.kind, tuple(each.object.part for each in changes), change.facts
    elif change.change is Became.CHANGED:
        # How it is written otherwise is of no interest; what a comment says is.
        what = tuple(
            fact.name if is_cosmetic and fact.name != "comment" else field_lines(fact)
            for fact in change.facts
        )
    elif name.part:
        what = name.part, change.facts
    else:
        return name
    return change.change, name.kind, what, change.effects, change.accepted


def _grouped(found: Iterable[T], key: Callable[[T], Hashable]) -> dict[Any, list[T]]:
    groups: dict[Any, list[T]] = defaultdict(list)
    for one in found:
        groups[key(one)].append(one)
    return groups

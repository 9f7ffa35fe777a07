"""The order in which changes are told: by the worst that they do, then by table; what many do alike, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from schemabook.diff import in_order
from schemabook.model import ObjectId, ObjectKind, relation_id
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import Severity
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.review.values import field_lines

MANY = 4
"""Objects of one kind with the same change from which on that is told once."""
CAME_OR_WENT = (Became.ADDED, Became.REMOVED)


class OfWhole(NamedTuple):
    """The changes of an object and its parts, the object's own first."""

    whole: ObjectId
    changes: tuple[ReviewedChange, ...]


class Alike(NamedTuple):
    """Changes of many objects that say and do the same."""

    changes: tuple[ReviewedChange, ...]

    @property
    def objects(self) -> tuple[ObjectId, ...]:
        """What has changed; of privileges, and of a part that came or went, what that is on."""
        names = (change.object for change in self.changes)
        first = self.changes[0]
        if first.object.on or first.change in CAME_OR_WENT:
            return tuple(map(whole_of, names))
        return tuple(names)


class Section(NamedTuple):
    """The changes of one class."""

    severity: Severity
    all: int
    """How many."""
    single: tuple[OfWhole, ...]
    alike: tuple[Alike, ...]


def sections(changes: Iterable[ReviewedChange]) -> Iterator[Section]:
    """One for each class of severity that is there, the worst first."""
    changes = tuple(changes)
    for severity in Severity:
        found = sorted((c for c in changes if c.severities[0] is severity), key=_place)
        if found:
            single, alike = _alike(_together(found))
            by_whole = groupby(single, key=lambda change: whole_of(change.object))
            of = tuple(OfWhole(whole, tuple(several)) for whole, several in by_whole)
            yield Section(severity, len(found), of, alike)


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


def _together(changes: Iterable[ReviewedChange]) -> list[ReviewedChange]:
    """The changes, with one for all grantees of the same privileges on an object."""
    found: dict[Any, list[ReviewedChange]] = defaultdict(list)
    for change in changes:
        name = change.object
        is_privilege = name.kind in OF_PRIVILEGES
        key = (name._replace(part=""), change.facts, change.effects, change.accepted)
        found[key if is_privilege else name].append(change)
    return [
        replace(
            first,
            object=first.object._replace(
                part=", ".join([first.object.part, *(c.object.part for c in others)])
            ),
            key=", ".join([first.key, *(c.key for c in others)]),
        )
        if others
        else first
        for first, *others in found.values()
    ]


def _alike(changes: Iterable[ReviewedChange]) -> tuple[list[ReviewedChange], tuple[Alike, ...]]:
    """The changes of single objects, and those that many have alike."""
    found: dict[Hashable, list[ReviewedChange]] = defaultdict(list)
    for change in changes:
        found[_said(change)].append(change)
    many = {key: several for key, several in found.items() if len(several) >= MANY}
    single = [change for key, several in found.items() if key not in many for change in several]
    return sorted(single, key=_place), tuple(Alike(tuple(several)) for several in many.values())


def _said(change: ReviewedChange) -> Hashable:
    """What a change says and does, whatever the object; the change itself where that is its own."""
    name = change.object
    what: Hashable
    if change.because_of or change.was or name.kind is ObjectKind.DEFAULT_PRIVILEGE:
        return change
    if name.on:
        what = name.on.kind, name.part, change.facts
    elif change.change is Became.CHANGED:
        what = tuple(map(field_lines, change.facts))
    elif name.part:
        what = name.part, change.facts
    else:
        return change
    return change.change, name.kind, what, change.effects, change.accepted

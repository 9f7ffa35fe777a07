"""Which side doors a change opens or closes: what is done with somebody else's rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from schemabook.access.cells import Act
from schemabook.access.doors import OPEN, Door, DoorKind, doors
from schemabook.access.matrix import Matrix
from schemabook.model import Name, ObjectId, relation_id
from schemabook.review.change import ReviewedChange

CAN, NO_MORE = "{roles} can reach {it}, {how}", "{roles} no longer reaches {it}"
HOW = {
    DoorKind.RIGHTS: "past its privileges and policies",
    DoorKind.COPY: "which is a copy without its policies",
}


class DoorChange(NamedTuple):
    """A way to the rows of a relation that is there now, or is no more."""

    relation: Name
    through: ObjectId
    sentence: str


class DoorChanges(NamedTuple):
    """What became of the side doors."""

    changes: tuple[DoorChange, ...] = ()
    kept: frozenset[Door] = frozenset()
    """Those that were and are open."""


def door_changes(
    before: Matrix, after: Matrix, was: Mapping[ObjectId, ObjectId], of: Collection[Name]
) -> DoorChanges:
    """The doors that opened, closed or are kept, of what leads through one of the relations and routines."""
    now = {old: new for new, old in was.items()}
    names = {old.name: new.name for old, new in now.items() if not old.part}
    earlier = {
        door._replace(
            relation=names.get(door.relation, door.relation), through=now.get(door.through, door.through)
        )
        for door in _doors(before, {*of, *(was[name].name for name in was)})
    }
    later = set(_doors(after, of))
    closed = [door for door in earlier - later if not _reads(after, door)]
    changes = (*_told(later - earlier, CAN), *_told(closed, NO_MORE))
    return DoorChanges(changes, frozenset(earlier & later))


def _doors(matrix: Matrix, of: Collection[Name]) -> Iterator[Door]:
    return (door for door in doors(matrix, matrix.roles, of) if door.role)


def _reads(matrix: Matrix, door: Door) -> bool:
    """Whether the role needs no door any more, or there is nothing behind it."""
    if door.relation not in matrix.database.relations or door.role not in matrix.roles:
        return True
    return matrix.cells(door.role, door.relation)[Act.SELECT].word in OPEN


def _told(found: Iterable[Door], words: str) -> Iterator[DoorChange]:
    roles: dict[Door, list[str]] = defaultdict(list)
    for door in sorted(found):
        roles[door._replace(role="")].append(door.role)
    for door, names in roles.items():
        it = f"{door.relation} through {door.is_} {door.through}"
        sentence = words.format(roles=", ".join(names), it=it, how=HOW[door.kind])
        yield DoorChange(door.relation, door.through, f"Side door: {sentence}.")


def of_change(
    found: Iterable[DoorChange], change: ReviewedChange, changed: Collection[ObjectId]
) -> Iterator[str]:
    """What a change is told to do: to what it leads through, or else to what lies behind."""
    name = change.object.on or change.object
    for door in found:
        if name == door.through or (door.through not in changed and name.whole == relation_id(door.relation)):
            yield door.sentence

"""The changes as text for a terminal: by the worst that they do, then by table, a line for each field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from schemabook.diff import Fact, in_order
from schemabook.model import PRIVILEGES, Database, ObjectId, ObjectKind, relation_id
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import WORST_FIRST, Severity
from schemabook.review.privileges import OBJECTS, OF_PRIVILEGES
from schemabook.review.sources import Side
from schemabook.review.values import field_lines, gained_and_lost, said_lines, shown, wrapped

MANY = 4
"""Objects of one kind with the same change from which on that is told once."""
MOST_NAMES = 8
"""Objects that are named where many are meant."""
NOTHING = "no changes"
CAME_OR_WENT = (Became.ADDED, Became.REMOVED)


class _Entry(NamedTuple):
    """One line that many objects of a kind may have alike."""

    kind: ObjectKind
    line: str


def to_text(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    """All changes, and how many there are."""
    lines = list(Told(old.database, new.database).lines(tuple(changes)))
    return "".join(f"{line}\n" for line in lines or [NOTHING])


class Told:
    """The words for the changes between two databases."""

    def __init__(self, old: Database, new: Database) -> None:
        self.old = old
        self.new = new

    def lines(self, changes: Sequence[ReviewedChange]) -> Iterator[str]:
        """One section for each class of severity, the worst first, then the counts."""
        for severity in Severity:
            found = sorted((c for c in changes if c.severities[0] is severity), key=_place)
            if found:
                yield severity.upper()
                yield from self._section(found)
                yield ""
        if changes:
            yield verdict(changes)

    def _section(self, changes: Sequence[ReviewedChange]) -> Iterator[str]:
        """The changes of single objects, then what many have alike."""
        many = _alike(changes)
        rest = _together([left for change in changes if (left := _without(change, many))])
        for whole, of_whole in groupby(rest, key=lambda change: whole_of(change.object)):
            yield from self._of_whole(whole, list(of_whole))
        for entry, names in many.items():
            yield f"  {entry.line}"
            yield from (f"    {line}" for line in wrapped(f"of {self._listed(names)}"))

    def _of_whole(self, whole: ObjectId, changes: list[ReviewedChange]) -> Iterator[str]:
        """The object itself with its parts below it; of parts alone their object is only named."""
        if changes[0].object == whole:
            yield from self._change(changes.pop(0), "  ")
        else:
            where = "on" if all(change.object.on for change in changes) else "in"
            yield f"  {where} {self.title(whole)}"
        for change in changes:
            yield from self._change(change, "    ")

    def _change(self, change: ReviewedChange, indent: str) -> Iterator[str]:
        further = indent + "  "
        yield indent + self.heading(change)
        yield from (further + line for line in self.details(change))
        yield from (f"{further}! {effect.sentence}" for effect in change.effects)
        if change.accepted:
            yield f"{further}accepted: {change.accepted}"
        elif WORST_FIRST[change.severities[0]] < WORST_FIRST[Severity.COMPATIBLE]:
            yield f"{further}key {change.key}"
        for number, line in enumerate(wrapped(self.dependents(change)) if change.because_of else ()):
            yield f"{further}{'  ' * bool(number)}{line}"

    def heading(self, change: ReviewedChange) -> str:
        """What became of which object: `removed column price`."""
        name = change.object
        if change.was:
            new = name.part or _name(name)
            return f"{change.change} {self.title(change.was)} → {new} ({change.reason})"
        return f"{change.change} {_held(change) if name.kind in OF_PRIVILEGES else self.title(name)}"

    def details(self, change: ReviewedChange) -> Iterator[str]:
        """What it said and says, field by field; of privileges all is in the heading."""
        if change.object.kind in OF_PRIVILEGES:
            return
        if change.change in CAME_OR_WENT:
            yield from self._said(change)
        else:
            yield from (line for fact in change.facts for line in field_lines(fact))

    def dependents(self, change: ReviewedChange) -> str:
        """What uses it, or still names it."""
        what = "used by" if change.change is Became.CHANGED else "still named by"
        return f"{what}: {self._listed(change.because_of)}"

    def title(self, name: ObjectId) -> str:
        """What an object is and its name: `table public.orders`, of a part `column price`."""
        if name.kind in OF_PRIVILEGES:
            return _privileges_of(name)
        if name.part:
            return f"{name.kind.word} {name.part}"
        if name.kind is ObjectKind.RELATION:
            relation = self.new.relations.get(name.name) or self.old.relations.get(name.name)
            return f"{relation.kind.words if relation else name.kind.word} {name.name}"
        return f"{name.kind.word} {_name(name)}"

    def _listed(self, names: Sequence[ObjectId]) -> str:
        """The first objects, each with what it is part of, and how many there are beside them."""
        first = [
            f"{self.title(name)} of {name.name}" if name.part else self.title(name)
            for name in names[:MOST_NAMES]
        ]
        more = len(names) - len(first)
        return ", ".join(first) + (f" and {more} more" if more else "")

    def _said(self, change: ReviewedChange) -> Iterator[str]:
        """What an object says that was added or removed; of a table its columns as well."""
        side = self.new if change.change is Became.ADDED else self.old
        relation = side.relations.get(change.object.name)
        if change.object.kind is ObjectKind.RELATION and relation and not relation.partition_of:
            columns = (f"{c.name} {c.type}".strip() for c in side.columns_of(relation.name))
            yield from wrapped(f"({', '.join(columns)})")
        yield from said_lines([f for f in change.facts if f.name != "kind" or change.object.part])


def verdict(changes: Iterable[ReviewedChange]) -> str:
    """`1 security, 2 compatible`: how many changes there are of each class."""
    counts = Counter(change.severities[0] for change in changes)
    return ", ".join(f"{counts[severity]} {severity}" for severity in Severity if counts[severity])


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


def _name(name: ObjectId) -> str:
    return str(name.name) if name.types is None else f"{name.name}({', '.join(name.types)})"


def _privileges_of(name: ObjectId) -> str:
    """Whose privileges, and of default ones on what."""
    if name.on:
        return f"privileges of {name.part}"
    where = f" in schema {name.name.schema}" if name.name.schema else ""
    return f"default privileges of {name.part} on {' '.join(name.types or ())} of {name.name.name}{where}"


def _held(change: ReviewedChange) -> str:
    """Whose privileges came, went or changed, and which: on one line."""
    name = change.object
    if change.change is Became.CHANGED:
        return f"{_privileges_of(name)}: {'; '.join(map(gained_and_lost, change.facts))}"
    held = {fact.name: fact.new or fact.old for fact in change.facts}
    kind = name.on.kind if name.on else OBJECTS.get(" ".join(name.types or ()))
    every = PRIVILEGES.get(kind, ()) if kind else ()
    grantable = held.pop("grantable", ())
    said = [
        "all" if len(values) > 1 and set(values) == set(every) else shown(values) for values in held.values()
    ]
    if grantable:
        is_every = grantable == held.get("privileges")
        said.append("with grant option" if is_every else f"grant option for {shown(grantable)}")
    return f"{_privileges_of(name)}: {', '.join(said)}"


def _together(changes: Iterable[ReviewedChange]) -> list[ReviewedChange]:
    """The changes, with one for all grantees of the same privileges on an object."""
    found: dict[Any, list[ReviewedChange]] = defaultdict(list)
    for change in changes:
        name = change.object
        is_privilege = name.kind in OF_PRIVILEGES
        key = (name._replace(part=""), change.facts, change.effects) if is_privilege else name
        found[key].append(change)
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


# what many objects have alike


def _entries(change: ReviewedChange) -> Iterator[tuple[_Entry, Fact | None]]:
    """The lines of a change that others may have as well; None stands for all of it."""
    if change.object.on:
        yield _Entry(change.object.on.kind, _held(change)), None
    elif (
        change.change is Became.CHANGED and change.object.kind not in OF_PRIVILEGES and not change.because_of
    ):
        for fact in change.facts:
            if len(lines := field_lines(fact)) == 1:
                yield _Entry(change.object.kind, lines[0]), fact


def _alike(changes: Iterable[ReviewedChange]) -> Mapping[_Entry, list[ObjectId]]:
    """The objects that have a line alike, where these are many."""
    found: dict[_Entry, list[ObjectId]] = defaultdict(list)
    for change in changes:
        for entry, _ in _entries(change):
            found[entry].append(change.object.on or change.object)
    return {entry: names for entry, names in found.items() if len(names) >= MANY}


def _without(change: ReviewedChange, many: Mapping[_Entry, object]) -> ReviewedChange | None:
    """What is left of a change; None where nothing is."""
    told = [fact for entry, fact in _entries(change) if entry in many]
    if not told:
        return change
    left = tuple(fact for fact in change.facts if fact not in told)
    return replace(change, facts=left) if left and None not in told else None

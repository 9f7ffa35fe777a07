"""The changes as text for a terminal: by the worst that they do, then by table, a line for each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from schemabook.model import PRIVILEGES, Database, ObjectId, ObjectKind
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import Severity
from schemabook.review.privileges import OBJECTS, OF_PRIVILEGES
from schemabook.review.sections import CAME_OR_WENT, Entry, sections, whole_of
from schemabook.review.sources import Side
from schemabook.review.values import field_lines, gained_and_lost, said_lines, shown, wrapped

MOST_NAMES = 8
"""Objects that are named where many are meant."""
NOTHING = "no changes"


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
        for section in sections(changes):
            yield section.severity.upper()
            for whole, entries in groupby(section.entries, key=lambda entry: entry.whole):
                yield from self._below(whole, list(entries))
            yield ""
        if changes:
            yield verdict(changes)

    def _below(self, whole: ObjectId | None, entries: Sequence[Entry]) -> Iterator[str]:
        """The object itself with its parts below it; of parts alone their object is only named."""
        is_named = whole and entries[0].first.object != whole
        if whole and is_named:
            where = "on" if all(entry.first.object.on for entry in entries) else "in"
            yield f"  {where} {self.title(whole)}"
        for number, entry in enumerate(entries):
            yield from self._entry(entry, "    " if is_named or (whole and number) else "  ")

    def _entry(self, entry: Entry, indent: str) -> Iterator[str]:
        """What became of an object or many alike, what these say and do, and who uses them."""
        change, further = entry.first, f"{indent}  "
        is_headed = not entry.is_many or change.change in CAME_OR_WENT or change.object.on
        if is_headed:
            yield indent + self.heading(*entry.changes)
        for line in self.details(entry):
            yield f"{indent if entry.is_many else further}{line}"
        if entry.is_many:
            yield from (further + line for line in wrapped(f"of {self._listed(tuple(entry.objects))}"))
        yield from (f"{further}! {effect.sentence}" for effect in change.effects)
        if change.accepted:
            yield f"{further}accepted: {change.accepted}"
        elif change.severities[0].is_dangerous:
            keys = ", ".join(change.key for change in entry.changes)
            yield from (further + line for line in wrapped(f"key {keys}"))
        if change.because_of and not entry.is_many:
            for number, line in enumerate(wrapped(self.dependents(change))):
                yield f"{further}{'  ' * bool(number)}{line}"

    def heading(self, *changes: ReviewedChange) -> str:
        """What became of which object: `removed column price`; of privileges whose and which."""
        change = changes[0]
        name = change.object
        if change.was:
            return f"{change.change} {self.title(change.was)} → {self.words(name)[1]} ({change.reason})"
        said = f": {held(change)}" if name.kind in OF_PRIVILEGES else ""
        return f"{change.change} {self.title(*(each.object for each in changes))}{said}"

    def name_of(self, change: ReviewedChange) -> str:
        """What became of which object, and of what that is part."""
        whole = whole_of(change.object)
        return self.heading(change) + (f" of {self.title(whole)}" if whole != change.object else "")

    def details(self, entry: Entry) -> Iterator[str]:
        """What it said and says, field by field; of privileges all is in the heading."""
        if entry.first.object.kind in OF_PRIVILEGES:
            return
        if entry.first.change in CAME_OR_WENT:
            yield from self._said(entry.first)
        else:
            yield from (line for fact in entry.facts for line in field_lines(fact))
            yield from entry.own

    def dependents(self, change: ReviewedChange) -> str:
        """What uses it, or still names it."""
        what = "used by" if change.change is Became.CHANGED else "still named by"
        return f"{what}: {self._listed(change.because_of)}"

    def title(self, *names: ObjectId) -> str:
        """What an object is and its name: `table public.orders`, of a part `column price`."""
        return " ".join(self.words(*names))

    def words(self, *names: ObjectId) -> tuple[str, str]:
        """What an object is, and its name; of privileges all who have them."""
        name, grantees = names[0], ", ".join(dict.fromkeys(name.part for name in names))
        if name.kind is ObjectKind.PRIVILEGE:
            return "privileges of", grantees
        if name.kind is ObjectKind.DEFAULT_PRIVILEGE:
            where = f" in schema {name.name.schema}" if name.name.schema else ""
            objects = f"{' '.join(name.types or ())} of {name.name.name}{where}"
            return "default privileges of", f"{grantees} on {objects}"
        if name.part:
            return name.kind.word, name.part
        if name.kind is ObjectKind.RELATION:
            relation = self.new.relations.get(name.name) or self.old.relations.get(name.name)
            return relation.kind.words if relation else name.kind.word, str(name.name)
        types = "" if name.types is None else f"({', '.join(name.types)})"
        return name.kind.word, f"{name.name}{types}"

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


def held(change: ReviewedChange) -> str:
    """Which privileges came, went or changed."""
    name = change.object
    if change.change is Became.CHANGED:
        return "; ".join(map(gained_and_lost, change.facts))
    found = {fact.name: fact.new or fact.old for fact in change.facts}
    kind = name.on.kind if name.on else OBJECTS.get(" ".join(name.types or ()))
    every = PRIVILEGES.get(kind, ()) if kind else ()
    grantable = found.pop("grantable", ())
    said = [
        "all" if len(values) > 1 and set(values) == set(every) else shown(values) for values in found.values()
    ]
    if grantable:
        is_every = grantable == found.get("privileges")
        said.append("with grant option" if is_every else f"grant option for {shown(grantable)}")
    return ", ".join(said)

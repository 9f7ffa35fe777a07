"""The changes as text for a terminal: by the worst that they do, then by table, a line for each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from schemabook.model import PRIVILEGES, Database, ObjectId, ObjectKind
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import Severity
from schemabook.review.privileges import OBJECTS, OF_PRIVILEGES
from schemabook.review.sections import CAME_OR_WENT, Alike, sections, whole_of
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
            for whole, of_whole in section.single:
                yield from self._of_whole(whole, list(of_whole))
            for alike in section.alike:
                yield from self._alike(alike)
            yield ""
        if changes:
            yield verdict(changes)

    def _alike(self, alike: Alike) -> Iterator[str]:
        """What many objects say and do alike, and which these are."""
        first, *_ = alike.changes
        if first.change in CAME_OR_WENT or first.object.on:
            yield f"  {self.heading(first)}"
        yield from (f"  {line}" for line in self.details(first))
        yield from (f"    {line}" for line in wrapped(f"of {self._listed(alike.objects)}"))
        yield from self._consequences(first, ", ".join(change.key for change in alike.changes), "    ")

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
        yield from self._consequences(change, change.key, further)
        for number, line in enumerate(wrapped(self.dependents(change)) if change.because_of else ()):
            yield f"{further}{'  ' * bool(number)}{line}"

    def _consequences(self, change: ReviewedChange, keys: str, indent: str) -> Iterator[str]:
        yield from (f"{indent}! {effect.sentence}" for effect in change.effects)
        if change.accepted:
            yield f"{indent}accepted: {change.accepted}"
        elif change.severities[0].is_dangerous:
            yield from (f"{indent}{line}" for line in wrapped(f"key {keys}"))

    def heading(self, change: ReviewedChange) -> str:
        """What became of which object: `removed column price`."""
        name = change.object
        if change.was:
            return f"{change.change} {self.title(change.was)} → {self.words(name)[1]} ({change.reason})"
        said = f": {held(change)}" if name.kind in OF_PRIVILEGES else ""
        return f"{change.change} {self.title(name)}{said}"

    def name_of(self, change: ReviewedChange) -> str:
        """What became of which object, and of what that is part."""
        whole = whole_of(change.object)
        return self.heading(change) + (f" of {self.title(whole)}" if whole != change.object else "")

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
        return " ".join(self.words(name))

    def words(self, name: ObjectId) -> tuple[str, str]:
        """What an object is, and its name."""
        if name.kind is ObjectKind.PRIVILEGE:
            return "privileges of", name.part
        if name.kind is ObjectKind.DEFAULT_PRIVILEGE:
            where = f" in schema {name.name.schema}" if name.name.schema else ""
            objects = f"{' '.join(name.types or ())} of {name.name.name}{where}"
            return "default privileges of", f"{name.part} on {objects}"
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

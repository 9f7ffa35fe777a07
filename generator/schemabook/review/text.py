"""The changes as text for a terminal: by what became of the objects, then by table, a line for each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from itertools import groupby
from textwrap import wrap
from typing import Any

from schemabook.diff import Fact, in_order
from schemabook.export.contract import value_of
from schemabook.model import Database, ObjectId, ObjectKind, relation_id
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.privileges import Held
from schemabook.review.sources import Side
from schemabook.secrets import one_line, without_secrets

WIDE = 100
"""Characters of old and new value that fit on one line."""
AROUND = 1
"""Lines around what differs in a long text."""
MOST_LINES = 40
"""Lines of a difference that are shown."""
MOST_NAMES = 8
"""Objects that are named where many depend on one."""
LONG = frozenset({"body", "definition", "sql"})
"""Texts that are too long to be told of what was added or removed."""
NOTHING = "no changes"


def to_text(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    """All changes, and how many there are."""
    lines = list(_Text(old.database, new.database).lines(tuple(changes)))
    return "".join(f"{line}\n" for line in lines or [NOTHING])


class _Text:
    """The words for the changes between two databases."""

    def __init__(self, old: Database, new: Database) -> None:
        self.old = old
        self.new = new

    def lines(self, changes: Sequence[ReviewedChange]) -> Iterator[str]:
        """One section for each that became of objects, then the counts."""
        for became in Became:
            found = sorted((c for c in changes if c.change is became), key=_place)
            if found:
                yield became.upper()
                for whole, of_whole in groupby(found, key=lambda c: whole_of(c.object)):
                    yield from self._of_whole(whole, list(of_whole))
                yield ""
        counts = Counter(change.change for change in changes)
        if counts:
            yield ", ".join(f"{counts[became]} {became}" for became in Became if counts[became])

    def _of_whole(self, whole: ObjectId, changes: list[ReviewedChange]) -> Iterator[str]:
        """The object itself with its parts below it; of parts alone their object is only named."""
        if changes[0].object == whole:
            yield from self._change(changes.pop(0), "  ")
        else:
            yield f"  {self.title(whole)}"
        for change in changes:
            yield from self._change(change, "    ")

    def _change(self, change: ReviewedChange, indent: str) -> Iterator[str]:
        name = change.object
        if change.was:
            yield f"{indent}{self.title(change.was)} → {_other_name(change.was, name)} ({change.reason})"
        elif name.on and change.change is not Became.CHANGED:
            held = (fact.new or fact.old for fact in change.facts if fact.name != "grantable")
            yield f"{indent}{self.title(name)}: {', '.join(map(shown, held))}"
            return
        else:
            yield f"{indent}{self.title(name)}"
        further = indent + "  "
        if change.change in (Became.ADDED, Became.REMOVED):
            yield from (f"{further}{line}" for line in self._said(change))
        else:
            for fact in change.facts:
                yield from (f"{further}{line}" for line in _field(fact))
        if change.because_of:
            what = "used by" if change.change is Became.CHANGED else "still named by"
            yield f"{further}{what}: {self._listed(change.because_of)}"

    def title(self, name: ObjectId) -> str:
        """What an object is and its name: `table public.orders`, of a part `column price`."""
        if name.on:
            return f"privileges of {name.part}"
        if name.kind is ObjectKind.DEFAULT_PRIVILEGE:
            where = f" in schema {name.name.schema}" if name.name.schema else ""
            objects = " ".join(name.types or ())
            return f"default privileges of {name.part} on {objects} of {name.name.name}{where}"
        if name.part:
            return f"{name.kind.word} {name.part}"
        relation = self.new.relations.get(name.name) or self.old.relations.get(name.name)
        is_relation = name.kind is ObjectKind.RELATION and relation
        return f"{relation.kind.words if is_relation and relation else name.kind.word} {_name(name)}"

    def _listed(self, names: Sequence[ObjectId]) -> str:
        shown = [
            f"{self.title(name)} of {name.name}" if name.part else self.title(name)
            for name in names[:MOST_NAMES]
        ]
        more = len(names) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")

    def _said(self, change: ReviewedChange) -> Iterator[str]:
        """What an object says that was added or removed."""
        side, is_new = (self.new, True) if change.change is Became.ADDED else (self.old, False)
        if change.object.kind is ObjectKind.RELATION:
            columns = (f"{c.name} {c.type}".strip() for c in side.columns_of(change.object.name))
            yield from _wrapped(f"({', '.join(columns)})")
        said = (
            f"{_words(fact.name)}: {value}"
            for fact in change.facts
            if fact.name not in LONG and (value := one_line(shown(fact.new if is_new else fact.old), WIDE))
        )
        yield from _wrapped("; ".join(said))


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
    if name.types is None:
        return str(name.name)
    return f"{name.name}({', '.join(name.types)})"


def _other_name(was: ObjectId, name: ObjectId) -> str:
    if not name.part:
        return _name(name)
    return name.part


def _words(field: str) -> str:
    return field.replace("_", " ")


def shown(value: Any) -> str:
    """A value of a fact as people read it, without secrets."""
    return without_secrets(_plain(value_of(value)))


def _plain(value: Any) -> str:
    match value:
        case None | [] | "":
            return "none"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_plain, value))
        case {"schema": schema, "name": name} if len(value) == 2:
            return f"{schema}.{name}"
        case {"schema": schema, "relation": relation, "columns": columns}:
            return f"{schema}.{relation} ({', '.join(columns)})"
        case dict():
            return " ".join(
                key if part is True else _plain(part)
                for key, part in value.items()
                if part not in (None, False, "", [])
            )
    return str(value)


def _field(fact: Fact) -> Iterator[str]:
    """What a field said and says: on one line, or as the lines that differ."""
    before, after = shown(fact.old).strip(), shown(fact.new).strip()
    name = _words(fact.name)
    if before == after:
        yield f"{name}: differs in what is not shown"
    elif fact.name in Held._fields:
        yield f"{name}: {_gained_and_lost(fact)}"
    elif "\n" in before + after:
        yield f"{name}:"
        yield from (f"  {line}" for line in _difference(before.splitlines(), after.splitlines()))
    elif len(before) + len(after) <= WIDE:
        yield f"{name}: {before} → {after}"
    elif isinstance(fact.old, tuple) and isinstance(fact.new, tuple):
        yield f"{name}:"
        items = ([shown(item) for item in side] for side in (fact.old, fact.new))
        yield from (f"  {line}" for line in _difference(*items))
    else:
        yield f"{name}:"
        yield from (f"  - {before}", f"  + {after}")


def _gained_and_lost(fact: Fact) -> str:
    """Which privileges are new, and which have gone."""
    old, new = set(fact.old or ()), set(fact.new or ())
    gained, lost = ", ".join(sorted(new - old)), ", ".join(sorted(old - new))
    return "; ".join(filter(None, (gained and f"gains {gained}", lost and f"loses {lost}")))


def _difference(old: list[str], new: list[str]) -> Iterator[str]:
    """The lines that differ, each with a sign, and those around them."""
    found = [
        f"{line[0]} {line[1:].rstrip()}" for line in list(unified_diff(old, new, n=AROUND, lineterm=""))[2:]
    ]
    found = [" …" if line.startswith("@ @") else line for line in found]
    yield from found[found[:1] == [" …"] :][:MOST_LINES]
    if len(found) > MOST_LINES:
        yield f"… {len(found) - MOST_LINES} more lines"


def _wrapped(text: str) -> Iterator[str]:
    yield from wrap(text, WIDE, break_long_words=False, break_on_hyphens=False)

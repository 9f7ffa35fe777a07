"""The page *What changed* of the built site: all changes since a revision, the dangerous first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from schemabook.diff import in_order
from schemabook.model import Database, ObjectId, ObjectKind
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, text
from schemabook.pages.paths import Beside
from schemabook.pages.places import OF_RELATIONS, is_shown, place_of
from schemabook.pages.render import render
from schemabook.pages.sides import one_side, sides
from schemabook.pages.since_words import became, change_anchor
from schemabook.pages.wording import count, listed, plural
from schemabook.project.book import Book
from schemabook.review import Became, ReviewedChange
from schemabook.review.effect import WORST_FIRST, Severity
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.review.sections import whole_of
from schemabook.review.sources import SHORT
from schemabook.review.text import Told, verdict
from schemabook.review.values import LONG, field_lines

MANY = 4
"""Objects with the same change from which on that is told once."""
MOST = 100
"""How many entries of a class are told: how many are not is said."""
ROOM = 400_000
"""Characters of old and new values on the page."""
MOST_NAMED = 12
"""Objects that are named where many are meant."""
LONGEST = 300
"""Characters of the columns of a table that has gone."""
CAME_OR_WENT = (Became.ADDED, Became.REMOVED)


@dataclass(frozen=True)
class Changes:
    """All that is told of a revision."""

    name: str
    """As people call the revision."""
    revision: str
    """The hash of its commit."""
    old: Database
    new: Database
    changes: tuple[ReviewedChange, ...]

    @cached_property
    def classes(self) -> dict[Severity, list[Entry]]:
        """What is told one by one, the worst first; in each class by object."""
        found: dict[Severity, list[Entry]] = {severity: [] for severity in Severity}
        for entry in sorted(_entries(self.changes), key=Entry.place):
            found[entry.severity].append(entry)
        return found

    @cached_property
    def anchors(self) -> dict[ObjectId, str]:
        """Where each object is told first."""
        told = (entry for found in self.classes.values() for entry in found[:MOST])
        return {entry.whole: change_anchor(entry.whole) for entry in told if not entry.is_many}

    def page(self, book: Book) -> str:
        """The page's Markdown."""
        return _Page(self, Links(book, Beside.WHAT_CHANGED.page)).markdown()


class Entry(NamedTuple):
    """A change of one object, or what many have alike."""

    changes: tuple[ReviewedChange, ...]

    @property
    def first(self) -> ReviewedChange:
        """What it says."""
        return self.changes[0]

    @property
    def whole(self) -> ObjectId:
        """The object that it is told below."""
        return whole_of(self.first.object).whole

    @property
    def is_many(self) -> bool:
        """Whether it is of several objects."""
        return len({whole_of(change.object) for change in self.changes}) > 1

    @property
    def severity(self) -> Severity:
        """The class that it is told in."""
        return self.first.severities[0]

    def place(self) -> tuple[Any, ...]:
        """What it is sorted by: what many have alike is the last of its class."""
        name = self.first.object
        return self.is_many, in_order(self.whole), bool(name.part), in_order(name)


def _entries(changes: Iterable[ReviewedChange]) -> Iterator[Entry]:
    """The changes of the same words together, where these are of many objects, or privileges on one."""
    alike: dict[Any, list[ReviewedChange]] = defaultdict(list)
    for change in changes:
        alike[_said(change)].append(change)
    for found in alike.values():
        if len({whole_of(change.object) for change in found}) >= MANY:
            yield Entry(tuple(found))
            continue
        is_privilege = found[0].object.kind in OF_PRIVILEGES
        for _, same in groupby(found, key=lambda c: whole_of(c.object) if is_privilege else c.object):
            yield Entry(tuple(same))


def _said(change: ReviewedChange) -> Any:
    """What is told of a change beside the object."""
    name, has_come_or_gone = change.object, change.change in CAME_OR_WENT
    is_own = change.was or change.because_of or name.kind is ObjectKind.DEFAULT_PRIVILEGE
    if is_own or (has_come_or_gone and not name.part):
        return name
    lines = tuple(field_lines(fact) for fact in change.facts)
    part = name.part if has_come_or_gone and not name.on else ""
    kinds = (name.kind, name.on.kind if name.on else None)
    return kinds, part, change.change, lines, change.effects, change.accepted


class _Page:
    """The changes as Markdown."""

    def __init__(self, all_: Changes, links: Links) -> None:
        self.all, self.links, self.book = all_, links, links.book
        self.told = Told(all_.old, all_.new)
        self.room = ROOM

    def markdown(self) -> str:
        """The whole page."""
        revision = self.all.revision[:SHORT]
        context = {
            "name": self.all.name,
            "revision": revision,
            "verdict": verdict(self.all.changes),
            "sections": [
                self._section(severity, found) for severity, found in self.all.classes.items() if found
            ],
            "command": f"schemabook diff git:{revision}",
            "unread": self._unread(),
        }
        return render(self.book, "what_changed.md.j2", context)

    def _unread(self) -> str:
        unread = self.all.old.receipt.unread
        return count(len(unread), "statement") if unread else ""

    def _section(self, severity: Severity, entries: Sequence[Entry]) -> dict[str, Any]:
        left = sum(len(entry.changes) for entry in entries[MOST:])
        return {
            "title": severity.capitalize(),
            "count": f"{sum(len(entry.changes) for entry in entries):,}",
            "blocks": list(self._blocks(entries[:MOST])),
            "left": f"{left:,}" if left else "",
        }

    def _blocks(self, entries: Sequence[Entry]) -> Iterator[Markdown]:
        """What is told of one class: a heading for each object, and one for what many have alike."""
        for is_many, found in groupby(entries, key=lambda entry: entry.is_many):
            if is_many:
                yield Markdown("### Alike on many objects")
                for entry in found:
                    yield from self._entry(entry)
                continue
            for whole, of_whole in groupby(found, key=lambda entry: entry.whole):
                anchor = Markdown(f'<a id="{anchor}"></a>') if (anchor := self._anchor(whole)) else ""
                yield Markdown(f"### {anchor}{self._word(whole)} {self._linked(whole)}")
                for entry in of_whole:
                    yield from self._entry(entry)

    def _anchor(self, whole: ObjectId) -> str:
        """The anchor of an object where it is told first."""
        return self._anchors.pop(whole, "")

    @cached_property
    def _anchors(self) -> dict[ObjectId, str]:
        return dict(self.all.anchors)

    # one entry

    def _entry(self, entry: Entry) -> Iterator[Markdown]:
        change = entry.first
        yield Markdown(f"{self._head(entry)}\n{{: .sb-change }}")
        lines = [self._effect(entry, severity, sentence) for severity, sentence in change.effects]
        if change.because_of:
            what = "Used by" if change.change is Became.CHANGED else "Still named by"
            lines.append(Markdown(f"{what} {self._listed(change.because_of)}."))
        if lines:
            yield Markdown("\n".join(f"- {line}" for line in lines))
        table = self._sides(change)
        if table and len(table) <= self.room:
            self.room -= len(table)
            yield table
        elif table:
            yield Markdown("There is no room for old and new here.")

    def _head(self, entry: Entry) -> Markdown:
        """What became of what, and who has accepted it."""
        change = entry.first
        parts = [became(change.change.value), self._what(entry)]
        if change.was:
            was = change.was.part or str(change.was.name)
            parts.append(Markdown(f"was {code(was)} ({text(change.reason)})"))
        if entry.is_many:
            names = [change.object for change in entry.changes]
            is_same = len({name.part for name in names}) == 1 or change.object.on
            parts.append(Markdown(f"of {self._listed([whole_of(n) if is_same else n for n in names])}"))
        if change.accepted:
            parts.append(Markdown(f"– accepted: {text(change.accepted)}"))
        elif WORST_FIRST[entry.severity] < WORST_FIRST[Severity.COMPATIBLE] and len(entry.changes) == 1:
            parts.append(Markdown(f'<span class="sb-key">key {code(change.key)}</span>'))
        return Markdown(" ".join(parts))

    def _what(self, entry: Entry) -> Markdown:
        """The object, if it is not the heading; of privileges whose and which."""
        change = entry.first
        name = change.object
        if name.kind in OF_PRIVILEGES:
            said = self.told.heading(change).removeprefix(f"{change.change} ")
            grantees = listed([code(each) for each in dict.fromkeys(c.object.part for c in entry.changes)])
            return (
                Markdown(f"privileges of {grantees}: {text(said.partition(': ')[2])}")
                if name.on
                else text(said)
            )
        if entry.is_many:
            is_same = len({change.object.part for change in entry.changes}) == 1 and name.part
            return Markdown(f"{self._word(name)} {code(name.part)}" if is_same else self._word(name))
        if name.part:
            return Markdown(
                f"{self._word(name)} {self._linked(name, is_gone=change.change is Became.REMOVED)}"
            )
        if change.change is Became.REMOVED and name.kind is ObjectKind.RELATION:
            return self._columns(name)
        return code(self._shown(name)) if name.types is not None else Markdown(self._word(name))

    def _columns(self, name: ObjectId) -> Markdown:
        """The columns that a relation had."""
        said = ", ".join(f"{c.name} {c.type}".strip() for c in self.all.old.columns_of(name.name))
        cut = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
        return Markdown(f"{self._word(name)} of {code(cut)}") if cut else Markdown(self._word(name))

    def _effect(self, entry: Entry, severity: Severity, sentence: str) -> Markdown:
        """A sentence, with its class where that is another."""
        said = text(sentence)
        return said if severity is entry.severity else Markdown(f"*{severity}:* {said}")

    def _sides(self, change: ReviewedChange) -> Markdown:
        """What it said and says; of privileges all is in the heading."""
        if change.object.kind in OF_PRIVILEGES:
            return Markdown("")
        if change.change not in CAME_OR_WENT:
            return sides(change.facts, (f"in {self.all.name}", "now"))
        is_part = bool(change.object.part)
        return one_side(f for f in change.facts if f.name not in LONG and (f.name != "kind" or is_part))

    # names

    def _listed(self, names: Sequence[ObjectId]) -> Markdown:
        """The first of several objects, each with what it is, where that is not the same for all."""
        kinds = {self._word(name) for name in names}
        is_same = len(kinds) == 1 and len(names) > 1 and not any(name.part for name in names)
        first = [self._linked(name) if is_same else self._named(name) for name in names[:MOST_NAMED]]
        more = len(names) - len(first)
        said = listed([*first, Markdown(f"{more:,} more")] if more else first)
        return Markdown(f"{plural(*kinds)} {said}") if is_same else said

    def _named(self, name: ObjectId) -> Markdown:
        """An object with what it is, and of a part with its relation."""
        of = f" of {self._linked(name.whole)}" if name.part else ""
        return Markdown(f"{self._word(name)} {self._linked(name)}{of}")

    def _word(self, name: ObjectId) -> str:
        relations = self.all.new.relations.get(name.name) or self.all.old.relations.get(name.name)
        is_relation = name.kind is ObjectKind.RELATION and relations
        return relations.kind.words if is_relation and relations else name.kind.word

    def _shown(self, name: ObjectId) -> str:
        types = f"({', '.join(name.types)})" if name.types is not None else ""
        return name.part or f"{name.name}{types}"

    def _linked(self, name: ObjectId, *, is_gone: bool = False) -> Markdown:
        """The name; a link where the site tells of it."""
        shown = code(self._shown(name))
        return (
            shown
            if is_gone or not self._has_place(name)
            else link(shown, self.links.url(*place_of(self.book, name)))
        )

    def _has_place(self, name: ObjectId) -> bool:
        if name.kind in OF_PRIVILEGES or not is_shown(self.book, name):
            return False
        if name.kind is ObjectKind.SEQUENCE:
            return not self.book.database.sequences[name.name].identity
        return name.kind in OF_RELATIONS or name.kind is not ObjectKind.STATISTICS

"""The page *What changed* of the built site: all changes since a revision, the dangerous first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from schemabook.model import Database, ObjectId, ObjectKind
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, text
from schemabook.pages.paths import Beside
from schemabook.pages.places import has_place, place_of
from schemabook.pages.render import render
from schemabook.pages.sides import one_side, sides
from schemabook.pages.since_words import became, change_anchor
from schemabook.pages.wording import count, listed, plural
from schemabook.project.book import Book
from schemabook.review import Became, ReviewedChange
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.review.sections import CAME_OR_WENT, Entry, Section, sections, whole_of
from schemabook.review.sources import SHORT
from schemabook.review.text import held, verdict
from schemabook.review.values import LONG

MOST = 100
"""How many entries of a class are told: how many are not is said."""
ROOM = 400_000
"""Characters of old and new values on the page."""
MOST_NAMED = 12
"""Objects that are named where many are meant."""
LONGEST = 300
"""Characters of the columns of a table that has gone."""


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
    def sections(self) -> tuple[Section, ...]:
        """What is told, the worst first; in each class by object."""
        return tuple(sections(self.changes))

    @cached_property
    def anchors(self) -> dict[ObjectId, str]:
        """Where each object is told first."""
        told = (entry for section in self.sections for entry in section.entries[:MOST])
        return {whole: change_anchor(whole) for entry in told if (whole := _below(entry))}

    def page(self, book: Book) -> str:
        """The page's Markdown."""
        return _Page(self, Links(book, Beside.WHAT_CHANGED.page)).markdown()


def _below(entry: Entry) -> ObjectId | None:
    """What it is told below: the object, a routine with all of its name; None where it is of several."""
    return entry.whole.whole if entry.whole else None


class _Page:
    """The changes as Markdown."""

    def __init__(self, all_: Changes, links: Links) -> None:
        self.all, self.links, self.book = all_, links, links.book
        self.anchors = dict(all_.anchors)
        self.room = ROOM

    def markdown(self) -> str:
        """The whole page."""
        revision = self.all.revision[:SHORT]
        context = {
            "name": self.all.name,
            "revision": revision,
            "verdict": verdict(self.all.changes),
            "sections": list(map(self._section, self.all.sections)),
            "command": f"schemabook diff git:{revision}",
            "unread": self._unread(),
        }
        return render(self.book, "what_changed.md.j2", context)

    def _unread(self) -> str:
        unread = self.all.old.receipt.unread
        return count(len(unread), "statement") if unread else ""

    def _section(self, section: Section) -> dict[str, Any]:
        left = sum(len(entry.changes) for entry in section.entries[MOST:])
        return {
            "title": section.severity.capitalize(),
            "count": f"{section.all:,}",
            "blocks": list(self._blocks(section.entries[:MOST])),
            "left": f"{left:,}" if left else "",
        }

    def _blocks(self, entries: Sequence[Entry]) -> Iterator[Markdown]:
        """What is told of one class: a heading for each object, and one for what many have alike."""
        for whole, found in groupby(entries, key=_below):
            yield self._heading(whole) if whole else Markdown("### Alike on many objects")
            for entry in found:
                yield from self._entry(entry)

    def _heading(self, whole: ObjectId) -> Markdown:
        """An object, with an anchor where it is told first."""
        anchor = f'<a id="{found}"></a>' if (found := self.anchors.pop(whole, "")) else ""
        schema, name = whole.name
        if whole.kind is ObjectKind.DEFAULT_PRIVILEGE:
            where = f" in schema {code(schema)}" if schema else ""
            return Markdown(f"### {anchor}default privileges of role {self.links.role(name)}{where}")
        return Markdown(f"### {anchor}{self._word(whole)} {self._linked(whole)}")

    # one entry

    def _entry(self, entry: Entry) -> Iterator[Markdown]:
        change = entry.first
        yield Markdown(f'<span class="sb-change">{self._head(entry)}</span>')
        worst, lines = change.severities[0], list(map(text, entry.own))
        for severity, sentence in change.effects:
            said = text(sentence)
            lines.append(said if severity is worst else Markdown(f"*{severity}:* {said}"))
        if change.because_of and not entry.is_many:
            what = "Used by" if change.change is Became.CHANGED else "Still named by"
            lines.append(Markdown(f"{what} {self._listed(change.because_of)}."))
        if lines:
            yield Markdown("\n".join(f"- {line}" for line in lines))
        table = self._sides(entry)
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
        if change.accepted:
            parts.append(Markdown(f"– accepted: {text(change.accepted)}"))
        elif change.severities[0].is_dangerous and entry.whole:
            keys = ", ".join(code(each.key) for each in entry.changes)
            parts.append(Markdown(f'<span class="sb-key">key {keys}</span>'))
        return Markdown(" ".join(parts))

    def _what(self, entry: Entry) -> Markdown:
        """Which part of which object, where that is not the heading."""
        change = entry.first
        name, parts = change.object, {each.object.part for each in entry.changes}
        if name.kind in OF_PRIVILEGES:
            what = self._privileges(entry)
        elif not entry.is_many:
            return self._only(change)
        elif name.part and len(parts) == 1:
            what = Markdown(f"{self._word(name)} {code(name.part)}")
        else:
            return self._listed(tuple(entry.objects), entry.whole)
        return (
            Markdown(f"{what} of {self._listed(list(map(whole_of, entry.objects)))}")
            if entry.is_many
            else what
        )

    def _privileges(self, entry: Entry) -> Markdown:
        """Whose and which."""
        name = entry.first.object
        grantees = listed(
            [self.links.role(each) for each in dict.fromkeys(c.object.part for c in entry.changes)]
        )
        on = f" on {' '.join(name.types)}" if name.types else ""
        return Markdown(f"privileges of {grantees}{on}: {text(held(entry.first))}")

    def _only(self, change: ReviewedChange) -> Markdown:
        """One object, or a part of one."""
        name, is_gone = change.object, change.change is Became.REMOVED
        if name.part:
            return Markdown(f"{self._word(name)} {self._linked(name, is_gone=is_gone)}")
        if is_gone and name.kind is ObjectKind.RELATION:
            return self._columns(name)
        return code(self._shown(name)) if name.types is not None else Markdown(self._word(name))

    def _columns(self, name: ObjectId) -> Markdown:
        """The columns that a relation had."""
        said = ", ".join(f"{c.name} {c.type}".strip() for c in self.all.old.columns_of(name.name))
        cut = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
        return Markdown(f"{self._word(name)} of {code(cut)}") if cut else Markdown(self._word(name))

    def _sides(self, entry: Entry) -> Markdown:
        """What it said and says; of privileges all is in the heading."""
        change = entry.first
        if change.object.kind in OF_PRIVILEGES:
            return Markdown("")
        if change.change not in CAME_OR_WENT:
            return sides(entry.facts, (f"in {self.all.name}", "now"))
        is_part = bool(change.object.part)
        return one_side(f for f in change.facts if f.name not in LONG and (f.name != "kind" or is_part))

    # names

    def _listed(self, names: Sequence[ObjectId], whole: ObjectId | None = None) -> Markdown:
        """The first of several objects, each with what it is and of what, where these differ."""
        kinds = {self._word(name) for name in names}
        is_same = (
            len(kinds) == 1
            and len(names) > 1
            and all(not name.part or whole_of(name) == whole for name in names)
        )
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
            if is_gone or not has_place(self.book, name)
            else link(shown, self.links.url(*place_of(self.book, name)))
        )

"""The changes as Markdown for a comment on a pull request: a verdict, the dangerous first, others folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice

from schemabook.model import Database, ObjectId, ObjectKind
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.diagram import MOST_TABLES, to_mermaid, touched
from schemabook.review.effect import Severity
from schemabook.review.escaping import code, fenced, folded, in_list, linked, plain, visible
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.review.sections import CAME_OR_WENT, Entry, sections, whole_of
from schemabook.review.text import MOST_NAMES, Told, held
from schemabook.review.values import field_lines

Links = Callable[[ObjectId], str | None]
"""The address of an object's page; None where it has none."""

MOST = 60_000
"""Bytes of all. GitHub refuses more than 65,536 characters, and not always counts the same as one."""
SPARE = 600
"""Bytes for what ends a comment: what was left out, and how to accept a change."""
LONGEST = 3_000
"""Characters of a difference that are shown."""
LARGEST = 12_000
"""Bytes of a diagram; GitHub draws 50,000 characters."""
SHORT = 12
"""Lines of a difference from which on it is folded."""
SAID = 300
"""Characters that are shown of what came or went."""
NAMED = 50
"""Objects that are named where many are meant."""
LEGEND = "Green: new. Red: gone. Yellow: changed."
ACCEPT = "A change that is meant: its key below `accepted_changes` in schemabook.yml, and why."


def to_markdown(
    old: Database, new: Database, changes: Iterable[ReviewedChange], link: Links = lambda _: None
) -> str:
    """A comment of bounded length; what did not fit is counted at its end."""
    changes = tuple(changes)
    found = list(sections(change for change in changes if not change.accepted))
    comment = _Comment(_Items(Told(old, new), link), f"## Schema changes\n\n{verdict(changes)}\n")
    for section in found:
        if section.severity.is_dangerous:
            title = f"### {section.severity.capitalize()} ({section.all:,})"
            comment.add(section.severity, title, "", section.entries)
    comment.draw(old, new, changes)
    for section in found:
        if not section.severity.is_dangerous:
            comment.fold(section.severity, section.all, section.entries)
    settled = [change for change in changes if change.accepted]
    comment.fold("accepted", len(settled), chain(*(section.entries for section in sections(settled))))
    return comment.text(ACCEPT if any(section.severity.is_dangerous for section in found) else "")


def verdict(changes: Sequence[ReviewedChange]) -> str:
    """One line: how many changes of each class want to be looked at, and how many are beside these."""
    counts = Counter(change.severities[0] for change in changes if not change.accepted)
    accepted = sum(bool(change.accepted) for change in changes)
    dangerous, others = (
        ", ".join(f"{counts[s]:,} × {s}" for s in Severity if counts[s] and s.is_dangerous is wanted)
        for wanted in (True, False)
    )
    rest = ", ".join(filter(None, (others, f"{accepted:,} × accepted" if accepted else "")))
    if dangerous:
        return f"**To look at: {dangerous}.**{f' Beside that {rest}.' if rest else ''}"
    return f"**Nothing dangerous:** {rest}." if rest else "**No changes.**"


class _Comment:
    """What is shown so far, and how much was left out."""

    def __init__(self, items: _Items, head: str) -> None:
        self.items = items
        self.pieces = [head]
        self.room = MOST - SPARE - _size(head)
        self.left = Counter[str]()

    def draw(self, old: Database, new: Database, changes: Sequence[ReviewedChange]) -> None:
        """The tables before and after, as far as a diagram has room for them."""
        tables = touched(changes)
        drawn = f"{len(tables):,} tables are touched, more than fit here."
        if len(tables) <= MOST_TABLES:
            if not (text := to_mermaid(old, new, changes)):
                return
            picture = f"{fenced(text.splitlines(), 'mermaid')}\n\n<sub>{LEGEND}</sub>"
            drawn = picture if _size(picture) <= min(self.room, LARGEST) else drawn
        piece = f"\n### Tables before and after\n\n{drawn}\n"
        self.pieces.append(piece)
        self.room -= _size(piece)

    def fold(self, what: str, count: int, items: Iterable[Entry]) -> None:
        """A section that shows when the reader asks for it."""
        opening = f"<details><summary>{what.capitalize()} ({count:,})</summary>"
        self.add(what, opening, "</details>", items)

    def add(self, what: str, opening: str, closing: str, items: Iterable[Entry]) -> None:
        """A section with as many of its items as there is room for, each whole or without its details."""
        start, end = f"\n{opening}\n\n", f"\n{closing}\n" if closing else ""
        self.room -= _size(start) + _size(end)
        shown = [text for item in items if (text := self._fitting(what, item))]
        if shown:
            self.pieces += [start, *shown, end]

    def _fitting(self, what: str, item: Entry) -> str:
        for is_full in (True, False) if self.room > 0 else ():
            text = self.items.item(item, is_full=is_full)
            if _size(text) <= self.room:
                self.room -= _size(text)
                return text
        self.room = 0  # What is less grave does not go before it.
        self.left[what] += len(item.changes)
        return ""

    def text(self, note: str) -> str:
        """All of it."""
        if self.left:
            left = ", ".join(f"{count:,} {what}" for what, count in self.left.items())
            self.pieces.append(f"\n**Left out, as no more fits:** {left}. `schemabook diff` prints them.\n")
        if note:
            self.pieces.append(f"\n<sub>{note}</sub>\n")
        return visible("".join(self.pieces))


class _Items:
    """The items of the lists in words."""

    def __init__(self, told: Told, link: Links) -> None:
        self.told = told
        self.link = link

    def item(self, entry: Entry, *, is_full: bool) -> str:
        """What became of an object, or of many alike, what it says, what that does, and the details."""
        change = entry.first
        is_told = change.change in CAME_OR_WENT or change.object.kind in OF_PRIVILEGES
        fields = [] if is_told else [*map(field_lines, entry.facts), *((said,) for said in entry.own)]
        bullets = [code(first) for first, *lines in fields if not lines]
        if change.reason:
            bullets.append(f"Recognised by this: {plain(change.reason)}.")
        bullets += [plain(effect.sentence) for effect in change.effects]
        if change.accepted:
            bullets.append(f"Accepted: {plain(change.accepted)}")
        if change.because_of and not entry.is_many:
            bullets.append(self._dependents(change))
        if is_full and is_told and (said := " ".join(self.told.details(entry))):
            bullets.append(code(said if len(said) <= SAID else f"{said[:SAID]}…"))
        text = f"- {self._title(entry)}\n" + "".join(f"  - {bullet}\n" for bullet in bullets)
        blocks = [_difference(*lines) for lines in fields if len(lines) > 1] if is_full else []
        if entry.is_many:
            blocks.append(self._objects(entry, NAMED if is_full else 0))
        return text + "".join(in_list(f"\n{block}\n", "  ") for block in blocks)

    def _title(self, entry: Entry) -> str:
        change = entry.first
        name, whole = change.object, whole_of(change.object)
        kind, called = self.told.words(*(each.object for each in entry.changes))
        said = f": {plain(held(change))}" if name.kind in OF_PRIVILEGES else ""
        if entry.is_many:
            is_named = name.on or change.change in CAME_OR_WENT
            what = f"{kind} {code(called)}{said}" if is_named else name.kind.word
            return f"**{len(entry.objects):,} × {change.change}** {what}"
        shown = linked(code(called), self.link(name))
        if change.was:
            shown = f"{code(self.told.words(change.was)[1])} → {shown}"
        on = f" {_preposition(name)} {self._named(whole)}" if name != whole else ""
        return f"**{change.change}** {kind} {shown}{said}{on}{_keys(entry.changes)}"

    def _named(self, name: ObjectId) -> str:
        """An object, with what it is part of."""
        kind, called = self.told.words(name)
        whole = whole_of(name)
        on = f" {_preposition(name)} {self._named(whole)}" if name != whole else ""
        return f"{kind} {linked(code(called), self.link(name))}{on}"

    def _dependents(self, change: ReviewedChange) -> str:
        names = [self._named(name) for name in change.because_of[:MOST_NAMES]]
        more = len(change.because_of) - len(names)
        what = "Used by" if change.change is Became.CHANGED else "**Still named by**"
        return f"{what} {', '.join(names)}{f' and {more:,} more' if more else ''}."

    def _objects(self, entry: Entry, most: int) -> str:
        """Each of many objects with the keys of its changes."""
        found = entry.objects
        lines = [f"- {self._named(name)}{_keys(of)}" for name, of in islice(found.items(), most)]
        if len(found) > most:
            lines.append(f"- {len(found) - most:,} more")
        return folded(f"which {len(found):,}", "\n".join(lines))


def _difference(name: str, *lines: str) -> str:
    """The lines of a field that differ; many are folded."""
    text = "\n".join(line[2:] for line in lines)
    block = fenced((text if len(text) <= LONGEST else f"{text[:LONGEST]}…").split("\n"), "diff")
    return folded(f"{name} {len(lines)} lines", block) if len(lines) > SHORT else f"{name}\n\n{block}"


def _keys(changes: Sequence[ReviewedChange]) -> str:
    if changes[0].accepted or not changes[0].severities[0].is_dangerous:
        return ""
    return f" · key {', '.join(code(change.key) for change in changes)}"


def _preposition(name: ObjectId) -> str:
    return "of" if name.kind is ObjectKind.COLUMN else "on"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))

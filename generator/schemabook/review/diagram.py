"""The touched tables before and after as one Mermaid diagram, in which new is green and gone is red.

https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from schemabook.map.mermaid import escaped, qualified
from schemabook.model import ConstraintKind, Database, Name, ObjectKind
from schemabook.review.change import Became, ReviewedChange

MOST_TABLES = 25
"""Touched tables from which on a diagram shows nothing that a list does not."""
MOST_LINKS = 60
"""Mermaid draws at most 500, and those that are the same are left out first."""
MOST_COLUMNS = 8
"""Columns that are told of a table."""
LONGEST = 60
"""Characters of a column's line."""


class Look(StrEnum):
    """How a table or a foreign key is drawn; the text is dark on a light ground in either theme."""

    NEW = "fill:#dafbe1,stroke:#1a7f37,color:#1f2328,stroke-width:2px"
    GONE = "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:2px,stroke-dasharray:5 3"
    CHANGED = "fill:#fff8c5,stroke:#9a6700,color:#1f2328,stroke-width:2px"
    SAME = "fill:#f6f8fa,stroke:#818b98,color:#1f2328"

    @property
    def of_link(self) -> str:
        """The line alone."""
        return ",".join(part for part in self.split(",") if part.startswith("stroke"))


WIDE = '%%{init: {"flowchart": {"wrappingWidth": 500}}}%%'
"""Keeps names on one line."""
SIGNS = {Became.ADDED: "+ ", Became.REMOVED: "− "}
"""What tells without a colour that a table or a column came or went."""
LOOKS = {
    Became.ADDED: Look.NEW,
    Became.REMOVED: Look.GONE,
    Became.RENAMED: Look.CHANGED,
    Became.CHANGED: Look.CHANGED,
}
ARROWS = {Look.NEW: "==>", Look.GONE: "-.->", Look.SAME: "-->"}


class _Link(NamedTuple):
    """A foreign key between two tables, by its names in the new database."""

    table: Name
    references: Name
    columns: tuple[str, ...]


@dataclass(slots=True)
class _Table:
    look: Look = Look.SAME
    title: str = ""
    lines: list[str] = field(default_factory=list)


def touched(changes: Iterable[ReviewedChange]) -> frozenset[Name]:
    """The tables and views that have changed in what a diagram shows: their names, columns, foreign keys."""
    return frozenset(change.object.name for change in changes if _is_drawn(change))


def to_mermaid(old: Database, new: Database, changes: Iterable[ReviewedChange]) -> str:
    """The diagram's text, without a last line feed; empty where it would show one table alone."""
    drawn = [change for change in changes if _is_drawn(change)]
    diagram = _Diagram(old, new, drawn)
    return (
        "\n".join(diagram.lines())
        if len(diagram.tables) > 1 or {*diagram.links.values()} - {Look.SAME}
        else ""
    )


def _is_drawn(change: ReviewedChange) -> bool:
    match change.object.kind:
        case ObjectKind.RELATION:
            return change.change is not Became.CHANGED
        case ObjectKind.COLUMN:
            fields = {fact.name for fact in change.facts}
            return change.change is not Became.CHANGED or bool(fields & {"type", "not_null"})
        case ObjectKind.CONSTRAINT:
            return change.change is not Became.RENAMED and any(
                fact.name == "references" or ConstraintKind.FOREIGN_KEY in (fact.old, fact.new)
                for fact in change.facts
            )
    return False


class _Diagram:
    def __init__(self, old: Database, new: Database, changes: Sequence[ReviewedChange]) -> None:
        self.old, self.new = old, new
        self.now = {c.was.whole.name: c.object.name for c in changes if c.was}
        self.columns = {(c.object.name, c.was.part): c.object.part for c in changes if c.was}
        self.tables = {name: _Table(Look.CHANGED) for name in sorted(touched(changes))}
        for change in changes:
            self._add(change)
        self.links = self._links()

    def _add(self, change: ReviewedChange) -> None:
        table, name = self.tables[change.object.name], change.object
        if name.kind is ObjectKind.COLUMN:
            table.lines.append(_of_column(change))
        elif name.kind is ObjectKind.RELATION:
            table.look = LOOKS[change.change]
            table.title = f"{qualified(change.was.name)} → " if change.was else SIGNS[change.change]
            if change.change is Became.ADDED:
                columns = self.new.columns_of(name.name)
                table.lines += [_line(f"{column.name} {column.type}") for column in columns]

    def _links(self) -> dict[_Link, Look]:
        """The foreign keys from and to touched tables; what came or went shows both of its ends."""
        names = tuple(self.tables)
        was = {now: name for name, now in self.now.items()}
        before = {link for name in names for link in self._keys(self.old, was.get(name, name))}
        after = {link for name in names for link in self._keys(self.new, name)}
        for link in sorted(before ^ after):
            self.tables.setdefault(link.references, _Table())
        same = before & after | {
            link for name in self.tables for link in self._keys(self.new, name) if link.references in names
        }
        looks = dict.fromkeys(same, Look.SAME)
        looks |= dict.fromkeys(after - before, Look.NEW) | dict.fromkeys(before - after, Look.GONE)
        return {link: looks[link] for link in sorted(looks) if link.references in self.tables}

    def _keys(self, database: Database, name: Name) -> Iterator[_Link]:
        for key in database.foreign_keys_of(name):
            if key.references:
                table, references = (
                    self.now.get(n, n) if database is self.old else n for n in (name, key.references.relation)
                )
                columns = tuple(
                    self.columns.get((table, c), c) if database is self.old else c for c in key.columns
                )
                yield _Link(table, references, columns)

    def lines(self) -> Iterator[str]:
        """The lines of the text."""
        yield WIDE
        yield "flowchart LR"
        ids = {name: f"t{number}" for number, name in enumerate(self.tables)}
        for name, table in self.tables.items():
            more = len(table.lines) - MOST_COLUMNS
            lines = [*table.lines[:MOST_COLUMNS], *([f"… {more} more"] if more > 0 else [])]
            label = "<br>".join([table.title + qualified(name), *lines])
            yield f'    {ids[name]}["{label}"]:::{table.look.name.lower()}'
        links = sorted(self.links.items(), key=lambda item: item[1] is Look.SAME)[:MOST_LINKS]
        for link, look in links:
            columns = ", ".join(map(escaped, link.columns))
            yield f'    {ids[link.table]} {ARROWS[look]}|"{columns}"| {ids[link.references]}'
        for number, (_, look) in enumerate(links):
            if look is not Look.SAME:
                yield f"    linkStyle {number} {look.of_link}"
        yield from (f"    classDef {look.name.lower()} {look}" for look in Look)


def _of_column(change: ReviewedChange) -> str:
    name = change.object.part
    facts = {fact.name: fact for fact in change.facts}
    old, new = (
        (value or "" for value in (facts["type"].old, facts["type"].new)) if "type" in facts else ("", "")
    )
    if change.change in SIGNS:
        return _line(f"{SIGNS[change.change]}{name} {old}{new}")
    was = f"{change.was.part} → " if change.was else ""
    said = f": {old} → {new}" if new else ""
    if required := facts.get("not_null"):
        said += ", not null" if required.new else ", null"
    return _line(f"{was}{name}{said}")


def _line(text: str) -> str:
    """A line of a table's box."""
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return " ".join(map(escaped, short.split()))

"""The columns of all tables and views from A to Z, on the site: where a name is used, and as which type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from schemabook.model import Column, ColumnName
from schemabook.pages.letters import OTHER, letter_of
from schemabook.pages.links import Links, part_anchor
from schemabook.pages.markdown import Markdown, code, link
from schemabook.pages.paths import Beside, column_page, letter_page
from schemabook.pages.render import page_of
from schemabook.pages.wording import count
from schemabook.project.book import Book, Page

PATH = Beside.COLUMNS.page
MOST_NAMES = 500
"""How many names one page holds before there is one for each letter."""
MOST_LINKS = 1200
"""How many links a page holds: the HTML of one is some 150 bytes."""
MOST_TABLES = 30
"""In how many tables a column is told on the list; one that is in more has a page of its own."""


class Entry(NamedTuple):
    """A name, and the columns that have it."""

    name: str
    columns: tuple[Column, ...]

    @property
    def letter(self) -> str:
        """The first letter, without accent."""
        return letter_of(self.name)

    @property
    def is_long(self) -> bool:
        """Whether it has a page of its own."""
        return len(self.columns) > MOST_TABLES

    @property
    def is_shared(self) -> bool:
        """Whether so many have it that who looks for it is led to the list."""
        return len(self.columns) > 2

    @property
    def weight(self) -> int:
        """How many links it is on a list."""
        return 1 if self.is_long else len(self.columns)


class Part(NamedTuple):
    """As many names of one letter as a page can hold."""

    letter: str
    number: int
    entries: list[Entry]

    @property
    def title(self) -> str:
        """`C`, and `C 2` for the next page of it."""
        return self.letter if self.number == 1 else f"{self.letter} {self.number}"

    @property
    def path(self) -> str:
        """The part's page, where it has one."""
        return letter_page(self.letter, self.number)


def columns_by_page(book: Book) -> Iterator[tuple[str, str, list[Entry]]]:
    """The pages of the list with their titles, and the names on each."""
    entries = _entries(book)
    if _is_short(entries):
        yield "Columns", PATH, entries
    else:
        yield from ((f"Columns: {part.title}", part.path, part.entries) for part in _parts(entries))


def _is_short(entries: list[Entry]) -> bool:
    return len(entries) <= MOST_NAMES and sum(entry.weight for entry in entries) <= MOST_LINKS


def column_pages(book: Book) -> Iterator[Page]:
    """The list, and its parts where one page would be too large."""
    entries = _entries(book)
    parts = list(_parts(entries))
    if _is_short(entries):
        jumps = [link(part.letter, f"#{part.letter.lower()}") for part in parts]
        yield page_of(book, PATH, "columns.md.j2", partial(_list, parts, "Columns", jumps))
    else:
        lines = [_part_line(part) for part in parts]
        yield page_of(book, PATH, "column_index.md.j2", lambda _: {"parts": lines})
        for part in parts:
            others = [_beside(part, other) for other in parts]
            context = partial(_list, [part], f"Columns: {part.title}", others)
            yield page_of(book, part.path, "columns.md.j2", context)


def long_column_pages(book: Book) -> Iterator[Page]:
    """The pages of names that very many columns have."""
    for entry in _entries(book):
        if entry.is_long:
            yield page_of(book, column_page(entry.name), "column.md.j2", partial(_long, entry))


def _entries(book: Book) -> list[Entry]:
    """Every name."""
    entries = [Entry(name, columns) for name, columns in book.columns_by_name.items()]
    return sorted(entries, key=lambda e: (e.letter == OTHER, e.letter, e.name.casefold(), e.name))


def _parts(entries: list[Entry]) -> Iterator[Part]:
    for letter, found in groupby(entries, key=lambda entry: entry.letter):
        number, weight = 1, 0
        held: list[Entry] = []
        for entry in found:
            if held and weight + entry.weight > MOST_LINKS:
                yield Part(letter, number, held)
                number, held, weight = number + 1, [], 0
            held.append(entry)
            weight += entry.weight
        yield Part(letter, number, held)


def _beside(part: Part, other: Part) -> Markdown:
    """A link from one part's page to another's."""
    if other is part:
        return Markdown(f"**{part.title}**")
    return link(other.title, other.path.removeprefix("columns/"))


def _part_line(part: Part) -> Markdown:
    first, last = part.entries[0].name, part.entries[-1].name
    span = code(first) if first == last else f"{code(first)} to {code(last)}"
    return Markdown(f"{link(part.title, part.path)}: {count(len(part.entries), 'name')}, {span}")


def _list(parts: list[Part], title: str, jumps: list[Markdown], links: Links) -> dict[str, Any]:
    return {
        "title": title,
        "jumps": Markdown(" · ".join(jumps)) if len(jumps) > 1 else "",
        "letters": [
            {"letter": part.letter, "rows": [_row(entry, links) for entry in part.entries]} for part in parts
        ],
    }


def _row(entry: Entry, links: Links) -> dict[str, Markdown | str]:
    if entry.is_long:
        where = link(count(len(entry.columns), "table"), links.url(column_page(entry.name)))
    else:
        where = Markdown("<br>".join(_places(entry, links)))
    id_ = part_anchor("column", entry.name)
    anchor = Markdown(f'<a id="{id_}"></a>' if entry.is_shared and not entry.is_long else "")
    return {"name": entry.name, "anchor": anchor, "type": _type(entry, links), "where": where}


def _type(entry: Entry, links: Links) -> Markdown:
    """The type where it is the same everywhere; views may not tell it."""
    types = {column.type for column in entry.columns if column.type}
    if len(types) > 1:
        return Markdown(f"{len(types)} types")
    return links.type(types.pop()) if types else Markdown("")


def _places(entry: Entry, links: Links) -> Iterator[Markdown]:
    """The tables that have the column; where types differ, a line for each."""
    found: dict[str, list[Markdown]] = defaultdict(list)
    one = len({column.type for column in entry.columns if column.type}) < 2
    for column in entry.columns:
        shown = links.column(ColumnName(column.relation, column.name), links.shown(column.relation))
        found["" if one else column.type].append(shown)
    for spelled in sorted(found, key=lambda spelled: (not spelled, spelled)):
        before = f"{links.type(spelled)}: " if spelled else ("" if one else "type not told: ")
        yield Markdown(f"{before}{', '.join(found[spelled])}")


def _long(entry: Entry, links: Links) -> dict[str, Any]:
    return {
        "name": entry.name,
        "number": count(len(entry.columns), "table"),
        "type": _type(entry, links),
        "all": link("all columns", links.url(PATH)),
        "places": list(_places(entry, links)),
    }

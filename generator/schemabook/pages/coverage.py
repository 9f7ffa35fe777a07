"""The coverage of comments as a page of the site."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from schemabook.model import ColumnName, Name, ObjectId, ObjectKind
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown
from schemabook.pages.paths import Beside
from schemabook.pages.render import page_of
from schemabook.pages.tables import Row, Table
from schemabook.project.book import Book, Page
from schemabook.project.coverage import DOCUMENTED, Coverage, Tally

MOST = 100
"""How many lines each list of what lacks a comment has."""
HEADS = {
    ObjectKind.RELATION: "Tables and views",
    ObjectKind.COLUMN: "Columns",
    ObjectKind.ROUTINE: "Functions",
    ObjectKind.TYPE: "Types",
}


def coverage_page(book: Book) -> Iterator[Page]:
    """The page of what has a comment, by schema and kind, and what has none."""
    yield page_of(book, Beside.COVERAGE.page, "coverage.md.j2", _context)


def _context(links: Links) -> dict[str, Any]:
    book, found = links.book, links.book.coverage
    schemas = [name for name in book.database.schemas if found.tally(schema=name).total]
    rows: list[Row] = [(links.schema(name), *_tallies(found, name)) for name in schemas]
    if len(rows) > 1:
        rows.append((Markdown("**all**"), *_tallies(found, None)))
    heads = (*HEADS.values(), "All")
    return {
        "whole": found.tally(),
        "table": Table(Markdown(""), ("Schema", *heads), rows, frozenset(heads)),
        "lists": [{"title": title, "items": items} for title, items in _lists(found, links) if items],
    }


def _tallies(found: Coverage, schema: str | None) -> Iterator[str]:
    for kind in (*DOCUMENTED, None):
        yield _words(found.tally(schema=schema, kind=kind))


def _words(tally: Tally) -> str:
    """`75% (3 of 4)`; empty where there is nothing to document."""
    return f"{tally.percent}% ({tally})" if tally.total else ""


def _lists(found: Coverage, links: Links) -> Iterator[tuple[str, list[Markdown]]]:
    """What lacks a comment by kind; the columns of a table are one line."""
    for kind, subjects in groupby(found.missing, key=lambda subject: subject.kind):
        by_name = [(name, list(group)) for name, group in groupby(subjects, key=lambda subject: subject.name)]
        lines = [_line(kind, name, group, links) for name, group in by_name[:MOST]]
        more = len(by_name) - MOST
        yield HEADS[kind], [*lines, Markdown(f"and {more:,} more")] if more > 0 else lines


def _line(kind: ObjectKind, name: Name, subjects: list[ObjectId], links: Links) -> Markdown:
    match kind:
        case ObjectKind.RELATION:
            return links.relation(name)
        case ObjectKind.ROUTINE:
            number = f" ({len(subjects)} overloads)" if len(subjects) > 1 else ""
            return Markdown(f"{links.routine(name)}{number}")
        case ObjectKind.TYPE:
            return links.type(str(name))
        case _:
            columns = [links.column(ColumnName(name, subject.part), subject.part) for subject in subjects]
            return Markdown(f"{links.relation(name)}: {', '.join(columns)}")

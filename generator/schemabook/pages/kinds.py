"""The kinds of pages: one row each, which says who makes them, for which edition, and what leads there.

What a new kind needs beside its row is its module, its template, and its name in `paths.Beside` where it is
beside the folders of the schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from schemabook.pages.access_page import access_page, has_access
from schemabook.pages.columns import column_pages, long_column_pages
from schemabook.pages.coverage import coverage_page
from schemabook.pages.drift_page import drift_page
from schemabook.pages.groups import group_pages
from schemabook.pages.history_pages import changelog_page, migrations_page
from schemabook.pages.links import Links
from schemabook.pages.listings import LISTINGS
from schemabook.pages.markdown import Markdown, link
from schemabook.pages.others import has_others, other_pages
from schemabook.pages.overview import overview_page
from schemabook.pages.paths import OVERVIEW, Beside
from schemabook.pages.receipt import receipt_page
from schemabook.pages.relations import relation_pages
from schemabook.pages.roles import role_list, role_pages
from schemabook.pages.routines import routine_pages
from schemabook.pages.schemas import schema_pages
from schemabook.pages.sequences import sequence_pages
from schemabook.pages.user_types import type_pages
from schemabook.project.book import Book, Page


class FoundAs(Enum):
    """How the search finds a page."""

    OBJECT = auto()
    """As the object, or the names of columns, that it is about: `site.entries` has one for it."""
    PROSE = auto()
    """As a guide, by its sections."""
    LIST = auto()
    """By its title and first paragraph: what it lists are objects, which are found themselves."""


class PageKind(NamedTuple):
    """A kind of pages."""

    name: str
    """What it is called, also on the line of the overview."""
    make: Callable[[Book], Iterable[Page]]
    """The pages, of which none is made before it is asked for its Markdown."""
    found_as: FoundAs
    path: str = ""
    """Of the one page, or the first; empty where each object has its own."""
    exists: Callable[[Book], object] = bool
    """Whether there is any; a book is true."""
    is_committed: bool = False
    """Whether it is written to docs/reference/; else it is of the built site only."""
    on_overview: bool = False
    """Whether a line of the built overview leads there."""


def browse(links: Links) -> Markdown:
    """`Browse: tables · views · columns A–Z · …`: the pages that there are; on the site only."""
    book = links.book
    if not book.for_site:
        return Markdown("")
    # What is said of objects comes after the objects.
    listed = sorted((kind for kind in KINDS if kind.on_overview), key=lambda kind: kind.make is coverage_page)
    found = [link(kind.name, links.url(kind.path)) for kind in listed if kind.exists(book)]
    return Markdown(f"**Browse:** {' · '.join(found)}")


def _what_changed(book: Book) -> Iterator[Page]:
    if book.since.page:
        yield Page(Beside.WHAT_CHANGED.page, partial(book.since.page, book))


KINDS: tuple[PageKind, ...] = (
    PageKind(
        "overview", lambda book: overview_page(book, browse), FoundAs.PROSE, OVERVIEW, is_committed=True
    ),
    PageKind("schema", schema_pages, FoundAs.OBJECT, is_committed=True),
    PageKind("relation", relation_pages, FoundAs.OBJECT, is_committed=True),
    PageKind("routine", routine_pages, FoundAs.OBJECT, is_committed=True),
    PageKind("type", type_pages, FoundAs.OBJECT, is_committed=True),
    PageKind("sequence", sequence_pages, FoundAs.OBJECT, is_committed=True),
    PageKind("others", other_pages, FoundAs.PROSE, Beside.OTHERS.page, has_others, is_committed=True),
    PageKind("receipt", receipt_page, FoundAs.LIST, Beside.RECEIPT.page),
    PageKind("coverage of comments", coverage_page, FoundAs.LIST, Beside.COVERAGE.page, on_overview=True),
    PageKind("map", lambda _: [Page(Beside.MAP.page, lambda: "# Map\n")], FoundAs.LIST, Beside.MAP.page),
    *(
        PageKind(list_.name.value, list_.pages, FoundAs.LIST, list_.name.page, list_.exists, on_overview=True)
        for list_ in LISTINGS
    ),
    PageKind(
        "columns A–Z",
        column_pages,
        FoundAs.OBJECT,
        Beside.COLUMNS.page,
        lambda book: book.columns_by_name,
        on_overview=True,
    ),
    PageKind("column of many tables", long_column_pages, FoundAs.OBJECT),
    PageKind("group", group_pages, FoundAs.OBJECT),
    PageKind(
        "what changed",
        _what_changed,
        FoundAs.LIST,
        Beside.WHAT_CHANGED.page,
        lambda book: book.since.page,
        on_overview=True,
    ),
    PageKind(
        "changelog",
        changelog_page,
        FoundAs.LIST,
        Beside.CHANGELOG.page,
        lambda book: book.history.events or book.history.source == "git",
        on_overview=True,
    ),
    PageKind(
        "migrations",
        migrations_page,
        FoundAs.LIST,
        Beside.MIGRATIONS.page,
        lambda book: book.history.migrations,
        on_overview=True,
    ),
    PageKind(
        "drift",
        drift_page,
        FoundAs.LIST,
        Beside.DRIFT.page,
        lambda book: book.history.drift,
        on_overview=True,
    ),
    PageKind(
        "roles", role_list, FoundAs.LIST, Beside.ROLES.page, lambda book: book.roles.names, on_overview=True
    ),
    PageKind("role", role_pages, FoundAs.OBJECT),
    PageKind("who can do what", access_page, FoundAs.LIST, Beside.ACCESS.page, has_access, on_overview=True),
)
"""In the order in which the pages are made."""

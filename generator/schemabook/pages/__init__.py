"""Database → pages: the Markdown of docs/reference/, quiet in diffs, and that of the built site.

No counts but on the overview, no dates, no hashes, no padding; lists are one item per line and sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter

from schemabook.pages.kinds import KINDS
from schemabook.pages.paths import at_own_addresses
from schemabook.pages.spelling import in_its_spelling
from schemabook.project.book import Book, Page

__all__ = [
    "Book",
    "Page",
    "committed_page_list",
    "committed_pages",
    "in_its_spelling",
    "pages",
    "site_page_list",
    "site_pages",
]


def pages(book: Book) -> Mapping[str, str]:
    """Each committed page's Markdown by its path below the output folder."""
    return {page.path: page.make() for page in committed_page_list(book)}


def committed_pages(book: Book) -> Mapping[str, str]:
    """The committed pages, but SQL that says the same spelled as the pages that are there have it."""
    return in_its_spelling(pages(book), book.config.output, lambda: book.database)


def site_pages(book: Book) -> Mapping[str, str]:
    """Each page of the built site by its path: the Markdown of `site_page_list`."""
    return {page.path: page.make() for page in site_page_list(book)}


def site_page_list(book: Book) -> list[Page]:
    """The pages of the built site, none made yet: those that are committed, with more, and those beside."""
    book = book.of_site()
    return at_own_addresses([*committed_page_list(book), *_pages(book, is_committed=False)])


def committed_page_list(book: Book) -> list[Page]:
    """The committed pages, none made yet."""
    return at_own_addresses(sorted(_pages(book, is_committed=True), key=attrgetter("path")))


def _pages(book: Book, *, is_committed: bool) -> Iterator[Page]:
    for kind in KINDS:
        if kind.is_committed == is_committed and kind.exists(book):
            yield from kind.make(book)

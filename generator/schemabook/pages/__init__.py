"""Database → pages: the Markdown of docs/reference/, quiet in diffs, and that of the built site.

No counts but on the overview, no dates, no hashes, no padding; lists are one item per line and sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from schemabook.pages.columns import column_pages, long_column_pages
from schemabook.pages.coverage import coverage_page
from schemabook.pages.groups import group_pages
from schemabook.pages.listings import listing_pages
from schemabook.pages.markdown_cache import PagesAgain
from schemabook.pages.others import other_pages
from schemabook.pages.overview import overview_page
from schemabook.pages.paths import at_own_addresses
from schemabook.pages.receipt import receipt_page
from schemabook.pages.relation_map import map_page
from schemabook.pages.relations import relation_pages
from schemabook.pages.roles import role_pages
from schemabook.pages.routines import routine_pages
from schemabook.pages.schemas import schema_pages
from schemabook.pages.sequences import sequence_pages
from schemabook.pages.user_types import type_pages
from schemabook.project.book import Book, Page

__all__ = ["Book", "PagesAgain", "pages", "site_pages"]

OBJECTS = (relation_pages, routine_pages, type_pages, sequence_pages)


def pages(book: Book, again: PagesAgain | None = None) -> Mapping[str, str]:
    """Each committed page's Markdown by its path below the output folder.

    With *again*, which follows this book, the objects' pages are made only where they may be others.
    """
    of_objects = chain.from_iterable(pages_of(book) for pages_of in OBJECTS)
    made = [overview_page(book), *schema_pages(book), *_made(of_objects, book, again), *other_pages(book)]
    return at_own_addresses(sorted(made))


def site_pages(book: Book, again: PagesAgain | None = None) -> Mapping[str, str]:
    """Each page of the built site: the committed ones with all that they leave out, and those beside them."""
    book = replace(book, for_site=True)
    made = [
        receipt_page(book),
        coverage_page(book),
        map_page(),
        *listing_pages(book),
        *column_pages(book),
        *_made(long_column_pages(book), book, again),
        *group_pages(book),
        *role_pages(book),
    ]
    return at_own_addresses(chain(pages(book, again).items(), made))


def _made(pages: Iterable[Page], book: Book, again: PagesAgain | None) -> Iterator[tuple[str, str]]:
    seen = set()
    for page in pages:
        # By its path it is known again, unless that is also another's.
        known = again if page.path not in seen else None
        seen.add(page.path)
        yield page.path, known.page(page, for_site=book.for_site) if known else page.make(page.path, book)

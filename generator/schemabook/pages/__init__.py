"""Database → pages: the Markdown of docs/reference/, quiet in diffs, and that of the built site.

No counts but on the overview, no dates, no hashes, no padding; lists are one item per line and sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from schemabook.pages.kinds import KINDS
from schemabook.pages.markdown_cache import MarkdownCache
from schemabook.pages.paths import at_own_addresses
from schemabook.pages.spelling import in_its_spelling
from schemabook.project.book import Book, Page

__all__ = ["Book", "MarkdownCache", "committed_pages", "in_its_spelling", "pages", "site_pages"]


def pages(book: Book, cache: MarkdownCache | None = None) -> Mapping[str, str]:
    """Each committed page's Markdown by its path below the output folder.

    With a *cache*, which follows this book, an object's page is regenerated only where it may be another.
    """
    return at_own_addresses(sorted(_made(book, cache, is_committed=True)))


def committed_pages(book: Book) -> Mapping[str, str]:
    """The committed pages, but SQL that says the same spelled as the pages that are there have it."""
    return in_its_spelling(pages(book), book.config.output, lambda: book.database)


def site_pages(book: Book, cache: MarkdownCache | None = None) -> Mapping[str, str]:
    """Each page of the built site: the committed ones with all that they leave out, and those beside them."""
    book = replace(book, for_site=True)
    beside = _made(book, cache, is_committed=False)
    return at_own_addresses([*pages(book, cache).items(), *beside])


def _made(book: Book, cache: MarkdownCache | None, *, is_committed: bool) -> Iterator[tuple[str, str]]:
    seen = set()
    for kind in KINDS:
        if kind.is_committed != is_committed or not kind.exists(book):
            continue
        for page in kind.make(book):
            if not isinstance(page, Page):
                yield page
                continue
            # By its path it is known again, unless that is also another's.
            known = cache if page.path not in seen else None
            seen.add(page.path)
            yield page.path, known.page(page, for_site=book.for_site) if known else page.make(page.path, book)

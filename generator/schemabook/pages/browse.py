"""The line of the overview that leads to the pages beside those of the schemas; on the site only."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.pages.columns import PATH as COLUMNS
from schemabook.pages.coverage import PATH as COVERAGE
from schemabook.pages.links import Links
from schemabook.pages.listings import LISTINGS
from schemabook.pages.markdown import Markdown, link
from schemabook.pages.roles import PATH as ROLES
from schemabook.project.book import Book


def browse(book: Book, links: Links) -> Markdown:
    """`Browse: tables · views · columns A–Z · …`: the pages that there are."""
    found = [link(words, links.url(page)) for words, page in _pages(book)]
    return Markdown(f"**Browse:** {' · '.join(found)}")


def _pages(book: Book) -> Iterator[tuple[str, str]]:
    for listing in LISTINGS:
        if any(True for _ in listing.objects(book)):
            yield listing.title.lower(), listing.path
    if book.database.columns:
        yield "columns A–Z", COLUMNS
    if book.roles.names:
        yield "roles", ROLES
    yield "coverage of comments", COVERAGE

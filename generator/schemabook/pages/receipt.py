"""The receipt as a page: made when the site is built, since its numbers change with every statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.model import Finding, ObjectId, Unread
from schemabook.model.finding import WHOLE
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, text
from schemabook.pages.paths import Beside
from schemabook.pages.render import page_of
from schemabook.project.book import Book, Page
from schemabook.project.receipt import follow
from schemabook.secrets import without_secrets


def receipt_page(book: Book) -> Iterator[Page]:
    """The page of where every statement of the dumps went."""
    yield page_of(book, Beside.RECEIPT.page, "receipt.md.j2", _context)


def _context(links: Links) -> dict[str, Any]:
    book, receipt = links.book, links.database.receipt
    return {
        "files": [
            {"name": code(book.config.shown(i.path)), "statements": i.statements, "bytes": f"{i.bytes:,}"}
            for i in book.database.inputs
        ],
        "folders": [
            Markdown(f"{code(book.config.shown(path))}: {text(words)}") for path, words in receipt.folders
        ],
        "statements": receipt.statements,
        "read": receipt.read,
        "ignored": [{"reason": reason, "number": number} for reason, number in receipt.ignored.items()],
        "unread": [unread_words(book, *found) for found in receipt.causes],
        "not_understood": len(receipt.unread),
        "warnings": [_warning_words(book, found) for found in book.database.warnings],
    }


def unread_words(book: Book, found: Unread, following: int) -> Markdown:
    """`schema/dump.sql:12`: why it was not understood, its first words, and how many follow from it."""
    place = _place(book, *found.statement.source)
    if found.is_hidden:
        return Markdown(f"{place}: about what the settings hide{follow(following)}")
    words = " ".join(without_secrets(found.statement.text)[:400].split())[:80]
    return Markdown(f"{place}: {text(without_secrets(found.reason))}: {code(words)}{follow(following)}")


def warnings_on_page(book: Book, whole: ObjectId) -> list[Markdown]:
    """What is to be said of an object, on its own page: without lines of the dump, which change too often."""
    found = {(w.part, w.message) for w in book.database.warnings_of(whole)}
    return [
        Markdown(f"{code(part)}: {words}" if part not in WHOLE else words)
        for part, words in sorted((part, text(without_secrets(message))) for part, message in found)
    ]


def _warning_words(book: Book, found: Finding) -> Markdown:
    """`schema/dump.sql:12`: `public.f()`: what is to be said of it."""
    message = text(without_secrets(found.message))
    return Markdown(f"{_place(book, *found.place)}: {code(found.about)}: {message}")


def _place(book: Book, path: str, line: int | None) -> Markdown:
    return code(f"{book.config.shown(path)}:{line}")

"""The receipt as a page: made when the site is built, since its numbers change with every statement."""

from __future__ import annotations

from schemabook.model import Unread
from schemabook.pages.book import Book
from schemabook.pages.markdown import Markdown, code, text
from schemabook.pages.paths import site_page
from schemabook.pages.render import render
from schemabook.secrets import without_secrets

PATH = site_page("receipt")


def receipt_page(book: Book) -> tuple[str, str]:
    """Path and Markdown of the page: where every statement of the dumps went."""
    receipt = book.database.receipt
    return PATH, render(
        book,
        "receipt.md.j2",
        {
            "files": [
                {"name": code(book.config.shown(i.path)), "statements": i.statements, "bytes": f"{i.bytes:,}"}
                for i in book.database.inputs
            ],
            "folders": [text(folder) for folder in receipt.folders],
            "statements": receipt.statements,
            "read": receipt.read,
            "ignored": [{"reason": reason, "number": number} for reason, number in receipt.ignored.items()],
            "unread": [unread_words(book, found) for found in receipt.unread],
        },
    )


def unread_words(book: Book, found: Unread) -> Markdown:
    """`schema/dump.sql:12`: why it was not understood, and its first words."""
    source = found.statement.source
    place = code(f"{book.config.shown(source.path)}:{source.line}")
    if found.is_hidden:
        return Markdown(f"{place}: about what the settings hide")
    words = " ".join(without_secrets(found.statement.text)[:400].split())[:80]
    return Markdown(f"{place}: {text(without_secrets(found.reason))}: {code(words)}")

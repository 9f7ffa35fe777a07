"""The receipt in words: where every statement went, and what to know of what was read."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Database
from schemabook.secrets import without_secrets


def receipt_lines(database: Database) -> Iterator[str]:
    """How folders are laid out, where every statement went, and what is to be said of single objects."""
    receipt = database.receipt
    yield from receipt.folders
    ignored = sum(receipt.ignored.values())
    reasons = ", ".join(f"{number} {reason}" for reason, number in receipt.ignored.items())
    yield (
        f"{receipt.statements} statements: {receipt.read} read, {ignored} ignored"
        f"{f' ({reasons})' if reasons else ''}, {len(receipt.unread)} not understood"
    )
    for found in receipt.unread:
        statement = found.statement
        yield f"  {statement.source}: {one_line(found.reason, 120)}: {one_line(statement.text, 60)}"
    yield from (f"  {warning}" for warning in warning_lines(database))


def warning_lines(database: Database) -> Iterator[str]:
    """`schema/dump.sql:12: warning: public.f(): …`, by file and line."""
    for found in database.warnings:
        yield f"{found.source}: warning: {one_line(found.about, 120)}: {one_line(found.message, 200)}"


def one_line(text: str, most: int) -> str:
    """The beginning of a text, on one line and without secrets."""
    return " ".join(without_secrets(text)[: 4 * most].split())[:most]

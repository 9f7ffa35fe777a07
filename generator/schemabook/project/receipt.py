"""The receipt in words: where every statement went, and what to know of what was read."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Database, Receipt
from schemabook.secrets import one_line


def receipt_lines(database: Database) -> Iterator[str]:
    """How folders are laid out, where every statement went, and what is to be said of single objects."""
    receipt = database.receipt
    yield from folder_lines(receipt)
    ignored = sum(receipt.ignored.values())
    reasons = ", ".join(f"{number} {reason}" for reason, number in receipt.ignored.items())
    yield (
        f"{receipt.statements} statements: {receipt.read} read, {ignored} ignored"
        f"{f' ({reasons})' if reasons else ''}, {len(receipt.unread)} not understood"
    )
    for found, following in receipt.causes:
        statement = found.statement
        words = f"{one_line(found.reason, 200)}: {one_line(statement.text, 60)}"
        yield f"  {statement.source}: {words}{follow(following)}"
    yield from (f"  {warning}" for warning in database.warnings)


def follow(number: int) -> str:
    """`; 9 more statements follow from it`, if there are any."""
    if not number:
        return ""
    return f"; {number} more statement{'s follow' if number > 1 else ' follows'} from it"


def folder_lines(receipt: Receipt) -> Iterator[str]:
    """`migrations: Prisma: 19 migrations`, for each folder."""
    yield from (f"{path}: {words}" for path, words in receipt.folders)

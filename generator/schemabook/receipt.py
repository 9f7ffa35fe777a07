"""The receipt in words: where every statement went."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Receipt
from schemabook.secrets import without_secrets


def receipt_lines(receipt: Receipt) -> Iterator[str]:
    """How folders are laid out, where every statement went, and what was not understood."""
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


def one_line(text: str, most: int) -> str:
    """The beginning of a text, on one line and without secrets."""
    return " ".join(without_secrets(text)[: 4 * most].split())[:most]

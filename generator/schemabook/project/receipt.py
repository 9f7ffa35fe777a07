"""The receipt in words: where every statement went, and what to know of what was read."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Database, Receipt
from schemabook.project.coverage import Coverage
from schemabook.secrets import without_secrets

WORST = 5
"""How many tables that lack comments `check --coverage` names."""


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
    yield from (f"  {warning}" for warning in warning_lines(database))


def follow(number: int) -> str:
    """`; 9 more statements follow from it`, if there are any."""
    if not number:
        return ""
    return f"; {number} more statement{'s follow' if number > 1 else ' follows'} from it"


def folder_lines(receipt: Receipt) -> Iterator[str]:
    """`migrations: Prisma: 19 migrations`, for each folder."""
    yield from (f"{path}: {words}" for path, words in receipt.folders)


def warning_lines(database: Database) -> Iterator[str]:
    """`schema/dump.sql:12: warning: public.f(): …`, by file and line."""
    for found in database.warnings:
        yield f"{found.source}: warning: {one_line(found.about, 120)}: {one_line(found.message, 200)}"


def one_line(text: str, most: int) -> str:
    """The beginning of a text, on one line and without secrets."""
    return " ".join(without_secrets(text)[: 4 * most].split())[:most]


def coverage_lines(found: Coverage, wanted: int | None) -> Iterator[str]:
    """What lacks comments most; nothing where as many are there as are wanted."""
    whole = found.tally()
    if wanted is None or whole.documented * 100 >= whole.total * wanted:
        return
    yield f"{whole.percent}% have a comment ({whole}), wanted are {wanted}%"
    if schema := found.worst_schema():
        tally = found.tally(schema=schema)
        yield f"  worst schema: {schema}, {tally.percent}% ({tally})"
    for name, tally in found.worst_tables(WORST):
        yield f"  worst table: {name}, {tally.percent}% with its columns ({tally})"

"""A book with what has changed since a revision, as the site says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from schemabook.model import Database, ObjectId
from schemabook.pages.changes_page import Changes
from schemabook.project.book import Book, Mark, Since
from schemabook.review import ReviewedChange, review
from schemabook.review.acceptance import accepted
from schemabook.review.visible import visible


def with_changes(book: Book, old: Database, name: str, revision: str) -> Book:
    """The book, compared with the database of a revision, which has a name and a hash."""
    config = book.config
    found = accepted(review(old, book.whole, config.renamed), config.accepted_changes)
    all_ = Changes(name, revision, old, book.whole, visible(found, old, book.whole, config))
    since = Since(
        name,
        {change.object: _mark(change) for change in all_.changes},
        _parts(all_.changes),
        all_.anchors,
        all_.page,
    )
    return replace(book, since=since)


def _mark(change: ReviewedChange) -> Mark:
    worst = change.severities[0]
    return Mark(change.change.value, worst.value if worst.is_dangerous else "")


def _parts(changes: Iterable[ReviewedChange]) -> dict[ObjectId, tuple[ObjectId, ...]]:
    found: dict[ObjectId, list[ObjectId]] = defaultdict(list)
    for change in changes:
        found[change.object.whole].append(change.object)
    return {whole: tuple(parts) for whole, parts in found.items()}

"""The page of a sequence; one behind an identity column is a property of that column instead."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from schemabook.model import Name, Sequence, sequence_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, paragraphs
from schemabook.pages.paths import object_page
from schemabook.pages.relations import privilege, statements_sql, used_by
from schemabook.pages.render import page_of
from schemabook.project.book import Book, Page


def sequence_pages(book: Book) -> Iterator[Page]:
    """The page of each sequence."""
    for name, fact in book.database.sequences.items():
        if not fact.identity:
            yield page_of(book, object_page(sequence_id(name)), "sequence.md.j2", partial(_context, name))


def _context(name: Name, links: Links) -> dict[str, Any]:
    book = links.book
    fact = book.database.sequences[name]
    return {
        "name": str(fact.name),
        "about": Markdown(f"{links.kind_in('sequence', fact.name.schema)}{links.stop}"),
        "properties": [{"name": name, "value": value} for name, value in _properties(fact, links)],
        "comment": paragraphs(fact.comment or ""),
        "used_by": used_by(links, book.database.references_to(sequence_id(fact.name))),
        "privileges": [privilege(p, links) for p in book.database.privileges_on(sequence_id(fact.name))],
        "sql": statements_sql(book, sequence_id(fact.name)) if book.for_site else "",
    }


def sequence_words(fact: Sequence, links: Links) -> Markdown:
    """`bigint from 1 by 1, owned by orders.id`."""
    words = [f"{fact.type} from {fact.start} by {fact.increment}"]
    lowest, highest = _limits(fact)
    if fact.min != lowest:
        words.append(f"at least {fact.min}")
    if fact.max != highest:
        words.append(f"at most {fact.max}")
    if fact.cycle:
        words.append("in a cycle")
    if fact.owned_by:
        words.append(f"owned by {links.column(fact.owned_by)}")
    return Markdown(", ".join(words))


def _properties(fact: Sequence, links: Links) -> Iterator[tuple[str, Markdown | str]]:
    """What it counts; limits that go without saying are left out."""
    lowest, highest = _limits(fact)
    yield "Type", links.type(fact.type)
    yield "Starts at", f"{fact.start}"
    yield "Counts by", f"{fact.increment}"
    if fact.min != lowest:
        yield "At least", f"{fact.min}"
    if fact.max != highest:
        yield "At most", f"{fact.max}"
    if fact.cycle:
        yield "At its end", "begins again"
    if fact.owned_by:
        yield "Owned by", links.column(fact.owned_by)


def _limits(fact: Sequence) -> tuple[int, int]:
    """What a sequence of this type and direction counts between when nothing is said.

    https://www.postgresql.org/docs/current/sql-createsequence.html
    """
    most = {"smallint": 2**15, "integer": 2**31}.get(fact.type, 2**63)
    return (1, most - 1) if fact.increment > 0 else (-most, -1)

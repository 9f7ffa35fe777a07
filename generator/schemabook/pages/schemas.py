"""The index page of a schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from schemabook.model import Schema, relation_id, routine_id, schema_id, type_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, paragraphs, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import object_page, schema_page
from schemabook.pages.relations import privilege
from schemabook.pages.render import page_of
from schemabook.project.book import Book, Page

Row = tuple[Markdown, Markdown]
"""A link to an object, and what is said of it."""


def schema_pages(book: Book) -> Iterator[Page]:
    """The page of each schema."""
    for schema in book.database.schemas.values():
        yield page_of(book, schema_page(schema.name), "schema.md.j2", partial(_context, schema))


def _context(schema: Schema, links: Links) -> dict[str, Any]:
    book = links.book
    sections = {
        "Table": _relations(schema.name, links, is_view=False),
        "View": _relations(schema.name, links, is_view=True),
        "Function": _routines(schema.name, links),
        "Type": _types(schema.name, links),
        "Sequence": _sequences(schema.name, links),
    }
    return {
        "name": schema.name,
        "comment": paragraphs(schema.comment or ""),
        "exposed": schema.name in (book.exposed or ()),
        "privileges": [privilege(p, links) for p in book.database.privileges_on(schema_id(schema.name))],
        "sections": [
            {"title": f"{kind}s", "kind": kind, "objects": objects}
            for kind, found in sections.items()
            if (objects := [{"link": shown, "comment": comment} for shown, comment in found])
        ],
    }


def _relations(schema: str, links: Links, *, is_view: bool) -> Iterator[Row]:
    notes = NotesOnPage(links)
    for fact in links.database.relations_in(schema):
        if fact.is_view == is_view and not fact.partition_of:
            comment = sentence(fact.comment)
            yield links.relation(fact.name), notes.in_list(relation_id(fact.name), comment)


def _routines(schema: str, links: Links) -> Iterator[Row]:
    notes = NotesOnPage(links)
    for name in dict.fromkeys(signature.name for signature in links.database.routines):
        if name.schema == schema:
            comments = (routine.comment for routine in links.database.overloads(name))
            comment = sentence(next(filter(None, comments), None))
            yield links.routine(name), notes.in_list(routine_id(name), comment)


def _types(schema: str, links: Links) -> Iterator[Row]:
    for name, fact in links.database.types.items():
        if name.schema == schema:
            comment = Markdown(f"{fact.kind.value.capitalize()}. {sentence(fact.comment)}".strip())
            shown = link(code(links.shown(name)), links.url(object_page(type_id(name))))
            yield shown, NotesOnPage(links).in_list(type_id(name), comment)


def _sequences(schema: str, links: Links) -> Iterator[Row]:
    """The sequences that are not behind an identity column."""
    for name, fact in links.database.sequences.items():
        if name.schema == schema and not fact.identity:
            owner = Markdown(f"Numbers {links.column(fact.owned_by)}") if fact.owned_by else Markdown("")
            yield links.sequence(name), sentence(fact.comment) or owner

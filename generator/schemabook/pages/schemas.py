"""The index page of a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.model import RelationKind, Schema, relation_id, routine_id, schema_id, type_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, paragraphs, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import object_page, schema_page
from schemabook.pages.relations import privilege
from schemabook.pages.render import render
from schemabook.project.book import Book

TABLES = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE, RelationKind.FOREIGN_TABLE)
VIEWS = (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW)


def schema_pages(book: Book) -> Iterator[tuple[str, str]]:
    """Path and Markdown of each schema's page."""
    for schema in book.database.schemas.values():
        path = schema_page(schema.name)
        yield path, render(book, "schema.md.j2", _context(book, schema, Links(book, path)))


def _context(book: Book, schema: Schema, links: Links) -> dict[str, Any]:
    sections = [
        ("Tables", "Table", list(_relations(book, schema, links, TABLES))),
        ("Views", "View", list(_relations(book, schema, links, VIEWS))),
        ("Functions", "Function", list(_routines(book, schema, links))),
        ("Types", "Type", list(_types(book, schema, links))),
        ("Sequences", "Sequence", list(_sequences(book, schema, links))),
    ]
    return {
        "name": schema.name,
        "comment": paragraphs(schema.comment or ""),
        "exposed": schema.name in (book.exposed or ()),
        "privileges": [privilege(p, links) for p in book.database.privileges_on(schema_id(schema.name))],
        "sections": [{"title": t, "kind": k, "objects": objects} for t, k, objects in sections if objects],
    }


def _relations(
    book: Book, schema: Schema, links: Links, kinds: tuple[RelationKind, ...]
) -> Iterator[dict[str, Markdown]]:
    notes = NotesOnPage(links)
    for fact in book.database.relations_in(schema.name, *kinds):
        if not fact.partition_of:
            yield {
                "link": links.relation(fact.name),
                "comment": notes.in_list(relation_id(fact.name), sentence(fact.comment)),
            }


def _routines(book: Book, schema: Schema, links: Links) -> Iterator[dict[str, Markdown]]:
    notes = NotesOnPage(links)
    for name in dict.fromkeys(signature.name for signature in book.database.routines):
        if name.schema == schema.name:
            comments = (routine.comment for routine in book.database.overloads(name))
            comment = next((found for found in comments if found), None)
            shown = notes.in_list(routine_id(name), sentence(comment))
            yield {"link": links.routine(name), "comment": shown}


def _types(book: Book, schema: Schema, links: Links) -> Iterator[dict[str, Markdown]]:
    for name, fact in book.database.types.items():
        if name.schema == schema.name:
            page = links.url(object_page("types", name))
            kind = fact.kind.value.capitalize()
            comment = Markdown(f"{kind}. {sentence(fact.comment)}".strip())
            shown = NotesOnPage(links).in_list(type_id(name), comment)
            yield {"link": link(code(links.shown(name)), page), "comment": shown}


def _sequences(book: Book, schema: Schema, links: Links) -> Iterator[dict[str, Markdown]]:
    """The sequences that are not behind an identity column."""
    for name, fact in book.database.sequences.items():
        if name.schema == schema.name and not fact.identity:
            owner = Markdown(f"Numbers {links.column(fact.owned_by)}") if fact.owned_by else Markdown("")
            yield {"link": links.sequence(name), "comment": sentence(fact.comment) or owner}

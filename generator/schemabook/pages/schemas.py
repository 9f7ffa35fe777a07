"""The index page of a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from schemabook.model import Name, Relation, Schema, relation_id, routine_id, schema_id, type_id
from schemabook.pages.letters import lettered
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, paragraphs, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import object_page, schema_page
from schemabook.pages.relations import privilege
from schemabook.pages.render import page_of
from schemabook.pages.table_rows import table_list
from schemabook.pages.tables import Table
from schemabook.project.book import Book, Page

Item = tuple[Name, Markdown, Markdown]
"""An object's name, a link to it, and what is said of it."""


def schema_pages(book: Book) -> Iterator[Page]:
    """The page of each schema."""
    for schema in book.database.schemas.values():
        yield page_of(book, schema_page(schema.name), "schema.md.j2", partial(_context, schema))


def _context(schema: Schema, links: Links) -> dict[str, Any]:
    book = links.book
    return {
        "name": schema.name,
        "comment": paragraphs(schema.comment or ""),
        "exposed": schema.name in (book.exposed or ()),
        "privileges": [privilege(p, links) for p in book.database.privileges_on(schema_id(schema.name))],
        "tables": [table for table in _tables(schema.name, links) if table.rows],
    }


def _tables(schema: str, links: Links) -> Iterator[Table]:
    """The lists of its objects; that of tables says more on the site."""
    whole = [fact for fact in links.database.relations_in(schema) if not fact.partition_of]
    tables, views = ([fact for fact in whole if fact.is_view == is_view] for is_view in (False, True))
    if links.book.for_site:
        yield table_list(links, Markdown("Tables"), tables, "tables", _about)
    else:
        yield _list("Table", links, (_relation(links, fact) for fact in tables))
    yield _list("View", links, (_relation(links, fact) for fact in views))
    for kind, found in (("Function", _routines), ("Type", _types), ("Sequence", _sequences)):
        yield _list(kind, links, found(schema, links))


def _list(kind: str, links: Links, found: Iterable[Item]) -> Table:
    items = list(found)
    table = Table(Markdown(f"{kind}s"), (kind, "Description"), [(shown, about) for _, shown, about in items])
    return lettered(links, table, [name.name for name, *_ in items], f"{kind.lower()}s")


def _about(links: Links, fact: Relation) -> Markdown:
    return NotesOnPage(links).in_list(relation_id(fact.name), sentence(fact.comment))


def _relation(links: Links, fact: Relation) -> Item:
    return fact.name, links.relation(fact.name), _about(links, fact)


def _routines(schema: str, links: Links) -> Iterator[Item]:
    notes = NotesOnPage(links)
    for name in dict.fromkeys(signature.name for signature in links.database.routines):
        if name.schema == schema:
            comments = (routine.comment for routine in links.database.overloads(name))
            comment = sentence(next(filter(None, comments), None))
            yield name, links.routine(name), notes.in_list(routine_id(name), comment)


def _types(schema: str, links: Links) -> Iterator[Item]:
    for name, fact in links.database.types.items():
        if name.schema == schema:
            comment = Markdown(f"{fact.kind.value.capitalize()}. {sentence(fact.comment)}".strip())
            shown = link(code(links.shown(name)), links.url(object_page(type_id(name))))
            yield name, shown, NotesOnPage(links).in_list(type_id(name), comment)


def _sequences(schema: str, links: Links) -> Iterator[Item]:
    """The sequences that are not behind an identity column."""
    for name, fact in links.database.sequences.items():
        if name.schema == schema and not fact.identity:
            owner = Markdown(f"Numbers {links.column(fact.owned_by)}") if fact.owned_by else Markdown("")
            yield name, links.sequence(name), sentence(fact.comment) or owner

"""The page of the routines of one name, all overloads on it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from schemabook.model import Argument, Name, ObjectKind, Routine, routine_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, paragraphs
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import object_page
from schemabook.pages.receipt import warnings_on_page
from schemabook.pages.relations import statements_sql, used_by
from schemabook.pages.render import page_of
from schemabook.pages.wording import default, listed, routine_properties, signature
from schemabook.project.book import Book, Page

HIGHLIGHTED = {"sql": "sql", "plpgsql": "plpgsql", "plv8": "js", "plpython3u": "python", "plperl": "perl"}


def routine_pages(book: Book) -> Iterator[Page]:
    """The page of each name that routines have."""
    for name in dict.fromkeys(routine.name for routine in book.database.routines):
        yield page_of(book, object_page(routine_id(name)), "routine.md.j2", partial(_context, name))


def _context(name: Name, links: Links) -> dict[str, Any]:
    book = links.book
    overloads = book.database.overloads(name)
    has_bodies = all(routine.body for routine in overloads)
    kinds = {routine.kind for routine in overloads}
    return {
        "name": f"{name}()",
        "kind": Markdown(" and ".join(sorted(kinds)).capitalize()),
        "schema": links.schema(name.schema),
        "notes": NotesOnPage(links).of(routine_id(name)),
        "warnings": warnings_on_page(book, routine_id(name)),
        "routines": [_routine(book, routine, links) for routine in overloads],
        "used_by": used_by(links, book.database.references_to(routine_id(name))),
        "uses": sorted(set(_uses(book, name, links))),
        "has_bodies": has_bodies,
        # An aggregate has no body: all that it is stands in its SQL.
        "sql": statements_sql(book, routine_id(name)) if book.for_site or not has_bodies else "",
    }


def _routine(book: Book, fact: Routine, links: Links) -> dict[str, Any]:
    return {
        "title": str(fact.signature).removeprefix("public."),
        "signature": signature(fact),
        "comment": paragraphs(fact.comment or ""),
        "properties": routine_properties(fact),
        "arguments": [_argument(a, links) for a in fact.arguments if a.mode != "table"],
        "columns": [_argument(a, links) for a in fact.arguments if a.mode == "table"],
        "privileges": "" if routine_id(fact.name) in book.reduced else _executors(book, fact, links),
        "body": fact.body or "",
        "language": HIGHLIGHTED.get(fact.language, "text"),
    }


def _argument(fact: Argument, links: Links) -> dict[str, Markdown | str]:
    """A row of the table of arguments, or of the columns that are returned."""
    shown = code(fact.name) if fact.name else Markdown("")
    return {
        "name": shown if fact.mode in ("in", "table") else Markdown(f"{shown} {fact.mode}".strip()),
        "type": links.type(fact.type),
        "default": default(fact.default, fact.type) if fact.default else "",
    }


def _executors(book: Book, fact: Routine, links: Links) -> Markdown:
    """Who may call it; PUBLIC may unless the dump revokes that."""
    privileges = book.database.privileges_on(routine_id(fact.signature))
    public = next((p for p in privileges if p.grantee == "public"), None)
    named = [links.role(p.grantee) for p in privileges if p.privileges and p.grantee != "public"]
    if public is None or public.privileges:
        return Markdown("everybody")
    return listed(named) or Markdown("its owner only")


def _uses(book: Book, name: Name, links: Links) -> Iterator[Markdown]:
    for reference in book.database.references_from(routine_id(name)):
        target = reference.target.whole
        if target.kind is ObjectKind.ROUTINE:
            yield Markdown(f"function {links.routine(target.name)}")
        elif target.kind is ObjectKind.RELATION:
            relation = book.database.relations.get(target.name)
            kind = relation.kind.words if relation else "table"
            yield Markdown(f"{kind} {links.relation(target.name)}")

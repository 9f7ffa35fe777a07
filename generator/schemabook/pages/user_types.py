"""The page of an enum, domain, composite or range type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from schemabook.model import ColumnName, Name, Type, TypeKind, type_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, paragraphs
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import object_page
from schemabook.pages.relations import privilege, statements_sql
from schemabook.pages.render import page_of
from schemabook.pages.wording import bare
from schemabook.project.book import Book, Page

NAMED = (TypeKind.ENUM, TypeKind.DOMAIN)
"""Kinds that are words of their own; the others are told as `composite type`."""

TOLD = (TypeKind.ENUM, TypeKind.DOMAIN, TypeKind.COMPOSITE)
"""Kinds of which the page tells everything without their SQL."""


def type_pages(book: Book) -> Iterator[Page]:
    """The page of each type."""
    for name in book.database.types:
        yield page_of(book, object_page(type_id(name)), "type.md.j2", partial(_context, name))


def _context(name: Name, links: Links) -> dict[str, Any]:
    book = links.book
    fact = book.database.types[name]
    return {
        "name": str(fact.name),
        "about": _about(fact, links),
        "comment": paragraphs(fact.comment or ""),
        "notes": NotesOnPage(links).of(type_id(fact.name)),
        "labels": [{"name": label, "anchor": links.anchor_of("label", label)} for label in fact.labels],
        "attributes": [{"name": a.name, "type": links.type(a.type)} for a in fact.attributes],
        "checks": [Markdown(f"{code(check.name)}: {code(bare(check.expression))}") for check in fact.checks],
        "used_by": list(_used_by(book, fact, links)),
        "privileges": [privilege(p, links) for p in book.database.privileges_on(type_id(fact.name))],
        "sql": statements_sql(book, type_id(fact.name)) if book.for_site or fact.kind not in TOLD else "",
    }


def _about(fact: Type, links: Links) -> Markdown:
    """`Domain in public over text, not null`."""
    kind = fact.kind.value if fact.kind in NAMED else f"{fact.kind.value} type"
    words = links.kind_in(kind, fact.name.schema)
    if fact.base_type:
        words = Markdown(f"{words} over {links.type(fact.base_type)}")
    null = ", not null" if fact.not_null else ""
    default = f", default {code(bare(fact.default))}" if fact.default else ""
    return Markdown(f"{words}{null}{default}{links.stop}")


def _used_by(book: Book, fact: Type, links: Links) -> Iterator[Markdown]:
    """The columns, types and routines that have the type."""
    for relation in book.users_of_type.get(fact.name, ()):
        for column in book.database.columns_of(relation):
            if book.types.get(column.type.removesuffix("[]")) is fact:
                yield Markdown(f"column {links.column(ColumnName(relation, column.name))}")
    for other in book.database.types.values():
        parts = [other.base_type or "", *(attribute.type for attribute in other.attributes)]
        if any(book.types.get(part.removesuffix("[]")) is fact for part in parts):
            yield Markdown(f"{other.kind.value} {links.type(str(other.name))}")
    named = {
        routine.name
        for routine in book.database.routines.values()
        for argument in routine.arguments
        if book.types.get(argument.type.removesuffix("[]")) is fact
    }
    for name in sorted(named):
        yield Markdown(f"function {links.routine(name)}")

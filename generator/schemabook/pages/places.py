"""Where an object of any kind is told on the site, and whether it is shown at all."""

from __future__ import annotations

from typing import NamedTuple

from schemabook.model import KIND_OF, ObjectId, ObjectKind
from schemabook.pages.links import column_anchor, part_anchor, relation_page
from schemabook.pages.paths import Beside, object_page, role_page, schema_page
from schemabook.project.book import Book

OF_RELATIONS = frozenset(
    {ObjectKind.COLUMN, ObjectKind.CONSTRAINT, ObjectKind.INDEX, ObjectKind.POLICY}
    | {ObjectKind.RULE, ObjectKind.TRIGGER}
)
"""What is part of a relation, and hidden with it, also where the relation itself stays reduced."""
WITH_PAGES = frozenset({ObjectKind.ROUTINE, ObjectKind.SEQUENCE, ObjectKind.TYPE})


class Place(NamedTuple):
    """A page below the reference, and an anchor on it."""

    page: str
    anchor: str = ""


def is_shown(book: Book, found: ObjectId) -> bool:
    """Whether pages may tell of the object: it is neither hidden nor reduced to what others need."""
    database = book.database
    if found.whole in book.reduced:
        return False
    match found.kind:
        case ObjectKind.PRIVILEGE:
            return found.on is not None and is_shown(book, found.on)
        case ObjectKind.ROLE:
            return found.name.name in book.role_names
        case ObjectKind.SCHEMA:
            return found.name.name in database.schemas
        case ObjectKind.RELATION:
            return found.name in database.relations
        case ObjectKind.ROUTINE:
            return bool(database.overloads(found.name))
        case kind if kind in OF_RELATIONS:
            return found.name in database.relations
        case kind:
            return any(known == found for known, _ in KIND_OF[kind].facts(database))


def has_place(book: Book, found: ObjectId) -> bool:
    """Whether the site tells of it now."""
    is_there = not found.part or found in book.parts
    if not is_there or not is_shown(book, found) or found.kind is ObjectKind.STATISTICS:
        return False
    if found.kind is ObjectKind.SEQUENCE:
        return not book.database.sequences[found.name].identity
    return True


def place_of(book: Book, found: ObjectId) -> Place:
    """Where the site tells of an object that is shown."""
    if found.on:  # A privilege.
        return place_of(book, found.on)._replace(anchor="privileges")
    match found.kind:
        case ObjectKind.ROLE:
            return Place(role_page(found.name.name))
        case ObjectKind.SCHEMA:
            return Place(schema_page(found.name.name))
        case ObjectKind.RELATION:
            return Place(relation_page(book.database.relations[found.name]))
        case kind if kind in OF_RELATIONS:
            page = relation_page(book.database.relations[found.name])
            is_column = kind is ObjectKind.COLUMN
            return Place(page, column_anchor(found.part) if is_column else part_anchor(kind, found.part))
        case kind if kind in WITH_PAGES:
            return Place(object_page(found.whole))
        case ObjectKind.PUBLICATION:
            return Place(Beside.OTHERS.page, part_anchor(found.kind, found.name.name))
        case _:
            return Place(Beside.OTHERS.page)

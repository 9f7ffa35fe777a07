"""What the search finds in a database: its objects and their parts, in the order that breaks ties.

An entry belongs to the last one before it whose kind is less deep: a column to its table, that to its schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import chain
from typing import NamedTuple

from schemabook.model import (
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    RelationKind,
    Routine,
    Type,
    relation_id,
    routine_id,
    sequence_id,
    type_id,
)
from schemabook.pages import Book
from schemabook.pages.columns import columns_by_page
from schemabook.pages.links import column_anchor, part_anchor, relation_page
from schemabook.pages.paths import Beside, column_page, group_page, object_page, role_page, schema_page
from schemabook.pages.security import policy_words

CODE = re.compile(r"</?code>|`")
MARKUP = re.compile(r"<[^>\n]*>|\]\([^)\n]*\)|^[#>*\-+|\s]+|[*_`\[\]]{1,3}(?=\W|$)|(?<!\w)[*_`\[]{1,3}", re.M)
"""What of a note in Markdown is no word: tags, where links lead, bullets, emphasis."""


class Kind(NamedTuple):
    """What a result is."""

    words: str
    depth: int
    """0: belongs to nothing; 1: to a schema, or a section to its page; 2: to an object."""
    rank: int
    """Which kind comes first where names match equally well."""
    group: str
    """Which kinds a reader may have alone."""
    anchor: str | None = None
    """What the anchor of a plain name begins with; None for what has a page of its own."""


KINDS = {
    "table": Kind("table", 1, 0, "Tables"),
    "partitioned_table": Kind("partitioned table", 1, 0, "Tables"),
    "foreign_table": Kind("foreign table", 1, 0, "Tables"),
    "partition": Kind("partition", 1, 1, "Tables"),
    "view": Kind("view", 1, 1, "Views"),
    "materialized_view": Kind("materialized view", 1, 1, "Views"),
    "function": Kind("function", 1, 2, "Functions"),
    "procedure": Kind("procedure", 1, 2, "Functions"),
    "aggregate": Kind("aggregate", 1, 2, "Functions"),
    "window": Kind("window function", 1, 2, "Functions"),
    "enum": Kind("enum", 1, 3, "Types"),
    "domain": Kind("domain", 1, 3, "Types"),
    "composite": Kind("composite type", 1, 3, "Types"),
    "range": Kind("range type", 1, 3, "Types"),
    "base": Kind("base type", 1, 3, "Types"),
    "name": Kind("columns", 1, 7, "Columns", "column-"),
    "column": Kind("column", 2, 8, "Columns", ""),
    "label": Kind("enum label", 2, 8, "Labels", "label-"),
    "policy": Kind("policy", 2, 9, "Policies", "policy-"),
    "trigger": Kind("trigger", 2, 10, "Triggers", "trigger-"),
    "sequence": Kind("sequence", 1, 11, "Sequences"),
    "constraint": Kind("constraint", 2, 12, "Constraints", "constraint-"),
    "index": Kind("index", 2, 13, "Indexes", "index-"),
    "page": Kind("page", 0, 5, "Pages"),
    "section": Kind("section", 1, 6, "Pages"),
    "schema": Kind("schema", 0, 4, "Others"),
    "group": Kind("group", 0, 5, "Others"),
    "role": Kind("role", 0, 14, "Others"),
    "extension": Kind("extension", 0, 15, "Others"),
    "publication": Kind("publication", 0, 15, "Others"),
}


class Entry(NamedTuple):
    """One thing that a reader may look for."""

    kind: str
    """A key of KINDS."""
    name: str
    text: str = ""
    """Its comment, or what else a reader may remember of it."""
    page: str = ""
    """Its page below the reference; empty for a part, which is on the page of what it belongs to."""
    anchor: str = ""
    group: str = ""
    """That of the settings which a relation is in."""
    sections: str = ""
    """The headings of its page that answer questions, as letters."""


def entries(book: Book) -> Iterator[Entry]:
    """All entries: public first, and in each schema first what is referenced most."""
    database = book.database
    for schema in sorted(database.schemas.values(), key=lambda fact: (fact.name != "public", fact.name)):
        yield Entry("schema", schema.name, schema.comment or "", schema_page(schema.name))
        yield from _relations(book, schema.name)
        yield from _routines(book, schema.name)
        yield from _types(book, schema.name)
        yield from _sequences(database, schema.name)
    for group, _ in book.groups.groups:
        yield Entry("group", group.name, _words(group.description), group_page(group.name))
    for role in book.roles.names:
        yield Entry("role", role, "", role_page(role))
    for kind, facts in (("extension", database.extensions), ("publication", database.publications)):
        for fact in facts.values():
            yield Entry(kind, fact.name, fact.comment or "", Beside.OTHERS.page, f"{kind}s")
    yield from _column_names(book)


def _column_names(book: Book) -> Iterator[Entry]:
    """The names that several relations have for a column: where they are listed."""
    for title, page, names in columns_by_page(book):
        yield Entry("page", title, page=page)
        for found in names:
            if found.is_long:
                yield Entry("name", found.name, page=column_page(found.name))
            elif found.is_shared:
                yield Entry("name", found.name, anchor=part_anchor("column", found.name))


def _relations(book: Book, schema: str) -> Iterator[Entry]:
    database = book.database

    def importance(fact: Relation) -> tuple[bool, int, str]:
        references = len(database.foreign_keys_to(fact.name)) + len(
            database.references_to(relation_id(fact.name))
        )
        return fact.partition_of is not None, -references, fact.name.name

    for fact in sorted(database.relations_in(schema), key=importance):
        is_partition = fact.partition_of and fact.kind is RelationKind.TABLE
        kind = "partition" if is_partition else fact.kind.value
        group = book.group_of.get(fact.name, "")
        yield Entry(kind, fact.name.name, _about(book, fact), relation_page(fact), group=group)
        yield from _parts(book, fact.name)


def _about(book: Book, fact: Relation) -> str:
    """The comment of a relation, and what the settings and notes say of it; the search adds its group."""
    important = (table.notes for table in book.config.important_tables if table.name == fact.name)
    notes = _noted(book, relation_id(fact.name))
    return _joined(fact.comment, *chain(*important), *notes)


def _noted(book: Book, subject: ObjectId) -> Iterator[str]:
    """The words of the notes about an object."""
    if note := book.notes.settings.get(subject):
        yield from (_words(part) for part in (note.text, note.deprecated, note.owner))
    if file := book.notes.files.get(subject):
        yield _words(file.text)


def _words(markdown: str) -> str:
    return " ".join(MARKUP.sub(lambda found: " " if found.group().startswith("<") else "", markdown).split())


def _joined(*parts: str | None) -> str:
    return " · ".join(filter(None, parts))


def _parts(book: Book, name: Name) -> Iterator[Entry]:
    """What stands on the page of a relation."""
    database = book.database
    for column in database.columns_of(name):
        notes = _noted(book, ObjectId(ObjectKind.COLUMN, name, column.name))
        yield Entry("column", column.name, _joined(column.comment, *notes), anchor=column_anchor(column.name))
    for policy in database.policies_of(name):
        notes = _noted(book, ObjectId(ObjectKind.POLICY, name, policy.name))
        words = _joined(_plain(policy_words(policy, database)), policy.comment, *notes)
        yield Entry("policy", policy.name, words, anchor=part_anchor("policy", policy.name))
    others = (
        ("trigger", database.triggers_of(name)),
        ("constraint", database.constraints_of(name)),
        ("index", database.indexes_of(name)),
    )
    for kind, facts in others:
        for fact in facts:
            yield Entry(kind, fact.name, fact.comment or "", anchor=part_anchor(kind, fact.name))


def _plain(markdown: str) -> str:
    """The words of a line of Markdown of ours: without the marks of code."""
    return unescape(CODE.sub("", markdown))


def _routines(book: Book, schema: str) -> Iterator[Entry]:
    """One entry for all overloads of a name: they share a page."""
    database = book.database
    names = dict.fromkeys(routine.name for routine in database.routines.values())
    own = (name for name in names if name.schema == schema)
    for name in sorted(own, key=lambda name: (-len(database.references_to(routine_id(name))), name)):
        overloads = database.overloads(name)
        text = _joined(*map(_routine_words, overloads), *_noted(book, routine_id(name)))
        yield Entry(overloads[0].kind.value, name.name, text, object_page(routine_id(name)))


def _routine_words(fact: Routine) -> str:
    """`What it does. (id uuid) returns text`."""
    arguments = ", ".join(f"{a.name} {a.type}".strip() for a in fact.arguments if a.mode != "table")
    signature = f"({arguments})" + (f" returns {fact.returns}" if fact.returns else "")
    return f"{fact.comment} {signature}" if fact.comment else signature


def _types(book: Book, schema: str) -> Iterator[Entry]:
    def importance(fact: Type) -> tuple[int, str]:
        return -len(book.users_of_type.get(fact.name, ())), fact.name.name

    own = (fact for fact in book.database.types.values() if fact.name.schema == schema)
    for fact in sorted(own, key=importance):
        attributes = ", ".join(f"{attribute.name} {attribute.type}" for attribute in fact.attributes)
        text = _joined(fact.comment, attributes, *_noted(book, type_id(fact.name)))
        yield Entry(fact.kind.value, fact.name.name, text, object_page(type_id(fact.name)))
        for label in fact.labels:
            yield Entry("label", label, anchor=part_anchor("label", label))


def _sequences(database: Database, schema: str) -> Iterator[Entry]:
    """The sequences that are not behind an identity column."""
    for name, fact in database.sequences.items():
        if name.schema == schema and not fact.identity:
            yield Entry("sequence", name.name, fact.comment or "", object_page(sequence_id(name)))

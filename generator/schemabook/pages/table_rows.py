"""Tables in a list of tables: how large they are, how they hang together, and what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from schemabook.model import Name, Relation, format_bytes, relation_id
from schemabook.pages.letters import lettered
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, sentence
from schemabook.pages.since_words import marked_in_list
from schemabook.pages.tables import Row, Table, dense
from schemabook.project.book import Book

HEAD = ("Table", "Columns", "Referenced by", "References", "Rows", "Size", "Description")

About = Callable[[Links, Relation], Markdown]


def about(links: Links, relation: Relation) -> Markdown:
    """The first sentence of its comment, after a mark where it is another than it was."""
    return marked_in_list(links.book, relation_id(relation.name), sentence(relation.comment))


def table_list(
    links: Links, heading: Markdown, relations: Iterable[Relation], key: str, say: About = about
) -> Table:
    """A list of tables, without the columns that are empty; *say* tells what they are."""
    found = tuple(relations)
    rows = [table_row(links, relation, say(links, relation)) for relation in found]
    return lettered(links, dense(heading, HEAD, rows), [relation.name.name for relation in found], key)


def table_row(links: Links, relation: Relation, words: Markdown) -> Row:
    """A table under `HEAD`; what it has none of is empty, and so are rows and size without statistics."""
    book, name = links.book, relation.name
    found = book.statistics.statistics.get(name)
    to, from_ = references(book, name)
    return (
        links.relation(name),
        number(len(book.database.columns_of(name))),
        number(to),
        number(from_),
        f"{found.rows:,}" if found and found.rows is not None else "",
        format_bytes(found.total_bytes) if found and found.total_bytes is not None else "",
        words,
    )


def references(book: Book, name: Name) -> tuple[int, int]:
    """How many foreign keys lead to a table, and from it; also those that no constraint enforces."""
    database, virtual = book.database, book.config.virtual_foreign_keys
    to = len(database.foreign_keys_to(name)) + sum(key.references.relation == name for key in virtual)
    from_ = len(database.foreign_keys_of(name)) + sum(key.relation == name for key in virtual)
    return to, from_


def most_referenced(book: Book, relations: Iterable[Relation], most: int) -> list[tuple[Relation, int]]:
    """The tables that most foreign keys lead to, with how many do; none without any."""
    counted = [(relation, references(book, relation.name)[0]) for relation in relations]
    found = sorted(counted, key=lambda pair: (-pair[1], pair[0].name))
    return [pair for pair in found[:most] if pair[1]]


def first_referenced(book: Book, relations: Iterable[Relation], most: int) -> list[Relation]:
    """So many of the tables: the most referenced first, then others in their order."""
    every = tuple(relations)
    found = {relation.name: relation for relation, _ in most_referenced(book, every, most)}
    return [*(found | {r.name: r for r in every}).values()][:most]


def of_main_schema(links: Links) -> Links:
    """Links for what is about all schemas: objects of the one with most tables are shown without it."""
    schemas = Counter(relation.name.schema for relation in links.database.relations.values())
    return links.within(max(schemas, key=lambda schema: (schemas[schema], schema), default="public"))


def of_their_schema(links: Links, relations: Iterable[Relation]) -> Links:
    """Links for what is about these tables: where all are of one schema, they are shown without it."""
    schemas = {relation.name.schema for relation in relations}
    return links.within(schemas.pop()) if len(schemas) == 1 else links


def number(found: int) -> str:
    """The number as a cell shows it: nothing where there is none."""
    return f"{found:,}" if found else ""

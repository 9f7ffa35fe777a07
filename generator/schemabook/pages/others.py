"""The page of what belongs to no schema, or is known by its SQL only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from schemabook.model import Database, DefaultPrivilege, ObjectKind, Other, Publication, PublishedTable, Role
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, cell, code
from schemabook.pages.paths import Beside
from schemabook.pages.render import page_of
from schemabook.pages.wording import bare, codes, listed
from schemabook.project.book import Book, Page


def other_pages(book: Book) -> Iterator[Page]:
    """The page."""
    yield page_of(book, Beside.OTHERS.page, "others.md.j2", _context)


def _context(links: Links) -> dict[str, Any]:
    database = links.database
    lists: list[tuple[str, list[Markdown]]] = [
        ("Extensions", list(_extensions(database, links))),
        ("Publications", [_publication(p, links) for p in database.publications.values()]),
        ("Roles", [_role(role, links) for role in database.roles.values()]),
        ("Default privileges", sorted({default_words(d, links) for d in database.default_privileges})),
    ]
    return {
        "lists": [{"title": title, "items": items} for title, items in lists if items],
        "kinds": list(_kinds(database)),
    }


def has_others(book: Book) -> bool:
    """Whether there is something to show."""
    database = book.database
    found = (database.extensions, database.publications, database.roles, database.default_privileges)
    return any(found) or any(_of_no_relation(database))


def _of_no_relation(database: Database) -> Iterator[Other]:
    """What is known by its SQL only, but for what is on the page of its relation."""
    return (fact for fact in database.others.values() if fact.relation not in database.relations)


def _extensions(database: Database, links: Links) -> Iterator[Markdown]:
    for fact in database.extensions.values():
        known = fact.schema in database.schemas
        where = f" in {links.schema(fact.schema)}" if fact.schema and known else ""
        comment = f": {cell(fact.comment)}" if fact.comment else ""
        yield Markdown(f"{links.anchor_of(ObjectKind.EXTENSION, fact.name)}{code(fact.name)}{where}{comment}")


def _publication(fact: Publication, links: Links) -> Markdown:
    items = [_published(table, links) for table in fact.tables]
    items += [Markdown(f"all tables in {links.schema(schema)}") for schema in fact.schemas]
    published = "all tables" if fact.all_tables else listed(items) or "no table"
    operations = ", ".join(fact.operations) or "nothing"
    words = (
        f"{links.anchor_of(ObjectKind.PUBLICATION, fact.name)}{code(fact.name)}: {operations} of {published}"
    )
    if fact.via_root:
        words += ", partitions as their partitioned table"
    if fact.generated_columns != "none":
        words += f", with {fact.generated_columns} generated columns"
    return Markdown(f"{words}. {cell(fact.comment)}" if fact.comment else words)


def _published(table: PublishedTable, links: Links) -> Markdown:
    columns = f" ({codes(table.columns)})" if table.columns else ""
    where = f" where {code(bare(table.where))}" if table.where else ""
    return Markdown(f"{links.relation(table.relation)}{columns}{where}")


def _role(fact: Role, links: Links) -> Markdown:
    words = [word for word, is_so in _properties(fact) if is_so]
    if fact.member_of:
        words.append(f"member of {listed([links.role(name) for name in fact.member_of])}")
    shown = links.role(fact.name)
    return Markdown(f"{shown}: {', '.join(words)}" if words else shown)


def _properties(fact: Role) -> Iterator[tuple[str, bool]]:
    yield "superuser", fact.superuser is True
    yield "bypasses row security", fact.bypass_rls is True
    yield "may log in", fact.login is True
    yield "inherits no privileges", fact.inherit is False


def default_words(fact: DefaultPrivilege, links: Links) -> Markdown:
    """Which privileges a grantee gets on what a role will create."""
    where = f" in {links.schema(fact.schema)}" if fact.schema else ""
    words = "all privileges" if fact.privileges == ("all",) else ", ".join(fact.privileges) or "nothing"
    return Markdown(
        f"new {fact.objects} of {links.role(fact.role)}{where}: {links.role(fact.grantee)} gets {words}"
    )


def _kinds(database: Database) -> Iterator[dict[str, Any]]:
    for kind, facts in groupby(_of_no_relation(database), key=lambda fact: fact.kind):
        yield {"title": kind.capitalize(), "objects": list(facts)}

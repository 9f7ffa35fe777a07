"""The page of each group of the settings, on the site: its tables and views, and how it hangs on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from schemabook.model import ColumnName, Constraint, Name, Relation
from schemabook.pages.letters import lettered
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import group_page
from schemabook.pages.render import page_of
from schemabook.pages.table_rows import about, table_list
from schemabook.pages.tables import Row, Table, dense
from schemabook.pages.wording import codes
from schemabook.project.book import Book, Page
from schemabook.project.config import Group


def group_pages(book: Book) -> Iterator[Page]:
    """The page of each group."""
    for group, relations in book.groups.groups:
        context = partial(_context, group, relations)
        yield page_of(book, group_page(group.name), "group.md.j2", context)


def _context(group: Group, relations: tuple[Relation, ...], links: Links) -> dict[str, Any]:
    own = {relation.name for relation in relations}
    book, database = links.book, links.database
    leaving = (key for name in sorted(own) for key in database.foreign_keys_of(name))
    coming = (key for name in sorted(own) for key in database.foreign_keys_to(name))
    return {
        "name": group.name,
        "description": NotesOnPage(links).paragraphs(group.description),
        "tables": list(_tables(relations, links)),
        "leaving": list(_between(leaving, own, book, links)),
        "coming": list(_between(coming, own, book, links)),
    }


def _tables(relations: tuple[Relation, ...], links: Links) -> Iterator[Table]:
    """The tables, then the views."""
    if tables := [relation for relation in relations if not relation.is_view]:
        yield table_list(links, Markdown("Tables"), tables, "tables")
    if views := [relation for relation in relations if relation.is_view]:
        rows: list[Row] = [(links.relation(view.name), about(links, view)) for view in views]
        found = dense(Markdown("Views"), ("View", "Description"), rows)
        yield lettered(links, found, [view.name.name for view in views], "views")


def _between(keys: Iterable[Constraint], own: set[Name], book: Book, links: Links) -> Iterator[Markdown]:
    """The foreign keys that have one end outside, which is told with its group."""
    for key in keys:
        if not key.references or (key.relation in own and key.references.relation in own):
            continue
        outside = key.relation if key.references.relation in own else key.references.relation
        group = book.group_of.get(outside)
        home = f" ({links.group(group)})" if group else ""
        first = links.column(ColumnName(key.relation, key.columns[0]))
        source = first if len(key.columns) == 1 else f"{links.relation(key.relation)} ({codes(key.columns)})"
        target = links.relation(key.references.relation)
        yield Markdown(f"{source} → {target}{home}")

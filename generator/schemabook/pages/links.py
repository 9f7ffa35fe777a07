"""Links between the pages: from one page to an object's page, or to a place on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from urllib.parse import quote

from schemabook.map.graph import shown_as
from schemabook.model import (
    KIND_OF,
    ColumnName,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Relation,
    relation_id,
    routine_id,
    sequence_id,
    type_id,
    type_within,
)
from schemabook.pages.markdown import Markdown, attribute, code, link, text
from schemabook.pages.paths import (
    RESERVED,
    group_page,
    object_page,
    role_page,
    schema_folder,
    schema_page,
    slug,
)
from schemabook.project.book import Book

SECTIONS = frozenset(
    {"columns", "constraints", "definition", "indexes", "partitions", "history", "privileges"}
    | {"references", "relationships", "rules", "sql", "triggers", "who-can-do-what"}
)
"""Anchors of headings on a relation's page: a column of such a name gets another one."""


def relation_page(relation: Relation) -> str:
    """The page of a relation: views apart from tables."""
    return object_page(relation_id(relation.name), "views" if relation.is_view else "")


def column_anchor(column: str) -> str:
    """The anchor of a column's row: its name, unless a heading has that."""
    plain = slug(column)
    # The theme's own anchors begin with two underscores.
    return f"column-{plain}" if plain in SECTIONS or plain.startswith("__") else plain


def part_anchor(kind: str, name: str) -> str:
    """The anchor of a constraint, index, policy or trigger."""
    return f"{kind}-{slug(name)}"


def map_anchor(database: Database, name: Name) -> Markdown:
    """The part of the map's address that shows a table, or the one that a partition is of."""
    return Markdown(f"t={quote(str(shown_as(database, name)), safe='')}")


def access_anchor(name: Name) -> Markdown:
    """The part of the address of who can do what that shows a table."""
    return Markdown(f"table={quote(str(name), safe='')}")


def page_of(database: Database) -> Callable[[Name], str | None]:
    """The path of a table's page below the reference, without its suffix; None for one that has no page."""

    def page(name: Name) -> str | None:
        relation = database.relations.get(name)
        return relation_page(relation).removesuffix(".md") if relation else None

    return page


def place_of(database: Database) -> Callable[[ObjectId], tuple[str, str] | None]:
    """The page of an object and the anchor on it; None for one that has no page."""

    def place(name: ObjectId) -> tuple[str, str] | None:
        match name.kind:
            case ObjectKind.SCHEMA:
                return schema_page(name.name.name), ""
            case ObjectKind.ROUTINE | ObjectKind.TYPE | ObjectKind.SEQUENCE:
                return object_page(name), ""
            case ObjectKind.RELATION | ObjectKind.COLUMN:
                anchor = column_anchor(name.part) if name.part else ""
            case kind if name.part and KIND_OF[kind].is_part:
                anchor = part_anchor(kind, name.part)
            case _:
                return None
        relation = database.relations.get(name.name)
        return (relation_page(relation), anchor) if relation else None

    return place


class Links:
    """Links from one page; *page* is its path below docs/reference/."""

    def __init__(self, book: Book, page: str) -> None:
        self.book = book
        self.database = book.database
        self.page = page
        *self.folders, _ = page.split("/")
        self.folder = "".join(f"{folder}/" for folder in self.folders)
        is_of_schema = self.folders and self.folders[0] not in RESERVED
        self.home = self.folders[0] if is_of_schema else slug("public")
        """The folder of the schema whose objects are shown without it: the page's own."""

    def within(self, schema: str) -> Links:
        """Links for a part of the page that is about one schema, whose objects are shown without it."""
        links = Links(self.book, self.page)
        links.home = schema_folder(schema)
        return links

    def url(self, page: str, anchor: str = "") -> str:
        """The relative URL of another page's Markdown file."""
        path = "" if page == self.page and anchor else self._relative(page)
        return f"{path}#{anchor}" if anchor else path

    def _relative(self, page: str) -> str:
        """The path from this page's folder; posixpath.relpath() would ask for the working directory."""
        if page.startswith(self.folder):
            return page[len(self.folder) :]
        parts, same = page.split("/"), 0
        while same < min(len(self.folders), len(parts) - 1) and parts[same] == self.folders[same]:
            same += 1
        return "../" * (len(self.folders) - same) + "/".join(parts[same:])

    def anchor(self, id_: str, label: str) -> Markdown:
        """What a link leads to; on the site a permanent link to itself, for *label*."""
        if not self.book.for_site:
            return Markdown(f'<a id="{id_}"></a>')
        words = attribute(f"Permanent link to {label}")
        return Markdown(f'<a id="{id_}" class="sb-link" href="#{id_}" aria-label="{words}"></a>')

    def anchor_of(self, kind: str, name: str) -> Markdown:
        """What a link to a part of the page leads to: a constraint, index, policy, label, …"""
        return self.anchor(part_anchor(kind, name), name)

    def shown(self, name: Name) -> str:
        """The name as text: without schema for an object of the page's own."""
        return name.name if schema_folder(name.schema) == self.home else str(name)

    def schema(self, name: str) -> Markdown:
        """A link to a schema's page."""
        return link(code(name), self.url(schema_page(name)))

    def kind_in(self, kind: str, schema: str) -> Markdown:
        """`Table in public`; on the site the line above the title says what it is in."""
        words = kind.capitalize()
        return Markdown(words if self.book.for_site else f"{words} in {self.schema(schema)}")

    @property
    def stop(self) -> str:
        """What ends the line that `kind_in` begins."""
        return "" if self.book.for_site else "."

    def relation(self, name: Name) -> Markdown:
        """A link to a relation's page; the name alone if the dump does not hold it."""
        return self._to(code(self.shown(name)), self._page_of(name))

    def column(self, name: ColumnName, label: str | None = None) -> Markdown:
        """A link to a column's row."""
        shown = code(label or f"{self.shown(name.relation)}.{name.column}")
        page = self._page_of(name.relation) if name in self.database.columns else None
        return self._to(shown, page, column_anchor(name.column))

    def part(self, relation: Name, kind: ObjectKind, name: str) -> Markdown:
        """A link to a constraint, index, rule or trigger on its table's page."""
        return self._to(code(name), self._page_of(relation), part_anchor(kind, name))

    def policy(self, fact: Policy) -> Markdown:
        """A link to a policy; its name is often a sentence, and so no code."""
        anchor = part_anchor(ObjectKind.POLICY, fact.name)
        return self._to(text(fact.name), self._page_of(fact.relation), anchor)

    def routine(self, name: Name) -> Markdown:
        """A link to the page of the routines of one name."""
        has_page = self.database.overloads(name)
        return self._to(code(f"{self.shown(name)}()"), object_page(routine_id(name)) if has_page else None)

    def sequence(self, name: Name) -> Markdown:
        """A link to a sequence's page; those behind identity columns have none."""
        sequence = self.database.sequences.get(name)
        has_page = sequence and not sequence.identity
        return self._to(code(self.shown(name)), object_page(sequence_id(name)) if has_page else None)

    def type(self, spelled: str) -> Markdown:
        """A type as it is spelled, linked if the dump defines it."""
        found = self.book.types.get(spelled.removesuffix("[]"))
        shown = code(type_within(spelled, self._home_schema))
        return self._to(shown, object_page(type_id(found.name)) if found else None)

    def role(self, name: str) -> Markdown:
        """A role; on the site a link to its page."""
        is_linked = self.book.for_site and name in self.book.role_names
        return self._to(code(name), role_page(name) if is_linked else None)

    def group(self, name: str) -> Markdown:
        """A group of the settings; on the site a link to its page."""
        return self._to(text(name), group_page(name) if self.book.for_site else None)

    @cached_property
    def _home_schema(self) -> str:
        """The schema whose folder is `home`."""
        if self.home in self.database.schemas:
            return self.home
        return next((name for name in self.database.schemas if schema_folder(name) == self.home), self.home)

    def _page_of(self, name: Name) -> str | None:
        relation = self.database.relations.get(name)
        return relation_page(relation) if relation else None

    def _to(self, shown: Markdown, page: str | None, anchor: str = "") -> Markdown:
        """A link; made of slugs, its URL has nothing to escape."""
        return Markdown(f"[{shown}]({self.url(page, anchor)})") if page else shown

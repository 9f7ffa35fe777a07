"""The page of the map: the plugin puts the map on it when the site is built, so it is no committed page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from schemabook.map.graph import shown_as
from schemabook.model import Database, Name
from schemabook.pages.links import relation_page
from schemabook.pages.markdown import Markdown
from schemabook.pages.paths import site_page

PATH = site_page("map")


def map_page() -> tuple[str, str]:
    """Path and Markdown of the page."""
    return PATH, "# Map\n"


def map_anchor(database: Database, name: Name) -> Markdown:
    """The part of the map's address that shows a table, or the one that a partition is of."""
    return Markdown(f"t={quote(str(shown_as(database, name)), safe='')}")


def page_of(database: Database) -> Callable[[Name], str | None]:
    """The path of a table's page below the reference, without its suffix; None for one that has no page."""

    def page(name: Name) -> str | None:
        relation = database.relations.get(name)
        return relation_page(relation).removesuffix(".md") if relation else None

    return page

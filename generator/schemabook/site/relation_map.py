"""The map's page: what the plugin adds to the site for it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files as package_files

from schemabook.map.cards import Mode
from schemabook.map.data import columns_script, data_script, first_mode
from schemabook.map.drawing import drawing
from schemabook.map.graph import graph
from schemabook.map.grouping import group_tables
from schemabook.map.layout import layout
from schemabook.model import Name
from schemabook.pages import Book
from schemabook.pages.links import relation_page

SCRIPTS = ("model.js", "lines.js", "draw.js", "view.js", "input.js", "panel.js", "start.js")
"""In the order in which they need each other."""
STYLE = "map.css"
DATA, COLUMNS, PICTURE = "map-data.js", "map-columns.js", "map.svg"


def assets() -> Iterator[tuple[str, str]]:
    """The viewer's files by name."""
    folder = package_files("schemabook.site").joinpath("assets", "map")
    for name in (*SCRIPTS, STYLE):
        yield name, folder.joinpath(name).read_text("utf-8")


def map_files(book: Book, suffix: str) -> Iterator[tuple[str, str]]:
    """The data and the picture by name; *suffix* ends the URL of a page: `.html` or `/`."""
    shown = graph(book.database)
    grouping = group_tables(shown, book.group_of)
    layouts = {mode: layout(shown, grouping, mode) for mode in Mode}

    def page(name: Name) -> str | None:
        relation = book.database.relations.get(name)
        return relation_page(relation).removesuffix(".md") if relation else None

    def href(name: Name) -> str | None:
        found = page(name)
        return f"{found}{suffix}" if found else None

    yield DATA, data_script(shown, grouping, layouts[Mode.NAMES], page)
    yield COLUMNS, columns_script(shown, layouts[Mode.KEYS], layouts[Mode.COLUMNS])
    yield PICTURE, drawing(shown, grouping, layouts[first_mode(shown)], href)


def map_element(assets_url: str, files_url: str, pages_url: str, suffix: str) -> str:
    """The map's place on its page, and the picture where no script runs; the URLs end in a slash."""
    assets_url, files_url, pages_url = escape(assets_url), escape(files_url), escape(pages_url)
    scripts = "".join(f'<script src="{assets_url}{name}" defer></script>' for name in SCRIPTS)
    return (
        f'<link rel="stylesheet" href="{assets_url}{STYLE}">'
        f'<div class="sb-map" data-search-exclude data-map="{files_url}{DATA}"'
        f' data-columns="{files_url}{COLUMNS}" data-pages="{pages_url}" data-suffix="{suffix}"></div>'
        f'<noscript><a href="{files_url}{PICTURE}">The map as a picture</a>'
        f'<object class="sb-picture" type="image/svg+xml" data="{files_url}{PICTURE}"></object></noscript>'
        f"{scripts}"
    )

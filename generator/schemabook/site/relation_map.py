"""The map's page: what the plugin adds to the site for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files as package_files

from schemabook.map.cards import Mode
from schemabook.map.colours import coloured
from schemabook.map.data import columns_script, data_script
from schemabook.map.drawing import drawing
from schemabook.map.graph import graph
from schemabook.map.grouping import group_tables
from schemabook.map.layout import layout
from schemabook.map.thumbnail import thumbnail
from schemabook.model import Name
from schemabook.pages import Book
from schemabook.pages.links import page_of

FOLDER = "assets/schemabook/map"
"""Of all its files."""
SCRIPTS = (
    *("model.js", "lines.js", "draw.js", "camera.js", "marks.js", "view.js", "input.js", "panel.js"),
    "start.js",
)
"""One after the other they are the viewer."""
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
VIEWER, STYLE = "viewer.js", "map.css"
WIDEST_PICTURE = 1600
"""The picture shows what still can be read where it is as wide as a screen."""
DATA, COLUMNS, PICTURE, THUMBNAIL = MADE = "data.js", "columns.js", "map.svg", "thumbnail.svg"
"""What is made of a database; the last is for the first page."""


def assets() -> Iterator[tuple[str, str]]:
    """The viewer's files by name."""
    folder = package_files("schemabook.site").joinpath("assets", "map")
    yield STYLE, _compact(COMMENT.sub("", folder.joinpath(STYLE).read_text("utf-8")))
    yield VIEWER, "".join(_compact(folder.joinpath(name).read_text("utf-8")) for name in SCRIPTS)


def _compact(text: str) -> str:
    """The lines without indentation, blank ones, and those that are a comment.

    It knows no strings: none of our files has one that goes over several lines.
    """
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def map_files(book: Book, pages_url: str, suffix: str) -> Iterator[tuple[str, str]]:
    """The data and the picture by name.

    *pages_url* leads from them to the reference, *suffix* ends the URL of a page: `.html` or `/`.
    """
    shown = graph(book.database, book.config.virtual_foreign_keys)
    grouping = group_tables(shown, book.group_of, book.hubs)
    layouts = {mode: layout(shown, grouping, mode) for mode in Mode}
    grouping = coloured(shown, grouping, layouts.values())
    seen = next((mode for mode in (*Mode,)[::-1] if layouts[mode].width <= WIDEST_PICTURE), Mode.NAMES)

    page = page_of(book.database)

    def href(name: Name) -> str | None:
        found = page(name)
        return f"{pages_url}{found}{suffix}" if found else None

    yield DATA, data_script(shown, grouping, layouts, page)
    yield COLUMNS, columns_script(shown, layouts[Mode.KEYS], layouts[Mode.COLUMNS])
    yield PICTURE, drawing(shown, grouping, layouts[seen], href)
    yield THUMBNAIL, thumbnail(shown, grouping, layouts[Mode.NAMES])


def map_element(files_url: str, pages_url: str, suffix: str) -> str:
    """The map's place on its page, and the picture where no script runs; the URLs end in a slash."""
    files_url, pages_url = escape(files_url), escape(pages_url)
    return (
        f'<link rel="stylesheet" href="{files_url}{STYLE}">'
        f'<div class="sb-map" data-map="{files_url}{DATA}"'
        f' data-columns="{files_url}{COLUMNS}" data-pages="{pages_url}" data-suffix="{suffix}"></div>'
        f'<noscript><a href="{files_url}{PICTURE}">The map as a picture</a>'
        f'<object class="sb-picture" type="image/svg+xml" data="{files_url}{PICTURE}"></object></noscript>'
        f'<script src="{files_url}{VIEWER}" defer></script>'
    )

"""The page of who can do what: what the plugin adds to the site for it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files as package_files

from schemabook.pages import Book
from schemabook.pages.access_data import cells_script, reasons_script

FOLDER = "assets/schemabook/access"
"""Of all its files."""
SCRIPT, STYLE = ASSETS = "access.js", "access.css"
CELLS, REASONS = MADE = "cells.js", "reasons.js"
"""What is made of a database."""
PLACE = '<div class="sb-access"></div>'
"""Where the page has the table."""


def assets() -> Iterator[tuple[str, str]]:
    """The script and its styles by name."""
    for name in ASSETS:
        yield name, package_files("schemabook.site").joinpath("assets", name).read_text("utf-8")


def access_files(book: Book) -> Iterator[tuple[str, str]]:
    """The data by name."""
    yield CELLS, cells_script(book)
    yield REASONS, reasons_script(book)


def with_table(html: str, files_url: str, pages_url: str, suffix: str) -> str:
    """The page with the table's place, which its script fills; the URLs end in a slash."""
    files_url, pages_url = escape(files_url), escape(pages_url)
    place = (
        f'<link rel="stylesheet" href="{files_url}{STYLE}">'
        f'<div class="sb-access" data-cells="{files_url}{CELLS}" data-reasons="{files_url}{REASONS}"'
        f' data-pages="{pages_url}" data-suffix="{suffix}"></div>'
    )
    return html.replace(PLACE, place, 1) + f'<script src="{files_url}{SCRIPT}" defer></script>'

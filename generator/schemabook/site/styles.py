"""Styles that only some pages need: a page names them where it begins."""

from __future__ import annotations

from mkdocs.utils import get_relative_url

ASSETS = "assets/schemabook"
FIRST = "first.css"
"""Of the first page, and of lists of tables."""
NEEDS_FIRST = ('<div class="sb-list">', '<div class="sb-first"')


def with_styles(html: str, url: str) -> str:
    """The content of the page at this URL, with the styles that its elements need."""
    if not any(needing in html for needing in NEEDS_FIRST):
        return html
    return f'<link rel="stylesheet" href="{get_relative_url(f"{ASSETS}/{FIRST}", url)}">{html}'

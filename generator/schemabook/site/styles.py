"""Styles that only some pages need: a page names them where it begins."""

from __future__ import annotations

from mkdocs.utils import get_relative_url

ASSETS = "assets/schemabook"
NEEDED_BY = {
    "first.css": ('<div class="sb-list">', '<div class="sb-first"'),
    "changes.css": tuple(f'class="sb-{name}' for name in ("mark", "change", "event", "history", "severity")),
}
"""The first page and lists of tables; what became of something, and when: by the signs of them on a page."""


def with_styles(html: str, url: str) -> str:
    """The content of the page at this URL, with the styles that its elements need."""
    names = [name for name, signs in NEEDED_BY.items() if any(sign in html for sign in signs)]
    links = (f'<link rel="stylesheet" href="{get_relative_url(f"{ASSETS}/{name}", url)}">' for name in names)
    return f"{''.join(links)}{html}"

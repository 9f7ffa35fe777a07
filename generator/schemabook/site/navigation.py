"""The navigation with the pages that readers look for there, and that mkdocs.yml need not name."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from schemabook.pages.paths import Beside

OWN = {
    "Map": Beside.MAP.page,
    "What changed": Beside.WHAT_CHANGED.page,
    "Changelog": Beside.CHANGELOG.page,
}


def with_own_pages(nav: list[Any], reference: str, made: Container[str]) -> list[Any]:
    """The navigation with those that are made, behind the entry that holds the first page of the reference.

    Without what it names itself, and as it is where it does not name that page.
    """
    holding = [place for place, entry in enumerate(nav, 1) if f"{reference}/index.md" in _pages(entry)]
    named = set(_pages(nav))
    own = {title: f"{reference}/{page}" for title, page in OWN.items() if page in made}
    added = [{title: page} for title, page in own.items() if page not in named]
    return [*nav[: holding[0]], *added, *nav[holding[0] :]] if holding else nav


def _pages(entry: Any) -> Iterator[str]:
    """The pages of a part of the navigation, as mkdocs.yml writes it."""
    if isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from _pages(part)
    elif isinstance(entry, str):
        yield entry

"""Letters to jump to in a long list: of the site only, where a list may have what a diff should not."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, link
from schemabook.pages.tables import Table

MOST_ROWS = 40
"""A list with more rows has letters."""
OTHER = "Other"
"""Where names are that begin with no Latin letter."""


def letter_of(name: str) -> str:
    """The first letter, without accent."""
    plain = unicodedata.normalize("NFKD", name).upper()
    first = next((c for c in plain if c.isalnum()), "")
    return first if "A" <= first <= "Z" else OTHER


def lettered(links: Links, table: Table, names: Sequence[str], key: str) -> Table:
    """The table with letters above it, if it is long and of the site; *names* are those of its rows.

    Their anchors begin with the *key*, which no other list of the page has.
    """
    letters = [letter_of(name) for name in names]
    if not links.book.for_site or len(names) <= MOST_ROWS or len(set(letters)) < 2:
        return table
    first = {letter: letters.index(letter) for letter in sorted(set(letters), key=lambda x: (x == OTHER, x))}
    anchors = {letter: f"{key}-{letter.lower()}" for letter in first}
    jumps = (link(letter, f"#{anchor}") for letter, anchor in anchors.items())
    rows = list(table.rows)
    for letter, place in first.items():
        cell, *others = rows[place]
        rows[place] = (Markdown(f'<a id="{anchors[letter]}"></a>{cell}'), *others)
    return table._replace(rows=rows, jumps=Markdown(" · ".join(jumps)))

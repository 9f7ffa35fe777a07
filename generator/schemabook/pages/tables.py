"""Tables of a page, from rows of Markdown."""

from __future__ import annotations

from typing import NamedTuple

from schemabook.pages.markdown import Markdown

Row = tuple[Markdown | str, ...]
NUMBERS = frozenset(
    {"Columns", "Functions", "Policies", "Referenced by", "References", "Rows", "Size", "Tables", "Types"}
    | {"Views"}
)


class Table(NamedTuple):
    """A table of a page: its heading, the heads of its columns, and its rows."""

    heading: Markdown
    head: tuple[str, ...]
    rows: list[Row]
    numbers: frozenset[str] = NUMBERS
    """The heads of the columns that are aligned to the right."""
    jumps: Markdown = Markdown("")
    """Links to rows of it."""

    @property
    def rule(self) -> Markdown:
        """The line under the heads."""
        return Markdown(" | ".join("--:" if head in self.numbers else "---" for head in self.head))


def dense(heading: Markdown, head: tuple[str, ...], rows: list[Row]) -> Table:
    """A table without the columns that are empty in every row."""
    kept = [i for i in range(len(head)) if i == 0 or any(row[i] for row in rows)]
    return Table(heading, tuple(head[i] for i in kept), [tuple(row[i] for i in kept) for row in rows])

"""What a running database said of a table, in words: on the site only, since it changes every day."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Name, TableStatistics, format_bytes
from schemabook.pages.book import Book
from schemabook.pages.markdown import Markdown


def statistics_words(book: Book, name: Name) -> Markdown:
    """`About 99 rows, 280 kB: table 120 kB, indexes 160 kB; 12 sequential scans.`"""
    if not book.config.statistics or not (relation := book.database.relations.get(name)) or relation.is_view:
        return Markdown("")
    found = book.statistics.statistics.get(name)
    return Markdown(f"{'; '.join(_words(found))}.") if found else Markdown("No statistics.")


def _words(found: TableStatistics) -> Iterator[str]:
    rows = [] if found.rows is None else [f"About {found.rows:,} {'row' if found.rows == 1 else 'rows'}"]
    sizes = [] if found.total_bytes is None else [format_bytes(found.total_bytes)]
    parts = (("table", found.table_bytes), ("indexes", found.index_bytes))
    known = [f"{what} {format_bytes(size)}" for what, size in parts if size is not None]
    if rows or sizes or known:
        yield ", ".join(rows + sizes) + (": " if rows or sizes else "") * bool(known) + ", ".join(known)
    if found.seq_scans is not None:
        yield f"{found.seq_scans:,} sequential {'scan' if found.seq_scans == 1 else 'scans'}"

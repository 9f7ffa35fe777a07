"""What a running database said of its tables: on the site only, since it changes every day."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Name, TableStatistics, format_bytes
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code
from schemabook.pages.wording import TABLE_KINDS, count, listed
from schemabook.project.book import Book


def statistics_words(book: Book, name: Name) -> Markdown:
    """`About 99 rows, 280 kB: table 120 kB, indexes 160 kB; 12 sequential scans.`"""
    found = book.statistics.statistics.get(name)
    return Markdown(f"{'; '.join(_words(found))}.") if found else Markdown("")


def rows_and_size(found: TableStatistics) -> str:
    """`About 99 rows, 280 kB`, as far as it is known."""
    rows = [] if found.rows is None else [f"About {count(found.rows, 'row')}"]
    sizes = [] if found.total_bytes is None else [format_bytes(found.total_bytes)]
    return ", ".join(rows + sizes)


def _words(found: TableStatistics) -> Iterator[str]:
    whole = rows_and_size(found)
    parts = (("table", found.table_bytes), ("indexes", found.index_bytes))
    known = ", ".join(f"{what} {format_bytes(size)}" for what, size in parts if size is not None)
    if whole or known:
        yield ": ".join(filter(None, (whole, known)))
    if found.seq_scans is not None:
        yield count(found.seq_scans, "sequential scan")


class Size:
    """How large the tables are, as far as the statistics tell."""

    def __init__(self, book: Book, links: Links) -> None:
        self.book = book
        self.links = links
        every = {name.schema for name in book.database.relations}
        grouped = {r.name.schema for _, rs in book.groups.groups for r in rs}
        self.schemas = grouped or {"public"} & every or every
        self.tables = [
            r.name
            for r in book.database.relations.values()
            if r.name.schema in self.schemas and r.kind in TABLE_KINDS and not r.partition_of
        ]
        known = book.statistics.statistics
        self.known: dict[Name, TableStatistics] = {name: known[name] for name in self.tables if name in known}

    def lines(self) -> Iterator[Markdown]:
        """Totals, the largest table and the one with most rows."""
        shown = listed([code(schema) for schema in sorted(self.schemas)])
        yield Markdown(f"**Tables:** {len(self.tables)} in {shown}")
        if not self.known:
            return
        missing = [name for name in self.tables if name not in self.known]
        lacks = f"; {listed([self.links.relation(n) for n in missing])} without" if missing else ""
        yield Markdown(f"**With statistics:** {len(self.known)}{lacks}")
        sized = [(s.total_bytes, name) for name, s in self.known.items() if s.total_bytes is not None]
        if sized:
            total = format_bytes(sum(size for size, _ in sized))
            largest, name = max(sized, key=lambda found: (found[0], found[1]))
            yield Markdown(f"**Total size:** {total}, data and indexes")
            yield Markdown(f"**Largest table:** {self.links.relation(name)} ({format_bytes(largest)})")
        counted = [(s.rows, name) for name, s in self.known.items() if s.rows is not None]
        if counted:
            rows, name = max(counted)
            yield Markdown(f"**Most rows:** {self.links.relation(name)} ({count(rows, 'row')})")

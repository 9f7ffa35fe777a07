"""What a running database says about its tables: rows and sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from schemabook.errors import Source
from schemabook.model.names import Name

UNITS = ("kB", "MB", "GB", "TB", "PB")
SIZE = re.compile(r"(\d{1,19}(?:\.\d{1,19})?) ?(bytes|B|kB|MB|GB|TB|PB)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStatistics:
    """Rows, bytes and scans of one table; None where the file does not say."""

    name: Name
    rows: int | None = None
    """An estimate: `pg_stat_user_tables.n_live_tup` or `pg_class.reltuples`."""
    table_bytes: int | None = None
    """With TOAST, free space and visibility map: `pg_table_size`."""
    index_bytes: int | None = None
    total_bytes: int | None = None
    seq_scans: int | None = None
    source: Source = field(compare=False, repr=False)


def format_bytes(size: int) -> str:
    """A size as `pg_size_pretty` prints it: `8192 bytes`, `704 kB`.

    From 10240 of a unit on, the next one; halves are rounded up. As in `size_pretty_units` of
    https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/dbsize.c
    """
    if abs(size) < 10 * 1024:
        return f"{size} bytes"
    halves, unit = abs(size) // 512, 0  # PostgreSQL keeps one bit more than the unit, to round at the end.
    while halves >= 20 * 1024 - 1 and unit < len(UNITS) - 1:
        halves, unit = halves // 1024, unit + 1
    return f"{'-' if size < 0 else ''}{(halves + 1) // 2} {UNITS[unit]}"


def parse_bytes(text: str) -> int | None:
    """The bytes of what `pg_size_pretty` printed, as `pg_size_bytes` reads it; None where it is no size."""
    match = SIZE.fullmatch(text.strip())
    if not match:
        return None
    number, unit = match.groups()
    powers = {name.lower(): power for power, name in enumerate(UNITS, 1)}
    return int(Fraction(number) * 1024 ** powers.get((unit or "").lower(), 0) + Fraction(1, 2))

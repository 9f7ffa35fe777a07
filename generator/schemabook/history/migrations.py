"""The migrations of a folder: version, date and title, as the name of each file tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from schemabook.project.layouts import Found

IN_FOLDERS = frozenset({"up.sql", "migration.sql"})
"""Files of which the folder has the name: of Prisma, Diesel, Hasura, Drizzle."""
ENDS = re.compile(r"\.(?:up|do|deploy)?\.?sql$|\.sql$", re.I)
NAMES = tuple(
    map(
        re.compile,
        (
            r"[VB](?P<version>\d[\d._]*?)__(?P<title>.+)",  # Flyway's
            r"R__(?P<title>.+)",
            r"(?P<version>\d{8,})[_-]+(?P<title>(?!\d{4,}(?:[_-]|$))\d.*\D.*)",  # 20240603101500_2fa
            r"(?P<version>[VB]?\d[\d._-]*?)(?:_+|-|\.)(?P<title>\D.*)",
            r"(?P<version>[VB]?\d[\d._-]*)",
        ),
    )
)
"""The forms of names, the first that fits: a version, a title, or both."""
TIMES = {"%Y%m%d%H%M%S": len("20240603101500"), "%Y%m%d": len("20240603")}
"""How digits tell a time, and how many of them do."""
EPOCH = {10: 1, 13: 1000}
"""By how many digits: parts of a second since 1970."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Digits that say another year are no date."""


class Migration(NamedTuple):
    """One step of the schema."""

    file: Path
    version: str
    """What its tool calls it, mostly digits; empty where the name has none."""
    title: str
    """The name in words."""
    time: datetime | None
    """When it was written, where the version tells: in UTC, at midnight where it tells only the day."""


def migrations(found: Found) -> Iterator[Migration]:
    """The migrations of a folder, in the order in which they run."""
    for file in found.files:
        yield named(file, name_of(file))


def name_of(file: Path) -> str:
    """The name of a migration, which is that of its file or its folder."""
    return file.parent.name if file.name.lower() in IN_FOLDERS else ENDS.sub("", file.name)


def named(file: Path, name: str) -> Migration:
    """The migration of this name: `20240603101500_user_profiles`, `V1.2__orders`, `add_column`."""
    match = next(filter(None, (form.fullmatch(name) for form in NAMES)), None)
    found = match.groupdict("") if match else {"title": name}
    version, title = found.get("version", ""), found.get("title", "")
    words = re.sub(r"[_\-\s]+", " ", title).strip() or name
    return Migration(file, version.lstrip("VB"), f"{words[:1].upper()}{words[1:]}", time_of(version))


def time_of(version: str) -> datetime | None:
    """The time that a version says: as digits of a date, or seconds or milliseconds since 1970."""
    digits = re.sub(r"\D", "", version)
    for form, length in TIMES.items():
        if len(digits) >= length and FIRST_YEAR <= int(digits[:4]) < LAST_YEAR:
            with suppress(ValueError):
                return datetime.strptime(digits[:length], form).replace(tzinfo=UTC)
    if len(digits) not in EPOCH:
        return None
    time = datetime.fromtimestamp(int(digits) / EPOCH[len(digits)], UTC)
    return time if FIRST_YEAR <= time.year < LAST_YEAR else None

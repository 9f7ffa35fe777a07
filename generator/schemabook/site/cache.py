"""What a build made, kept for the next one: in one file, by keys that name all that a value depends on.

Nothing depends on it. Where the file cannot be used the build is slower, and no page is different.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

FILE = "pages.sqlite"
PATIENCE = 5
"""How many seconds to wait for another build that writes."""

T = TypeVar("T")


class Cache:
    """Values that JSON has, by key; those that a build does not use are dropped at its end."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        """Where the file is; None for a cache that keeps nothing."""
        self.used: set[str] = set()
        self.new: dict[str, bytes] = {}

    def find(self, keys: Iterable[str]) -> dict[str, Any]:
        """The values that are there."""

        def read(connection: sqlite3.Connection) -> dict[str, Any]:
            return {key: value for key in keys if (value := _value(connection, key)) is not None}

        found = self._do(read) or {}
        self.used.update(found)
        return found

    def keep(self, key: str, value: Any) -> None:
        """Has the value ready for `save`."""
        if self.folder:
            data = json.dumps(value, separators=(",", ":")).encode()
            self.new[key] = zlib.compress(data, 1)
            self.used.add(key)

    def use(self, key: str) -> None:
        """Has a value stay that is known already."""
        self.used.add(key)

    def save(self) -> None:
        """Writes what is new, and drops what was not used."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
            old = {key for (key,) in connection.execute("SELECT key FROM entry")} - self.used
            if old or self.new:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM entry WHERE key = ?", [(key,) for key in old])
                connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", self.new.items())
                connection.execute("COMMIT")

        self._do(write, create=bool(self.new))
        self.new, self.used = {}, set()

    def _do(self, action: Callable[[sqlite3.Connection], T], *, create: bool = False) -> T | None:
        """What the action returns; None where there is no file, or none that can be used."""
        if not self.folder or not (create or (self.folder / FILE).is_file()):
            return None
        file = self.folder / FILE
        try:
            if create:
                _make(self.folder)
            with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
                return action(connection)
        except sqlite3.OperationalError:  # It is locked, or may not be written.
            return None
        except (sqlite3.Error, OSError):
            with suppress(OSError):
                file.unlink()
            return None


def _make(folder: Path) -> None:
    """The folder, which git overlooks."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")


def _value(connection: sqlite3.Connection, key: str) -> Any:
    row = connection.execute("SELECT value FROM entry WHERE key = ?", (key,)).fetchone()
    try:
        return json.loads(zlib.decompress(row[0])) if row else None
    except (zlib.error, ValueError, TypeError):
        return None


def digest(*parts: object) -> str:
    """One key for all the parts, which must be values that JSON has."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

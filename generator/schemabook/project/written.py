"""Whether a page is as a build has written it, so that nothing of the user's is lost without a word.

What builds have written is remembered as digests, outside of the project: in a file of its own that would be
noise in a review and a conflict in a merge. What others have committed, git knows.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from schemabook.files import content as content_of

FILE = "written"
SIZE = 16
"""How many bytes a digest has here."""
MOST = 100_000
"""How many digests are remembered; the oldest go."""
SECONDS = 30
"""How long git may take."""


class Written:
    """What builds on this machine have written, whatever the project: paths, and paths with contents."""

    def __init__(self) -> None:
        self.file = user_cache_path("schemabook", appauthor=False) / FILE
        try:
            data = content_of(self.file)
        except Exception:  # There is none, or it is not ours: then nothing is known.
            data = b""
        self.digests = {data[at : at + SIZE] for at in range(0, len(data) - SIZE + 1, SIZE)}
        self.is_long = len(data) > 2 * MOST * SIZE
        self.last = data[-MOST * SIZE :]

    def has(self, path: str, content: bytes) -> bool:
        """Whether a build has written a page of this path just so."""
        return _digest(path, content) in self.digests

    def knows(self, path: str) -> bool:
        """Whether a build has written any page of this path."""
        return _digest(path) in self.digests

    def add(self, pages: Mapping[str, bytes]) -> None:
        """Remembers these pages; where that is not possible a later build knows less."""
        found = [_digest(path, content) for path, content in pages.items()]
        new = [digest for digest in (*map(_digest, pages), *found) if digest not in self.digests]
        self.digests.update(new)
        if not self.file.is_absolute():  # Nobody's home.
            return
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            if new and self.is_long:
                self.file.write_bytes(self.last)
            if new:
                with self.file.open("ab") as file:
                    file.write(b"".join(new))


def _digest(path: str, content: bytes | None = None) -> bytes:
    parts = path.encode() if content is None else path.encode() + b"\0" + _plain(content)
    return hashlib.sha256(parts).digest()[:SIZE]


def _plain(content: bytes) -> bytes:
    """The content as it is written; git may have given it other ends of lines."""
    return content.replace(b"\r\n", b"\n")


def committed(folder: Path, contents: Mapping[str, bytes]) -> frozenset[str]:
    """Those of the files below a folder that git has just so, in its index: they are not lost."""
    if not contents:
        return frozenset()
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-s", "-z", "--", *contents]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    blobs = dict(_entry(line) for line in done.stdout.split(b"\0") if line)
    return frozenset(path for path, content in contents.items() if blobs.get(path) in set(_blobs(content)))


def _entry(line: bytes) -> tuple[str, str]:
    """Path and blob of `100644 blob 0<tab>path`."""
    head, _, path = line.partition(b"\t")
    return path.decode("utf-8", "replace"), head.split()[1].decode()


def _blobs(content: bytes) -> Iterable[str]:
    """The names that git may have for a content."""
    for found in {content, _plain(content)}:
        whole = b"blob %d\0" % len(found) + found
        yield from (hashlib.sha1(whole, usedforsecurity=False).hexdigest(), hashlib.sha256(whole).hexdigest())

"""What pages depend on beside their Markdown, as short texts to compare."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from schemabook import __version__

PACKAGES = "mkdocs mkdocs-material markdown pygments pyromark jinja2 markupsafe".split()
"""The distributions that make HTML of Markdown."""


def digest_of(*parts: str) -> str:
    """All the parts as one short text."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def versions() -> str:
    """The versions of Python and of all packages that make the pages, and our own code."""
    return digest_of(sys.version, __version__, _code(), *(f"{name} {_version(name)}" for name in PACKAGES))


@cache
def _code() -> str:
    """The sources of this package: while it is worked on, its version stays."""
    package = Path(__file__).parent.parent
    return contents(package, (*package.rglob("*.py"), *package.rglob("*.sql")))


def contents(folder: Path, files: Iterable[Path]) -> str:
    """The names and contents of the files."""
    found = sha256()
    for path in sorted(files):
        data = path.read_bytes()
        found.update(
            f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode("utf-8", "surrogateescape")
        )
        found.update(data)
    return found.hexdigest()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"

"""What programs may rely on: these few names, as `schemabook` exports them. All else may change."""

from __future__ import annotations

from pathlib import Path

from schemabook.checks import findings
from schemabook.diff import Change, changes
from schemabook.model import Database, Finding, ObjectId
from schemabook.pages import committed_pages
from schemabook.project.book import Book
from schemabook.project.config import load
from schemabook.project.dumps import read_dumps
from schemabook.project.inputs import load_book, paths
from schemabook.project.output import Plan, write


def read(*dumps: str | Path, layout: str = "") -> Database:
    """The database that files and folders of DDL describe, one after the other.

    *layout* says how folders are laid out, such as `prisma`. Its `receipt` says where every statement went.
    Raises SchemaError for what is missing, unreadable, cut off, or no SQL of PostgreSQL.
    """
    return read_dumps(map(Path, dumps), layout)


def diff(old: Database, new: Database) -> tuple[Change[ObjectId], ...]:
    """The changes from one database to another, one for each object; empty where both say the same."""
    return changes(old, new)


def load_project(settings: str | Path | None = None) -> Book:
    """What a `schemabook.yml` and the files that it names say: the input of all pages.

    By default the settings are looked for in the current folder. Raises SchemaError.
    """
    return load_book(load(None if settings is None else Path(settings)))


def write_pages(project: Book) -> Plan:
    """Writes the committed pages, as `schemabook build` does; returns which were added, changed and removed.

    Raises SchemaError where a file of the user's is in the way, or too many pages would go.
    """
    config = project.config
    return write(config.output, committed_pages(project), paths(config), config.most_removed)


def check(project: Book, coverage: int | None = None) -> tuple[Finding, ...]:
    """What `schemabook check` finds; *coverage* is how many per cent of all objects should have a comment."""
    return findings(project, coverage)

"""The revision of git that the site is compared with."""

from __future__ import annotations

import os
from dataclasses import replace

from schemabook.errors import SchemaError
from schemabook.model import Database
from schemabook.pages import Book
from schemabook.pages.since import with_changes
from schemabook.platforms import PLATFORMS
from schemabook.project.config import Config, Revision
from schemabook.review.git import HISTORY
from schemabook.review.sources import SHORT, as_of, left_at
from schemabook.site.serving import COMPARE

NONE = "none"
"""The value of the variable for a site without a comparison, whatever the settings say."""
NO_GIT = "the revision is looked up in git, in the repository of the settings; without one leave out compare"


def with_revision_of_environment(config: Config) -> Config:
    """The settings; the variable of the environment goes before what they name."""
    name = os.environ.get(COMPARE, "").strip()
    if not name:
        return config
    return replace(config, compare=None if name == NONE else Revision(name, COMPARE))


class Compared:
    """The commit that the site is compared with, and its database while MkDocs serves."""

    def __init__(self) -> None:
        self.commit = ""
        self.known: tuple[Config, str, Database] | None = None
        """The database that was read last, for which settings and which commit."""

    def follow(self, config: Config) -> None:
        """Finds the commit of the settings; SchemaError where there is none."""
        self.commit = ""
        if config.compare:
            try:
                self.commit = left_at(config.compare.name, config)
            except SchemaError as error:
                hint = HISTORY if error.hint == HISTORY else NO_GIT
                raise SchemaError(error.message, source=config.compare.source, hint=hint) from None

    def marked(self, book: Book) -> Book:
        """The book with what has changed since the commit, if there is one."""
        compare = book.config.compare
        if not compare:
            return book
        return with_changes(book, self._database(book), compare.name, self.commit)

    def _database(self, book: Book) -> Database:
        known = self.known
        if known and known[:2] == (book.config, self.commit):
            return known[2]
        brought = book.whole.platform
        try:
            platform = PLATFORMS.get(brought.name) if brought else None
            database = as_of(self.commit, book.config, platform).database
        except SchemaError as error:
            message = f"{error.message}, at {self.commit[:SHORT]}"
            raise SchemaError(message, source=error.source, hint=error.hint) from None
        self.known = book.config, self.commit, database
        return database

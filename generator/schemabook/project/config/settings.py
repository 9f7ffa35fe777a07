"""What `schemabook.yml` says, as values."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from schemabook.errors import Source
from schemabook.model import Name, ObjectId, Secret, Unread, VirtualForeignKey

TITLE = "Database Schema Reference"
OUTPUT = "docs/reference"
HISTORIES = ("git", "migrations", "none")
"""What the site's history may be from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that is read: a dump or statistics."""

    file: str
    """As the configuration writes it."""
    path: Path
    description: str = ""
    layout: str = ""
    """How a folder of several is laid out; empty where that is to be recognised."""
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePattern:
    """The name of a relation, or a pattern with `*` and `?` for several."""

    schema: str
    name: str
    glob: bool = False
    """Whether schema and name are patterns of `fnmatch`."""
    text: str = field(compare=False)
    source: Source = field(compare=False, repr=False)

    def matches(self, name: Name) -> bool:
        """Whether it is this name, or a pattern that the name fits."""
        if not self.glob:
            return name == (self.schema, self.name)
        return fnmatchcase(name.schema, self.schema) and fnmatchcase(name.name, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenPattern:
    """A pattern of objects that get no page, or, where *hides* is false, that do get one."""

    pattern: NamePattern
    hides: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Relations that belong together in the reader's mind."""

    name: str
    description: str = ""
    tables: tuple[NamePattern, ...]
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportantTable:
    """What a developer should know of a table first."""

    name: Name
    notes: tuple[str, ...]
    """Markdown: the items of a list, or one text."""
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A command that brings an input up to date."""

    command: str
    description: str = ""
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Related documentation."""

    title: str
    url: str
    description: str = ""
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What people say of an object beside its comment; there is one for each subject."""

    subject: ObjectId
    text: str = ""
    """Markdown."""
    owner: str = ""
    """Who answers for it."""
    deprecated: str = ""
    """Markdown: what to use instead. Empty where it is not deprecated."""
    links: tuple[Link, ...] = ()
    source: Source = field(compare=False, repr=False)


class Accepted(NamedTuple):
    """A pattern with `*` for secrets that may be published."""

    pattern: str
    source: Source

    def matches(self, secret: Secret) -> bool:
        """Whether it fits what `check` says of the secret: `Slack webhook in guide SETUP.md`."""
        return fnmatchcase(secret.title.lower(), self.pattern.lower())


class AcceptedDrift(NamedTuple):
    """A pattern with `*` for what may be another in the dump than the migrations make it."""

    pattern: str
    reason: str
    source: Source

    def matches(self, title: str) -> bool:
        """Whether it fits the title of a difference: `index a_idx of public.a`."""
        return fnmatchcase(title.lower(), self.pattern.lower())


class Revision(NamedTuple):
    """A revision of git, as people name it."""

    name: str
    source: Source | str
    """Where it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration; its paths are already relative to where the program runs."""

    title: str = TITLE
    description: str = ""
    dumps: tuple[InputFile, ...]
    statistics: tuple[InputFile, ...] = ()
    output: Path
    groups: tuple[Group, ...] = ()
    important_tables: tuple[ImportantTable, ...] = ()
    refresh: tuple[Refresh, ...] = ()
    migration_notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    notes_folder: InputFile | None = None
    """The folder of notes in files of their own; None for the folder `notes` beside the settings."""
    virtual_foreign_keys: tuple[VirtualForeignKey, ...] = ()
    hubs: tuple[NamePattern, ...] | None = None
    """The tables in the map's core; None: those that very many others reference."""
    hidden: tuple[HiddenPattern, ...] = ()
    """The last pattern that an object fits decides."""
    supabase: Path | None = None
    """The project's `supabase/config.toml`."""
    platform: str | None = None
    """Who runs the server, by the name of one of `PLATFORMS`, or `none`; None: what the dumps show."""
    templates: Path | None = None
    """A folder of templates that take the place of ours."""
    raw_html: bool = False
    """Whether the HTML in notes and other words of the settings is shown as it is, scripts too."""
    most_removed: int | None = None
    """How many per cent of its pages a build may remove; None for any number."""
    accept_unread: tuple[str, ...] = ()
    """Patterns with `*` for the text of statements that may stay unread, such as `DO *`."""
    accept_secrets: tuple[Accepted, ...] = ()
    """What may be published although it looks secret: `* in function public.test_keys()`."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new names of objects, where `diff` cannot tell that they are the same: `orders`, `a.b.c`."""
    accepted_changes: tuple[tuple[str, str], ...] = ()
    """Changes by the key that `diff` prints, each with the reason for which `--fail-on` lets it pass."""
    compare: Revision | None = None
    """What the built site is compared with: the commit at which HEAD left it, such as `origin/main`."""
    migrations: InputFile | None = None
    """The folder of migrations that the dump comes from; None where there is none, or they are the dump."""
    applied_migrations: InputFile | None = None
    """A file with the versions that the database has, such as `supabase migration list` prints."""
    accept_drift: tuple[AcceptedDrift, ...] = ()
    """Where the dump may differ from what the migrations make, and why."""
    history: str = ""
    """Where the site's history is from, one of `HISTORIES`; empty for git, or else the migrations."""
    guides: tuple[InputFile, ...] | None = None
    """Files, folders or patterns of the Markdown that `check` reads; None: what is beside the output."""
    source: Source = field(compare=False, repr=False)

    def accepts(self, found: Unread) -> bool:
        """Whether the settings say that this statement may stay unread."""
        text = " ".join(found.statement.text.split())
        return any(fnmatchcase(text.lower(), pattern.lower()) for pattern in self.accept_unread)

    def shown(self, path: Path | str) -> str:
        """A path for a page: from the folder that holds settings and output, wherever the program runs."""
        settings = relative(Path.cwd(), self.source.path).parent
        project = Path(os.path.commonpath([settings, relative(Path.cwd(), self.output)]))
        return Path(os.path.relpath(path, project if project != project.parent else settings)).as_posix()


def relative(folder: Path, file: str | Path) -> Path:
    """A path that is written relative to a folder."""
    return Path(os.path.normpath(folder / file))  # Without `..`, so that messages are short.

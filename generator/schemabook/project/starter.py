"""What `schemabook init` writes: settings beside a dump, and a site where there is none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.files import is_file, is_folder
from schemabook.model import ObjectKind
from schemabook.model.written_names import is_text
from schemabook.project.book import Book
from schemabook.project.config import option_of, read_config
from schemabook.project.inputs import load_book
from schemabook.project.proposals import proposed_groups

SETTINGS = """\
# What the dump cannot say. Paths are relative to this file; only "dumps" is required.
title: Database Schema Reference
# description: One sentence for the top of the overview.

dumps:
  - {dump}

# Row counts and sizes, as `supabase inspect db table-stats --linked` prints them:
# statistics:
#   - table_stats.txt

# Where the pages are written; files of yours in there are never touched.
output: {output}

# Tables that belong together. Names without a schema are of public; * and ? stand for several.
{groups}
# What a developer should know of a table first:
# important_tables:
#   users: [Primary user data, Links to auth.users]

# What to know of an object beside its comment; longer notes are files: notes/<schema>.<name>.md
# notes:
#   tables:
#     users:
#       note: One row for each person.
#       owner: Account team
#       columns:
#         nick: {{deprecated: use name}}
# notes_folder: notes

# References that no constraint enforces:
# virtual_foreign_keys:
#   - from: orders.country
#     to: countries.code

# The tables that stand in the core of the map; by default those that very many others reference:
# hubs: [users]

# What gets no page; of what others reference, only that:
# hidden: ["auth.*", "!auth.users"]

# How to bring the dump up to date:
# refresh:
#   - description: Pull the latest schema
#     command: pg_dump --schema-only "$DATABASE_URL" > schema.sql

# Statements that may stay unread without failing `schemabook check`:
# accept_unread: ["DO *"]

# Refuse a build that would remove more than this share of the pages, as after a dump that is cut off.
# most_removed: 30

# What may be published although `schemabook check` takes it for a secret:
# accept_secrets: ["* in function public.test_keys()"]

# Which schemas the Data API of Supabase exposes:
# supabase: ../supabase/config.toml

# Who runs the server, where that is not found out; none switches it off:
# platform: none

# Shows the HTML of notes and settings as it is, scripts too:
# raw_html: true

# Your own templates, in place of ours or of some of their blocks:
# templates: templates

# The guides whose names `schemabook check` looks up; by default the Markdown around the output folder.
# guides: ["../docs/**/*.md"]

# migration_notes:
#   - Every change is a migration

# links:
#   - title: Migration guide
#     url: ../MIGRATIONS.md
"""

GROUPS = """\
# groups:
#   - name: Core Tables
#     description: People and what they make
#     tables: [users, "order_*", auth.users]
"""

SITE = """\
site_name: Database Schema Reference
# The site opens from disk, and asks nobody for anything.
use_directory_urls: false

nav:
  - Home: index.md
  - Reference: reference/index.md
# A table in the navigation would be written into every page; links and the search lead to them.
not_in_nav: |
  /reference/**

theme:
  name: material
  font: false
  features:
    - content.code.copy
    - navigation.top
    - toc.follow
  palette:
    - media: "(prefers-color-scheme)"
      primary: indigo
      toggle:
        icon: material/brightness-auto
        name: Switch to light mode
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: indigo
      toggle:
        icon: material/weather-sunny
        name: Switch to dark mode
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: indigo
      toggle:
        icon: material/weather-night
        name: Follow the system

plugins:
  # For other themes; in Material the search of schemabook takes its place, which also works from disk.
  - search
  - schemabook

markdown_extensions:
  - attr_list
  - md_in_html
  - tables
  - toc:
      permalink: true
  - pymdownx.highlight
  - pymdownx.superfences
"""

HOME = """\
# Database

The [reference](reference/index.md) is generated from the dump; what stands on this page is yours.
"""


def starter(dump: Path, here: Path, layout: str = "") -> Mapping[Path, str]:
    """Each file's text by its path: those that a project lacks come first to last.

    The project is the folder *here*, or the dump's own if the dump is elsewhere. A dump may be a folder, laid
    out as *layout* says. Raises SchemaError where a build would not read it.
    """
    if not is_file(dump) and not is_folder(dump):
        hint = "make one with: pg_dump --schema-only, or supabase db dump"
        raise SchemaError("there is no such file", source=dump.as_posix(), hint=hint)
    beside = dump if dump.name in ("", "..") else dump.parent
    project = here if here.resolve() in dump.resolve().parents else beside
    output = os.path.relpath(project.resolve() / "docs" / "reference", beside.resolve())
    files = {beside / "schemabook.yml": _settings(dump, Path(output), layout, beside)}
    if not (project / "mkdocs.yml").exists():
        files[project / "mkdocs.yml"] = SITE
        files[project / "docs" / "index.md"] = HOME
    return files


def _settings(dump: Path, output: Path, layout: str, folder: Path) -> str:
    """The settings, once a build of them has read the dump."""
    named = _quoted(Path(os.path.relpath(dump, folder)).as_posix())
    if layout:
        named = f"path: {named}\n    layout: {_quoted(layout)}"
    known = {"dump": named, "output": _quoted(output.as_posix())}
    first = read_config(SETTINGS.format(**known, groups=GROUPS), folder / "schemabook.yml")
    return SETTINGS.format(**known, groups=_groups(load_book(first)) or GROUPS)


def _groups(book: Book) -> str:
    """The groups that the map infers; empty where there are none to tell apart."""
    lines = ["groups:  # As the map tells them from names, keys and schemas: rename, move, remove."]
    provided = {found.name for found in book.provided if found.kind is ObjectKind.RELATION}
    for group in proposed_groups(book.database, provided):
        lines += [f"  - name: {_quoted(group.name)}", "    tables:"]
        lines += [f"      - {_quoted(pattern)}" for pattern in group.patterns]
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _quoted(text: str) -> str:
    """Text as YAML: JSON is YAML. What no encoding holds stays an escape, which `load` refuses."""
    return json.dumps(text, ensure_ascii=not is_text(text))


def written(files: Mapping[Path, str]) -> Iterator[str]:
    """Writes those that are not there yet, the settings first; says which, and what to do next."""
    for path, text in files.items():
        yield f"{path.as_posix()}: {'written' if _write(path, text) else 'is there already, kept'}"
    config = option_of(next(iter(files)))
    yield "\nNext, write the pages, and look at them:"
    yield from (f"  schemabook {command}{config}" for command in ("build", "serve"))


def _write(path: Path, text: str) -> bool:
    """Whether the file was not there yet; raises SchemaError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise SchemaError(f"cannot be written: {error.strerror}", source=path.as_posix()) from None
    return True

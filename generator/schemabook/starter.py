"""What `schemabook init` writes: settings beside a dump, and a site where there is none."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.files import is_file, is_folder
from schemabook.nearest import is_text

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
# groups:
#   - name: Core Tables
#     description: People and what they make
#     tables: [users, "order_*", auth.users]

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

# Who runs the server and brings tables of its own, supabase or none; by default the dump tells:
# platform: supabase

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


def starter(dump: Path, here: Path) -> Mapping[Path, str]:
    """Each file's text by its path: those that a project lacks come first to last.

    The project is the folder *here*, or the dump's own if the dump is elsewhere. Raises SchemaError if
    there is no dump.
    """
    if not is_file(dump):
        what = "this is a directory, not a dump" if is_folder(dump) else "there is no such file"
        hint = "make one with: pg_dump --schema-only, or supabase db dump"
        raise SchemaError(what, source=dump.as_posix(), hint=hint)
    project = here if here.resolve() in dump.resolve().parents else dump.parent
    output = os.path.relpath(project.resolve() / "docs" / "reference", dump.parent.resolve())
    files = {dump.parent / "schemabook.yml": _settings(dump, Path(output))}
    if not (project / "mkdocs.yml").exists():
        files[project / "mkdocs.yml"] = SITE
        files[project / "docs" / "index.md"] = HOME
    return files


def _settings(dump: Path, output: Path) -> str:
    return SETTINGS.format(dump=_quoted(dump.name), output=_quoted(output.as_posix()))


def _quoted(text: str) -> str:
    """Text as YAML: JSON is YAML. What no encoding holds stays an escape, which `load` refuses."""
    return json.dumps(text, ensure_ascii=not is_text(text))


def write_new(path: Path, text: str) -> bool:
    """Writes a file that is not there yet; whether it was not. Raises SchemaError where it cannot."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise SchemaError(f"cannot be written: {error.strerror}", source=path.as_posix()) from None
    return True

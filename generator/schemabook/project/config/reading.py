"""The text of `schemabook.yml` → its settings, with an error at its line for each thing that is wrong."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import yaml

from schemabook.errors import SchemaError, Source
from schemabook.files import content
from schemabook.nearest import did_you_mean, nearest
from schemabook.platforms import PLATFORMS
from schemabook.project.config.names import hidden_pattern_of, name_of, pattern_of
from schemabook.project.config.notes import link_of, notes_of, virtual_foreign_keys_of
from schemabook.project.config.section import Section, not_text, once, root, source_of, text_of
from schemabook.project.config.settings import (
    HISTORIES,
    OUTPUT,
    TITLE,
    Accepted,
    AcceptedDrift,
    Config,
    Group,
    ImportantTable,
    InputFile,
    Refresh,
    Revision,
    relative,
)
from schemabook.project.layouts import layout_of

PLACES = ("schemabook.yml", "schema/schemabook.yml")
"""Where the settings are looked for, from the project's folder."""
NO_PLATFORM = "none"
"""The value of `platform` for a server of one's own."""
KEYS = tuple(f.name for f in fields(Config) if f.name != "source")
T = TypeVar("T", Group, ImportantTable)


def load(path: Path | None = None) -> Config:
    """The configuration in this file, or in a usual place; SchemaError where it cannot be read."""
    path = path or next((Path(place) for place in PLACES if Path(place).exists()), Path(PLACES[0]))
    if not os.path.lexists(path):
        hint = "write one with `schemabook init`, or run where it is"
        raise SchemaError("there is no configuration file", source=path.as_posix(), hint=hint)
    try:
        return read_config(content(path).decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise not_text(Source(path.as_posix(), line)) from None


def option_of(path: Path) -> str:
    """How to name these settings on the command line; nothing where they are found without."""
    return "" if path.as_posix() in PLACES else f" --config {shlex.quote(path.as_posix())}"


def read_config(text: str, path: Path) -> Config:
    """The configuration that the text holds; *path* is where it stands, for paths and errors."""
    section = Section(root(text, path.as_posix()), "the configuration", KEYS, required=("dumps",))
    dumps = section.items("dumps")
    if not dumps:
        raise SchemaError('"dumps" names no file', source=section.at("dumps"), hint="- schema_backup.sql")
    folder, migrations, applied = map(
        section.values.get, ("notes_folder", "migrations", "applied_migrations")
    )
    return Config(
        title=section.text("title", TITLE),
        description=section.text("description"),
        dumps=_each_once(_dump(node, path.parent) for node in dumps),
        statistics=_input_files(section.items("statistics"), path.parent),
        output=relative(path.parent, section.text("output", OUTPUT)),
        groups=_named_once("group", [_group(node) for node in section.items("groups")]),
        important_tables=_named_once(
            "table", [_important_table(*pair) for pair in section.pairs("important_tables")]
        ),
        refresh=tuple(_refresh(node) for node in section.items("refresh")),
        migration_notes=tuple(text_of(node, "a note") for node in section.items("migration_notes")),
        links=tuple(link_of(node) for node in section.items("links")),
        notes=notes_of(section.values["notes"]) if "notes" in section.values else (),
        notes_folder=_input_file(folder, path.parent) if folder else None,
        virtual_foreign_keys=virtual_foreign_keys_of(section.items("virtual_foreign_keys")),
        hubs=tuple(map(pattern_of, section.items("hubs"))) if "hubs" in section.values else None,
        hidden=tuple(hidden_pattern_of(node) for node in section.items("hidden")),
        supabase=section.path("supabase", path.parent),
        platform=_platform(section),
        templates=section.path("templates", path.parent),
        raw_html=section.is_so("raw_html"),
        most_removed=section.percentage("most_removed"),
        accept_unread=tuple(text_of(node, "a pattern") for node in section.items("accept_unread")),
        accept_secrets=tuple(
            Accepted(text_of(node, "a pattern"), source_of(node)) for node in section.items("accept_secrets")
        ),
        renamed=tuple(
            (text_of(old, "an old name"), text_of(new, "a new name")) for old, new in section.pairs("renamed")
        ),
        accepted_changes=tuple(
            (text_of(key, "a change"), text_of(reason, "a reason"))
            for key, reason in section.pairs("accepted_changes")
        ),
        compare=Revision(section.text("compare"), section.at("compare"))
        if "compare" in section.values
        else None,
        migrations=_dump(migrations, path.parent) if migrations else None,
        applied_migrations=_input_file(applied, path.parent) if applied else None,
        accept_drift=tuple(
            AcceptedDrift(text_of(pattern, "a pattern"), text_of(reason, "a reason"), source_of(pattern))
            for pattern, reason in section.pairs("accept_drift")
        ),
        history=_one_of(section, "history", HISTORIES),
        guides=_input_files(section.items("guides"), path.parent) if "guides" in section.values else None,
        source=section.source,
    )


# The parts of the file


def _input_files(nodes: Iterable[yaml.Node], folder: Path) -> tuple[InputFile, ...]:
    return _each_once(_input_file(node, folder) for node in nodes)


def _each_once(files: Iterable[InputFile]) -> tuple[InputFile, ...]:
    return once(files, lambda file: file.path, lambda file: f'file "{file.file}"')


def _dump(node: yaml.Node, folder: Path) -> InputFile:
    """A file, or a folder, of which the settings may say how it is laid out."""
    file = _input_file(node, folder, "layout")
    if file.layout:
        try:
            layout_of(file.layout)
        except SchemaError as error:
            raise SchemaError(error.message, source=file.source, hint=error.hint) from None
    return file


def _input_file(node: yaml.Node, folder: Path, *more: str) -> InputFile:
    if isinstance(node, yaml.ScalarNode):
        file = text_of(node, "a path")
        return InputFile(file=file, path=relative(folder, file), source=source_of(node))
    section = Section(node, "a file", ("path", "description", *more), required=("path",))
    file = section.text("path")
    path = relative(folder, file)
    return InputFile(file=file, path=path, **section.texts("description", *more), source=section.source)


def _platform(section: Section) -> str | None:
    return _one_of(section, "platform", (*PLATFORMS, NO_PLATFORM)) or None


def _one_of(section: Section, key: str, known: tuple[str, ...]) -> str:
    """The text of a key that may be one of several; empty where it is not given."""
    text = section.text(key)
    if text and text not in known:
        hint = did_you_mean(nearest(text, known), f"it is one of {', '.join(known)}")
        raise SchemaError(f'there is no {key} "{text}"', source=section.at(key), hint=hint)
    return text


def _group(node: yaml.Node) -> Group:
    section = Section(node, "a group", ("name", "description", "tables"), required=("name", "tables"))
    tables = tuple(pattern_of(table) for table in section.items("tables"))
    return Group(**section.texts("name", "description"), tables=tables, source=section.source)


def _important_table(key: yaml.Node, value: yaml.Node) -> ImportantTable:
    if isinstance(value, yaml.SequenceNode):
        notes = tuple(text_of(node, "a note") for node in value.value)
    else:
        notes = (text_of(value, "a note"),)
    return ImportantTable(name=name_of(key, "a table"), notes=notes, source=source_of(key))


def _refresh(node: yaml.Node) -> Refresh:
    section = Section(node, "a refresh command", ("description", "command"), required=("command",))
    return Refresh(**section.texts("command", "description"), source=section.source)


def _named_once(what: str, items: Iterable[T]) -> tuple[T, ...]:
    return once(items, lambda item: item.name, lambda item: f'{what} "{item.name}"')

"""`schemabook.yml`: what the dump cannot say, with an error at its line for each thing that is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

import yaml

from schemabook.errors import SchemaError, Source
from schemabook.model import Name, Unread
from schemabook.nearest import Part, did_you_mean, is_text, name_parts, nearest

PLACES = ("schemabook.yml", "schema/schemabook.yml")
"""Where the settings are looked for, from the project's folder."""
TITLE = "Database Schema Reference"
OUTPUT = "docs/reference"
KINDS = {
    "map": "a mapping",
    "seq": "a list",
    "null": "nothing",
    "int": "a number",
    "float": "a number",
    "bool": "yes or no",
    "timestamp": "a date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that is read: a dump or statistics."""

    file: str
    """As the configuration writes it."""
    path: Path
    description: str = ""
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
    supabase: Path | None = None
    """The project's `supabase/config.toml`."""
    templates: Path | None = None
    """A folder of templates that take the place of ours."""
    accept_unread: tuple[str, ...] = ()
    """Patterns with `*` for the text of statements that may stay unread, such as `DO *`."""
    guides: tuple[InputFile, ...] | None = None
    """Files, folders or patterns of the Markdown that `check` reads; None: what is beside the output."""
    source: Source = field(compare=False, repr=False)

    def accepts(self, found: Unread) -> bool:
        """Whether the settings say that this statement may stay unread."""
        text = " ".join(found.statement.text.split())
        return any(fnmatchcase(text.lower(), pattern.lower()) for pattern in self.accept_unread)

    def shown(self, path: Path | str) -> str:
        """A path for a page: from the folder that holds settings and output, wherever the program runs."""
        settings = _relative(Path.cwd(), self.source.path).parent
        project = Path(os.path.commonpath([settings, _relative(Path.cwd(), self.output)]))
        return Path(os.path.relpath(path, project if project != project.parent else settings)).as_posix()


KEYS = tuple(f.name for f in fields(Config) if f.name != "source")
T = TypeVar("T", Group, ImportantTable)


def load(path: Path) -> Config:
    """The configuration in this file."""
    try:
        return read_config(path.read_bytes().decode("utf-8-sig"), path)
    except FileNotFoundError:
        hint = "write one with `schemabook init`, or run where it is"
        raise SchemaError("there is no configuration file", source=path.as_posix(), hint=hint) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _not_text(Source(path.as_posix(), line)) from None
    except OSError as error:
        message = f"the configuration file cannot be read: {error.strerror}"
        raise SchemaError(message, source=path.as_posix()) from None


def read_config(text: str, path: Path) -> Config:
    """The configuration that the text holds; *path* is where it stands, for paths and errors."""
    section = _Section(_root(text, path.as_posix()), "the configuration", KEYS, required=("dumps",))
    dumps = section.items("dumps")
    if not dumps:
        raise SchemaError('"dumps" names no file', source=section.at("dumps"), hint="- schema_backup.sql")
    return Config(
        title=section.text("title", TITLE),
        description=section.text("description"),
        dumps=_input_files(dumps, path.parent),
        statistics=_input_files(section.items("statistics"), path.parent),
        output=_relative(path.parent, section.text("output", OUTPUT)),
        groups=_once("group", [_group(node) for node in section.items("groups")]),
        important_tables=_once("table", [_important_table(*p) for p in section.pairs("important_tables")]),
        refresh=tuple(_refresh(node) for node in section.items("refresh")),
        migration_notes=tuple(_text(node, "a note") for node in section.items("migration_notes")),
        links=tuple(_link(node) for node in section.items("links")),
        supabase=_relative(path.parent, section.text("supabase")) if "supabase" in section.values else None,
        templates=_relative(path.parent, section.text("templates"))
        if "templates" in section.values
        else None,
        accept_unread=tuple(_text(node, "a pattern") for node in section.items("accept_unread")),
        guides=_input_files(section.items("guides"), path.parent) if "guides" in section.values else None,
        source=section.source,
    )


# The parts of the file


def _input_files(nodes: Iterable[yaml.Node], folder: Path) -> tuple[InputFile, ...]:
    files: dict[Path, InputFile] = {}
    for file in (_input_file(node, folder) for node in nodes):
        if file.path in files:
            raise _twice(f'file "{file.file}"', files[file.path].source, file.source)
        files[file.path] = file
    return tuple(files.values())


def _input_file(node: yaml.Node, folder: Path) -> InputFile:
    if isinstance(node, yaml.ScalarNode):
        file = _text(node, "a path")
        return InputFile(file=file, path=_relative(folder, file), source=_source(node))
    section = _Section(node, "a file", ("path", "description"), required=("path",))
    file = section.text("path")
    path = _relative(folder, file)
    return InputFile(file=file, path=path, **section.texts("description"), source=section.source)


def _relative(folder: Path, file: str | Path) -> Path:
    return Path(os.path.normpath(folder / file))  # Without `..`, so that messages are short.


def _group(node: yaml.Node) -> Group:
    section = _Section(node, "a group", ("name", "description", "tables"), required=("name", "tables"))
    tables = tuple(_pattern(table) for table in section.items("tables"))
    return Group(**section.texts("name", "description"), tables=tables, source=section.source)


def _pattern(node: yaml.Node) -> NamePattern:
    text = _text(node, "a table")
    schema, name = _parts(text, _source(node))
    if not (_is_glob(schema) or _is_glob(name)):
        return NamePattern(schema=schema.text, name=name.text, text=text, source=_source(node))
    return NamePattern(
        schema=_escaped(schema), name=_escaped(name), glob=True, text=text, source=_source(node)
    )


def _parts(text: str, source: Source) -> tuple[Part, Part]:
    parts = name_parts(text)
    if not parts:
        hint = 'a table is name or schema.name, with quotes around a name that holds a dot: "a.b"'
        raise SchemaError(f'"{text}" is not the name of a table', source=source, hint=hint)
    return parts[0] or Part("public", quoted=True), parts[1]


def _is_glob(part: Part) -> bool:
    return not part.quoted and bool(set("*?") & set(part.text))


def _escaped(part: Part) -> str:
    # fnmatch reads [ as well, and in a quoted name * and ? are letters.
    return re.sub(r"[\[*?]" if part.quoted else r"\[", r"[\g<0>]", part.text)


def _important_table(key: yaml.Node, value: yaml.Node) -> ImportantTable:
    schema, name = _parts(_text(key, "a table"), _source(key))
    if isinstance(value, yaml.SequenceNode):
        notes = tuple(_text(node, "a note") for node in value.value)
    else:
        notes = (_text(value, "a note"),)
    return ImportantTable(name=Name(schema.text, name.text), notes=notes, source=_source(key))


def _refresh(node: yaml.Node) -> Refresh:
    section = _Section(node, "a refresh command", ("description", "command"), required=("command",))
    return Refresh(**section.texts("command", "description"), source=section.source)


def _link(node: yaml.Node) -> Link:
    section = _Section(node, "a link", ("title", "url", "description"), required=("title", "url"))
    return Link(**section.texts("title", "url", "description"), source=section.source)


def _once(what: str, items: Iterable[T]) -> tuple[T, ...]:
    found: dict[str | Name, T] = {}
    for item in items:
        if item.name in found:
            raise _twice(f'{what} "{item.name}"', found[item.name].source, item.source)
        found[item.name] = item
    return tuple(found.values())


# YAML, with the line of each node


class _Section:
    """A mapping whose keys are known; SchemaError for another key, one that is given twice or lacks."""

    def __init__(
        self, node: yaml.Node, what: str, keys: Collection[str], *, required: Collection[str]
    ) -> None:
        self.source = _source(node)
        self.values: dict[str, yaml.Node] = {}
        for key, value in _pairs(node, what, keys):
            if _text(key, "a key") not in keys:
                raise _unknown_key(key, what, keys)
            self.values[_text(key, "a key")] = value
        if missing := [key for key in required if key not in self.values]:
            message = f'{what} has no "{missing[0]}"'
            raise SchemaError(message, source=self.source, hint=f"its keys are {', '.join(keys)}")

    def at(self, key: str) -> Source:
        return _source(self.values[key])

    def text(self, key: str, default: str = "") -> str:
        return _text(self.values[key], f'"{key}"') if key in self.values else default

    def path(self, key: str, folder: Path) -> Path | None:
        return _relative(folder, self.text(key)) if key in self.values else None

    def texts(self, *keys: str) -> dict[str, str]:
        return {key: self.text(key) for key in keys if key in self.values}

    def items(self, key: str) -> tuple[yaml.Node, ...]:
        if key not in self.values:
            return ()
        node = self.values[key]
        if not isinstance(node, yaml.SequenceNode):
            message = f'"{key}" must be a list, not {_kind(node)}'
            raise SchemaError(message, source=_source(node), hint='begin each item with "- "')
        return tuple(node.value)

    def pairs(self, key: str) -> tuple[tuple[yaml.Node, yaml.Node], ...]:
        return _pairs(self.values[key], f'"{key}"', ("name",)) if key in self.values else ()


def _root(text: str, path: str) -> yaml.Node:
    try:
        loader = yaml.SafeLoader(text.removeprefix("\ufeff"))
        loader.name = path
        root = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        raise _not_text(Source(path, text.count("\n", 0, error.position) + 1)) from None
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, path) from None
    except (ValueError, OverflowError, RecursionError):  # What PyYAML lets through: "\UFFFFFFFF", "[[[[…".
        raise SchemaError("the configuration is not YAML", source=Source(path, 1)) from None
    if root is None:
        hint = "it must name a dump at least:\ndumps:\n  - schema_backup.sql"
        raise SchemaError("the configuration is empty", source=Source(path, 1), hint=hint)
    return root


def _not_text(source: Source) -> SchemaError:
    return SchemaError("the configuration is not UTF-8 text", source=source, hint="save it as UTF-8")


def _not_yaml(error: yaml.MarkedYAMLError, path: str) -> SchemaError:
    mark = error.problem_mark or error.context_mark
    source = Source(path, mark.line + 1 if mark else 1)
    if "'\\t'" in (error.problem or ""):
        return SchemaError("a tab stands where YAML wants spaces", source=source, hint="indent with spaces")
    context = f" {error.context}" if error.context else ""
    hint = "quote text that holds a colon, and indent items alike"
    return SchemaError(f"the configuration is not YAML: {error.problem}{context}", source=source, hint=hint)


def _pairs(node: yaml.Node, what: str, keys: Collection[str]) -> tuple[tuple[yaml.Node, yaml.Node], ...]:
    if not isinstance(node, yaml.MappingNode):
        message = f"{what} must be a mapping, not {_kind(node)}"
        raise SchemaError(message, source=_source(node), hint=f'write "{next(iter(keys))}: ..."')
    seen: dict[str, Source] = {}
    for key, _ in node.value:
        text = _text(key, "a key")
        if text in seen:
            raise _twice(f'key "{text}"', seen[text], _source(key))
        seen[text] = _source(key)
    return tuple(node.value)


def _text(node: yaml.Node, what: str) -> str:
    if node.tag != "tag:yaml.org,2002:str" or not isinstance(node, yaml.ScalarNode):
        raise SchemaError(f"{what} must be text, not {_kind(node)}", source=_source(node), hint=_quote(node))
    text = str(node.value).strip()
    if not text or "\0" in text or not is_text(text):
        message = f"{what} is {'not text' if text else 'empty'}"
        raise SchemaError(message, source=_source(node), hint="give it a text or leave it out")
    return text


def _quote(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "quote text that holds a colon"
    if isinstance(node, yaml.ScalarNode) and node.value:
        return f'put it in quotes: "{node.value}"'
    return "give it a text or leave it out"


def _kind(node: yaml.Node) -> str:
    return KINDS.get(node.tag.rpartition(":")[2], "text" if node.tag.endswith(":str") else f'"{node.tag}"')


def _source(node: yaml.Node) -> Source:
    return Source(node.start_mark.name, node.start_mark.line + 1)


def _unknown_key(key: yaml.Node, what: str, keys: Collection[str]) -> SchemaError:
    text = _text(key, "a key")
    hint = did_you_mean(nearest(text, keys), f"its keys are {', '.join(keys)}")
    return SchemaError(f'{what} has no key "{text}"', source=_source(key), hint=hint)


def _twice(what: str, first: Source, second: Source) -> SchemaError:
    return SchemaError(f"{what} is given twice, first on line {first.line}", source=second)

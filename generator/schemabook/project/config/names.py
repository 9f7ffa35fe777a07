"""The names of objects and columns in the settings, and patterns of names; without a schema of `public`."""

from __future__ import annotations

import re

import yaml

from schemabook.errors import SchemaError, Source
from schemabook.model import ColumnName, Name
from schemabook.model.written_names import Part, column_parts, name_parts
from schemabook.project.config.section import source_of, text_of
from schemabook.project.config.settings import HiddenPattern, NamePattern

PUBLIC = Part("public", quoted=True)


def name_of(node: yaml.Node, what: str) -> Name:
    """The name that a node holds; *what* is `a table` or another kind."""
    schema, name = _parts(text_of(node, what), source_of(node), what)
    return Name(schema.text, name.text)


def column_of(node: yaml.Node) -> ColumnName:
    """The column that a node names: `content.language`."""
    text = text_of(node, "a column")
    parts = column_parts(text)
    if not parts:
        hint = "a column is table.column or schema.table.column, with quotes around a name that holds a dot"
        raise SchemaError(f'"{text}" is not the name of a column', source=source_of(node), hint=hint)
    schema, table, column = parts
    return ColumnName(Name((schema or PUBLIC).text, table.text), column.text)


def pattern_of(node: yaml.Node) -> NamePattern:
    """The pattern that a node holds."""
    return _pattern(text_of(node, "a table"), source_of(node))


def hidden_pattern_of(node: yaml.Node) -> HiddenPattern:
    """A pattern of what is hidden or, after an exclamation mark, of what is not."""
    text = text_of(node, "a pattern")
    pattern = _pattern(text.removeprefix("!"), source_of(node))
    return HiddenPattern(pattern=pattern, hides=not text.startswith("!"))


def _pattern(text: str, source: Source) -> NamePattern:
    schema, name = _parts(text, source, "a table")
    if not (_is_glob(schema) or _is_glob(name)):
        return NamePattern(schema=schema.text, name=name.text, text=text, source=source)
    return NamePattern(schema=_escaped(schema), name=_escaped(name), glob=True, text=text, source=source)


def _parts(text: str, source: Source, what: str) -> tuple[Part, Part]:
    parts = name_parts(text)
    if not parts:
        hint = f'{what} is name or schema.name, with quotes around a name that holds a dot: "a.b"'
        raise SchemaError(f'"{text}" is not the name of {what}', source=source, hint=hint)
    return parts[0] or PUBLIC, parts[1]


def _is_glob(part: Part) -> bool:
    return not part.quoted and bool(set("*?") & set(part.text))


def _escaped(part: Part) -> str:
    # fnmatch reads [ as well, and in a quoted name * and ? are letters.
    return re.sub(r"[\[*?]" if part.quoted else r"\[", r"[\g<0>]", part.text)

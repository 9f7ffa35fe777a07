"""A neighbourhood as the text of a Mermaid diagram, and that text read again.

Mermaid has no escapes in names but HTML's: `#34;` is a quotation mark. So in a name all but letters,
digits, `_` and `-` is written like that, and no name can end a string, a line or the diagram.
https://mermaid.js.org/syntax/entityRelationshipDiagram.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.map.neighbourhood import ForeignKey, Group, KeyColumn, Neighbourhood
from schemabook.model import Name

MORE = "… and more"
"""Stands for the tables that are not shown; no name is written so, as a name's blanks are escaped."""
GROUP_LABEL = "references"
UNKNOWN = "_"
"""Stands for a type that the schema does not tell."""
PLAIN_COLUMN = re.compile(r"(?!(?:pk|fk|uk)$)[a-z_][a-z0-9_]*", re.IGNORECASE | re.ASCII)
"""A column that Mermaid takes as it is. PK, FK and UK are its own words, in any case."""

_COLUMN = re.compile(r' {8}(\S+) (\S+)(?: (PK|FK|PK, FK))?(?: "(\S+)")?')
_KEY = re.compile(r' {4}"(\S+)" ([}|])o(--|\.\.)([|o])\| "(\S+)" : "([^"]+)"')
_GROUP = re.compile(r' {4}"(.+): ([0-9]{1,9}) tables" }o--o\| "\S+" : "references"')


def mermaid(neighbourhood: Neighbourhood) -> str:
    """The diagram, without its fence and a last line break; empty where a table has no neighbour."""
    return "\n".join(_lines(neighbourhood)) if neighbourhood else ""


def _lines(of: Neighbourhood) -> Iterator[str]:
    yield "erDiagram"
    yield f'    "{qualified(of.relation)}" {{'
    yield from (column_line(column) for column in of.columns)
    yield "    }"
    yield from (key_line(key) for key in of.references)
    yield from (_group_line(escaped(group.name), group.tables, of.relation) for group in of.groups)
    yield from (key_line(key) for key in of.referenced_by)
    if of.more_tables:
        yield _group_line(MORE, of.more_tables, of.relation)


def column_line(column: KeyColumn) -> str:
    """The line of a column inside of its table."""
    keys = ", ".join(["PK"] * column.primary + ["FK"] * column.foreign)
    plain = PLAIN_COLUMN.fullmatch(column.name)
    name = column.name if plain else re.sub(r"\W", "_", _word(column.name), flags=re.ASCII)
    words = (_word(column.type), name, keys, "" if plain else f'"{escaped(column.name)}"')
    return " " * 8 + " ".join(word for word in words if word)


def key_line(key: ForeignKey) -> str:
    """The line of a foreign key."""
    many, one = "|o" if key.unique else "}o", "o|" if key.optional else "||"
    line = "--" if key.enforced else ".."  # Mermaid dashes the latter.
    label = " → ".join(", ".join(map(escaped, c)) for c in (key.columns, key.referenced_columns) if c)
    return f'    "{qualified(key.relation)}" {many}{line}{one} "{qualified(key.references)}" : "{label}"'


def _group_line(group: str, tables: int, relation: Name) -> str:
    return f'    "{group}: {tables} tables" }}o--o| "{qualified(relation)}" : "{GROUP_LABEL}"'


def qualified(name: Name) -> str:
    """A name as it stands between quotes."""
    return ".".join(escaped(part) for part in name if part)


def escaped(name: str) -> str:
    """A name, or a word, that ends no string, line or diagram."""
    return "".join(c if c.isalnum() or c in "_-" else f"#{ord(c)};" for c in name)


def _word(text: str) -> str:
    """A type or an odd column as a word that Mermaid reads: `timestamp_with_time_zone`."""
    word = re.sub(r"[^a-zA-Z0-9_()\[\],]", "_", text)
    return word if re.match(r"(?!(?:pk|fk|uk)\b)[a-z_]", word, re.IGNORECASE) else f"_{word}"


def read(text: str) -> Neighbourhood | None:
    """The neighbourhood that `mermaid` wrote as exactly this text; None for any other text."""
    try:
        found = _read(text.rstrip("\n").split("\n"))
    except (LookupError, ValueError, OverflowError):
        return None
    return found if mermaid(found) == text.rstrip("\n") else None


def _read(lines: list[str]) -> Neighbourhood:
    """Reads more than `mermaid` writes; `read` compares."""
    end = lines.index("    }")
    relation = _name(lines[1].strip(' {"'))
    keys = [_read_key(*m.groups()) for line in lines[end:] if (m := _KEY.fullmatch(line))]
    groups = [(m[1], int(m[2])) for line in lines[end:] if (m := _GROUP.fullmatch(line))]
    return Neighbourhood(
        relation,
        columns=tuple(_read_column(*m.groups()) for line in lines[2:end] if (m := _COLUMN.fullmatch(line))),
        references=tuple(key for key in keys if key.relation == relation),
        groups=tuple(Group(_unescaped(name), tables) for name, tables in groups if name != MORE),
        referenced_by=tuple(key for key in keys if key.relation != relation),
        more_tables=sum(tables for name, tables in groups if name == MORE),
    )


def _read_column(type: str, word: str, keys: str | None, name: str | None) -> KeyColumn:  # noqa: A002
    return KeyColumn(_unescaped(name or word), type, "PK" in (keys or ""), "FK" in (keys or ""))


def _read_key(relation: str, many: str, line: str, one: str, references: str, label: str) -> ForeignKey:
    columns, _, referenced = (tuple(map(_unescaped, part.split(", "))) for part in label.partition(" → "))
    return ForeignKey(
        _name(relation),
        columns,
        _name(references),
        referenced_columns=referenced if any(referenced) else (),
        unique=many == "|",
        optional=one == "o",
        enforced=line == "--",
    )


def _name(text: str) -> Name:
    schema, _, name = text.rpartition(".")
    return Name(_unescaped(schema), _unescaped(name))


def _unescaped(text: str) -> str:
    return re.sub(r"#([0-9]{1,7});", lambda m: chr(int(m[1])), text)

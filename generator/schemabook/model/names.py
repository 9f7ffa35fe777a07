"""Identities, closed sets and SQL text: what facts are made of."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from schemabook.model.keywords import quoted


class Name(NamedTuple):
    """A schema-qualified name, unquoted."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


def spellings(name: Name) -> Iterator[str]:
    """A name with quotes around each part and without, as `format_type` may print it."""
    for schema, part in product(*((part, '"' + part.replace('"', '""') + '"') for part in name)):
        yield f"{schema}.{part}"


def type_within(spelled: str, schema: str) -> str:
    """A type as readers see it: as `format_type` spells it, without the schema whose objects they look at."""
    return spelled.removeprefix(f"{quoted(schema)}.")


class ColumnName(NamedTuple):
    """A column's identity: its relation and its name."""

    relation: Name
    column: str

    def __str__(self) -> str:
        return f"{self.relation}.{self.column}"


class Signature(NamedTuple):
    """A routine's identity: its name and the types of its input arguments."""

    name: Name
    types: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.types)})"


class Target(NamedTuple):
    """What a foreign key points to."""

    relation: Name
    columns: tuple[str, ...]


TOKEN = re.compile(
    r"""
    "[^"]*+(?:""[^"]*+)*+"
    | e'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'
    | (?:[bxn]|u&)?'[^']*+(?:''[^']*+)*+'
    | (\$\w*\$).*?\1
    | \S+""",
    re.X | re.S | re.I,
)
QUOTE = re.compile("[\"'$]")
"""Only after one of these may a token hold spaces."""


def split_tokens(tokens: str) -> list[str]:
    """The tokens of `Sql` one by one; names and strings in quotes may hold spaces."""
    if QUOTE.search(tokens):
        return [match[0] for match in TOKEN.finditer(tokens)]
    return tokens.split()


PART = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/
    | e'(?:[^'\\]|\\.|'')*' | '[^']*' | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$
    | "[^"]*"
    | \w+ | \S""",
    re.I | re.S | re.X,
)
"""A comment, a string, a name in quotes, a word or a sign of SQL."""
WORD = re.compile(r"\w+")


def as_said(sql: str, words: Container[str] | None = None) -> tuple[str, ...]:
    """What SQL says, be it the body of a function: its parts, whatever their white space.

    Those of *words*, by default all, are in lower case; strings, names in quotes and comments stay.
    """
    return tuple(
        part.lower() if WORD.fullmatch(part) and (words is None or part.lower() in words) else part
        for part in (found[0] for found in PART.finditer(sql))
    )


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression or a query as the source wrote it; two are equal when their tokens are."""

    text: str = field(compare=False)
    """The verbatim slice, without the quotes that PostgreSQL does not need."""
    tokens: str
    """The tokens with one space between them, words in lower case."""

    def __str__(self) -> str:
        return self.text


class _InWords(StrEnum):
    @property
    def words(self) -> str:
        """The kind in words: `materialized view`, `foreign key`."""
        return self.value.replace("_", " ")


class RelationKind(_InWords):
    """What a relation is; `pg_class.relkind`."""

    TABLE = "table"
    PARTITIONED_TABLE = "partitioned_table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    FOREIGN_TABLE = "foreign_table"


class TypeKind(StrEnum):
    """What a type of the user is; `pg_type.typtype`."""

    ENUM = "enum"
    COMPOSITE = "composite"
    DOMAIN = "domain"
    RANGE = "range"
    BASE = "base"


class ConstraintKind(_InWords):
    """What a constraint demands; `pg_constraint.contype`."""

    PRIMARY_KEY = "primary_key"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign_key"
    CHECK = "check"
    EXCLUSION = "exclusion"


class RoutineKind(StrEnum):
    """What a routine is; `pg_proc.prokind`."""

    FUNCTION = "function"
    PROCEDURE = "procedure"
    AGGREGATE = "aggregate"
    WINDOW = "window"


class Command(StrEnum):
    """The command that a policy is for; `pg_policy.polcmd`."""

    ALL = "all"
    SELECT = "select"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class Identity(StrEnum):
    """How an identity column takes its values; `pg_attribute.attidentity`."""

    ALWAYS = "always"
    BY_DEFAULT = "by default"

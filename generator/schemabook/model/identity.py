"""What an object is told from all others by: its kind, its name, and what it is part of."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from schemabook.model.keywords import quoted
from schemabook.model.names import ColumnName, Name, Signature

OF_SQL = frozenset({"bigint", "bit", "bit varying", "boolean", "character", "character varying"}) | {
    "double precision",
    "integer",
    "interval",
    "json",
    "numeric",
    "real",
    "smallint",
    *(f"{word} {zone} time zone" for word in ("time", "timestamp") for zone in ("with", "without")),
}
"""The types of pg_catalog that SQL itself names, so that no schema is before them."""


class ObjectKind(StrEnum):
    """What an object is; what shares its names is of one kind. Their table is `kinds.KINDS`."""

    SCHEMA = "schema"
    EXTENSION = "extension"
    ROLE = "role"
    RELATION = "relation"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    TRIGGER = "trigger"
    POLICY = "policy"
    RULE = "rule"
    SEQUENCE = "sequence"
    TYPE = "type"
    ROUTINE = "routine"
    PUBLICATION = "publication"
    PRIVILEGE = "privilege"
    DEFAULT_PRIVILEGE = "default privilege"
    ACCESS_METHOD = "access method"
    CAST = "cast"
    COLLATION = "collation"
    CONVERSION = "conversion"
    EVENT_TRIGGER = "event trigger"
    FOREIGN_DATA_WRAPPER = "foreign data wrapper"
    LANGUAGE = "language"
    OPERATOR = "operator"
    OPERATOR_CLASS = "operator class"
    OPERATOR_FAMILY = "operator family"
    SERVER = "server"
    STATISTICS = "statistics"
    SUBSCRIPTION = "subscription"
    TEXT_SEARCH_CONFIGURATION = "text search configuration"
    TEXT_SEARCH_DICTIONARY = "text search dictionary"
    TEXT_SEARCH_PARSER = "text search parser"
    TEXT_SEARCH_TEMPLATE = "text search template"
    TRANSFORM = "transform"
    USER_MAPPING = "user mapping"

    @property
    def word(self) -> str:
        """What a message calls it: a routine is a function there."""
        return "function" if self is ObjectKind.ROUTINE else self.value


class ObjectId(NamedTuple):
    """The identity of an object. Those of one kind are in order by schema, name and part."""

    kind: ObjectKind
    name: Name
    """Of what is part of a relation, the relation's; of what is in no schema, `Name("", name)`."""
    part: str = ""
    """The name of the part of a relation; of a privilege who has it."""
    types: tuple[str, ...] | None = None
    """Of a routine the types of its input arguments; None stands for all routines of the name."""
    on: ObjectId | None = None
    """Of a privilege the object."""

    @property
    def whole(self) -> ObjectId:
        """The relation that it is part of, or else the object itself; a routine with all of its name.

        Of a privilege that is what it is on; default privileges of all grantees are one.
        """
        if self.on:
            return self.on.whole
        if self.part and self.kind is not ObjectKind.DEFAULT_PRIVILEGE:
            return ObjectId(ObjectKind.RELATION, self.name)
        return ObjectId(self.kind, self.name)

    @property
    def part_words(self) -> str:
        """The part of a relation with its kind: `policy own rows`; empty where it is none."""
        return f"{self.kind} {self.part}" if self.part else ""

    @property
    def words(self) -> str:
        """As PostgreSQL's messages name it: `column "a" of relation "public.t"`."""
        if not self.part:
            return f'{self.kind.word} "{self.name}"'
        of = "of relation" if self.kind is ObjectKind.COLUMN else "for table"
        return f'{self.kind.word} "{self.part}" {of} "{self.name}"'

    def __str__(self) -> str:
        """As `pg_identify_object()` prints the identity; a privilege in the words of GRANT.

        https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-OBJECT
        """
        name = ".".join(quoted(part) for part in self.name if part)
        match self.kind:
            case ObjectKind.COLUMN:
                return f"{name}.{quoted(self.part)}"
            case ObjectKind.INDEX:
                return ".".join(quoted(part) for part in (self.name.schema, self.part))
            case ObjectKind.PRIVILEGE:
                return f"{self.on} to {quoted(self.part)}"
        if self.part:
            return f"{quoted(self.part)} on {name}"
        return name if self.types is None else f"{name}({','.join(map(_with_schema, self.types))})"


def _with_schema(type_: str) -> str:
    return type_ if "." in type_ or type_.removesuffix("[]") in OF_SQL else f"pg_catalog.{type_}"


def relation_id(name: Name) -> ObjectId:
    """The identity of a relation."""
    return ObjectId(ObjectKind.RELATION, name)


def sequence_id(name: Name) -> ObjectId:
    """The identity of a sequence."""
    return ObjectId(ObjectKind.SEQUENCE, name)


def type_id(name: Name) -> ObjectId:
    """The identity of a type."""
    return ObjectId(ObjectKind.TYPE, name)


def schema_id(name: str) -> ObjectId:
    """The identity of a schema."""
    return without_schema(ObjectKind.SCHEMA, name)


def column_id(name: ColumnName) -> ObjectId:
    """The identity of a column; of a relation, where the column is empty."""
    return (
        ObjectId(ObjectKind.COLUMN, name.relation, name.column) if name.column else relation_id(name.relation)
    )


def routine_id(routine: Signature | Name) -> ObjectId:
    """The identity of a routine, or that of all routines of a name."""
    if isinstance(routine, Signature):
        return ObjectId(ObjectKind.ROUTINE, routine.name, types=routine.types)
    return ObjectId(ObjectKind.ROUTINE, routine)


def without_schema(kind: ObjectKind, name: str) -> ObjectId:
    """The identity of what is in no schema: a schema itself, a role, an extension, …"""
    return ObjectId(kind, Name("", name))

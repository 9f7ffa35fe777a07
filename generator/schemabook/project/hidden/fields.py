"""What each field of each fact names, and so what becomes of it where something is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from enum import StrEnum
from typing import Any

from schemabook.model import (
    Argument,
    Attribute,
    Column,
    Constraint,
    DefaultPrivilege,
    DomainCheck,
    Exposed,
    Extension,
    Finding,
    Index,
    IndexKey,
    Input,
    Other,
    Policy,
    Privilege,
    Provided,
    Publication,
    PublishedTable,
    Receipt,
    Reference,
    Relation,
    Role,
    Routine,
    Schema,
    Secret,
    Sequence,
    Statement,
    Trigger,
    Type,
    Unread,
)


class Says(StrEnum):
    """What a field holds, seen from what may be hidden."""

    SELF = "self"
    """What the fact is, or what it is part of: where that goes, the fact goes."""
    NEEDED = "needed"
    """A relation that stays, reduced, for what names it."""
    TYPE = "type"
    """A type as it is spelled, or the rows of a relation; it stays, reduced, for what names it."""
    REFERENCE = "reference"
    """What the references between objects tell as well; it stays for what names it."""
    LEFT_OUT = "left out"
    """What is left out of the fact where it is hidden."""
    DETAIL = "detail"
    """SQL, or names beside those that others reference: not in a reduced form, else as it was written."""
    WORDS = "words"
    """What names no object: comments, roles, options, names of the fact's own parts."""
    PARTS = "parts"
    """Facts within the fact, which have rows of their own."""


FIELDS: Mapping[type, Mapping[Says, str]] = {
    Schema: {Says.SELF: "name", Says.WORDS: "owner comment"},
    Extension: {Says.LEFT_OUT: "schema", Says.WORDS: "name comment"},
    Role: {Says.WORDS: "name member_of"},
    Type: {
        Says.SELF: "name",
        Says.TYPE: "base_type",
        Says.DETAIL: "default checks options",
        Says.PARTS: "attributes",
        Says.WORDS: "labels owner comment",
    },
    Attribute: {Says.TYPE: "type", Says.WORDS: "name"},
    DomainCheck: {Says.DETAIL: "expression", Says.WORDS: "name"},
    Sequence: {Says.SELF: "name", Says.LEFT_OUT: "owned_by", Says.WORDS: "type owner comment"},
    Relation: {
        Says.SELF: "name",
        Says.NEEDED: "inherits partition_of",
        Says.DETAIL: "definition partition_key partition_bound check_option server options",
        Says.WORDS: "owner comment replica_identity replica_identity_index",
    },
    Column: {
        Says.SELF: "relation",
        Says.TYPE: "type",
        Says.DETAIL: "default generated generated_kind collation options expression",
        Says.WORDS: "name storage compression comment",
    },
    Constraint: {
        Says.SELF: "relation",
        Says.REFERENCE: "references",
        Says.DETAIL: "expression include",
        Says.WORDS: "name columns match on_update on_delete comment",
    },
    Index: {
        Says.SELF: "relation",
        Says.DETAIL: "where include",
        Says.PARTS: "keys",
        Says.WORDS: "name method comment",
    },
    IndexKey: {Says.DETAIL: "expression collation opclass opclass_options", Says.WORDS: "column"},
    Trigger: {
        Says.SELF: "relation",
        Says.REFERENCE: "routine from_relation",
        Says.DETAIL: "when arguments",
        Says.WORDS: "name timing events update_columns level old_table new_table enabled comment",
    },
    Policy: {Says.SELF: "relation", Says.DETAIL: "using with_check", Says.WORDS: "name roles comment"},
    Routine: {
        Says.SELF: "name",
        Says.TYPE: "returns",
        Says.DETAIL: "settings body options",
        Says.PARTS: "arguments",
        Says.WORDS: "language volatility parallel owner comment",
    },
    Argument: {Says.TYPE: "type", Says.DETAIL: "default", Says.WORDS: "name mode"},
    Privilege: {Says.SELF: "on", Says.WORDS: "grantee privileges columns"},
    Publication: {
        Says.LEFT_OUT: "tables schemas relations",
        Says.WORDS: "name operations generated_columns owner comment",
    },
    PublishedTable: {Says.SELF: "relation", Says.DETAIL: "where", Says.WORDS: "columns"},
    DefaultPrivilege: {Says.SELF: "schema", Says.WORDS: "role objects grantee privileges"},
    Other: {Says.SELF: "name relation", Says.DETAIL: "sql also", Says.WORDS: "owner comment"},
    Exposed: {Says.LEFT_OUT: "schemas"},
    Reference: {
        Says.SELF: "origin",
        Says.REFERENCE: "target",
        Says.WORDS: "place how",
    },
    Receipt: {Says.PARTS: "unread", Says.WORDS: "ignored folders"},
    Provided: {Says.LEFT_OUT: "gone", Says.WORDS: "name title path role"},
    Unread: {Says.DETAIL: "statement reason", Says.WORDS: "cause"},
    Statement: {Says.DETAIL: "text"},
    Input: {Says.WORDS: "path sha256"},
    Finding: {Says.SELF: "object", Says.DETAIL: "message details", Says.WORDS: "part hint"},
    Secret: {Says.WORDS: "kind place shown"},
}
"""A row for each fact: its fields that hold text or names, by what they say."""


NAMED = {(kind, says): tuple(row.get(says, "").split()) for kind, row in FIELDS.items() for says in Says}


def named(kind: type, says: Says) -> tuple[str, ...]:
    """The fields of a fact that say this."""
    return NAMED[kind, says]


def types_in(fact: Any) -> Iterator[str]:
    """The types that a fact names, and those of the facts in it, as they are spelled."""
    yield from filter(None, (getattr(fact, name) for name in named(type(fact), Says.TYPE)))
    for name in named(type(fact), Says.PARTS):
        for part in getattr(fact, name):
            yield from types_in(part)


def reduced(fact: Any) -> Any:
    """A fact, and the facts in it, without details."""
    changes: dict[str, Any] = {name: default(type(fact), name) for name in named(type(fact), Says.DETAIL)}
    for name in named(type(fact), Says.PARTS):
        changes[name] = tuple(map(reduced, getattr(fact, name)))
    return replace(fact, **changes)


def default(kind: Any, name: str) -> Any:
    """The value of a field that is not given."""
    found = next(field.default for field in fields(kind) if field.name == name)
    assert found is not MISSING, f"{kind.__name__}.{name} has no default, so it cannot be left out"
    return found

"""The kinds of objects: one row each, which says where a database keeps them and what they are part of.

Whatever goes through all objects goes through this table: freezing, hiding, comparing, coverage and pages.
What a new kind needs elsewhere is a row of the same key there, and a test fails where one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from schemabook.model.database import Database
from schemabook.model.facts import (
    Column,
    Constraint,
    Extension,
    Index,
    Other,
    Policy,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Trigger,
    Type,
)
from schemabook.model.identity import ObjectId, ObjectKind, routine_id, without_schema
from schemabook.model.names import ColumnName, Name
from schemabook.model.privileges import DefaultPrivilege, Privilege
from schemabook.model.publications import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of objects."""

    kind: ObjectKind
    field: str
    """The field of `Database` that holds the facts."""
    fact: type
    is_part: bool = False
    """Whether it is part of a relation."""
    in_schema: bool = False
    """Whether it is in a schema, so that it has a qualified name."""
    is_documented: bool = False
    """Whether it counts where it is asked what has a comment."""
    folder: str = ""
    """Of the pages of such objects, within that of their schema; empty where they have none of their own."""
    identity: Callable[[Any, Database], ObjectId]
    """The identity of a fact."""

    def facts(self, database: Database) -> Iterator[tuple[ObjectId, Any]]:
        """All facts of the kind by identity, in the order of the database."""
        found = getattr(database, self.field)
        for fact in found.values() if isinstance(found, Mapping) else found:
            if self.fact is not Other or fact.kind == self.kind:
                yield self.identity(fact, database), fact


def _qualified(kind: ObjectKind, field: str, fact: type, folder: str, *, is_documented: bool = True) -> Kind:
    """What has a qualified name."""
    return Kind(
        kind=kind,
        field=field,
        fact=fact,
        in_schema=True,
        is_documented=is_documented,
        folder=folder,
        identity=lambda f, _: ObjectId(kind, f.name),
    )


def _plain(kind: ObjectKind, field: str, fact: type) -> Kind:
    """What is in no schema."""
    return Kind(kind=kind, field=field, fact=fact, identity=lambda f, _: without_schema(kind, f.name))


def _part(kind: ObjectKind, field: str, fact: type) -> Kind:
    """What is part of a relation."""
    return Kind(
        kind=kind,
        field=field,
        fact=fact,
        is_part=True,
        in_schema=True,
        is_documented=kind is ObjectKind.COLUMN,
        identity=lambda f, _: ObjectId(kind, f.relation, f.name),
    )


def _other(kind: ObjectKind, *, in_schema: bool) -> Kind:
    """What is known by its SQL only."""
    return Kind(kind=kind, field="others", fact=Other, in_schema=in_schema, identity=_of_other)


def _of_other(fact: Other, database: Database) -> ObjectId:
    kind = fact.kind
    if fact.relation and kind is ObjectKind.RULE:
        return ObjectId(kind, fact.relation, fact.name.removesuffix(f" on {fact.relation}"))
    if not KIND_OF[kind].in_schema:
        return without_schema(kind, fact.name)
    first, *rest = accumulate(fact.name.split("."), "{}.{}".format)
    schema = next((part for part in rest[-2::-1] if part in database.schemas), first)
    return ObjectId(kind, Name(schema, fact.name.removeprefix(f"{schema}.")))


def _of_privilege(fact: Privilege, _: Database) -> ObjectId:
    return ObjectId(ObjectKind.PRIVILEGE, fact.on.name, fact.grantee, on=fact.on)


def _of_default_privilege(fact: DefaultPrivilege, _: Database) -> ObjectId:
    name = Name(fact.schema or "", fact.role)
    return ObjectId(ObjectKind.DEFAULT_PRIVILEGE, name, fact.grantee, (fact.objects,))


KINDS: tuple[Kind, ...] = (
    _plain(ObjectKind.SCHEMA, "schemas", Schema),
    _plain(ObjectKind.EXTENSION, "extensions", Extension),
    _plain(ObjectKind.ROLE, "roles", Role),
    _qualified(ObjectKind.RELATION, "relations", Relation, "tables"),
    _part(ObjectKind.COLUMN, "columns", Column),
    _part(ObjectKind.CONSTRAINT, "constraints", Constraint),
    _part(ObjectKind.INDEX, "indexes", Index),
    _part(ObjectKind.TRIGGER, "triggers", Trigger),
    _part(ObjectKind.POLICY, "policies", Policy),
    Kind(
        kind=ObjectKind.ROUTINE,
        field="routines",
        fact=Routine,
        in_schema=True,
        is_documented=True,
        folder="functions",
        identity=lambda fact, _: routine_id(fact.signature),
    ),
    _qualified(ObjectKind.TYPE, "types", Type, "types"),
    _qualified(ObjectKind.SEQUENCE, "sequences", Sequence, "sequences", is_documented=False),
    Kind(kind=ObjectKind.PRIVILEGE, field="privileges", fact=Privilege, identity=_of_privilege),
    _plain(ObjectKind.PUBLICATION, "publications", Publication),
    Kind(
        kind=ObjectKind.DEFAULT_PRIVILEGE,
        field="default_privileges",
        fact=DefaultPrivilege,
        identity=_of_default_privilege,
    ),
    _other(ObjectKind.ACCESS_METHOD, in_schema=False),
    _other(ObjectKind.CAST, in_schema=False),
    _other(ObjectKind.COLLATION, in_schema=True),
    _other(ObjectKind.CONVERSION, in_schema=True),
    _other(ObjectKind.EVENT_TRIGGER, in_schema=False),
    _other(ObjectKind.FOREIGN_DATA_WRAPPER, in_schema=False),
    _other(ObjectKind.LANGUAGE, in_schema=False),
    _other(ObjectKind.OPERATOR, in_schema=True),
    _other(ObjectKind.OPERATOR_CLASS, in_schema=True),
    _other(ObjectKind.OPERATOR_FAMILY, in_schema=True),
    _other(ObjectKind.RULE, in_schema=False),
    _other(ObjectKind.SERVER, in_schema=False),
    _other(ObjectKind.STATISTICS, in_schema=True),
    _other(ObjectKind.SUBSCRIPTION, in_schema=False),
    _other(ObjectKind.TEXT_SEARCH_CONFIGURATION, in_schema=True),
    _other(ObjectKind.TEXT_SEARCH_DICTIONARY, in_schema=True),
    _other(ObjectKind.TEXT_SEARCH_PARSER, in_schema=True),
    _other(ObjectKind.TEXT_SEARCH_TEMPLATE, in_schema=True),
    _other(ObjectKind.TRANSFORM, in_schema=False),
    _other(ObjectKind.USER_MAPPING, in_schema=False),
)
KIND_OF: Mapping[ObjectKind, Kind] = {row.kind: row for row in KINDS}


def key_of(fact: Any) -> Any:
    """What a database finds a fact by in the mapping of its kind."""
    match fact:
        case Routine():
            return fact.signature
        case Other():
            return fact.kind, fact.name
        case Column():
            return ColumnName(fact.relation, fact.name)
    return (fact.relation, fact.name) if hasattr(fact, "relation") else fact.name

"""Rows of catalogs: values that are only good for comparing, and those that stand for what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from schemabook.model import Name
from schemabook.read.blocks import brought
from schemabook.read.blocks.values import MAYBE, Maybe
from schemabook.read.state.builder import Builder, P

Row = dict[str, Any]
Rows = Iterator[Row]

SYSTEM_CONSTRAINTS = ("cardinal_number_domain_check", "yes_or_no_check", "time_stamp_check")


def namespace(schema: str) -> Any:
    """The oid of a schema, which is only good for comparing."""
    return ("namespace", schema)


def class_oid(name: Name) -> Any:
    """The oid of a relation, sequence or index."""
    return ("class", name)


def type_oid(name: Name) -> Any:
    """The oid of a type."""
    return ("type", name)


def in_namespace(prefix: str, name: Name) -> Row:
    """A name and its schema as the columns of a catalog, such as `relname` and `relnamespace`."""
    return {f"{prefix}name": name.name, f"{prefix}namespace": namespace(name.schema)}


def in_schema(prefix: str, name: Name) -> Row:
    """A name and its schema as the columns of a view, such as `table_name` and `table_schema`."""
    return {f"{prefix}_name": name.name, f"{prefix}_schema": name.schema}


def all_parts(database: Builder, kind: type[P]) -> Iterator[P]:
    """The columns, constraints, indexes, triggers or policies of all relations."""
    for relation in database.relations:
        yield from database.parts_of(kind, relation).values()


OTHER_OID = Maybe(lambda value: not isinstance(value, tuple))
"""The oid of what the model does not have: no oid that it knows."""
SYSTEM_OID = Maybe(
    lambda value: not isinstance(value, tuple) or getattr(value[1], "schema", "") in brought.SYSTEM_SCHEMAS
)
SYSTEM_NAME = Maybe(brought.is_system_relation)
SYSTEM_SCHEMA = Maybe(brought.one_of(brought.SYSTEM_SCHEMAS))
SYSTEM_NAMESPACE = Maybe(lambda value: not isinstance(value, tuple) or value[1] in brought.SYSTEM_SCHEMAS)
SYSTEM_CONSTRAINT = Maybe(
    lambda name: brought.is_system_relation(name) or name in SYSTEM_CONSTRAINTS or name.endswith("_not_null")
)
NOT_NULL_NAME = Maybe(lambda value: not isinstance(value, str) or "not_null" in value)


def of_extensions(
    database: Builder, name: str, schema: str, fits: Callable[[str], Callable[[Any], bool]], *, oid: bool
) -> Rows:
    """A row for what each extension may have brought."""
    for extension in database.extensions.values():
        where: Any = MAYBE
        if extension.schema:
            where = namespace(extension.schema) if oid else extension.schema
        yield {name: Maybe(fits(extension.name)), schema: where, "oid": OTHER_OID}

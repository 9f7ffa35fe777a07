"""What privileges there are, and who has some without any GRANT.

https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemabook.errors import Source
from schemabook.model.identity import ObjectId, ObjectKind

PRIVILEGES: Mapping[ObjectKind, tuple[str, ...]] = {
    ObjectKind.RELATION: (
        "delete",
        "insert",
        "maintain",
        "references",
        "select",
        "trigger",
        "truncate",
        "update",
    ),
    ObjectKind.COLUMN: ("insert", "references", "select", "update"),
    ObjectKind.SEQUENCE: ("select", "update", "usage"),
    ObjectKind.ROUTINE: ("execute",),
    ObjectKind.SCHEMA: ("create", "usage"),
    ObjectKind.TYPE: ("usage",),
    ObjectKind.LANGUAGE: ("usage",),
    ObjectKind.FOREIGN_DATA_WRAPPER: ("usage",),
    ObjectKind.SERVER: ("usage",),
}
"""What ALL stands for, by the kind of object: table 5.2 of the page above. An owner has them all."""
DEFAULT_TO_PUBLIC: Mapping[ObjectKind, tuple[str, ...]] = {
    ObjectKind.ROUTINE: ("execute",),
    ObjectKind.TYPE: ("usage",),
    ObjectKind.LANGUAGE: ("usage",),
}
"""What PUBLIC may do without any GRANT: the same table."""
PUBLIC = "public"
"""The grantee that stands for every role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """Privileges of one grantee on one object: one item of an access control list."""

    on: ObjectId
    """The object."""
    grantee: str
    privileges: tuple[str, ...]
    """Sorted, lower case: `insert`, `select`, …"""
    columns: tuple[str, ...] | None = None
    grantable: bool = False
    source: Source = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPrivilege:
    """What objects that *role* will create grant to *grantee*; `pg_default_acl`."""

    role: str
    schema: str | None
    objects: str
    """`tables`, `sequences`, `functions`, `types` or `schemas`."""
    grantee: str
    privileges: tuple[str, ...]
    source: Source = field(compare=False, repr=False)

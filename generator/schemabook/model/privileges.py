"""What privileges there are, and who has some without any GRANT.

https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schemabook.errors import Source
from schemabook.model.identity import ObjectId, ObjectKind, routine_id, without_schema
from schemabook.model.names import Name, Signature

PRIVILEGES = {
    "relation": ("delete", "insert", "maintain", "references", "select", "trigger", "truncate", "update"),
    "columns": ("insert", "references", "select", "update"),
    "sequence": ("select", "update", "usage"),
    "routine": ("execute",),
    "schema": ("create", "usage"),
    "type": ("usage",),
    "language": ("usage",),
    "foreign data wrapper": ("usage",),
    "foreign server": ("usage",),
}
"""What ALL stands for, by the kind of object: table 5.2 of the page above. An owner has them all."""
DEFAULT_TO_PUBLIC = {"routine": ("execute",), "type": ("usage",), "language": ("usage",)}
"""What PUBLIC may do without any GRANT: the same table."""
PUBLIC = "public"
"""The grantee that stands for every role."""
OTHER_KINDS = {"foreign server": "server"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """Privileges of one grantee on one object: one item of an access control list."""

    kind: str
    """`relation`, `routine`, `schema`, `sequence`, `type` or another word of GRANT."""
    object: Name | Signature
    """A schema is `Name("auth", "")`."""
    grantee: str
    privileges: tuple[str, ...]
    """Sorted, lower case: `insert`, `select`, …"""
    columns: tuple[str, ...] | None = None
    grantable: bool = False
    source: Source = field(compare=False, repr=False)

    @property
    def on(self) -> ObjectId:
        """The object."""
        if self.kind == "schema" and isinstance(self.object, Name):
            return without_schema(ObjectKind.SCHEMA, self.object.schema)
        if isinstance(self.object, Signature):
            return routine_id(self.object)
        return ObjectId(ObjectKind(OTHER_KINDS.get(self.kind, self.kind)), self.object)


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

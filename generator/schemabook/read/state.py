"""What is known at one point of the input: mutable mappings of facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from schemabook.errors import Source
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    Exposed,
    Extension,
    Index,
    Name,
    Other,
    Policy,
    Publication,
    Relation,
    Role,
    Routine,
    Schema,
    Secret,
    Sequence,
    Signature,
    Statement,
    Trigger,
    Type,
)
from schemabook.read.acl import AccessControl, DefaultPrivileges
from schemabook.read.queries import Query
from schemabook.read.session import Session

Part = Column | Constraint | Index | Trigger | Policy
Owner = tuple[str, Name]

PUBLIC = Schema(
    name="public", owner="pg_database_owner", comment="standard public schema", source=Source("PostgreSQL", 0)
)
"""The schema that every new database has; https://www.postgresql.org/docs/current/ddl-schemas.html."""


class State:
    """Mutable mappings of facts. What hangs on a relation is kept by relation, then by name."""

    def __init__(self) -> None:
        self.statement: Statement
        self.session = Session()
        self.schemas: dict[str, Schema] = {"public": PUBLIC}
        self.extensions: dict[str, Extension] = {}
        self.roles: dict[str, Role] = {}
        self.types: dict[Name, Type] = {}
        self.sequences: dict[Name, Sequence] = {}
        self.relations: dict[Name, Relation] = {}
        self.routines: dict[Signature, Routine] = {}
        self.overloads: dict[Name, dict[Signature, None]] = defaultdict(dict)
        """The signatures once known of a routine's name; some may be gone."""
        self.publications: dict[str, Publication] = {}
        self.exposed: Exposed | None = None
        self.default_privileges = DefaultPrivileges()
        self.plain: Mapping[type, dict[str, Any]] = {
            Schema: self.schemas,
            Extension: self.extensions,
            Role: self.roles,
            Publication: self.publications,
        }
        """What has a name without a schema."""
        self.other_owners: dict[tuple[str, object], str] = {}
        self.others: dict[tuple[str, str], Other] = {}
        self.parts: dict[type[Part], dict[Name, dict[str, Any]]] = {
            kind: defaultdict(dict) for kind in (Column, Constraint, Index, Trigger, Policy)
        }
        self.acl = AccessControl()
        self.owners: dict[type[Constraint] | type[Index], dict[Name, Name]] = {Constraint: {}, Index: {}}
        """The table of each constraint and index name of a schema."""
        self.children_of: dict[Name, dict[Name, None]] = defaultdict(dict)
        """The tables that once inherited from a table; `children` looks again."""
        self.copies: dict[tuple[type, Name, str], dict[tuple[Name, str], None]] = defaultdict(dict)
        """Where the copies of a constraint, index or trigger are that a table handed down."""
        self.secrets: list[Secret] = []
        """What stands in the statements and should not be published."""
        self.queries: dict[Name, Query] = {}
        """What views return and read, by view."""
        self.called_by: dict[Signature, frozenset[Name]] = {}
        """The functions that an aggregate is made of."""
        self.on_relation: dict[tuple[str, str], Name] = {}
        """The relation of a rule or of extended statistics."""
        self.not_nulls: dict[Name, dict[str, str]] = defaultdict(dict)
        """The columns of NOT NULL constraints that have a name, by table and name."""
        self.local_not_nulls: set[ColumnName] = set()
        """Columns with NOT NULL NO INHERIT."""
        self.inherited_not_nulls: set[ColumnName] = set()
        """Columns that are not null only because those of a parent are."""
        self.without_default: set[ColumnName] = set()
        """Columns with DEFAULT NULL: they take no default from a parent."""
        self.inherited: set[ColumnName] = set()
        """Columns that a table has from its parents only."""
        self.owned_sequences: dict[Name, set[Name]] = defaultdict(set)
        self.log: dict[Owner, list[Statement]] = defaultdict(list)
        self.journal: list[tuple[dict[Any, Any], object, object]] = []
        """What the current statement put over what, to take it back if the statement is not understood."""

"""What is known at one point of the input: mappings of facts, which change through the journal only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as List
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
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
    ObjectId,
    ObjectKind,
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
from schemabook.read.queries.query import Query
from schemabook.read.state.acl import AccessControl, DefaultPrivileges
from schemabook.read.state.journal import Facts, Journal, Listed, Members, Nested
from schemabook.read.text.session import Session

Part = Column | Constraint | Index | Trigger | Policy

PUBLIC = Schema(
    name="public", owner="pg_database_owner", comment="standard public schema", source=Source("PostgreSQL", 0)
)
"""The schema that every new database has; https://www.postgresql.org/docs/current/ddl-schemas.html."""


class State(Journal):
    """Mappings of facts. What hangs on a relation is kept by relation, then by name."""

    def __init__(self) -> None:
        super().__init__()
        self.statement: Statement
        self.session = Session()
        self.schemas: Mapping[str, Schema] = Facts({"public": PUBLIC})
        self.extensions: Mapping[str, Extension] = Facts()
        self.roles: Mapping[str, Role] = Facts()
        self.types: Mapping[Name, Type] = Facts()
        self.sequences: Mapping[Name, Sequence] = Facts()
        self.relations: Mapping[Name, Relation] = Facts()
        self.routines: Mapping[Signature, Routine] = Facts()
        self.overloads: Mapping[Name, Mapping[Signature, None]] = Nested()
        """The signatures once known of a routine's name; some may be gone."""
        self.publications: Mapping[str, Publication] = Facts()
        self.exposed: Exposed | None = None
        self.default_privileges = DefaultPrivileges(self)
        self.plain: Mapping[type, Mapping[str, Any]] = Facts(
            {
                Schema: self.schemas,
                Extension: self.extensions,
                Role: self.roles,
                Publication: self.publications,
            }
        )
        """What has a name without a schema."""
        self.others: Mapping[tuple[ObjectKind, str], Other] = Facts()
        self.parts: Mapping[type[Part], Mapping[Name, Mapping[str, Any]]] = Facts(
            {kind: Nested() for kind in (Column, Constraint, Index, Trigger, Policy)}
        )
        self.acl = AccessControl(self)
        self.owners: Mapping[type[Any], Mapping[Name, Name]] = Facts({Constraint: Facts(), Index: Facts()})
        """The table of each constraint and index name of a schema."""
        self.children_of: Mapping[Name, Mapping[Name, None]] = Nested()
        """The tables that once inherited from a table; `children` looks again."""
        self.copies: Mapping[tuple[type, Name, str], Mapping[tuple[Name, str], None]] = Nested()
        """Where the copies of a constraint, index or trigger are that a table handed down."""
        self.secrets: List[Secret] = Listed()
        """What stands in the statements and should not be published."""
        self.queries: Mapping[Name, Query] = Facts()
        """What views return and read, by view."""
        self.called_by: Mapping[Signature, frozenset[Name]] = Facts()
        """The functions that an aggregate is made of."""
        self.on_relation: Mapping[tuple[ObjectKind, str], Name] = Facts()
        """The relation of a rule or of extended statistics."""
        self.awaited: Mapping[Name, Mapping[tuple[Name, str], tuple[Policy, Statement]]] = Nested()
        """The policies whose expressions name a relation that was not there."""
        self.domain_not_nulls: Mapping[Name, str] = Facts()
        """The name of a domain's NOT NULL constraint."""
        self.domains_with: Mapping[Name, Mapping[Name, None]] = Nested()
        """The domains that once had a constraint of a name of their schema; `is_taken` looks again."""
        self.not_nulls: Mapping[Name, Mapping[str, str]] = Nested()
        """The columns of NOT NULL constraints that have a name, by table and name."""
        self.local_not_nulls: AbstractSet[ColumnName] = Members()
        """Columns with NOT NULL NO INHERIT."""
        self.inherited_not_nulls: AbstractSet[ColumnName] = Members()
        """Columns that are not null only because those of a parent are."""
        self.without_default: AbstractSet[ColumnName] = Members()
        """Columns with DEFAULT NULL: they take no default from a parent."""
        self.inherited: AbstractSet[ColumnName] = Members()
        """Columns that a table has from its parents only."""
        self.owned_sequences: Mapping[Name, Mapping[Name, None]] = Nested()
        self.log: Mapping[ObjectId, List[Statement]] = Facts()

    def begin(self, statement: Statement) -> None:
        """Starts with a statement; what was read before stays."""
        self.statement = statement
        self.forget_changes()

    def go_on_with(self, statement: Statement) -> None:
        """Goes on with a statement inside of the current one: what both change is taken back together."""
        self.statement = statement

    def enter(self, session: Session) -> None:
        """Goes on in another session."""
        self.assign(self, "session", session)

    @contextmanager
    def path(self, path: tuple[str, ...]) -> Iterator[None]:
        """With another search path for a while."""
        before = self.session
        self.enter(before.with_path(path))
        try:
            yield
        finally:
            self.enter(before)

    def forget_statements(self) -> None:
        """Keeps the facts, and nothing of who said them."""
        self.assign(self, "secrets", Listed())
        self.assign(self, "log", Facts())

    def expose(self, exposed: Exposed) -> None:
        """Notes the schemas that the Data API shows."""
        self.assign(self, "exposed", exposed)

    def note_secrets(self, secrets: Iterable[Secret]) -> None:
        """Keeps what should not be published, whatever becomes of the statement."""
        for secret in secrets:
            self.append(self.secrets, secret)

    def note(self, found: ObjectId) -> None:
        """Counts the current statement among those that made the object."""
        if found not in self.log:
            self.put(self.log, found, Listed())
        statements = self.log[found]
        if not statements or statements[-1] is not self.statement:
            self.append(statements, self.statement)

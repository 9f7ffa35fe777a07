"""REPLICA IDENTITY: what of an old row tells a subscriber which row has changed.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY
"""

from __future__ import annotations

from typing import Any

from schemabook.model import Constraint, ConstraintKind, Index, Name, ObjectKind
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.text.cursor import Cursor

KEYS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
"""Constraints whose index it may be."""


def replica_identity(c: Cursor, database: Builder, relation: Name) -> None:
    """REPLICA IDENTITY { DEFAULT | USING INDEX name | FULL | NOTHING }."""
    kind, index = c.one_of("default", "full", "nothing"), None
    if kind is None:
        c.expect("using", "index")
        kind, index = "index", c.name()
        if index not in {*database.parts_of(Index, relation), *database.parts_of(Constraint, relation)}:
            raise DoesNotExist(ObjectKind.INDEX, index)
    database.change(database.relations[relation], replica_identity=kind, replica_identity_index=index)


def follow_index(database: Builder, part: Any, name: str | None) -> None:
    """Gives the index of a replica identity its new name; without one it is gone, and what it was stays."""
    is_index = isinstance(part, Index) or (isinstance(part, Constraint) and part.kind in KEYS)
    relation = database.relations.get(part.relation) if is_index else None
    if relation and relation.replica_identity_index == part.name:
        database.change(relation, replica_identity_index=name)

"""ALTER SCHEMA … RENAME TO …: everything in the schema moves."""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import Name, ObjectKind, Schema, schema_id
from schemabook.read.state.builder import AlreadyExists, Builder
from schemabook.read.statements.others import move_other
from schemabook.read.statements.publications import follow_schema
from schemabook.read.statements.rename import move_relation, move_sequence
from schemabook.read.statements.routines import move_routine
from schemabook.read.statements.user_types import move_type


def move_schema(database: Builder, fact: Schema, new: str) -> None:
    """Gives a schema another name, and each object in it."""
    old = fact.name
    if new in database.schemas:
        raise AlreadyExists(ObjectKind.SCHEMA, new)
    database.remove(database.schemas, old)
    database.add(replace(fact, name=new))
    database.acl.rename(schema_id(old), schema_id(new))
    follow_schema(database, old, new)
    for kind in [kind for kind in database.types.values() if kind.name.schema == old]:
        move_type(database, kind, Name(new, kind.name.name))
    for sequence in [name for name in database.sequences if name.schema == old]:
        move_sequence(database, sequence, Name(new, sequence.name))
    for relation in [name for name in database.relations if name.schema == old]:
        move_relation(database, relation, Name(new, relation.name))
    for routine in [routine for routine in database.routines.values() if routine.name.schema == old]:
        move_routine(database, routine, Name(new, routine.name.name))
    for other in [other for other in database.others.values() if other.name.startswith(f"{old}.")]:
        move_other(database, other, schema=new)

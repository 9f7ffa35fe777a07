"""What a platform brings: read before the input, and giving way to what the input itself makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from schemabook.model import (
    KIND_OF,
    Column,
    Database,
    Index,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Provided,
    Signature,
    Trigger,
    relation_id,
    sequence_id,
)
from schemabook.platforms import Platform
from schemabook.read.several.subjects import Identity, identity
from schemabook.read.state.acl import PUBLIC_SCHEMA
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.state.journal import Facts
from schemabook.read.state.state import Part
from schemabook.read.statements.not_nulls import forget
from schemabook.read.statements.rename import PARTS
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.session import Session

NAMED = (
    *(ObjectKind.SEQUENCE, ObjectKind.TYPE, ObjectKind.ROUTINE),
    *(ObjectKind.SCHEMA, ObjectKind.EXTENSION, ObjectKind.PUBLICATION, ObjectKind.ROLE),
)
"""What is kept by its name alone."""
ADOPTED = (ObjectKind.SCHEMA, ObjectKind.EXTENSION)
Forget = Callable[[Builder], None]


class Brought:
    """The objects of a platform that the input has not yet made itself, each with how to forget it."""

    def __init__(self, platform: Platform, database: Database) -> None:
        self.path = platform.path
        self.provided = Provided(platform.name, platform.title, platform.path, platform.role, database)
        self.objects = Facts(_objects(database))
        self.made_too = Facts[str, None]()
        """The schemas of the platform that no dump makes, but a statement that could not run there."""

    def session(self, platform: Platform, *, is_dump: bool, database: Builder) -> Session:
        """Who runs a file, and where: a dump says that itself."""
        if is_dump or self.made_too:
            self._leave_privileges(database)
            return Session()
        return Session.of(platform.role, platform.search_path)

    def _leave_privileges(self, database: Builder) -> None:
        """Who may do what with the input's own objects, and with schema public, the input says alone."""
        defaults = database.default_privileges.facts
        for key in [key for key, fact in defaults.items() if fact.source.path == self.path]:
            database.remove(defaults, key)
        entries = database.acl.entries[PUBLIC_SCHEMA]
        for grantee in [key for key, entry in entries.items() if entry.source.path == self.path]:
            database.remove(entries, grantee)

    def give_way(self, c: Cursor, database: Builder, *, is_dump: bool) -> None:
        """Forgets the object that the statement makes, if the platform brings one of its name.

        IF NOT EXISTS and OR REPLACE mean the one that is there, but not in a dump.
        """
        if c.key != "create":
            return
        position = c.position
        try:
            found = identity(c, database)[0]
        except (UnexpectedToken, LookupError, ValueError, DoesNotExist):
            return
        finally:
            c.position = position
        if found not in self.objects:
            return
        if is_dump or not (c.sees("create", "or", "replace") or "exists" in c.keys[:6]):
            self.objects[found](database)
            database.remove(self.objects, found)
            if found[1] == ObjectKind.SCHEMA and not is_dump:
                database.put(self.made_too, found[2], None)
                self._leave_privileges(database)
                database.enter(Session())
        else:
            self._adopt(found, c, database)

    def _adopt(self, found: Identity, c: Cursor, database: Builder) -> None:
        """A schema or an extension that the input names as its own stays as it is, but counts as that."""
        _, kind, name = found
        if kind in ADOPTED and (fact := getattr(database, KIND_OF[ObjectKind(kind)].field).get(name)):
            database.add(replace(fact, source=c.source()))


def _objects(database: Database) -> Iterator[tuple[Identity, Forget]]:
    """What can be created, by what `identity` says of the statement."""
    for relation in database.relations:
        yield _created(ObjectKind.RELATION, relation), partial(forget_relation, name=relation)
    for row in map(KIND_OF.__getitem__, NAMED):
        namespace = ObjectKind.RELATION if row.kind is ObjectKind.SEQUENCE else row.kind
        for name, (found, _) in zip(getattr(database, row.field), row.facts(database), strict=True):
            yield _created(namespace, name), partial(_forget_named, found=found, name=name)
    for index in database.indexes:
        name = Name(index[0].schema, index[1])
        yield _created(ObjectKind.RELATION, name), partial(_forget_part, kind=Index, part=index)
    for kind, row in ((Trigger, KIND_OF[ObjectKind.TRIGGER]), (Policy, KIND_OF[ObjectKind.POLICY])):
        for part in getattr(database, row.field):
            forget_part = partial(_forget_part, kind=kind, part=part)
            yield _created(row.kind, f"{part[1]} on {part[0]}"), forget_part


def _created(namespace: ObjectKind, name: object) -> Identity:
    return ("create", namespace, str(name))


def forget_relation(database: Builder, name: Name) -> None:
    """Removes a relation and the parts that the platform gave it; what refers to it stays."""
    path = database.relations[name].source.path if name in database.relations else ""
    database.remove(database.relations, name)
    database.remove(database.queries, name)
    database.acl.drop(relation_id(name))
    forget(database, name, *database.parts_of(Column, name))
    for kind in PARTS:
        parts = database.parts[kind][name]
        for part in [key for key, part in parts.items() if part.source.path == path]:
            database.remove(parts, part)
    for sequence in database.sequences_of(name):
        _forget_named(database, sequence_id(sequence.name), sequence.name)


def _forget_named(database: Builder, found: ObjectId, name: Name | Signature | str) -> None:
    database.remove(getattr(database, KIND_OF[found.kind].field), name)
    database.acl.drop(found)


def _forget_part(database: Builder, kind: type[Part], part: tuple[Name, str]) -> None:
    relation, name = part
    database.remove(database.parts[kind][relation], name)

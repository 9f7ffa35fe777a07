"""What each grantee may do with an object before and after, whatever the access control lists say.

What PostgreSQL gives without any GRANT counts: all privileges of an owner, EXECUTE on functions and USAGE of
types for PUBLIC. So a REVOKE that takes such a default away is a privilege removed, and a GRANT of what was
there anyway is no change. https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemabook.access.roles import PUBLIC_SCHEMA, Reason, Roles
from schemabook.diff import Fact, Items, objects
from schemabook.errors import Source
from schemabook.model import (
    DEFAULT_TO_PUBLIC,
    KIND_OF,
    PRIVILEGES,
    PUBLIC,
    Database,
    ObjectId,
    ObjectKind,
    Privilege,
    Sequence,
)
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.names import Renames

OF_PRIVILEGES = (ObjectKind.PRIVILEGE, ObjectKind.DEFAULT_PRIVILEGE)
OBJECTS = {
    "tables": ObjectKind.RELATION,
    "sequences": ObjectKind.SEQUENCE,
    "functions": ObjectKind.ROUTINE,
    "types": ObjectKind.TYPE,
    "schemas": ObjectKind.SCHEMA,
}
"""What default privileges are on."""


class Held(NamedTuple):
    """What a grantee itself may do with an object."""

    privileges: tuple[str, ...] = ()
    grantable: tuple[str, ...] = ()
    """Those that it can pass on."""
    columns: tuple[str, ...] = ()
    """Those on columns only, in the words of GRANT: `select (name)`."""


class Side(NamedTuple):
    """The privileges on one object in one database."""

    roles: Roles
    on: ObjectId
    renames: Renames = Renames()
    """New names of columns, where this is the old database."""

    @property
    def items(self) -> tuple[Privilege, ...]:
        """Its access control list."""
        return self.roles.database.privileges_on(self.on)

    @property
    def owner(self) -> str | None:
        """Its owner, where that is known."""
        return self.roles.owners.get(self.on)

    @property
    def grantees(self) -> set[str]:
        """Who may have a privilege on it."""
        public = {PUBLIC} if self.on.kind in DEFAULT_TO_PUBLIC or self.on == PUBLIC_SCHEMA else set()
        return {item.grantee for item in self.items} | ({self.owner} if self.owner else set()) | public

    def reasons(self, grantee: str) -> list[Reason]:
        """What the grantee has itself, through no other role."""
        return [reason for reason in self.roles.reasons(grantee, self.on) if not reason.through]

    def held(self, grantee: str) -> Held:
        """What the grantee itself may do."""
        return self._held(self.reasons(grantee))

    def effective(self, grantee: str) -> frozenset[str]:
        """What the grantee may do, be it as PUBLIC or as a member; not what the whole covers of columns."""
        whole, _, columns = self._held(self.roles.reasons(grantee, self.on))
        return frozenset((*whole, *(name for name in columns if name.partition(" ")[0] not in whole)))

    def _held(self, reasons: Iterable[Reason]) -> Held:
        whole, grantable, columns = set[str](), set[str](), set[str]()
        for reason in reasons:
            if reason.columns is None:
                names = set(reason.privileges)
                whole |= names
            else:
                parts = [f"({self._now(column)})" for column in reason.columns]
                names = {f"{name} {part}" for name in reason.privileges for part in parts}
                columns |= names
            grantable |= names if reason.grantable else set()
        return Held(tuple(sorted(whole)), tuple(sorted(grantable)), tuple(sorted(columns)))

    def _now(self, column: str) -> str:
        return self.renames.of(ObjectId(ObjectKind.COLUMN, self.on.name, column)).part

    def to(self, grantee: str) -> ObjectId:
        """The identity of what the grantee has on it."""
        return ObjectId(ObjectKind.PRIVILEGE, self.on.name, grantee, on=self.on)

    def is_only_owner(self, grantee: str) -> bool:
        """Whether it has nothing but what an owner has without any GRANT."""
        return self.owner == grantee and not any(item.grantee == grantee for item in self.items)

    def source(self, grantee: str) -> Source | None:
        """Where the list names the grantee; None where it does not."""
        return next((item.source for item in self.items if item.grantee == grantee), None)


def privilege_changes(
    old: Database,
    new: Database,
    renames: Renames,
    there: tuple[Mapping[ObjectId, object], Mapping[ObjectId, object]],
) -> Iterator[ReviewedChange]:
    """The changes of privileges, one for each object and grantee; *there* are the facts of both databases.

    Of an object that was added, those that others than its owner got by a GRANT; none of one that was
    removed. An owner's own privileges go with being the owner, which is a fact of the object.
    """
    before, after = Roles(old), Roles(new)
    was = {renames.of(on): on for on in _objects(before)}
    for on in sorted(was.keys() | set(_objects(after))):
        if on in there[0] and on not in there[1]:
            continue
        first, second = Side(before, was.get(on, on), renames), Side(after, on)
        if on in there[1] and on not in there[0]:
            yield from () if is_identity(there[1][on]) else _granted(second)
        elif first.items != second.items or first.owner != second.owner:
            yield from _between(first, second)


def default_privilege_changes(old: Database, new: Database, renames: Renames) -> Iterator[ReviewedChange]:
    """The changes of what objects to come will grant: one for each role, schema, kind and grantee."""
    row = KIND_OF[ObjectKind.DEFAULT_PRIVILEGE]
    before = {renames.of(name): items for name, items in objects(row, old).items()}
    after = objects(row, new)
    for name in sorted(before.keys() | after.keys()):
        held = [_to_come(name, side.get(name)) for side in (before, after)]
        if held[0] != held[1]:
            places = [side[name].items[0].source if name in side else None for side in (before, after)]
            yield _change(name, Held(held[0]), Held(held[1]), *places)


def _to_come(name: ObjectId, items: Items | None) -> tuple[str, ...]:
    """The privileges of a grantee on an object to come; outside of a schema those that it has anyway."""
    if items:
        return tuple(sorted({privilege for item in items.items for privilege in item.privileges}))
    kind = OBJECTS.get("".join(name.types or ()))
    if name.name.schema or not kind:
        return ()
    is_owner, is_public = name.part == name.name.name, name.part == PUBLIC
    return (PRIVILEGES if is_owner else DEFAULT_TO_PUBLIC if is_public else {}).get(kind, ())


def is_identity(fact: object) -> bool:
    """Whether it is a sequence that comes and goes with an identity column."""
    return isinstance(fact, Sequence) and fact.identity


def _objects(roles: Roles) -> Iterator[ObjectId]:
    yield from (item.on for item in roles.database.privileges)
    yield from roles.owners


def _granted(side: Side) -> Iterator[ReviewedChange]:
    defaults = DEFAULT_TO_PUBLIC.get(side.on.kind, ())
    for grantee in sorted(side.grantees - {side.owner}):
        held = side.held(grantee)
        if grantee == PUBLIC:
            held = held._replace(privileges=tuple(p for p in held.privileges if p not in defaults))
        if any(held):
            yield _change(side.to(grantee), Held(), held, None, side.source(grantee))


def _between(old: Side, new: Side) -> Iterator[ReviewedChange]:
    for grantee in sorted(old.grantees | new.grantees):
        before, after = old.held(grantee), new.held(grantee)
        is_owner = (old.is_only_owner(grantee) and not any(after)) or (
            new.is_only_owner(grantee) and not any(before)
        )
        if before != after and not is_owner:
            yield _change(new.to(grantee), before, after, old.source(grantee), new.source(grantee))


def _change(
    name: ObjectId, before: Held, after: Held, old: Source | None, new: Source | None
) -> ReviewedChange:
    became = Became.CHANGED if any(before) and any(after) else Became.ADDED if any(after) else Became.REMOVED
    return ReviewedChange(
        change=became,
        object=name,
        facts=tuple(
            Fact(name, a, b) for name, a, b in zip(Held._fields, before, after, strict=True) if a != b
        ),
        old=old,
        new=new,
    )

"""What each role owns and may do, by itself and through others, as PostgreSQL decides it.

https://www.postgresql.org/docs/current/user-manag.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from schemabook.model import (
    DEFAULT_TO_PUBLIC,
    KIND_OF,
    PRIVILEGES,
    PUBLIC,
    Command,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Privilege,
    Relation,
    Role,
    schema_id,
    sequence_id,
)

SUPABASE = "supabase"
"""The name of a platform, which the pages tell more of."""
DATA_API = ("anon", "authenticated", "service_role")
"""The roles that Supabase's Data API acts as: https://supabase.com/docs/guides/database/postgres/roles."""
PREDEFINED: Mapping[str, Mapping[ObjectKind, tuple[str, ...]]] = {
    "pg_read_all_data": {
        ObjectKind.RELATION: ("select",),
        ObjectKind.SEQUENCE: ("select",),
        ObjectKind.SCHEMA: ("usage",),
    },
    "pg_write_all_data": {
        ObjectKind.RELATION: ("delete", "insert", "update"),
        ObjectKind.SEQUENCE: ("update",),
        ObjectKind.SCHEMA: ("usage",),
    },
    "pg_maintain": {ObjectKind.RELATION: ("maintain",)},
}
"""Roles that may do this with every object: https://www.postgresql.org/docs/current/predefined-roles.html."""
PUBLIC_SCHEMA = schema_id("public")
OWNER_OF_PUBLIC = "pg_database_owner"
"""Owns schema public of every database, and nothing else as a rule: that says nothing of this database."""
OWN = ""
OWNED = (
    ObjectKind.SCHEMA,
    ObjectKind.RELATION,
    ObjectKind.ROUTINE,
    ObjectKind.TYPE,
    ObjectKind.SEQUENCE,
)
"""What the input names an owner of."""
SESSION = frozenset({"current_role", "current_user", "session_user"})
"""Words for a role that only the session knows which it is."""


class Exempt(StrEnum):
    """Why row security does not limit a role on a table."""

    SUPERUSER = "it is a superuser"
    BYPASSES = "it bypasses row security"
    OWNER = "it is the owner"


class Reason(NamedTuple):
    """Privileges that a role has on an object, and through which role; that is empty for itself."""

    through: str
    privileges: tuple[str, ...]
    columns: tuple[str, ...] | None = None
    grantable: bool = False
    as_owner: bool = False


@dataclass(frozen=True)
class Roles:
    """All roles that a database defines or mentions; PUBLIC counts as one that all others are members of."""

    database: Database

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every role by name: those defined, owners, grantees, and those that policies name."""
        return tuple(sorted(set(self._mentioned()) - SESSION))

    def _mentioned(self) -> Iterator[str]:
        database = self.database
        for role in database.roles.values():
            yield from (role.name, *role.member_of)
        yield from (role for role in self.owned if role != OWNER_OF_PUBLIC)
        yield from self.granted
        for policy in database.policies.values():
            yield from policy.roles
        for default in database.default_privileges:
            yield from (default.role, default.grantee)
        if database.routines:
            yield PUBLIC  # It may execute them unless that is revoked.

    @cached_property
    def known(self) -> frozenset[str]:
        """The names, to look one up."""
        return frozenset(self.names)

    @cached_property
    def owned(self) -> Mapping[str, tuple[ObjectId, ...]]:
        """What each role owns, without the sequences of identity columns, which are no objects to anybody."""
        found: dict[str, list[ObjectId]] = defaultdict(list)
        inner = {sequence_id(s.name) for s in self.database.sequences.values() if s.identity}
        for object_, owner in self.owners.items():
            if object_ not in inner:
                found[owner].append(object_)
        return {role: tuple(objects) for role, objects in found.items()}

    @cached_property
    def owners(self) -> Mapping[ObjectId, str]:
        """The owner of each object, where the input says it."""
        return {
            found: fact.owner
            for kind in OWNED
            for found, fact in KIND_OF[kind].facts(self.database)
            if fact.owner
        }

    @cached_property
    def granted(self) -> Mapping[str, Mapping[ObjectId, tuple[Privilege, ...]]]:
        """What is granted to each role itself; an item without privileges takes a default away."""
        found: dict[str, dict[ObjectId, list[Privilege]]] = defaultdict(lambda: defaultdict(list))
        for privilege in self.database.privileges:
            found[privilege.grantee][privilege.on].append(privilege)
        return {role: {key: tuple(all_) for key, all_ in by.items()} for role, by in found.items()}

    @cached_property
    def named_by_policies(self) -> Mapping[str, tuple[Name, ...]]:
        """The tables whose policies name a role."""
        found: dict[str, dict[Name, None]] = defaultdict(dict)
        for policy in self.database.policies.values():
            for role in policy.roles:
                found[role][policy.relation] = None
        return {role: tuple(tables) for role, tables in found.items()}

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The direct members of each role."""
        found: dict[str, list[str]] = defaultdict(list)
        for role in self.database.roles.values():
            for group in role.member_of:
                found[group].append(role.name)
        return {role: tuple(members) for role, members in found.items()}

    @cached_property
    def _inherited(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(self._reached(name)) for name in self.names}

    def inherited(self, role: str) -> tuple[str, ...]:
        """The roles whose privileges it has without SET ROLE, nearest first; without PUBLIC."""
        return self._inherited.get(role, ())

    def _reached(self, role: str) -> Iterator[str]:
        seen, waiting = {role}, [role]
        for name in waiting:
            found = self.database.roles.get(name)
            # NOINHERIT ends the way: https://www.postgresql.org/docs/current/role-membership.html
            groups = found.member_of if found and found.inherit is not False else ()
            for group in groups:
                if group not in seen:
                    seen.add(group)
                    waiting.append(group)
                    yield group

    def is_superuser(self, role: str) -> bool:
        """Whether the input says so."""
        found = self.database.roles.get(role)
        return bool(found and found.superuser)

    @cached_property
    def is_supabase(self) -> bool:
        """Whether the database is of a Supabase project."""
        return self.database.platform is not None and self.database.platform.name == SUPABASE

    def bypasses(self, role: str) -> bool:
        """Whether row security never limits the role; members of it do not inherit that."""
        platform = self.database.platform
        for roles in (self.database.roles, platform.database.roles if platform else {}):
            found: Role | None = roles.get(role)
            if found and found.bypass_rls is not None:
                return found.bypass_rls
        return False

    def exempt(self, role: str, relation: Relation) -> Exempt | None:
        """Why row security does not limit the role on a table that has it; None where it does."""
        return self.exempt_by(role, None if relation.row_security_forced else relation.owner)

    def exempt_by(self, role: str, owner: str | None) -> Exempt | None:
        """As `exempt`, on a table whose *owner* row security does not limit; with FORCE it limits any."""
        if self.is_superuser(role):
            return Exempt.SUPERUSER
        if self.bypasses(role):
            return Exempt.BYPASSES
        return Exempt.OWNER if owner is not None and owner in (role, *self.inherited(role)) else None

    def policies(self, role: str, relation: Name, privileges: Iterable[str]) -> tuple[Policy, ...]:
        """The policies of a table that hold for the role, for commands that it has a privilege for."""
        who = {role, PUBLIC, *self.inherited(role)}
        commands = {Command.ALL, *privileges}
        found = self.database.policies_of(relation)
        return tuple(p for p in found if p.command in commands and not who.isdisjoint(p.roles))

    def privileges(self, role: str, on: ObjectId) -> frozenset[str]:
        """What the role may do with the whole object: has_table_privilege() and its like."""
        if self.is_superuser(role):
            return frozenset(PRIVILEGES.get(on.kind, ()))
        reasons = self.reasons(role, on)
        return frozenset(p for reason in reasons if reason.columns is None for p in reason.privileges)

    def reasons(self, role: str, on: ObjectId) -> Iterator[Reason]:
        """What the role may do with an object by itself, then through each role that it inherits from."""
        yield from self._of_grantee(OWN, role, on)
        for other in (*self.inherited(role), PUBLIC):
            if other != role:
                yield from self._of_grantee(other, other, on)

    def _of_grantee(self, through: str, grantee: str, on: ObjectId) -> Iterator[Reason]:
        """What the access control list says of one grantee, or what he has without any."""
        items = self.granted.get(grantee, {}).get(on, ())
        is_owner = self.owners.get(on) == grantee
        whole = [item for item in items if item.columns is None]
        if not whole:
            default = PRIVILEGES.get(on.kind, ()) if is_owner else _without_grant(grantee, on)
            if default:
                yield Reason(through, default, as_owner=is_owner)
        for item in items:
            if item.privileges:
                yield Reason(through, item.privileges, item.columns, item.grantable, is_owner)


def _without_grant(grantee: str, on: ObjectId) -> tuple[str, ...]:
    if grantee == PUBLIC:
        return ("usage",) if on == PUBLIC_SCHEMA else DEFAULT_TO_PUBLIC.get(on.kind, ())
    return PREDEFINED.get(grantee, {}).get(on.kind, ())

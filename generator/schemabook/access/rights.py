"""What a role may do with a relation by its privileges, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple

from schemabook.access.cells import Step
from schemabook.access.roles import DATA_API, Reason, Roles
from schemabook.model import (
    PUBLIC,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    relation_id,
    routine_id,
    schema_id,
    without_schema,
)

UNSAID = ""
"""The owner of what the dump names no owner of: who restores it."""
COMMANDS = ("select", "insert", "update", "delete", "truncate")


class Right(NamedTuple):
    """A privilege on a relation, and the steps that give it."""

    is_whole: bool = False
    columns: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return self.is_whole or bool(self.columns)

    def covers(self, columns: frozenset[str]) -> bool:
        """Whether it holds for these columns; for none of them any column will do."""
        return self.is_whole or (bool(self.columns) and columns <= self.columns)


NOTHING = Right()


class Rights:
    """The privileges of all roles."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.roles = Roles(database)
        self.usage = cache(self._usage)
        self.of = cache(self._of)
        self.may_execute = cache(self._may_execute)
        self.who = cache(self._who)
        self.exempt_by = cache(self._exempt_by)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The roles of the matrix, the Data API's first: all but PUBLIC and PostgreSQL's own."""
        found = [name for name in self.roles.names if name != PUBLIC and not name.startswith("pg_")]
        return (*(name for name in DATA_API if name in found), *(n for n in found if n not in DATA_API))

    def _who(self, role: str) -> frozenset[str]:
        return frozenset({role, PUBLIC, *self.roles.inherited(role)})

    def _usage(self, role: str, schema: str) -> tuple[bool, tuple[Step, ...]]:
        on = schema_id(schema)
        if self.roles.is_superuser(role):
            return True, (_superuser(role),)
        for reason in self.roles.reasons(role, on):
            if "usage" in reason.privileges:
                return True, _steps(role, on, "usage of the schema", reason)
        return False, (Step(on, f'"{role}" has no usage of schema "{schema}"'),)

    def _of(self, role: str, relation: Name) -> Mapping[str, Right]:
        """The rights of a role on a relation, by command."""
        if role == UNSAID:
            owner = self.database.relations[relation].owner
            return dict.fromkeys(COMMANDS, Right(owner is None))
        if self.roles.is_superuser(role):
            return dict.fromkeys(COMMANDS, Right(is_whole=True, steps=(_superuser(role),)))
        on = relation_id(relation)
        reasons = list(self.roles.reasons(role, on))
        return {command: _right(role, on, command, reasons) for command in COMMANDS} if reasons else {}

    def right(self, role: str, relation: Name, command: str) -> Right:
        """The right of a role on a relation for a command."""
        return self.of(role, relation).get(command, NOTHING)

    def is_unknown(self, role: str, relation: Name) -> bool:
        """Whether nobody can tell: who restores the dump may be a superuser, or have no rights at all."""
        return role == UNSAID and self.database.relations[relation].owner is not None

    def _may_execute(self, role: str, routine: Name) -> bool:
        """Whether it may call one of the routines of this name, as far as is known."""
        overloads = self.database.overloads(routine)
        if role == UNSAID or self.roles.is_superuser(role) or not overloads:
            return True
        found = (routine_id(r.signature) for r in overloads)
        return any("execute" in reason.privileges for on in found for reason in self.roles.reasons(role, on))

    def exempt(self, role: str, relation: Relation) -> Step | None:
        """Why the row security of the relation does not limit the role."""
        if role == UNSAID:
            is_owner = relation.owner is None and not relation.row_security_forced
            return (
                Step(relation_id(relation.name), "the role that restores the dump owns it")
                if is_owner
                else None
            )
        return self.exempt_by(role, None if relation.row_security_forced else relation.owner)

    def _exempt_by(self, role: str, owner: str | None) -> Step | None:
        exempt = self.roles.exempt_by(role, owner)
        if not exempt:
            return None
        return Step(without_schema(ObjectKind.ROLE, role), f'"{role}" is not limited: {exempt}')


def _right(role: str, on: ObjectId, command: str, reasons: list[Reason]) -> Right:
    columns: set[str] = set()
    steps: list[Step] = []
    for reason in reasons:
        if command in reason.privileges:
            if reason.columns is None:
                return Right(is_whole=True, steps=_steps(role, on, command.upper(), reason))
            columns.update(reason.columns)
            steps += _steps(role, on, f"{command.upper()} ({', '.join(reason.columns)})", reason)
    return Right(columns=frozenset(columns), steps=tuple(steps)) if steps else NOTHING


def _steps(role: str, on: ObjectId, what: str, reason: Reason) -> tuple[Step, ...]:
    return tuple(_said(role, on, what, reason))


def _said(role: str, on: ObjectId, what: str, reason: Reason) -> Iterator[Step]:
    through = reason.through
    if through and through != PUBLIC:
        yield Step(without_schema(ObjectKind.ROLE, through), f'"{role}" is a member of "{through}"')
    grantee = through or role
    if reason.as_owner:
        yield Step(on, f'"{grantee}" owns it')
        return
    granted = "every role has" if grantee == PUBLIC else f'"{grantee}" has'
    yield Step(ObjectId(ObjectKind.PRIVILEGE, on.name, grantee, on=on), f"{granted} {what}")


def _superuser(role: str) -> Step:
    return Step(without_schema(ObjectKind.ROLE, role), f'"{role}" is a superuser')

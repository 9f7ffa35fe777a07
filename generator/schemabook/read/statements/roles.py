"""How statements name a role; https://www.postgresql.org/docs/current/sql-grant.html."""

from __future__ import annotations

from schemabook.model import PUBLIC, ObjectKind
from schemabook.read.state.acl import CREATOR
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.text.cursor import Cursor

CURRENT = ("current_user", "current_role", "session_user")


def role_or_public(c: Cursor, database: Builder) -> str:
    """A role by its name or as the one of the session, or PUBLIC."""
    return database.session.role or CREATOR if c.one_of(*CURRENT) else c.name()


def named_role(c: Cursor, database: Builder) -> str:
    """A role, which PUBLIC is not.

    Raises DoesNotExist.
    """
    name = role_or_public(c, database)
    if name == PUBLIC:
        raise DoesNotExist(ObjectKind.ROLE, name)
    return name


def policy_roles(c: Cursor, database: Builder) -> tuple[str, ...]:
    """The roles of a policy; with PUBLIC among them the others say nothing, and PostgreSQL drops them."""
    roles = {*c.separated(lambda: role_or_public(c, database))}
    return (PUBLIC,) if PUBLIC in roles else tuple(sorted(roles))

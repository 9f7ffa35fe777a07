"""What an expression knows of the caller: the user, claims of his token, settings, the role.

https://supabase.com/docs/guides/database/postgres/row-level-security#helper-functions
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from schemabook.access.conditions import Node
from schemabook.model import Database, Name, Routine

Quote = Callable[[str], str]


class Known(StrEnum):
    """What is known of a caller, in words."""

    ID = "the user"
    ROLE = "the database role that the token names"
    SERVER_CLAIM = "the claim {name} (set by the server only)"
    USER_CLAIM = "the claim {name} (**editable by the user**)"
    CLAIM = "the claim {name}"
    SETTING = "the setting {name}"
    SESSION = "the current role"
    FUNCTION = "function {name}"
    DEFINER = "function {name} (with its owner's privileges)"


class Caller(NamedTuple):
    """What is known, and the name of the claim, the setting or the function."""

    known: Known
    name: str = ""

    def words(self, quote: Quote) -> str:
        """`the claim app_metadata.role (set by the server only)`."""
        return self.known.format(name=quote(self.name))


@dataclass(frozen=True)
class Scope:
    """The row that a policy decides on: its table, in a database."""

    relation: Name
    database: Database

    def column(self, node: Node, inner: dict[str, Name] | None = None) -> tuple[str, str] | None:
        """The table's alias, empty for the row, and the column that a name means in a query of *inner*."""
        node = uncast(node)
        if node.kind != "column":
            return None
        *qualifier, column = node.names
        tables = inner or {}
        if not qualifier:
            return self._unqualified(column, tables)
        if qualifier[-1] in tables and len(qualifier) == 1:
            return qualifier[-1], column
        is_row = qualifier[-1] == self.relation.name and qualifier[:-1] in ([], [self.relation.schema])
        return ("", column) if is_row else None

    def _unqualified(self, column: str, tables: dict[str, Name]) -> tuple[str, str] | None:
        """The nearest table that has it; none where a table between is not known."""
        for alias, name in tables.items():
            columns = self.database.columns_of(name)
            if not columns:
                return None
            if any(found.name == column for found in columns):
                return alias, column
        return "", column

    def table(self, names: tuple[str, ...]) -> Name:
        """The table that FROM names; without a schema it is one of the row's, or of public."""
        if len(names) > 1:
            return Name(names[-2], names[-1])
        own = Name(self.relation.schema, names[0])
        return own if own in self.database.relations else Name("public", names[0])

    def is_own_function(self, node: Node) -> bool:
        """Whether a function is called that the schema defines: what PostgreSQL has decides nothing."""
        return node.kind == "call" and bool(self._overloads(node))

    def function(self, node: Node) -> Caller:
        """The function that is called, and whether it runs with its owner's rights."""
        definer = all(found.security_definer for found in self._overloads(node))
        return Caller(Known.DEFINER if definer else Known.FUNCTION, shown(self._of_call(node)))

    def _overloads(self, node: Node) -> tuple[Routine, ...]:
        return self.database.overloads(self._of_call(node))

    def _of_call(self, node: Node) -> Name:
        return Name(node.names[-2], node.names[-1]) if len(node.names) > 1 else Name("public", node.names[0])


SAME = frozenset({"text", "uuid", "character varying", "varchar", "json", "jsonb"})
"""Types to which a cast changes no identity."""


def uncast(node: Node) -> Node:
    """Without the casts that change nothing."""
    while node.kind == "cast" and (node.names[-1] in SAME and len(node.names) == 1):
        node = node.parts[0]
    return node


def literal(node: Node) -> str | None:
    """A constant as it is written, whatever its type."""
    while node.kind == "cast":
        node = node.parts[0]
    return node.names[0] if node.kind == "literal" else None


def caller(node: Node, scope: Scope) -> Caller | None:
    """What of the caller an expression is; None where it is something else."""
    node = node.parts[0] if node.kind == "cast" and node.names == ("boolean",) else uncast(node)
    match node.kind, node.names:
        case "session", _:
            return Caller(Known.SESSION)
        case "call", ("auth", "uid"):
            return Caller(Known.ID)
        case "call", ("auth", "role"):
            return Caller(Known.ROLE)
        case "call", ("auth", "email"):
            return Caller(Known.CLAIM, "email")
        case "call", ("current_setting",):
            return _setting(literal(node.parts[0]) or "")
        case "->>", _:
            return _claim(node)
    columns = any(part.kind in ("column", "select", "exists", "star") for part in node.walk())
    if scope.is_own_function(node) and not columns:
        return scope.function(node)
    return None


def _setting(quoted: str) -> Caller | None:
    name = quoted.strip("'")
    if name.startswith("request.jwt.claim."):
        return _named_claim([name.removeprefix("request.jwt.claim.")])
    # The whole token as text is nobody's value.
    return Caller(Known.SETTING, name) if name and not name.startswith("request.jwt") else None


def _claim(node: Node) -> Caller | None:
    """`auth.jwt() -> 'app_metadata' ->> 'role'`."""
    path: list[str] = []
    while node.kind in ("->", "->>"):
        key = literal(node.parts[1])
        if not key or not key.startswith("'"):
            return None
        path.insert(0, key.strip("'"))
        node = uncast(node.parts[0])
    if node.kind != "call":
        return None
    of_setting = node.names == ("current_setting",) and literal(node.parts[0]) == "'request.jwt.claims'"
    return _named_claim(path) if node.names == ("auth", "jwt") or of_setting else None


def _named_claim(path: list[str]) -> Caller:
    kinds = {"app_metadata": Known.SERVER_CLAIM, "user_metadata": Known.USER_CLAIM}
    if path == ["sub"]:
        return Caller(Known.ID)
    if path == ["role"]:
        return Caller(Known.ROLE)
    return Caller(kinds.get(path[0], Known.CLAIM), ".".join(path))


def shown(name: Name) -> str:
    """A name as sentences have it: without `public`."""
    return str(name).removeprefix("public.")

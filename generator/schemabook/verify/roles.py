"""The roles that a dump mentions: they must be there before it can be restored."""

from __future__ import annotations

import re

from schemabook.model.written_names import unquoted

QUOTED = r'"(?:[^"]|"")+"'
ROLE = rf"(?:{QUOTED}|[A-Za-z_][\w$]*)"
ROLES = re.compile(
    rf"\b(?:OWNER\s+TO|(?:FOR|SET|TO|FROM|GRANTED\s+BY)\s+ROLE|ROLE|AUTHORIZATION)\s+({ROLE})"
    rf"|\b(?:GRANT|REVOKE|POLICY)\b(?:{QUOTED}|[^;\"])*?\b(?:TO|FROM)\s+({ROLE}(?:\s*,\s*{ROLE})*)",
    re.IGNORECASE,
)
"""Where a statement mentions roles. Too many are found rather than too few: an idle role does no harm."""
CREATED = re.compile(rf"\bCREATE\s+(?:ROLE|USER|GROUP)\s+({ROLE})", re.IGNORECASE)
NOT_ROLES = frozenset({"public", "current_role", "current_user", "session_user", "none", "if", "mapping"})


def mentioned_roles(text: str) -> frozenset[str]:
    """The roles that a dump mentions but does not create."""
    names: set[str] = set()
    for match in ROLES.finditer(text):
        names.update(unquoted(name) for name in re.findall(ROLE, match[1] or match[2]))
    created = {unquoted(match[1]) for match in CREATED.finditer(text)}
    return frozenset(n for n in names - created - NOT_ROLES if not n.startswith("pg_"))


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'

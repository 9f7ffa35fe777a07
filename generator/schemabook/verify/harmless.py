"""What the superuser does for the role that restores: statements that run nothing of the dump's.

A dump is restored as a role that is no superuser. What that may not do is done for it only where the whole
statement matches a row below. None of these evaluates an expression or calls a function of the dump, or
leaves something behind that would later run as a superuser. Whatever else wants a superuser stays refused:
functions in C, untrusted languages, base types, operator classes, casts between PostgreSQL's own types.
"""

from __future__ import annotations

import re
from enum import Enum

from schemabook.model.written_names import unquoted
from schemabook.verify.roles import ROLE

NAME = rf"{ROLE}(?:\.{ROLE})*"
STRING = r"'(?:[^'\\]|'')*'"
# CURRENT_USER would be whoever does it for the role.
KNOWN_ROLE = rf"(?!(?:current_user|current_role|session_user)\b){ROLE}"
KINDS = (
    "TABLE|FOREIGN TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|TYPE|DOMAIN|SCHEMA|COLLATION|CONVERSION|STATISTICS"
    "|(?:PROCEDURAL )?LANGUAGE|TEXT SEARCH (?:CONFIGURATION|DICTIONARY)"
    "|EVENT TRIGGER|FOREIGN DATA WRAPPER|SERVER|PUBLICATION"
)
OWNER = rf"OWNER TO (?P<owner>{KNOWN_ROLE})"
ARGUMENTS = r"\((?:[^'()]|\([\d, -]*\))*\)"
OPTIONS = rf"OPTIONS ?\((?:{STRING}|[\s\w,\"])*\)"
NOT_NOW = r"\(connect = false\b"


class How(Enum):
    """In whose name, and when, a statement is done for the role."""

    PROMOTED = "the role, a superuser as long as the statement takes: the object is its own"
    SUPERUSER = "the superuser, without asking the role first: what an extension brings is not the role's"
    OWNER = "the superuser, while the new owner is one, as event triggers must have such an owner"
    LAST = "the superuser, after everything else, and taken back before anything else of the dump runs"


PATTERNS = {
    r"(?:CREATE|ALTER|DROP) EXTENSION .*": How.SUPERUSER,
    rf"ALTER (?:{KINDS}) (?:IF EXISTS )?(?:ONLY )?{NAME} {OWNER}": How.OWNER,
    rf"ALTER (?:FUNCTION|PROCEDURE|ROUTINE|AGGREGATE) {NAME} ?{ARGUMENTS} {OWNER}": How.OWNER,
    rf"ALTER OPERATOR [^']* {OWNER}": How.OWNER,
    rf"CREATE TYPE {NAME}": How.PROMOTED,
    rf"CREATE OPERATOR FAMILY {NAME} USING {ROLE}": How.PROMOTED,
    r"CREATE EVENT TRIGGER .*": How.PROMOTED,
    rf"ALTER EVENT TRIGGER {ROLE} (?:DISABLE|ENABLE(?: REPLICA| ALWAYS)?)": How.PROMOTED,
    rf"CREATE FOREIGN DATA WRAPPER {ROLE}(?: NO (?:HANDLER|VALIDATOR))*(?: {OPTIONS})?": How.PROMOTED,
    r"CREATE SERVER .*": How.PROMOTED,
    r"CREATE ACCESS METHOD .*": How.PROMOTED,
    r"(?:CREATE|ALTER) PUBLICATION (?!.*\bWHERE\b).*": How.PROMOTED,
    rf"CREATE SUBSCRIPTION {ROLE} CONNECTION {STRING} PUBLICATION [^'()]* WITH {NOT_NOW}.*": How.LAST,
    r"ALTER (?:SUBSCRIPTION|ROLE|USER|GROUP|DEFAULT PRIVILEGES) .*": How.LAST,
    r"COMMENT ON .*": How.LAST,
    r"(?:GRANT|REVOKE) .*": How.LAST,
}
"""By the form of a whole statement: how it is done for the role."""

HARMLESS = {
    re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL): how
    for pattern, how in PATTERNS.items()
}


def how_to_help(statement: str) -> tuple[How, str | None] | None:
    """How the superuser does the statement for the role, with the new owner if it names one; or None."""
    for pattern, how in HARMLESS.items():
        if match := pattern.fullmatch(statement):
            owner = match.groupdict().get("owner")
            return how, owner and unquoted(owner)
    return None

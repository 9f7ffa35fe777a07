"""What a policy's expression means, where it is one of the forms that Supabase's users write.

Anything else stays `custom`: the expression is shown, never guessed. `(select auth.uid())` means the
same as `auth.uid()`, and a cast of it too; https://supabase.com/docs/guides/database/postgres/row-level-security.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from schemabook.model import Command, Policy, Sql

SERVICE_ROLE = "service_role"
ANONYMOUS = frozenset({"anon", "public"})


class Rows(StrEnum):
    """Which rows an expression lets through."""

    ALL = "all rows"
    NONE = "no rows"
    OWN = "own rows"
    CONNECTED = "rows connected to the user"
    SIGNED_IN = "all rows, for any signed-in user"
    SERVICE = "all rows, for the service role"
    OWN_FOLDER = "the user's own folder"
    CONDITIONAL = "some rows"
    CUSTOM = "rows that an expression decides"


class Idiom(NamedTuple):
    """The rows, and the column, relation or condition that decides."""

    rows: Rows
    by: str = ""


CALL = r"auth \. (?:uid|role|jwt|email) \( \)"
WRAPPED = re.compile(rf"\( select ({CALL})(?: as \w+)? \)")
CAST = re.compile(r' :: (?:"[^"]+"|\w+)(?: \. (?:"[^"]+"|\w+))?(?: \( \d+ \))?(?: \[ \])?')
COLUMN = r'((?:(?:"[^"]+"|\w+) \. )*(?:"[^"]+"|\w+))'
OWN = re.compile(rf"auth \. uid \( \) = {COLUMN}|{COLUMN} = auth \. uid \( \)")
SIGNED_IN = re.compile(r"auth \. uid \( \) is not null|auth \. role \( \) = 'authenticated'")
SERVICE = re.compile(r"auth \. role \( \) = 'service_role'")
FROM = re.compile(rf" from {COLUMN}| join {COLUMN}")
MENTIONS_USER = re.compile(r"auth \. (?:uid|jwt|email|role) \(|current_setting \(|current_user|session_user")


def idiom(expression: Sql | None) -> Idiom:
    """The form of a policy's expression; a permissive policy without one lets no row through.

    https://www.postgresql.org/docs/current/sql-createpolicy.html
    """
    if expression is None:
        return Idiom(Rows.NONE)
    tokens = _plain(expression.tokens)
    if tokens in ("true", "false"):
        return Idiom(Rows.ALL if tokens == "true" else Rows.NONE)
    if match := OWN.fullmatch(tokens):
        return Idiom(Rows.OWN, _name(match))
    if SIGNED_IN.fullmatch(tokens):
        return Idiom(Rows.SIGNED_IN)
    if SERVICE.fullmatch(tokens):
        return Idiom(Rows.SERVICE)
    return _compound(expression, tokens)


def _compound(expression: Sql, tokens: str) -> Idiom:
    """Forms that are known by a part of the expression."""
    mentions_user = MENTIONS_USER.search(tokens)
    if "foldername (" in tokens and mentions_user:
        return Idiom(Rows.OWN_FOLDER)
    if mentions_user and (tables := FROM.findall(tokens)):
        first = next(name for name in tables[0] if name)
        return Idiom(Rows.CONNECTED, first.replace(" . ", ".").removeprefix("public."))
    if not mentions_user and " select " not in f" {tokens} " and not re.search(r"\w \(", tokens):
        return Idiom(Rows.CONDITIONAL, expression.text)
    return Idiom(Rows.CUSTOM, expression.text)


def _plain(tokens: str) -> str:
    """The tokens without wrappers, casts and outer parentheses."""
    tokens = CAST.sub("", WRAPPED.sub(r"\1", tokens))
    while tokens.startswith("( ") and _closes_last(tokens.split(" ")):
        tokens = tokens[2:-2]
    return tokens


def _closes_last(words: list[str]) -> bool:
    depth = 0
    for i, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return i == len(words) - 1
    return False


def _name(match: re.Match[str]) -> str:
    found = next(group for group in match.groups() if group)
    return found.split(" . ")[-1].strip('"')


def is_for_service(policy: Policy) -> bool:
    """Whether the policy is for the service role, which bypasses row security anyway."""
    return policy.roles == (SERVICE_ROLE,) or _decisive(policy).rows is Rows.SERVICE


def is_anonymous_read(policy: Policy) -> bool:
    """Whether the policy lets callers without a session read rows."""
    reads = policy.command in (Command.ALL, Command.SELECT)
    found = idiom(policy.using).rows
    anyone = found in (Rows.ALL, Rows.CONDITIONAL)
    return policy.permissive and reads and anyone and bool(ANONYMOUS & set(policy.roles))


def is_own_rows(policy: Policy) -> bool:
    """Whether the policy limits a user to rows of his own, or connected to him."""
    return _decisive(policy).rows in (Rows.OWN, Rows.CONNECTED, Rows.OWN_FOLDER)


def _decisive(policy: Policy) -> Idiom:
    """The form of USING, or of WITH CHECK where there is no USING, as for INSERT."""
    return idiom(policy.using or policy.with_check)

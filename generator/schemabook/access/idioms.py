"""What a policy's expression means, where it is one of the forms that Supabase's users write.

Anything else stays `CUSTOM`: the expression is shown, never guessed. `(select auth.uid())` means the
same as `auth.uid()`, and so does a cast of it;
https://supabase.com/docs/guides/database/postgres/row-level-security.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from schemabook.model import Command, Policy, Privilege, Sql

SERVICE_ROLE = "service_role"
ANONYMOUS = frozenset({"anon", "public"})


class Rows(StrEnum):
    """Which rows an expression lets through."""

    ALL = "all rows"
    NONE = "no rows"
    OWN = "own rows"
    CONNECTED = "rows connected to the user"
    OWN_FOLDER = "objects in the user's own folder"
    SIGNED_IN = "all rows, for any signed-in user"
    SERVICE = "all rows, for the service role"
    CONDITIONAL = "rows that meet a condition"
    CUSTOM = "rows that the expression below lets through"


class Idiom(NamedTuple):
    """The rows; the column, relation, bucket or condition that decides; whether more must hold."""

    rows: Rows
    by: str = ""
    further: bool = False


CALL = r"auth \. (?:uid|role|jwt|email) \( \)"
WRAPPED = re.compile(rf"\( select ({CALL})(?: as \w+)? \)")
CAST = re.compile(r' :: (?:"[^"]+"|\w+)(?: \. (?:"[^"]+"|\w+))?(?: \( \d+ \))?(?: \[ \])?')
COLUMN = r'((?:(?:"[^"]+"|\w+) \. )*(?:"[^"]+"|\w+))'
OPERAND = re.compile(rf"(?:^|(?<== ))\( {COLUMN} \)(?= =|$)")
"""A column in parentheses beside an equals sign."""
OWN = re.compile(rf"auth \. uid \( \) = {COLUMN}|{COLUMN} = auth \. uid \( \)")
SIGNED_IN = re.compile(r"auth \. uid \( \) is not null|auth \. role \( \) = 'authenticated'")
SERVICE = re.compile(r"auth \. role \( \) = 'service_role'")
FOLDER = re.compile(
    r"\( storage \. foldername \( (?:\w+ \. )?name \) \) \[ 1 \] = \(* ?auth \. uid \( \)(?: \))*"
    r"|auth \. uid \( \) = \( storage \. foldername \( (?:\w+ \. )?name \) \) \[ 1 \]"
)
BUCKET = re.compile(r"(?:\w+ \. )?bucket_id = '([^']*)'")
SUBSELECT = re.compile(rf"(?:exists|{COLUMN} in|{COLUMN} = any|{COLUMN} =) \( select .* \)")
FROM = re.compile(rf" from \(* ?{COLUMN}")
MENTIONS_USER = re.compile(r"auth \. (?:uid|jwt|email|role) \(|current_setting \(|current_user|session_user")


def idiom(expression: Sql | None, relation: str = "") -> Idiom:
    """The form of an expression of a policy on *relation*; without one, no row is let through.

    https://www.postgresql.org/docs/current/sql-createpolicy.html
    """
    return _idiom(expression.text, expression.tokens, relation) if expression else Idiom(Rows.NONE)


@lru_cache(4096)  # Pages of both editions, lists, roles and the search all ask for the same.
def _idiom(text: str, tokens: str, relation: str) -> Idiom:
    conjuncts = list(_conjuncts(_plain(tokens)))
    found = [_simple(conjunct, relation) for conjunct in conjuncts]
    if len(found) == 1:
        rows, by = found[0]
        return Idiom(rows, text if rows is Rows.CONDITIONAL else by)
    return _compound(text, conjuncts, found)


def _simple(tokens: str, relation: str) -> tuple[Rows, str]:
    """The form of an expression without AND."""
    if tokens in ("true", "false"):
        return (Rows.ALL if tokens == "true" else Rows.NONE), ""
    if match := OWN.fullmatch(tokens):
        return Rows.OWN, _last_name(match)
    if SIGNED_IN.fullmatch(tokens):
        return Rows.SIGNED_IN, ""
    if SERVICE.fullmatch(tokens):
        return Rows.SERVICE, ""
    if FOLDER.fullmatch(tokens):
        return Rows.OWN_FOLDER, ""
    if _is_connected(tokens, relation) and (source := FROM.search(tokens)):
        return Rows.CONNECTED, source.group(1).replace(" . ", ".").removeprefix("public.")
    is_plain = not MENTIONS_USER.search(tokens) and not re.search(r"\bselect\b|\w \(", tokens)
    return (Rows.CONDITIONAL if is_plain else Rows.CUSTOM), ""


def _is_connected(tokens: str, relation: str) -> bool:
    """Whether a sub-select ties the row to the user: it names both, and no OR opens another way."""
    if not SUBSELECT.fullmatch(tokens) or not re.search(r"auth \. uid \(", tokens) or " or " in tokens:
        return False
    return not tokens.startswith("exists") or (bool(relation) and f" {relation} . " in tokens)


def _compound(text: str, conjuncts: list[str], found: list[tuple[Rows, str]]) -> Idiom:
    """The form of several conditions that must all hold: the narrowest, and that more must hold."""
    if all(rows is Rows.CONDITIONAL for rows, _ in found):
        return Idiom(Rows.CONDITIONAL, text)
    narrow = [form for form in found if form[0] in (Rows.OWN, Rows.CONNECTED, Rows.OWN_FOLDER)]
    if len(narrow) != 1:
        return Idiom(Rows.CUSTOM)
    rows, by = narrow[0]
    bucket = next((match.group(1) for c in conjuncts if (match := BUCKET.fullmatch(c))), "")
    if rows is Rows.OWN_FOLDER and bucket:
        return Idiom(rows, bucket, further=len(found) > 2)
    return Idiom(rows, by, further=True)


def _plain(tokens: str) -> str:
    """The tokens without wrappers, casts and outer parentheses."""
    return _unwrapped(CAST.sub("", WRAPPED.sub(r"\1", tokens)))


def _unwrapped(tokens: str) -> str:
    while tokens.startswith("( ") and _closing(tokens.split(" "), 0) == len(tokens.split(" ")) - 1:
        tokens = tokens[2:-2]
    return OPERAND.sub(r"\1", re.sub(rf"\( ({CALL}) \)", r"\1", tokens))


def _closing(words: list[str], opening: int) -> int:
    """The position of the parenthesis that closes the one at *opening*; -1 if none does."""
    depth = 0
    for i in range(opening, len(words)):
        depth += (words[i] == "(") - (words[i] == ")")
        if depth == 0:
            return i
    return -1


def _conjuncts(tokens: str) -> Iterator[str]:
    """The conditions between the outermost ANDs; the whole where an OR is outermost."""
    words, depth, start = tokens.split(" "), 0, 0
    breaks = []
    for i, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0 and word == "or":
            yield tokens
            return
        if depth == 0 and word == "and" and "between" not in words[start:i]:
            breaks.append((start, i))
            start = i + 1
    for begin, end in [*breaks, (start, len(words))]:
        yield _unwrapped(" ".join(words[begin:end]))


def _last_name(match: re.Match[str]) -> str:
    found = next(group for group in match.groups() if group)
    return found.split(" . ")[-1].strip('"')


def is_for_service(policy: Policy) -> bool:
    """Whether the policy is for the service role, which bypasses row security anyway."""
    return policy.roles == (SERVICE_ROLE,) or _decisive(policy).rows is Rows.SERVICE


def is_own_rows(policy: Policy) -> bool:
    """Whether the policy permits a user rows of his own, or connected to him."""
    return policy.permissive and _decisive(policy).rows in (Rows.OWN, Rows.CONNECTED, Rows.OWN_FOLDER)


def is_anonymous_read(policy: Policy, privileges: Iterable[Privilege]) -> bool:
    """Whether callers without a session can read rows: by the policy, and by a privilege on its table."""
    if not policy.permissive or policy.command not in (Command.ALL, Command.SELECT) or not policy.using:
        return False
    granted = any(p.grantee in ANONYMOUS and "select" in p.privileges for p in privileges)
    for_all = not MENTIONS_USER.search(policy.using.tokens) and idiom(policy.using).rows is not Rows.NONE
    return granted and for_all and bool(ANONYMOUS & set(policy.roles))


def _decisive(policy: Policy) -> Idiom:
    """The form of USING, or of WITH CHECK where there is no USING, as for INSERT."""
    return idiom(policy.using or policy.with_check, policy.relation.name)

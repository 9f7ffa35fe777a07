"""Secrets that the words around them tell: connection strings, headers, options, PASSWORD '…'."""

from __future__ import annotations

import re
from itertools import product

from schemabook.secrets.kinds import Kind, Match, called, is_password, is_random

QUOTE = r"(?:\\?[\"']){1,2}"
"""Doubled inside of another string, or with a backslash inside of JSON."""
URL = re.compile(
    r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}+://(?P<user>[^\s:/@'\"<>]{0,200}+):(?P<value>[^\s/'\"]{1,200})"
    r"@(?=[\w\[])",
    re.I,
)
CONNECTION = r"(?:host|hostaddr|port|dbname|user|username|database|server|sslmode|options|service)"
BETWEEN = r"(?:\s{1,8}+|;\s{0,8}+)"
IS = r"\s{0,3}+=\s{0,3}+"
CONNECTION_STRING = re.compile(
    rf"(?:\b{CONNECTION}{IS}[^\s'\",;]{{1,200}}+{BETWEEN}password{IS}|\bpassword{IS}(?=[^\s'\";]{{1,200}}+{BETWEEN}"
    rf"{CONNECTION}{IS}\w)|[?&](?:ssl)?password=)'{{0,2}}(?P<value>[^\s'\";&]{{1,200}}+)",
    re.I,
)
PASSWORD = re.compile(r"(?<![\w.])password\"?\s{1,8}+E?'{1,2}(?P<value>[^'\n]{1,300}+)'", re.I)
SECRET_OPTION = (
    r"[a-z_]{0,40}?(?:password|passwd|passphrase|secret|token|api_?key|access_key|secret_key|private_key|sa_key"
    r"|credentials|conn_string|connection_string)"
)
"""Options of foreign servers and user mappings that hold secrets, in the wrappers that are in use."""
OPTION = re.compile(
    rf"(?<![\w.])(?P<name>{SECRET_OPTION})\"?\s{{1,8}}+E?'{{1,2}}(?P<value>[^'\n]{{1,4000}}+)'", re.I
)
SCRAM = "SCRAM-SHA-256$"
HASH = re.compile(rf"md5[0-9a-f]{{32}}|{re.escape(SCRAM)}\d{{1,9}}(?:[:$][A-Za-z0-9+/=]{{16,88}}){{3}}")
"""What pg_dumpall prints without `--no-role-passwords`: enough to guess at, and of md5 enough to log in."""
BEFORE = 400
"""How many characters before PASSWORD tell whether this is the clause of a statement."""
OF_ROLE = re.compile(r"\b(?:role|user|group)\b|\boptions\s*\(", re.I)
IN_OPTIONS = re.compile(r"\boptions\s*\([^)]*$", re.I)
NAMES = (
    "authorization",
    "secret",
    "password",
    "passwd",
    *("".join(parts) for parts in product(("api",), ("", "_", "-"), ("key", "token"))),
    *("".join(parts) for parts in product(("access", "auth", "bearer"), ("", "_", "-"), ("token",))),
    *("".join(parts) for parts in product(("service", "service_role", "service-role"), ("_", "-"), ("key",))),
    *("".join(parts) for parts in product(("secret", "access", "private", "signing"), ("_", "-"), ("key",))),
)
"""What the names of secrets end with."""
NAME = rf"(?<![\w-])(?P<name>[\w-]{{0,40}}?(?:{'|'.join(NAMES)}))"
TYPE = r"(?:\s{1,8}+(?:constant\s{1,8}+)?(?:text|varchar|character varying)(?:\(\d{1,9}\))?)?"
NAMED = re.compile(
    rf"{NAME}(?:\\?[\"']){{0,2}}(?:(?:{TYPE}\s{{0,8}}+(?::=|=>|=|:|,)|{TYPE}\s{{1,8}}+(?:default|to)\b"
    rf"|(?<=create_secret)\s{{0,8}}+\()\s{{0,8}}+E?{QUOTE}|:\s{{1,3}}+)(?:(?:bearer|basic|token)\s{{1,8}}+)?"
    r"(?P<value>[^\s\"'\\]{12,4000}+)(?![^\s\"'\\])",
    re.I,
)
"""A header, a setting, a variable or a default whose name says that its value is secret."""
BEARER = re.compile(r"\bbearer\s{1,8}+(?P<value>[\w.~+/=-]{16,4000}+)", re.I | re.A)
IN_QUERY = re.compile(
    r"[?&](?P<name>api_?key|access_token|auth_token|token|secret)=(?P<value>[\w.~-]{16,4000}+)", re.I | re.A
)


def _url(match: Match) -> str:
    is_own_name = match["value"] == match["user"]  # `postgres:postgres`, as on every developer's machine.
    return "password in a URL" if is_password(match["value"]) and not is_own_name else ""


def _before(match: Match) -> str:
    return match.string[max(0, match.start() - BEFORE) : match.start()]


def _password(match: Match) -> str:
    value = match["value"]
    if not OF_ROLE.search(_before(match)) or not is_password(value):
        return ""
    if HASH.fullmatch(value):
        return "password hash"
    return "" if value.startswith(SCRAM) else "password"


def _option(match: Match) -> str:
    is_one = is_password(match["value"]) and IN_OPTIONS.search(_before(match))
    return f'option "{match["name"].lower()}"' if is_one else ""


def _named(match: Match) -> str:
    return f'credential "{match["name"].lower()}"' if is_random(match["value"]) else ""


CREDENTIALS = (
    Kind(("://",), URL, _url),
    Kind(
        ("password=", "password ="), CONNECTION_STRING, called("password in a connection string", is_password)
    ),
    Kind(("password",), PASSWORD, _password),
    Kind(("options",), OPTION, _option),
    Kind(NAMES, NAMED, _named),
    Kind(("bearer",), BEARER, called("bearer token", is_random)),
    Kind(("key=", "token=", "secret="), IN_QUERY, _named),
)

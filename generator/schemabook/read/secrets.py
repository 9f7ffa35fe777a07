"""Keys, tokens and passwords in a statement, with their lines and the object that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.errors import Source
from schemabook.model import Secret, Statement
from schemabook.read.several.subjects import identity
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.text.again import all_once
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.secrets import masked, secrets_in, without_secrets

LITERAL = re.compile(r"['$]|:=")
MOST_WORDS = 12


def secrets_of(statement: Statement, database: Builder) -> Iterator[Secret]:
    """The secrets that stand in the statement, whatever it does."""
    place = ""
    for found in all_once(secrets_in, statement.text):
        place = place or _place(statement, database)
        source = Source(statement.source.path, statement.source.line + found.line)
        yield Secret(source, found.kind, place, masked(found.value), found.is_public)


def _place(statement: Statement, database: Builder) -> str:
    """The words for what the statement is about, without any constant: it may be the secret."""
    try:
        shown = identity(Cursor(statement), database)[1]
    except (UnexpectedToken, LookupError, ValueError, DoesNotExist, RecursionError):
        shown = statement.text
    before = LITERAL.split(without_secrets(shown), maxsplit=1)[0]
    return " ".join(before.split()[:MOST_WORDS]).rstrip(" (")

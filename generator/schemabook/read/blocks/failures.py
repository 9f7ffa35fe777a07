"""Errors as PL/pgSQL knows them: https://www.postgresql.org/docs/current/errcodes-appendix.html."""

from __future__ import annotations

from schemabook.model import ObjectKind
from schemabook.read.state.builder import AlreadyExists, DoesNotExist
from schemabook.read.text.cursor import UnexpectedToken

RELATIONS = frozenset({"relation", "table", "foreign table", "view", "materialized view", "sequence"})
ROUTINES = frozenset({"function", "procedure", "routine", "aggregate"})
TAKEN = {
    **dict.fromkeys((*RELATIONS, ObjectKind.INDEX), "duplicate_table"),
    **dict.fromkeys(ROUTINES, "duplicate_function"),
    ObjectKind.SCHEMA: "duplicate_schema",
    ObjectKind.COLUMN: "duplicate_column",
}
"""The condition for an object that is there, by its kind; of all others `duplicate_object`."""
MISSING = {
    **dict.fromkeys(RELATIONS, "undefined_table"),
    **dict.fromkeys(ROUTINES, "undefined_function"),
    ObjectKind.SCHEMA: "invalid_schema_name",
    ObjectKind.COLUMN: "undefined_column",
}
"""The condition for an object that is not there; of all others `undefined_object`."""
STATES = {
    "42P07": "duplicate_table",
    "42723": "duplicate_function",
    "42P06": "duplicate_schema",
    "42701": "duplicate_column",
    "42710": "duplicate_object",
    "42P01": "undefined_table",
    "42883": "undefined_function",
    "3F000": "invalid_schema_name",
    "42703": "undefined_column",
    "42704": "undefined_object",
    "P0001": "raise_exception",
}
CLASSES = {"syntax_error_or_access_rule_violation": "42", "plpgsql_error": "P0", "invalid_schema_name": "3F"}
"""Conditions that stand for all of their class."""


class RunsCode(UnexpectedToken):
    """The statement is known, but what it does is not."""


class Failed(Exception):
    """What runs fails in PostgreSQL as well, under one condition."""

    def __init__(self, condition: str, message: str) -> None:
        super().__init__(message)
        self.condition = condition


def failed(error: AlreadyExists | DoesNotExist) -> Failed:
    """How PostgreSQL names an error of the reader."""
    if isinstance(error, AlreadyExists):
        return Failed(TAKEN.get(error.kind, "duplicate_object"), str(error))
    return Failed(MISSING.get(error.kind, "undefined_object"), str(error))


def catches(conditions: list[str], failure: Failed) -> bool:
    """Whether WHEN condition OR … is for this failure."""
    state = next((code for code, name in STATES.items() if name == failure.condition), "")
    for condition in conditions:
        if condition in ("others", failure.condition) or STATES.get(condition) == failure.condition:
            return True
        if (start := CLASSES.get(condition)) and state.startswith(start):
            return True
    return False

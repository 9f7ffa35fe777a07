"""What a condition lets through, and how that is said."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from schemabook.access.callers import Caller, Quote, Scope
from schemabook.access.conditions import Node


class Rows(StrEnum):
    """Which rows an expression lets through; of `GATES`, whether it lets through all."""

    ALL = "all rows"
    NONE = "no rows"
    OWN = "own rows ({by})"
    NAMING = "rows whose {by} contains the user"
    CONNECTED = "rows connected to the user through {by}"
    OWN_FOLDER = "objects in the user's own folder"
    IN_BUCKET = "objects in the user's own folder of bucket {by}"
    MATCHING = "rows whose {by} is {caller}"
    RETURNED = "rows whose {by} is returned by {caller}"
    DECIDED = "rows permitted by {caller}"
    SIGNED_IN = "a user is signed in"
    SERVICE = "the token is the service role's"
    MFA = "the user signed in with a second factor"
    LISTED = "{by} has a row of the user"
    GATED = "{caller} is {by}"
    ANSWERED = "{by} is returned by {caller}"
    PERMITTED = "permitted by {caller}"
    CONDITIONAL = "rows where {by}"
    CUSTOM = "rows that the expression below lets through"


GATES = frozenset(
    {Rows.SIGNED_IN, Rows.SERVICE, Rows.MFA, Rows.LISTED, Rows.GATED, Rows.ANSWERED, Rows.PERMITTED}
)
"""Forms that look at the caller only: all rows, or none."""


class Idiom(NamedTuple):
    """The rows, and what decides on them."""

    rows: Rows
    by: str = ""
    """A column, a relation, a bucket, constants or the condition itself."""
    further: bool = False
    """Whether more must hold."""
    caller: Caller | None = None
    """What of the caller decides."""

    @property
    def label(self) -> str:
        """What it lets through, in plain words."""
        return self.words(str, "further conditions").replace("**", "")

    def words(self, quote: Quote, below: str) -> str:
        """What it lets through; names in quotes, and what to call the conditions that are not told."""
        also = f" that also meet {below}" if self.further else ""
        if self.rows is Rows.LISTED and self.further:
            return f"all rows, if {self.said(quote)} that also meets {below}"
        if self.rows in GATES:
            every = f"rows that meet {below}" if self.further else "all rows"
            return f"{every}, if {self.said(quote)}"
        return f"{self.said(quote)}{also}"

    def said(self, quote: Quote) -> str:
        """The form alone."""
        who = self.caller.words(quote) if self.caller else ""
        return self.rows.format(by=quote(self.by), caller=who)


Reads = Callable[[Node, Scope], Idiom | None]


class Form(NamedTuple):
    """How an idiom is known; examples with their labels, and near misses with the label that would be a lie.

    They are policies on `note` and `storage.objects` of `tests/idioms.sql`; a server shows their rows.
    """

    reads: Reads
    holds: tuple[tuple[str, str], ...]
    misses: tuple[tuple[str, str], ...] = ()

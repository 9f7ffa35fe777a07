"""Transactions: what ROLLBACK takes back was never there.

https://www.postgresql.org/docs/current/sql-rollback.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from schemabook.model import Statement
from schemabook.read.text.session import BEGIN, END, without_comments
from schemabook.read.text.tokens import folded

UNDONE = "rolled back"
ROLLBACK = re.compile(r"(?:ROLLBACK|ABORT)\b(?!\s+PREPARED\b)", re.I)
NAME = r'(?P<name>"(?:[^"]|"")*"|[^\s";]+)'
CHAIN = re.compile(r"\bAND\s+CHAIN\b", re.I)
BACK_TO = re.compile(r"ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO\s+(?:SAVEPOINT\s+)?" + NAME, re.I)
SAVEPOINT = re.compile(r"SAVEPOINT\s+" + NAME, re.I)
CONTROL = re.compile(r"\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|/\*|--)", re.I)
"""How a statement of transaction control may begin: no other has to be looked at."""


Settled = tuple[Statement, bool]
"""A statement whose transaction has ended, and whether it was taken back."""


def settled(statements: Iterable[Statement], is_data: Callable[[Statement], bool]) -> Iterator[Settled]:
    """The statements in order, those of a transaction when it ends; without an end they count.

    Rows are not kept until then: they may be many, and say nothing about the schema.
    """
    transaction: Transaction | None = None
    for statement in statements:
        head = without_comments(statement.text).lstrip() if CONTROL.match(statement.text) else ""
        if transaction is None:
            yield statement, False
            if head and BEGIN.match(head):
                transaction = Transaction()
        elif not head and is_data(statement):
            yield statement, False
        elif END.match(head):
            yield from transaction.end(is_undone=bool(ROLLBACK.match(head)))
            yield statement, False
            transaction = Transaction() if CHAIN.search(head) else None
        else:
            transaction.take(statement, head)
    if transaction:
        yield from transaction.end(is_undone=False)


class Transaction:
    """The statements since BEGIN."""

    def __init__(self) -> None:
        self.statements: list[Settled] = []
        self.savepoints: list[tuple[str, int]] = []
        """Their names, and how many statements came before."""

    def take(self, statement: Statement, head: str) -> None:
        """Takes a statement into account; *head* is the beginning of one of transaction control."""
        if match := BACK_TO.match(head):
            self._back_to(_name(match["name"]))
        self.statements.append((statement, False))
        if match := SAVEPOINT.match(head):
            self.savepoints.append((_name(match["name"]), len(self.statements)))

    def _back_to(self, name: str) -> None:
        """Takes back what came after a savepoint, which stays; later ones are gone."""
        while self.savepoints and self.savepoints[-1][0] != name:
            self.savepoints.pop()
        if self.savepoints:
            first = self.savepoints[-1][1]
            self.statements[first:] = [(statement, True) for statement, _ in self.statements[first:]]

    def end(self, *, is_undone: bool) -> Iterator[Settled]:
        """The statements, at COMMIT or ROLLBACK."""
        for statement, was_undone in self.statements:
            yield statement, was_undone or is_undone


def _name(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else folded(word)

"""Queries of versions of a database: what one said holds while all that it asked has the same answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from schemabook.model import Column, Name, Sql
from schemabook.read.queries.catalog import Catalog
from schemabook.read.queries.query import Query, query
from schemabook.read.text.again import is_again, once_while

Question = Callable[[Catalog, Name], Any]


class Asked(NamedTuple):
    """What a query said, and what it has asked of the database."""

    said: Query
    answers: list[tuple[Question, Name, Any]]
    is_all: bool
    """Whether it has asked nothing else."""


def query_again(sql: Sql, database: Catalog) -> Query:
    """As `query`, without types."""
    if not is_again():
        return query(sql, database)
    return once_while((query, sql), lambda known: _holds(known, database), lambda: _asked(sql, database)).said


def _asked(sql: Sql, database: Catalog) -> Asked:
    noting = _Noting(database)
    found = query(sql, noting)  # type: ignore[arg-type]  # it has what a query needs, and passes the rest on
    return Asked(found, noting.answers, noting.is_all)


def _holds(known: Asked, database: Catalog) -> bool:
    return known.is_all and all(ask(database, name) == answer for ask, name, answer in known.answers)


class _Noting:
    """A catalog that notes what is asked about relations and sequences, and whether anything else is."""

    def __init__(self, database: Catalog) -> None:
        self.database = database
        self.answers: list[tuple[Question, Name, Any]] = []
        self.is_all = True
        self.relations = _Facts(self, lambda database, name: database.relations.get(name))
        self.sequences = _Facts(self, lambda database, name: database.sequences.get(name))

    def note(self, question: Question, name: Name) -> Any:
        """The answer of the database."""
        answer = question(self.database, name)
        self.answers.append((question, name, answer))
        return answer

    def relation_name(self, name: Name) -> Name:
        """As `Catalog`."""
        found: Name = self.note(lambda database, name: database.relation_name(name), name)
        return found

    def parts_of(self, kind: type[Column], relation: Name) -> Any:
        """As `Catalog`."""
        self.note(lambda database, name: [*database.parts_of(kind, name)], relation)  # Their order counts.
        return self.note(lambda database, name: database.parts_of(kind, name), relation)

    def __getattr__(self, name: str) -> Any:
        self.is_all = False
        return getattr(self.database, name)


class _Facts:
    """Facts by name, of which it is noted which are asked for."""

    def __init__(self, noting: _Noting, question: Question) -> None:
        self.noting, self.question = noting, question

    def get(self, name: Name) -> Any:
        """The fact, if there is one."""
        return self.noting.note(self.question, name)

    def __contains__(self, name: Name) -> bool:
        return self.get(name) is not None

"""The part of the access matrix that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from schemabook.access.cells import Act, Cell
from schemabook.access.matrix import Matrix
from schemabook.errors import SchemaError
from schemabook.model import Database, Name
from schemabook.nearest import did_you_mean, nearest

T = TypeVar("T")


class Asked(NamedTuple):
    """What is asked for of a matrix, and the database as it is shown."""

    matrix: Matrix
    shown: Database
    roles: tuple[str, ...]
    relations: tuple[Name, ...]
    acts: tuple[Act, ...]

    def cells(self, role: str, relation: Name) -> Mapping[Act, Cell]:
        """The cells of a role on a relation."""
        return self.matrix.cells(role, relation, self.acts)


def asked(
    matrix: Matrix, shown: Database | None = None, role: str = "", relation: str = "", command: str = ""
) -> Asked:
    """All that is asked for; an empty word asks for every one of what is shown.

    Raises SchemaError for what does not exist.
    """
    shown = shown or matrix.database
    return Asked(
        matrix,
        shown,
        (_one("role", role, {name: name for name in matrix.roles}),) if role else matrix.roles,
        (_one("relation", relation, _by_name(shown.relations)),) if relation else tuple(shown.relations),
        (Act(command),) if command else tuple(Act),
    )


def _by_name(relations: Iterable[Name]) -> dict[str, Name]:
    """The relations as they may be written; those of `public` also without it."""
    return {written: name for name in relations for written in _written(name)}


def _written(name: Name) -> Iterator[str]:
    yield str(name)
    if name.schema == "public":
        yield name.name


def _one(kind: str, word: str, known: Mapping[str, T]) -> T:
    if word not in known:
        raise SchemaError(f'{kind} "{word}" does not exist', hint=did_you_mean(nearest(word, known)))
    return known[word]

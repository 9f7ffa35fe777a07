"""The part of the access matrix that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from schemabook.access.cells import Act, Cell, Step
from schemabook.access.column import OF_COLUMNS, column_cells
from schemabook.access.matrix import Matrix
from schemabook.access.roles import Roles
from schemabook.errors import SchemaError
from schemabook.model import (
    KIND_OF,
    ColumnName,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    relation_id,
    without_schema,
)
from schemabook.nearest import did_you_mean, nearest

T = TypeVar("T")
HIDDEN = "what the settings hide decides this"


class Asked(NamedTuple):
    """What is asked for of a matrix, and the database as it is shown."""

    matrix: Matrix
    shown: Database
    roles: tuple[str, ...]
    relations: tuple[Name, ...]
    acts: tuple[Act, ...]
    column: ColumnName | None = None
    """The only column that is asked for; the relation is its own then."""
    told: frozenset[ObjectId] = frozenset()
    """What is neither hidden nor reduced to what others reference of it."""

    def cells(self, role: str, relation: Name) -> Mapping[Act, Cell]:
        """The cells of a role on a relation, or on its column."""
        if self.column:
            found = column_cells(self.matrix, role, self.column, self.acts)
        else:
            found = self.matrix.cells(role, relation)
        return {act: self._told(found[act], relation) for act in self.acts}

    def is_shown(self, found: ObjectId) -> bool:
        """Whether an object may be told of: it is neither hidden nor reduced."""
        return (found.on or found).whole in self.told

    def _told(self, cell: Cell, relation: Name) -> Cell:
        """A cell without the words of steps on what is hidden."""
        hidden = Step(relation_id(relation), HIDDEN)
        return cell._replace(because=tuple(s if self.is_shown(s.object) else hidden for s in cell.because))


def asked(
    matrix: Matrix,
    shown: Database | None = None,
    *,
    role: str = "",
    relation: str = "",
    column: str = "",
    command: str = "",
    reduced: frozenset[ObjectId] = frozenset(),
) -> Asked:
    """All that is asked for; an empty word asks for every one of what is shown, and not *reduced*.

    Raises SchemaError for what does not exist.
    """
    shown = shown or matrix.database
    acts = (Act(command),) if command else OF_COLUMNS if column else tuple(Act)
    known = Roles(shown).known
    every = tuple(role for role in matrix.roles if role in known)
    objects = {found.whole for row in KIND_OF.values() for found, _ in row.facts(shown)}
    told = frozenset(objects).union(without_schema(ObjectKind.ROLE, name) for name in known) - reduced
    roles = (_one("role", role, {name: name for name in every}),) if role else every
    full = tuple(name for name in shown.relations if relation_id(name) not in reduced)
    relations = {written: name for name in full for written in _written(name)}
    if column:
        if not set(acts) <= set(OF_COLUMNS):
            raise SchemaError(f'"{command}" is of whole rows, not of a column')
        of = _column(column, relations, shown)
        return Asked(matrix, shown, roles, (of.relation,), acts, of, told)
    names = (_one("relation", relation, relations),) if relation else full
    return Asked(matrix, shown, roles, names, acts, told=told)


def _column(written: str, relations: Mapping[str, Name], shown: Database) -> ColumnName:
    of, _, name = written.rpartition(".")
    if not of:
        raise SchemaError(f'column "{name}" is of no relation', hint="name it as relation.column")
    relation = _one("relation", of, relations)
    columns = {column.name: ColumnName(relation, column.name) for column in shown.columns_of(relation)}
    return _one("column", name, columns, f' of relation "{relation}"')


def _written(name: Name) -> Iterator[str]:
    """A relation as it may be written: of `public` also without it."""
    yield str(name)
    if name.schema == "public":
        yield name.name


def _one(kind: str, word: str, known: Mapping[str, T], of: str = "") -> T:
    if word not in known:
        raise SchemaError(f'{kind} "{word}"{of} does not exist', hint=did_you_mean(nearest(word, known)))
    return known[word]

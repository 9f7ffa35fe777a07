"""Who can read a column, and who can change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemabook.access.cells import Act, Cell, Step, Word
from schemabook.access.matrix import Matrix
from schemabook.model import ColumnName, Identity, RelationKind, column_id

OF_COLUMNS = (Act.SELECT, Act.INSERT, Act.UPDATE, Act.UPDATE_WHERE, Act.UPDATE_CHECK)
"""What privileges are granted for on single columns; other commands are of whole rows."""


def column_cells(
    matrix: Matrix, role: str, column: ColumnName, acts: Iterable[Act] = OF_COLUMNS
) -> Mapping[Act, Cell]:
    """The cells of a role on its relation, for this column alone."""
    cells = matrix.cells(role, column.relation)
    return {act: _cell(matrix, column, act, cells[Act(act.command)], cells[act]) for act in acts}


def _cell(matrix: Matrix, column: ColumnName, act: Act, bare: Cell, cell: Cell) -> Cell:
    """The cell of one column; the *bare* command says which are granted, as a WHERE names those to read."""
    if bare.word is Word.COLUMNS and column.column not in bare.columns:
        words = f"{act.command.upper()} is granted of other columns only: {', '.join(bare.columns)}"
        return Cell(Word.NO_GRANT, (Step(column_id(column), words),))
    if cell.word is not Word.NO_GRANT and (why := _fixed(matrix, column, act)):
        return Cell(Word.NOT_UPDATABLE, (*cell.because, Step(column_id(column), why)))
    return Cell(cell.reached, cell.because)


def _fixed(matrix: Matrix, column: ColumnName, act: Act) -> str:
    """Why nobody gives the column a value of his own; empty where some role may."""
    database, rows = matrix.database, matrix.rows
    relation, found = database.relations[column.relation], database.columns[column]
    if act is Act.SELECT or rows.is_replaced(relation, act):
        return ""
    if relation.kind is RelationKind.VIEW:
        if column.column not in rows.views.changeable(relation.name):
            return "the view computes it"
        return next(filter(None, (_fixed(matrix, of, act) for of in database.lineage.get(column, ()))), "")
    if found.generated:
        return "it is generated"
    return "it is an identity column" if found.identity is Identity.ALWAYS and act is not Act.INSERT else ""

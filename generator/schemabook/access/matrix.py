"""The access matrix: what each role may do with each relation, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property

from schemabook.access.cells import ACTS, Act, Cell, Step, Word
from schemabook.access.found import Who
from schemabook.access.rights import Right, Rights
from schemabook.access.rows import Rows
from schemabook.model import Database, Name, relation_id


class Matrix:
    """Role × relation × command."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rights = Rights(database)
        self.rows = Rows(database, self.rights)
        self.cells = cache(self._cells)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles, by name."""
        return self.rights.names

    def _cells(self, role: str, relation: Name) -> Mapping[Act, Cell]:
        """The cells of a role on a relation."""
        has_usage, usage = self.rights.usage(role, relation.schema)
        if not has_usage:
            return dict.fromkeys(ACTS, Cell(Word.NO_GRANT, usage))
        rights = self.rights.of(role, relation)
        on = relation_id(relation)
        if not any(rights.values()):
            step = Step(on, f'"{role}" has no privilege on it')
            return dict.fromkeys(ACTS, Cell(Word.NO_GRANT, (*usage, step)))
        refused = {
            command: Cell(Word.NO_GRANT, (*usage, Step(on, f'"{role}" may not {command.upper()}')))
            for command, right in rights.items()
            if not right
        }
        return {
            act: refused.get(act.command)
            or (refused.get("select") if act.reads else None)
            or self._cell(role, relation, act, rights, usage)
            for act in ACTS
        }

    def _cell(
        self, role: str, relation: Name, act: Act, rights: Mapping[str, Right], usage: tuple[Step, ...]
    ) -> Cell:
        right, select = rights[act.command], rights["select"]
        steps = (*usage, *right.steps, *(select.steps if act.reads else ()))
        found = self.rows.of(Who(role, role), relation, act, right.columns)
        because = (*steps, *found.steps)
        limited = right if not right.is_whole else select if act.reads and not select.is_whole else None
        if limited:
            names = (c.name for c in self.database.columns_of(relation))
            columns = tuple(name for name in names if name in limited.columns)
            return Cell(Word.COLUMNS, because, columns, found.word)
        return Cell(found.word, because)

    def all(self) -> Iterator[tuple[str, Name, Act, Cell]]:
        """Every cell, by role, relation and command."""
        for role in self.roles:
            for relation in self.database.relations:
                for act, cell in self.cells(role, relation).items():
                    yield role, relation, act, cell

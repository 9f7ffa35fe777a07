"""The access matrix held against a real server: privileges asked for, statements planned as each role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from schemabook.access.cells import Act, Cell, Word
from schemabook.access.matrix import Matrix
from schemabook.model import ObjectId, ObjectKind, relation_id
from schemabook.verify.asking import Asking, Planned, Privileged, privileged, rows_of, statement_of
from schemabook.verify.held import held
from schemabook.verify.roles import quoted
from schemabook.verify.server import Server

if TYPE_CHECKING:
    import psycopg

ASKER = "schemabook_asker"
VISIBLE = """
select format('create or replace function %s.%s(%s) returns %s language plpgsql %s as %L',
  quote_ident(n.nspname), quote_ident(p.proname), pg_get_function_arguments(p.oid),
  pg_get_function_result(p.oid),
  case p.provolatile when 'i' then 'stable' when 's' then 'stable' else 'volatile' end,
  'begin return null; end')
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where n.nspname = 'auth' and l.lanname = 'sql' and p.prokind = 'f' and not p.proretset
"""
"""Functions of `auth` in a language that is not inlined, so that what calls them stays in a plan."""
EMPTY = """
select format(
  'create table %I.%I partition of %s default', n.nspname, c.relname || '_schemabook', c.oid::regclass)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_partitioned_table p on p.partrelid = c.oid
where p.partstrat <> 'h' and not exists (select 1 from pg_inherits i where i.inhparent = c.oid)
"""
"""A partitioned table without partitions has no rows, whoever asks."""


class Disagreement(NamedTuple):
    """What the server sees otherwise: a cell, or what a role holds on another object."""

    role: str
    on: ObjectId
    act: str
    said: str
    is_: str


@dataclass(slots=True)
class AccessVerification:
    """How far the matrix is what the server says."""

    cells: int = 0
    held: Counter[ObjectKind] = field(default_factory=Counter)
    """How often privileges on routines, schemas, sequences and types were compared."""
    words: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """How many cells are unknown, by the reason."""
    unasked: Counter[str] = field(default_factory=Counter)
    """How many cells were not asked for, by the reason."""
    coarse: int = 0
    """How many cells of views are filtered, of which a planner finds that nothing can be left."""
    disagreements: list[Disagreement] = field(default_factory=list)
    sent: int = 0
    """How many statements were sent to the server."""
    accepted: int = 0

    @property
    def fails(self) -> bool:
        """Whether anything is another than PostgreSQL's."""
        return bool(self.disagreements)

    def lines(self) -> Iterator[str]:
        """All of it in words."""
        others = "".join(f", {kind.word} {count:,}" for kind, count in sorted(self.held.items()))
        compared = f"{self.cells:,} cells compared{others and f'; privileges on others: {others[2:]}'}"
        yield f"{compared}; {len(self.disagreements):,} disagree"
        if self.coarse:
            yield f"filtered, of which PostgreSQL's planner finds that no row is left: {self.coarse:,}"
        for reason, count in sorted(self.unknown.items()):
            yield f"unknown: {reason} ({count:,})"
        for reason, count in sorted(self.unasked.items()):
            yield f"not asked: {reason} ({count:,})"
        for role, on, act, said, is_ in self.disagreements:
            yield f'"{role}", {act} of {on.kind.word} "{on}": {said}, but PostgreSQL: {is_}'


def compare_access(
    server: Server, superuser: psycopg.Connection[Any], name: str, matrix: Matrix
) -> AccessVerification:
    """The matrix held against a database of that name; afterwards it has no row security any more."""
    found = AccessVerification()
    _prepare(superuser, matrix)
    with server.connect(name, ASKER) as connection:
        asking = Asking(connection)
        asked: list[tuple[str, Privileged, Act, Cell, str, Planned]] = []
        for role in matrix.roles:
            if matrix.rights.roles.is_superuser(role):
                found.unasked["the role is a superuser"] += len(Act) * len(matrix.database.relations)
                continue
            asking.become(role)
            _hold(found, superuser, role, matrix)
            for on in privileged(superuser, role):
                if on.name not in matrix.database.relations:
                    continue
                for act, cell in matrix.cells(role, on.name).items():
                    word, statement = _word_of_privileges(on, act)
                    planned = asking.plan(statement, on) if statement else Planned()
                    if statement:
                        asked.append((role, on, act, cell, word, planned))
                    else:
                        _note(found, role, on, act, cell, word)
        _open(superuser)
        plans: dict[str, Planned] = {}
        for role, on, act, cell, word, planned in asked:
            statement = _word_of_privileges(on, act)[1]
            if statement not in plans and not planned.state:
                asking.become(role)
                plans[statement] = asking.plan(statement, on)
            rows = rows_of(on, act, planned, plans.get(statement))
            _note(found, role, on, act, cell, (word and f"{word}: {rows}") or rows)
    return found


def _hold(found: AccessVerification, superuser: psycopg.Connection[Any], role: str, matrix: Matrix) -> None:
    for on, said, is_ in held(superuser, role, matrix):
        found.held[on.kind] += 1
        if said != is_:
            words = (", ".join(sorted(privileges)) or "nothing" for privileges in (said, is_))
            found.disagreements.append(Disagreement(role, on, "privileges", *words))


def _prepare(superuser: psycopg.Connection[Any], matrix: Matrix) -> None:
    for query in (VISIBLE, EMPTY):
        for (statement,) in superuser.execute(query.encode()).fetchall():
            superuser.execute(statement)
    exists = superuser.execute("select 1 from pg_roles where rolname = %s", [ASKER]).fetchone()
    if not exists:
        superuser.execute(f"create role {ASKER} login noinherit".encode())
    superuser.execute(f"alter role {ASKER} login noinherit".encode())
    for role in matrix.roles:
        if not superuser.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
            superuser.execute(f"create role {quoted(role)}".encode())
        if not matrix.rights.roles.is_superuser(role):
            superuser.execute(f"grant {quoted(role)} to {ASKER} with inherit false".encode())


def _open(superuser: psycopg.Connection[Any]) -> None:
    query = "select oid::regclass::text from pg_class where relrowsecurity"
    for (relation,) in superuser.execute(query.encode()).fetchall():
        superuser.execute(
            f"alter table {relation} disable row level security, no force row level security".encode()
        )


def _word_of_privileges(on: Privileged, act: Act) -> tuple[str, str]:
    """The word where privileges decide, and the statement to ask for where they do not."""
    command = act.command
    granted = on.columns.get(command, [])
    whole = command in on.whole
    if not on.usage or not (whole or granted):
        return Word.NO_GRANT, ""
    readable = on.columns.get("select", [])
    if act.reads and not ("select" in on.whole or readable):
        return Word.NO_GRANT, ""
    if act is Act.TRUNCATE:
        return (Word.ALL if on.kind in "rp" else "foreign" if on.kind == "f" else Word.NOT_UPDATABLE), ""
    by_column = not whole or (act.reads and "select" not in on.whole)
    columns = readable if whole and by_column else granted
    word = f"{Word.COLUMNS} {', '.join(columns)}" if by_column else ""
    return word, statement_of(on, act, granted, readable, whole=whole)


def _note(found: AccessVerification, role: str, on: Privileged, act: Act, cell: Cell, is_: str) -> None:
    if cell.word is Word.UNKNOWN or cell.rows is Word.UNKNOWN:
        found.unknown[cell.because[-1].words if cell.because else ""] += 1
        return
    if not is_:
        found.unasked["it has no columns"] += 1
        return
    found.cells += 1
    found.words[cell.word] += 1
    said = _said(cell)
    if on.kind == "v" and said == is_.replace(Word.NO_ROWS, Word.FILTERED) != is_:
        found.coarse += 1
    elif not _agree(said, is_, on):
        found.disagreements.append(Disagreement(role, relation_id(on.name), act, said, is_))


def _said(cell: Cell) -> str:
    if cell.word is Word.COLUMNS:
        return f"{cell.word} {', '.join(cell.columns)}: {cell.rows}"
    return str(cell.word)


def _agree(said: str, is_: str, on: Privileged) -> bool:
    if on.kind == "v" and said.endswith(Word.BYPASSES):
        said = said.removesuffix(Word.BYPASSES) + Word.ALL  # Whose row security, a plan does not tell.
    if on.kind == "f" and "foreign" in is_:
        return said.endswith(Word.ALL)
    return said == is_ or (Word.ERROR in is_ and said == is_.partition("error")[0] + "error")

"""The access matrix held against a real server: privileges asked for, statements planned as each role.

Whoever asks is no superuser, and may only become the roles of the dump: what plans a statement may run code
of the dump. Nothing is executed but EXPLAIN.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from schemabook.access.cells import Act, Cell, Word
from schemabook.access.matrix import Matrix
from schemabook.model import Name
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
PRIVILEGES = """
select n.nspname, c.relname, c.relkind::text, c.relrowsecurity,
  c.oid::int8, has_schema_privilege(r.oid, n.oid, 'usage') as usage,
  array(select p from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p
        where has_table_privilege(r.oid, c.oid, p)) as whole,
  (select coalesce(jsonb_object_agg(p, found.columns), '{}') from (
     select p, array_agg(a.attname::text order by a.attnum) as columns
     from unnest(array['select', 'insert', 'update']) p, pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and has_column_privilege(r.oid, c.oid, a.attnum, p)
     group by p) found) as columns,
  (select coalesce(jsonb_object_agg(a.attname, case
      when a.attgenerated <> '' then 'generated' when a.attidentity <> '' then 'identity'
      when c.relkind = 'v' and not pg_column_is_updatable(c.oid, a.attnum, true) then 'fixed'
      else 'plain' end), '{}')
   from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as kinds
from pg_roles r, pg_class c join pg_namespace n on n.oid = c.relnamespace
where r.rolname = %s and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""
NEVER = r"\(\{CONST :consttype 16 [^{}]*?:constvalue (?:<>|1 \[ 0 )"
CHECK = re.compile(rf"\{{WITHCHECKOPTION :kind (\d) .*?:qual (?P<qual>{NEVER})?")
KINDS = ("plain", "identity", "generated", "fixed")
FIXED = frozenset({"55000", "42809", "0A000", "428C9"})
TRANSPARENT = "Sort|Incremental Sort|Limit|Unique|WindowAgg|GroupAggregate|HashAggregate|Materialize|Group"
NOTHING = ("Query rewrites to nothing",)
THROUGH = rf"{TRANSPARENT}|(?:Subquery Scan|Update on|Delete on|Window:|\w+ Key:) [^>]*"
EMPTY_PLAN = re.compile(rf"(?:(?:-> )?(?:{THROUGH}) ?> ?)*(?:-> )?Result > One-Time Filter: false")
"""A plan that gives no row: below what gives none where it gets none."""


class Disagreement(NamedTuple):
    """A cell that the server sees otherwise."""

    role: str
    relation: Name
    act: Act
    said: str
    is_: str


@dataclass(slots=True)
class AccessVerification:
    """How far the matrix is what the server says."""

    cells: int = 0
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

    def lines(self) -> Iterator[str]:
        """All of it in words."""
        yield f"{self.cells:,} cells compared, {len(self.disagreements):,} disagree"
        if self.coarse:
            yield f"filtered, of which PostgreSQL's planner finds that no row is left: {self.coarse:,}"
        for reason, count in sorted(self.unknown.items()):
            yield f"unknown: {reason} ({count:,})"
        for reason, count in sorted(self.unasked.items()):
            yield f"not asked: {reason} ({count:,})"
        for role, relation, act, said, is_ in self.disagreements:
            yield f'"{role}", {act} of "{relation}": {said}, but PostgreSQL: {is_}'


class Privileged(NamedTuple):
    """What the server says of a role's privileges on a relation."""

    schema: str
    relation: str
    kind: str
    row_security: bool
    oid: int
    usage: bool
    whole: list[str]
    columns: dict[str, list[str]]
    kinds: dict[str, str]

    @property
    def name(self) -> Name:
        """The relation."""
        return Name(self.schema, self.relation)

    def text(self) -> str:
        """The relation as SQL names it."""
        return f"{quoted(self.schema)}.{quoted(self.relation)}"


class Planned(NamedTuple):
    """A statement's plan, or the state of its error."""

    lines: tuple[str, ...] = ()
    checks: tuple[tuple[str, bool], ...] = ()
    """What new rows must fulfil: the kind, and whether none can."""
    is_exempt: bool = False
    """Whether the relation's row security does not limit the role."""
    state: str = ""
    message: str = ""


class Asking:
    """A session that plans statements as any role of the dump."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.logged = ""
        connection.add_notice_handler(self._see)
        connection.execute(
            "set debug_print_plan = on; set debug_pretty_print = off; set client_min_messages = log"
        )
        connection.execute("set max_parallel_workers_per_gather = 0; set jit = off")

    def _see(self, notice: Any) -> None:
        self.logged += notice.message_detail or ""

    def become(self, role: str) -> None:
        """Plans as this role from now on."""
        self.connection.execute(f"set role {quoted(role)}".encode())

    def plan(self, statement: str, on: Privileged) -> Planned:
        """The plan of a statement on a relation."""
        from psycopg import Error

        self.logged = ""
        try:
            rows = self.connection.execute(f"explain (costs off) {statement}".encode()).fetchall()
        except Error as error:
            return Planned(state=error.sqlstate or "", message=str(error).partition("\n")[0])
        checks = tuple((m[1], bool(m["qual"])) for m in CHECK.finditer(" ".join(self.logged.split())))
        return Planned(tuple(row[0] for row in rows), checks, is_exempt=self._is_exempt(on))

    def _is_exempt(self, on: Privileged) -> bool:
        if not on.row_security:
            return False
        row = self.connection.execute("select row_security_active(%s::oid)", [on.oid]).fetchone()
        return row == (False,)


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
            for on in _privileged(superuser, role, matrix):
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
            rows = _rows(on, act, planned, plans.get(statement))
            _note(found, role, on, act, cell, (word and f"{word}: {rows}") or rows)
    return found


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


def _privileged(superuser: psycopg.Connection[Any], role: str, matrix: Matrix) -> Iterator[Privileged]:
    for row in superuser.execute(PRIVILEGES.encode(), [role]).fetchall():
        found = Privileged(*row)
        if found.name in matrix.database.relations:
            yield found


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
    return word, _statement(on, act, granted, readable, whole=whole)


def _statement(on: Privileged, act: Act, granted: list[str], readable: list[str], *, whole: bool) -> str:
    where = f" where {quoted(readable[0])} is null or true" if act.reads and readable else ""
    match act.command:
        case "select":
            return f"select {'*' if whole else ', '.join(map(quoted, granted))} from {on.text()}"
        case "delete":
            return f"delete from {on.text()}{where}"
        case "insert":
            names = [c for c in granted if on.kinds[c] in ("plain", "identity")]
            names = names[:1] if on.kind == "v" else names  # Two may be the same one of the table below.
            if not names and not granted:
                return f"insert into {on.text()} default values"
            names = names or granted[:1]
            values = ("null" if on.kinds[c] == "plain" else "default" for c in names)
            return f"insert into {on.text()} ({', '.join(map(quoted, names))}) values ({', '.join(values)})"
        case _:
            names = sorted(
                granted, key=lambda c: ["plain", "identity", "generated", "fixed"].index(on.kinds[c])
            )
            value = "null" if names and on.kinds[names[0]] == "plain" else "default"
            return f"update {on.text()} set {quoted(names[0])} = {value}{where}" if names else ""


def _rows(on: Privileged, act: Act, planned: Planned, plain: Planned | None) -> str:
    """The word of a plan, beside the one without row security."""
    all_rows = Word.BYPASSES if planned.is_exempt else Word.ALL
    if planned.state in FIXED:
        return Word.NOT_UPDATABLE if on.kind != "f" else f"foreign {planned.message}"
    if planned.lines == NOTHING:
        return Word.NO_ROWS
    if planned.state:
        return f"{Word.ERROR} {planned.state} {planned.message}"
    if act in (Act.INSERT, Act.UPDATE_CHECK):
        kind = "1" if act is Act.INSERT else "2"
        checks = [none for found, none in planned.checks if found == kind]
        return all_rows if not checks else Word.NO_ROWS if any(checks) else Word.FILTERED
    without = plain.lines if plain else ()
    if planned.lines == without:
        return all_rows
    is_none = bool(EMPTY_PLAN.match(_shown(planned.lines))) and not EMPTY_PLAN.match(_shown(without))
    return Word.NO_ROWS if is_none else Word.FILTERED


def _shown(lines: tuple[str, ...]) -> str:
    """The nodes of a plan without what is done beside them."""
    found: list[str] = []
    beside: int | None = None
    for line in lines:
        text = line.strip()
        depth = len(line) - len(line.lstrip())
        if beside is not None and depth > beside:
            continue
        beside = depth if text.startswith(("InitPlan ", "SubPlan ", "CTE ")) else None
        if beside is None:
            found.append(re.sub(r"^->\s+", "", text))
    return " > ".join(found)


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
        found.disagreements.append(Disagreement(role, on.name, act, said, is_))


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

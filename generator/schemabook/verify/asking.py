"""Asking a server: what a role's privileges are, and how it plans a statement of the role.

Nothing is executed but EXPLAIN, in a session that is no superuser and may only become roles of the dump: what
plans a statement may run code of the dump.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from schemabook.access.cells import Act, Word
from schemabook.model import Name
from schemabook.verify.roles import quoted

if TYPE_CHECKING:
    import psycopg

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


def privileged(superuser: psycopg.Connection[Any], role: str) -> Iterator[Privileged]:
    """What a role's privileges are on each relation."""
    for row in superuser.execute(PRIVILEGES.encode(), [role]).fetchall():
        yield Privileged(*row)


def statement_of(on: Privileged, act: Act, granted: list[str], readable: list[str], *, whole: bool) -> str:
    """The statement to ask for a cell; empty where there is none."""
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


def rows_of(on: Privileged, act: Act, planned: Planned, plain: Planned | None) -> str:
    """The word of a plan, beside the one without row security."""
    all_rows = Word.BYPASSES if planned.is_exempt else Word.ALL
    if planned.state in FIXED and "replica identity" not in planned.message:
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

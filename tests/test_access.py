"""The access matrix: each rule of PostgreSQL as a small case, asked of a real server cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from schemabook.access.cells import Act, Cell, Word
from schemabook.access.column import column_cells
from schemabook.access.contract import contract
from schemabook.access.doors import doors
from schemabook.access.matrix import Matrix
from schemabook.access.request import asked as asked_for
from schemabook.model import ColumnName, Name, ObjectKind
from schemabook.platforms.signs import platform_of
from schemabook.read import expression, read
from schemabook.read.readers import reason_to_ignore
from schemabook.read.several.repetition import is_of_pg_dump
from schemabook.read.text.statements import Splitter
from schemabook.verify import Server, server
from schemabook.verify.access import AccessVerification, compare_access
from schemabook.verify.asked import asked
from schemabook.verify.asking import FIXED
from schemabook.verify.dump import SUPERUSER, Dump, Reader
from schemabook.verify.restoring import SETTINGS

HERE = Path(__file__).parent
CASES = HERE / "access"
HEAD = (CASES / "head.sql").read_text("utf-8")
FIXTURES = sorted((HERE / "fixtures").glob("*.sql"))
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"
Prove = Callable[[str], AccessVerification]
ROLES = (
    "anon",
    "auth_user",
    "service",
    "grp",
    "member",
    "outsider",
    "byp_member",
    "boss",
    "underling",
    "viewer",
)


def cases() -> Iterator[tuple[str, str]]:
    """The cases by name: a file holds several, each after a line `-- name`."""
    for path in sorted(CASES.glob("*.sql")):
        if path.name != "head.sql":
            for part in path.read_text("utf-8").split("\n-- ")[1:]:
                name, _, sql = part.partition("\n")
                yield name, sql


def matrix_of(sql: str) -> Matrix:
    return Matrix(read([("case.sql", sql.encode())]))


@pytest.fixture
def prove(postgres: Server, tmp_path: Path) -> Iterator[Prove]:
    """Holds the matrix of a text against the server that runs it."""

    def proved(sql: str) -> AccessVerification:
        path = tmp_path / "case.sql"
        path.write_text(sql, "utf-8")
        postgres.create_database("access")
        postgres.run(path, "access")
        with postgres.connect("access") as connection:
            return compare_access(postgres, connection, "access", matrix_of(sql))

    yield proved
    postgres.drop_database("access")
    postgres.drop_roles()


@pytest.mark.parametrize(("name", "sql"), list(cases()))
def test_every_cell_is_what_postgresql_does(prove: Prove, name: str, sql: str) -> None:
    found = prove(HEAD + sql)
    print(name, *found.lines(), sep="\n")
    assert found.cells or found.held
    assert found.disagreements == []


def test_a_privilege_that_the_server_sees_otherwise_is_told(postgres: Server, tmp_path: Path) -> None:
    path = tmp_path / "case.sql"
    path.write_text(HEAD + "create sequence s; create schema shut;", "utf-8")
    postgres.create_database("access")
    postgres.run(path, "access")
    try:
        with postgres.connect("access") as connection:
            said = matrix_of(path.read_text("utf-8") + "grant usage on sequence s to anon;")
            found = compare_access(postgres, connection, "access", said)
    finally:
        postgres.drop_database("access")
        postgres.drop_roles()
    assert set(found.held) == {ObjectKind.ROUTINE, ObjectKind.SCHEMA, ObjectKind.SEQUENCE}
    assert list(found.lines())[1:] == [
        '"anon", privileges of sequence "app.s": usage, but PostgreSQL: nothing'
    ]


# columns

COLUMNS = (
    HEAD
    + """
create table t(id int generated always as identity, a int, twice int generated always as (a * 2) stored);
alter table t enable row level security;
create policy p on t using (a = 1);
grant select (a), insert (a, twice), update (id, twice) on t to anon;
grant all on t to grp;
grant update on t to auth_user; grant select (a) on t to auth_user;
create view v as select a, id, a + 1 as next, twice from t;
grant all on v to anon; alter view v owner to grp;
create view w as select max(a) as a from t; grant select (a), update (a) on w to anon;
create view r as select a from t; grant all on r to anon; alter view r owner to grp;
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr instead of update on r for each row execute function f();
"""
)


def test_what_is_said_of_a_column_is_what_postgresql_does(postgres: Server, prove: Prove) -> None:
    assert prove(COLUMNS).disagreements == []
    matrix, asked_for = matrix_of(COLUMNS), Counter[Word]()
    with postgres.connect("access") as connection:
        for role, column in product(matrix.roles, matrix.database.columns):
            connection.execute(f"set role {role}")
            for act, cell in column_cells(matrix, role, column).items():
                if act not in (Act.UPDATE_CHECK, Act.UPDATE_WHERE):
                    assert (cell.word, column, act) == (tried(connection, act, column, cell), column, act)
                    asked_for[cell.word] += 1
    assert {Word.NO_GRANT, Word.NOT_UPDATABLE, Word.FILTERED} < set(asked_for)


def tried(connection: Any, act: Act, column: ColumnName, cell: Cell) -> Word:
    """What comes of one statement on the column; how many rows it reaches is told elsewhere."""
    relation, name = column.relation, column.column
    overriding = "overriding system value" if name == "id" else ""
    statement = {
        Act.SELECT: f"select {name} from {relation}",
        Act.INSERT: f"insert into {relation} ({name}) {overriding} values (1)",
        Act.UPDATE: f"update {relation} set {name} = 1",
    }[act]
    granted = "select has_column_privilege(%s, %s, %s)"
    if not connection.execute(granted, [str(relation), name, act.command]).fetchone()[0]:
        return Word.NO_GRANT
    try:
        connection.execute(f"explain {statement}")
    except psycopg.Error as error:
        return Word.NOT_UPDATABLE if error.sqlstate in FIXED else Word.ERROR
    return cell.word if cell.word not in (Word.NO_GRANT, Word.NOT_UPDATABLE, Word.ERROR) else Word.UNKNOWN


# dumps


@pytest.fixture(scope="module")
def confined() -> Iterator[Server]:
    with server(superuser=SUPERUSER, settings=SETTINGS) as running:
        yield running


def asked_of(confined: Server, path: Path, more: Callable[[Any], str] = lambda _: "") -> AccessVerification:
    platform = platform_of([path])
    data = path.read_bytes()
    data += more(read([(path.name, data)], platform)).encode()
    database = read([(path.name, data)], platform)
    reader = Reader(lambda texts: read(texts.items(), platform), expression)
    statements = partial(statements_of, path.name, data)
    dump = Dump(path.name, is_of_pg_dump(path.name, data), statements)
    return asked(confined, [dump], database, reader, platform)


def statements_of(path: str, data: bytes) -> Iterator[tuple[Any, str | None]]:
    for statement in Splitter(data, path).statements():
        yield statement, reason_to_ignore(statement.text)


def granted(database: Any) -> str:
    """Roles with grants on everything, so that each cell of a fixture has more to say than `no grant`."""
    lines = ["\nCREATE ROLE zz_all; CREATE ROLE zz_some NOINHERIT; GRANT zz_all TO zz_some;"]
    lines += [f'GRANT USAGE ON SCHEMA "{schema}" TO zz_all, zz_some;' for schema in database.schemas]
    for number, name in enumerate(database.relations):
        on = f'ON TABLE "{name.schema}"."{name.name}" TO'
        lines.append(f"GRANT ALL {on} zz_all;")
        columns = database.columns_of(name)
        if number % 2 or not columns:
            lines.append(f"GRANT SELECT, UPDATE, DELETE {on} zz_some;")
        else:
            first, last = columns[0].name, columns[-1].name
            lines.append(f'GRANT SELECT ("{first}"), INSERT ("{last}"), UPDATE ("{last}") {on} zz_some;')
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_cells_of_a_fixture_are_what_postgresql_does(confined: Server, path: Path) -> None:
    found = asked_of(confined, path, granted)
    print(*found.lines(), sep="\n")
    assert found.disagreements == []


def test_the_cells_of_the_example_are_what_postgresql_does(confined: Server) -> None:
    found = asked_of(confined, EXAMPLE)
    print(*found.lines(), sep="\n")
    assert found.cells > 6000
    assert found.disagreements == []
    assert not found.unknown


CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("supabase-*.sql")), ids=lambda path: path.stem)
def test_the_cells_of_a_real_dump_are_what_postgresql_does(confined: Server, path: Path) -> None:
    found = asked_of(confined, path)
    print(*found.lines(), sep="\n")
    assert found.disagreements == []


# at random


@pytest.mark.parametrize("seed", range(3, 8))
def test_random_grants_policies_and_views_are_what_postgresql_does(prove: Prove, seed: int) -> None:
    found = prove("".join(random_case(Random(seed))))
    assert found.disagreements == []


def random_case(chance: Random) -> Iterator[str]:
    """Tables, views upon views, policies and grants."""
    yield HEAD
    tables, views = [f"t{n}" for n in range(5)], [f"v{n}" for n in range(4)]
    for name in tables:
        yield f"create table {name} (id int{chance.choice(('', ' not null', ' primary key'))}, a int, b int);"
        yield f"alter table {name} owner to {chance.choice(ROLES)};"
    for number, name in enumerate(views):
        one, other = (chance.choice(tables + views[:number]) for _ in range(2))
        option = chance.choice(("", "with (security_invoker)"))
        yield f"create view {name} {option} as {chance.choice(VIEWS).format(one=one, other=other)};"
        yield f"alter view {name} owner to {chance.choice(ROLES)};"
    for name in tables:
        yield from random_policies(chance, name, tables + views)
    for name in tables + views:
        for _ in range(chance.randrange(1, 6)):
            yield f"grant {chance.choice(GRANTS)} on {name} to {chance.choice((*ROLES, 'public'))};"


VIEWS = (
    "select id, a, b from {one}",
    "select * from {one}",
    "select id, a, b from {one} where a = 1",
    "select id, a + 1 as a, b from {one}",
    "select id, max(a) as a, count(*)::int as b from {one} group by id",
    "select id, a, b from {one} union all select id, a, b from {other}",
    "select id, a, b from {one} where exists (select 1 from {other} q where q.id = 1)",
)
GRANTS = (
    "all",
    "select",
    "select, update",
    "select, delete, insert",
    "update, delete",
    "update (a)",
    "select (id, a), update (a), insert (b)",
)


def random_policies(chance: Random, table: str, relations: list[str]) -> Iterator[str]:
    if chance.random() < 0.8:
        yield f"alter table {table} enable row level security;"
    if chance.random() < 0.2:
        yield f"alter table {table} force row level security;"
    for number in range(chance.randrange(4)):
        command = chance.choice(("all", "all", "select", "insert", "update", "delete"))
        kind = chance.choice(("permissive", "permissive", "restrictive"))
        yield f"create policy p{number} on {table} as {kind} for {command}"
        yield f" to {chance.choice(('public', 'public', *ROLES))}"
        if command != "insert" and chance.random() < 0.93:
            yield f" using ({random_condition(chance, relations)})"
        if command in ("all", "insert", "update") and chance.random() < 0.5:
            yield f" with check ({random_condition(chance, relations)})"
        yield ";"


def random_condition(chance: Random, relations: list[str], depth: int = 0) -> str:
    what = chance.random()
    if what < 0.24:
        return chance.choice(("true", "false", "null"))
    if what < 0.5 or depth > 2:
        return chance.choice(("id = 1", "id is not null", "b is null", "uid() = id", "1 = 1", "forbidden()"))
    if what < 0.68:
        return f"exists (select 1 from {chance.choice(relations)} z where z.id = {chance.randrange(5)})"
    one, other = (random_condition(chance, relations, depth + 1) for _ in range(2))
    return f"({one} {chance.choice(('and', 'or'))} {other})" if what < 0.94 else f"not ({one})"


# what a cell says


def test_a_cell_says_why_step_by_step() -> None:
    matrix = matrix_of(
        HEAD + "create table t(id int); alter table t enable row level security;"
        "grant select on t to grp; create policy own on t to grp using (id = uid());"
    )
    cell = matrix.cells("member", Name("app", "t"))[Act.SELECT]
    assert cell.word is Word.FILTERED
    assert [step.words for step in cell.because] == [
        "every role has usage of the schema",
        '"member" is a member of "grp"',
        '"grp" has SELECT',
        "row security is on",
        'policy "own", permissive, applies',
    ]


def test_a_role_that_inherits_nothing_has_no_grant() -> None:
    matrix = matrix_of(HEAD + "create table t(id int); grant select on t to grp;")
    assert matrix.cells("outsider", Name("app", "t"))[Act.SELECT].word is Word.NO_GRANT


def test_a_command_that_a_rule_rewrites_is_unknown() -> None:
    matrix = matrix_of(
        HEAD + "create table t(id int); grant all on t to anon;"
        "create rule r as on update to t do also select 1;"
    )
    assert matrix.cells("anon", Name("app", "t"))[Act.UPDATE].word is Word.UNKNOWN


DOORS = (
    HEAD
    + """
create table t(id int); alter table t enable row level security;
create view v as select id from t; grant select on v to anon;
create view i with (security_invoker) as select id from t; grant select on i, t to anon;
create materialized view m as select id from t; grant select on m to anon;
create function f() returns setof int language sql security definer as 'select id from app.t';
create table p(id int) partition by list (id); alter table p enable row level security;
create table c partition of p for values in (1); grant select on c to anon;
create publication out for table t;
"""
)


def test_side_doors_are_found() -> None:
    found = {
        (door.relation.name, door.through.name.name, door.is_, door.kind.value)
        for door in doors(matrix_of(DOORS), ["anon"])
    }
    assert found == {
        ("t", "v", "view", "rights"),
        ("t", "m", "materialized view", "copy"),
        ("t", "f", "function", "rights"),
        ("p", "c", "partition", "rights"),
        ("t", "out", "publication", "copy"),
    }


def test_the_contract_has_every_cell_and_routine() -> None:
    found = contract(asked_for(matrix_of(DOORS)))
    assert found["schemabook_access"] == 1
    assert len(found["cells"]) == len(found["roles"]) * 6 * len(Act)
    routine = next(r for r in found["routines"] if (r["role"], r["name"]) == ("anon", "forbidden"))
    assert (routine["execute"], routine["definer"], routine["arguments"]) == (False, False, [])

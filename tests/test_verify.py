"""`schemabook verify`: what a dump may do there, what is left of it, and what counts as a difference."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from click.testing import CliRunner

from schemabook import model
from schemabook.cli import cli
from schemabook.model import Name, Sql
from schemabook.platforms import SUPABASE, Platform
from schemabook.read import expression, read
from schemabook.read.readers import reason_to_ignore
from schemabook.read.several.repetition import is_of_pg_dump
from schemabook.read.text.statements import Splitter
from schemabook.verify import Server, read_catalog, sending, server
from schemabook.verify.dump import SUPERUSER, Dump, Reader, Verification, held_against
from schemabook.verify.restoring import ROLE, SETTINGS, Restoration, new_database
from schemabook.verify.sending import Endless, send
from schemabook.verify.spelling import PROBES

BY_PG_DUMP = "SET statement_timeout = 0;\n"
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.sql"))


@pytest.fixture(scope="module")
def confined() -> Iterator[Server]:
    with server(superuser=SUPERUSER, settings=SETTINGS) as running:
        yield running


Verify = Callable[..., Verification]


@pytest.fixture
def verify(confined: Server) -> Verify:
    """Holds texts against the server, as `schemabook verify` does."""

    def held(*texts: str | bytes, platform: Platform | None = None) -> Verification:
        files = [
            (f"{n}.sql", text.encode() if isinstance(text, str) else text) for n, text in enumerate(texts)
        ]
        database = read(files, platform)
        reader = Reader(lambda parts: read(parts.items(), platform), expression)
        return held_against(confined, [dump_of(*file) for file in files], database, reader, platform)

    return held


def dump_of(path: str, data: bytes) -> Dump:
    def statements() -> Iterator[tuple[Any, str | None]]:
        for statement in Splitter(data, path).statements():
            yield statement, reason_to_ignore(statement.text)

    return Dump(path, is_of_pg_dump(path, data), statements)


# what the dump may do

EVIL = "begin execute $$copy (select 1) to program 'touch {}'$$; exception when others then null; end"
HOSTILE = r"""
\! touch WITNESS
\o WITNESS
\copy (select 1) to 'WITNESS'
create table public.t (x text);
copy public.t to 'WITNESS';
copy public.t from program 'touch WITNESS';
do $do$ begin execute $$copy (select 1) to 'WITNESS'$$; end $do$;
do $do$ begin execute $$copy public.t from program 'touch WITNESS'$$; end $do$;
select lo_export(lo_from_bytea(0, 'x'), 'WITNESS');
select pg_read_file('/etc/passwd');
select pg_read_server_files();
alter system set archive_command = 'touch WITNESS';
create function public.system(cstring) returns int language c as 'libc.so.6', 'system';
create function public.shell(cstring) returns int language internal as 'pg_file_write';
create extension plpython3u;
create function public.python() returns int language plpython3u as 'import os; os.system("touch WITNESS")';
create function public.evil() returns text language plpgsql as $f$ EVIL $f$;
create function public.evil(oid) returns text language plpgsql as $f$ EVIL $f$;
create function public.evil_event() returns event_trigger language plpgsql as $f$ EVIL $f$;
create event trigger e on ddl_command_end execute function public.evil_event();
create event trigger l on login execute function public.evil_event();
create function public.set_config(text, text, boolean) returns text language plpgsql as $f$ EVIL $f$;
create function public.options(text[], oid) returns boolean language plpgsql as $f$ EVIL $f$;
create foreign data wrapper w validator public.options options (a '1');
create foreign data wrapper v options (b ') validator public.options options (');
create domain public.d as text check (public.evil() is null);
create type public.c as (d public.d);
create publication p for table public.t where (x = '(1)'::public.c::text);
create publication q for tables in schema public;
create function public.own() returns text language plpgsql security definer as $f$ EVIL $f$;
alter function public.own() owner to schemabook_superuser;
alter function public.own() owner to session_user;
alter function public.own() owner to "schemabook_superuser";
alter function public.own() owner to U&"schemabook\005Fsuperuser";
alter function pg_catalog.lo_export(oid, text) owner to postgres; -- schemabook
select lo_export(lo_from_bytea(0, 'x'), 'WITNESS');
alter view pg_catalog.pg_roles owner to postgres; -- schemabook
alter schema pg_catalog owner to postgres; -- schemabook
select public.own();
create role boss superuser;
set role boss;
reset role;
alter role postgres superuser;
grant pg_execute_server_program to postgres;
grant schemabook_superuser to postgres;
set role schemabook_superuser;
set session authorization schemabook_superuser;
set session authorization default;
create cast (text as oid) with function public.evil(text) as implicit;
create extension file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table public.f (x text) server files options (program 'touch WITNESS');
create extension dblink;
select dblink_connect_u('host=SOCKET user=schemabook_superuser');
select dblink_connect('host=SOCKET user=schemabook_superuser');
alter function public.dblink_connect_u(text) owner to postgres; -- schemabook
create extension postgres_fdw;
create server own foreign data wrapper postgres_fdw options (host 'SOCKET', dbname 'postgres');
create user mapping for postgres server own options (user 'schemabook_superuser', password_required 'false');
import foreign schema pg_catalog from server own into public;
create subscription s connection 'host=SOCKET user=schemabook_superuser' publication q;
alter database schemabook_verify set search_path = public, pg_catalog;
create view public.looks as select public.evil() as x;
create index on public.t ((public.evil()));
comment on table public.t is 'the superuser may do this';
"""


@pytest.fixture
def witness(confined: Server) -> Path:
    """A file in a folder where the server itself may write."""
    folder = confined.directory / "witnesses"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    return folder / "witness"


def test_a_dump_reaches_no_file_and_no_program(verify: Verify, confined: Server, witness: Path) -> None:
    text = HOSTILE.replace("EVIL", EVIL).replace("{}", "WITNESS")
    found = verify(text.replace("WITNESS", str(witness)).replace("SOCKET", str(confined.directory)))
    assert not witness.exists()
    assert found.skipped["psql command"] == 3
    assert found.accepted > 15
    refused = {int(str(failure.source).partition(":")[2]) for failure in found.failures}
    harmful = ("language c ", "internal", "plpython3u", "alter system", "schemabook", "validator public")
    lines = [line for line in enumerate(text.splitlines(), 1) if any(word in line[1] for word in harmful)]
    assert [line for number, line in lines if number not in refused] == [
        # No validator, taken back with all that comes last, and only the role's session has this search path.
        "create foreign data wrapper v options (b ') validator public.options options (');",
        "grant schemabook_superuser to postgres;",
        "alter database schemabook_verify set search_path = public, pg_catalog;",
    ]


def test_one_statement_is_sent_at_a_time(confined: Server) -> None:
    with confined.connect() as connection:
        refused = send(connection, "create extension hstore; create table public.second ()")
    assert refused
    assert "multiple commands" in refused.message


def test_the_superuser_of_the_server_could_have_written(confined: Server, witness: Path) -> None:
    with confined.connect() as connection:
        connection.execute(f"copy (select 1) to program 'touch {witness}'".encode())
    assert witness.exists()
    witness.unlink()


def test_nothing_that_comes_last_stays(confined: Server) -> None:
    with new_database(confined, "last") as superuser, confined.connect("last", ROLE) as role:
        restoring = Restoration(role, superuser)
        restoring.run(
            dump_of(
                "a.sql", b"alter role postgres superuser; create role x; grant pg_monitor to x"
            ).statements()
        )
        with restoring.completed() as complete:
            roles = complete.execute(
                "select rolsuper, pg_has_role('x', 'pg_monitor', 'member') from pg_roles"
                " where rolname = 'postgres'"
            )
            assert roles.fetchone() == (True, True)
        assert len(restoring.restored.accepted) == 3
        assert role.execute("select rolsuper from pg_roles where rolname = 'postgres'").fetchone() == (False,)


def test_a_statement_that_takes_too_long_is_refused(
    confined: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "GRACE", 0.2)
    stubborn = """do $$ begin loop
        begin perform pg_sleep(9); exception when query_canceled then null; end;
    end loop; end $$"""
    with confined.connect() as connection:
        refused = send(connection, "select pg_sleep(9)", 0.1)
        assert refused
        assert refused.message == "it took longer than 0.1 s"
        with pytest.raises(Endless):
            send(connection, stubborn, 0.1)
        connection.close()


@pytest.mark.parametrize("text", ["select pg_terminate_backend(pg_backend_pid())", "copy a from stdin"])
def test_a_statement_that_ends_the_session_is_an_error(confined: Server, text: str) -> None:
    with confined.connect() as connection:
        send(connection, "create temporary table a ()")
        with pytest.raises(Endless):
            send(connection, text)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_who_started_it(end: signal.Signals) -> None:
    program = (
        "from schemabook.verify import server\nwith server() as s: print(s.directory, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout
        directory = Path(started.stdout.readline().strip())
        assert (directory / "data").exists()
        process = int((directory / "data" / "postmaster.pid").read_text().splitlines()[0])
        started.send_signal(end)
    for _ in range(300):
        if not directory.exists():
            break
        time.sleep(0.1)
    assert not directory.exists()
    left = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
    assert left.stdout.strip()[:1] in ("", "Z")  # nobody may have asked yet how it ended


# what is compared


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_a_role_that_is_no_superuser_restores_what_people_write(fixture: Path, verify: Verify) -> None:
    found = verify(fixture.read_bytes())
    assert found.differences == ()
    wants_superuser = {"05_types": 4, "08_routines": 5, "22_operators_and_search": 6}
    assert len(found.failures) <= wants_superuser.get(fixture.stem, 0), found.failures


def test_what_depends_on_a_refused_statement_is_no_difference(verify: Verify) -> None:
    found = verify(
        "create table public.a (x no_such_type, y int);\ncomment on table public.a is 'A';\n"
        "create table public.b (x int);\ncreate view public.v as select y from public.a;\n"
        "alter table public.b owner to somebody;\ngrant select on public.a, public.b to reader;\n"
    )
    assert [str(failure.source) for failure in found.failures] == [f"0.sql:{n}" for n in (1, 2, 4, 6)]
    assert found.differences == ()
    assert (found.accepted, found.sent) == (2, 6)
    assert found.is_little


def test_little_compared_is_no_success(tmp_path: Path) -> None:
    dump = tmp_path / "dump.sql"
    dump.write_text("create table public.a (x no_such_type);\ncreate table public.b (x int);\n\\echo hello\n")
    done = CliRunner().invoke(cli, ["verify", str(dump)])
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if "restoring" not in line]
    share = r"1 of 2 \(50 %\) statements restored, \d+ of \d+ \(\d\d %\) facts compared, 0 differ"
    assert re.fullmatch(share, lines[0])
    assert lines[1] == "not sent to PostgreSQL, as it says nothing about the schema: psql command (1)"
    assert lines[-1] == "too little was compared: PostgreSQL refused more than a tenth"


PLATFORM = """
create policy own on storage.objects to authenticated using (owner_id = auth.uid()::text);
create table public.profile (id uuid primary key references auth.users, token text default gen_salt('bf'));
create trigger made after insert on auth.users for each row execute function public.made();
grant select on auth.users to anon;
"""
TRIGGER = "create function public.made() returns trigger language plpgsql as 'begin return new; end';"


def test_what_the_platform_brings_is_there(verify: Verify) -> None:
    found = verify(TRIGGER + PLATFORM, platform=SUPABASE)
    assert not found.failures
    assert found.differences == ()
    assert found.facts == found.all_facts < 100


def test_a_dump_that_makes_what_the_platform_brings_wins(verify: Verify) -> None:
    dump = """
    CREATE SCHEMA auth AUTHORIZATION supabase_admin;
    CREATE TABLE IF NOT EXISTS auth.users (id uuid NOT NULL, nickname text);
    CREATE OR REPLACE FUNCTION auth.uid() RETURNS integer LANGUAGE sql AS 'select 1';
    CREATE PUBLICATION supabase_realtime FOR TABLE auth.users;
    GRANT SELECT ON TABLE auth.users TO anon;
    """
    found = verify(BY_PG_DUMP + dump, platform=SUPABASE)
    assert not found.failures
    assert found.differences == ()


# carriage returns

LINES = """\
CREATE FUNCTION public.f() RETURNS text
    LANGUAGE plpgsql
    AS $$
begin
  return 'a
b';
end $$;
COMMENT ON FUNCTION public.f() IS 'two
lines';
CREATE TABLE public.t (
    x text DEFAULT 'one
two' CHECK (x <> 'a
b')
);
COMMENT ON COLUMN public.t.x IS E'one
two';
CREATE VIEW public.v AS
 SELECT 'one
two' AS y
   FROM public.t;
CREATE POLICY p ON public.t USING ((x = 'one
two'));
CREATE TYPE public.e AS ENUM ('one
two');
"""


@pytest.mark.parametrize("is_refused", [False, True], ids=["all accepted", "one refused"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_what_stands_in_quotes_keeps_its_line_ends(verify: Verify, ends: str, is_refused: bool) -> None:
    refused = "create table public.r (x no_such_type);\n" * is_refused
    found = verify(
        BY_PG_DUMP + LINES.replace("'a\nb'", f"'a{ends}b'").replace("one\ntwo", f"one{ends}two") + refused
    )
    assert len(found.failures) == is_refused
    assert found.differences == ()


def test_a_file_with_carriage_returns_is_what_psql_stores(
    verify: Verify, postgres: Server, tmp_path: Path
) -> None:
    text = (BY_PG_DUMP + LINES).replace("\n", "\r\n")
    assert verify(text).differences == ()
    path = tmp_path / "dump.sql"
    path.write_bytes(text.encode())
    postgres.create_database("carriage")
    postgres.run(path, "carriage")
    database = read([("dump.sql", text.encode())])
    with postgres.connect("carriage") as connection:
        bodies = connection.execute("select prosrc from pg_proc where proname = 'f'").fetchall()
        comments = connection.execute(
            "select description from pg_description where objsubid = 1 and objoid = 'public.t'::regclass"
        ).fetchall()
    postgres.drop_database("carriage")
    assert bodies == [(routine.body,) for routine in database.routines.values()]
    assert comments == [(column.comment,) for column in database.columns.values() if column.comment]
    assert "\r\n" in bodies[0][0]


# spellings

SCHEMA = """
create table public.t (a int default 1 + 2, b text, g int generated always as (a * 2) stored,
  constraint k check (a > 1 and b in ('x', 'y')));
create view public.v as select t.a, t.b from public.t where b in ('x', 'y');
create index i on public.t ((a + 1), lower(b)) where a > 1;
create policy p on public.t using (a in (1, 2)) with check (a > 1);
create function public.f(x int default 1 + 2) returns int begin atomic select x + 1; end;
create function public.made() returns trigger language plpgsql as 'begin return new; end';
create trigger g after update on public.t for each row when (old.a <> new.a) execute function public.made();
create domain public.d as text default 'a' || 'b' constraint k check (value in ('x', 'y'));
create publication p for table public.t where (a > 1);
"""
SPELLINGS = {
    (model.Relation, "definition"): (
        "relations",
        "select a, b from t where b = any (array['x', 'y'])",
        "select a, b from t where b in ('x')",
    ),
    (model.Column, "default"): ("columns", "(1) + (2)", "2 + 1"),
    (model.Column, "generated"): ("columns", "((a) * 2)", "a * 3"),
    (model.Constraint, "expression"): ("constraints", "(a > 1) and b = any (array['x', 'y'])", "a > 1"),
    (model.IndexKey, "expression"): ("indexes", "(a) + 1", "a + 2"),
    (model.Index, "where"): ("indexes", "(t.a > 1)", "a > 2"),
    (model.Trigger, "when"): ("triggers", "(old.a) <> (new.a)", "old.a = new.a"),
    (model.Policy, "using"): ("policies", "(a = any (array[1, 2]))", "a = 1"),
    (model.Policy, "with_check"): ("policies", "((a) > 1)", "a > 2"),
    (model.PublishedTable, "where"): ("publications", "((a) > 1)", "a > 2"),
    (model.Type, "default"): ("types", "('a') || ('b')", "'b' || 'a'"),
    (model.DomainCheck, "expression"): ("types", "value = any (array['x', 'y'])", "value = 'x'"),
    (model.Argument, "default"): ("routines", "(1) + (2)", "2 + 1"),
    (model.Routine, "body"): (
        "routines",
        "begin atomic select (x) + 1; end",
        "begin atomic select x + 2; end",
    ),
}
"""By where an expression stands: its mapping, the same in another spelling, and something else."""


def test_every_expression_of_the_model_can_be_asked_for() -> None:
    kinds = [kind for kind in vars(model).values() if isinstance(kind, type) and is_dataclass(kind)]
    found = {
        (kind, field.name)
        for kind in kinds
        for field in fields(kind)
        if Sql in (hint := get_type_hints(kind)[field.name], *get_args(hint))
    }
    assert found | {(model.Routine, "body")} == set(PROBES) == set(SPELLINGS)


def holders(fact: Any, kind: type, name: str) -> Iterator[Any]:
    """The fact, or the parts of it, with such an expression."""
    if isinstance(fact, kind) and getattr(fact, name):
        yield fact
    if isinstance(fact, tuple):
        for item in fact:
            yield from holders(item, kind, name)
    elif is_dataclass(fact) and not isinstance(fact, kind):
        for field in fields(fact):
            yield from holders(getattr(fact, field.name), kind, name)


def test_the_server_knows_another_spelling_from_another_expression(confined: Server) -> None:
    with new_database(confined, "spelled") as superuser, confined.connect("spelled", ROLE) as role:
        restoring = Restoration(role, superuser)
        restoring.run(dump_of("a.sql", SCHEMA.encode()).statements())
        assert not restoring.restored.failures
        with restoring.completed():
            catalog = read_catalog(superuser, expression)
        asked = restoring.spelling(catalog)
        for (kind, name), (mapping, same, different) in SPELLINGS.items():
            found = getattr(catalog, mapping).values()
            fact, holder = next((fact, holder) for fact in found for holder in holders(fact, kind, name))
            texts = (same, different, "no sql (")
            answers = [asked.is_same(fact, holder, name, text, str(getattr(holder, name))) for text in texts]
            assert answers == [True, False, None], (kind, name)


def test_an_old_spelling_is_no_difference_and_another_expression_is(verify: Verify, confined: Server) -> None:
    text = (
        BY_PG_DUMP
        + """
    CREATE TABLE public.t (a integer, b character varying);
    CREATE VIEW public.v AS SELECT t.a, t.b FROM public.t
      WHERE ((t.b)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]));
    """
    )
    assert verify(text).differences == ()
    wrong = read([("0.sql", text.encode())])
    view = wrong.relations[Name("public", "v")]
    wrong = replace(
        wrong,
        relations={
            **wrong.relations,
            view.name: replace(view, definition=expression("SELECT a, b FROM public.t")),
        },
    )
    found = held_against(
        confined, [dump_of("0.sql", text.encode())], wrong, Reader(lambda _: wrong, expression)
    )
    assert [line.partition(": ")[0] for line in found.differences] == ["relation public.v"]

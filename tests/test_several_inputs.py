"""Several inputs are one database: what they repeat counts once, and what does not fit together is said."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemabook.cli import cli
from schemabook.errors import SchemaError
from schemabook.export.contract import to_json
from schemabook.model import Database, Name, Role
from schemabook.read import expression, read, read_files
from schemabook.verify import Server, differences

HEAD = "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n"
ROLES_HEAD = "SET default_transaction_read_only = off;\n"
REPEATED = "repeated in another dump"

Restore = Callable[[Path], str]


def database_of(*dumps: str, head: str = HEAD) -> Database:
    """The database of dumps a.sql, b.sql, …."""
    return read(
        (f"{letter}.sql", f"{head}{text}\n".encode()) for letter, text in zip("abc", dumps, strict=False)
    )


def reasons(database: Database) -> list[str]:
    return [f"{found.statement.source}: {found.reason}" for found in database.receipt.unread]


def repeated(database: Database) -> int:
    return database.receipt.ignored.get(REPEATED, 0)


# one file twice


def test_a_file_given_twice_is_an_error_that_names_both_paths(tmp_path: Path) -> None:
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).write_text("create table public.a (x integer);")
    with pytest.raises(SchemaError) as caught:
        read_files([tmp_path / "a.sql", tmp_path / "b.sql"])
    assert str(caught.value) == (
        f"{tmp_path / 'b.sql'}: this is the same file as {tmp_path / 'a.sql'}\nhint: name it once"
    )


def test_two_equal_migrations_run_twice() -> None:
    same = b"create or replace view public.v as select 1 as x;"
    other = b"create or replace view public.v as select 2 as x;"
    dumps = [("20250101000000_a.sql", same), ("20250102000000_b.sql", other), ("20250103000000_c.sql", same)]
    definition = read(dumps).relations[Name("public", "v")].definition
    assert str(definition) == "select 1 as x"


# what two dumps say

SETUP = """
CREATE TABLE public.a (x integer NOT NULL, y text);
CREATE FUNCTION public.f(n integer) RETURNS integer LANGUAGE sql AS $$select 1$$;
CREATE VIEW public.v AS SELECT a.x FROM public.a;
"""
STATEMENTS = [
    "CREATE SCHEMA s;",
    "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;",
    "CREATE TYPE public.e AS ENUM ('a', 'b');",
    "CREATE DOMAIN public.d AS integer;",
    "CREATE SEQUENCE public.s;",
    "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer);",
    "CREATE INDEX a_y ON public.a USING btree (y);",
    "CREATE POLICY p ON public.a USING (true);",
    "CREATE TRIGGER t BEFORE INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION public.f();",
    "CREATE RULE r AS ON INSERT TO public.a DO NOTHING;",
    "CREATE STATISTICS public.st ON x, y FROM public.a;",
    "CREATE CAST (public.a AS text) WITH INOUT;",
    "CREATE OPERATOR public.+++ (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer);",
    "CREATE PUBLICATION pub FOR TABLE public.a;",
    "CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION public.f();",
    "COMMENT ON TABLE public.a IS 'one';",
    "COMMENT ON COLUMN public.a.x IS 'one';",
    "COMMENT ON FUNCTION public.f(integer) IS 'one';",
    "ALTER TABLE public.a OWNER TO one;",
    "ALTER TABLE public.a ENABLE ROW LEVEL SECURITY;",
    "ALTER TABLE ONLY public.a FORCE ROW LEVEL SECURITY;",
    "ALTER TABLE ONLY public.a ALTER COLUMN x SET DEFAULT 1;",
    "ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (x);",
    "GRANT SELECT ON TABLE public.a TO one;",
    "GRANT SELECT(x) ON TABLE public.a TO one;",
    "REVOKE ALL ON FUNCTION public.f(n integer) FROM PUBLIC;",
    "ALTER DEFAULT PRIVILEGES FOR ROLE one IN SCHEMA public GRANT SELECT ON TABLES TO two;",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_two_dumps_say_alike_counts_once(statement: str) -> None:
    one = database_of(SETUP + statement)
    both = database_of(SETUP + statement, "\n" + SETUP + statement.replace(" ", "  "))
    assert not reasons(both)
    assert repeated(both) == 4
    assert both == one
    assert both.statements == one.statements


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (
            "CREATE TABLE public.n (x integer);",
            "CREATE TABLE public.n (x bigint);",
            "table public.n is defined",
        ),
        (
            "CREATE TABLE public.n (x integer);",
            "CREATE TABLE IF NOT EXISTS public.n ();",
            "table public.n is defined",
        ),
        (
            "CREATE TABLE public.n (x integer);",
            "CREATE VIEW public.n AS SELECT 1 AS x;",
            "view public.n is defined",
        ),
        (
            "CREATE FUNCTION public.g(n integer) RETURNS integer LANGUAGE sql AS 'select 1';",
            "CREATE OR REPLACE FUNCTION public.g(n integer) RETURNS integer LANGUAGE sql AS 'select 2';",
            "function public.g(integer) is defined",
        ),
        (
            "CREATE VIEW public.w AS SELECT 1 AS x;",
            "CREATE OR REPLACE VIEW public.w AS SELECT 2 AS x;",
            "view public.w is defined",
        ),
        (
            "CREATE TYPE public.e AS ENUM ('a');",
            "CREATE TYPE public.e AS ENUM ('b');",
            "type public.e is defined",
        ),
        ("CREATE INDEX i ON public.a (x);", "CREATE INDEX i ON public.a (y);", "index public.i is defined"),
        (
            "CREATE POLICY p ON public.a USING (true);",
            "CREATE POLICY p ON public.a USING (false);",
            "policy p on public.a is defined",
        ),
        (
            "COMMENT ON TABLE public.a IS 'one';",
            "COMMENT ON TABLE public.a IS 'two';",
            "COMMENT ON TABLE public.a is",
        ),
        (
            "ALTER TABLE public.a OWNER TO one;",
            "ALTER TABLE public.a OWNER TO two;",
            "ALTER TABLE public.a OWNER TO is",
        ),
        (
            "ALTER TABLE ONLY public.a ALTER COLUMN x SET DEFAULT 1;",
            "ALTER TABLE ONLY public.a ALTER COLUMN x SET DEFAULT 2;",
            "ALTER TABLE ONLY public.a ALTER COLUMN x SET DEFAULT is",
        ),
        (
            "ALTER TABLE ONLY public.a ADD CONSTRAINT k PRIMARY KEY (x);",
            "ALTER TABLE ONLY public.a ADD CONSTRAINT k UNIQUE (x);",
            "ALTER TABLE ONLY public.a ADD CONSTRAINT k is",
        ),
        (
            "GRANT SELECT ON TABLE public.a TO one;",
            "GRANT SELECT,UPDATE ON TABLE public.a TO one;",
            "GRANT ON TABLE public.a TO one is",
        ),
        (
            "ALTER DEFAULT PRIVILEGES FOR ROLE one GRANT SELECT ON TABLES TO two;",
            "ALTER DEFAULT PRIVILEGES FOR ROLE one GRANT ALL ON TABLES TO two;",
            "ALTER DEFAULT PRIVILEGES FOR ROLE one GRANT ON TABLES TO two is",
        ),
    ],
)
def test_what_two_dumps_say_differently_is_said_with_both_places(
    first: str, second: str, reason: str
) -> None:
    found = database_of(SETUP + first, second)
    different = "defined differently" if reason.endswith("defined") else "different"
    reason = reason.removesuffix(" defined") + f" {different} in a.sql:7"
    assert reasons(found) == [f"b.sql:3: {reason}"]
    assert found == database_of(SETUP + first)


def test_overloads_and_other_grantees_do_not_contradict_each_other() -> None:
    found = database_of(
        SETUP + "GRANT SELECT ON TABLE public.a TO one; GRANT SELECT(x) ON TABLE public.a TO one;",
        "CREATE FUNCTION public.f(n text) RETURNS integer LANGUAGE sql AS 'select 1';"
        "GRANT UPDATE ON TABLE public.a TO two; GRANT SELECT(y) ON TABLE public.a TO one;",
    )
    assert not reasons(found)
    assert not repeated(found)
    assert len(found.overloads(Name("public", "f"))) == 2


def test_if_not_exists_and_quotes_make_no_difference() -> None:
    found = database_of(
        "CREATE TABLE public.a (x integer);", 'CREATE TABLE IF NOT EXISTS "public"."a" ("x" integer);'
    )
    assert not reasons(found)
    assert repeated(found) == 1


def test_a_view_that_came_first_as_a_stub_is_no_contradiction() -> None:
    views = "CREATE VIEW public.v AS SELECT 1 AS x; CREATE OR REPLACE VIEW public.v AS SELECT 2 AS x;"
    found = database_of(views, "\n" + views)
    assert not reasons(found)
    assert repeated(found) == 2


def test_what_a_dump_drops_only_to_make_it_again_stays() -> None:
    made = "CREATE TABLE public.a (x integer);"
    clean = "ALTER TABLE ONLY public.a DROP CONSTRAINT k; DROP TABLE public.a;"
    found = database_of(made, clean + made)
    assert found == database_of(made)
    assert found.receipt.ignored["dropped only to be made again"] == 2


def test_within_one_dump_the_last_definition_wins() -> None:
    found = database_of(
        "CREATE VIEW public.v AS SELECT 1 AS x; CREATE OR REPLACE VIEW public.v AS SELECT 2 AS x;"
        "COMMENT ON VIEW public.v IS 'one'; COMMENT ON VIEW public.v IS 'two';"
    )
    assert not reasons(found)
    assert found.relations[Name("public", "v")].comment == "two"


def test_written_files_follow_the_rules_of_postgresql() -> None:
    files = [
        (
            "a.sql",
            HEAD.encode() + b"CREATE TABLE public.a (x integer); CREATE VIEW public.v AS SELECT 1 AS x;",
        ),
        (
            "b.sql",
            b"create table if not exists public.a (y text);create or replace view public.v as select 2 as x;",
        ),
    ]
    found = read(files)
    assert not reasons(found)
    assert not repeated(found)
    assert [c.name for c in found.columns_of(Name("public", "a"))] == ["x"]
    assert str(found.relations[Name("public", "v")].definition) == "select 2 as x"


def test_default_privileges_of_one_dump_are_not_for_the_objects_of_another() -> None:
    privileges = "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT ALL ON TABLES TO anon;"
    table = "CREATE SCHEMA b; CREATE TABLE b.t (x integer);"
    assert not database_of(privileges, table).privileges
    assert read([("a.sql", (HEAD + privileges).encode()), ("b.sql", table.encode())]).privileges


def test_check_fails_where_two_dumps_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(HEAD + "CREATE TABLE public.a (x integer);\n")
    (tmp_path / "b.sql").write_text(HEAD + "CREATE TABLE public.a (y integer);\n")
    settings = tmp_path / "schemabook.yml"
    settings.write_text("dumps: [a.sql, b.sql]\noutput: out\n")
    built = CliRunner().invoke(cli, ["build", "--config", str(settings)])
    assert built.exit_code == 0, built.output
    assert f"b.sql:3: table public.a is defined differently in {tmp_path / 'a.sql'}:3" in built.stdout
    checked = CliRunner().invoke(cli, ["check", "--config", str(settings)])
    assert checked.exit_code == 1
    assert "table public.a is defined differently" in checked.stdout


def test_a_schema_dump_may_make_schema_public() -> None:
    """So does pg_dump --schema=public, although every database has it."""
    found = database_of("CREATE TABLE public.a (x integer);", "CREATE SCHEMA public;")
    assert not reasons(found)
    assert found.receipt.ignored["every database has it"] == 1


def test_what_came_before_its_parent_counts_from_the_dump_that_has_both() -> None:
    child = "CREATE SCHEMA b; CREATE TABLE b.child (y text) INHERITS (c.parent);"
    parent = "CREATE SCHEMA c; CREATE TABLE c.parent (x integer);"
    found = database_of(child, parent + child)
    assert not reasons(found)
    assert found == database_of(parent + child)
    assert repeated(found) == 2
    assert reasons(database_of(child, parent)) == ['a.sql:3: relation "c.parent" does not exist']


def test_a_view_has_types_though_its_table_is_in_a_later_dump() -> None:
    found = database_of(
        "CREATE VIEW public.v AS SELECT t.x AS y, t.z FROM b.t;",
        "CREATE SCHEMA b; CREATE TABLE b.t (x integer, z text);",
    )
    assert [(c.name, c.type) for c in found.columns_of(Name("public", "v"))] == [
        ("y", "integer"),
        ("z", "text"),
    ]
    assert {(r.target.name.name, r.target.part) for r in found.references if r.origin.name.name == "v"} >= {
        ("t", "x")
    }


# roles

ROLES = ROLES_HEAD + (
    "CREATE ROLE api;\n"
    "ALTER ROLE api WITH NOSUPERUSER NOINHERIT LOGIN BYPASSRLS PASSWORD 'SCRAM-SHA-256$4096:x';\n"
    "CREATE ROLE anon;\n"
    "ALTER ROLE anon WITH NOSUPERUSER INHERIT NOLOGIN NOBYPASSRLS;\n"
    "GRANT anon TO api WITH ADMIN OPTION, INHERIT FALSE, SET TRUE GRANTED BY postgres;\n"
    """ALTER ROLE "authenticator" SET "pgrst.db_schemas" TO 'public, api';\n"""
)
SCHEMA = (
    HEAD + "CREATE SCHEMA api; CREATE TABLE public.a (x integer); GRANT SELECT ON TABLE public.a TO anon;\n"
)


@pytest.mark.parametrize("order", [("roles", "schema"), ("schema", "roles")])
def test_roles_have_their_facts_in_any_order_of_files(order: tuple[str, str]) -> None:
    texts = {"roles": ROLES, "schema": SCHEMA}
    found = read((f"{name}.sql", texts[name].encode()) for name in order)
    assert not reasons(found)
    role = found.roles["api"]
    assert role == Role(
        name="api", bypass_rls=True, inherit=False, login=True, superuser=False, member_of=("anon",),
        source=role.source,
    )  # fmt: skip
    assert found.exposed_schemas == ("public", "api")


def test_a_membership_that_comes_before_its_role_stays() -> None:
    found = read([("a.sql", b"grant anon to api;"), ("b.sql", b"create role api;")])
    assert found.roles["api"].member_of == ("anon",)


def test_two_role_dumps_that_differ_contradict_each_other() -> None:
    found = database_of("ALTER ROLE a WITH LOGIN;", "ALTER ROLE a WITH NOLOGIN;", head=ROLES_HEAD)
    assert reasons(found) == ["b.sql:2: ALTER ROLE a is different in a.sql:2"]


@pytest.mark.parametrize(
    ("setting", "schemas"),
    [
        ("SET pgrst.db_schemas = 'public,api'", ("public", "api")),
        ("IN DATABASE d SET \"pgrst.db_schemas\" TO 'api'", ("api",)),
        ("SET \"pgrst.db_schemas\" TO ''", ()),
        ("SET \"pgrst.db_schemas\" TO 'public', 'api'", ("public", "api")),
        ("SET statement_timeout TO '8s'", None),
        ('RESET "pgrst.db_schemas"', None),
    ],
)
def test_a_setting_of_a_role_tells_the_exposed_schemas(setting: str, schemas: tuple[str, ...] | None) -> None:
    found = read([("a.sql", f"ALTER ROLE authenticator {setting};".encode())])
    assert not reasons(found)
    assert found.exposed_schemas == schemas


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "roles.sql").write_text(ROLES)
    (tmp_path / "schema.sql").write_text(SCHEMA)
    settings = tmp_path / "schemabook.yml"
    settings.write_text("dumps: [schema.sql, roles.sql]\noutput: out\n")
    return settings


def test_without_a_supabase_file_the_roles_say_what_is_exposed(project: Path) -> None:
    done = CliRunner().invoke(cli, ["build", "--config", str(project)])
    assert done.exit_code == 0, done.output
    assert "warning" not in done.stderr
    overview = (project.parent / "out" / "index.md").read_text("utf-8")
    assert "The Data API exposes [`public`](public/index.md) and [`api`](api/index.md)" in overview


@pytest.mark.parametrize(("schemas", "warns"), [('["api", "public"]', False), ('["public"]', True)])
def test_roles_and_settings_that_expose_different_schemas_are_a_warning(
    project: Path, schemas: str, warns: bool
) -> None:
    (project.parent / "config.toml").write_text(f"[api]\nenabled = true\nschemas = {schemas}\n")
    project.write_text("dumps: [schema.sql, roles.sql]\noutput: out\nsupabase: config.toml\n")
    done = CliRunner().invoke(cli, ["build", "--config", str(project)])
    assert done.exit_code == 0, done.output
    folder = project.parent.as_posix()
    warning = (
        f'warning: {folder}/roles.sql:7: the Data API exposes "public", "api" here, '
        f'but "public" in {folder}/config.toml:3'
    )
    assert (warning in done.stderr) is warns


# the same database in parts

PARTS = """
create role part_owner;
create role part_reader noinherit login;
grant part_owner to part_reader;
create schema a; create schema b authorization part_owner; create schema c;
create type b.mood as enum ('good', 'bad');
create domain b.positive as integer check (value > 0);
create sequence b.numbers;
create table b.item (id bigint generated always as identity primary key, mood b.mood not null,
  number integer default nextval('b.numbers'), amount b.positive, note text);
create index item_mood on b.item (mood) where note is not null;
create table b.log (at timestamptz not null, text text) partition by range (at);
create table b.log_2025 partition of b.log for values from ('2025-01-01') to ('2026-01-01');
create function b.touch() returns trigger language plpgsql as $$begin return new; end$$;
create function b.twice(n integer) returns integer language sql begin atomic select n * 2; end;
create aggregate b.total(integer) (sfunc = int4pl, stype = integer);
create trigger touched before update on b.item for each row execute function b.touch();
create view b.good with (security_invoker) as select id, note from b.item where mood = 'good';
create rule quiet as on delete to b.log do instead nothing;
create statistics b.both on id, mood from b.item;
alter table b.item enable row level security;
alter table b.item force row level security;
create policy own on b.item for select to part_reader using (note = current_user);
alter table b.item owner to part_owner;
comment on table b.item is 'An item.';
comment on column b.item.note is 'Free text.';
comment on policy own on b.item is 'Own ones.';
grant select, update (note) on b.item to part_reader;
revoke all on function b.twice(integer) from public;
grant execute on function b.twice(integer) to part_reader with grant option;
alter default privileges in schema b grant select on tables to part_reader;
alter default privileges for role part_owner in schema b grant all on functions to part_reader;
create table a.box (id integer primary key, item bigint references b.item on delete cascade);
create view a.boxes as select box.id, i.note from a.box join b.item i on i.id = box.item;
alter default privileges in schema a grant select on tables to part_reader;
create table c.tag (name text primary key, item bigint not null references b.item);
create trigger touched before update on c.tag for each row execute function b.touch();
grant all on c.tag to part_reader;
alter default privileges in schema c grant insert on tables to part_owner;
"""


@pytest.mark.parametrize("options", [(), ("--quote-all-identifiers",), ("--clean", "--if-exists")])
def test_overlapping_dumps_and_roles_make_one_database_in_any_order(
    options: tuple[str, ...],
    restored: Restore,
    catalog_of: Callable[..., Database],
    postgres: Server,
    tmp_path: Path,
) -> None:
    (tmp_path / "parts.sql").write_text(PARTS)
    name = restored(tmp_path / "parts.sql")
    catalog = catalog_of(name, expression)
    parts = {
        "ab": ("--schema=a", "--schema=b"),
        "bc": ("--schema=b", "--schema=c"),
        "all": ("--schema=[abc]",),
    }
    for part, schemas in parts.items():
        (tmp_path / f"{part}.sql").write_text(postgres.dump(name, "--schema-only", *schemas, *options))
    (tmp_path / "roles.sql").write_text(postgres.dump_roles())
    full = read_files([tmp_path / "roles.sql", tmp_path / "all.sql"])
    assert full.roles["part_reader"].member_of == ("part_owner",)
    assert full.roles["part_reader"].login
    for order in permutations(["ab", "bc", "roles"]):
        found = read_files([tmp_path / f"{part}.sql" for part in order])
        assert not reasons(found)
        assert differences(found, catalog) == ()
        assert found == full
        assert without_inputs(found) == without_inputs(full)


def without_inputs(database: Database) -> str:
    """The contract without what it says of the files and their order."""
    return to_json(database).partition('"schemas"')[2]


def test_the_dump_of_schema_public_fits_the_default_dump(
    restored: Restore, catalog_of: Callable[..., Database], postgres: Server, tmp_path: Path
) -> None:
    (tmp_path / "setup.sql").write_text(
        "create schema auth; create table auth.users (id uuid primary key);"
        "create table public.a (id uuid references auth.users);"
        "comment on table public.a is 'one'; alter table public.a enable row level security;"
        "create policy own on public.a using (true);"
    )
    name = restored(tmp_path / "setup.sql")
    (tmp_path / "default.sql").write_text(postgres.dump(name, "--schema-only", "--exclude-schema=auth"))
    both = postgres.dump(name, "--schema-only", "--schema=public", "--schema=auth")
    (tmp_path / "both.sql").write_text(both)
    for order in permutations(["default", "both"]):
        found = read_files([tmp_path / f"{part}.sql" for part in order])
        assert not reasons(found)
        assert differences(found, catalog_of(name, expression)) == ()

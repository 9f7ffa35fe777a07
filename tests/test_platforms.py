"""What a platform brings is what a real server has, is shown where it is used, and gives way to the input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from schemabook.errors import SchemaError
from schemabook.export.contract import contract
from schemabook.model import ColumnName, Database, Name, Privilege, Signature, relation_id
from schemabook.pages import Book, pages, site_pages
from schemabook.platforms import PLATFORMS, Platform, stage_extensions
from schemabook.platforms.signs import platform_of
from schemabook.project.config import load, read_config
from schemabook.project.dumps import read_dumps
from schemabook.project.inputs import load_book
from schemabook.project.provided import without_unused
from schemabook.read import expression, read, read_files
from schemabook.verify import Server, differences, read_catalog, server

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "platforms"
SUPABASE = PLATFORMS["supabase"]
PROJECTS = sorted(FOLDER.glob("*/*.sql"))
projects = pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
BROUGHT = "brought"
OWNERS = "supabase_admin, supabase_auth_admin, supabase_storage_admin"
"""On Supabase an extension lets postgres do with their objects what the projects do; here he is a member."""


@pytest.fixture(scope="module")
def supabase() -> Iterator[Server]:
    """A server with a database that has what Supabase brings."""
    with server(superuser="cluster_owner") as running:
        path = stage_extensions(running.directory / "extensions")
        running.create_roles(["postgres"])
        running.create_database(BROUGHT)
        with running.connect(BROUGHT, extension_control_path=path) as connection:
            connection.execute(SUPABASE.sql.encode())
        yield running


class Ran(NamedTuple):
    """What a server says of a project."""

    catalog: Database
    whole: str
    quoted: str
    own: str
    """A dump of the schemas that are the project's own."""


@pytest.fixture(scope="module")
def ran(supabase: Server) -> Callable[[Path], Ran]:
    """Runs a file as a project does, in a copy of that database, and asks what is there."""

    @cache
    def run(project: Path) -> Ran:
        name = "project"
        with supabase.connect() as connection:
            roles = {role for (role,) in connection.execute("select rolname from pg_roles")}
            connection.execute(f"create database {name} template {BROUGHT} owner postgres".encode())
            path = f"$system:{supabase.directory}/extensions"
            with supabase.connect(name, extension_control_path=path) as session:
                session.execute(f"grant {OWNERS} to postgres".encode())
                session.execute("set session authorization postgres")
                session.execute('set search_path = "$user", public, extensions')
                session.execute(project.read_bytes())
                session.execute("reset session authorization")
                session.execute(f"revoke {OWNERS} from postgres".encode())
            found = Ran(
                catalog_of(supabase, name),
                supabase.dump(name, "--schema-only"),
                supabase.dump(name, "--schema-only", "--quote-all-identifiers", "--clean", "--if-exists"),
                supabase.dump(name, "--schema-only", "--schema=(public|private|api)"),
            )
            connection.execute(f"drop database {name} with (force)".encode())
            for (role,) in connection.execute("select rolname from pg_roles").fetchall():
                if role not in roles:
                    connection.execute(f"drop role {role}".encode())
        return found

    return run


def catalog_of(running: Server, database: str) -> Database:
    with running.connect(database) as connection:
        return read_catalog(connection, expression)


def book(folder: Path, sql: str, settings: str = "") -> Book:
    (folder / "schema.sql").write_text(sql)
    (folder / "schemabook.yml").write_text(f"dumps: [schema.sql]\noutput: out\n{settings}")
    return load_book(load(folder / "schemabook.yml"))


def shown(sql: str) -> Database:
    """What is shown of a project of Supabase."""
    return without_unused(read([("schema.sql", sql.encode())], SUPABASE)).database


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)
def test_what_a_platform_brings_is_read_whole(platform: Platform) -> None:
    receipt = read([(platform.path, platform.sql.encode())]).receipt
    assert receipt.unread == ()
    assert set(receipt.ignored) <= {"setting of the session"}


def test_what_supabase_brings_is_what_the_catalog_says(supabase: Server) -> None:
    found = read([(SUPABASE.path, SUPABASE.sql.encode())])
    assert differences(found, catalog_of(supabase, BROUGHT), exact=False) == ()


@projects
def test_a_project_is_what_the_catalog_says_after_its_platform(
    project: Path, ran: Callable[[Path], Ran]
) -> None:
    found = read_files([project], platform=SUPABASE)
    assert found.receipt.unread == ()
    assert differences(found, ran(project).catalog, exact=False) == ()


@projects
def test_the_receipt_counts_the_statements_of_the_project(project: Path) -> None:
    with_platform, without = read_files([project], platform=SUPABASE), read_files([project])
    assert with_platform.receipt.statements == without.receipt.statements
    assert with_platform.inputs == without.inputs


# shown where it is used

KEY = '"storage": '
"""What the JSON says of how columns are stored."""
PLAIN = "create table public.plain (id integer primary key);"


def test_what_nobody_uses_is_nowhere(tmp_path: Path) -> None:
    found = book(tmp_path, PLAIN, "platform: supabase\n")
    assert list(found.database.relations) == [Name("public", "plain")]
    for mapping in (
        "types",
        "routines",
        "sequences",
        "extensions",
        "roles",
        "publications",
        "indexes",
        "triggers",
    ):
        assert not getattr(found.database, mapping), mapping
    assert list(found.database.schemas) == ["public"]
    assert found.database.references == ()
    texts = {
        **dict(pages(found)),
        **dict(site_pages(found)),
        "json": json.dumps({**contract(found.database), "platform": None}).replace(KEY, ""),
    }
    for word in ("auth", "storage", "vault", "realtime", "supabase", "extensions.", "graphql"):
        assert [path for path, text in texts.items() if re.search(rf"\b{word}\b", text)] == [], word


def test_of_what_is_referred_to_the_names_and_the_key_are_shown() -> None:
    found = shown("create table public.a (email text); create view public.v as select email from auth.users;")
    assert [column.name for column in found.columns_of(Name("auth", "users"))] == ["id", "email"]
    assert found.columns[ColumnName(Name("public", "v"), "email")].type == "character varying(255)"
    assert [c.name for c in found.constraints_of(Name("auth", "users"))] == ["users_pkey"]
    assert found.privileges_on(relation_id(Name("auth", "users"))) == ()
    assert not found.routines


def test_a_policy_brings_the_table_with_the_columns_that_it_names_and_the_privileges() -> None:
    found = shown(
        "create policy p on storage.objects using (bucket_id = 'a' and storage.extension(name) = 'b');"
    )
    objects = Name("storage", "objects")
    assert [column.name for column in found.columns_of(objects)] == ["id", "bucket_id", "name"]
    assert [policy.name for policy in found.policies_of(objects)] == ["p"]
    assert "authenticated" in {fact.grantee for fact in found.privileges_on(relation_id(objects))}
    assert [(str(key), fact.body) for key, fact in found.routines.items()] == [
        ("storage.extension(text)", None)
    ]
    assert found.triggers_of(objects) == ()


def test_a_trigger_brings_the_columns_that_its_function_reads() -> None:
    found = shown("""
        create function public.f() returns trigger language plpgsql as $$
        begin insert into public.p values (new.phone); return new; end $$;
        create table public.p (phone text);
        create trigger t after insert on auth.users for each row execute function public.f();
    """)
    assert [column.name for column in found.columns_of(Name("auth", "users"))] == ["id", "phone"]


def test_a_column_brings_its_type() -> None:
    found = shown("create table public.a (level auth.aal_level, bucket text references storage.buckets);")
    assert list(found.types) == [Name("auth", "aal_level")]


def test_virtual_foreign_keys_refer_to_it_too(tmp_path: Path) -> None:
    key = "virtual_foreign_keys:\n  - {from: plain.id, to: storage.objects.version}\nplatform: supabase\n"
    found = book(tmp_path, PLAIN, key)
    assert [c.name for c in found.database.columns_of(Name("storage", "objects"))] == ["id", "version"]


def test_what_the_settings_name_is_shown(tmp_path: Path) -> None:
    notes = "notes: {tables: {auth.users: {note: Accounts., columns: {email: Verified.}}}}\n"
    tables = (
        "important_tables: {auth.sessions: Devices}\ngroups: [{name: Files, tables: [storage.objects]}]\n"
    )
    found = book(tmp_path, PLAIN, f"{notes}{tables}platform: supabase\n")
    assert [str(name) for name in found.database.relations] == [
        "auth.sessions",
        "auth.users",
        "public.plain",
        "storage.objects",
    ]
    assert [c.name for c in found.database.columns_of(Name("auth", "users"))] == ["id", "email"]


def test_the_page_says_who_provides_it(tmp_path: Path) -> None:
    found = book(tmp_path, "create table public.a (id uuid references auth.users default auth.uid());")
    made = dict(pages(found))
    for path in ("auth/tables/users.md", "auth/functions/uid.md"):
        assert "Provided by the platform, Supabase; only what this schema uses is shown." in made[path], path
    assert "Provided" not in made["public/tables/a.md"]
    assert found.coverage.tally().total == 2  # the table and its column


def test_a_secret_of_the_platform_is_none_of_the_project() -> None:
    assert shown(PLAIN).secrets == ()
    assert shown(PLAIN).statements.keys() == {relation_id(Name("public", "plain"))}


# giving way


@projects
def test_a_whole_dump_is_the_same_with_its_platform_and_without(
    project: Path, ran: Callable[[Path], Ran]
) -> None:
    for text in (ran(project).whole, ran(project).quoted):
        dump = [("dump.sql", text.encode())]
        used = without_unused(read(dump, SUPABASE))
        assert {**contract(used.database), "platform": None} == contract(read(dump))
        assert used.provided == frozenset()


@projects
def test_a_dump_without_the_schemas_of_the_platform_has_what_it_refers_to(
    project: Path, ran: Callable[[Path], Ran]
) -> None:
    catalog, dump = ran(project).catalog, ran(project).own
    found = read([("dump.sql", dump.encode())], SUPABASE)
    assert found.receipt.unread == ()
    columns = [key for key in catalog.columns if key.relation.schema in ("public", "private", "api")]
    assert [found.columns[key] for key in columns] == [catalog.columns[key] for key in columns]
    keys = [key for key, fact in catalog.constraints.items() if fact.references and key[0].schema == "public"]
    assert [found.constraints[key] for key in keys] == [catalog.constraints[key] for key in keys]
    assert granted(found, columns) == granted(catalog, columns)


def granted(database: Database, columns: list[ColumnName]) -> set[Privilege]:
    """Who may do what with the relations that have these columns."""
    wanted = {relation_id(column.relation) for column in columns}
    return {fact for fact in database.privileges if fact.on in wanted}


DUMPED = "SET statement_timeout = 0;\n"


@pytest.mark.parametrize("begin", [DUMPED, ""], ids=["dump", "by hand"])
def test_what_the_input_makes_itself_wins(begin: str) -> None:
    found = shown(f"""{begin}
        CREATE TABLE auth.users (id bigint PRIMARY KEY, login text);
        CREATE FUNCTION auth.uid() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
        CREATE TYPE auth.aal_level AS ENUM ('x');
        CREATE TABLE public.a (id bigint DEFAULT auth.uid() REFERENCES auth.users, level auth.aal_level);
        CREATE INDEX users_instance_id_email_idx ON auth.users (login);
        CREATE POLICY p ON auth.users USING (auth.role() = 'a');
    """)
    assert found.receipt.unread == ()
    assert [(c.name, c.type) for c in found.columns_of(Name("auth", "users"))] == [
        ("id", "bigint"),
        ("login", "text"),
    ]
    assert found.types[Name("auth", "aal_level")].labels == ("x",)
    assert sorted(str(key) for key in found.routines) == ["auth.role()", "auth.uid()"]
    assert found.routines[Signature(Name("auth", "uid"), ())].body == "SELECT 1"
    assert found.routines[Signature(Name("auth", "role"), ())].body is None
    assert [str(key[0]) for key in found.indexes] == ["auth.users"]


def test_a_statement_that_fails_leaves_what_the_platform_brings() -> None:
    found = shown(
        "create table auth.users (id int) frobnicate; create table public.a (id uuid references auth.users);"
    )
    assert len(found.receipt.unread) == 1
    assert found.columns[ColumnName(Name("auth", "users"), "id")].type == "uuid"


def test_an_input_that_makes_a_schema_of_the_platform_grants_for_itself() -> None:
    found = shown("create schema auth; create table public.a (id integer);")
    assert found.privileges == ()
    assert found.default_privileges == ()
    assert found.relations[Name("public", "a")].owner is None
    assert {fact.grantee for fact in shown("create table public.a (id integer);").privileges} > {"anon"}


# which platform


@pytest.mark.parametrize(
    ("sql", "is_supabase"),
    [
        ("create table public.a (id uuid references auth.users);", True),
        ('create table public.a (id uuid references "auth"."users" ("id"));', True),
        ("create table a (id uuid default AUTH . UID ());", True),
        ("create policy p on storage.objects using (true);", True),
        ("alter publication supabase_realtime add table a;", True),
        ("grant select on a to anon, authenticated; grant all on a to service_role;", True),
        ("create policy p on a to authenticated using (true);", False),
        ("create table public.a (id uuid references myauth.users);", False),
        ("-- as auth.users has it\ncreate table a (id integer);", False),
        (
            "create schema auth; create table auth.users (id integer); alter table auth.users owner to a;",
            False,
        ),
        ("create table a (id uuid references auth.users, file uuid references storage.files);", False),
        ("create table users (id integer); create table a (auth integer);", False),
    ],
)
def test_a_platform_is_known_by_what_only_it_has(sql: str, is_supabase: bool, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(sql)
    assert platform_of([tmp_path / "a.sql"]) == (SUPABASE if is_supabase else None)


def test_a_platform_is_known_by_its_project(tmp_path: Path) -> None:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20250101000000_a.sql").write_text(PLAIN)
    assert read_dumps([folder]).platform is None
    (tmp_path / "supabase" / "config.toml").write_text("")
    platform = read_dumps([folder]).platform
    assert platform
    assert platform.title == "Supabase"


def test_the_settings_decide(tmp_path: Path) -> None:
    sql = "create table public.a (id uuid references auth.users);"
    assert book(tmp_path, sql).provided
    assert not book(tmp_path, sql, "platform: none\n").provided
    assert book(tmp_path, PLAIN, "platform: supabase\n").database.platform


def test_an_unknown_platform_is_an_error() -> None:
    with pytest.raises(SchemaError, match='there is no platform "supabse"') as error:
        read_config("dumps: [a.sql]\nplatform: supabse", Path("schemabook.yml"))
    assert 'did you mean "supabase"' in str(error.value)

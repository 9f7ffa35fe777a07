"""What a platform brings: as a real server has it, shown where it is used, and giving way to the input's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemabook.access.roles import Roles
from schemabook.config import load, read_config
from schemabook.dumps import read_dumps
from schemabook.errors import SchemaError
from schemabook.export.contract import contract
from schemabook.inputs import load_book
from schemabook.model import Database, Name
from schemabook.pages import pages, site_pages
from schemabook.platforms import PLATFORMS, stage_extensions
from schemabook.platforms.signs import platform_of
from schemabook.provided import without_unused
from schemabook.read import expression, read, read_files
from schemabook.verify import Server, differences, read_catalog, server

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "platforms"
SUPABASE = PLATFORMS["supabase"]
PROJECTS = sorted(FOLDER.glob("*/*.sql"))
projects = pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
BROUGHT = "brought"
OWNERS = "supabase_admin, supabase_auth_admin, supabase_storage_admin"
"""On Supabase postgres may do with their objects what these tests do, by an extension; here it is a member."""


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


@pytest.fixture
def ran(supabase: Server) -> Iterator[Callable[[Path], str]]:
    """Runs a file as a project does, in a copy of that database, and returns the copy's name."""
    name = "project"
    with supabase.connect() as connection:
        roles = {role for (role,) in connection.execute("select rolname from pg_roles")}

        def run(project: Path) -> str:
            connection.execute(f"create database {name} template {BROUGHT} owner postgres".encode())
            path = f"$system:{supabase.directory}/extensions"
            with supabase.connect(name, extension_control_path=path) as session:
                session.execute(f"grant {OWNERS} to postgres".encode())
                session.execute("set session authorization postgres")
                session.execute('set search_path = "$user", public, extensions')
                session.execute(project.read_bytes())
                session.execute("reset session authorization")
                session.execute(f"revoke {OWNERS} from postgres".encode())
            return name

        yield run
        connection.execute(f"drop database {name} with (force)".encode())
        for (role,) in connection.execute("select rolname from pg_roles").fetchall():
            if role not in roles:
                connection.execute(f"drop role {role}".encode())


def catalog_of(running: Server, database: str) -> Database:
    with running.connect(database) as connection:
        return read_catalog(connection, expression)


def book(folder: Path, sql: str, settings: str = ""):  # type: ignore[no-untyped-def]
    (folder / "schema.sql").write_text(sql)
    (folder / "schemabook.yml").write_text(f"dumps: [schema.sql]\noutput: out\n{settings}")
    return load_book(load(folder / "schemabook.yml"))


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)
def test_what_a_platform_brings_is_read_whole(platform) -> None:  # type: ignore[no-untyped-def]
    receipt = read([(platform.path, platform.sql.encode())]).receipt
    assert receipt.unread == ()
    assert set(receipt.ignored) <= {"setting of the session"}


def test_what_supabase_brings_is_what_the_catalog_says(supabase: Server) -> None:
    found = read([(SUPABASE.path, SUPABASE.sql.encode())])
    assert differences(found, catalog_of(supabase, BROUGHT), exact=False) == ()


@projects
def test_a_project_is_what_the_catalog_says_after_its_platform(
    project: Path, ran: Callable[[Path], str], supabase: Server
) -> None:
    found = read_files([project], platform=SUPABASE)
    assert found.receipt.unread == ()
    assert differences(found, catalog_of(supabase, ran(project)), exact=False) == ()


@projects
def test_the_receipt_counts_the_statements_of_the_project(project: Path) -> None:
    with_platform, without = read_files([project], platform=SUPABASE), read_files([project])
    assert with_platform.receipt.statements == without.receipt.statements
    assert with_platform.inputs == without.inputs

"""Dumps, folders of migrations, export and verify: several inputs are one database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemabook.cli import cli
from schemabook.errors import SchemaError
from schemabook.model import Name
from schemabook.pages import site_pages
from schemabook.platforms import PLATFORMS
from schemabook.project.config import load, read_config
from schemabook.project.dumps import read_dumps
from schemabook.project.hidden import hide
from schemabook.project.inputs import load_book
from schemabook.read import read_files
from schemabook.verify.dumps import verified

ROOT = Path(__file__).parent.parent


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "20250102_b.sql").write_text("alter table public.a rename column x to y;")
    (folder / "20250101_a.sql").write_text("create table public.a (x integer);")
    (folder / "notes.txt").write_text("not SQL")
    return folder


def test_a_folder_of_migrations_is_read_in_the_order_of_names(migrations: Path) -> None:
    database = read_dumps([migrations])
    assert [Path(file.path).name for file in database.inputs] == ["20250101_a.sql", "20250102_b.sql"]
    assert [column.name for column in database.columns_of(Name("public", "a"))] == ["y"]
    assert not database.receipt.unread


def test_a_folder_without_sql_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"no file in this folder ends in \.sql"):
        read_dumps([tmp_path])


def test_several_dumps_are_one_database(tmp_path: Path) -> None:
    (tmp_path / "auth.sql").write_text("create schema auth; create table auth.users (id uuid primary key);")
    (tmp_path / "public.sql").write_text("create table public.p (id uuid references auth.users);")
    database = read_dumps([tmp_path / "auth.sql", tmp_path / "public.sql"])
    (key,) = database.foreign_keys_to(Name("auth", "users"))
    assert key.relation == Name("public", "p")
    assert key.references
    assert key.references.columns == ("id",)


def test_the_settings_may_name_a_folder(migrations: Path) -> None:
    settings = migrations.parent / "schemabook.yml"
    settings.write_text("dumps: [migrations]\noutput: out\n")
    done = CliRunner().invoke(cli, ["build", "--config", str(settings)])
    assert done.exit_code == 0, done.output
    overview = (migrations.parent / "out" / "index.md").read_text("utf-8")
    assert "**File:** `migrations`\n" in overview
    assert "**File:** `migrations` (2 files, 76 bytes)" in site_pages(load_book(load(settings)))["index.md"]


def test_export_prints_the_contract_on_stdout(migrations: Path) -> None:
    done = CliRunner().invoke(cli, ["export", str(migrations)])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["relations"][0]["columns"][0]["name"] == "y"


def test_export_of_a_missing_file_says_so() -> None:
    done = CliRunner().invoke(cli, ["export", "nowhere.sql"])
    assert isinstance(done.exception, SchemaError)
    assert "nowhere.sql: there is no such file" in str(done.exception)


def test_the_example_is_what_postgresql_says() -> None:
    found = verified([ROOT / "schema" / "schema_backup.sql"])
    assert found.failures == ()
    assert found.differences == ()
    assert found.facts > 7000


SHOWN = 'dumps: [a.sql]\nhidden: ["*.*", "!public.*", "!auth.*", "!storage.*"]'


def test_the_migrations_and_what_is_by_hand_make_what_the_dump_says(tmp_path: Path) -> None:
    files = (*sorted((ROOT / "schema" / "migrations").iterdir()), ROOT / "schema" / "by_hand.sql")
    every = read_files(files, platform=PLATFORMS["supabase"])
    ran = hide(every, read_config(SHOWN, Path("schemabook.yml")).hidden).database
    dumped = read_dumps([ROOT / "schema" / "schema_backup.sql"])
    assert list(ran.relations) == list(dumped.relations)
    assert {k: c.type for k, c in ran.columns.items() if c.type} == {
        k: dumped.columns[k].type for k, c in ran.columns.items() if c.type
    }
    assert list(ran.constraints) == list(dumped.constraints)
    assert list(ran.indexes) == list(dumped.indexes)
    assert list(ran.policies) == list(dumped.policies)
    assert list(ran.triggers) == list(dumped.triggers)
    assert list(ran.routines) == list(dumped.routines)
    assert list(ran.types) == list(dumped.types)


def test_verify_names_what_postgresql_refuses(tmp_path: Path) -> None:
    dump = tmp_path / "d.sql"
    dump.write_text("create extension no_such_extension;\ncreate table public.a (x integer);\n")
    found = verified([dump])
    assert [str(failure.source) for failure in found.failures] == [f"{dump}:1"]
    assert (found.accepted, found.sent) == (1, 2)
    assert found.differences == ()


@pytest.mark.parametrize(("pattern", "exit_code"), [("DO *", 0), ("CREATE *", 1)])
def test_check_fails_on_unread_statements_unless_the_settings_accept_them(
    tmp_path: Path, pattern: str, exit_code: int
) -> None:
    (tmp_path / "d.sql").write_text("create table public.a (x integer);\ndo $$ begin commit; end $$;\n")
    settings = tmp_path / "schemabook.yml"
    settings.write_text(f"dumps: [d.sql]\noutput: out\naccept_unread: ['{pattern}']\n")
    runner = CliRunner()
    assert runner.invoke(cli, ["build", "--config", str(settings)]).exit_code == 0
    assert runner.invoke(cli, ["check", "--config", str(settings)]).exit_code == exit_code

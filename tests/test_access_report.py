"""`schemabook access`: what is asked of the matrix, as text, Markdown and JSON."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from schemabook.access.cells import Act, Word
from schemabook.cli import cli

HERE = Path(__file__).parent
FIXTURES = sorted((HERE / "fixtures").glob("*.sql"))
CASES = sorted((HERE / "access").glob("*.sql"))
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"

SQL = """
create role reader; create role writer;
grant usage on schema public to reader;
create table public.notes (id int, "own|er" text);
alter table public.notes enable row level security;
create policy some on public.notes for select to reader using (id > 0);
grant select on public.notes to reader;
create table public.secret (id int, shown text);
grant select (shown) on public.secret to reader;
"""


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "schema.sql"
    path.write_text(SQL)
    return path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["access", *arguments])
    assert done.exception is None, done.output
    return done.stdout


def test_roles_that_can_do_the_same_share_a_line(dump: Path) -> None:
    lines = run(str(dump), "--command", "select").splitlines()
    assert lines[:2] == ["public.notes", "  reader: filtered"]
    assert "  reader: column grants only (shown: all rows)" in lines


def test_one_role_on_one_table_is_told_why(dump: Path) -> None:
    found = run(str(dump), "--role", "reader", "--relation", "notes", "--command", "select")
    assert found.splitlines() == [
        "public.notes",
        "  reader: filtered",
        "  select: filtered",
        '    "reader" has usage of the schema (privilege public to reader)',
        '    "reader" has SELECT (privilege public.notes to reader)',
        "    row security is on (relation public.notes)",
        '    policy "some", permissive, applies (policy "some" on public.notes)',
    ]


def test_the_table_has_a_row_for_each_relation(dump: Path) -> None:
    rows = run(str(dump), "--format", "markdown", "--role", "reader", "--command", "select").splitlines()
    assert rows[0] == "| Relation | reader |"
    assert rows[2:] == ["| `public.notes` | filtered |", rows[3]]


def test_the_json_has_the_cells_that_are_asked_for(dump: Path) -> None:
    found = json.loads(run(str(dump), "--format", "json", "--role", "reader", "--command", "delete"))
    assert found["schemabook_access"] == 1
    assert {(cell["relation"], cell["cell"]) for cell in found["cells"]} == {
        ("notes", "no grant"),
        ("secret", "no grant"),
    }


def test_nothing_that_is_hidden_is_told(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(dump.parent)
    Path("schemabook.yml").write_text("dumps: [schema.sql]\nhidden: [secret]\n")
    for form in ("text", "markdown", "json"):
        assert "secret" not in run("--format", form)


def test_nothing_is_told_of_what_others_need_of_the_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text("""
    create role reader; create schema zz_s; create table zz_s.zz_t (id int primary key, zz_x int);
    grant select (zz_x) on zz_s.zz_t to zz_role;
    create function zz_s.zz_f(i int) returns boolean language sql security definer
        as 'select true from public.t';
    revoke execute on function zz_s.zz_f(int) from public;
    create table public.t (id int references zz_s.zz_t); alter table public.t enable row level security;
    create policy p on public.t using (zz_s.zz_f(id)); grant select on public.t to reader;
    create table public.tp (id int) partition by list (id); grant select, update on public.tp to reader;
    create table public.zz_part partition of public.tp for values in (1);
    create publication p for table public.tp;
    """)
    Path("schemabook.yml").write_text("dumps: [schema.sql]\nhidden: ['*.zz_*']\n")
    for arguments in ((), ("--role", "reader", "--relation", "t"), ("--role", "reader", "--relation", "tp")):
        for form in ("text", "markdown", "json"):
            assert "zz_" not in run("--format", form, *arguments)
    assert "what the settings hide decides this" in run("--role", "reader", "--relation", "tp")


# a column


def test_a_column_grant_counts_for_its_columns_only(dump: Path) -> None:
    lines = run(str(dump), "--column", "secret.shown", "--command", "select").splitlines()
    assert lines == ["public.secret.shown", "  reader: all rows", "  writer: no grant"]
    other = run(str(dump), "--column", "public.secret.id", "--role", "reader", "--command", "select")
    assert other.splitlines()[1:] == [
        "  reader: no grant",
        "  select: no grant",
        "    SELECT is granted of other columns only: shown (column public.secret.id)",
    ]


def test_a_column_is_told_in_json_and_in_a_table(dump: Path) -> None:
    arguments = (str(dump), "--column", "notes.id", "--role", "reader", "--format")
    cells = json.loads(run(*arguments, "json"))["cells"]
    assert {(cell["column"], cell["command"]) for cell in cells} == {
        ("id", act) for act in ("select", "insert", "update", "update where", "update check")
    }
    assert run(*arguments, "markdown").splitlines()[2].startswith("| `public.notes.id` | filtered: select;")


# the contract


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(files("schemabook.access").joinpath("contract.schema.json").read_text("utf-8"))


def test_the_schema_of_the_contract_has_each_word_and_command(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    cell = schema["$defs"]["cell"]["properties"]
    assert cell["cell"]["enum"] == [*Word]
    assert cell["command"]["enum"] == [*Act]


@pytest.mark.parametrize("path", [*FIXTURES, *CASES, EXAMPLE], ids=lambda path: path.stem)
def test_the_schema_holds_for_what_is_printed(schema: Any, path: Path) -> None:
    printed = json.loads(run(str(path), "--format", "json"))
    jsonschema.validate(printed, schema)


def test_what_the_schema_does_not_name_is_not_valid(schema: Any, dump: Path) -> None:
    printed = json.loads(run(str(dump), "--column", "secret.shown", "--format", "json"))
    jsonschema.validate(printed, schema)
    with pytest.raises(jsonschema.ValidationError, match="'rows' is a dependency of 'columns'"):
        jsonschema.validate({**printed, "cells": [{**printed["cells"][0], "columns": ["id"]}]}, schema)
    with pytest.raises(jsonschema.ValidationError, match="'more' was unexpected"):
        jsonschema.validate({**printed, "more": []}, schema)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--column", "id"], 'column "id" is of no relation\nhint: name it as relation.column'),
        (["--column", "notes.ix"], 'column "ix" of relation "public.notes" does not exist'),
        (["--column", "notes.id", "--command", "delete"], '"delete" is of whole rows, not of a column'),
    ],
)
def test_what_is_no_question_of_a_column_is_an_error(dump: Path, arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, ["access", str(dump), *arguments])
    assert message in str(done.exception)


@pytest.mark.parametrize(
    ("option", "word", "near"),
    [
        ("--role", "raeder", "reader"),
        ("--relation", "note", "notes"),
        ("--column", "note.id", "notes"),
        ("--column", "secret.show", "shown"),
    ],
)
def test_a_name_that_is_none_is_an_error(dump: Path, option: str, word: str, near: str) -> None:
    done = CliRunner().invoke(cli, ["access", str(dump), option, word])
    assert f'does not exist\nhint: did you mean "{near}"?' in str(done.exception)

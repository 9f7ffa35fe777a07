"""`schemabook access`: what is asked of the matrix, as text, Markdown and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemabook.cli import cli

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


@pytest.mark.parametrize(
    ("option", "word", "near"), [("--role", "raeder", "reader"), ("--relation", "note", "notes")]
)
def test_a_name_that_is_none_is_an_error(dump: Path, option: str, word: str, near: str) -> None:
    done = CliRunner().invoke(cli, ["access", str(dump), option, word])
    assert f'"{word}" does not exist\nhint: did you mean "{near}"?' in str(done.exception)

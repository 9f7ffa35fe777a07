"""Folders of SQL are read as the tools that lay them out would run them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from schemabook.cli import cli
from schemabook.errors import SchemaError
from schemabook.model import Database, Name
from schemabook.project.config import read_config
from schemabook.project.dumps import read_dumps
from schemabook.project.inputs import folders, paths
from schemabook.project.layouts import LAYOUTS, Folder, found_in
from schemabook.project.receipt import receipt_lines
from schemabook.site.plugin import SchemabookPlugin
from schemabook.verify.dumps import verified

MAKE = "create table public.a (x integer);\n"
RENAME = "alter table public.a rename column x to y;\n"
AGAIN = "alter table public.a rename column y to z;\n"
CHANGELOG = """\
databaseChangeLog:
  - include:
      file: z.sql
  - include:
      file: changes/b.sql
      relativeToChangelogFile: true
  - includeAll:
      path: all/
"""
DROP = "drop table public.a;\n"
TRAP = "create table public.trap (x integer);\n"


class Case(NamedTuple):
    """A folder, and which of its files run, in order."""

    files: dict[str, str]
    run: list[str]
    named: str = "project/migrations"
    said: str = ""


def journal(*tags: str) -> str:
    entries = [
        {"idx": i, "version": "7", "when": i, "tag": tag, "breakpoints": True} for i, tag in enumerate(tags)
    ]
    return json.dumps({"version": "7", "dialect": "postgresql", "entries": entries})


def migrations(**files: str) -> dict[str, str]:
    return {f"project/migrations/{name}": text for name, text in files.items()}


CASES = {
    "prisma": Case(
        migrations(
            **{
                "migration_lock.toml": 'provider = "postgresql"\n',
                "20240102000000_b/migration.sql": RENAME,
                "0_init/migration.sql": MAKE,
                "20240103000000_empty/migration.sql": "-- This is an empty migration.",
                "20240104000000_c/migration.sql": AGAIN,
                "seed.sql": TRAP,
            }
        ),
        [
            "0_init/migration.sql",
            "20240102000000_b/migration.sql",
            "20240103000000_empty/migration.sql",
            "20240104000000_c/migration.sql",
        ],
        said="Prisma: 4 migrations; not read: seed.sql (1)",
    ),
    "drizzle": Case(
        migrations(
            **{
                "meta/_journal.json": journal("0000_b", "0002_a", "0001_c"),
                "meta/0000_snapshot.json": "{}",
                "0000_b.sql": MAKE.replace(";\n", "")
                + "\n--> statement-breakpoint\ncreate view public.v as select 1 as n",
                "0001_c.sql": AGAIN,
                "0002_a.sql": RENAME,
                "0003_not_in_the_journal.sql": TRAP,
            }
        ),
        ["0000_b.sql", "0002_a.sql", "0001_c.sql"],
        said="Drizzle: 3 migrations; not read: 0003_not_in_the_journal.sql (1)",
    ),
    "drizzle of folders": Case(
        migrations(
            **{
                "20250101_a/migration.sql": MAKE,
                "20250101_a/snapshot.json": "{}",
                "20250102_b/migration.sql": RENAME + AGAIN,
                "20250102_b/snapshot.json": "{}",
            }
        ),
        ["20250101_a/migration.sql", "20250102_b/migration.sql"],
        said="Drizzle: 2 migrations",
    ),
    "diesel": Case(
        migrations(
            **{
                "00000000000000_diesel_initial_setup/up.sql": "-- Sets up a trigger\n" + MAKE,
                "00000000000000_diesel_initial_setup/down.sql": DROP,
                "2024-01-02-000000_b/up.sql": RENAME,
                "2024-01-02-000000_b/down.sql": DROP,
                "20240103000000_c/up.sql": AGAIN,
                "20240103000000_c/down.sql": DROP,
                "README.sql": TRAP,
            }
        ),
        [
            "00000000000000_diesel_initial_setup/up.sql",
            "2024-01-02-000000_b/up.sql",
            "20240103000000_c/up.sql",
        ],
    ),
    "golang-migrate": Case(
        migrations(
            **{
                "9_b.up.sql": RENAME,
                "9_b.down.sql": DROP,
                "10_c.up.sql": AGAIN,
                "10_c.down.sql": DROP,
                "1_a.up.sql": MAKE,
                "1_a.down.sql": DROP,
                "README.sql": TRAP,
                "seed.sql": TRAP,
            }
        ),
        ["1_a.up.sql", "9_b.up.sql", "10_c.up.sql"],
    ),
    "sqlx": Case(
        {
            "project/Cargo.toml": '[dependencies]\nsqlx = "0.8"\n',
            **migrations(
                **{
                    "1_a.sql": MAKE,
                    "9_b.up.sql": RENAME,
                    "9_b.down.sql": DROP,
                    "10_clean_up.sql": AGAIN,
                    "README.sql": TRAP,
                }
            ),
        },
        ["1_a.sql", "9_b.up.sql", "10_clean_up.sql"],
    ),
    "up-down": Case(
        migrations(
            **{
                "001.up.sql": MAKE,
                "001.down.sql": DROP,
                "9.up.sql": RENAME,
                "9.down.sql": DROP,
                "10.up.sql": AGAIN,
                "10.down.sql": DROP,
                "seed.sql": TRAP,
            }
        ),
        ["001.up.sql", "9.up.sql", "10.up.sql"],
        said="up and down files: 3 migrations; not read: 001.down.sql, 10.down.sql, 9.down.sql, … (4)",
    ),
    "up-down of postgrator": Case(
        migrations(
            **{
                "1.do.a.sql": MAKE,
                "1.undo.a.sql": DROP,
                "9.do.b.sql": RENAME,
                "9.undo.b.sql": DROP,
                "10.do.c.sql": AGAIN,
                "10.undo.c.sql": DROP,
            }
        ),
        ["1.do.a.sql", "9.do.b.sql", "10.do.c.sql"],
    ),
    "hasura": Case(
        migrations(
            **{
                "default/1700000000000_a/up.sql": MAKE,
                "default/1700000000000_a/down.sql": DROP,
                "default/1700000000009_b/up.sql": RENAME,
                "default/1700000000010_c/up.sql": AGAIN,
                "default/1700000000011_d/up.yaml": "- type: run_sql",
                "seeds.sql": TRAP,
            }
        ),
        [
            "default/1700000000000_a/up.sql",
            "default/1700000000009_b/up.sql",
            "default/1700000000010_c/up.sql",
        ],
        named="project",
    ),
    "hasura, version 1": Case(
        migrations(
            **{
                "1600000000000_a.up.sql": MAKE,
                "1600000000000_a.down.sql": DROP,
                "1600000000009_b.up.sql": RENAME + AGAIN,
            }
        ),
        ["1600000000000_a.up.sql", "1600000000009_b.up.sql"],
    ),
    "dbmate": Case(
        {
            "project/schema.sql": TRAP,
            **migrations(
                **{
                    "20240101_a.sql": f"-- migrate:up transaction:false\n{MAKE}\n-- migrate:down\n{DROP}",
                    "20240102_b.sql": f"--migrate:up\n{RENAME}{AGAIN}\n--  migrate:down\n{DROP}",
                    "20240103_c.sql": f"-- migrate:up\n\n-- migrate:down\n{DROP}",
                    "seed.sql": TRAP,
                }
            ),
        },
        ["20240101_a.sql", "20240102_b.sql", "20240103_c.sql"],
        named="project",
        said="dbmate: 3 migrations; not read: migrations/seed.sql, schema.sql (2)",
    ),
    "goose": Case(
        migrations(
            **{
                "1_a.sql": f"-- +goose Up\n-- +goose StatementBegin\n{MAKE.strip(';' + chr(10))}\n"
                "-- +goose StatementEnd\n-- +goose StatementBegin\ncreate view public.v as select 1 as n\n"
                f"-- +goose StatementEnd\n\n-- +goose Down\n{DROP}",
                "9_b.sql": f"-- +goose NO TRANSACTION\n-- +goose up\n{RENAME}-- +goose down\n{DROP}",
                "10_c.sql": f"-- +goose Up\n{AGAIN}",
                "11_d.go": "package migrations",
                "README.sql": TRAP,
            }
        ),
        ["1_a.sql", "9_b.sql", "10_c.sql"],
        said="goose: 3 migrations; not read: README.sql, 11_d.go (2)",
    ),
    "sql-migrate": Case(
        migrations(
            **{
                "1_a.sql": f"-- +migrate Up\n{MAKE}-- +migrate Down\n{DROP}",
                "9_b.sql": f"-- +migrate Up notransaction\n{RENAME}-- +migrate Down\n{DROP}",
                "10_c.sql": f"-- +migrate Up\n{AGAIN}-- +migrate Down\n{DROP}",
            }
        ),
        ["1_a.sql", "9_b.sql", "10_c.sql"],
    ),
    "node-pg-migrate": Case(
        migrations(
            **{
                "1700000000000_a.sql": f"-- Up Migration\n{MAKE}\n-- Down Migration\n{DROP}",
                "1700000000009_b.sql": RENAME,
                "1700000000010_c.sql": f"---- up migration\n{AGAIN}\n---- down migration\n{DROP}",
            }
        ),
        ["1700000000000_a.sql", "1700000000009_b.sql", "1700000000010_c.sql"],
    ),
    "tern": Case(
        migrations(
            **{
                "1_a.sql": f"{MAKE}\n---- create above / drop below ----\n\n{DROP}",
                "9_b.sql": RENAME,
                "10_c.sql": AGAIN,
            }
        ),
        ["1_a.sql", "9_b.sql", "10_c.sql"],
    ),
    "mybatis": Case(
        migrations(
            **{"1_a.sql": f"-- // first\n{MAKE}\n-- //@UNDO\n{DROP}", "9_b.sql": RENAME, "10_c.sql": AGAIN}
        ),
        ["1_a.sql", "9_b.sql", "10_c.sql"],
    ),
    "evolutions": Case(
        migrations(
            **{
                "1.sql": f"# Users schema\n\n# --- !Ups\n{MAKE}\n# --- !Downs\n{DROP}",
                "9.sql": f"-- !Ups\n# --- !Ups\n{RENAME}# --- !Downs\n{DROP}",
                "10.sql": f"-- --- !Ups\n{AGAIN}-- --- !Downs\n{DROP}",
            }
        ),
        ["1.sql", "9.sql", "10.sql"],
    ),
    "flyway": Case(
        migrations(
            **{
                "V1__a.sql": TRAP,
                "B2__base.sql": MAKE,
                "V2.0__in_the_baseline.sql": TRAP,
                "V2_1__b.sql": RENAME,
                "more/V2.10__c.sql": "alter table public.a rename column q to z;",
                "V2_9__c.sql": "alter table public.a rename column y to q;",
                "U2_9__c.sql": DROP,
                "R__view.sql": "create or replace view public.v as select z from public.a;",
                "README.sql": TRAP,
            }
        ),
        ["B2__base.sql", "V2_1__b.sql", "V2_9__c.sql", "more/V2.10__c.sql", "R__view.sql"],
    ),
    "liquibase": Case(
        migrations(
            **{
                "db.changelog-master.yaml": CHANGELOG,
                "z.sql": f"--liquibase formatted sql\n\n--changeset me:1\n{MAKE}--rollback {DROP}"
                f"--changeset me:2 dbms:mysql,oracle\n{TRAP}--changeset me:3 dbms:!postgresql\n{TRAP}"
                f"--changeset me:4 ignore:true\n{TRAP}",
                "changes/b.sql": f"-- Liquibase formatted SQL\n-- changeset me:5 dbms:postgresql\n{RENAME}",
                "all/c.sql": f"--liquibase formatted sql\n--changeset me:6\n{AGAIN}",
                "a_draft.sql": f"--liquibase formatted sql\n--changeset me:7\n{TRAP}",
            }
        ),
        ["z.sql", "changes/b.sql", "all/c.sql"],
    ),
    "liquibase in XML": Case(
        migrations(
            **{
                "changelog.xml": '<databaseChangeLog><include file="db/migrations/z.sql"/>\n'
                '<include file="db/migrations/b.sql"/></databaseChangeLog>',
                "z.sql": f"--liquibase formatted sql\n--changeset me:1\n{MAKE}",
                "b.sql": f"--liquibase formatted sql\n--changeset me:2\n{RENAME}{AGAIN}",
            }
        ),
        ["z.sql", "b.sql"],
    ),
    "sqitch": Case(
        {
            "project/sqitch.plan": "%syntax-version=1.0.0\n%project=p\n\n"
            "z 2024-01-01T00:00:00Z Me <me@example.org> \n@v1 2024-01-02T00:00:00Z Me <m@e.org>\n\n"
            "b [z] 2024-01-03T00:00:00Z Me <me@example.org> # renames it\n"
            "z [z@v1] 2024-01-04T00:00:00Z Me <me@example.org> # made anew\n",
            "project/sqitch.conf": "[core]\n\tengine = pg\n",
            "project/deploy/z@v1.sql": f"begin;\n{MAKE}commit;\n",
            "project/deploy/b.sql": f"begin;\n{RENAME}commit;\n",
            "project/deploy/z.sql": AGAIN,
            "project/revert/z.sql": DROP,
            "project/verify/z.sql": TRAP,
            "project/deploy/a_draft.sql": TRAP,
        },
        ["../deploy/z@v1.sql", "../deploy/b.sql", "../deploy/z.sql"],
        named="project",
    ),
    "atlas": Case(
        migrations(
            **{
                "20240101_a.sql": TRAP,
                "20240102_checkpoint.sql": f"-- atlas:checkpoint\n\n{MAKE}",
                "20240103_b.sql": RENAME,
                "20240104_c.sql": AGAIN,
                "README.sql": TRAP,
                "atlas.sum": "h1:x=\n20240101_a.sql h1:a=\n20240102_checkpoint.sql h1:b=\n"
                "20240103_b.sql h1:c=\n20240104_c.sql h1:d=\n",
            }
        ),
        ["20240102_checkpoint.sql", "20240103_b.sql", "20240104_c.sql"],
    ),
    "supabase": Case(
        {
            "project/config.toml": "",
            "project/seed.sql": TRAP,
            "project/schemas/a.sql": TRAP,
            **migrations(
                **{
                    "20240101000000_a.sql": MAKE,
                    "20240102000000_shut_down.sql": RENAME,
                    "20240103000000_clean_up.sql": AGAIN,
                    "README.sql": TRAP,
                }
            ),
        },
        ["20240101000000_a.sql", "20240102000000_shut_down.sql", "20240103000000_clean_up.sql"],
        named="project",
    ),
    "supabase-schemas": Case(
        {
            "project/config.toml": "[db.migrations]\n"
            'schema_paths = ["./schemas/z.sql", "./schemas/*.sql", "./more/c.sql"]\n',
            "project/schemas/z.sql": MAKE,
            "project/schemas/b.sql": RENAME,
            "project/more/c.sql": AGAIN,
            "project/seed.sql": TRAP,
        },
        ["../schemas/z.sql", "../schemas/b.sql", "../more/c.sql"],
        named="project/schemas",
    ),
    "structure": Case(
        {
            "project/migrations/structure.sql": MAKE + RENAME + AGAIN,
            "project/migrations/seeds.sql": TRAP,
            "project/migrations/migrate/20240101_a.rb": "class A; end",
        },
        ["structure.sql"],
        said="Rails: 1 dump; not read: seeds.sql (1)",
    ),
    "numbered": Case(
        migrations(**{"1_a.sql": MAKE, "9_b.sql": RENAME, "10_c.sql": AGAIN, "README.sql": TRAP}),
        ["1_a.sql", "9_b.sql", "10_c.sql"],
        said="numbered files: 3 migrations; not read: README.sql (1)",
    ),
    "plain": Case(
        migrations(
            **{"tables/a.sql": MAKE, "views/9.sql": RENAME, "views/10.sql": AGAIN, ".old/x.sql": TRAP}
        ),
        ["tables/a.sql", "views/9.sql", "views/10.sql"],
        said="no tool's layout: 3 files by name",
    ),
}


def laid_out(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def columns(database: Database) -> list[str]:
    return [column.name for column in database.columns_of(Name("public", "a"))]


@pytest.mark.parametrize("name", CASES)
def test_a_folder_is_read_as_its_tool_runs_it(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    laid_out(tmp_path, case.files)
    folder = tmp_path / case.named
    found = found_in(folder)
    assert found.layout.key == name.split(",")[0].split(" ")[0]
    root = tmp_path / "project/migrations"
    assert [file.resolve() for file in found.files] == [(root / file).resolve() for file in case.run]
    database = read_dumps([folder])
    assert columns(database) == ["z"]
    assert Name("public", "trap") not in database.relations
    assert not database.receipt.unread
    assert database.receipt.folders == ((str(folder), found.words),)
    if case.said:
        assert next(receipt_lines(database)) == f"{folder}: {case.said}"


def test_every_layout_has_a_folder_here() -> None:
    assert {layout.key for layout in LAYOUTS} == {name.split(",")[0].split(" ")[0] for name in CASES}


def test_every_layout_is_in_the_guide() -> None:
    guide = (Path(__file__).parent.parent / "docs/AUTHORING.md").read_text("utf-8")
    assert [layout.key for layout in LAYOUTS if f"`{layout.key}`" not in guide] == []


@pytest.mark.parametrize("name", CASES)
def test_the_user_may_name_the_layout(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    laid_out(tmp_path, case.files)
    folder = tmp_path / case.named
    recognised = found_in(folder)
    assert found_in(folder, recognised.layout.key) == recognised


def test_only_the_last_layout_fits_any_folder(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(MAKE)
    assert [layout.key for layout in LAYOUTS if layout.fits(Folder(tmp_path))] == ["plain"]


def test_lines_stay_those_of_the_file(tmp_path: Path) -> None:
    text = f"-- hello\r\n-- migrate:up\r\n\r\nfrobnicate;\r\n{MAKE}-- migrate:down\r\nnonsense here;\r\n"
    laid_out(tmp_path, {"m/1_a.sql": text})
    database = read_dumps([tmp_path / "m"])
    (unread,) = database.receipt.unread
    assert str(unread.statement.source) == f"{tmp_path}/m/1_a.sql:4"
    assert database.relations[Name("public", "a")].source.line == 5


def test_two_equal_migrations_run_twice(tmp_path: Path) -> None:
    one, two = (
        "create or replace view public.v as select 1 as x;",
        "create or replace view public.v as select 2 as x;",
    )
    laid_out(tmp_path, {f"m/{i}/migration.sql": text for i, text in enumerate((one, two, one))})
    found = read_dumps([tmp_path / "m"])
    assert str(found.relations[Name("public", "v")].definition) == "select 1 as x"


def test_a_single_statement_that_is_not_understood_is_unread_and_the_folder_is_read(tmp_path: Path) -> None:
    laid_out(tmp_path, {"m/1_a.sql": MAKE, "m/2_b.sql": "frobnicate the database;", "m/3_c.sql": RENAME})
    database = read_dumps([tmp_path / "m"])
    assert columns(database) == ["y"]
    assert [found.statement.source.line for found in database.receipt.unread] == [1]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"meta/_journal.json": "{"}, "this is no JSON"),
        ({"meta/_journal.json": "[]"}, "this is no journal of Drizzle"),
        ({"meta/_journal.json": journal("0000_gone")}, "there is no such file"),
        ({"meta/_journal.json": journal("../../x")}, "there is no such file"),
        ({"sqitch.plan": "a 2024 Me <m@e.org>\n"}, "there is no such file"),
        ({"atlas.sum": "h1:x=\ngone.sql h1:y=\n"}, "there is no such file"),
        (
            {"one/1_a/up.sql": MAKE, "two/1_a/up.sql": MAKE},
            "these are migrations of several databases: one, two",
        ),
        ({"notes.txt": ""}, r"no file in this folder ends in \.sql"),
    ],
)
def test_a_folder_that_its_tool_would_refuse_is_an_error(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    laid_out(tmp_path, files)
    with pytest.raises(SchemaError, match=message):
        read_dumps([tmp_path])


@pytest.mark.parametrize(
    "text", ["[db", "db = 1\n", "[db]\nmigrations = 2\n", '[db.migrations]\nschema_paths = ["/x"]']
)
def test_settings_of_supabase_that_make_no_sense_are_an_error(tmp_path: Path, text: str) -> None:
    laid_out(tmp_path, {"config.toml": text, "schemas/a.sql": MAKE})
    with pytest.raises(SchemaError, match=r"config\.toml"):
        read_dumps([tmp_path / "schemas"])


def test_the_settings_and_the_command_line_name_a_layout(tmp_path: Path) -> None:
    laid_out(tmp_path, {"m/1_a.up.sql": MAKE, "m/1_a.down.sql": DROP, "m/0_b.sql": TRAP})
    (tmp_path / "schemabook.yml").write_text("dumps: [{path: m, layout: plain}]\noutput: out\n")
    done = CliRunner().invoke(cli, ["build", "--config", str(tmp_path / "schemabook.yml")])
    assert done.exit_code == 0, done.output
    assert "no tool's layout: 3 files by name" in done.output
    done = CliRunner().invoke(cli, ["export", str(tmp_path / "m"), "--layout", "plain"])
    assert '"trap"' in done.stdout
    assert '"trap"' not in CliRunner().invoke(cli, ["export", str(tmp_path / "m")]).stdout


def test_an_unknown_layout_is_an_error_that_knows_the_near_one(tmp_path: Path) -> None:
    text = "dumps:\n  - path: m\n    layout: prizma\n"
    with pytest.raises(SchemaError) as caught:
        read_config(text, tmp_path / "schemabook.yml")
    assert str(caught.value) == (
        f'{tmp_path}/schemabook.yml:2: there is no layout "prizma"\nhint: did you mean "prisma"?'
    )


def test_what_decides_the_order_is_an_input_too(tmp_path: Path) -> None:
    case = CASES["drizzle"]
    laid_out(tmp_path, case.files)
    config = read_config("dumps: [project/migrations]\n", tmp_path / "schemabook.yml")
    names = {path.name for path in paths(config)}
    assert {"_journal.json", "0000_b.sql", "schemabook.yml"} <= names
    assert [path.name for path in folders(config)] == ["migrations"]


def test_a_served_site_follows_a_folder_with_all_folders_in_it(tmp_path: Path) -> None:
    watched = {}

    def watch(path: str, *, recursive: bool) -> None:
        watched[path] = recursive

    case = CASES["prisma"]
    laid_out(tmp_path, case.files)
    plugin = SchemabookPlugin()
    plugin.demand = Mock(server=Mock(watch=watch))
    plugin.inputs = read_config("dumps: [project/migrations]\n", tmp_path / "schemabook.yml")
    plugin._watch()
    assert watched[str(tmp_path / "project" / "migrations")]
    assert not watched[str(tmp_path)]


@pytest.mark.parametrize("name", ["goose", "drizzle", "prisma", "flyway"])
def test_a_server_agrees(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    laid_out(tmp_path, case.files)
    found = verified([tmp_path / case.named])
    assert not found.failures
    assert not found.differences


def test_what_a_server_refuses_is_named_by_the_file_of_the_user(tmp_path: Path) -> None:
    laid_out(tmp_path, {"m/1_a.sql": f"-- +goose Up\n{MAKE}create extension nope;\n-- +goose Down\n{DROP}"})
    found = verified([tmp_path / "m"])
    assert [str(failure.source) for failure in found.failures] == [f"{tmp_path}/m/1_a.sql:3"]

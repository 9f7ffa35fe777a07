"""The command line, used by people who mean well and by those who do not."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from rich.console import Console

from schemabook import __version__, cli
from schemabook.errors import SchemaError
from schemabook.project.config import KEYS, load, read_config
from schemabook.project.inputs import load_book

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "schema" / "schema_backup.sql"
DUMP = """\
SET statement_timeout = 0;
CREATE SCHEMA app;
CREATE TABLE public.users (id bigint PRIMARY KEY, name text DEFAULT 'x''y' /* a comment */);
COMMENT ON TABLE public.users IS 'People''s $ data; all of it';
CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS $fn$ SELECT 1; $fn$;
COPY public.users (id, name) FROM stdin;
1\\tx
\\.
CREATE VIEW public.names AS SELECT name FROM public.users;
CREATE POLICY own ON public.users FOR SELECT TO public USING ((id = 1));
"""
SETTINGS = "dumps: [dump.sql]\noutput: docs/reference\n"
STATISTICS = "name,estimated_row_count,total_size\npublic.users,3,8192 bytes\n"


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Project:
    """A folder with a dump and settings, in which commands run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
        self.folder = folder
        self.capsys = capsys
        self.monkeypatch = monkeypatch
        self.write("dump.sql", DUMP)
        self.write("schemabook.yml", SETTINGS)
        monkeypatch.chdir(folder)

    def write(self, name: str, content: str | bytes) -> Path:
        """Writes a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *arguments: str) -> Result:
        """Runs a command in this process, as the console script does."""
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "argv", ["schemabook", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Result(code, *self.capsys.readouterr())

    @contextlib.contextmanager
    def start(self, *arguments: str, first: str = "", **keywords: Any) -> Iterator[subprocess.Popen[str]]:
        """A command in a process of its own, killed if it does not end; *first* runs there before it."""
        command = [sys.executable, "-c", f"{first}\nfrom schemabook.cli import main; main()", *arguments]
        with subprocess.Popen(command, cwd=self.folder, text=True, **keywords) as process:
            try:
                yield process
            finally:
                process.kill()

    def docs(self) -> str:
        """A hash of everything below docs/."""
        found = hashlib.sha256()
        for path in sorted(self.folder.glob("docs/**/*")):
            found.update(repr(path.relative_to(self.folder)).encode())
            found.update(path.read_bytes() if path.is_file() else b"/")
        return found.hexdigest()

    def refuses(self, *arguments: str) -> str:
        """The message of a build that is refused: one error, exit code 2, docs as they were."""
        before = self.docs()
        found = self.run(*(arguments or ("build",)))
        assert found.code == 2, found
        assert found.out == ""
        assert self.docs() == before
        message = "\n".join(
            line for line in found.err.splitlines() if not re.match("(reading|writing|comparing) ", line)
        )
        assert message.startswith("error: ")
        assert "Traceback" not in found.err
        return message.removeprefix("error: ")


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Project:
    return Project(tmp_path, capsys, monkeypatch)


@pytest.fixture
def built(project: Project) -> Project:
    """A project whose documentation is current."""
    assert project.run("build").code == 0
    return project


# build and check


def tables(count: int) -> str:
    return "".join(f"CREATE TABLE public.t{number} (id int);\n" for number in range(count))


def test_a_build_that_removes_most_pages_says_so(project: Project) -> None:
    project.write("dump.sql", tables(20))
    project.run("build")
    project.write("dump.sql", tables(12))
    assert "warning" not in project.run("build").err
    project.write("dump.sql", tables(2))
    for command in ("check", "build"):
        assert "docs/reference: 10 of 14 pages are removed" in project.run(command).err


@pytest.mark.parametrize("most", ["30", "30%", "66"])
def test_a_build_removes_no_more_pages_than_the_settings_allow(project: Project, most: str) -> None:
    project.write("schemabook.yml", SETTINGS + f"most_removed: {most}\n")
    project.write("dump.sql", tables(10))
    project.run("build")
    project.write("dump.sql", tables(2))  # 8 of 12 pages.
    if most == "66":
        assert project.run("build").code == 0
        return
    assert project.refuses().startswith(
        'docs/reference: this would remove 8 of 12 pages, and "most_removed" in the settings is 30%\nhint: '
    )
    assert project.run("build", "--allow-removal").code == 0
    assert not (project.folder / "docs/reference/public/tables/t9.md").exists()


@pytest.mark.parametrize("wrong", ["half", "-1", "101", "1.5", "[1]", "²"])
def test_a_share_is_a_whole_number_of_per_cent(project: Project, wrong: str) -> None:
    project.write("schemabook.yml", SETTINGS + f"most_removed: {wrong}\n")
    assert '"most_removed" must be' in project.refuses()


def test_a_build_prints_the_receipt_to_stdout_and_progress_to_stderr(project: Project) -> None:
    found = project.run("build")
    assert found.out.splitlines() == [
        "8 statements: 6 read, 2 ignored (1 data, 1 setting of the session), 0 not understood",
        "docs/reference: 6 added, 0 changed, 0 removed",
    ]
    assert found.err.splitlines() == ["reading dump.sql", "writing docs/reference"]
    assert found.code == 0


def test_a_second_build_changes_nothing(built: Project) -> None:
    before = built.docs()
    assert built.run("build").out.endswith("docs/reference: 0 added, 0 changed, 0 removed\n")
    assert built.docs() == before


def test_a_check_of_current_pages_is_clean(built: Project) -> None:
    found = built.run("check")
    assert (found.code, found.out) == (0, "docs/reference is current\n")
    assert found.err.splitlines() == ["reading dump.sql", "comparing with docs/reference"]


def test_a_check_fails_below_the_wanted_coverage_and_names_the_worst(built: Project) -> None:
    found = built.run("check", "--coverage", "30")
    assert found.code == 1
    assert found.out.splitlines() == [
        "20% have a comment (1 of 5), wanted are 30%",
        "  worst schema: app, 0% (0 of 1)",
        "  worst table: public.names, 0% with its columns (0 of 1)",
        "  worst table: public.users, 33% with its columns (1 of 3)",
    ]
    found = built.run("check", "--coverage", "20")
    assert (found.code, found.out) == (0, "docs/reference is current\n")


@pytest.mark.parametrize("bad", ["-1", "101", "half", "nan", ""])
def test_a_coverage_that_is_no_per_cent_is_bad_usage(built: Project, bad: str) -> None:
    found = built.run("check", f"--coverage={bad}")
    assert found.code == 2
    assert "Invalid value for '--coverage'" in found.err


def test_a_check_of_stale_pages_shows_what_a_build_would_do_and_writes_nothing(built: Project) -> None:
    text = DUMP.replace("CREATE VIEW public.names", "CREATE VIEW public.called").replace("People''s $", "All")
    built.write("dump.sql", text)
    before = built.docs()
    found = built.run("check")
    assert found.code == 1
    for line in (
        "docs/reference/public/views/called.md: added",
        "docs/reference/public/views/names.md: removed",
        "docs/reference/public/tables/users.md: changed",
        "  -People's $ data; all of it",
        "  +All data; all of it",
    ):
        assert line in found.out.splitlines()
    assert "docs/reference is stale: 1 added, 3 changed, 1 removed; run: schemabook build\n" in found.err
    assert built.docs() == before


def test_a_check_before_the_first_build_writes_nothing(project: Project) -> None:
    assert project.run("check").code == 1
    assert not (project.folder / "docs").exists()


def test_a_check_fails_for_a_statement_that_was_not_understood(project: Project) -> None:
    project.write("dump.sql", DUMP + "CREATE NONSENSE x;\n")
    built = project.run("build")
    assert built.code == 0
    assert "  dump.sql:11: " in built.out
    found = project.run("check")
    assert found.code == 1
    assert "dump.sql:11: not understood: " in found.out
    assert "stale" not in found.err


def test_a_check_fails_for_a_guide_that_names_what_does_not_exist(built: Project) -> None:
    built.write("docs/guide.md", "One\n`[[usres]]`, `[[users.name]]` and `public.usres`\n")
    found = built.run("check")
    assert found.code == 1
    assert found.out.startswith(
        'docs/guide.md:2: "usres" does not exist\nhint: did you mean "users"?\n'
        'docs/guide.md:2: "public.usres" does not exist\nhint: did you mean "public.users"?'
    )
    assert "stale" not in found.err
    assert "is current" not in found.out
    built.write("docs/guide.md", "`[[users.name]]` <!-- schemabook: ignore public.usres --> `public.usres`\n")
    assert built.run("check").out == "docs/reference is current\n"


def test_the_settings_may_be_elsewhere_and_paths_are_relative_to_them(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.write("dump.sql", DUMP + "CREATE NONSENSE x;\n")
    assert built.run("build").code == 0
    before = built.docs()
    (tmp_path / "other").mkdir()
    for here, settings in (("other", "../schemabook.yml"), ("docs", str(tmp_path / "schemabook.yml"))):
        monkeypatch.chdir(tmp_path / here)
        assert " 0 added, 0 changed, 0 removed" in built.run("build", "--config", settings).out
        assert built.run("check", "--config", settings).code == 1
    assert built.docs() == before
    assert list((tmp_path / "other").iterdir()) == []


def test_the_settings_are_found_in_the_folder_schema(project: Project) -> None:
    project.write("schema/schemabook.yml", "dumps: [../dump.sql]\noutput: ../docs\n")
    (project.folder / "schemabook.yml").unlink()
    assert project.run("build").code == 0
    assert (project.folder / "docs/index.md").is_file()


def test_the_hint_of_a_check_names_settings_that_are_elsewhere(project: Project) -> None:
    project.write("my db/settings.yml", "dumps: [../dump.sql]\n")
    found = project.run("check", "--config", "my db/settings.yml")
    assert "run: schemabook build --config 'my db/settings.yml'\n" in found.err


def test_statistics_of_another_database_are_a_warning_that_names_the_tables(project: Project) -> None:
    project.write("stats.csv", STATISTICS + "public.orders,1,8192 bytes\npublic.lines,1,8192 bytes\n")
    project.write("schemabook.yml", SETTINGS + "statistics: [stats.csv]\n")
    for command in ("build", "check"):
        found = project.run(command)
        assert found.code == 0
        assert "warning: stats.csv:4: " in found.err
        assert "public.lines, public.orders" in found.err


# bad input

BAD_DUMPS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "dump.sql: the file is empty"),
    "blank": (b" \n\t\n", "dump.sql: the file is empty"),
    "comments": (b"-- nothing\n/* here */\n", "dump.sql: no statement in this file"),
    "nul": (DUMP.encode() + b"\0", "dump.sql:11: a NUL byte"),
    "utf16": (DUMP.encode("utf-16"), "dump.sql: this is UTF-16 text"),
    "utf16_without_mark": (DUMP.encode("utf-16-le"), "dump.sql:1: a NUL byte"),
    "latin1": (DUMP.replace("People", "Frühe").encode("latin-1"), "dump.sql:4: invalid UTF-8"),
    "gzip": (gzip.compress(DUMP.encode()), "dump.sql: this is a file compressed with gzip"),
    "custom": (b"PGDMP\x01\x0f\x00" + DUMP.encode(), "dump.sql: this is a dump in pg_dump's custom format"),
    "binary": (random.Random(1).randbytes(9999), "dump.sql:"),
    "markdown": ((ROOT / "README.md").read_bytes(), "dump.sql:"),
    "json": (b'{"tables": ["users"]}', "dump.sql:1: this is not a PostgreSQL schema"),
    "html": (b"<html><body>404; not found</body></html>", "dump.sql:1: this is not a PostgreSQL schema"),
    "message": (b"pg_dump: error: connection failed\n", "dump.sql:1: this is not a PostgreSQL schema"),
    "data_only": (
        b"SET statement_timeout = 0;\nCOPY public.users (id) FROM stdin;\n1\n\\.\n",
        "dump.sql: no table, view, function or type is defined here",
    ),
    "in_a_string": (DUMP[: DUMP.index("x''y") + 1].encode(), "dump.sql:3: the file ends inside of a"),
    "in_a_dollar_quote": (
        DUMP[: DUMP.index(" SELECT 1;") + 10].encode(),
        "dump.sql:5: the file ends inside of a dollar-quoted string",
    ),
    "in_a_comment": (DUMP[: DUMP.index("a comment")].encode(), "dump.sql:3: the file ends inside of a"),
    "in_parentheses": (DUMP[: DUMP.index("bigint") + 6].encode(), "dump.sql:3: the file ends inside of a"),
    "in_data": (DUMP[: DUMP.index("\\.")].encode(), "dump.sql:6: the file ends inside of a data of COPY"),
    "after_a_keyword": (
        DUMP[: DUMP.index("POLICY") + 6].encode(),
        "dump.sql:10: the file ends in the middle of a statement",
    ),
    "without_the_last_line": (
        b"--\n-- PostgreSQL database dump\n--\n\n" + DUMP.encode(),
        "dump.sql:15: the dump is cut off: ",
    ),
}


@pytest.mark.parametrize("case", BAD_DUMPS)
def test_a_dump_that_cannot_be_read_is_an_error_and_the_docs_stay(built: Project, case: str) -> None:
    content, message = BAD_DUMPS[case]
    built.write("dump.sql", content)
    found = built.refuses()
    assert found.startswith(message)
    assert "\nhint: " in found
    assert built.refuses("check") == found


@pytest.mark.parametrize("case", ["sqlserver-sakila-schema", "mysql-sakila-schema", "sqlite-sakila-schema"])
def test_a_dump_of_another_database_is_an_error(built: Project, case: str) -> None:
    built.write("dump.sql", OTHER_DATABASES[case])
    assert "dump.sql:" in built.refuses()


OTHER_DATABASES = {
    "mysql-sakila-schema": """\
CREATE TABLE `actor` (
  `actor_id` SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(45) NOT NULL,
  PRIMARY KEY  (`actor_id`),
  KEY `idx_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
""",
    "sqlserver-sakila-schema": """\
SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[actor] ([actor_id] [int] IDENTITY(1,1) NOT NULL) ON [PRIMARY]
GO
""",
    "sqlite-sakila-schema": """\
PRAGMA foreign_keys=OFF;
CREATE TRIGGER actor_trigger_ai AFTER INSERT ON actor BEGIN
  UPDATE actor SET last_update = DATETIME('NOW') WHERE rowid = new.rowid;
END;
""",
}


def error_of(dump: Path) -> str:
    """What is wrong with a dump; empty where nothing is."""
    try:
        load_book(read_config(SETTINGS, dump.with_name("schemabook.yml")))
    except SchemaError as error:
        return str(error)
    return ""


def test_a_dump_cut_anywhere_is_an_error_unless_a_statement_had_just_ended(tmp_path: Path) -> None:
    dump = tmp_path / "dump.sql"
    for length in range(0, len(DUMP), 2):
        dump.write_text(DUMP[:length])
        assert error_of(dump).startswith(f"{dump}:") or DUMP[:length].rstrip().endswith((";", "\\."))


def test_the_example_cut_anywhere_is_an_error_unless_a_statement_had_just_ended(tmp_path: Path) -> None:
    dump, whole = tmp_path / "dump.sql", EXAMPLE.read_bytes()[:40_000]
    for length in random.Random(2).sample(range(1000, len(whole)), 25):
        dump.write_bytes(whole[:length])
        assert re.search("ends (inside|in the middle) of a", error_of(dump)) or whole[
            :length
        ].rstrip().endswith(b";")


def test_a_statement_at_the_end_may_lack_its_semicolon_in_a_schema_by_hand(project: Project) -> None:
    project.write("dump.sql", "CREATE TABLE a (b int);\nALTER TABLE a ADD COLUMN c int")
    assert project.run("build").code == 0


def test_a_missing_dump_is_an_error_that_names_the_line_of_the_settings(built: Project) -> None:
    (built.folder / "dump.sql").unlink()
    found = built.refuses()
    assert found == 'dump.sql: there is no such file\nhint: schemabook.yml:1 names it as "dump.sql"'


def test_a_directory_is_no_dump(built: Project) -> None:
    (built.folder / "dump.sql").unlink()
    (built.folder / "dump.sql").mkdir()
    assert built.refuses().startswith("dump.sql: no file in this folder ends in .sql\nhint: ")


def test_a_file_that_may_not_be_read_is_an_error(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refused(path: Any, *arguments: Any, **keywords: Any) -> Any:
        if str(path) == "dump.sql":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, *arguments, **keywords)

    before = built.docs()
    monkeypatch.setattr(os, "open", refused)
    found = built.run("build")
    monkeypatch.undo()
    assert found.code == 2
    assert "error: dump.sql: cannot be read: Permission denied\nhint: schemabook.yml:1" in found.err
    assert built.docs() == before


BAD_SETTINGS = {
    "dumps: []": 'schemabook.yml:1: "dumps" names no file',
    "dumps: [dump.sql]\ngroup: []": 'schemabook.yml:2: the configuration has no key "group"',
    "dumps: [dump.sql, dump.sql]": 'schemabook.yml:1: file "dump.sql" is given twice, first on line 1',
    "dumps:\n  - dump.sql\n  - ./x/../dump.sql": 'schemabook.yml:3: file "./x/../dump.sql" is given twice',
    'dumps: ["dump\\0.sql"]': "schemabook.yml:1: a path is not text",
    'dumps: [dump.sql]\noutput: "docs\\0"': 'schemabook.yml:2: "output" is not text',
    f"dumps: [{'x' * 300}]": f"{'x' * 300}: cannot be read: File name too long",
    "dumps: [dump.sql]\ngroups:\n  - name: Core\n    tables:\n      - user": (
        'schemabook.yml:5: relation "public.user" does not exist\nhint: did you mean "public.users"?'
    ),
    "dumps: [dump.sql]\nimportant_tables:\n  orders: note": 'schemabook.yml:3: relation "public.orders" does',
    "dumps: [dump.sql]\nstatistics: [nowhere.txt]": "nowhere.txt: there is no such file",
    "dumps: [dump.sql]\nstatistics: [dump.sql]": "dump.sql:1: ",
    "dumps: [dump.sql]\noutput: dump.sql": "dump.sql: the output folder is a file",
    "dumps: [dump.sql]\noutput: dump.sql/docs": "dump.sql/docs: cannot be ",
    "a: [": "schemabook.yml:",
    "\tdumps": "schemabook.yml:1: a tab stands",
    "": "schemabook.yml:1: the configuration is empty",
    "[" * 5000: "schemabook.yml:1: the configuration is not YAML",
    "dumps: &a [*a]": "schemabook.yml:1: a file must be a mapping",
}


@pytest.mark.parametrize("text", BAD_SETTINGS, ids=lambda text: text[:40])
def test_settings_that_are_wrong_are_an_error_and_the_docs_stay(built: Project, text: str) -> None:
    built.write("schemabook.yml", text)
    assert built.refuses().startswith(BAD_SETTINGS[text])


def test_missing_settings_are_an_error_that_says_how_to_begin(tmp_path: Path, project: Project) -> None:
    (tmp_path / "schemabook.yml").unlink()
    found = project.refuses()
    assert found.startswith(
        "schemabook.yml: there is no configuration file\nhint: write one with `schemabook"
    )


def test_settings_that_are_a_directory_are_an_error(project: Project) -> None:
    assert project.refuses("build", "--config", ".").startswith(".: this is a directory")


@pytest.mark.parametrize("name", ["docs/reference/index.md", "docs/reference/.schemabook"])
def test_a_build_never_overwrites_its_dump(project: Project, name: str) -> None:
    project.write(name, DUMP)
    project.write("schemabook.yml", f"dumps: [{name}]\noutput: docs/reference\n")
    assert f"{name}: " in project.refuses()
    assert (project.folder / name).read_text() == DUMP


def test_a_build_never_overwrites_its_settings(project: Project) -> None:
    project.write("docs/reference/index.md", "dumps: [../../dump.sql]\noutput: .\n")
    found = project.refuses("build", "--config", "docs/reference/index.md")
    assert found.startswith("docs/reference/index.md: a page would overwrite this input")


def test_a_build_never_overwrites_a_file_of_the_user(project: Project) -> None:
    project.write("docs/reference/public/index.md", "mine")
    assert project.refuses().startswith("docs/reference/public/index.md: this is not generated")
    assert project.refuses("check").startswith("docs/reference/public/index.md: this is not generated")


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--nonsense"],
        ["nonsense"],
        ["build", "extra"],
        ["init"],
        ["build", "--config"],
        ["serve", "--address"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_how_to_use_it(project: Project, arguments: list[str]) -> None:
    found = project.run(*arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(("Usage: schemabook", "Error: Option "))
    assert "Traceback" not in found.err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["build", "--help"], ["check", "-h"]])
def test_help_goes_to_stdout(project: Project, arguments: list[str]) -> None:
    found = project.run(*arguments)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("Usage: ")


def test_the_list_of_commands_cuts_no_description_short(project: Project) -> None:
    assert "..." not in project.run("--help").out.replace("[ARGS]...", "")


def test_the_version_is_printed(project: Project) -> None:
    assert project.run("--version").out == f"schemabook, version {__version__}\n"


# terminals, pipes, signals


def test_on_a_terminal_a_spinner_shows_what_is_done(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(cli, "PROGRESS", Console(file=screen, force_terminal=True, width=200))
    project.write("[/red]dump.sql", DUMP)
    project.write("schemabook.yml", "dumps: ['[/red]dump.sql']\n")
    found = project.run("build")
    assert (found.code, found.err) == (0, "")
    assert "reading [/red]dump.sql" in screen.getvalue()


def test_what_drives_a_terminal_is_not_printed(project: Project) -> None:
    project.write("dump.sql", DUMP + 'CREATE NONSENSE "\x1b[31mred\x07";\n')
    for command in ("build", "check"):
        found = project.run(command)
        assert "NONSENSE" in found.out
        assert not {"\x1b", "\x07"} & set(found.out + found.err)


def test_a_terminal_without_unicode_gets_escapes(project: Project) -> None:
    project.write("dump.sql", DUMP + "CREATE NONSENSE ☃;\n")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    with project.start("build", stdout=-1, stderr=-1, env=environment) as process:
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "\\u2603" in out
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes")
@pytest.mark.parametrize("closed", ["stdout", "both"])
def test_a_reader_that_goes_away_is_no_traceback(project: Project, closed: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    errors = writer if closed == "both" else subprocess.PIPE
    with project.start("build", stdout=writer, stderr=errors) as process:
        os.close(writer)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    if closed == "stdout":
        assert err.splitlines() == ["reading dump.sql", "writing docs/reference"]
        assert (project.folder / "docs/reference/index.md").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_ctrl_c_exits_with_130_and_no_traceback(built: Project) -> None:
    before = built.docs()
    endless = "import time; from schemabook import cli; cli.load_book = lambda *_: time.sleep(60)"
    with built.start("build", first=endless, stdout=-1, stderr=-1) as process:
        assert process.stderr
        assert process.stderr.readline() == "reading dump.sql\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, err.strip()) == ("", "interrupted")
    assert built.docs() == before


def test_builds_at_once_all_succeed(project: Project) -> None:
    with contextlib.ExitStack() as stack:
        builds = [stack.enter_context(project.start("build", stdout=-1, stderr=-1)) for _ in range(3)]
        assert [build.communicate(timeout=20) and build.returncode for build in builds] == [0, 0, 0]
    assert project.run("check").code == 0
    assert not list(project.folder.rglob("*.part"))


# init and serve


def test_init_writes_settings_beside_the_dump_that_build_at_once(project: Project) -> None:
    (project.folder / "schemabook.yml").unlink()
    project.write("db/my dump: 1.sql", DUMP)
    found = project.run("init", "db/my dump: 1.sql")
    assert found.out.splitlines() == [
        "db/schemabook.yml: written",
        "mkdocs.yml: written",
        "docs/index.md: written",
        "",
        "Next, write the pages, and look at them:",
        "  schemabook build --config db/schemabook.yml",
        "  schemabook serve --config db/schemabook.yml",
    ]
    assert project.run("build", "--config", "db/schemabook.yml").code == 0
    assert (project.folder / "docs/reference/index.md").is_file()


def test_init_comments_are_settings_once_the_hash_is_removed(project: Project) -> None:
    (project.folder / "schemabook.yml").unlink()
    assert project.run("init", "dump.sql").code == 0
    text = (project.folder / "schemabook.yml").read_text()
    found = yaml.safe_load(re.sub(r"^# (?=[a-z]|  )", "", text, flags=re.M))
    assert found.keys() == set(KEYS)
    assert read_config(yaml.safe_dump(found), Path("schemabook.yml"))


def test_init_overwrites_nothing(project: Project) -> None:
    project.write("mkdocs.yml", "site_name: Mine\n")
    found = project.run("init", "dump.sql")
    assert found.code == 0
    assert found.out.startswith("schemabook.yml: is there already, kept\n\n")
    assert (project.folder / "schemabook.yml").read_text() == SETTINGS
    assert (project.folder / "mkdocs.yml").read_text() == "site_name: Mine\n"
    assert not (project.folder / "docs").exists()


def test_init_for_a_dump_elsewhere_makes_that_folder_the_project(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "schemabook.yml").unlink()
    monkeypatch.chdir(tmp_path / "here")
    found = project.run("init", "../dump.sql")
    assert found.out.startswith(
        "../schemabook.yml: written\n../mkdocs.yml: written\n../docs/index.md: written\n"
    )
    assert "schemabook build --config ../schemabook.yml" in found.out
    assert load(tmp_path / "schemabook.yml").output == tmp_path / "docs/reference"


NO_DUMPS: dict[str, bytes] = {
    "word.sql": b"hello\n",
    "words.sql": b"this is a letter; nothing more.\n",
    "empty.sql": b"",
    "blank.sql": b" \n\n",
    "binary.sql": bytes(range(256)),
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "archive.sql": gzip.compress(b"create table t (x int);"),
    "data.sql": b"INSERT INTO public.t VALUES (1);\nCOPY public.t FROM stdin;\n1\n\\.\n",
    "settings.sql": b"SET x = 1;\n",
    "mysql.sql": b"CREATE TABLE `t` (`id` int AUTO_INCREMENT) ENGINE=InnoDB;\n",
    "cut.sql": b"create table public.t (id integer,\n",
    "latin.sql": "create table public.größe (x integer);".encode("latin-1"),
}
NO_FOLDERS = {
    "folder/notes.txt": b"no SQL",
    "several/a/1_x/up.sql": b"create table a ();",
    "several/b/1_x/up.sql": b"create table b ();",
}


@pytest.mark.parametrize("dump", ["nowhere.sql", *NO_DUMPS, "folder", "several", "x" * 300])
def test_init_writes_nothing_where_a_build_would_not_read_the_dump(built: Project, dump: str) -> None:
    (built.folder / "schemabook.yml").unlink()
    for name, content in {**NO_DUMPS, **NO_FOLDERS}.items():
        built.write(f"in/{name}", content)
    before = sorted(built.folder.rglob("*"))
    assert built.refuses("init", f"in/{dump}").startswith(f"in/{dump}")
    assert sorted(built.folder.rglob("*")) == before


def test_init_takes_a_folder_of_migrations(project: Project) -> None:
    (project.folder / "schemabook.yml").unlink()
    project.write("prisma/migrations/0_init/migration.sql", "create table public.a (x integer);")
    project.write("prisma/migrations/1_more/migration.sql", "create table public.b (x integer);")
    assert project.run("init", "prisma/migrations").out.startswith("prisma/schemabook.yml: written\n")
    found = project.run("build", "--config", "prisma/schemabook.yml")
    assert found.code == 0
    assert "prisma/migrations: Prisma: 2 migrations" in found.out


def test_init_knows_a_folder_by_a_layout_that_is_named(project: Project) -> None:
    (project.folder / "schemabook.yml").unlink()
    project.write("m/1_a.up.sql", "create table public.a (x integer);")
    project.write("m/1_a.down.sql", "create table public.b (x integer);")
    assert project.run("init", "m", "--layout", "plain").code == 0
    found = project.run("build")
    assert (found.code, "no tool's layout: 2 files by name" in found.out) == (0, True)


def test_init_of_the_folder_that_it_runs_in_writes_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("m/1_a.sql", "create table public.a (x integer);")
    monkeypatch.chdir(project.folder / "m")
    assert project.run("init", ".").out.startswith("schemabook.yml: written\n")
    assert project.run("build").code == 0


def test_init_proposes_the_groups_that_the_map_infers(project: Project) -> None:
    (project.folder / "schemabook.yml").unlink()
    words = ("order", "ship", 'odd "name', "user", "Bill")
    tables = [f"{word}_{i}" for word in words for i in range(20)]
    text = "".join('create table public."{}" (x integer);\n'.format(t.replace('"', '""')) for t in tables)
    project.write(
        "big.sql", text + "create view public.ship_v as select 1 as x; create table public.lone ();"
    )
    assert project.run("init", "big.sql").code == 0
    config = load(project.folder / "schemabook.yml")
    assert len(config.groups) == len(words)
    book = load_book(config)
    assert sorted(len(members) for _, members in book.groups.groups) == [20, 20, 20, 20, 21]
    assert [fact.name.name for fact in book.groups.others] == ["lone"]
    assert "order_*" in (project.folder / "schemabook.yml").read_text()
    assert project.run("build").code == 0


def test_init_proposes_no_group_where_there_is_one_only(project: Project) -> None:
    (project.folder / "schemabook.yml").unlink()
    assert project.run("init", "dump.sql").code == 0
    assert load(project.folder / "schemabook.yml").groups == ()


def test_serve_without_a_site_is_an_error(project: Project) -> None:
    found = project.run("serve")
    assert (found.code, found.out) == (2, "")
    assert "there is no mkdocs.yml here or above\nhint: write one with: schemabook init DUMP" in found.err


def test_serve_refuses_a_bad_dump_before_it_starts_a_server(built: Project) -> None:
    built.write("mkdocs.yml", "site_name: Test\n")
    built.write("dump.sql", "")
    assert built.refuses("serve").startswith("dump.sql: the file is empty")


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_serve_shows_the_pages_and_builds_again_after_a_change(project: Project) -> None:
    project.write("mkdocs.yml", "site_name: Test\nplugins: [schemabook]\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with project.start("serve", "--address", address, stdout=-1, stderr=-2) as process:
        try:
            page = f"http://{address}/reference/public/tables/users/"
            assert "s $ data" in eventually(page, "s $ data")
            project.write("dump.sql", "")
            time.sleep(1.5)
            project.write("dump.sql", DUMP.replace("s $ data", "s new comment"))
            assert "s new comment" in eventually(page, "s new comment")
            time.sleep(2)  # Four times as long as MkDocs waits until it looks again.
        finally:
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=20)
    assert process.returncode == 0, out
    assert "dump.sql: the file is empty" in out
    assert out.count("Detected file changes") == 2
    assert out.count("Reloading browsers") == 1
    assert "Traceback" not in out


def eventually(url: str, words: str) -> str:
    """The page as soon as it holds the words, or as it is after some seconds."""
    text = ""
    for _ in range(100):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            text = answer.read().decode()
        if words in text:
            break
        time.sleep(0.1)
    return text


# hostile names and comments, to the end

NAMES = [
    "</title><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "a|b",
    '"quoted"',
    "it's",
    "line\nbreak",
    "ünïcödé",
    "😀",
    "Users",
    "USERS",
    "x" * 63,
    "ü" * 31,
    "index",
    "README",
    "con",
    ".hidden",
    "-rf",
    "{{ 7*7 }}",
    "{% raw %}",
    "{: onclick=alert(1) }",
    "[x](javascript:alert(1))",
    "`tick`",
    "&lt;b&gt;",
    "\\",
    "*",
    "#",
    "-->",
    "</pre>",
    "```",
    "!!! note",
    "columns",
    "\x1b[31m",
]
COMMENTS = [
    '<b onclick="alert(1)">x</b>',
    "{: onclick=alert(1) .x }",
    "para\n{: onclick=alert(1) }",
    "**bold** [l](javascript:alert(1)) ![i](https://evil.example/x.png)",
    "{{ 7*7 }} {% raw %} {# #}",
    '```mermaid\ngraph TD\nA-->B\nclick A "javascript:alert(1)"\n```',
    "<script>alert(1)</script>\n\n# Heading {: onclick=alert(1) }\n\n| a | b |\n| --- | --- |\n",
    '--8<-- "dump.sql"',
    "[TOC]\n\n[^1]: x\n\n*[HTML]: y",
    "`<img src=x onerror=alert(1)>` ``x`` `y",
    "</td></table></div><img src=x onerror=alert(1)>",
    "&#60;script&#62; &lt;b&gt;",
    '<div markdown="1" onclick="alert(1)">*x*</div>',
    "https://evil.example/ <https://evil.example/>",
]


def hostile_dump() -> str:
    """A dump in which every name and every text would like to be markup."""

    def name(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    def string(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    lines = ['CREATE SCHEMA "<i onclick=alert(1)>";', 'CREATE ROLE "<b>";']
    for number, text in enumerate(NAMES):
        comment, before = string(COMMENTS[number % len(COMMENTS)]), NAMES[number - 1]
        table, column, other = f"public.{name(text)}", name(text), f"public.{name(before)}"
        lines += [
            f"CREATE TABLE {table} (id bigint PRIMARY KEY, {column} text DEFAULT {comment});",
            f"ALTER TABLE {table} ADD CHECK ({column} <> {comment});",
            f"COMMENT ON TABLE {table} IS {comment};",
            f"COMMENT ON COLUMN {table}.{column} IS {comment};",
            f"CREATE INDEX {name(f'{text[:60]} i')} ON {table} ({column});",
            f'CREATE POLICY {column} ON {table} TO "<b>" USING (({comment} <> {string(text)}));',
            f"CREATE FUNCTION {table}({column} int) RETURNS trigger LANGUAGE plpgsql AS {comment};",
            f"COMMENT ON FUNCTION {table}(int) IS {comment};",
            f"CREATE TRIGGER {column} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}();",
        ]
        if number:
            lines.append(f"ALTER TABLE {table} ADD FOREIGN KEY (id) REFERENCES {other} (id);")
    lines.append(f"CREATE TYPE public.hostile AS ENUM ({', '.join(string(text) for text in NAMES)});")
    lines.append(f"CREATE TABLE public.long (id int); COMMENT ON TABLE public.long IS '{'long ' * 200_000}';")
    return "\n".join(lines) + "\n"


class Tags(HTMLParser):
    """What a browser would find: tags, attributes, addresses, scripts."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.scripts: list[str] = []
        self.text = ""
        self.tag = ""
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {
            value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action")
        }

    def handle_data(self, data: str) -> None:
        if self.tag == "script":
            self.scripts.append(data)
        else:
            self.text += data


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project with the hostile dump, its site built strictly from what `init` wrote."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "dump.sql").write_text(hostile_dump())
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    main = [sys.executable, "-c", "from schemabook.cli import main; main()"]
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    for command in ([*main, "init", "dump.sql"], [*main, "build"], [*main, "check"], mkdocs):
        ended = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        write_half_a_page(folder / "docs/reference/.schemabook.part/index.md")
    return folder


def write_half_a_page(path: Path) -> None:
    """As a build does that is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Half")


def test_what_a_killed_build_left_is_not_published(hostile_site: Path) -> None:
    site = hostile_site / "site"
    assert (hostile_site / "docs/reference/.schemabook.part/index.md").is_file()
    assert [path for path in site.rglob("*") if ".schemabook" in path.name] == []


def test_every_hostile_name_gets_a_page_of_its_own(hostile_site: Path) -> None:
    tables = hostile_site / "docs/reference/public/tables"
    assert len({path.name.lower() for path in tables.iterdir()}) == len(NAMES) + 1
    outside = [path for path in hostile_site.rglob("*") if "passwd" in path.name]
    assert {path.parent.name for path in outside} == {"tables", "functions"}


def written(scripts: list[str]) -> list[str]:
    """Those that are more than blanks between two tags."""
    return [script for script in scripts if script.strip()]


def test_no_markup_of_the_dump_is_markup_of_the_site(hostile_site: Path) -> None:
    home = Tags(hostile_site / "site/index.html")
    for page in (hostile_site / "site/reference").rglob("*.html"):
        found = Tags(page)
        is_map = page.name == "map.html"  # it has a picture where no script runs
        assert not [name for name in found.attributes if name.startswith("on")], page
        assert not found.tags & {"img", "iframe", "embed", "b", *(() if is_map else ("object",))}, page
        assert len(written(found.scripts)) == len(written(home.scripts)), page
        assert not [script for script in found.scripts if "alert" in script], page
        assert not {url for url in found.addresses - home.addresses if re.match(r"[a-z]+:|//", url)}, page


def test_hostile_text_shows_as_it_is(hostile_site: Path) -> None:
    pages = (hostile_site / "site/reference/public/tables").rglob("*.html")
    text = "\n".join(Tags(page).text for page in pages)
    for shown in (
        "</title><img src=x onerror=alert(1)> - Database Schema Reference",
        "public.<script>alert(1)</script>",
        "{{ 7*7 }} {% raw %} {# #}",
        "{: onclick=alert(1) .x }",
        "![i](https://evil.example/x.png)",
        '--8<-- "dump.sql"',
        "&#60;script&#62; &lt;b&gt;",
        '<div markdown="1" onclick="alert(1)">*x*</div>',
    ):
        assert shown in text

"""What `schemabook diff` compares: files, folders, and what a revision of git has."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import git

from schemabook import cli

OLD = "create table t (id int primary key, a text);\n"
NEW = OLD.replace("a text", "a text not null")
SETTINGS = "dumps: [dump.sql]\noutput: docs/reference\n"
AUTH = "create table note (id int, owner uuid references auth.users (id));\n"


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def changes(self) -> list[str]:
        """Each change in short words: `changed column public.t.a`."""
        found: list[dict[str, Any]] = json.loads(self.out)["changes"]
        return [f"{change['change']} {change['kind']} {'.'.join(change['id'])}" for change in found]


class Project:
    """A folder with a repository of git, in which the command runs."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.patch = folder, capsys, patch
        patch.chdir(folder)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_sql", ".sql").replace("_yml", ".yml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def git(self, *arguments: str) -> str:
        return git(self.folder, *arguments)

    def commit(self, **files: str) -> str:
        """Writes and commits the files; the hash."""
        self.write(**files)
        self.git("add", ".")
        self.git("commit", "-qm", "change")
        return self.git("rev-parse", "HEAD")

    def diff(self, *arguments: str) -> Result:
        self.capsys.readouterr()
        self.patch.setattr(sys, "argv", ["schemabook", "diff", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = self.capsys.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    def json(self, *arguments: str) -> Result:
        return self.diff(*arguments, "--format", "json")


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return Project(tmp_path, capsys, monkeypatch)


@pytest.fixture
def repository(project: Project) -> Project:
    """The old schema on the main branch, and a branch that goes on from there."""
    project.git("init", "-q", "-b", "main")
    project.commit(dump_sql=OLD, schemabook_yml=SETTINGS)
    project.git("switch", "-qc", "work")
    return project


CHANGED = ["changed column public.t.a"]


def test_two_files(project: Project) -> None:
    project.write(old_sql=OLD, new_sql=NEW)
    found = project.json("old.sql", "new.sql")
    assert (found.code, found.changes) == (0, CHANGED)
    told = json.loads(found.out)
    assert [side["path"] for side in (*told["old"], *told["new"])] == ["old.sql", "new.sql"]
    assert told["changes"][0]["source"] == {"old": "old.sql:1", "new": "new.sql:1"}


def test_equal_files_have_no_changes(project: Project) -> None:
    project.write(old_sql=OLD, new_sql=OLD.upper())
    assert project.diff("old.sql", "new.sql")[:2] == (0, "no changes\n")


def test_several_files_have_commas_between_them(project: Project) -> None:
    project.write(old_sql=OLD, more_sql="create table u (id int);")
    assert project.json("old.sql", "old.sql,more.sql").changes == ["added relation public.u"]
    project.write(**{"a,b_sql": NEW})
    assert project.json("old.sql", "a,b.sql").changes == CHANGED


def test_a_folder_of_migrations_is_what_it_leads_to(project: Project) -> None:
    project.write(old_sql=OLD, migrations__001_sql=OLD)
    project.write(migrations__002_sql="alter table t alter a set not null;")
    assert project.json("old.sql", "migrations").changes == CHANGED
    assert project.json("old.sql", "migrations", "--layout", "plain").changes == CHANGED
    assert project.diff("old.sql", "migrations", "--layout", "none").code == 2


def test_without_arguments_it_is_what_the_branch_changes(repository: Project) -> None:
    repository.commit(dump_sql=NEW)
    repository.write(dump_sql=NEW + "create table u (id int);")
    found = repository.json()
    assert found.changes == [*CHANGED, "added relation public.u"][::-1]
    repository.git("stash", "-q")
    repository.git("switch", "-q", "main")
    repository.commit(dump_sql=OLD + "create table on_main (id int);")
    repository.git("switch", "-q", "work")
    assert repository.json().changes == CHANGED, "what came to main since then is no change of the branch"


def test_what_the_server_has_goes_before_a_branch_that_is_old_here(repository: Project) -> None:
    repository.commit(dump_sql=NEW)
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert repository.json().changes == []


def test_a_revision_is_compared_with_what_is_there(repository: Project) -> None:
    repository.commit(dump_sql=NEW)
    repository.git("tag", "v2")
    repository.write(dump_sql=OLD)
    assert repository.json("git:main").changes == []
    assert repository.json("git:v2").changes == CHANGED
    assert repository.json("git:main", "git:v2").changes == CHANGED
    assert repository.json("git:main:dump.sql", "git:HEAD:dump.sql").changes == CHANGED
    assert repository.json("git:HEAD", "dump.sql").changes == CHANGED
    told = json.loads(repository.json("git:main").out)
    assert told["old"][0]["revision"] == repository.git("rev-parse", "main")
    assert told["new"][0]["revision"] is None


def test_paths_of_a_revision_are_those_of_git(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(db__dump_sql=OLD, db__schemabook_yml=SETTINGS)
    repository.write(db__dump_sql=NEW)
    monkeypatch.chdir(repository.folder / "db")
    for old in ("git:HEAD:db/dump.sql", "git:HEAD:./dump.sql", "git:HEAD:../dump.sql"):
        assert repository.json(old, "dump.sql").changes == CHANGED
    found = repository.json("git:HEAD")
    assert found.changes == CHANGED
    assert json.loads(found.out)["changes"][0]["source"] == {"old": "dump.sql:1", "new": "dump.sql:1"}


def test_a_folder_of_a_revision_is_read_as_a_folder(repository: Project) -> None:
    repository.commit(db__migrations__001_sql=OLD)
    repository.write(db__migrations__002_sql="alter table t alter a set not null;")
    assert repository.json("git:HEAD:db/migrations", "db/migrations").changes == CHANGED
    assert repository.json("git:HEAD:db", "db").changes == CHANGED


def test_dumps_that_a_revision_lacks_are_an_empty_database(repository: Project) -> None:
    repository.write(schemabook_yml="dumps: [other.sql]\noutput: docs/reference\n", other_sql=NEW)
    repository.git("rm", "-q", "--cached", "dump.sql", "schemabook.yml")
    repository.git("commit", "-qm", "nothing is left")
    found = repository.json("git:HEAD")
    assert found.changes == ["added relation public.t"]
    commit = repository.git("rev-parse", "HEAD").strip()
    assert f"old: {commit}\n" in found.err
    assert f"warning: {commit[:9]} has no other.sql, so that all of it is new\n" in found.err


def test_keys_that_accept_nothing_are_said(repository: Project) -> None:
    repository.write(schemabook_yml=f"{SETTINGS}accepted_changes: {{0123abcd: Meant.}}\n", dump_sql=NEW)
    assert 'no change here has the key "0123abcd" of accepted_changes' in repository.diff().err


@pytest.mark.parametrize("classes", ["", " ", ",", "securty"])
def test_a_class_that_is_none_is_no_silent_success(project: Project, classes: str) -> None:
    project.write(old_sql=OLD, new_sql=NEW)
    assert project.diff("old.sql", "new.sql", "--fail-on", classes).code == 2


def test_the_direction_of_writing_is_not_turned(project: Project) -> None:
    project.write(old_sql=OLD, new_sql=f'{OLD} create table "a\u202eb" (id int);')
    out = project.diff("old.sql", "new.sql").out
    assert "a\ufffdb" in out
    assert "\u202e" not in out


def test_the_dumps_are_those_of_the_settings_at_that_time(repository: Project) -> None:
    repository.write(schemabook_yml="dumps: [moved.sql]\noutput: docs/reference\n", moved_sql=NEW)
    (repository.folder / "dump.sql").unlink()
    assert repository.json().changes == CHANGED


def test_settings_that_cannot_be_read_any_more_are_those_of_today(repository: Project) -> None:
    repository.commit(schemabook_yml="dumps: [dump.sql]\nno_such_key: 1\n")
    repository.write(schemabook_yml=SETTINGS, dump_sql=NEW)
    assert repository.json("git:HEAD").changes == CHANGED


def test_a_platform_that_one_side_shows_is_that_of_both(project: Project) -> None:
    project.write(old_sql="create table note (id int);\n", new_sql=AUTH)
    assert project.json("old.sql", "new.sql").changes == [
        "added column public.note.owner",
        "added constraint public.note.note_owner_fkey",
    ]


def test_what_was_not_understood_is_said_once(project: Project) -> None:
    project.write(old_sql=OLD, new_sql=OLD + "create tabel v;\n" + NEW.replace("t (", "w ("))
    found = project.json("old.sql", "new.sql")
    assert found.changes == ["added relation public.w"]
    assert found.err.count("warning: 1 statement was not understood and cannot be compared: new.sql:2") == 1


def test_the_settings_settle_what_is_renamed(repository: Project) -> None:
    renamed = "create table t (id int primary key, body text);\n"
    repository.write(dump_sql=renamed)
    assert [line.split()[0] for line in repository.json().changes] == ["removed", "added"]
    repository.write(schemabook_yml=SETTINGS + "renamed: {t.a: t.body}\n")
    (change,) = json.loads(repository.json().out)["changes"]
    assert (change["was"], change["id"]) == (["public", "t", "a"], ["public", "t", "body"])
    assert change["reason"].startswith("Renamed: the settings say so. ")


ERRORS: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown revision": (("git:nope",), 'there is no revision "nope" here'),
    "revision like an option": (("git:--help",), 'there is no revision "--help" here'),
    "path that is not there": (
        ("git:HEAD:nope.sql", "dump.sql"),
        'nope.sql: revision "HEAD" has no such file',
    ),
    "path outside": (("git:HEAD:../no.sql", "dump.sql"), "../no.sql: this is outside of the repository"),
    "file that is not there": (("old.sql", "dump.sql"), "old.sql: there is no such file"),
    "no such format": (("--format", "xml"), "'xml' is not one of"),
}


@pytest.mark.parametrize("what", ERRORS)
def test_what_cannot_be_read_is_one_error(repository: Project, what: str) -> None:
    arguments, message = ERRORS[what]
    found = repository.diff(*arguments)
    assert (found.code, found.out) == (2, "")
    assert message in found.err


def test_an_unreadable_dump_of_a_revision_is_named_as_in_the_repository(repository: Project) -> None:
    repository.commit(dump_sql="create table t (a int")
    found = repository.diff("git:HEAD")
    assert found.code == 2
    assert "error: dump.sql:1: " in found.err


def test_outside_of_a_repository_that_is_said(project: Project) -> None:
    project.write(schemabook_yml=SETTINGS, dump_sql=OLD)
    found = project.diff()
    assert found.code == 2
    assert "git fails: not a git repository" in found.err


def test_without_git_two_files_can_be_compared(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(old_sql=OLD, new_sql=NEW)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert project.json("old.sql", "new.sql").changes == CHANGED
    assert "git is not installed here" in project.diff("git:HEAD").err


def test_a_repository_without_a_main_branch(project: Project) -> None:
    project.git("init", "-q", "-b", "trunk")
    project.commit(dump_sql=OLD, schemabook_yml=SETTINGS)
    found = project.diff()
    assert found.code == 2
    assert "no main branch is known" in found.err


def test_a_shallow_clone_says_what_it_needs(
    repository: Project, tmp_path_factory: pytest.TempPathFactory, run_in: Callable[[Path], None]
) -> None:
    repository.commit(dump_sql=NEW)
    clone = tmp_path_factory.mktemp("clone")
    repository.git("switch", "-q", "main")
    url, options = f"file://{repository.folder}", ("--depth", "1", "--no-single-branch", "-b", "work")
    repository.git("clone", "-q", *options, url, str(clone))
    run_in(clone)
    found = repository.diff()
    assert found.code == 2
    assert "fetch-depth: 0" in found.err


@pytest.fixture
def run_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder the one that commands run in."""
    return monkeypatch.chdir

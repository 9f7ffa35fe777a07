"""The recipes of `schemabook init --ci`: valid to the services, and what they run does what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, git

from schemabook.cli import cli
from schemabook.project.recipes import FILES

BIN = Path(sys.executable).parent
OLD = "CREATE TABLE public.story (id bigint PRIMARY KEY, title text);\nCREATE ROLE anon;\n"
NEW = OLD + "GRANT SELECT ON public.story TO anon;\n"


def run(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A script as a runner gives it to bash."""
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{BIN}:{os.environ['PATH']}", **variables}
    shell = ["bash", "-eu", "-c", command]
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with all recipes, whose last commit merges a change of the schema."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data base").mkdir()
    (tmp_path / "data base" / "dump.sql").write_text(OLD, "utf-8")
    made = CliRunner().invoke(cli, ["init", "data base/dump.sql", *(f"--ci={name}" for name in FILES)])
    assert made.exit_code == 0, made.output
    assert CliRunner().invoke(cli, ["build", "--config", "data base/schemabook.yml"]).exit_code == 0
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=first")
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    (tmp_path / "data base" / "dump.sql").write_text(NEW, "utf-8")
    git(tmp_path, "commit", "--quiet", "--all", "--message=grant")
    git(tmp_path, "checkout", "--quiet", "main")
    git(tmp_path, "merge", "--quiet", "--no-ff", "change")
    return tmp_path


def recipe(project: Path, service: str) -> Any:
    return yaml.safe_load((project / FILES[service][0]).read_text("utf-8"))


# what the services say


@pytest.mark.parametrize(
    ("service", "schema"),
    [
        ("github", ["--builtin-schema", "vendor.github-workflows"]),
        ("gitlab", ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ],
)
def test_a_recipe_is_valid_to_the_published_schema(project: Path, service: str, schema: list[str]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", *schema, FILES[service][0]]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", FILES)
def test_a_recipe_that_is_there_is_kept(project: Path, service: str) -> None:
    path = project / FILES[service][0]
    path.write_text("mine", "utf-8")
    made = CliRunner().invoke(cli, ["init", "data base/dump.sql", "--ci", service])
    assert f"{FILES[service][0]}: is there already, kept" in made.output
    assert path.read_text("utf-8") == "mine"


def test_without_being_asked_init_writes_no_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dump.sql").write_text(OLD, "utf-8")
    assert CliRunner().invoke(cli, ["init", "dump.sql"]).exit_code == 0
    assert not [path for path, _ in FILES.values() if (tmp_path / path).exists()]


# GitHub

GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *--jq*) printf '%s' "$FOUND" ;; *) cat comment.md ;; esac
"""


def steps(project: Path) -> dict[str, dict[str, Any]]:
    workflow = recipe(project, "github")
    return {step.get("name", step.get("uses", "")): step for step in workflow["jobs"]["review"]["steps"]}


def test_the_workflow_asks_for_no_more_than_it_needs(project: Path) -> None:
    workflow = recipe(project, "github")
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["review"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert set(workflow[True]) == {"pull_request", "push"}, "never pull_request_target"
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "what comes from outside is a variable, not a script"
    assert "head.repo.full_name == github.repository" in steps(project)["Comment"]["if"]


@pytest.fixture
def runner(project: Path) -> dict[str, str]:
    """The variables of a runner, with a `gh` that writes down how it is called."""
    (project / "bin").mkdir()
    (project / "bin" / "gh").write_text(GH, "utf-8")
    (project / "bin" / "gh").chmod(0o755)
    (project / "temp").mkdir()
    workflow = recipe(project, "github")
    return {
        **workflow["env"],
        **workflow["jobs"]["review"]["env"],
        "RUNNER_TEMP": str(project / "temp"),
        "GITHUB_STEP_SUMMARY": str(project / "summary.md"),
        "GITHUB_REPOSITORY": "me/mine",
        "NUMBER": "7",
        "CALLS": str(project / "calls"),
    }


@pytest.mark.parametrize(
    ("found", "call"),
    [
        ("", "api --silent repos/me/mine/issues/7/comments --field body=@comment.md"),
        ("12\n34\n", "api --silent --method PATCH repos/me/mine/issues/comments/12 --field body=@comment.md"),
    ],
)
def test_the_comment_is_made_once_and_then_kept_up_to_date(
    project: Path, runner: dict[str, str], found: str, call: str
) -> None:
    of = steps(project)
    assert run(of["Tell what changes"]["run"], project, **runner).returncode == 0
    done = run(of["Comment"]["run"], project, FOUND=found, **runner)
    assert done.returncode == 0, done.stderr
    assert (project / "calls").read_text("utf-8").splitlines()[-1] == call
    assert done.stdout.startswith("<!-- schemabook -->\n## Schema changes\n\n**To look at: 1 × security.**")
    assert "Opens: select for anon: no grant → all rows." in (project / "summary.md").read_text("utf-8")


def test_without_changes_there_is_no_comment(project: Path, runner: dict[str, str]) -> None:
    runner["TARGET"] = "git:HEAD"
    assert run(steps(project)["Tell what changes"]["run"], project, **runner).returncode == 0
    assert run(steps(project)["Comment"]["run"], project, FOUND="", **runner).returncode == 0
    assert len((project / "calls").read_text("utf-8").splitlines()) == 1


def test_the_workflow_fails_on_what_is_dangerous_and_on_stale_pages(
    project: Path, runner: dict[str, str]
) -> None:
    done = run(steps(project)["Nothing dangerous that nobody has accepted"]["run"], project, **runner)
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=data base/dump.sql,line=3,title=security%3A added privileges")
    done = run(steps(project)["The documentation is current"]["run"], project, **runner)
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=stale::docs/reference is stale")


# GitLab


class Notes(BaseHTTPRequestHandler):
    """The notes of a merge request, on two pages."""

    asked: list[tuple[str, str, Any]]
    notes: list[dict[str, Any]]

    def do_GET(self) -> None:
        is_first = self.path.endswith("page=1")
        found = {"id": 5} if self.path == "/user" else [] if is_first else self.notes
        self._answer(found, "2" if is_first else "")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        assert self.headers["PRIVATE-TOKEN"] == "secret"
        self.asked.append((self.command, self.path, body))
        self._answer({}, "")

    do_PUT = do_POST  # noqa: N815

    def _answer(self, value: Any, following: str) -> None:
        self.send_response(200)
        self.send_header("X-Next-Page", following)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def gitlab() -> Iterator[HTTPServer]:
    Notes.asked, Notes.notes = [], []
    server = HTTPServer(("127.0.0.1", 0), Notes)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("notes", "asked"),
    [
        ([], ("POST", "/projects/1/merge_requests/2/notes")),
        ([(9, 6), (8, 5)], ("PUT", "/projects/1/merge_requests/2/notes/8")),
    ],
)
def test_the_note_is_made_once_and_then_kept_up_to_date(
    project: Path, gitlab: HTTPServer, notes: list[tuple[int, int]], asked: tuple[str, str]
) -> None:
    body = "<!-- schemabook -->\nold"
    Notes.notes = [{"id": note, "author": {"id": author}, "body": body} for note, author in notes]
    job = recipe(project, "gitlab")
    variables = {
        **{key: str(value) for key, value in (job["variables"] | job["schema"]["variables"]).items()},
        "TARGET": "git:HEAD^1",
        "CI_API_V4_URL": f"http://127.0.0.1:{gitlab.server_port}",
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "2",
    }
    _, tell, note, *_, fail = job["schema"]["script"]
    assert run(tell, project, **variables).returncode == 0
    assert run(note, project, SCHEMABOOK_TOKEN="", **variables).returncode == 0
    assert not Notes.asked, "without a token there is no note"
    done = run(note, project, SCHEMABOOK_TOKEN="secret", **variables)
    assert done.returncode == 0, done.stderr
    assert [(method, path) for method, path, _ in Notes.asked] == [asked]
    assert Notes.asked[0][2].startswith(
        "<!-- schemabook -->\n## Schema changes\n\n**To look at: 1 × security.**"
    )
    assert run(fail, project, **variables).returncode == 1


# pre-commit


def test_pre_commit_refuses_a_commit_with_stale_pages(project: Path) -> None:
    command = f"{sys.executable} -m pre_commit run --all-files"
    variables = {"PRE_COMMIT_HOME": str(project.parent / "pre-commit")}
    done = run(command, project, **variables)
    assert done.returncode == 1
    assert "docs/reference/public/tables/story.md" in done.stdout
    assert CliRunner().invoke(cli, ["build", "--config", "data base/schemabook.yml"]).exit_code == 0
    done = run(command, project, **variables)
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_the_hook_that_this_repository_offers_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, check=False).returncode == 0

"""What is found: codes that stay, and how a finding is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from schemabook.cli import cli
from schemabook.errors import Source
from schemabook.model import Code, Finding, Name, ObjectId, ObjectKind
from schemabook.secrets import secrets_in

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "AUTHORING.md"
HEAD = "| Code | Severity | What it means | What to do |\n|---|---|---|---|\n"
KEY = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
DUMP = f"""\
CREATE TABLE public.t (id int);
CREATE POLICY own ON public.t USING (id IN (SELECT id FROM public.gone));
CREATE NONSENSE x;
COMMENT ON TABLE public.t IS '{KEY}';
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "dump.sql").write_text(DUMP)
    (tmp_path / "docs/guide.md").write_text("`[[nobody]]` and `public.nobody`\n")
    (tmp_path / "stats.csv").write_text("name,estimated_row_count,total_size\npublic.no,3,8192 bytes\n")
    (tmp_path / "schemabook.yml").write_text(
        "dumps: [dump.sql]\noutput: docs/reference\nstatistics: [stats.csv]\naccept_secrets: ['Slack *']\n"
    )
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments])


# The table


def test_the_guide_has_the_table_of_codes(request: pytest.FixtureRequest) -> None:
    rows = (f"| `{code}` | {code.severity} | {code.meaning} | {code.remedy} |\n" for code in Code)
    table, text = HEAD + "".join(rows), GUIDE.read_text("utf-8")
    if request.config.getoption("--rewrite-golden"):
        text = re.sub(rf"{re.escape(HEAD)}(?:\|.*\n)*", lambda _: table, text)
        GUIDE.write_text(text, "utf-8", newline="\n")
    assert table + "\n" in text


@pytest.mark.parametrize("code", Code)
def test_each_code_is_emitted_somewhere(code: Code) -> None:
    files = (ROOT / "generator" / "schemabook").rglob("*.py")
    assert any(f"Code.{code.name}" in path.read_text("utf-8") for path in files)


# How findings are printed

FOUND = Finding(
    code=Code.MISSING_NAME,
    message='relation "100%, a:b" is\nnot in the dump',
    source=Source("a:b,c/dump.sql", 12),
    object=ObjectId(ObjectKind.POLICY, Name("public", "t"), "own"),
    part="policy own",
)


def test_an_annotation_escapes_what_github_gives_a_meaning() -> None:
    assert FOUND.annotation == (
        "::warning file=a%3Ab%2Cc/dump.sql,line=12,title=missing-name::"
        'public.t, policy own: relation "100%25, a:b" is%0Anot in the dump'
    )


def test_an_annotation_has_only_the_properties_that_are_known() -> None:
    found = Finding(code=Code.PUBLIC_KEY, message="m", source="docs/x.md", details=("-a\r",), hint="h")
    assert found.annotation == "::notice file=docs/x.md,title=public-key::m%0A-a%0D%0Ah"
    assert Finding(code=Code.STALE, message="m").annotation == "::error title=stale::m"


def test_a_finding_of_an_object_is_one_line_of_text() -> None:
    assert str(FOUND) == (
        'a:b,c/dump.sql:12: warning: public.t, policy own: relation "100%, a:b" is not in the dump'
    )


@pytest.mark.usefixtures("project")
def test_json_is_one_object_with_all_that_is_found() -> None:
    checked = check("--format", "json", "--coverage", "100")
    assert checked.exit_code == 1
    found = json.loads(checked.stdout)["findings"]
    assert [(one["code"], one["path"], one["line"]) for one in found] == [
        ("unknown-statistics", "stats.csv", 2),
        ("stale", None, None),
        ("unread", "dump.sql", 3),
        ("marked-name", "docs/guide.md", 1),
        ("plain-name", "docs/guide.md", 1),
        ("coverage", None, None),
        ("missing-name", "dump.sql", 2),
        ("secret", "dump.sql", 4),
        ("unused-pattern", "schemabook.yml", 4),
    ]
    assert found[6] == {
        "code": "missing-name",
        "severity": "warning",
        "path": "dump.sql",
        "line": 2,
        "object": {"kind": "policy", "identity": "own on public.t"},
        "message": 'relation "public.gone" is not in the dump',
        "details": [],
        "hint": None,
    }
    assert "docs/reference/index.md: added" in found[1]["details"]


@pytest.mark.usefixtures("project")
def test_on_github_each_finding_is_an_annotation() -> None:
    checked = check("--format", "github")
    lines = checked.stdout.splitlines()
    assert all(line.startswith(("::error ", "::warning ")) for line in lines)
    assert "::error file=dump.sql,line=4,title=secret::Stripe key in COMMENT ON TABLE public.t: sk_l…" in (
        line.partition("%0A")[0] for line in lines
    )


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("format_", ["text", "github", "json"])
def test_no_format_shows_a_secret(format_: str) -> None:
    assert not [found for found in secrets_in(check("--format", format_).output) if found.value == KEY]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("format_", "clean"),
    [("text", "reference is current\n"), ("github", "reference is current\n"), ("json", "{\n")],
)
def test_a_check_that_finds_nothing_is_clean_in_each_format(project: Path, format_: str, clean: str) -> None:
    (project / "dump.sql").write_text("CREATE TABLE public.t (id int);")
    (project / "docs/guide.md").unlink()
    (project / "schemabook.yml").write_text("dumps: [dump.sql]\noutput: reference\n")
    assert CliRunner().invoke(cli, ["build"]).exit_code == 0
    checked = check("--format", format_)
    assert (checked.exit_code, checked.stdout[: len(clean)]) == (0, clean)
    assert format_ != "json" or json.loads(checked.stdout) == {"findings": []}

"""What `schemabook diff` prints for a pull request, a workflow and a scanner, whatever the names are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import hostile
import jsonschema
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from pull_requests import EXAMPLE, PULL_REQUESTS
from test_spelling import formatted

from schemabook.cli import cli
from schemabook.model import Database
from schemabook.read import read
from schemabook.review import ReviewedChange, review
from schemabook.review.annotations import to_annotations
from schemabook.review.diagram import to_mermaid
from schemabook.review.markdown import to_markdown
from schemabook.review.sarif import to_sarif
from schemabook.review.sources import Side

NAMES = (
    "a`b``c",
    "a|b",
    "<script>alert(1)</script>",
    "</details>",
    "```",
    "new\nline\n\n- x",
    "@everybody",
    "#1 GH-1 !1",
    "::error::x",
    "%0A%25",
    "[a](javascript:x)",
    "https://evil.example www.evil.example",
    "<!-- x",
    "$a$ \\",
    "~~~",
    "turn\u202eed",
    "&lt;b&gt;",
)
GITHUB = 65_536


@cache
def database_of(sql: str, path: str = "schema/schema_backup.sql") -> Database:
    found = read([(path, sql.strip().encode() or b"select 1;")])
    assert not found.receipt.unread
    return found


@cache
def pull_request(name: str) -> tuple[Database, Database, tuple[ReviewedChange, ...]]:
    dump = EXAMPLE.read_text("utf-8")
    old, new = database_of(dump), database_of(PULL_REQUESTS[name](dump))
    return old, new, review(old, new)


def comment_of(old: str, new: str) -> str:
    before, after = database_of(old), database_of(new)
    return to_markdown(before, after, review(before, after))


def html_of(comment: str) -> str:
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(comment))


def expect_whole(comment: str) -> str:
    """Its HTML, once nothing in it is left open, and nothing too long."""
    for encoding, unit in (("utf-8", 1), ("utf-16-le", 2), ("utf-32-le", 4)):
        assert len(comment.encode(encoding)) // unit < GITHUB
    html = html_of(comment)
    assert html.count("<details>") == html.count("</details>")
    tags = {tag.lower() for tag in re.findall(r"<(?!!)/?([^\s>/]+)", html)}
    assert tags <= set("h2 h3 p strong ul li code pre details summary sub a br".split()), tags
    # What a list, a fence or a fold left open would be inside of it.
    assert re.search(r"(?:</details>|<(p|h2)>[^\n]*</\1>)\n$", html), html[-300:]
    return html


def test_what_is_accepted_is_folded_with_its_reason() -> None:
    old, new, changes = pull_request("loosened")
    comment = to_markdown(old, new, [replace(changes[0], accepted="All are *published*.")])
    expect_whole(comment)
    assert "**Nothing dangerous:** 1 × accepted." in comment
    folded = comment.partition("<details><summary>Accepted (1)</summary>")[2]
    assert "  - Accepted: All are \\*published\\*.\n" in folded
    assert "accepted_changes" not in comment
    assert "key" not in comment


# five pull requests

SEEN = {
    "loosened": (
        "**To look at: 1 × security.**",
        "**changed** policy `Anyone reads published stories` on table `public.stories`",
        "Opens: select for anon, authenticated: filtered → all rows.",
        "`using: (visibility = 'published'::public.story_visibility) → true`",
    ),
    "renamed": (
        "**renamed** table `public.generation_usage` → `public.usage_periods`",
        "**Still named by** function `public.consume_generation(public.content_kind)`",
        "`type: integer → bigint`",
        "ACCESS EXCLUSIVE: readers and writers wait",
    ),
    "feature": (
        "**added** table `public.story_comments`",
        "Opens: truncate for anon, authenticated, service_role: no grant → all rows.",
        "**added** function `public.comment_count(uuid)`",
    ),
    "cleaned": (
        "### Data loss (2)",
        "**removed** column `moral` of table `public.stories`",
        "**Still named by** function `public.search_stories(text, integer, integer)`",
        "**removed** function `public.slugify(text)`",
        "**Still named by** function `public.publish_story(uuid)`",
    ),
    "upgraded": (
        "**To look at: 1 × security, 1 × breaks writers, 1 × locks or rewrites.**",
        "**changed** table `public.user_profiles`",
        "`row security: yes → no`",
        "Opens: select for authenticated: filtered → all rows.",
    ),
}


@pytest.mark.parametrize("name", PULL_REQUESTS)
def test_a_reviewer_sees_what_matters(name: str) -> None:
    comment = to_markdown(*pull_request(name))
    expect_whole(comment)
    for seen in SEEN[name]:
        assert seen in comment
    assert len(comment) < 5_000, "short enough to be read"


@pytest.mark.parametrize("name", PULL_REQUESTS)
def test_what_is_dangerous_comes_first_and_open(name: str) -> None:
    html = html_of(to_markdown(*pull_request(name)))
    classes = re.findall(r"<h3>([A-Z][a-z ]+) \(", html)
    assert classes
    assert not {"Compatible", "Cosmetic"} & set(classes)
    folded = html.partition("<summary>")[2]
    assert "<h3>" not in folded


def test_the_touched_tables_are_drawn_where_there_is_more_than_one() -> None:
    drawn = {name for name in PULL_REQUESTS if "```mermaid" in to_markdown(*pull_request(name))}
    assert drawn == {"feature", "upgraded"}
    diagram = to_mermaid(*pull_request("upgraded"))
    assert '["+ auth.oauth_clients<br>id uuid<br>client_id text<br>' in diagram
    assert '["auth.sessions<br>#43; oauth_client_id uuid<br>#43; scopes text"]:::changed' in diagram
    assert re.search(r't\d ==>\|"oauth_client_id"\| t\d\n    linkStyle 0 stroke:#1a7f37', diagram)


def diagram_of(old: str, new: str) -> str:
    before, after = database_of(old), database_of(new)
    return to_mermaid(before, after, review(before, after))


def test_a_foreign_key_of_a_renamed_table_is_the_same() -> None:
    keyed = "create table a (id int primary key); create table z (id int primary key);"
    old = f"{keyed} create table b (a_id int references a, z_id int, n int);"
    new = f"{keyed} create table c (a_id int references a, z_id int references z, n int);"
    found = diagram_of(old, new)
    assert 't0["public.b → public.c"]:::changed' in found
    assert 't1["public.z"]:::same' in found
    assert re.findall(r"t\d.*t\d$", found, re.M) == ['t0 ==>|"z_id"| t1']


def test_a_foreign_key_that_has_gone_shows_both_of_its_ends() -> None:
    old = "create table a (id int primary key); create table b (a_id int references a);"
    found = diagram_of(old, old.replace(" references a", ""))
    assert 't0 -.->|"a_id"| t1\n    linkStyle 0 stroke:#cf222e' in found
    assert '["public.a"]:::same' in found


def test_too_many_tables_are_said_instead_of_drawn() -> None:
    comment = comment_of("", "".join(f"create table t{n} (id int);" for n in range(26)))
    assert "26 tables are touched, more than fit here." in comment
    assert "mermaid" not in comment


# links

SITE = """
site_name: !ENV [NAME, x]
site_url: {}
plugins: [schemabook: {{hook: !!python/name:os.system ''}}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example in a folder of its own, with the pages that are committed."""
    root = EXAMPLE.parent.parent
    shutil.copytree(root / "schema", tmp_path / "schema")
    shutil.copytree(root / "docs" / "reference", tmp_path / "docs" / "reference")
    (tmp_path / "mkdocs.yml").write_text(SITE.format("https://example.org/db/"), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def diff(name: str, *arguments: str) -> str:
    dump = EXAMPLE.read_text("utf-8")
    Path("schema/old.sql").write_text(dump, "utf-8")
    Path("schema/schema_backup.sql").write_text(PULL_REQUESTS[name](dump), "utf-8")
    done = CliRunner().invoke(cli, ["diff", "schema/old.sql", "schema/schema_backup.sql", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("name", PULL_REQUESTS)
def test_links_lead_to_published_pages_and_places_on_them(name: str, project: Path) -> None:
    comment = diff(name, "--format", "markdown")
    assert expect_whole(comment).count("<a ") == comment.count("](")
    found = re.findall(r"\[(`[^`]+`)\]\(https://example\.org/db/reference/([^)#]+)/(?:#([^)]+))?\)", comment)
    assert len(found) == comment.count("](")
    for _, page, anchor in found:
        text = (project / "docs" / "reference" / f"{page}.md").read_text("utf-8")
        assert not anchor or f'<a id="{anchor}"></a>' in text
    linked = {
        "loosened": "`Anyone reads published stories`",
        "cleaned": "`public.publish_story(uuid)`",
        "upgraded": "`public.user_profiles`",
    }
    assert linked.get(name, "") in {shown for shown, _, _ in found} | {""}
    gone_or_new = ("story_comments", "slugify", "moral", "usage_periods", "oauth_clients")
    assert not [page for _, page, anchor in found if any(word in page + anchor for word in gone_or_new)]


def test_without_an_address_of_the_site_there_are_no_links(project: Path) -> None:
    for url in ("", "!ENV URL", "javascript:x", "[a]"):
        (project / "mkdocs.yml").write_text(SITE.format(url), "utf-8")
        assert "](" not in diff("loosened", "--format", "markdown")
    (project / "mkdocs.yml").write_text("site_url: [", "utf-8")
    assert "](" not in diff("loosened", "--format", "markdown")


def test_pages_that_end_in_html_and_pages_that_are_not_there(project: Path) -> None:
    site = SITE.format("https://example.org") + "use_directory_urls: false\n"
    (project / "mkdocs.yml").write_text(site, "utf-8")
    assert "(https://example.org/reference/public/tables/stories.html)" in diff(
        "loosened", "--format", "markdown"
    )
    (project / "docs" / "reference" / "public" / "tables" / "stories.md").unlink()
    assert "](" not in diff("loosened", "--format", "markdown")


# whatever the names are


def hostile_tables() -> str:
    return "".join(
        f"create table {quoted} (id int primary key, {quoted} text);"
        f"alter table {quoted} enable row level security; grant select on {quoted} to {quoted};"
        f"create policy {quoted} on {quoted} to {quoted} using ({quoted} = {hostile.literal(name)});"
        f"create function {quoted}({quoted} text) returns text language sql as $body$\nselect\n"
        f"{hostile.literal(name)}\n$body$;"
        for name in NAMES
        if (quoted := hostile.quoted(name))
    )


def changed(tables: str) -> str:
    return (
        tables.replace(" using (", " using (true or ")
        .replace(" text);", " bigint);")
        .replace("select\n'", "select\n1\n,2\n,'")
    )


PAIRS = {
    "nothing": ("", ""),
    "the same": (hostile_tables(), hostile_tables()),
    "added": ("", hostile_tables()),
    "removed": (hostile_tables(), ""),
    "changed": (hostile_tables(), changed(hostile_tables())),
    "hostile added": ("", hostile.dump()),
    "hostile removed": (hostile.dump(), ""),
}


@pytest.mark.parametrize("name", PAIRS)
def test_no_name_is_markup_in_the_comment(name: str) -> None:
    comment = comment_of(*PAIRS[name])
    html = expect_whole(comment)
    assert "\u202e" not in comment
    outside = re.sub(r"<code.*?</code>", "", html, flags=re.S)
    assert not re.search(r"@everybody|<script|https://|www\.|#1|GH-1", outside)
    assert name in ("nothing", "the same") or "&lt;script&gt;" in html


def test_equal_schemas_have_no_changes() -> None:
    assert comment_of("", "") == "## Schema changes\n\n**No changes.**\n"


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("", "create table {name}_{n} (id int);", "compatible"),
        ("create table {name}_{n} (id int);", "", "data loss"),
    ],
)
@pytest.mark.parametrize("name", ["t", "表_👍"])
def test_thousands_of_changes_are_cut_and_counted(old: str, new: str, left: str, name: str) -> None:
    both = ("".join(sql.format(name=name, n=n) for n in range(5_000)) for sql in (old, new))
    comment = comment_of(*both)
    expect_whole(comment)
    assert "5,000 × " + left in comment
    counted = re.search(rf"\*\*Left out, as no more fits:\*\* ([0-9,]+) {left}\.", comment)
    shown = len(re.findall(r"^- \*\*", comment, re.M))
    assert counted
    assert int(counted[1].replace(",", "")) + shown == 5_000


def test_what_many_objects_do_alike_is_told_once_with_their_keys() -> None:
    tables = "".join(f"create table t{n} (id int); create policy p on t{n} using (id = 1);" for n in range(9))
    tables += "".join(
        f"alter table t{n} enable row level security; grant select on t{n} to joe;" for n in range(9)
    )
    comment = comment_of(tables, tables.replace("id = 1", "true"))
    assert comment.count("using: id = 1 → true") == 1
    assert "**9 × changed** policy" in comment
    assert len(set(re.findall(r"policy `p` on table `public\.t\d` · key `([0-9a-f]{8})`", comment))) == 9
    expect_whole(comment)


def test_functions_that_are_only_formatted_are_one_item() -> None:
    dump = EXAMPLE.read_text("utf-8")
    comment = comment_of(dump, formatted(dump))
    assert re.findall(r"^- .*$", comment, re.M) == ["- **28 × changed** function"]
    assert comment.count("  - `body: each in its own way`\n") == 1
    assert comment.count("\n  - function `") == 28
    expect_whole(comment)


# annotations of GitHub

COMMAND = re.compile(r"::(error|warning|notice) ((?:(?:file|line|title)=[^:,\r\n]*,?)*)::([^\r\n]*)")


def annotations_of(old: Database, new: Database, changes: Iterable[ReviewedChange]) -> list[dict[str, str]]:
    """Level, file, line, title and message of each, as a runner reads them."""
    found = []
    for line in to_annotations(Side(old), Side(new), changes).split("\n")[:-1]:
        command = COMMAND.fullmatch(line)
        assert command, line
        properties = dict(part.split("=", 1) for part in command[2].split(",") if part)
        given = {"level": command[1], "message": command[3], **properties}
        found.append({key: re.sub("%([0-9A-F]{2})", unescaped, value) for key, value in given.items()})
    return found


def unescaped(found: re.Match[str]) -> str:
    assert found[0] in ("%25", "%0D", "%0A", "%3A", "%2C"), found[0]
    return chr(int(found[1], 16))


@pytest.mark.parametrize(
    ("name", "level", "line", "title"),
    [
        ("loosened", "error", 'CREATE POLICY "Anyone reads published stories"', "security: changed policy"),
        (
            "renamed",
            "warning",
            'CREATE TABLE IF NOT EXISTS "public"."usage_periods"',
            "breaks readers: renamed",
        ),
        ("feature", "error", 'CREATE TABLE "public"."story_comments"', "security: added table"),
        (
            "cleaned",
            "error",
            'CREATE TABLE IF NOT EXISTS "public"."stories"',
            "data loss: removed column moral",
        ),
        ("upgraded", "error", "CREATE TABLE public.user_profiles", "security: changed table"),
    ],
)
def test_an_annotation_stands_at_the_line_of_its_change(name: str, level: str, line: str, title: str) -> None:
    first, *_ = annotations_of(*pull_request(name))
    lines = PULL_REQUESTS[name](EXAMPLE.read_text("utf-8")).split("\n")
    assert (first["level"], first["file"]) == (level, "schema/schema_backup.sql")
    assert any(line in text for text in lines[int(first["line"]) - 1 :][:6])
    assert first["title"].startswith(title)
    assert re.search(r"\nkey [0-9a-f]{8}$", first["message"])


def test_what_has_gone_is_annotated_where_it_was() -> None:
    old = "create table a (id int);\ncreate table b (id int);\ncreate table c (id int);"
    before, after = database_of(old), database_of(old.replace("create table b (id int);\n", ""))
    assert annotations_of(before, after, review(before, after))[0]["line"] == "1"
    after = database_of(old.partition("create table c")[0])
    assert annotations_of(before, after, review(before, after))[0]["line"] == "2"
    after = database_of("select 1;")
    assert {found["line"] for found in annotations_of(before, after, review(before, after))} == {"1"}


def test_an_accepted_change_is_a_notice() -> None:
    old, new, changes = pull_request("loosened")
    found = annotations_of(old, new, [replace(changes[0], accepted="Meant.")])
    assert [one["level"] for one in found] == ["notice"]
    assert found[0]["message"].endswith("accepted: Meant.")


@pytest.mark.parametrize("name", PAIRS)
def test_no_name_is_a_command_of_github(name: str) -> None:
    old, new = map(database_of, PAIRS[name])
    found = annotations_of(old, new, changes := review(old, new))
    assert bool(found) == bool(changes)
    assert "\u202e" not in str(found)


def test_of_thousands_of_changes_github_gets_what_it_shows() -> None:
    tables = "".join(
        f"create table t{n} (id int, b text); create index i{n} on t{n} (id);" for n in range(5_000)
    )
    old = database_of(tables)
    new = database_of(re.sub("create index.*?;", "", tables).replace(", b text", ""))
    found = annotations_of(old, new, review(old, new))
    assert [one["level"] for one in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert found[-1]["title"] == "9,980 more changes of the schema"
    assert found[-1]["message"].startswith("Not shown here: 4,990 × data loss, 4,990 × ")


def test_paths_begin_at_the_root_of_the_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", project], check=True)
    assert "::error file=schema/schema_backup.sql,line=" in diff("loosened", "--format", "github")
    monkeypatch.chdir(project / "schema")
    done = CliRunner().invoke(cli, ["diff", "old.sql", "schema_backup.sql", "--format", "github"])
    assert done.stdout.startswith("::error file=schema/schema_backup.sql,line=")


# SARIF


def of(required: str, **properties: Any) -> Any:
    """The schema of an object of just these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def list_of(items: Any) -> Any:
    return {"type": "array", "items": items}


WORDS = {"type": "string", "minLength": 1, "pattern": r"^\S"}
TEXT = of("text", text=WORDS)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
PLACE = of(
    "artifactLocation region",
    artifactLocation=of("uri", uri={"type": "string", "pattern": r"^[\w./%~-]+$"}, uriBaseId=WORDS),
    region=of("startLine", startLine={"type": "integer", "minimum": 1}),
)
RULE = of(
    "id",
    id=WORDS,
    shortDescription=TEXT,
    help=TEXT,
    defaultConfiguration=of("", level=LEVEL),
    properties=of(
        "", tags=list_of(WORDS), **{"security-severity": {"type": "string", "pattern": r"^\d+\.\d$"}}
    ),
)
RESULT = of(
    "message locations partialFingerprints ruleId",
    ruleId=WORDS,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=TEXT,
    locations={**list_of(of("physicalLocation", physicalLocation=PLACE)), "maxItems": 1},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    suppressions=list_of(
        of("kind", kind={"enum": ["inSource", "external"]}, justification={"type": "string"})
    ),
)
DRIVER = of("name", name=WORDS, version=WORDS, rules={**list_of(RULE), "uniqueItems": True})
RUN = of(
    "tool",
    tool=of("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=list_of(RESULT),
)
SARIF = of("version runs", **{"$schema": WORDS}, version={"const": "2.1.0"}, runs=list_of(RUN))
"""Of what we write, what the specification demands and allows, and what GitHub demands beside that.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""


def sarif_of(old: Database, new: Database, changes: Iterable[ReviewedChange]) -> Any:
    found = json.loads(to_sarif(Side(old), Side(new), changes))
    jsonschema.validate(found, SARIF)
    run = found["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert len(rules) == len(set(rules))
    return run["results"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("loosened", ["policy-using"]),
        ("renamed", []),
        ("feature", ["relation-added", "relation-added"]),
        ("cleaned", []),
        ("upgraded", ["row-security-off"]),
    ],
)
def test_code_scanning_gets_what_opens_access(name: str, rules: list[str]) -> None:
    results = sarif_of(*pull_request(name))
    assert [result["ruleId"] for result in results] == rules
    assert all("Opens: " in result["message"]["text"] for result in results)
    keys = {change.key for change in pull_request(name)[2]}
    assert {result["partialFingerprints"]["schemabookChange/v1"] for result in results} <= keys


def test_an_accepted_change_is_suppressed() -> None:
    old, new, changes = pull_request("loosened")
    result, *_ = sarif_of(old, new, [replace(changes[0], accepted="Meant.")])
    assert result["suppressions"] == [{"kind": "external", "justification": "Meant."}]


@pytest.mark.parametrize("name", PAIRS)
def test_no_name_is_a_link_or_a_placeholder_of_code_scanning(name: str) -> None:
    old, new = map(database_of, PAIRS[name])
    for result in sarif_of(old, new, review(old, new)):
        text = result["message"]["text"]
        assert "](" not in text
        assert not re.search(r"(?<!\{)\{(?:\{\{)*(?!\{)", text)


def test_a_function_that_policies_ask_has_a_rule() -> None:
    old = (
        "create table t (id int); create function f() returns boolean language sql as 'select false';"
        "create policy p on t using (f());"
    )
    before, after = database_of(old), database_of(old.replace("false", "true"))
    (result,) = sarif_of(before, after, review(before, after))
    assert result["ruleId"] == "routine-body"
    assert "It says yes to everybody now." in result["message"]["text"]


# all of them

CASES = sorted(path.parent for path in (Path(__file__).parent / "review").glob("*/old.sql"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_case_can_be_told_in_every_format(folder: Path) -> None:
    old, new = (database_of((folder / name).read_text("utf-8")) for name in ("old.sql", "new.sql"))
    for before, after in ((old, new), (new, old)):
        changes = review(before, after)
        expect_whole(to_markdown(before, after, changes))
        annotations_of(before, after, changes)
        sarif_of(before, after, changes)

"""The page *What changed*, and the marks on other pages: what a built site says of a revision of git."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import hostile
import markdown  # type: ignore[import-untyped]  # has no types
import pytest
from click.testing import CliRunner
from conftest import PHONE, ROOT, WIDE, built, git, strictly
from markdown_it import MarkdownIt
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from playwright.sync_api import Browser, Page
from synthetic import dump
from test_accessibility import COLOURS, faults, unfold
from test_hostile_site import Dangers
from test_markdown import CONFIGS, NAMES
from test_spelling import formatted

from schemabook import cli
from schemabook.diff import Fact
from schemabook.errors import SchemaError
from schemabook.model import Sql
from schemabook.pages import Book, pages, site_pages
from schemabook.pages.changes_page import MOST, ROOM
from schemabook.pages.sides import MOST_LINES, sides
from schemabook.pages.since import with_changes
from schemabook.platforms import PLATFORMS
from schemabook.project.config import Revision, load
from schemabook.project.inputs import load_book
from schemabook.project.starter import HOME, SITE
from schemabook.read import read
from schemabook.site.cache import Cache
from schemabook.site.compared import Compared
from schemabook.site.generated import Generator, Urls
from schemabook.site.serving import COMPARE

OLD = """
create role anon;
create table public.author (id bigint primary key, name text, born date);
create table public.book (id bigint primary key, title text, price integer default 1, author_id bigint);
create table public.gone (id bigint primary key, note text);
create view public.titles as select title from public.book;
create function public.is_editor() returns boolean language sql as 'select false';
alter table public.book enable row level security;
create policy own on public.book for select using (id = 1 and price > 0);
create policy edit on public.book for update using (public.is_editor());
create index book_title on public.book (title);
grant select on public.author to anon;
grant select on public.book to anon;
"""
NEW = """
create role anon;
create table public.author (id bigint primary key, name text, born date, email text);
create table public.book (id bigint primary key, headline text, price bigint default 1);
create table public.draft (id bigint primary key);
create view public.titles as select headline as title from public.book;
create function public.is_editor() returns boolean language sql as 'select true';
alter table public.book enable row level security;
create policy own on public.book for select using (true);
create policy edit on public.book for update using (public.is_editor());
create unique index book_title on public.book (headline);
grant select, insert on public.author to anon;
grant select on public.book to anon;
"""
SETTINGS = "dumps: [dump.sql]\noutput: docs/reference\n"
WHAT = "what-changed.md"
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")


def book_of(folder: Path, sql: str, settings: str = "") -> Book:
    """What pages are made from."""
    (folder / "dump.sql").write_text(sql, "utf-8")
    (folder / "schemabook.yml").write_text(SETTINGS + settings, "utf-8")
    return load_book(load(folder / "schemabook.yml"))


def compared(folder: Path, old: str, new: str, settings: str = "") -> Book:
    """The same, with what has changed since another dump."""
    book = book_of(folder, new, settings)
    brought = book.whole.platform
    before = read([("old.sql", old.encode())], PLATFORMS.get(brought.name) if brought else None)
    return with_changes(book, before, "main", "abcdef012345")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The pages of a site that is compared."""
    return site_pages(compared(tmp_path_factory.mktemp("made"), OLD, NEW))


# the page


def test_the_page_says_what_became_of_what_the_dangerous_first(made: Mapping[str, str]) -> None:
    text = made[WHAT]
    head, *sections = text.split("\n## ")
    assert "Since `main`, commit `abcdef012`: **2 data loss, " in head
    assert [section.partition("\n")[0] for section in sections][:3] == [
        "Data loss (2)",
        "Security (3)",
        "Breaks readers (2)",
    ]
    assert "− removed</span> column `author_id`" in sections[0]
    assert "table of `id bigint, note text`" in sections[0]
    assert "Opens: " in sections[1]
    assert "privileges of [`anon`](roles/anon.md): gains insert" in sections[1]
    assert "→ renamed</span> column [`headline`](public/tables/book.md#headline) was `title` (" in text


def test_old_and_new_are_side_by_side(made: Mapping[str, str]) -> None:
    text = made[WHAT]
    assert '<th scope="col">in main</th><th scope="col">now</th>' in text
    assert "<ins><code>true</code></ins>" in text
    assert "select <mark>false</mark>" in text


@pytest.mark.parametrize("path", [WHAT, "public/tables/book.md"])
def test_each_parser_makes_the_same_paragraphs_of_it(made: Mapping[str, str], path: str) -> None:
    """CommonMark knows no lists of attributes; Python-Markdown reads no Markdown in a block of HTML."""
    python = markdown.markdown(made[path], extensions=NAMES, extension_configs=CONFIGS)
    common = MarkdownIt("commonmark", {"html": True}).render(made[path])
    found, expected = (re.findall(r"<p>.*?sb-(?:change|since).*</p>", html) for html in (common, python))
    assert found
    assert found == expected


def test_what_depends_on_it_is_linked_and_what_has_gone_is_not(made: Mapping[str, str]) -> None:
    text = made[WHAT]
    assert "Used by policy [`edit`](public/tables/book.md#policy-edit) of [`public.book`]" in text
    assert "### table `public.gone`" in re.sub("<a [^>]*></a>", "", text)


def test_each_link_leads_to_a_page_and_its_anchor(made: Mapping[str, str]) -> None:
    links = 0
    for path, text in made.items():
        for page, anchor in LINK.findall(text):
            target = os.path.normpath(Path(path).parent / page) if page else path
            if WHAT in (path, target):
                links += 1
                assert target in made
                assert not anchor or f'id="{anchor}"' in made[target], (path, anchor)
    assert links > 15


def test_nothing_changed_is_said(tmp_path: Path) -> None:
    text = site_pages(compared(tmp_path, NEW, NEW))[WHAT]
    assert text == "# What changed\n\nNothing has changed since `main`, commit `abcdef012`.\n"


def test_an_accepted_change_has_its_reason(tmp_path: Path) -> None:
    key = re.search(r"column `author_id` .*?key `(\w+)`", site_pages(compared(tmp_path, OLD, NEW))[WHAT])
    assert key
    text = site_pages(
        compared(tmp_path, OLD, NEW, f"accepted_changes: {{{key[1]}: 'Moved, *all* of it.'}}\n")
    )
    assert "column `author_id` – accepted: Moved, &#42;all&#42; of it." in text[WHAT]


def test_the_same_change_of_many_objects_is_told_once(tmp_path: Path) -> None:
    old = "".join(f"create table public.t{n} (id bigint primary key, n integer);\n" for n in range(20))
    text = site_pages(compared(tmp_path, old, old.replace("n integer", "n bigint, added text")))[WHAT]
    assert text.count("### Alike on many objects") == 2
    assert "column `n` of tables [`public.t0`](public/tables/t0.md)" in text
    assert "and 8 more" in text
    assert "column `added` of tables" in text


def test_bodies_that_are_written_otherwise_alike_are_told_once(tmp_path: Path) -> None:
    old = "".join(
        f"create function f{n}(a integer) returns integer language sql as 'select\n{n}';\n" for n in range(5)
    )
    text = site_pages(compared(tmp_path, old, old.replace("select\n", "select  \n  ")))[WHAT]
    assert text.count("white space only") == 2
    assert "functions [`public.f0(integer)`](public/functions/f0.md), " in text


def test_functions_that_are_only_formatted_are_one_entry(tmp_path: Path) -> None:
    old = (ROOT / "schema" / "schema_backup.sql").read_text("utf-8")
    section = site_pages(compared(tmp_path, old, formatted(old)))[WHAT].partition("## Cosmetic (28)")[2]
    assert section.count('class="sb-change"') == 1
    assert "± changed</span> functions [`auth.email()`](auth/functions/email.md), " in section
    assert (
        " and 16 more</span>\n\n- body: each in its own way\n- White space, comments and the case" in section
    )


def test_the_same_change_of_many_columns_is_told_below_their_table(tmp_path: Path) -> None:
    old = "create table t (id int primary key, a int, b int, c int, d int);"
    text = site_pages(compared(tmp_path, old, re.sub(r"\b([abcd]) int", r"\1 bigint", old)))[WHAT]
    assert text.count('class="sb-change"') == 1
    assert "columns [`a`](public/tables/t.md#a), [`b`](public/tables/t.md#b), " in text
    assert re.search(r"\(public/tables/t\.md#d\) <span class=.sb-key.>key (`[0-9a-f]{8}`, ){3}`", text)


def test_roles_with_the_same_privileges_are_told_together(tmp_path: Path) -> None:
    old = "create role ann; create role joe; create role owner; create table t (id int primary key);"
    table = "create table u (id int primary key); grant select on u to ann, joe;"
    default = "alter default privileges for role owner in schema public grant select on tables to ann, joe;"
    made = site_pages(compared(tmp_path, old, f"{old} {table} {default}"))
    both = "privileges of [`ann`](roles/ann.md) and [`joe`](roles/joe.md)"
    assert f"{both}: select</span>" in made[WHAT]
    assert "</a>default privileges of role [`owner`](roles/owner.md) in schema `public`\n" in made[WHAT]
    assert f"{both} on tables: select <span" in made[WHAT]


def test_default_privileges_are_of_no_table_that_is_called_as_their_role(tmp_path: Path) -> None:
    old = "create role t; create role joe; create table t (id int primary key);"
    default = "alter default privileges for role t in schema public grant select on tables to joe;"
    made = site_pages(compared(tmp_path, old, f"{old} {default}"))
    assert "default privileges of role" in made[WHAT]
    assert "sb-since" not in made["public/tables/t.md"]


def test_a_table_whose_changes_are_told_with_others_has_a_link_without_an_anchor(tmp_path: Path) -> None:
    old = "".join(f"create table public.t{n} (id bigint primary key, n integer);\n" for n in range(20))
    text = site_pages(compared(tmp_path, old, old.replace("n integer", "n bigint")))["public/tables/t3.md"]
    assert "changed column `n`" in text
    assert "[What changed](../../what-changed.md)" in text


def test_the_page_of_any_number_of_changes_is_bounded(tmp_path: Path) -> None:
    old = dump(150, 3)
    ors = " or ".join(f"column_0 > {i}" for i in range(200))
    more = "".join(f"create policy p{n} on app.table_{n:05} using ({ors} or {n});\n" for n in range(150))
    book = replace(compared(tmp_path, old, old + more), for_site=True)
    assert book.since.page
    text = book.since.page(book)
    assert text.count(" policy [`p") == MOST
    assert "50 more of this class are not told here: `schemabook diff git:abcdef012` prints them all." in text
    assert len(text) < ROOM + 200_000
    assert book.since.anchors.keys() < book.since.parts.keys()


def test_statements_that_were_not_understood_are_counted(tmp_path: Path) -> None:
    text = site_pages(compared(tmp_path, OLD + "do $$ begin commit; end $$;\n", NEW))[WHAT]
    assert "1 statement of that revision" in text


def test_secrets_of_the_old_revision_are_masked(tmp_path: Path) -> None:
    password = "Zq8vR2x" + "Lw"
    old = OLD.replace(
        "price integer default 1", f"price text default 'redis://app:{password}@cache.internal'"
    )
    text = site_pages(compared(tmp_path, old, NEW))[WHAT]
    assert "redis&#58;" in text or "redis:" in text
    assert password not in text


# what the settings hide


def test_nothing_hidden_is_named(tmp_path: Path) -> None:
    new = (Path(__file__).parent / "hidden.sql").read_text("utf-8")
    hidden = 'hidden: ["zz_*.*", "*.zz_*"]\naccept_unread: ["*"]\n'
    seen = (
        re.sub(r"\b(integer|int)\b", "bigint", new)
        .replace(" text", " varchar")
        .replace("select", "SELECT ALL")
    )
    for old in ("create table public.other (id int);", seen, new + "\ncomment on schema public is 'x';"):
        for before, after in (
            (old, new),
            (new, old + "\ncreate table zz_gone.kept (id int);" * ("zz" in old)),
        ):
            found = site_pages(compared(tmp_path, before, after, hidden if "zz_" in after else ""))
            if "zz_" in after:
                assert "zz_gone" not in "".join(found.values())
    assert "column" in found[WHAT] or "comment" in found[WHAT]


def test_a_sentence_that_names_what_is_hidden_is_another(tmp_path: Path) -> None:
    hidden = OLD.replace("public.book", "app.book").replace(
        "create role", "create schema app;\ncreate role", 1
    )
    hidden = hidden.replace("create view public.titles as select title from app.book;", "")
    new = hidden.replace("'select false'", "'select true'")
    assert "Policies of app.book ask it" in site_pages(compared(tmp_path, hidden, new))[WHAT]
    text = site_pages(compared(tmp_path, hidden, new, "hidden: [app.*]\n"))[WHAT]
    assert "`schemabook diff` says what it does." in text
    assert "app.book" not in text


def test_a_publication_names_no_hidden_table(tmp_path: Path) -> None:
    old = "create table a (id int primary key);\ncreate table secret (id int primary key);\n"
    old += "create table b (id int primary key);\ncreate publication p for table a;\n"
    for more, is_told in (("secret", False), ("b, secret", True)):
        text = site_pages(compared(tmp_path, old, old[:-2] + f", {more};\n", "hidden: [secret]\n"))[WHAT]
        assert "secret" not in text
        assert ("publication" in text) == is_told


def test_what_had_a_hidden_name_is_new(tmp_path: Path) -> None:
    old = "create table secret (id int primary key, a text, b text);\ncreate table c (id int);\n"
    settings = "hidden: [secret*]\nrenamed: {secret: shown}\n"
    new = old.replace("table secret", "table shown") + "create table secret2 (id int);\n"
    text = site_pages(compared(tmp_path, old, new, settings))[WHAT]
    assert "+ new</span> table" in text
    assert "secret" not in text


# hostile names


def test_hostile_names_run_nothing(tmp_path: Path) -> None:
    old = hostile.dump()
    new = old.replace(" text default", " character varying default").replace("using (", "using (true and ")
    new += "".join(
        f"alter table public.{hostile.quoted(name)} rename to {hostile.quoted(hostile.cut(name, 'q_'))};\n"
        for name in hostile.NAMES[3:12]
    )
    (tmp_path / "schema").mkdir()
    text = site_pages(compared(tmp_path / "schema", old, new, "hidden: []\n"))[WHAT]
    html = markdown.markdown(text, extensions=NAMES, extension_configs=CONFIGS)
    assert html.count("<h3") > 20
    assert html.count("<table") == text.count("<table")
    assert Dangers(html).found == []


# old and new


def table(old: object, new: object) -> str:
    return sides([Fact("body", old, new)], ("old", "new"))


def test_lines_that_differ_have_signs_and_those_around_them_are_there() -> None:
    old = "\n".join(f"line {n}" for n in range(30))
    text = table(old, old.replace("line 10", "another 10").replace("line 20\n", ""))
    assert text.count('class="sb-old"') == 2
    assert text.count('class="sb-new"') == 1
    assert "<mark>line</mark> 10" in text
    assert "<mark>another</mark> 10" in text
    assert '<tr class="sb-same"><td><code>line 12</code></td>' in text
    assert "line 15" not in text


def test_lines_that_differ_in_white_space_only_are_the_same() -> None:
    text = table("begin\n  first;\n  second;\nend", "begin\n\tfirst;\n\tthird;\nend")
    assert text.count('class="sb-same"') == 3
    assert text.count('class="sb-old"') == 1


def test_an_expression_is_compared_clause_by_clause() -> None:
    old, new = (Sql(text, text) for text in ("select a from t where b", "select a from t where c"))
    assert table(old, new).count('class="sb-old"') == 1


def test_a_long_difference_is_folded_and_cut() -> None:
    text = table("\n".join(f"a{n}" for n in range(500)), "\n".join(f"b{n}" for n in range(500)))
    assert text.startswith(f"<details><summary>body: {MOST_LINES + 1} lines</summary>")
    assert "440 more lines" in text
    assert len(table("x" * 10_000, "y" * 10_000)) < 2_000


# marks


def test_a_table_says_what_changed_and_marks_its_parts(made: Mapping[str, str]) -> None:
    text = made["public/tables/book.md"]
    line = next(line for line in text.splitlines() if "± changed</span> since `main`" in line)
    assert "renamed column `headline` (breaks readers)" in line
    assert "removed column `author_id` (data loss)" in line
    assert "changed policy `own` (security)" in line
    assert line.endswith(" [What changed](../../what-changed.md#relation-public-book-2e9731)</span>")
    assert re.search(r'`price` <span class="sb-mark sb-mark--changed">± changed</span>', text)
    assert re.search(r'\*\*own\*\* <span class="sb-mark sb-mark--changed">', text)
    assert re.search(r'`book_title` <span class="sb-mark sb-mark--changed">', text)
    assert re.search(r"`anon`\S* <span class=.sb-mark sb-mark--changed.>", made["public/tables/author.md"])
    assert '`email` <span class="sb-mark sb-mark--added">+ new</span>' in made["public/tables/author.md"]


def test_what_is_new_is_marked_as_such_on_its_page_and_in_lists(made: Mapping[str, str]) -> None:
    new = '<span class="sb-mark sb-mark--added">+ new</span>'
    assert f"{new} since `main`. [What changed]" in made["public/tables/draft.md"]
    for path in ("tables.md", "public/index.md", "index.md"):
        rows = [line for line in made[path].splitlines() if "draft.md)" in line and line.startswith("|")]
        assert rows
        assert all(line.count(new) == 1 for line in rows), path
    assert "± changed" in next(line for line in made["functions.md"].splitlines() if "is_editor" in line)
    assert "± changed</span> since `main` (security). [What" in made["public/functions/is_editor.md"]


def test_without_a_revision_no_page_says_anything_of_one(tmp_path: Path) -> None:
    book = compared(tmp_path, OLD, NEW)
    plain = book_of(tmp_path, NEW)
    assert pages(book) == pages(plain)
    assert WHAT not in site_pages(plain)
    assert not any("sb-mark" in text or "sb-since" in text for text in site_pages(plain).values())


# revisions of git


def repository(folder: Path) -> Path:
    """A project with a commit on the main branch, and another dump on a branch that left it."""
    for name, text in {
        "mkdocs.yml": SITE,
        "docs/index.md": HOME,
        "schema/schemabook.yml": "dumps: [dump.sql]\noutput: ../docs/reference\nhistory: none\n",
        "schema/dump.sql": OLD,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "old")
    git(folder, "checkout", "-qb", "branch")
    (folder / "schema" / "dump.sql").write_text(NEW, "utf-8")
    git(folder, "commit", "-qam", "new")
    return folder


@pytest.fixture(scope="module", autouse=True)
def own_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Git without the settings of who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path_factory.getbasetemp()))
        yield


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


def generated(
    project: Path, name: str, generator: Generator, kept: Cache, *, when_asked: bool = False
) -> Mapping[str, str]:
    """The pages of a build that is compared with this revision; with an empty text, with none."""
    config = load(project / "schema" / "schemabook.yml")
    config = replace(config, compare=Revision(name, "here") if name else None)
    found = generator.generate(config, Urls("", ".html"), kept, when_asked=when_asked)
    kept.save()
    return {path: text.decode() for path, text in found.pages.items()}


def test_the_branch_is_compared_with_where_it_left_the_revision(project: Path, tmp_path: Path) -> None:
    git(project, "checkout", "-q", "main")
    (project / "schema" / "dump.sql").write_text(OLD + "create table public.later (id int);\n", "utf-8")
    git(project, "commit", "-qam", "later")
    git(project, "checkout", "-q", "branch")
    text = generated(project, "main", Generator(), Cache(None))[WHAT]
    assert f"Since `main`, commit `{git(project, 'rev-parse', 'main~')[:9]}`" in text
    assert "later" not in text


@pytest.mark.parametrize("when_asked", [False, True])
def test_another_revision_makes_other_pages(project: Path, tmp_path: Path, when_asked: bool) -> None:
    kept, generator = Cache(tmp_path / "cache"), Generator()
    first = generated(project, "main", generator, kept, when_asked=when_asked)
    assert "**2 data loss" in first[WHAT]
    for name, expected in (("HEAD", "Nothing has changed"), ("main", "**2 data loss")):
        text = generated(project, name, generator, kept, when_asked=when_asked)[WHAT]
        assert expected in text
    assert WHAT not in generated(project, "", generator, kept, when_asked=when_asked)
    assert generated(project, "main", Generator(), kept) == first
    git(project, "branch", "-f", "main", "branch")
    assert "Nothing has changed" in generated(project, "main", Generator(), kept)[WHAT]


def said(project: Path, name: str) -> str:
    """The error of a build that is compared with a revision of the settings."""
    settings = project / "schema" / "schemabook.yml"
    settings.write_text(f"dumps: [dump.sql]\noutput: ../docs/reference\ncompare: {name}\n", "utf-8")
    with pytest.raises(SchemaError) as error:
        Compared().follow(load(settings))
    return str(error.value).replace(f"{project.parent}/", "")


def test_a_revision_that_is_not_there_is_an_error_at_its_line(project: Path) -> None:
    text = said(project, "elsewhere")
    assert text.startswith('project/schema/schemabook.yml:3: there is no revision "elsewhere" here\nhint: ')
    assert "fetch-depth: 0" in text
    assert 'there is no revision "--all" here' in said(project, '"--all"')


def test_a_shallow_clone_says_what_to_do(project: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "branch", project.as_uri(), "shallow")
    git(shallow, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    text = said(shallow, "origin/main")
    assert text.startswith('shallow/schema/schemabook.yml:3: HEAD and "origin/main" have no commit in common')
    assert "fetch-depth: 0" in text


def test_without_a_repository_or_git_it_is_an_error_too(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(project / ".git")
    assert "schemabook.yml:3: git fails: not a git repository" in said(project, "main")
    monkeypatch.setenv("PATH", "")
    assert "schemabook.yml:3: git is not installed here\nhint: the revision is looked up in git" in said(
        project, "main"
    )


def test_a_dump_that_could_not_be_read_then_says_at_which_commit(project: Path, tmp_path: Path) -> None:
    (project / "schema" / "dump.sql").write_text("create table public.t (a int);\nselect 'cut", "utf-8")
    git(project, "commit", "-qam", "broken")
    (project / "schema" / "dump.sql").write_text(NEW, "utf-8")
    with pytest.raises(SchemaError) as error:
        generated(project, "HEAD", Generator(), Cache(None))
    commit = git(project, "rev-parse", "HEAD")[:9]
    assert f"dump.sql:2: the file ends inside of a string that begins here, at {commit}" in str(error.value)


def test_serve_names_the_revision_to_the_site(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[tuple[object, ...]] = []

    def served(*arguments: object) -> int:
        named.append(arguments)
        return 0

    monkeypatch.setattr(cli, "serve_site", served)
    monkeypatch.chdir(project)
    assert CliRunner().invoke(cli.cli, ["serve", "--compare", "main"]).exit_code == 0
    assert [arguments[-1] for arguments in named] == ["main"]


# built sites


def html_of(site: Path) -> dict[str, bytes]:
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The site of a branch, built strictly; it was built before without a comparison."""
    folder = repository(tmp_path_factory.mktemp("built") / "project")
    with pytest.MonkeyPatch.context() as patch:
        plain = html_of(built(folder))
        patch.setenv(COMPARE, "main")
        yield built(folder)
        patch.setenv(COMPARE, "none")
        assert html_of(built(folder)) == plain
        assert not any(b"sb-mark" in text for name, text in plain.items() if name.endswith(".html"))


def test_the_committed_pages_stay_as_they_are(site: Path) -> None:
    text = "".join(path.read_text("utf-8") for path in (site.parent / "docs" / "reference").rglob("*.md"))
    assert "what-changed" not in text
    assert "sb-mark" not in text


def test_the_page_is_in_the_navigation_on_the_overview_and_in_the_search(site: Path) -> None:
    assert 'href="reference/what-changed.html"' in (site / "index.html").read_text("utf-8")
    assert 'href="what-changed.html">what changed</a>' in (site / "reference" / "index.html").read_text(
        "utf-8"
    )
    names = (site / "assets" / "schemabook" / "search-names.js").read_text("utf-8")
    assert "What changed" in names
    assert "author_id" not in names


@pytest.mark.parametrize("path", ["reference/what-changed.html", "reference/public/tables/book.html"])
def test_axe_finds_nothing_serious(site: Path, browser: Browser, path: str) -> None:
    for scheme, options in (("light", None), ("dark", COLOURS)):
        page = opened(browser, site.as_uri(), path, scheme)
        unfold(page)
        assert faults(page, options) == []
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.context.close()


def opened(browser: Browser, address: str, path: str, scheme: str = "light", *, script: bool = True) -> Page:
    """A page in a context of its own."""
    context = browser.new_context(viewport=WIDE, color_scheme=scheme, java_script_enabled=script)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/{path}")
    return page


def test_old_and_new_are_beside_each_other_and_on_a_phone_below(site: Path, browser: Browser) -> None:
    page = opened(browser, site.as_uri(), "reference/what-changed.html")
    row = page.locator("tr:has(> .sb-old):has(> .sb-new)").first

    def boxes() -> list[float]:
        found = (row.locator(f".sb-{side}").bounding_box() for side in ("old", "new"))
        return [box["y"] for box in found if box]

    old, new = boxes()
    assert old == new
    page.set_viewport_size(PHONE)
    old, new = boxes()
    assert old < new
    page.context.close()


def test_the_page_is_there_without_scripts_and_under_the_strict_policy(site: Path, browser: Browser) -> None:
    errors: list[str] = []
    with strictly(site) as address:
        page = opened(browser, address, "reference/public/tables/book.html")
        page.on("console", lambda message: errors.append(message.text))
        page.locator(".sb-since a").click()
        page.wait_for_url("**/what-changed.html#relation-*")
        page.context.close()
    assert errors == []
    page = opened(browser, site.as_uri(), "reference/what-changed.html", script=False)
    assert page.locator(".sb-change").count() > 5
    page.context.close()


def test_a_wrong_revision_stops_the_build(
    site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(COMPARE, "elsewhere")
    monkeypatch.chdir(site.parent)
    config = load_config("mkdocs.yml", site_dir=str(site.parent / "other"))
    config.plugins.on_startup(command="build", dirty=False)
    with pytest.raises(Abort):
        build(config)
    assert f'{COMPARE}: there is no revision "elsewhere" here' in caplog.text

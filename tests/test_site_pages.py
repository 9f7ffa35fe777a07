"""The pages that only the built site has: what they hold for schemas of unusual shape or size."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from synthetic import dump

from schemabook.pages import pages, site_pages
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book

Made = Callable[..., Mapping[str, str]]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The pages of the site for a schema."""
    monkeypatch.chdir(tmp_path)

    def make(sql: str, settings: str = "") -> Mapping[str, str]:
        Path("schema.sql").write_text(sql, "utf-8")
        return site_pages(load_book(read_config(f"dumps: [schema.sql]\n{settings}", Path("schemabook.yml"))))

    return make


def columns(number: int) -> str:
    """A table with so many columns, all of one letter."""
    return f"CREATE TABLE public.wide ({', '.join(f'c{i:04} integer' for i in range(number))});"


def test_the_overview_leads_to_what_there_is_and_to_nothing_else(made: Made) -> None:
    line = next(
        line
        for line in made("CREATE TABLE public.t (a integer);")["index.md"].splitlines()
        if "Browse" in line
    )
    assert line == (
        "**Browse:** [tables](tables.md) · [columns A–Z](columns.md) · [coverage of comments](coverage.md)"
    )


def test_the_committed_overview_leads_to_no_page_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text("CREATE TABLE public.t (a int); GRANT SELECT ON public.t TO x;", "utf-8")
    settings = "dumps: [schema.sql]\ngroups:\n- {name: G, tables: [t]}"
    book = load_book(read_config(settings, Path("schemabook.yml")))
    text = "".join(pages(book).values())
    assert not [name for name in ("tables.md", "columns.md", "roles/", "groups/") if name in text]


def test_a_schema_named_like_a_page_of_the_site_has_another_folder(made: Made) -> None:
    sql = "CREATE SCHEMA roles; CREATE TABLE roles.t (a integer); GRANT SELECT ON roles.t TO roles;"
    found = made(sql)
    folders = {path.split("/")[0] for path in found if path.endswith("/tables/t.md")}
    assert folders == {"roles-66cf55"}
    assert "[`t`](../roles-66cf55/tables/t.md)" in found["roles/roles.md"]


def test_accents_and_signs_do_not_hide_a_columns_letter(made: Made) -> None:
    found = made('CREATE TABLE public.t (_id integer, "Élan" text, "1st" text, "имя" text);')
    page = found["columns.md"]
    assert "[E](#e) · [I](#i) · [Other](#other)" in page
    assert page.index("`Élan`") < page.index("`_id`") < page.index("`1st`") < page.index("`имя`")


def test_types_are_told_apart_where_they_differ(made: Made) -> None:
    sql = "CREATE TABLE public.a (x integer); CREATE TABLE public.b (x text); CREATE TABLE public.c (x text);"
    assert (
        '| <a id="column-x"></a>`x` | 2 types | `integer`: [`a`](public/tables/a.md#x)<br>'
        "`text`: [`b`](public/tables/b.md#x), [`c`](public/tables/c.md#x) |"
    ) in made(sql)["columns.md"]


def test_many_columns_have_a_page_for_each_letter_and_a_long_letter_several(made: Made) -> None:
    found = made(columns(1500))
    assert [path for path in found if path.startswith("columns")] == [
        "columns.md",
        "columns/c.md",
        "columns/c-2.md",
    ]
    assert "[C](columns/c.md): 1,200 names, `c0000` to `c1199`" in found["columns.md"]
    assert "**C** · [C 2](c-2.md)" in found["columns/c.md"]


def test_a_column_of_many_tables_has_a_page_of_its_own(made: Made) -> None:
    found = made("".join(f"CREATE TABLE public.t{i} (id integer);" for i in range(31)))
    assert "| `id` | `integer` | [31 tables](columns/of/id.md) |" in found["columns.md"]
    assert "[`t30`](../../public/tables/t30.md#id)" in found["columns/of/id.md"]


def test_partitions_are_on_no_list(made: Made) -> None:
    sql = """
    CREATE TABLE public.parted (day date) PARTITION BY RANGE (day);
    CREATE TABLE public.part PARTITION OF public.parted DEFAULT;
    """
    found = made(sql)
    for page in ("tables.md", "columns.md", "coverage.md"):
        assert "parted.md" in found[page]
        assert "part.md" not in found[page]


def test_a_groups_links_lead_where_those_of_the_overview_do(made: Made) -> None:
    settings = """
groups:
- name: G
  tables: [t]
  description: "[a](../A.md#x), [c](https://example.org), [d](mailto:d@e.org)"
"""
    page = made("CREATE TABLE public.t (a integer);", settings)["groups/g-333e0a.md"]
    assert "[a](../../A.md#x), [c](https://example.org), [d](mailto:d@e.org)" in page


def test_a_note_counts_for_coverage_and_marks_what_is_deprecated(made: Made) -> None:
    sql = "CREATE TABLE public.t (); CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    settings = "notes:\n  tables: {t: {note: Known.}}\n  functions: {f: {deprecated: use g}}"
    found = made(sql, settings)
    assert "50% of the tables" in found["coverage.md"]
    assert '<span class="sb-badge">deprecated</span>' in found["functions.md"]


def test_a_role_says_what_it_has_through_others_and_what_it_cannot_reach(made: Made) -> None:
    sql = """
    CREATE ROLE reader; CREATE ROLE writer NOLOGIN IN ROLE reader; CREATE ROLE guest NOINHERIT IN ROLE reader;
    CREATE ROLE boss SUPERUSER; CREATE ROLE alone;
    CREATE SCHEMA app;
    CREATE TABLE app.t (a integer, b text);
    GRANT USAGE ON SCHEMA app TO reader, guest;
    GRANT SELECT ON app.t TO reader, guest, alone;
    GRANT INSERT, UPDATE (b) ON app.t TO writer;
    ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON app.t FOR SELECT TO reader USING (a > 0);
    """
    found = made(sql)
    writer = found["roles/writer.md"]
    assert "| insert<br>update on `b`<br>through [`reader`](reader.md): select |" in writer
    assert (
        "select: [rows where `a > 0`](../app/tables/t.md#policy-p)<br>insert: no row<br>update: `b`: no rows"
        in writer
    )
    assert "select: [rows where `a > 0`](../app/tables/t.md#policy-p) |" in found["roles/reader.md"]
    assert "| select | select: no rows |" in found["roles/guest.md"], "the policy is for who inherits"
    assert 'nothing: "alone" has no usage of schema "app"' in found["roles/alone.md"]
    assert "**no usage** of [`app`](../app/index.md)" in found["roles/alone.md"]
    assert "Cannot log in." in writer
    assert "does not inherit their privileges: it has them only after `SET ROLE`" in found["roles/guest.md"]
    assert "**Superuser**: no privilege or policy is checked." in found["roles/boss.md"]


def test_a_table_says_who_can_do_what(made: Made) -> None:
    sql = """
    CREATE ROLE reader; CREATE ROLE writer; CREATE ROLE cleaner; CREATE ROLE stranger;
    CREATE TABLE t (a integer, b text);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON t TO reader; GRANT INSERT, UPDATE (b), DELETE ON t TO writer;
    GRANT TRUNCATE ON t TO cleaner;
    CREATE POLICY small ON t FOR SELECT USING (a < 9);
    CREATE POLICY odd ON t AS RESTRICTIVE FOR SELECT USING (a % 2 = 1);
    CREATE POLICY wide ON t TO writer USING (a > 0) WITH CHECK (true);
    CREATE MATERIALIZED VIEW copy AS SELECT a FROM t;
    GRANT SELECT ON copy TO reader;
    """
    found = made(sql)
    page = found["public/tables/t.md"]
    glance = (
        "[Who can do what](#who-can-do-what): `cleaner`: no rows, may truncate · `reader`: reads some rows"
    )
    changes = "updates rows where `a > 0` of 1 column, deletes rows where `a > 0`"
    assert f"{glance} · `writer`: inserts any row, {changes}</span>\n" in page
    cells = dict(re.findall(r"^\| \[`(\w+)`\]\(../../roles/\w+.md\) \| (.*) \|$", page, re.M))
    small, wide = "[rows where `a < 9`](#policy-small)", "[rows where `a > 0`](#policy-wide)"
    update = f"`b`: {wide}<br>with `WHERE`: no grant for SELECT<br>new rows: `b`: any row"
    delete = f"{wide}<br>with `WHERE`: no grant for SELECT"
    assert (
        cells["reader"]
        == f"{small}, narrowed by [odd](#policy-odd) | no grant | no grant | no grant | no grant"
    )
    assert cells["writer"] == f"no grant | any row | {update} | {delete} | no grant"
    assert cells["cleaner"] == "no grant | no grant | no grant | no grant | all rows"
    assert "No privilege: [`stranger`](../../roles/stranger.md)." in page
    assert (
        "| Role | Select |\n| --- | --- |\n| [`reader`](../../roles/reader.md) | all rows |"
        in found["public/views/copy.md"]
    )


def test_a_table_says_at_a_glance_how_it_is_protected(made: Made) -> None:
    sql = """
    CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE worker; CREATE SCHEMA auth;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';
    CREATE TABLE own (id uuid PRIMARY KEY); ALTER TABLE own ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON own TO authenticated USING (auth.uid() = id);
    GRANT SELECT, INSERT, UPDATE, DELETE ON own TO anon, authenticated;
    CREATE TABLE open (a uuid REFERENCES own); GRANT SELECT (a) ON open TO authenticated;
    CREATE TABLE inner_ (a uuid REFERENCES own); GRANT ALL ON inner_ TO worker;
    GRANT TRUNCATE ON inner_ TO anon;
    """
    found = made(sql)
    badges = {
        name: re.findall(r'sb-badge--(\w+)">(.*?)<', found[f"public/tables/{name}.md"])
        for name in ("own", "open", "inner_")
    }
    assert badges == {
        "own": [("protected", "row security")],
        "open": [("exposed", "exposed: no row security")],
        "inner_": [("unprotected", "no row security")],
    }
    top = found["public/tables/own.md"].partition("\n## Columns")[0]
    assert "<span>[Referenced by 2](#referenced-by)</span> <span" in top
    assert "`anon`: nothing · `authenticated`: own rows</span>" in top
    assert "[References 1](#references)" in found["public/tables/open.md"]
    listed = dict(re.findall(r"^\| \[`(\w+)`\].*\| (.*) \|$", found["tables.md"], re.M))
    assert "exposed" in listed["open"]
    assert "exposed" not in listed["inner_"]


def test_what_the_data_api_does_not_serve_is_not_exposed(made: Made) -> None:
    sql = "CREATE ROLE anon; CREATE TABLE t (a integer); GRANT SELECT ON t TO anon;"
    assert "exposed: no row security" in made(sql)["public/tables/t.md"]
    other = f"{sql} CREATE ROLE authenticator; ALTER ROLE authenticator SET pgrst.db_schemas TO 'api';"
    assert "no row security" in made(other)["public/tables/t.md"]
    assert "exposed:" not in made(other)["public/tables/t.md"]


def test_many_labels_are_folded(made: Made) -> None:
    few, many, most = (", ".join(f"'l{i}'" for i in range(n)) for n in (6, 7, 41))
    sql = f"""
    CREATE TYPE few AS ENUM ({few}); CREATE TYPE many AS ENUM ({many}); CREATE TYPE most AS ENUM ({most});
    CREATE TABLE t (a few, b many[], c most);
    """
    a, b, c = re.findall(r'^\| <a id="[abc]".*$', made(sql)["public/tables/t.md"], re.M)
    assert a.endswith("| One of `l0`, `l1`, `l2`, `l3`, `l4`, `l5` |")
    assert "<details><summary>One of 7 labels</summary>`l0`, " in b
    assert b.endswith("`l6`</details> |")
    assert c.endswith("`l39` and 1 more</details> |")


def test_what_a_where_changes_is_told(made: Made) -> None:
    sql = """
    CREATE ROLE r; CREATE ROLE away; CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO r;
    CREATE TABLE s.t (a integer, u text); ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;
    GRANT SELECT, UPDATE, DELETE ON s.t TO r; GRANT SELECT ON s.t TO away;
    CREATE POLICY seen ON s.t FOR SELECT USING (u = CURRENT_USER);
    CREATE POLICY gone ON s.t FOR DELETE USING (true);
    CREATE POLICY some ON s.t FOR UPDATE USING (a > 0);
    """
    page = made(sql)["s/tables/t.md"]
    row = next(line for line in page.splitlines() if line.startswith("| [`r`]"))
    seen = "[rows whose `u` is the current role](#policy-seen)"
    update = "[rows where `a > 0`](#policy-some)<br>with `WHERE`: of these what it may read"
    assert row.split(" | ")[1:] == [
        seen,
        "no grant",
        update,
        f"all rows<br>with `WHERE`: {seen}",
        "no grant |",
    ]
    assert "deletes all rows" in page.partition("\n## ")[0]
    assert "No usage of the schema: [`away`](../../roles/away.md)." in page


def test_equal_access_to_many_tables_is_told_together(made: Made) -> None:
    found = made(dump(300, columns=8))
    page = found["roles/authenticated.md"]
    assert page.count("app.table_00") >= 300
    assert "insert, select; reads own rows (`column_6`): " in page


def test_names_of_roles_and_policies_are_data(made: Made) -> None:
    sql = """
    CREATE TABLE public.t (a integer);
    GRANT SELECT ON public.t TO "<b>|`x`";
    CREATE POLICY "<i>*p*|" ON public.t TO "<b>|`x`" USING (true);
    """
    for path, page in made(sql).items():
        if path != "public/tables/t.md":  # which shows the SQL in a block of code
            assert "<b>" not in page, path
            assert "<i>" not in page, path
            assert "*p*" not in page, path


def test_pages_of_the_site_grow_with_the_schema_and_not_faster(made: Made) -> None:
    small, large = (sum(map(len, made(dump(tables)).values())) for tables in (50, 200))
    assert large < 4.4 * small


def test_a_column_answers_where_only_some_are_granted(made: Made) -> None:
    sql = """
    CREATE ROLE reader; CREATE ROLE other;
    CREATE TABLE t (a integer, b text, c text);
    GRANT SELECT (a), UPDATE (b) ON t TO reader; GRANT SELECT ON t TO other;
    CREATE TABLE plain (a integer); GRANT SELECT ON plain TO reader;
    """
    found = made(sql)
    rows = dict(
        re.findall(
            r"^\| <a id=\"(\w)\".*<span class=\"sb-who\">.*?: (.*)</span> \|$",
            found["public/tables/t.md"],
            re.M,
        )
    )
    assert rows == {
        "a": "`other`, `reader`: reads all rows",
        "b": "`other`: reads all rows · `reader`: updates all rows",
        "c": "`other`: reads all rows",
    }
    assert "sb-who" not in found["public/tables/plain.md"], "there a script shows what is said of the table"

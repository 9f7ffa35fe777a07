"""The page of who can do what: its data, and what a browser makes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit
from playwright.sync_api import Page, expect
from test_accessibility import COLOURS, dark, faults

from schemabook.access.cells import Act, Word
from schemabook.pages import Book, site_pages
from schemabook.pages.access_data import ROLE, cells_script, reasons_script, roles_of
from schemabook.pages.access_page import WORDS
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book

__all__ = ["dark"]
PAGE = "reference/access.html"
GRANTS = """
CREATE ROLE anon; CREATE ROLE zoe; CREATE ROLE abe;
CREATE TABLE public.open (id integer); GRANT SELECT ON public.open TO anon, zoe;
CREATE TABLE public.own (id integer); ALTER TABLE public.own ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.own USING (id = 1); GRANT SELECT, UPDATE (id) ON public.own TO zoe;
CREATE TABLE public.other (id integer); GRANT SELECT ON public.other TO zoe;
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Book]:
    """The book of a schema."""
    monkeypatch.chdir(tmp_path)

    def make(sql: str, settings: str = "") -> Book:
        Path("schema.sql").write_text(sql, "utf-8")
        return load_book(read_config(f"dumps: [schema.sql]\n{settings}", Path("schemabook.yml")))

    return make


def data(script: str) -> Any:
    """What a script hands over."""
    found = re.fullmatch(r"schemabookAccess\.\w+\((.*)\);\n", script)
    assert found
    return json.loads(found[1])


def words(book: Book) -> dict[tuple[str, str, str], str]:
    """The word of each role, relation and command, as the page reads its data."""
    found = data(cells_script(book))
    return {
        (role, relation[0], act): found["words"][word]
        for relation in found["relations"]
        for (role, _), number in zip(found["roles"], relation[-1], strict=True)
        for act, word in zip(found["acts"], found["sets"][number], strict=True)
    }


def steps(book: Book, role: str, relation: str, act: Act) -> list[list[str]]:
    """The steps to a cell, as the page reads its data."""
    cells, found = data(cells_script(book)), data(reasons_script(book))
    row = [name for name, *_ in cells["relations"]].index(relation)
    column = [name for name, _ in cells["roles"]].index(role)
    numbers = found["lists"][found["sets"][found["cells"][row][column]][list(Act).index(act)]]
    return [found["steps"][number] for number in numbers]


# the data


def test_the_data_hold_the_word_of_every_cell(book: Callable[..., Book]) -> None:
    made = book(GRANTS)
    found = words(made)
    assert found == {
        (role, name.name, act.value): f"{cell.word}: {cell.rows}" if cell.rows else cell.word.value
        for name in made.database.relations
        for role, cells in made.access[name].items()
        for act, cell in cells.items()
    }
    assert found["zoe", "own", "update"] == "column grants only: filtered"
    assert found["anon", "open", "select"] == "all rows"


def test_roles_of_the_data_api_come_first(book: Callable[..., Book]) -> None:
    assert roles_of(book(GRANTS)) == ("anon", "abe", "zoe")


def test_a_step_leads_to_what_makes_it_and_says_what_a_policy_lets_through(
    book: Callable[..., Book],
) -> None:
    assert steps(book(GRANTS), "zoe", "own", Act.SELECT) == [
        ["every role has usage of the schema", "public/index#privileges"],
        [f'"{ROLE}" has SELECT', "#privileges"],
        ["row security is on", "#"],
        ['policy "mine", permissive, applies', "#policy-mine", "", "rows where id = 1"],
    ]


def test_reasons_are_shared_by_relations_and_roles(book: Callable[..., Book]) -> None:
    tables = "".join(
        f"CREATE TABLE public.t{n} (id integer); GRANT SELECT ON public.t{n} TO a, b;\n" for n in range(50)
    )
    found = data(reasons_script(book(f"CREATE ROLE a; CREATE ROLE b;\n{tables}")))
    assert len(found["steps"]) < 12
    assert len(found["sets"]) == 1


def test_a_step_on_what_is_hidden_names_nothing(book: Callable[..., Book]) -> None:
    sql = """
    CREATE ROLE anon; CREATE ROLE boss; CREATE SCHEMA gone; GRANT USAGE ON SCHEMA gone TO anon, boss;
    CREATE TABLE gone.deep (id integer);
    CREATE TABLE gone.needed (id integer, private integer); GRANT SELECT (id, private) ON gone.needed TO anon;
    ALTER TABLE gone.needed ENABLE ROW LEVEL SECURITY;
    CREATE POLICY deep ON gone.needed USING (id IN (SELECT id FROM gone.deep));
    CREATE TABLE public.t (id integer); ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON public.t USING (id IN (SELECT id FROM gone.needed));
    GRANT SELECT ON public.t TO anon;
    CREATE VIEW gone.copy AS SELECT id FROM public.t; GRANT SELECT ON gone.copy TO anon;
    ALTER TABLE public.t OWNER TO boss; ALTER VIEW gone.copy OWNER TO boss;
    """
    names = ("gone.deep", "private", "gone.copy")
    shown, hidden = book(sql), book(sql, "hidden: ['gone.*']")
    texts = [cells_script(m) + reasons_script(m) + site_pages(m)["access.md"] for m in (shown, hidden)]
    assert [name for name in names if name in texts[0]] == list(names)
    assert [name for name in names if name in texts[1]] == []
    assert words(hidden)["anon", "t", "select"] == "error"
    assert steps(hidden, "anon", "t", Act.SELECT)[-1] == ["what the settings hide decides this"]


def test_a_publication_names_no_hidden_partition(book: Callable[..., Book]) -> None:
    sql = """
    CREATE ROLE anon; CREATE TABLE public.tp (id integer) PARTITION BY LIST (id);
    CREATE TABLE public.zz_part PARTITION OF public.tp FOR VALUES IN (1);
    CREATE PUBLICATION p FOR TABLE public.tp; GRANT SELECT, UPDATE ON public.tp TO anon;
    """
    shown, hidden = (steps(book(sql, more), "anon", "tp", Act.UPDATE) for more in ("", "hidden: [zz_part]"))
    assert shown[-2][0] == hidden[-2][0] == 'publication "p" forbids it'
    assert shown[-1][0] == '"public.zz_part" is published without a replica identity'
    assert hidden[-1] == ["what the settings hide decides this"]
    assert not any("zz_part" in text for text in site_pages(book(sql, "hidden: [zz_part]")).values())


def test_the_owner_of_a_hidden_view_is_not_named(book: Callable[..., Book]) -> None:
    sql = """
    CREATE ROLE anon; CREATE TABLE public.base (id integer);
    CREATE VIEW public.zz_v AS SELECT id FROM public.base; ALTER VIEW public.zz_v OWNER TO zz_owner;
    CREATE VIEW public.top AS SELECT id FROM public.zz_v; ALTER VIEW public.top OWNER TO zz_owner2;
    GRANT SELECT ON public.zz_v TO zz_owner2; GRANT SELECT ON public.top TO anon;
    """
    made = book(sql, "hidden: [zz_v]")
    assert (
        steps(made, "anon", "top", Act.SELECT)[-1][0]
        == 'the owner of a view on it may not read "public.base", which is read here'
    )
    assert not re.search(r"zz_owner\b", reasons_script(made))


def test_what_is_kept_reduced_is_no_door_and_no_function_of_the_overview(book: Callable[..., Book]) -> None:
    sql = """
    CREATE SCHEMA hid; CREATE ROLE anon; CREATE ROLE boss; GRANT USAGE ON SCHEMA hid TO anon, boss;
    CREATE TABLE public.base (id integer); ALTER TABLE public.base OWNER TO boss;
    CREATE VIEW hid.w2 AS SELECT id FROM public.base; ALTER VIEW hid.w2 OWNER TO boss;
    GRANT SELECT ON hid.w2 TO anon;
    CREATE VIEW public.over AS SELECT id FROM hid.w2; ALTER VIEW public.over OWNER TO boss;
    CREATE FUNCTION hid.may(n integer) RETURNS boolean LANGUAGE sql SECURITY DEFINER
        AS 'SELECT true FROM public.base';
    CREATE TABLE public.t (id integer); ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON public.t USING (hid.may(id));
    """
    for settings, expected in (("", True), ("hidden: ['hid.*']", False)):
        pages = site_pages(book(sql, settings))
        lines = pages["access.md"].splitlines() + pages["index.md"].splitlines()
        assert any("leads to" in line and "w2" in line for line in lines) is expected
        assert any("leads to" in line and "may" in line for line in lines) is expected
        assert (
            any("their owner's privileges" in line and "calls functions" in line for line in lines)
            is expected
        )


def test_hidden_tables_that_others_need_have_no_row(book: Callable[..., Book]) -> None:
    sql = """
    CREATE SCHEMA s; CREATE TABLE s.needed (id integer PRIMARY KEY, gone integer);
    CREATE TABLE public.t (id integer REFERENCES s.needed); GRANT SELECT (gone) ON s.needed TO anon;
    """
    made = book(sql, "hidden: ['s.*']")
    assert {relation for _, relation, _ in words(made)} <= {"t"}
    assert "gone" not in cells_script(made) + reasons_script(made)


# the page without a script


def test_each_word_is_explained() -> None:
    assert list(WORDS) == list(Word)


def test_the_page_tells_who_may_read_where_no_script_runs(book: Callable[..., Book]) -> None:
    page = site_pages(book(GRANTS))["access.md"]
    assert "| [`own`](public/tables/own.md) | no grant | no grant | filtered |" in page
    tables = "".join(f"CREATE TABLE public.t{n} (id integer);\n" for n in range(60))
    assert "needs JavaScript" in site_pages(book(GRANTS + tables))["access.md"]


def test_without_roles_there_is_no_page(book: Callable[..., Book]) -> None:
    assert "access.md" not in site_pages(book("CREATE TABLE public.t (id integer);"))


def test_ways_past_a_tables_rules_are_listed_with_what_they_reach(book: Callable[..., Book]) -> None:
    sql = """
    CREATE VIEW public.all_own AS SELECT id FROM public.own; GRANT SELECT ON public.all_own TO anon;
    CREATE FUNCTION public.peek() RETURNS integer LANGUAGE sql SECURITY DEFINER
        AS 'SELECT id FROM public.own';
    CREATE FUNCTION public.shut() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    REVOKE EXECUTE ON FUNCTION public.shut() FROM PUBLIC;
    """
    page = site_pages(book(GRANTS + sql))["access.md"]
    own, anon = "[`own`](public/tables/own.md)", "[`anon`](roles/anon.md)"
    assert f"- [`all_own`](public/views/all_own.md) leads to {own}, for {anon}\n" in page
    assert f"- [`peek()`](public/functions/peek.md) leads to {own}, for {anon}," in page
    assert "- None of these roles may execute [`shut()`](public/functions/shut.md)\n" in page


# in a browser


@pytest.fixture
def opened(visit: Visit) -> Iterator[Callable[[str], Page]]:
    """Opens the example's page from disk; nothing may fail."""

    def go(hash_: str = "") -> Page:
        page = visit.open(f"{PAGE}{hash_}")
        page.locator(".sb-access[data-ready]").wait_for()
        return page

    yield go
    assert visit.errors == []


def answers(page: Page) -> set[str]:
    """The words that the table shows."""
    return set(page.locator(".sb-access__word").all_inner_texts())


def test_filters_leave_what_is_asked_for_and_stand_in_the_address(opened: Callable[[str], Page]) -> None:
    page = opened("")
    rows = page.locator("tr:has(.sb-access__cell)")
    every = rows.count()
    page.get_by_label("Role").select_option("anon")
    page.get_by_label("Answer").select_option("all rows")
    assert answers(page) == {"all rows"}
    assert 0 < rows.count() < every
    expect(page.locator(".sb-access__count")).to_contain_text(f"{rows.count()} of {every}")
    assert page.evaluate("location.hash") == "#role=anon&cell=all+rows"
    page.get_by_role("searchbox", name="Table").fill("api_pri")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("api_prices")


def test_an_address_leads_to_a_filtered_table(opened: Callable[[str], Page]) -> None:
    page = opened("#role=anon&cell=no+grant&command=delete&group=Core+Tables")
    assert answers(page) == {"no grant"}
    expect(page.get_by_role("button", name="delete", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".sb-access__section")).to_have_text("Core Tables")
    page.evaluate("location.hash = '#table=user_profiles'")
    expect(page.locator("tr:has(.sb-access__cell)")).to_have_count(1)


def test_of_one_role_all_commands_are_columns(opened: Callable[[str], Page]) -> None:
    page = opened("#role=authenticated&command=all")
    heads = page.locator(".sb-access__table thead th").all_inner_texts()
    assert heads == ["Table or view", "select", "insert", "update", "delete", "truncate"]


def test_a_cell_tells_its_reasons_with_links_to_what_makes_them(opened: Callable[[str], Page]) -> None:
    page = opened("#table=user_profiles&role=authenticated")
    assert page.locator("script[src*='reasons.js']").count() == 0
    cell = page.locator(".sb-access__cell")
    cell.click()
    because = page.locator(".sb-access__because")
    expect(because.locator("li").first).to_contain_text("usage of the schema")
    expect(cell).to_have_attribute("aria-expanded", "true")
    for link in because.locator("a").all():
        path, _, anchor = str(link.evaluate("e => e.href")).removeprefix("file://").partition("#")
        assert f'id="{anchor}"' in Path(path).read_text("utf-8") if anchor else Path(path).exists()
    because.get_by_role("link", name="policy").first.click()
    page.wait_for_url("**/public/tables/user_profiles.html#policy-*")


def test_column_grants_are_coloured_as_the_rows_they_reach(opened: Callable[[str], Page]) -> None:
    word = opened("#role=anon&table=public.content").locator(".sb-access__word").first
    rows = word.inner_text().removeprefix("column grants only: ")
    assert rows != word.inner_text()
    expect(word).to_have_attribute("data-word", rows.replace(" ", "-"))


def test_an_anchor_that_encodes_nothing_is_no_error(visit: Visit) -> None:
    page = visit.open("reference/public/tables/content.html#%")
    page.locator("#columns").wait_for()
    assert visit.errors == []


def test_what_differs_in_a_group_stands_out(opened: Callable[[str], Page]) -> None:
    page = opened("#group=API+%26+Usage+Tracking&role=anon")
    strong = page.locator(".sb-access__cell:not([data-usual])")
    expect(strong).to_have_text(["all rows"])
    expect(page.locator(".sb-access__cell[data-usual]")).to_have_text(["no grant", "no grant"])


def test_arrows_go_from_cell_to_cell_and_the_table_is_one_stop(opened: Callable[[str], Page]) -> None:
    page = opened("")
    expect(page.locator(".sb-access__cell[tabindex='0']")).to_have_count(1)
    page.locator(".sb-access__cell").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    title = page.locator(".sb-access__because p").first
    expect(title).to_contain_text("authenticated · select · public.content:")


def test_axe_finds_nothing_serious_with_reasons_open(visit: Visit, dark: Visit) -> None:
    for opened, options in ((visit, None), (dark, COLOURS)):
        page = opened.open(f"{PAGE}#command=all&roles=all")
        page.locator(".sb-access__cell").nth(1).click()
        page.locator(".sb-access__because li").first.wait_for()
        assert faults(page, options) == []


def test_it_works_under_the_strict_security_policy(strict_server: str, visit: Visit) -> None:
    visit.page.goto(f"{strict_server}/{PAGE}")
    visit.page.locator(".sb-access__cell").first.click()
    visit.page.locator(".sb-access__because li").first.wait_for()
    assert visit.errors == []

"""The first page of a site, the overview and lists: what they say of schemas of any size, where they lead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PHONE, ROOT, WIDE, built
from playwright.sync_api import Browser
from synthetic import dump

from schemabook.map.drawing import COLOURS
from schemabook.map.thumbnail import MOST_BARS
from schemabook.model import Code, Name
from schemabook.pages import Book, pages, site_pages
from schemabook.pages.exposure import unprotected
from schemabook.pages.first_page import first_page
from schemabook.pages.letters import MOST_ROWS
from schemabook.pages.overview import MOST_LISTED
from schemabook.pages.paths import OVERVIEW
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book
from schemabook.project.starter import HOME, SITE
from schemabook.site.relation_map import THUMBNAIL, map_files

Made = Callable[..., Book]
SHOP = """
CREATE SCHEMA empty_one; CREATE SCHEMA app;
CREATE TABLE app.client (id int PRIMARY KEY, name text);
CREATE TABLE app.orders (id int PRIMARY KEY, a int REFERENCES app.client, b int REFERENCES app.client);
CREATE TABLE app.item (order_id int REFERENCES app.orders);
CREATE VIEW app.names AS SELECT name FROM app.client;
CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON TABLE app.client IS 'Who buys. And more.';
"""
GROUPS = """
groups:
- {name: Sales, tables: [app.orders, app.item, app.names], description: What is *sold*.}
- {name: People, tables: [app.client]}
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """What the site is made from."""
    monkeypatch.chdir(tmp_path)

    def make(sql: str, settings: str = "") -> Book:
        Path("schema.sql").write_text(sql, "utf-8")
        return load_book(read_config(f"dumps: [schema.sql]\n{settings}", Path("schemabook.yml")))

    return make


def many(number: int) -> str:
    """So many tables of different letters, each but the first referencing it."""
    rest = "".join(
        f"CREATE TABLE {chr(97 + n % 20)}_{n} (a int REFERENCES a_0 (id));\n" for n in range(1, number)
    )
    return f"CREATE TABLE a_0 (id int PRIMARY KEY);\n{rest}"


# the first page


def test_it_counts_what_there_is_as_the_lists_do(book: Made) -> None:
    page = first_page(book(SHOP))
    found = re.findall(r'<li><a href="(\w+).md"><strong>(\d+)</strong> ([\w-]+)</a></li>', page)
    assert found == [
        ("tables", "3", "tables"),
        ("views", "1", "view"),
        ("functions", "1", "function"),
        ("columns", "7", "columns"),
        ("roles", "1", "role"),
    ]


def test_it_names_what_is_referenced_most_without_the_main_schema(book: Made) -> None:
    page = first_page(book(SHOP))
    named = re.findall(r"^- (.*) <span class=\"sb-first__number\">(referenced by \d+)</span>$", page, re.M)
    assert named == [
        ("[`client`](app/tables/client.md)", "referenced by 2"),
        ("[`orders`](app/tables/orders.md)", "referenced by 1"),
    ]


def test_groups_are_cards_and_schemas_are_where_there_are_no_groups(book: Made) -> None:
    page = first_page(book(SHOP, GROUPS))
    assert '<h2 id="sb-first-groups">Groups</h2>' in page
    sales = next(line for line in page.splitlines() if line.startswith("- **[Sales]"))
    assert '<span class="sb-first__number">2 tables, 1 view</span> <span>What is *sold*.</span>' in sales
    assert sales.index("`orders`") < sales.index("`item`"), "what others reference comes first"
    other = first_page(book(f"{SHOP} CREATE TABLE public.t ();"))
    assert '<h2 id="sb-first-groups">Schemas</h2>' in other
    assert "empty_one" not in other
    assert "sb-first-groups" not in first_page(book(SHOP)), "a single card says nothing"


OPEN = """
CREATE ROLE anon; CREATE ROLE authenticated;
CREATE TABLE a (a int); CREATE TABLE b (a int); CREATE TABLE c (a int);
ALTER TABLE b ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON a, b TO anon; GRANT DELETE ON c TO authenticated;
"""


def test_it_warns_of_tables_that_nothing_protects(book: Made) -> None:
    found = book(OPEN)
    assert unprotected(found) == (Name("public", "a"), Name("public", "c"))
    page = first_page(found)
    assert "sb-first__access--open" in page
    assert (
        "**2 tables without row security are open to `anon` or `authenticated`:** [`a`](public/tables/a.md) "
        "and [`c`](public/tables/c.md). [Who can do what](access.md)."
    ) in page


def test_it_says_quietly_that_all_is_protected(book: Made) -> None:
    locked = "".join(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;" for name in "ac")
    page = first_page(book(OPEN + locked))
    assert "No table without row security is open to `anon` or `authenticated`." in page
    assert "sb-first__access--open" not in page
    assert "sb-first__access" not in first_page(book(SHOP)), "nobody is granted anything"


def test_without_roles_from_outside_it_tells_what_every_role_reaches(book: Made) -> None:
    sql = "CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC; CREATE ROLE r; GRANT SELECT ON t TO r;"
    assert "**1 table without row security is open to every role:**" in first_page(book(sql))


def test_a_schema_without_tables_has_a_first_page(book: Made) -> None:
    page = first_page(book("CREATE TYPE mood AS ENUM ('good');"))
    assert f'href="{OVERVIEW}">Find a table' in page
    assert "sb-first__map" not in page


def test_names_and_comments_are_data_on_it(book: Made) -> None:
    sql = """
    CREATE TABLE "<b>*x*" (a int PRIMARY KEY); CREATE TABLE t (a int REFERENCES "<b>*x*");
    CREATE SCHEMA o; CREATE TABLE o.t (); COMMENT ON SCHEMA o IS '<i>*x*';
    """
    page = first_page(book(sql))
    assert page.count("`<b>*x*`") == page.count("<b>") == 2
    assert "<span>&#60;i>&#42;x&#42;</span>" in page


def test_the_picture_of_a_thousand_tables_is_light(book: Made) -> None:
    picture = dict(map_files(book(dump(1000, columns=3)), "", ".html"))[THUMBNAIL]
    assert len(picture) < 20_000
    assert picture.count("h") > 1000, "each table is a stroke"
    assert "style" not in picture
    assert any(colour in picture for colour in COLOURS)
    huge = dict(map_files(book(dump(MOST_BARS + 1, columns=1)), "", ".html"))[THUMBNAIL]
    assert len(huge) < 5000


# the mark


def project(folder: Path, home: str = HOME, sql: str = SHOP, settings: str = GROUPS) -> Path:
    """A project as `schemabook init` makes it, but for what its first page says."""
    for path, text in {
        "docs/index.md": home,
        "docs/deeper/guide.md": "# Guide\n\n`<!-- schemabook: first page -->`\n",
        "schemabook.yml": f"dumps: [schema.sql]\noutput: docs/reference\n{settings}",
        "schema.sql": sql,
        "mkdocs.yml": SITE.replace("/reference/**", "*"),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def test_the_mark_becomes_a_page_that_works_without_a_script(tmp_path: Path, browser: Browser) -> None:
    long = f"CREATE TABLE app.{'long_name_' * 6} (id int PRIMARY KEY REFERENCES app.client);"
    site = built(
        project(tmp_path, sql=SHOP + long, settings=GROUPS.replace("app.client]", "app.client, app.long_*]"))
    )
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    field = page.locator("[data-search-open]")
    assert field.get_attribute("href") == "reference/tables.html"
    box = field.bounding_box()
    assert box
    assert box["y"] < 300
    assert page.locator(".sb-first__map img").evaluate("e => e.complete && e.naturalWidth > 0")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator(".sb-first__map p > a").click()
    assert page.url.endswith("reference/map.html")
    context.close()
    guide = (site / "deeper/guide.html").read_text("utf-8")
    assert "&lt;!-- schemabook: first page --&gt;" in guide
    assert "first.css" not in guide
    assert "first.css" not in (site / "reference/app/tables/client.html").read_text("utf-8")
    assert "../assets/schemabook/first.css" in (site / "reference/tables.html").read_text("utf-8")


def test_links_lead_from_any_folder_and_in_any_theme(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "docs/deeper/other.md").write_text("# Other\n\n<!-- schemabook: first page -->\n", "utf-8")
    (folder / "mkdocs.yml").write_text(
        "site_name: A\ntheme: mkdocs\nplugins: [schemabook]\nnot_in_nav: '*'\n", "utf-8"
    )
    page = built(folder) / "deeper/other/index.html"
    html = page.read_text("utf-8").partition('<div class="sb-first"')[2].partition("sb-first-groups")[0]
    links = re.findall(r'(?:href|src)="([^"#]+)"', html)
    assert len(links) > 8
    for link in links:
        target = page.parent / link
        assert (target / "index.html" if link.endswith("/") else target).is_file(), link


def test_a_wrong_mark_is_told_with_its_line(tmp_path: Path) -> None:
    folder = project(tmp_path, "# Home\n\n<!-- schemabook: frist page -->\n")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    for program in (["mkdocs", "build", "--strict"], ["schemabook", "check"]):
        command = [str(Path(sys.executable).with_name(program[0])), *program[1:]]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 1, program
        said = done.stdout + done.stderr
        assert 'docs/index.md:3: "frist page" is no mark' in said
        assert "write <!-- schemabook: first page --> or <!-- schemabook: ignore NAME -->" in said


def test_a_wrong_mark_has_a_code_of_its_own() -> None:
    assert Code.UNKNOWN_MARK.severity == "error"


def test_the_example_has_the_mark() -> None:
    assert "\n<!-- schemabook: first page -->\n" in (ROOT / "docs/index.md").read_text("utf-8")


# the overview and lists


def test_the_overview_begins_with_tables(book: Made) -> None:
    for page in (pages(book(SHOP, GROUPS))[OVERVIEW], site_pages(book(SHOP, GROUPS))[OVERVIEW]):
        titles = re.findall(r"^## (.*)$", page, re.M)
        assert titles[:2] == ["Tables", "Schemas"]
        assert titles.index("Schema files") > titles.index("Security")


def test_what_there_is_none_of_is_folded_away(book: Made) -> None:
    page = site_pages(book(f"{SHOP} CREATE TABLE public.t ();"))[OVERVIEW]
    assert "| Schema | Tables | Views | Functions | Description |" in page
    assert "| [`app`](app/index.md) | 3 | 1 | 1 |  |" in page
    assert "\nEmpty: [`empty_one`](empty_one/index.md).\n" in page
    assert "The database holds 4 tables, 1 view and 1 function in 2 schemas." in page


def test_the_committed_overview_has_every_schema_and_no_number(book: Made) -> None:
    page = pages(book(SHOP))[OVERVIEW]
    assert "| [`empty_one`](empty_one/index.md) |  |" in page
    assert "| Table | Description |" in page


def test_an_overview_of_many_tables_has_their_groups(book: Made) -> None:
    few, more = site_pages(book(many(MOST_LISTED))), site_pages(book(many(MOST_LISTED + 1)))
    assert f"[`t_{MOST_LISTED - 1}`]" in few[OVERVIEW]
    assert f"[`t_{MOST_LISTED - 1}`]" not in more[OVERVIEW]
    assert "the list of all tables](tables.md) has every one" in more[OVERVIEW]
    assert "| [`a_0`](public/tables/a_0.md) | 1 | 60 |  |" in more[OVERVIEW]
    settings = "groups: [{name: A, tables: ['a_*']}]"
    grouped = site_pages(book(many(MOST_LISTED + 1), settings))[OVERVIEW]
    assert "| Group | Tables | Most referenced tables |" in grouped
    assert "| [A](groups/a-" in grouped
    assert "| [Other tables](tables.md) | 57 |" in grouped


def test_a_long_list_has_letters_that_lead_to_rows(book: Made) -> None:
    found = book(many(MOST_ROWS + 1))
    for path in ("tables.md", "public/index.md"):
        page = site_pages(found)[path]
        jumps = re.findall(r"\[([A-T])\]\(#([\w-]+)\)", page)
        assert [letter for letter, _ in jumps] == [chr(65 + n) for n in range(20)]
        assert all(page.count(f'<a id="{anchor}"></a>') == 1 for _, anchor in jumps)
    assert "<a id=" not in pages(found)["public/index.md"]
    assert "](#" not in site_pages(book(many(MOST_ROWS)))["tables.md"]


def test_the_numbers_of_a_list_are_those_of_the_table_s_page(book: Made) -> None:
    found = site_pages(book(SHOP))
    assert "| [`orders`](app/tables/orders.md) | 3 | 1 | 2 |" in found["tables.md"]
    page = found["app/tables/orders.md"]
    assert "[Referenced by 1](#referenced-by) · [References 2](#references)" in page

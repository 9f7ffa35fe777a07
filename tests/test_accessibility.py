"""The site is readable for all: axe-core, the keyboard, paper, and a table of 400 columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from conftest import PHONE, WIDE, Visit, built
from playwright.sync_api import Browser, Page, expect
from test_page_kinds import paths_by_kind
from test_plugin import schema_of

from schemabook.project.starter import HOME, SITE

PAGES = {
    "home": "index.html",
    "guide": "MIGRATIONS.html",
    "guide with a wide table": "AUTHORING.html",
    "view": "reference/public/views/content_overview.html",
    "materialized view": "reference/public/views/monthly_api_costs.html",
    "enum": "reference/public/types/content_status.html",
    "domain": "reference/public/types/hex_color.html",
    **{
        kind: f"reference/{paths[0].removesuffix('.md')}.html"
        for kind, paths in paths_by_kind().items()
        if kind != "what changed"
    },
}
"""One page of each kind, and of what the same kind shows in another way; `test_changes_page` has the last."""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
SHAPES = {"rules": {"color-contrast": {"enabled": False}}}
TABLE = "reference/public/tables/user_profiles.html"


def faults(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe-core calls serious or critical, as rule and element."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **(options or {})}).response
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def unfold(page: Page) -> None:
    """Opens all details: what is folded is not checked."""
    page.locator("article details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    page.wait_for_timeout(100)


@pytest.fixture
def dark(site: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport=WIDE, color_scheme="dark")
    yield Visit(site, context.new_page())
    context.close()


# axe-core


@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_serious_on_any_kind_of_page(visit: Visit, dark: Visit, kind: str) -> None:
    page = visit.open(PAGES[kind])
    unfold(page)
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(200)
    assert faults(page, SHAPES) == []
    page = dark.open(PAGES[kind])
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    unfold(page)
    assert faults(page, COLOURS) == []


def test_axe_finds_nothing_serious_in_the_results_of_a_search(
    visit: Visit, dark: Visit, phone: Visit
) -> None:
    for opened in (visit, dark, phone):
        page = opened.open("reference/index.html")
        page.keyboard.press("/")
        page.keyboard.type("content")
        page.locator(".sb-search__hit").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(300)
        assert faults(page) == []


def test_axe_finds_nothing_serious_on_the_map_with_a_table_chosen(visit: Visit, dark: Visit) -> None:
    for opened in (visit, dark):
        page = opened.open("reference/map.html#t=public.content")
        page.locator(".sb-panel h2").wait_for()
        page.locator(".sb-find").fill("user")
        page.locator(".sb-found li").first.wait_for()
        assert faults(page) == []


@pytest.fixture(scope="module")
def plain_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's first site, its mkdocs.yml as `schemabook init` writes it, but with the theme's search."""
    folder = tmp_path_factory.mktemp("plain")
    schema_of(folder, "create table public.a (id bigint primary key);\n" + wide_table())
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text(HOME, "utf-8")
    text = SITE.replace("  - schemabook\n", "  - schemabook: {search: false}\n")
    assert text != SITE
    (folder / "mkdocs.yml").write_text(text, "utf-8")
    return built(folder)


@pytest.mark.parametrize("path", ["index.html", "reference/index.html", "reference/public/tables/a.html"])
def test_axe_finds_nothing_serious_in_the_stock_colours_with_the_stock_search(
    plain_site: Path, browser: Browser, path: str
) -> None:
    page = browser.new_page(viewport=WIDE)
    page.goto((plain_site / path).as_uri())
    page.keyboard.press("s")
    page.wait_for_timeout(300)
    assert faults(page) == []
    page.close()


# the keyboard, screen readers, paper


def test_the_first_stop_skips_to_the_content(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_landmarks_tell_the_parts_of_a_page(visit: Visit) -> None:
    page = visit.open(TABLE)
    for role in ("banner", "main", "search", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Table of contents")).to_have_count(1)
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_count(1)


def test_what_scrolls_takes_the_focus_only_while_it_does(visit: Visit) -> None:
    page = visit.open("AUTHORING.html")
    table = page.locator(".md-typeset__scrollwrap", has_text="To link to")
    expect(table).not_to_have_attribute("tabindex", "0")
    page.set_viewport_size(PHONE)
    expect(table).to_have_attribute("tabindex", "0")
    table.focus()
    assert table.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    page.set_viewport_size(WIDE)
    expect(table).not_to_have_attribute("tabindex", "0")


def test_links_in_prose_are_underlined_and_boxes_of_a_picture_are_not(visit: Visit) -> None:
    page = visit.open(TABLE)
    expect(page.locator("article p a:not(.headerlink)").first).to_have_css(
        "text-decoration-line", "underline"
    )
    expect(page.locator(".schemabook-neighbourhood a").first).to_have_css("text-decoration-line", "none")


# a table of 400 columns


def wide_table() -> str:
    """A table of 400 columns: names of 63 bytes, keys to 30 tables, and comments."""
    targets = "".join(f"create table public.target_{n} (id bigint primary key);\n" for n in range(30))
    names = [long_name(n) if n % 5 == 0 else f"column_{n}" for n in range(399)]
    columns = ", ".join(f"{name} {'bigint' if n % 7 == 0 else 'text'}" for n, name in enumerate(names))
    keys = "".join(
        f"alter table public.wide add foreign key ({names[n]}) references public.target_{n % 30} (id);\n"
        for n in range(0, 399, 7)
    )
    comments = "".join(f"comment on column public.wide.{name} is 'What {name} means.';\n" for name in names)
    named = f"create table public.{long_name(1)} (id bigint references public.wide (id));\n"
    return f"{targets}create table public.wide (id bigint primary key, {columns});\n{keys}{comments}{named}"


def long_name(number: int) -> str:
    """A name of 63 bytes, the most that PostgreSQL allows."""
    return f"a_name_as_long_as_postgresql_allows_it_to_be_in_any_release_{number:03}"


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def wide(plain_site: Path, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(viewport=request.param)
    yield Visit(plain_site, context.new_page())
    context.close()


WIDE_TABLE = "reference/public/tables/wide.html"


def test_of_400_columns_none_is_off_the_screen_and_none_is_far_below(wide: Visit) -> None:
    for path in (WIDE_TABLE, f"reference/public/tables/{long_name(1)}.html", "reference/columns.html"):
        page = wide.open(path)
        width = page.evaluate("innerWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        edges = page.locator("article :is(td, li, h1) code, article h1").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => r.right)"
        )
        assert max(edges) <= width, path
    page = wide.open(WIDE_TABLE)
    heading = page.locator("#columns").bounding_box()
    assert heading
    assert heading["y"] < 1.6 * page.evaluate("innerHeight")  # Though 57 keys make a high picture.
    assert page.locator(".md-nav--secondary .md-nav__link").count() < 20


def test_a_long_table_is_filtered_by_words_and_a_link_shows_its_row_again(wide: Visit) -> None:
    page = wide.open(WIDE_TABLE)
    rows = page.locator("article tbody tr:visible")
    expect(rows).to_have_count(400)
    field = page.get_by_role("searchbox", name="Filter 400 rows")
    field.fill("RELEASE 39")
    expect(rows).to_have_count(2)
    expect(page.get_by_text("2 of 400")).to_be_visible()
    page.evaluate("location.hash = '#column_137'")
    expect(rows).to_have_count(400)
    expect(page.locator("tr:has(#column_137)")).to_be_in_viewport()
    expect(field).to_have_value("")


def test_a_short_table_has_no_filter(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.locator("article table").first.wait_for()
    expect(page.locator(".sb-filter-rows")).to_have_count(0)


def test_a_high_picture_scrolls_by_itself_but_is_whole_on_paper(wide: Visit) -> None:
    page = wide.open(WIDE_TABLE)
    picture = page.locator(".schemabook-neighbourhood")
    expect(picture).to_have_attribute("tabindex", "0")
    assert picture.evaluate("e => e.scrollHeight > e.clientHeight")
    page.emulate_media(media="print")
    assert picture.evaluate("e => e.scrollHeight <= e.clientHeight")
    expect(page.locator(".sb-filter-rows")).to_be_hidden()

"""The explorer beside the pages of the reference, the line above their titles, and what is at their foot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import WIDE, Visit
from playwright.sync_api import Browser, Locator, Page, expect
from test_accessibility import faults
from test_plugin import schema_of
from test_plugin import site as small_site

TABLE = "reference/public/tables/user_profiles.html"
TREE, ROW = ".sb-explorer__tree", ".sb-explorer__row"
HOSTILE = """
create table public."<img src=x onerror=alert(1)>" (id int);
create table public."a_b" (id int);
create schema "<b>Bold</b>";
create table "<b>Bold</b>"."Größe" (id int);
"""


def tree(page: Page) -> Locator:
    """The list, once it shows something."""
    page.locator(f"{TREE}:not([aria-busy])").wait_for()
    return page.get_by_role("tree", name="Objects")


def rows(page: Page) -> list[str]:
    """The names of all that is unfolded, each after two blanks for what it is in."""
    return [
        "  " * (int(row.get_attribute("aria-level") or 0) - 1) + row.locator("span").inner_text()
        for row in tree(page).get_by_role("treeitem").all()
    ]


def active(page: Page) -> str:
    """What the keys go on from."""
    named = page.locator(TREE).get_attribute("aria-activedescendant")
    return page.locator(f"#{named} > span").inner_text()


def test_it_shows_the_group_that_the_page_is_in_and_folds_the_others(visit: Visit) -> None:
    page = visit.open(TABLE)
    assert rows(page)[:8] == [
        "public",
        "  Overview",
        "  Core Tables",
        "    Overview",
        "    character_profiles",
        "    content",
        "    stories",
        "    user_profiles",
    ]
    assert rows(page)[-2:] == ["auth", "storage"]
    current = page.locator(f"{ROW}[aria-current=page]")
    expect(current).to_have_text(re.compile("user_profiles"))
    expect(current).to_be_in_viewport()
    expect(page.get_by_role("treeitem", name="user_profiles, table")).to_have_count(1)
    expect(page.locator(f"{ROW}[aria-level='1'] small")).to_have_text(["55", "25", "21"])
    assert visit.errors == []


def test_every_row_leads_to_a_page_and_a_letter_tells_its_kind(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.get_by_role("searchbox", name="Filter objects").fill("content")
    kinds = page.locator(ROW).evaluate_all("all => all.map(e => e.innerText.replace(/\\s+/g, ' '))")
    assert "T content" in kinds
    assert "V content_overview" in kinds
    assert "E content_status" in kinds
    links = page.locator(f"a{ROW}").evaluate_all("all => all.map(e => decodeURI(new URL(e.href).pathname))")
    assert len(links) > 5
    assert all(Path(link).is_file() for link in links)


def test_what_is_current_on_the_page_of_a_schema_and_of_a_group(visit: Visit) -> None:
    page = visit.open("reference/auth/index.html")
    tree(page)
    current = page.locator(f"{ROW}[aria-current=page]")
    expect(current).to_have_accessible_name("Overview of auth")
    visit.open(TABLE)
    page.locator(".sb-trail a").last.click()
    page.wait_for_url("**/groups/**")
    expect(current).to_have_accessible_name("Overview of Core Tables")


def test_pages_of_no_object_have_it_and_guides_and_the_map_do_not(visit: Visit) -> None:
    for path in ("reference/index.html", "reference/tables.html", "reference/roles.html"):
        page = visit.open(path)
        assert rows(page)[0] == "public", path
    for path in ("index.html", "MIGRATIONS.html", "reference/map.html"):
        page = visit.open(path)
        page.wait_for_timeout(100)
        expect(page.locator(".sb-explorer")).to_have_count(0)


# the filter


def test_a_filter_keeps_what_has_all_its_words_and_says_how_many(visit: Visit) -> None:
    page = visit.open(TABLE)
    field = page.get_by_role("searchbox", name="Filter objects")
    tree(page)
    field.fill("USER prof")
    assert rows(page) == ["public", "  Core Tables", "    user_profiles"]
    expect(page.locator(".sb-explorer").get_by_role("status")).to_have_text("1")
    field.fill("auth. user")
    assert rows(page)[:3] == ["auth", "  Tables", "    users"]
    field.fill("xqzzy")
    expect(page.locator(TREE)).to_be_hidden()
    expect(page.locator(".sb-explorer").get_by_role("status")).to_have_text("none")
    field.press("Escape")
    expect(field).to_have_value("")
    assert "    user_profiles" in rows(page)
    expect(page.locator(f"{ROW}[aria-current=page]")).to_be_in_viewport()


def test_enter_in_the_filter_opens_the_first_that_it_found(visit: Visit) -> None:
    page = visit.open(TABLE)
    tree(page)
    field = page.get_by_role("searchbox", name="Filter objects")
    field.fill("audit_log")
    field.press("Enter")
    page.wait_for_url("**/auth/tables/audit_log_entries.html")


# keys


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit.open(TABLE)
    tree(page).focus()
    assert active(page) == "user_profiles"
    page.keyboard.press("ArrowUp")
    assert active(page) == "stories"
    page.keyboard.press("ArrowLeft")
    assert active(page) == "Core Tables"
    page.keyboard.press("ArrowLeft")
    assert "    stories" not in rows(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert active(page) == "Overview"
    page.keyboard.press("End")
    assert active(page) == "storage"
    page.keyboard.press("Enter")
    assert rows(page)[-1] != "storage"
    page.keyboard.press("Home")
    assert active(page) == "public"
    page.keyboard.press("Escape")
    expect(page.locator(TREE)).not_to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()


def test_arrows_lead_from_the_filter_into_the_list_and_enter_to_a_page(visit: Visit) -> None:
    page = visit.open(TABLE)
    tree(page)
    page.get_by_role("searchbox", name="Filter objects").fill("descriptors_")
    page.keyboard.press("ArrowDown")
    assert active(page) == "descriptors_age"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/descriptors_attribute.html")


def test_the_list_is_one_stop_for_the_tab_key(visit: Visit) -> None:
    page = visit.open(TABLE)
    tree(page).focus()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.sb-explorer')")


# what it remembers


def test_what_is_unfolded_stays_on_the_next_page(visit: Visit) -> None:
    page = visit.open(TABLE)
    tree(page)
    page.locator(ROW, has_text="auth").click()
    page.locator(ROW, has_text="Core Tables").click()
    assert "  Tables" in rows(page)
    assert "    stories" not in rows(page)
    page = visit.open("reference/storage/index.html")
    assert "    stories" not in rows(page)
    assert rows(page).count("  Overview") == 3


def test_a_page_without_storage_has_it_too(visit: Visit) -> None:
    visit.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('none') } })"
    )
    page = visit.open(TABLE)
    assert "    user_profiles" in rows(page)
    visit.open(TABLE)
    assert visit.errors == []


def test_nothing_on_the_page_moves_when_it_comes(visit: Visit) -> None:
    visit.page.add_init_script(
        """const inTable = ({ node }) => (node?.closest ? node : node?.parentElement)?.closest("table");
        new PerformanceObserver(list => list.getEntries().forEach(shift => { window.moved ??= 0;
        // Rows widen the columns above them while a slow machine still reads the page.
        if (!shift.sources.every(inTable)) window.moved += shift.value;
        })).observe({ type: "layout-shift", buffered: true })"""
    )
    page = visit.open(TABLE)
    tree(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved ?? 0") < 0.001


# the line above the title, and the foot


def test_the_line_above_the_title_is_there_without_scripts(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport=WIDE, java_script_enabled=False)
    page.goto((site / TABLE).as_uri())
    trail = page.get_by_role("navigation", name="Breadcrumb")
    assert trail.inner_text() == "Reference › public › Core Tables"
    expect(page.locator(".sb-explorer")).to_have_count(0)
    # Nor is anything folded that only a script could unfold.
    expect(page.locator(".md-nav--primary").get_by_role("link", name="storage")).to_be_visible()
    trail.get_by_role("link", name="public").click()
    page.wait_for_url("**/reference/public/index.html")
    assert trail.inner_text() == "Reference"
    page.close()


def test_the_sections_of_the_navigation_are_folded_and_unfold(visit: Visit) -> None:
    page = visit.open(TABLE)
    guide = page.locator(".md-nav--primary").get_by_role("link", name="Migrations")
    expect(guide).to_be_hidden()
    page.locator(".md-nav--primary label.md-nav__link", has_text="Guides").click()
    expect(guide).to_be_visible()


def test_the_foot_leads_to_what_is_before_and_after_in_the_schema(visit: Visit) -> None:
    page = visit.open("reference/public/tables/stories.html")
    foot = page.get_by_role("navigation", name="Previous and next")
    foot.scroll_into_view_if_needed()
    expect(foot.get_by_role("link")).to_have_text(["Previous content", "Next user_profiles"])
    foot.get_by_role("link", name="Next").click()
    page.wait_for_url("**/user_profiles.html")
    foot.scroll_into_view_if_needed()
    # From the last of a group to the first of the next one.
    expect(foot.get_by_role("link")).to_have_text(["Previous stories", "Next api_cost_logs"])
    visit.open("reference/public/tables/character_profiles.html")
    foot.scroll_into_view_if_needed()
    expect(foot.get_by_role("link")).to_have_text(["Next content"])


def test_it_says_that_its_data_could_not_be_loaded(visit: Visit) -> None:
    visit.page.route("**/search-names.js", lambda route: route.abort())
    page = visit.open(TABLE)
    expect(page.locator(".sb-explorer").get_by_role("status")).to_have_text("not loaded")
    assert [
        error for error in visit.errors if "search-names.js" not in error and "ERR_FAILED" not in error
    ] == []


# a phone, other names, other sites


def test_a_phone_has_it_in_the_drawer_and_loads_it_there(phone: Visit) -> None:
    page = phone.open(TABLE)
    page.wait_for_timeout(200)
    assert not [url for url in phone.requests if "search-" in url]
    page.locator(".md-header [for=__drawer]").click()
    page.locator(ROW, has_text="user_profiles").wait_for()
    expect(page.locator(f"{ROW}[aria-current=page]")).to_be_in_viewport()
    page.wait_for_timeout(400)
    assert phone.errors == []
    assert faults(page) == []
    page.locator(ROW, has_text="stories").click()
    page.wait_for_url("**/stories.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Path, browser: Browser, scheme: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme=scheme)  # type: ignore[arg-type]
    page = Visit(site, context.new_page()).open("reference/public/functions/search_stories.html")
    field = page.get_by_role("searchbox", name="Filter objects")
    for typed in ("", "user", "xqzzy"):
        field.fill(typed)
        page.wait_for_timeout(200)
        assert faults(page) == []
    context.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explorer")
    schema_of(folder, HOSTILE + "".join(f"create table public.t_{n:04} ();\n" for n in range(1000)))
    return small_site(folder, "use_directory_urls: true\n", theme="{name: material, font: false}")


@pytest.fixture
def other(hostile: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport=WIDE)
    yield Visit(hostile, context.new_page())
    context.close()


def test_names_are_text_and_never_markup(other: Visit) -> None:
    page = other.open("reference/public/index.html")
    field = page.get_by_role("searchbox", name="Filter objects")
    tree(page)
    field.fill("img src")
    assert rows(page) == ["public", "  Tables", "    <img src=x onerror=alert(1)>"]
    field.fill("GROSSE")
    assert rows(page) == ["<b>Bold</b>", "  Tables", "    Größe"]
    page.locator(ROW, has_text="Größe").evaluate("row => { row.href += 'index.html'; row.click(); }")
    page.wait_for_url("**/index.html")
    assert page.locator(".sb-trail").inner_text() == "Reference › <b>Bold</b>"
    expect(page.locator(f"{ROW}[aria-current=page]")).to_have_text(re.compile("Größe"))
    assert page.locator("article :is(img, b)").count() == 0
    assert other.errors == []


def test_of_a_thousand_tables_only_those_in_sight_are_elements(other: Visit) -> None:
    page = other.open("reference/public/tables/t_0700/index.html")
    tree(page)
    current = page.locator(f"{ROW}[aria-current=page]")
    expect(current).to_be_in_viewport()
    expect(current).to_have_attribute("aria-posinset", "703")
    expect(current).to_have_attribute("aria-setsize", "1002")
    assert page.locator(ROW).count() < 100
    page.locator(TREE).focus()
    page.keyboard.press("Home")
    expect(page.locator(ROW).first).to_be_in_viewport()
    top = page.locator(TREE).evaluate("tree => (tree.scrollTop = 9000)")
    page.locator(ROW, has_text=f"t_{round(top / 26):04}").wait_for()
    page.locator(ROW, has_text=f"t_{round(top / 26):04}").evaluate(
        "row => { row.href += 'index.html'; row.click(); }"
    )
    page.wait_for_url("**/t_0*/index.html")
    tree(page)
    assert page.locator(TREE).evaluate("tree => tree.scrollTop") == top


def test_it_works_under_a_strict_security_policy(strict_server: str, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{strict_server}/{TABLE}")
    assert "    user_profiles" in rows(page)
    page.get_by_role("searchbox", name="Filter objects").fill("stories")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories.html")
    assert "    stories" in rows(page)
    assert visit.errors == []

"""What generated pages look like: colours that a site may change, code that scrolls, names that break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import PHONE, ROOT, WIDE, built
from playwright.sync_api import Browser, Page

from schemabook.project.starter import HOME, SITE

SQL = """
create table public.customer_of_a_rather_long_name (
    id bigint primary key, sent_at timestamp with time zone default pg_catalog.date_trunc('day', now())
);
create function public.longest_of_all_the_functions_here(an_argument text, other_argument text default 'none')
returns table (a_column integer, another_column text) language sql stable as $$
  select 1, 'a line that is much wider than any phone, and so scrolls there, and nobody should miss that'
$$;
"""
TABLE = "reference/public/tables/customer_of_a_rather_long_name.html"
FUNCTION = "reference/public/functions/longest_of_all_the_functions_here.html"
COLOURS = ["--md-primary-fg-color", "--md-typeset-a-color", "--md-accent-fg-color"]
BLUE = "#1f5c85"
FOLDED = "() => document.querySelectorAll('details').forEach(found => { found.open = true; })"


def project(folder: Path, site: str) -> Path:
    """The folder of a site that `schemabook init` has begun."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(site, "utf-8")
    (folder / "docs" / "index.md").write_text(HOME, "utf-8")
    (folder / "schemabook.yml").write_text("dumps: [dump.sql]\noutput: docs/reference\n", "utf-8")
    (folder / "dump.sql").write_text(SQL, "utf-8")
    return folder


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site as `schemabook init` begins it."""
    return built(project(tmp_path_factory.mktemp("look") / "begun", SITE))


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose palette names a colour of Material, and whose theme has an icon."""
    site = SITE.replace("custom", "red").replace("font: false", "favicon: own.svg\n  font: false")
    folder = project(tmp_path_factory.mktemp("look") / "red", site)
    (folder / "docs" / "own.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    return built(folder)


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a style sheet that sets the colour of its header."""
    folder = project(tmp_path_factory.mktemp("look") / "styled", SITE + "\nextra_css: [own.css]\n")
    (folder / "docs" / "own.css").write_text(":root { --md-primary-fg-color: #123456; }", "utf-8")
    return built(folder)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, scheme: str) -> Iterator[Page]:
    """A page in a browser whose user wants light or dark."""
    context = browser.new_context(viewport=WIDE, color_scheme=scheme)  # type: ignore[arg-type]  # a string
    yield context.new_page()
    context.close()


def colours(page: Page, site: Path) -> list[str]:
    page.goto((site / TABLE).as_uri())
    page.wait_for_function("document.body.dataset.mdColorScheme")
    script = "names => names.map(name => getComputedStyle(document.body).getPropertyValue(name).trim())"
    found: list[str] = page.evaluate(script, COLOURS)
    return found


def test_a_site_that_was_just_begun_looks_as_the_example() -> None:
    begun, example = (yaml.safe_load(text) for text in (SITE, (ROOT / "mkdocs.yml").read_text("utf-8")))
    assert "extra_css" not in example
    assert {key: begun["theme"][key] for key in begun["theme"] if key != "features"} == {
        key: example["theme"][key] for key in example["theme"] if key != "features"
    }
    assert "content.code.copy" in begun["theme"]["features"]


def test_it_has_our_colours_and_our_icon(begun: Path, page: Page, scheme: str) -> None:
    assert (
        colours(page, begun)
        == {
            "light": [BLUE, BLUE, "#0b6fa8"],
            "dark": ["#1d2b3a", "#74b9e8", "#7cc4f2"],
        }[scheme]
    )
    icon = page.locator('link[rel="icon"]').get_attribute("href")
    assert icon
    assert (begun / TABLE).parent.joinpath(icon).is_file()


def test_a_palette_of_the_sites_own_wins(red: Path, page: Page) -> None:
    primary, _, accent = colours(page, red)
    assert (primary, accent) == ("#ef5552", "#ff1a47")
    assert page.locator('link[rel="icon"]').get_attribute("href") == "../../../own.svg"


def test_a_style_sheet_of_the_sites_own_wins(styled: Path, page: Page) -> None:
    assert colours(page, styled)[0] == "#123456"


def test_code_that_is_too_wide_scrolls_by_keyboard_and_can_be_copied(begun: Path, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto((begun / FUNCTION).as_uri())
    page.evaluate(FOLDED)
    blocks = page.locator("main pre")
    assert blocks.count() == 3
    for block in blocks.all():
        block.locator("button.md-code__button").wait_for()
        block.locator("code[tabindex='0'][role='group']").wait_for()
        block.locator("code").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("code => code.scrollLeft > 0", arg=block.locator("code").element_handle())
    context.close()


def test_long_names_break_between_their_words_only(begun: Path) -> None:
    text = (begun / FUNCTION).read_text("utf-8")
    assert "public.<wbr>longest_<wbr>of_<wbr>all_<wbr>the_<wbr>functions_<wbr>here()<a" in text
    assert "<title>public.longest_of_all_the_functions_here()" in text
    assert "pg_<wbr>catalog.<wbr>date_<wbr>trunc(" in (begun / TABLE).read_text("utf-8")

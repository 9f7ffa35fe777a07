"""The built example site in a browser, opened from disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 400, "height": 800}
PAGES = [
    "index.html",
    "MIGRATIONS.html",
    "reference/index.html",
    "reference/others.html",
    "reference/public/index.html",
    "reference/public/tables/user_profiles.html",
    "reference/public/tables/content.html",
    "reference/auth/tables/users.html",
    "reference/public/views/content_overview.html",
    "reference/public/functions/price_at.html",
    "reference/storage/functions/search.html",
    "reference/public/types/content_status.html",
    "reference/columns.html",
    "reference/coverage.html",
    "reference/functions.html",
    "reference/policies.html",
    "reference/roles.html",
    "reference/roles/authenticated.html",
    "reference/tables.html",
]
TABLE = "reference/public/tables/user_profiles.html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium here; on Debian or Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Visit:
    """A page in a browser, and what it asked for and complained of."""

    def __init__(self, site: Path, page: Page) -> None:
        self.site = site
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)

    def open(self, path: str) -> Page:
        """Opens a page from disk."""
        self.page.goto((self.site / path.partition("#")[0]).as_uri() + path[len(path.partition("#")[0]) :])
        return self.page


@pytest.fixture
def visit(site: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    context.set_default_timeout(8000)
    yield Visit(site, context.new_page())
    context.close()


@pytest.fixture
def phone(site: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport=PHONE, color_scheme="dark")
    yield Visit(site, context.new_page())
    context.close()


def test_no_page_asks_anybody_or_complains(visit: Visit) -> None:
    for path in PAGES:
        visit.open(path).wait_for_timeout(100)
    visit.page.locator(".md-search__input").click()
    visit.page.wait_for_timeout(300)
    assert [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert visit.errors == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user_profiles", "public/tables/user_profiles.html"),
        ("user profiles", "public/tables/user_profiles.html"),
        ("api_cost_logs", "public/tables/api_cost_logs.html"),
        ("stripe_customer_id", "public/tables/user_profiles.html"),
        ("search_stories", "public/functions/search_stories.html"),
        ("content_status", "public/types/content_status.html"),
    ],
)
def test_the_search_finds_a_name(visit: Visit, query: str, found: str) -> None:
    page = visit.open("index.html")
    page.locator(".md-search__input").click()
    page.keyboard.type(query)
    first = page.locator(".md-search-result__item > a").first
    first.wait_for()
    links = page.locator(".md-search-result__item > a").evaluate_all(
        "all => all.slice(0, 3).map(a => a.href)"
    )
    assert any(found in link for link in links), links
    first.click()
    page.wait_for_url("**/reference/**")


def test_a_link_to_a_column_leads_to_its_row_below_the_header(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.locator('article a[href$="subscription_tiers.html#id"]').first.click()
    page.wait_for_url("**/subscription_tiers.html#id")
    row = page.locator("tr:has(#id)")
    header = page.locator(".md-header").bounding_box()
    box = row.bounding_box()
    assert box
    assert header
    assert header["height"] <= box["y"] < WIDE["height"] - box["height"]
    plain = page.locator("tbody tr").last.evaluate("e => getComputedStyle(e).backgroundColor")
    assert row.evaluate("e => getComputedStyle(e).backgroundColor") != plain


@pytest.mark.parametrize(
    "part", ["locale", "constraint-user_profiles_pkey", "stripe_customer_id", "triggers"]
)
def test_a_permalink_lands_clear_of_the_header(visit: Visit, part: str) -> None:
    page = visit.open(f"{TABLE}#{part}")
    page.wait_for_timeout(200)
    header = page.locator(".md-header").bounding_box()
    box = page.locator(f"[id='{part}']").bounding_box()
    assert header
    assert box
    assert header["height"] <= box["y"] < WIDE["height"]


def test_the_neighbourhood_is_drawn_and_its_boxes_are_links(visit: Visit) -> None:
    page = visit.open(TABLE)
    picture = page.locator(".schemabook-neighbourhood svg")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box
    assert box["height"] > 60
    page.locator(".schemabook-neighbourhood a", has_text="stories").locator("rect").click()
    page.wait_for_url("**/public/tables/stories.html")
    page.locator(".schemabook-neighbourhood a", has_text="user_profiles").locator("rect").click()
    page.wait_for_url("**/public/tables/user_profiles.html")


def test_dark_and_light_can_be_chosen_and_stay(visit: Visit) -> None:
    page = visit.open(TABLE)
    schemes = {}
    for _ in range(3):
        scheme = page.locator("body").get_attribute("data-md-color-scheme")
        schemes[scheme] = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
        page.locator("form.md-header__option label:not([hidden])").click()
    assert set(schemes) == {"default", "slate"}
    assert len(set(schemes.values())) == 2
    while page.locator("body").get_attribute("data-md-color-scheme") != "slate":
        page.locator("form.md-header__option label:not([hidden])").click()
    visit.open("reference/index.html")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(visit: Visit, path: str) -> None:
    page = visit.open(path)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        edges = page.locator("article :is(p, h1, h2, h3, li)").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => [r.left, r.right])"
        )
        assert all(left >= 8 and right <= size["width"] - 8 for left, right in edges)


def test_a_type_stays_on_one_line(visit: Visit) -> None:
    page = visit.open("reference/auth/tables/users.html")
    for cell in page.locator("td:nth-child(2) code").all():
        box = cell.bounding_box()
        assert box
        assert box["height"] < 24


def test_a_phone_shows_descriptions_without_scrolling_sideways(phone: Visit) -> None:
    page = phone.open(TABLE)
    cell = page.locator("tr:has(#locale) td:last-child")
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_it_prints(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.emulate_media(media="print")
    expect(page.locator(".md-header")).to_be_hidden()
    expect(page.locator("tr:has(#locale)")).to_be_visible()
    expect(page.locator(".schemabook-neighbourhood svg")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")

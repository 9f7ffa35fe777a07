"""The built example site: its HTML, and what a browser makes of it when it is opened from disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

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
]
TABLE = "reference/public/tables/user_profiles.html"


class Html(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.headings: list[int] = []
        self.in_article = False
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.in_article |= tag == "article"
        if found.get("id"):
            self.ids.append(found["id"] or "")
        url = found.get("href") or found.get("xlink:href")
        if tag == "a" and url:
            self.links.append(url)
        elif url or found.get("src"):
            self.resources.append(url or found["src"] or "")
        if self.in_article and tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        self.in_article &= tag != "article"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example site, generated and built anew."""
    root = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("reference"))
    shutil.copytree(ROOT / "schema", root / "schema")
    shutil.copy(ROOT / "mkdocs.yml", root)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    generate = [sys.executable, "-c", "from schemabook.cli import main; main()", "build"]
    for program in (generate, [sys.executable, "-m", "mkdocs", "build", "--strict"]):
        done = subprocess.run(program, cwd=root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return root / "site"


@pytest.fixture(scope="session")
def html(site: Path) -> dict[Path, Html]:
    """Every page but the one for missing pages, whose links are a server's."""
    return {path: Html(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}


def test_every_object_has_a_page(html: dict[Path, Html]) -> None:
    assert len(html) > 90


def test_every_link_leads_to_a_file_and_to_an_anchor_in_it(site: Path, html: dict[Path, Html]) -> None:
    ids = {path: set(page.ids) for path, page in html.items()}
    for path, page in html.items():
        for url in page.links:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                assert parts.scheme == "https" or parts.hostname == "127.0.0.1", f"{path}: {url}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path}: {url}"
            assert site in target.parents, f"{path}: {url}"
            if parts.fragment and target in ids:
                assert unquote(parts.fragment) in {*ids[target], "__skip"}, f"{path}: {url}"


def test_every_resource_is_of_the_site(html: dict[Path, Html]) -> None:
    for path, page in html.items():
        for url in page.resources:
            assert not urlsplit(url).netloc, f"{path}: {url}"
            assert (path.parent / urlsplit(url).path).is_file(), f"{path}: {url}"


def test_no_id_is_on_a_page_twice(html: dict[Path, Html]) -> None:
    for path, page in html.items():
        assert [found for found, times in Counter(page.ids).items() if times > 1] == [], path


def test_headings_are_in_order(html: dict[Path, Html]) -> None:
    for path, page in html.items():
        assert page.headings[0] == 1, path
        assert page.headings.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(page.headings)), path


# in a browser


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

"""What a dump holds is data: a site of hostile names runs no script of theirs, and no site asks anybody."""

from __future__ import annotations

import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from itertools import groupby, islice
from pathlib import Path
from urllib.parse import quote

import hostile
import pytest
from conftest import WIDE, Visit, built, strictly
from playwright.sync_api import Browser, Page, expect
from test_accessibility import PAGES
from test_other_builders import BUILDERS

from schemabook.project.starter import HOME, SITE
from schemabook.site.relation_map import THUMBNAIL

EVENT = re.compile(r"on\w+")


class Dangers(HTMLParser):
    """What of a page could run, or be loaded from elsewhere, because a name was taken for markup."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_script = tag == "script"
        for name, value in attrs:
            if EVENT.fullmatch(name) or (value or "").strip().lower().startswith(
                ("javascript:", "data:text")
            ):
                self.found.append(f"{tag} {name}={value}")
        is_ours = tag == "img" and (dict(attrs).get("src") or "").endswith(f"/{THUMBNAIL}")
        if tag in ("iframe", "textarea", "img", "base") and not is_ours:
            self.found.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script and "window.hit" in data:
            self.found.append(data)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose dump is hostile, and its site."""
    folder = tmp_path_factory.mktemp("hostile")
    files = {
        "schema/dump.sql": hostile.dump(),
        "schema/schemabook.yml": hostile.settings(),
        "docs/index.md": HOME,
        "docs/GUIDE.md": hostile.guide(),
        "mkdocs.yml": SITE.replace("/reference/**", "*"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    built(folder)
    return folder


@pytest.fixture(scope="module", params=["disk", "server"])
def address(project: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the hostile site is: on disk, and on a server with the site's own security policy."""
    if request.param == "disk":
        yield (project / "site").as_uri()
    else:
        with strictly(project / "site") as served:
            yield served


@pytest.fixture
def quiet(project: Path, address: str, browser: Browser) -> Iterator[Page]:
    """A page in a browser; afterwards nothing had run, and nothing was asked or complained of."""
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(8000)
    context.add_init_script("Object.defineProperty(window, 'hit', {set: () => console.error('it ran')});")
    visit = Visit(project / "site", context.new_page())
    visit.page.on("dialog", lambda dialog: visit.errors.append(dialog.message))
    yield visit.page
    context.close()
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith((address, "data:"))] == []


def html(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"), key=lambda page: (page.parent, page.name))


@pytest.mark.parametrize("builder", ["schemabook", *BUILDERS])
def test_no_name_becomes_markup_whatever_builds_the_pages(
    project: Path, tmp_path: Path, builder: str
) -> None:
    site = project / "site"
    if builder in BUILDERS:
        shutil.copytree(project / "docs", tmp_path / "docs")
        shutil.copy(project / "mkdocs.yml", tmp_path)
        (tmp_path / "docs" / "GUIDE.md").unlink()
        site = BUILDERS[builder](tmp_path)
    pages = html(site)
    assert len(pages) > 100
    assert {page.name: found for page in pages if (found := Dangers(page.read_text("utf-8")).found)} == {}


def test_the_security_policy_allows_the_scripts_of_the_theme_and_no_other(project: Path) -> None:
    text = "".join(page.read_text("utf-8") for page in html(project / "site"))
    scripts = set(re.findall(r"<script>(.*?)</script>", text, re.S))
    assert not [script for script in scripts if "window.hit" in script]
    policy = (project / "site" / "assets" / "schemabook" / "content-security-policy.txt").read_text("utf-8")
    digests = (sha256(script.encode()).digest() for script in scripts)
    allowed = {f"'sha256-{b64encode(digest).decode()}'" for digest in digests}
    assert set(re.findall(r"'sha256-[^']*'", policy)) == allowed
    assert "unsafe" not in policy


def test_every_kind_of_page_opens_and_nothing_of_theirs_runs(
    project: Path, address: str, quiet: Page
) -> None:
    site = project / "site"
    for folder, pages in groupby(html(site), lambda page: page.parent):
        for page in islice(pages, None if folder.name == "reference" else 5):
            if page.name != "404.html":  # Its links are a server's own.
                quiet.goto(f"{address}/{quote(page.relative_to(site).as_posix())}")
                expect(quiet.locator("h1")).to_have_count(1)


def test_the_search_shows_names_and_comments_as_they_are(address: str, quiet: Page) -> None:
    quiet.goto(f"{address}/index.html")
    quiet.keyboard.press("/")
    for name in hostile.NAMES:
        quiet.locator(".sb-search__input").fill(name)
        quiet.locator("#sb-search-list:not([aria-busy])").wait_for(state="attached")
        quiet.locator(".sb-search__hit").first.wait_for()
        quiet.wait_for_timeout(50)
    assert quiet.locator(".sb-search :is(script, img, a[href^=javascript])").count() == 0
    quiet.locator(".sb-search__input").fill(hostile.NAMES[0])
    hit = quiet.locator(".sb-search__hit", has_text=f"public.{hostile.NAMES[0]}").first
    hit.click()
    quiet.wait_for_url("**/reference/public/**")
    expect(quiet.locator("h1")).to_contain_text(hostile.NAMES[0])
    assert hostile.NAMES[0] in quiet.title()


def test_the_map_shows_them_as_they_are(address: str, quiet: Page) -> None:
    quiet.goto(f"{address}/reference/map.html")
    quiet.locator(".sb-map[data-ready]").wait_for()
    quiet.locator(".sb-list summary").evaluate_all("all => all.forEach(one => one.click())")
    for name in hostile.NAMES:
        quiet.locator(".sb-find").fill(name)
        quiet.locator(".sb-found li:not(.sb-none)").first.wait_for()
        quiet.locator(".sb-find").press("Enter")
        quiet.locator(".sb-panel h2").wait_for()
        quiet.wait_for_timeout(250)  # What was found is hidden a moment after the focus has left.
        quiet.mouse.move(640, 450)
    expect(quiet.locator(".sb-panel h2")).to_contain_text(hostile.NAMES[-1])
    for button in quiet.locator(".sb-modes button").all():
        button.click()
        quiet.wait_for_timeout(100)
    assert quiet.locator(".sb-map :is(script, img, iframe, a[href^=javascript])").count() == 0


def test_tables_of_them_are_sorted(address: str, quiet: Page) -> None:
    quiet.goto(f"{address}/reference/coverage.html")
    for button in quiet.locator(".sb-sort").all():
        button.click()
        button.click()
    assert quiet.locator(".sb-sort").count() > 1


def test_a_guide_links_to_them(address: str, quiet: Page) -> None:
    quiet.goto(f"{address}/GUIDE.html")
    quiet.locator("article a", has_text=hostile.NAMES[0]).click()
    expect(quiet.locator("h1")).to_contain_text(f"public.{hostile.NAMES[0]}")


def test_of_names_that_differ_in_case_each_has_a_page_of_its_own(address: str, quiet: Page) -> None:
    quiet.goto(f"{address}/reference/tables.html")
    links = quiet.locator("article td:first-child a", has_text=re.compile("hit<b>", re.I))
    found = [str(link.get_attribute("href")).lower() for link in links.all()]
    assert len(set(found)) == len(found) == 3


# the example


@pytest.mark.parametrize("place", ["disk", "server"])
def test_no_kind_of_page_asks_anybody_or_breaks_the_strict_security_policy(
    visit: Visit, strict_server: str, place: str
) -> None:
    address = visit.site.as_uri() if place == "disk" else strict_server
    for path in reversed(PAGES.values()):
        visit.page.goto(f"{address}/{path}")
        visit.page.wait_for_timeout(50)
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("users")
    visit.page.locator(".sb-search__hit").first.wait_for()
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith((address, "data:"))] == []


def test_under_the_strict_policy_colours_and_columns_of_numbers_are_as_ever(
    visit: Visit, strict_server: str
) -> None:
    page = visit.page
    page.goto(f"{strict_server}/reference/tables.html")
    expect(page.locator("td[align=right]").first).to_have_css("text-align", re.compile("right$"))
    page.locator("th[align=right] .sb-sort").first.click()
    expect(page.locator("[aria-sort=descending]")).to_have_count(1)
    page.locator("form.md-header__option label:not([hidden])").click()
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-md-color-media", "(prefers-color-scheme: light)")
    assert visit.errors == []

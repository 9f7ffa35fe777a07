"""The HTML of built sites: the example, and every small schema of tests/sites."""

from __future__ import annotations

import shutil
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT, built

from schemabook.project.starter import HOME, SITE

SITES = ROOT / "tests" / "sites"
CASES = sorted(path.name for path in SITES.iterdir() if path.is_dir())


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


@pytest.fixture(scope="module", params=["example", *CASES])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built site."""
    if request.param == "example":
        return Path(request.getfixturevalue("site"))
    project = tmp_path_factory.mktemp(request.param)
    shutil.copytree(SITES / request.param, project / "schema", ignore=shutil.ignore_patterns("expected*"))
    settings = project / "schema" / "schemabook.yml"
    default = "dumps: [schema.sql]\noutput: docs/reference\n"
    text = settings.read_text("utf-8") if settings.exists() else default
    settings.write_text(text.replace("output: docs", "output: ../docs"), "utf-8")
    (project / "docs").mkdir()
    (project / "docs" / "index.md").write_text(HOME, "utf-8")
    (project / "docs" / "GUIDE.md").write_text("# Guide\n", "utf-8")
    (project / "mkdocs.yml").write_text(SITE.replace("/reference/**", "*"), "utf-8")
    return built(project)


@pytest.fixture(scope="module")
def html(folder: Path) -> dict[Path, Html]:
    """Every page but the one for missing pages, whose links are a server's."""
    return {path: Html(path) for path in sorted(folder.rglob("*.html")) if path.name != "404.html"}


def test_every_object_has_a_page(html: dict[Path, Html]) -> None:
    assert len(html) > 5


def test_every_link_leads_to_a_file_and_to_an_anchor_in_it(folder: Path, html: dict[Path, Html]) -> None:
    assert dead_links(folder, html) == []


def dead_links(folder: Path, html: dict[Path, Html]) -> list[str]:
    """The links that leave the site in an unsafe way, or lead to no file or anchor of it."""
    ids = {path: {*page.ids, "__skip"} for path, page in html.items()}
    return [
        f"{path}: {url}"
        for path, page in html.items()
        for url in page.links
        if not _leaves_safely(url) and not _leads(path, url, folder, ids)
    ]


def _leaves_safely(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname == "127.0.0.1"


def _leads(path: Path, url: str, folder: Path, ids: dict[Path, set[str]]) -> bool:
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return False
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file() or folder not in target.parents:
        return False
    if (parts.fragment.partition("=")[0], target.stem) in (("t", "map"), ("table", "access")):
        return True  # The page's own script finds the table; the tests of these pages follow such links.
    return not parts.fragment or target not in ids or unquote(parts.fragment) in ids[target]


def test_every_resource_is_of_the_site(site: Path) -> None:
    for path in site.glob("*/**/*.html"):
        for url in Html(path).resources:
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

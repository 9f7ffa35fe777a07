"""The committed pages without our plugin: built by Zensical from the same mkdocs.yml, and by plain MkDocs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ROOT, Visit, built
from playwright.sync_api import Browser
from test_html import Html, dead_links

from schemabook.project.starter import HOME, SITE

RAW = re.compile(
    r"\{ ?[:#.%{]|\[\[|\]\]|\]\(|</?[a-z]|&#?\w+;|markdown="
    r"|\|\s*:?-{3}|^\s*\||```|~~~|\*\*|^ {0,3}#{1,6} |^(!!!|\?\?\?)",
    re.M,
)
"""Marks of Markdown, of HTML and of templates that a reader should never see outside of code."""


class Prose(HTMLParser):
    """The text of a page's article, with a stroke for each piece of code; and the whole text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.inside = {"article": 0, "code": 0, "pre": 0, "script": 0, "style": 0}
        self.prose = self.text = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.inside:
            self.inside[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside[tag] -= 1

    def handle_data(self, data: str) -> None:
        if not self.inside["article"] or self.inside["script"] or self.inside["style"]:
            return
        self.text += data
        self.prose += "–" if self.inside["code"] or self.inside["pre"] else data


def zensical(project: Path) -> Path:
    """The folder of a project's site, built by Zensical."""
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run([program, "build", "--strict"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "site"


def plain_mkdocs(project: Path) -> Path:
    """The folder of a project's site, built strictly by MkDocs without the plugin."""
    settings = project / "mkdocs.yml"
    text = settings.read_text("utf-8")
    settings.write_text(re.sub(r"^ +- schemabook$", "", text, flags=re.M), "utf-8")
    assert settings.read_text("utf-8") != text
    return built(project)


BUILDERS = {"zensical": zensical, "mkdocs": plain_mkdocs}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The committed example, built by each."""
    made = {}
    for name, build in BUILDERS.items():
        project = tmp_path_factory.mktemp(name)
        shutil.copytree(ROOT / "docs", project / "docs")
        shutil.copy(ROOT / "mkdocs.yml", project)
        made[name] = build(project)
    return made


@pytest.fixture(params=BUILDERS)
def folder(sites: dict[str, Path], request: pytest.FixtureRequest) -> Path:
    return sites[request.param]


def pages(folder: Path) -> dict[str, Path]:
    """The pages by their Markdown files; not the one for missing pages."""
    found = {path.relative_to(folder).with_suffix(".md").as_posix(): path for path in folder.rglob("*.html")}
    found.pop("404.md", None)
    return found


def test_every_committed_page_is_there_and_no_other(folder: Path) -> None:
    docs = ROOT / "docs"
    every = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    internals = {path for path in every if path.startswith("internals/")}  # mkdocs.yml leaves them out.
    assert internals
    assert set(pages(folder)) == every - internals


def test_no_markup_is_left_for_the_reader_to_see(folder: Path) -> None:
    shown = {name: Prose(path).prose for name, path in pages(folder).items()}
    assert min(map(len, shown.values())) > 20
    assert {name: found for name, text in shown.items() if (found := RAW.findall(text))} == {}


def test_every_link_leads_to_a_page_and_to_an_anchor(folder: Path) -> None:
    html = {path: Html(path) for path in pages(folder).values()}
    assert sum(len(page.links) for page in html.values()) > 1000
    assert dead_links(folder, html) == []


def test_both_show_the_same_words_on_every_page(sites: dict[str, Path]) -> None:
    one, other = (pages(sites[name]) for name in BUILDERS)
    for name in one:
        assert Prose(one[name]).text.split() == Prose(other[name]).text.split(), name


def test_zensical_asks_nobody(sites: dict[str, Path], browser: Browser) -> None:
    page = browser.new_page()
    visit = Visit(sites["zensical"], page)
    for path in ("index.html", "reference/public/tables/content.html", "MIGRATIONS.html"):
        visit.open(path).wait_for_timeout(200)
    page.close()
    assert [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.mark.parametrize("builder", BUILDERS)
def test_the_first_site_of_a_user_builds_too(tmp_path: Path, builder: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(HOME, "utf-8")
    shutil.copytree(ROOT / "tests/sites/policies/expected", tmp_path / "docs" / "reference")
    (tmp_path / "mkdocs.yml").write_text(SITE, "utf-8")
    assert "reference/public/tables/member.md" in pages(BUILDERS[builder](tmp_path))

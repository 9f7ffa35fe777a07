"""Small schemas and all the pages they make: `pytest --rewrite-golden` writes them, review reads the diff."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from schemabook.pages import Book, pages, site_pages
from schemabook.project.config import load, read_config
from schemabook.project.inputs import load_book

SITES = Path(__file__).parent / "sites"
CASES = sorted(path.name for path in SITES.iterdir() if path.is_dir())
SITE_CASES = sorted(path.parent.name for path in SITES.glob("*/expected_site"))
"""The cases whose derived pages are compared, too: those of the built site beside the committed ones."""
CODE = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$|`[^`\n]+`", re.M | re.S)
LINK = re.compile(r"\]\(([^)]+)\)")
OUTSIDE = re.compile(r"\.\./(GUIDE\.md|.*\.png)")
"""What the settings and notes of the cases link to beside the generated pages."""
ANCHOR = re.compile(r'<a id="([^"]+)"[^>]*></a>')
HEADING = re.compile(r"^#+ (.+)", re.M)


def book(case: str, monkeypatch: pytest.MonkeyPatch) -> Book:
    """What the pages of a case are made from."""
    monkeypatch.chdir(SITES / case)
    settings = Path("schemabook.yml")
    config = load(settings) if settings.exists() else read_config("dumps: [schema.sql]", settings)
    return load_book(config)


def made(case: str, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The pages of a case, by their paths."""
    return pages(book(case, monkeypatch))


def derived(case: str, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The pages that only the built site has, without the receipt: every statement changes its numbers."""
    source = book(case, monkeypatch)
    others = {*pages(source), "receipt.md"}
    return {path: page for path, page in site_pages(source).items() if path not in others}


@pytest.mark.parametrize("case", CASES)
def test_pages_are_as_expected(case: str, monkeypatch: pytest.MonkeyPatch, rewrite_golden: bool) -> None:
    compare(SITES / case / "expected", made(case, monkeypatch), rewrite_golden)


@pytest.mark.parametrize("case", SITE_CASES)
def test_derived_pages_are_as_expected(
    case: str, monkeypatch: pytest.MonkeyPatch, rewrite_golden: bool
) -> None:
    compare(SITES / case / "expected_site", derived(case, monkeypatch), rewrite_golden)


def compare(expected: Path, found: Mapping[str, str], rewrite_golden: bool) -> None:
    """Each page with its file; or writes the files."""
    if rewrite_golden:
        shutil.rmtree(expected, ignore_errors=True)
        for path, page in found.items():
            target = expected / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(page, "utf-8")
    files = {path.relative_to(expected).as_posix(): path for path in expected.rglob("*.md")}
    assert sorted(found) == sorted(files)
    for path, page in found.items():
        assert page == files[path].read_text("utf-8"), f"{expected}: {path}"


@pytest.mark.parametrize("case", CASES)
def test_every_link_leads_to_a_page_and_to_an_anchor_on_it(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = book(case, monkeypatch)
    for found in (pages(source), site_pages(source)):
        follow_links(found)


def follow_links(found: Mapping[str, str]) -> None:
    """Fails at a link between the pages that leads nowhere."""
    headings = {
        path: {name.lower().replace(" ", "-") for name in HEADING.findall(page)}
        for path, page in found.items()
    }
    anchors = {path: {*ANCHOR.findall(page), *headings[path]} for path, page in found.items()}
    for path, page in found.items():
        for url in LINK.findall(CODE.sub("code", page)):
            if not url.startswith("https:") and not OUTSIDE.search(url):
                target, _, anchor = url.partition("#")
                whole = (
                    posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
                )
                assert whole in found, f"{path}: {url}"
                # On these pages a script looks for the table; the plugin tells MkDocs of these addresses.
                known = anchors[whole] if whole not in ("map.md", "access.md") else {anchor}
                assert not anchor or anchor in known, f"{path}: {url}"


def block(line: str) -> str:
    """What kind of block a line is of; empty for a blank line."""
    found = re.match(r"#|\||-(?= )|\d+\.(?= )|", line.lstrip())
    return (found and re.sub(r"\d+", "1", found.group())) or (line and "text")


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_tidy(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, page in {**made(case, monkeypatch), **derived(case, monkeypatch)}.items():
        prose = CODE.sub("code", page)
        assert page.endswith("\n"), path
        assert not page.endswith("\n\n"), path
        assert "\n\n\n" not in prose, path
        assert not re.search(r"[ \t]+$", prose, re.M), path
        for line, (before, after) in enumerate(pairwise(map(block, prose.splitlines())), 2):
            assert "" in (before, after) or before == after != "#", f"{path}:{line}"
        levels = [len(mark) for mark in re.findall(r"^(#+) ", prose, re.M)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(b - a <= 1 for a, b in pairwise(levels)), path


@pytest.mark.parametrize("case", CASES)
def test_an_anchor_is_on_a_page_once(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, page in site_pages(book(case, monkeypatch)).items():
        found = ANCHOR.findall(page)
        assert len(found) == len(set(found)), path

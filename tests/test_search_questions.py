"""What readers ask, and the first result: of the example and of a schema in the manner of MusicBrainz."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit
from playwright.sync_api import Browser, Page
from test_plugin import schema_of
from test_plugin import site as small_site

from schemabook.site.asked import ASKED

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "generator/schemabook/pages/templates"
LITERAL = re.compile(
    r'^(?:##|\{\{ parts.hashes\(many\) \}\}) ([A-Z][\w ]*)$|parts\.(?:section|statements)\("([^"]+)"', re.M
)
HEADING = re.compile(r'<h2 id="([^"]+)">([^<]+)<')


def questions(name: str) -> list[tuple[str, str]]:
    lines = (HERE / "search" / f"{name}.txt").read_text("utf-8").splitlines()
    return [tuple(line.split(" = ")) for line in lines if not line.startswith("#")]  # type: ignore[misc]


def find(page: Page, typed: str, limit: int = 10) -> list[dict[str, Any]]:
    """The results of a question, best first."""
    page.wait_for_function("!!window.schemabookSearch.find")
    found: list[dict[str, Any]] = page.evaluate(
        "([q, n]) => schemabookSearch.find(q, n).hits", [typed, limit]
    )
    return found


def wrong(page: Page, asked: list[tuple[str, str]]) -> list[tuple[str, str, list[str]]]:
    """The questions whose first result is another, with the first three results."""
    found = [(typed, place, [hit["url"] for hit in find(page, typed, 3)]) for typed, place in asked]
    return [one for one in found if not one[2] or not one[2][0].startswith(f"reference/{one[1]}")]


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    schema_of(folder, (HERE / "search/music.sql").read_text("utf-8"))
    return small_site(folder, "use_directory_urls: false\n", theme="{name: material, font: false}")


@pytest.fixture
def music_page(music: Path, browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.goto((music / "index.html").as_uri())
    page.keyboard.press("/")
    yield page
    page.close()


def test_questions_about_music_are_answered_first(music_page: Page) -> None:
    assert wrong(music_page, questions("music")) == []


def test_questions_about_the_example_are_answered_first(visit: Visit) -> None:
    page = visit.open("index.html")
    page.keyboard.press("/")
    assert wrong(page, questions("example")) == []


def test_objects_come_before_their_parts(music_page: Page) -> None:
    kinds = [hit["kind"] for hit in find(music_page, "artist", 100)]
    objects = [at for at, kind in enumerate(kinds) if kind in ("table", "view", "function")]
    parts = [at for at, kind in enumerate(kinds) if kind in ("column", "enum label", "constraint", "index")]
    assert len(objects) == 9
    assert max(objects) < min(parts)


def test_every_heading_of_a_table_s_page_can_be_asked_for() -> None:
    templates = [
        TEMPLATES / f"{name}.md.j2" for name in ("relation", "routine", "type", "sequence", "_parts")
    ]
    found = [
        either for path in templates for pair in LITERAL.findall(path.read_text("utf-8")) for either in pair
    ]
    assert len({*found}) > 20
    assert {*found} - {""} <= ASKED.keys()


def test_every_heading_of_the_example_s_tables_is_found_by_each_way_to_ask(visit: Visit) -> None:
    page = visit.open("index.html")
    page.keyboard.press("/")
    missing = []
    for path in (visit.site / "reference/public").glob("*/*.html"):
        for anchor, heading in HEADING.findall(path.read_text("utf-8")):
            # A note may have headings of its own.
            for way in ASKED[heading].split(", ") if heading in ASKED else ():
                url = f"reference/public/{path.parent.name}/{path.name}#{anchor}"
                if url not in [hit["url"] for hit in find(page, f"{way} of {path.stem}")[:3]]:
                    missing.append((way, url))
    assert missing == []

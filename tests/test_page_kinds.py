"""One table of kinds of pages: each page is of one kind, and each kind is found as its row says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

from schemabook.pages import Book, pages, site_pages
from schemabook.pages.kinds import KINDS, FoundAs
from schemabook.pages.links import Links
from schemabook.pages.paths import OVERVIEW, Beside, schema_folder
from schemabook.pages.since import with_changes
from schemabook.project.config import load
from schemabook.project.inputs import load_book
from schemabook.site.cache import Cache
from schemabook.site.entries import entries
from schemabook.site.histories import with_history

SETTINGS = Path(__file__).parent.parent / "schema" / "schemabook.yml"
"""Those of the example, which has every kind of page."""


@cache
def example() -> Book:
    """What the example's site is made from, compared with a revision in which nothing is another."""
    book = load_book(load(SETTINGS))
    book = with_history(with_changes(book, book.whole, "main", "0" * 40), Cache(None))
    return replace(book, for_site=True)


@cache
def paths_by_kind() -> Mapping[str, list[str]]:
    """The pages of the example's site by the name of their kind."""
    book = example()
    return {kind.name: [path for path, *_ in kind.make(book)] for kind in KINDS if kind.exists(book)}


def test_each_kind_makes_a_page_of_the_example() -> None:
    assert [kind.name for kind in KINDS if not paths_by_kind().get(kind.name)] == []


def test_each_page_is_of_one_kind() -> None:
    made = Counter(chain.from_iterable(paths_by_kind().values()))
    assert made == Counter(site_pages(example()).keys())
    committed = chain.from_iterable(paths_by_kind()[kind.name] for kind in KINDS if kind.is_committed)
    assert set(committed) == set(pages(replace(example(), for_site=False)))


def test_a_kind_with_a_path_has_its_first_page_there() -> None:
    found = {kind.name: kind.path for kind in KINDS if kind.path}
    assert found == {name: paths_by_kind()[name][0] for name in found}


def test_each_name_beside_the_schemas_is_of_a_page_or_folder() -> None:
    tops = {path.partition("/")[0].removesuffix(".md") for path in site_pages(example())}
    assert tops - {schema_folder(name) for name in example().database.schemas} == {"index", *Beside}


def test_the_overview_leads_to_each_kind_that_its_row_says() -> None:
    text, links = site_pages(example())[OVERVIEW], Links(example(), OVERVIEW)
    line = next(line for line in text.splitlines() if line.startswith("**Browse:**"))
    found = {kind.name for kind in KINDS if f"[{kind.name}]({links.url(kind.path)})" in line}
    assert found == {kind.name for kind in KINDS if kind.on_overview}


def test_the_search_finds_the_pages_of_objects_as_objects_and_no_other() -> None:
    found = {entry.page for entry in entries(example())} - {""}
    of_objects = {kind.name for kind in KINDS if kind.found_as is FoundAs.OBJECT}
    assert {path for kind in of_objects for path in paths_by_kind()[kind]} == found - {Beside.OTHERS.page}

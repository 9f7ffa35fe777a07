"""Pages of a site that is served: after each change of the dump those that a build from nothing makes."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from conftest import ROOT

from schemabook.pages import Book, MarkdownCache, pages, site_pages
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book

pytestmark = pytest.mark.sites
EXAMPLE = (ROOT / "schema" / "schema_backup.sql").read_text("utf-8")
STATEMENT = re.compile(r"^(?:CREATE|ALTER|COMMENT|GRANT)[^;$]*;$", re.M)
COLUMN = re.compile(r'^    "\w+" [^,\n]*(?=,\n)', re.M)
WORD = re.compile(r'"(?!public|auth|storage)\w{5,}"')
SETTINGS = "dumps: [dump.sql]\n"
EXPRESSIONS = """\
create schema app;
create table app.a (id bigint primary key, n integer default 1+2, check (n*2 > 0));
create view app.v as select id from app.a where n > 1;
create policy p on app.a using (n > 3);
create index i on app.a ((n+4));
create domain app.d as integer check (value > 5);
"""


class Changed:
    """A dump that changes, and the pages that follow it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = MarkdownCache()

    def book(self, dump: str, settings: str = SETTINGS) -> Book:
        (self.folder / "dump.sql").write_text(dump, "utf-8")
        return load_book(read_config(settings, self.folder / "schemabook.yml"))

    def expect_equal(self, book: Book) -> None:
        self.cache.follow(book)
        assert pages(book, self.cache) == pages(book)
        assert site_pages(book, self.cache) == site_pages(book)


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    return Changed(tmp_path)


@pytest.mark.parametrize("seed", range(2))
def test_statements_and_columns_come_and_go(changed: Changed, seed: int) -> None:
    chosen = random.Random(seed)
    spans = [found.span() for pattern in (STATEMENT, COLUMN) for found in pattern.finditer(EXAMPLE)]
    assert len(spans) > 500
    changed.expect_equal(changed.book(EXAMPLE))
    for _ in range(5):
        start, end = chosen.choice(spans)
        changed.expect_equal(changed.book(EXAMPLE[:start] + EXAMPLE[end + 1 :]))


@pytest.mark.parametrize("seed", range(2))
def test_names_become_others(changed: Changed, seed: int) -> None:
    chosen = random.Random(seed)
    names = sorted(set(WORD.findall(EXAMPLE)))
    assert len(names) > 200
    changed.expect_equal(changed.book(EXAMPLE))
    for name in chosen.sample(names, 4):
        changed.expect_equal(changed.book(EXAMPLE.replace(name, '"another_name"')))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1+2", "1 + 2"),
        ("n*2", "n * 2"),
        ("where", "WHERE"),
        ("n > 3", "n>3"),
        ("n+4", "n + 4"),
        ("> 5", ">5"),
    ],
)
def test_an_expression_is_spelled_otherwise(changed: Changed, before: str, after: str) -> None:
    changed.expect_equal(changed.book(EXPRESSIONS))
    changed.expect_equal(changed.book(EXPRESSIONS.replace(before, after)))


@pytest.mark.parametrize(
    "settings",
    [
        "groups: [{name: People, tables: [auth.*]}]",
        "groups: [{name: Persons, tables: [auth.*]}]",
        "important_tables: {user_profiles: [One of each user.]}",
        "notes: {tables: {public.user_profiles: Who they are., public.content: {deprecated: Soon.}}}",
        "virtual_foreign_keys: [{from: auth.users.id, to: public.user_profiles.id}]",
        "hidden: [storage.*]",
        "statistics: [sizes.csv]",
    ],
)
def test_settings_change(changed: Changed, settings: str) -> None:
    sizes = "schema,name,table_size,index_size,total_size,estimated_row_count\n"
    (changed.folder / "sizes.csv").write_text(f"{sizes}public,user_profiles,8 kB,8 kB,16 kB,3\n", "utf-8")
    for more in ("", settings):
        changed.expect_equal(changed.book(EXAMPLE, f"{SETTINGS}{more}\n"))


def test_one_column_makes_the_pages_that_show_it(changed: Changed) -> None:
    changed.expect_equal(changed.book(EXAMPLE))
    before = dict(changed.cache.pages)
    text = EXAMPLE.replace('"display_name" "text"', '"display_name" "date"', 1)
    assert text != EXAMPLE
    changed.expect_equal(changed.book(text))
    made = [key for key, page in changed.cache.pages.items() if before.get(key) is not page]
    assert len(made) < len(before) / 10
    assert {(False, "public/tables/user_profiles.md"), (True, "public/tables/user_profiles.md")} <= set(made)

"""A dump that is only formatted otherwise changes no committed page, and hides nothing that is changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from schemabook.model import as_said
from schemabook.model.keywords import KEYWORDS
from schemabook.pages import committed_pages, pages
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book
from schemabook.project.output import write
from schemabook.read import read
from schemabook.review import review
from schemabook.review.effect import Severity

EXAMPLE = (ROOT / "schema" / "schema_backup.sql").read_text("utf-8")
PIECE = re.compile(r"--[^\n]*|'[^']*'|\"[^\"]*\"|\w+|\n +|\S|\s+")
WORDS = KEYWORDS | {"begin", "return", "returns", "declare", "if", "is", "insert", "update", "policy", "view"}
POLICY = re.compile(r'^CREATE POLICY "Users read their own costs"[^;]*;\n', re.M | re.I)


def formatted(sql: str) -> str:
    """SQL with keywords in the other case and with wider indents, as formatters leave it."""

    def piece(found: re.Match[str]) -> str:
        text = found[0]
        if text.lower() in WORDS:
            return text.lower() if text.isupper() else text.upper()
        return f"{text}  " if text.startswith("\n ") else text

    return PIECE.sub(piece, sql)


class Project:
    """A dump, and the pages that are committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def changed(self, sql: str, settings: str = "") -> dict[str, str]:
        """The pages that a build changes, as they are then; they are written."""
        (self.folder / "dump.sql").write_text(sql, "utf-8")
        config = read_config(f"dumps: [dump.sql]\n{settings}", self.folder / "schemabook.yml")
        made = committed_pages(book := load_book(config))
        assert made.keys() == pages(book).keys()
        plan = write(config.output, made)
        assert not write(config.output, committed_pages(book)).written
        return {path: text.decode() for path, text in plan.written.items() if path not in plan.added}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_formatted_dump_changes_no_page(project: Project) -> None:
    assert formatted(EXAMPLE).count("\n") == EXAMPLE.count("\n")
    assert (
        sum(a != b for a, b in zip(EXAMPLE.split("\n"), formatted(EXAMPLE).split("\n"), strict=True)) > 2000
    )
    project.changed(EXAMPLE)
    assert project.changed(formatted(EXAMPLE)) == {}
    changed = project.changed(POLICY.sub("", formatted(EXAMPLE)))
    assert "public/tables/api_cost_logs.md" in changed
    assert all("Users read their own costs" not in page for page in changed.values())
    assert len(changed) < 4


def test_a_formatted_dump_is_reviewed_as_what_it_is() -> None:
    old, new = (read([("dump.sql", sql.encode())]) for sql in (EXAMPLE, formatted(EXAMPLE)))
    assert not new.receipt.unread
    assert {severity for c in review(old, new) for severity in c.severities} == {Severity.COSMETIC}


SCHEMA = """\
create table t (id int primary key, "Foo" int default 1 + 2, c text check (c <> 'a  B'), d bool default true);
create view v as select id, c from t where id > 1;
create function f() returns int language plpgsql as $$
begin
  -- Counts them.
  return (select count(*) from t where c = 'x y');
end $$;
create function p() returns int language python as $$
if True:
  return 1
$$;
create policy own on t using (id = 1 and c is null);
create index i on t (lower(c)) where id > 5;
comment on column t.c is 'Is `not null` here.';
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1 + 2", "1+2"),
        ("default true", "default TRUE"),
        ("c <> 'a  B'", "c<>'a  B'"),
        ("select id, c from t where id > 1", "SELECT id,\n  c\nFROM t\nWHERE id > 1"),
        ("begin\n  -- Counts them.\n  return", "BEGIN\n    -- Counts them.\n    RETURN"),
        ("id = 1 and c is null", "id = 1 AND c IS NULL"),
        ("where id > 5", "WHERE (id>5)"),
    ],
)
def test_what_says_the_same_stays_as_it_is(project: Project, before: str, after: str) -> None:
    assert before in SCHEMA
    project.changed(SCHEMA)
    assert project.changed(SCHEMA.replace(before, after)) == {}


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ('"Foo"', "foo", "`foo`"),
        ('"Foo"', '"foo bar"', "`foo bar`"),
        ("'a  B'", "'a b'", "'a b'"),
        ("'x y'", "'X y'", "'X y'"),
        ("-- Counts them.", "-- counts them.", "-- counts them."),
        ("  return 1", "    return 1", "    return 1"),
        ("`not null`", "`NOT NULL`", "NOT NULL"),
        ("id > 1", "id > 10", "id > 10"),
        ("1 + 2", "1 - 2", "1 - 2"),
        ("function f()", 'function "F"()', "F()"),
        ("policy own", 'policy "OWN"', "OWN"),
    ],
)
def test_what_says_something_else_is_shown(project: Project, before: str, after: str, shown: str) -> None:
    assert before in SCHEMA
    project.changed(SCHEMA)
    (project.folder / "dump.sql").write_text(sql := SCHEMA.replace(before, after), "utf-8")
    config = read_config("dumps: [dump.sql]\n", project.folder / "schemabook.yml")
    book = load_book(config)
    assert committed_pages(book) == pages(book), sql
    assert any(shown in page for page in pages(book).values())


def test_a_name_is_not_taken_for_sql(project: Project) -> None:
    old = 'create table t (a int default "Next"()); create function "Next"() returns int language sql '
    old += "as $$select 1$$;"
    project.changed(old)
    changed = project.changed(old.replace('"Next"', "next"))
    assert all("Next" not in page for page in changed.values())


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("SELECT a FROM t", "select  a\nfrom T", True),
        ("select 'A'", "select 'a'", False),
        ('select "A"', 'select "a"', False),
        ("select e'it\\'s A'", "select E'it\\'s a'", False),
        ("select $x$A$x$", "select $x$a$x$", False),
        ("select $$A$$", "select $$a$$", False),
        ("select 1 -- don't", "SELECT 1 -- don't", True),
        ("select 1 -- don't 'A", "SELECT 1 -- don't 'a", False),
        ("select /* it's */ A", "SELECT /* it's */ a", True),
        ("select $1 + 2", "select $1+2", True),
        ("ab", "a b", False),
    ],
)
def test_parts_of_sql(one: str, other: str, *, is_same: bool) -> None:
    assert (as_said(one) == as_said(other)) is is_same

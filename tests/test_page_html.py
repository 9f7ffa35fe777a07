"""The HTML of a page of each kind, as the site has it: `pytest --rewrite-golden` writes it, for review."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import ROOT, built, git

from schemabook.pages.kinds import KINDS
from schemabook.project.config import load
from schemabook.project.inputs import load_book
from schemabook.project.starter import HOME, SITE
from schemabook.site.cache import Cache
from schemabook.site.compared import Compared
from schemabook.site.histories import with_history

GOLDEN = ROOT / "tests" / "html"
ARTICLE = re.compile(r"<article[^>]*>\s*(.*?)\s*</article>", re.S)
COMMIT = re.compile(r"\b[0-9a-f]{9}\b")
NOTE = "Kept for *a year*.\n\n- [ ] one\n\n| a | b |\n| - | -: |\n| `1` | 2 |\n\n```sql\nselect '<b>';\n```\n"
SQL = """
SET statement_timeout = 0;
CREATE SCHEMA app;
CREATE ROLE reader;
CREATE TYPE app.mood AS ENUM ('calm', '<b>');
CREATE SEQUENCE app.numbers;
CREATE TABLE app.users (id bigint PRIMARY KEY, mood app.mood DEFAULT 'calm' NOT NULL, "a|b" text);
CREATE TABLE app.orders (id bigint PRIMARY KEY, user_id bigint REFERENCES app.users ON DELETE CASCADE);
CREATE INDEX orders_user ON app.orders (user_id);
CREATE VIEW app.totals AS SELECT user_id, count(*) AS n FROM app.orders GROUP BY user_id;
CREATE FUNCTION app.mine() RETURNS bigint LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.orders FOR SELECT TO reader USING (user_id = app.mine());
GRANT USAGE ON SCHEMA app TO reader;
GRANT SELECT ON app.orders, app.users TO reader;
COMMENT ON TABLE app.users IS 'Who *logs in*.';
CREATE EXTENSION pgcrypto;
""" + "\n".join(f"CREATE TABLE app.t{n} (id bigint PRIMARY KEY);" for n in range(45))
SETTINGS = """
dumps: [dump.sql]
output: ../docs/reference
migrations: migrations
history: migrations
groups: [{name: Trade, tables: [app.orders, app.users]}]
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The HTML of the first page of each kind."""
    project = tmp_path_factory.mktemp("project")
    files = {
        "mkdocs.yml": SITE,
        "docs/index.md": HOME,
        "schema/schemabook.yml": SETTINGS,
        "schema/notes/app.orders.md": NOTE,
        "schema/dump.sql": SQL,
        "schema/migrations/20240103_start.sql": SQL,
        "schema/migrations/20240207_other_numbers.sql": "ALTER TABLE app.users ADD n int;\nMERGE;\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, "utf-8")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "old")
    (project / "schema" / "dump.sql").write_text(SQL.replace('"a|b" text', '"a|b" varchar(9)'), "utf-8")
    settings = project / "schema" / "schemabook.yml"
    settings.write_text(f"{SETTINGS}compare: HEAD\n", "utf-8")
    site = built(project)
    config = load(settings)

    compared = Compared()
    compared.follow(config)
    book = with_history(compared.marked(load_book(config)), Cache(None)).of_site()
    paths = {kind.name: next(iter(kind.make(book))).path for kind in KINDS if kind.exists(book)}
    return {name: article(site / "reference" / path.removesuffix(".md")) for name, path in paths.items()}


def article(page: Path) -> str:
    """The content of a page, without the commit, which is another each time."""
    file = page.with_suffix(".html")
    if not file.is_file():
        file = (page.parent if page.name == "index" else page) / "index.html"
    content = ARTICLE.search(file.read_text("utf-8"))
    assert content
    return COMMIT.sub("0" * 9, content[1]) + "\n"


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_the_html_of_each_kind_is_as_expected(
    found: Mapping[str, str], kind: str, rewrite_golden: bool
) -> None:
    golden = GOLDEN / f"{kind.replace(' ', '_').replace('–', '-')}.html"
    if rewrite_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found[kind], "utf-8")
    assert found[kind] == golden.read_text("utf-8")


def test_no_golden_page_is_of_a_kind_that_is_gone(found: Mapping[str, str]) -> None:
    assert len(list(GOLDEN.glob("*.html"))) == len(found) == len(KINDS)

"""The pages of how the schema came to be: changelog, migrations, what objects say of it, and the feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from schemabook.model import KIND_OF, ObjectKind
from schemabook.pages import Book, site_pages
from schemabook.pages.places import has_place
from schemabook.project.config import load
from schemabook.project.history import Event, History
from schemabook.project.inputs import load_book
from schemabook.site.cache import Cache
from schemabook.site.feed import feed
from schemabook.site.histories import with_history

STEPS = {
    "20240101000000_start.sql": """
        CREATE TABLE public.book (id integer PRIMARY KEY, title text, old_name text);
        CREATE TABLE public.gone (id integer);
        CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE TYPE public.mood AS ENUM ('a');
    """,
    "20240202000000_rename.sql": "ALTER TABLE public.book RENAME COLUMN old_name TO name;",
    "20240303000000_nothing.sql": "INSERT INTO public.book VALUES (1);",
    "20240404000000_price_&_policy.sql": """
        ALTER TABLE public.book ADD COLUMN price integer;
        ALTER TABLE public.book ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.book USING (id = 1);
        DROP TABLE public.gone;
        MERGE WRONG;
    """,
    "20240505000000_many.sql": "".join(f"CREATE TABLE public.t{n} (id integer);" for n in range(12)),
}
DUMP = """
    CREATE TABLE public.book (id integer PRIMARY KEY, title text, name text, price integer);
    CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    CREATE TYPE public.mood AS ENUM ('a');
    ALTER TABLE public.book ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON public.book USING (id = 1);
""" + "".join(f"CREATE TABLE public.t{n} (id integer);" for n in range(12))


def project(folder: Path, settings: str = "") -> Book:
    """A book with the history of migrations."""
    (folder / "migrations").mkdir(exist_ok=True)
    for name, text in STEPS.items():
        (folder / "migrations" / name).write_text(text)
    (folder / "dump.sql").write_text(DUMP)
    (folder / "schemabook.yml").write_text(
        f"dumps: [dump.sql]\nmigrations: migrations\nhistory: migrations\noutput: reference\n{settings}"
    )
    return with_history(load_book(load(folder / "schemabook.yml")), Cache(None))


@cache
def _made(folder: Path) -> Mapping[str, str]:
    return site_pages(project(folder))


@pytest.fixture(name="made", scope="module")
def made_pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return _made(tmp_path_factory.mktemp("history"))


def event(text: str, title: str) -> str:
    """What a page tells below the heading of an event."""
    found = re.search(rf"^### .*{re.escape(title)}\n(.*?)(?=^##|\Z)", text, re.M | re.S)
    assert found
    return found[1]


def plain(text: str) -> str:
    return unescape(re.sub(r"<[^>]*>|\]\([^)]*\)|[\[`]", "", unescape(text)))


def test_the_changelog_tells_the_newest_first_and_leaves_out_what_changes_nothing(
    made: Mapping[str, str],
) -> None:
    text = made["changelog.md"]
    titles = re.findall(r"^### <a id=\"at-\w+\"></a>(.*)$", text, re.M)
    assert titles == [
        "2024-05-05 Many",
        "2024-04-04 Price & policy",
        "2024-02-02 Rename",
        "2024-01-01 Start",
    ]
    assert "4 migrations changed the schema" in text


def test_the_changelog_tells_the_dangerous_first_with_what_it_does(made: Mapping[str, str]) -> None:
    lines = plain(event(made["changelog.md"], "policy")).strip().splitlines()
    assert lines[0].startswith("migrations/20240404000000_price_&_policy.sql **1 data loss")
    assert lines[2].startswith("- Data loss: − removed table gone: ")
    assert any(line == "- + new column price of book" for line in lines)
    assert lines[-1].startswith("- Not understood: migrations/20240404000000_price_&_policy.sql:6: ")
    renamed = plain(event(made["changelog.md"], "Rename"))
    assert "- Breaks readers: → renamed column name (was old_name) of book: " in renamed


def test_many_of_one_kind_are_one_line(made: Mapping[str, str]) -> None:
    assert "new tables t0, t1, t10, t11, t2, t3, t4, t5 and 4 more" in plain(
        event(made["changelog.md"], "Many")
    )


def test_the_migrations_say_what_each_did(made: Mapping[str, str]) -> None:
    text = made["migrations.md"]
    assert "5 migrations" in text
    assert "It changes nothing that is shown here." in event(text, "Nothing")
    start = plain(event(text, "Start"))
    assert "- + new tables book and gone" in start
    assert "- + new function f()" in start
    assert "column" not in start


def test_what_is_gone_or_has_another_name_is_no_link(made: Mapping[str, str]) -> None:
    assert "[`gone`]" not in made["migrations.md"] + made["changelog.md"]
    assert "[`old_name`]" not in made["changelog.md"]
    assert "[`book`](public/tables/book.md)" in made["changelog.md"]


def test_objects_say_since_when_they_are_there(made: Mapping[str, str]) -> None:
    table = made["public/tables/book.md"]
    assert 'since <a href="../../changelog.md#at-20240101000000" title="Start">2024-01-01</a>' in unescape(
        table
    )
    assert 'last changed <a href="../../changelog.md#at-20240404000000"' in unescape(table)
    rows = {line.split("`")[1]: line for line in table.splitlines() if line.startswith('| <a id="')}
    assert "sb-history" not in rows["id"] + rows["title"]
    assert "since" not in plain(rows["name"])
    assert "last changed 2024-02-02" in plain(rows["name"])
    assert "since 2024-04-04" in plain(rows["price"])
    policy = next(line for line in table.splitlines() if "**own**" in line)
    assert "since 2024-04-04" in plain(policy)
    assert "since 2024-01-01" in plain(made["public/functions/f.md"])
    assert "since 2024-01-01" in plain(made["public/types/mood.md"])


def test_a_table_lists_what_touched_it(made: Mapping[str, str]) -> None:
    section = plain(made["public/tables/book.md"].partition("## History\n")[2].partition("\n## ")[0])
    assert [line[:12] for line in section.strip().splitlines()] == [
        "- 2024-04-04",
        "- 2024-02-02",
        "- 2024-01-01",
    ]
    assert "renamed column name (was old_name)" in section
    assert section.strip().endswith("Start: + new table")


def test_committed_pages_have_no_history(tmp_path: Path) -> None:
    from schemabook.pages import pages

    text = "".join(pages(project(tmp_path)).values())
    assert "2024" not in text
    assert "History" not in text


def test_hidden_objects_are_not_in_the_history(tmp_path: Path) -> None:
    book = project(tmp_path, 'hidden: ["t1"]\n')
    text = site_pages(book)["changelog.md"] + site_pages(book)["migrations.md"] + feed(book, "", ".html")
    assert not re.search(r"\bt1\b", text)
    assert re.search(r"\bt2\b", text)


def test_without_migrations_there_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "dump.sql").write_text(DUMP)
    (tmp_path / "schemabook.yml").write_text("dumps: [dump.sql]\noutput: reference\nhistory: migrations\n")
    book = with_history(load_book(load(tmp_path / "schemabook.yml")), Cache(None))
    assert not {"changelog.md", "migrations.md"} & site_pages(book).keys()
    assert feed(book, "", ".html") == ""


ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_atom(tmp_path: Path) -> None:
    root = ElementTree.fromstring(feed(project(tmp_path), "https://example.org/reference/", ".html"))
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}updated") == "2024-05-05T00:00:00+00:00"
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Many",
        "Price & policy",
        "Rename",
        "Start",
    ]
    ids = [found.text for found in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 5
    link = entries[1].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://example.org/reference/changelog.html#at-20240404000000"
    summary = entries[1].findtext(f"{ATOM}summary") or ""
    assert (
        summary.startswith("data loss: removed table public.gone: ") or "data loss: removed table" in summary
    )


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script> & ]]>", "a\x00b\x1b[31m\ud800\ufffe", "`x` | *y*"]
)
def test_hostile_titles_are_text(tmp_path: Path, title: str) -> None:
    book = project(tmp_path)
    first = replace(book.history, events=(book.history.events[0]._replace(title=title, name=title),))
    book = replace(book, history=first)
    ElementTree.fromstring(feed(book, "", "/").encode("utf-8"))
    for text in site_pages(book).values():
        assert "<script>alert" not in text
        assert "\x1b" not in text


def test_long_histories_are_cut_with_a_line_for_each_old_event(tmp_path: Path) -> None:
    book = project(tmp_path)
    start = book.history.events[0]
    events = tuple(
        start._replace(
            name=f"v{n}", title=f"Title {n}", time=datetime(2000 + n // 12, 1 + n % 12, 1, tzinfo=UTC)
        )
        for n in range(150)
    )
    made = site_pages(replace(book, history=History(events, "migrations", migrations=events)))
    for text in (made["changelog.md"], made["migrations.md"]):
        assert len(re.findall("^### ", text, re.M)) == 100
        assert len(re.findall("^- <a id=", text.partition("## Older")[2], re.M)) == 50
        assert len(set(re.findall(r'<a id="(at-\w+)"', text))) == 150
    assert "Title 3: 2 new tables, 1 new function, 1 new type\n" in plain(made["migrations.md"])
    assert "Title 3: 4 compatible\n" in plain(made["changelog.md"])


def test_an_event_without_a_date_or_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    book = project(tmp_path)
    broken = Event("abc", "Broken", error="the dump is cut off")
    text = site_pages(replace(book, history=History((broken,), "git", "A shallow clone.")))["changelog.md"]
    assert "## Without a date" in text
    assert "Cannot be read: the dump is cut off" in text
    assert "A shallow clone." in text


def test_what_a_migration_did_is_read_once(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "cache")
    book = project(tmp_path)
    plain_ = replace(book, history=History())
    first = with_history(plain_, kept)
    kept.save()
    again = Cache(tmp_path / "cache")
    (tmp_path / "dump.sql").write_text(DUMP + "CREATE TABLE public.later (id integer);")
    changed = with_history(replace(load_book(book.config), history=History()), again)
    assert changed.history.migrations == first.history.migrations
    assert again.after
    (tmp_path / "migrations" / "20240606000000_more.sql").write_text(
        "CREATE TABLE public.later (id integer);"
    )
    assert len(with_history(plain_, again).history.migrations) == 6


def test_with_the_history_of_git_tables_lead_to_their_migrations_too(tmp_path: Path) -> None:
    book = project(tmp_path)
    found = book.history
    commit = found.events[0]._replace(
        name="abc", title="First commit", file="", url="https://example.org/abc"
    )
    pages_ = site_pages(replace(book, history=History((commit,), "git", migrations=found.migrations)))
    section = pages_["public/tables/book.md"].partition("## History\n")[2].partition("\n## ")[0]
    assert "[First commit](../../changelog.md#at-abc): " in section
    assert "- Migrations: [Price & policy](../../migrations.md#at-20240404000000), [Rename](" in section
    assert "[`abc`](https://example.org/abc)" in pages_["changelog.md"]
    assert "What that means" not in pages_["migrations.md"]


def test_the_page_of_drift_says_what_differs_and_what_may(tmp_path: Path) -> None:
    settings = 'accept_drift: {"column name of public.book": "It is <b>old</b>"}\n'
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "20240101000000_start.sql").write_text("DO $$ BEGIN EXECUTE f(); END $$;")
    book = project(tmp_path, settings)
    dump = DUMP.replace("title text, name text", "title text NOT NULL, name varchar")
    (tmp_path / "dump.sql").write_text(dump + "CREATE INDEX by_hand ON public.book (name);")
    book = with_history(replace(load_book(book.config), history=History()), Cache(None))
    made = site_pages(book)
    text = plain(made["drift.md"])
    sections = dict(part.partition("\n")[::2] for part in text.split("\n## ")[1:])
    assert "do not make the dump: **2 differences**" in text
    assert "Index by_hand of public.book is in the dump and no migration makes it." in sections["Differences"]
    assert "See by_hand." in sections["Differences"]
    assert "- Column title of public.book, made by 20240101000000_start.sql, " in sections["Differences"]
    assert "See title and migration Start." in sections["Differences"]
    assert "*Accepted:* It is old" in sections["Accepted"]
    assert "<b>old" not in made["drift.md"]
    assert "migrations/20240404000000_price_&_policy.sql:6" in sections["Not followed"]
    assert "Together they do not make the dump: **2 differences**." in plain(made["migrations.md"])
    assert "/book.md#index-by_hand)" in made["drift.md"]


def test_migrations_that_cannot_be_read_leave_the_rest_of_the_site(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = project(tmp_path)
    (tmp_path / "migrations" / "20240606000000_broken.sql").write_text("CREATE TABLE x (")
    made = site_pages(with_history(replace(book, history=History()), Cache(None)))
    assert "drift.md" not in made
    assert "Cannot be read: " in made["migrations.md"]
    assert "20240606000000_broken.sql:1" in caplog.text


def test_titles_and_files_that_name_what_is_hidden_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    steps = {
        "20240610000000_secret-pay.sql": "CREATE TABLE public.secret_pay (id integer);",
        "20240611000000_other.sql": "ALTER TABLE public.secret_pay ADD x integer; MERGE WRONG secret_pay;",
    }
    for name, text in steps.items():
        (tmp_path / "migrations" / name).write_text(text)
    (tmp_path / "dump.sql").write_text(DUMP + "CREATE TABLE public.secret_pay (id integer, y integer);")
    (tmp_path / "schemabook.yml").write_text(
        "dumps: [dump.sql]\nmigrations: migrations\nhistory: migrations\noutput: reference\n"
        "hidden: [secret_pay]\n"
    )
    book = with_history(load_book(load(tmp_path / "schemabook.yml")), Cache(None))
    made = site_pages(book)
    text = plain("".join(made[page] for page in ("changelog.md", "migrations.md", "drift.md")))
    assert not re.search("secret.?pay", text + feed(book, "", "/"), re.I)
    assert "2024-06-10 A change of what is not shown" in text
    assert "2024-06-11 Other" in text


def test_two_migrations_of_one_version_have_places_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    for name in ("3_a.sql", "3_b.sql"):
        (tmp_path / "migrations" / name).write_text(f"CREATE TABLE {name[2]} (id integer);")
    (tmp_path / "schemabook.yml").write_text("dumps: [migrations]\noutput: reference\nhistory: migrations\n")
    book = with_history(load_book(load(tmp_path / "schemabook.yml")), Cache(None))
    made = site_pages(book)
    anchors = re.findall(r'<a id="(at-[^"]*)"', made["changelog.md"])
    assert len(set(anchors)) == 2
    assert f"changelog.md#{anchors[0]}" in unescape(made["public/tables/b.md"])
    ids = re.findall("<id>(.*)</id>", feed(book, "", "/"))
    assert len(set(ids)) == len(ids) == 3


def test_without_anything_that_changed_there_is_no_feed_to_follow(tmp_path: Path) -> None:
    book = project(tmp_path)
    text = site_pages(replace(book, history=History((), "git", "There is no commit yet.")))["changelog.md"]
    assert "There is no commit yet." in text
    assert "feed" not in text
    assert "0 commits" not in text


def test_the_folder_of_the_migrations_is_no_title(tmp_path: Path) -> None:
    book = project(tmp_path)
    (tmp_path / "dump.sql").write_text(DUMP + "CREATE TABLE public.migrations (id integer);")
    settings = (tmp_path / "schemabook.yml").read_text() + "hidden: [migrations]\n"
    (tmp_path / "schemabook.yml").write_text(settings)
    book = with_history(load_book(load(tmp_path / "schemabook.yml")), Cache(None))
    assert [event.title for event in book.history.events][:2] == ["Start", "Rename"]


def test_each_part_of_a_table_that_is_told_has_a_place(tmp_path: Path) -> None:
    more = "CREATE RULE r AS ON DELETE TO public.book DO NOTHING; GRANT SELECT ON public.book TO PUBLIC;"
    project(tmp_path)
    (tmp_path / "dump.sql").write_text(DUMP + more + "CREATE INDEX i ON public.book (id);")
    book = load_book(load(tmp_path / "schemabook.yml"))
    parts = [found for row in KIND_OF.values() for found, _ in row.facts(book.database) if found.part]
    assert {found.kind for found in parts} >= {ObjectKind.RULE, ObjectKind.INDEX, ObjectKind.POLICY}
    without = {found.kind for found in parts if not has_place(book, found)}
    assert without == {ObjectKind.PRIVILEGE}
    assert not has_place(book, parts[0]._replace(part="gone"))

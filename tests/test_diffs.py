"""How many Markdown files and lines a change of the schema touches, exactly; `pytest -s` prints the table.

A line counts twice if it is changed: once removed, once added, as in a review.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import synthetic

from schemabook.pages import pages
from schemabook.project.config import load
from schemabook.project.inputs import load_book

SCHEMA = Path(__file__).parent.parent / "schema"
DUMP, STATISTICS = "schema_backup.sql", "table_stats.txt"
TABLE = '"public"."content_illustrations"'
CREATED = '    "created_at" timestamp with time zone DEFAULT "now"() NOT NULL'
CHECK = '    CONSTRAINT "content_illustrations_cover_has_no_place"'
END = "GRANT USAGE ON SCHEMA "


class Change(NamedTuple):
    """An edit of the dump, and what it may touch."""

    what: str
    old: str
    new: str
    files: int
    lines: int
    every: bool = False
    file: str = DUMP


NEW_TABLE = """\
CREATE TABLE IF NOT EXISTS "public"."bookmarks" (
    "id" bigint NOT NULL,
    "story_id" "uuid" NOT NULL
);

ALTER TABLE ONLY "public"."bookmarks"
    ADD CONSTRAINT "bookmarks_pkey" PRIMARY KEY ("id");

ALTER TABLE ONLY "public"."bookmarks"
    ADD CONSTRAINT "bookmarks_story_id_fkey" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id");

"""
CHANGES = [
    Change("add a column", '    "width_px" integer', '    "mood" "text",\n    "width_px" integer', 1, 1),
    Change("drop a column", f"{CREATED},\n{CHECK}", CHECK, 1, 1),
    Change("rename a column", '"alt_text"', '"alternative"', 1, 2, every=True),
    Change("retype a column", '    "after_paragraph" smallint', '    "after_paragraph" integer', 1, 2),
    Change("make a column not null", '    "panel_id" bigint,', '    "panel_id" bigint NOT NULL,', 2, 6),
    Change("change a default", '"is_cover" boolean DEFAULT false', '"is_cover" boolean DEFAULT true', 1, 2),
    Change("comment on a table", "Pictures that go with a text, in", "Pictures beside a text, in", 3, 6),
    Change(
        "comment on a column",
        END,
        f"COMMENT ON COLUMN {TABLE}.\"width_px\" IS 'In pixels.';\n\n{END}",
        1,
        2,
    ),
    Change(
        "add a foreign key",
        END,
        f'ALTER TABLE ONLY {TABLE} ADD CONSTRAINT "ci_cover_fkey" FOREIGN KEY ("after_paragraph") '
        f'REFERENCES "public"."story_parameters"("id");\n\n{END}',
        2,
        10,
    ),
    Change("add an index", END, f'CREATE INDEX "ci_path" ON {TABLE} ("storage_path");\n\n{END}', 1, 1),
    Change(
        "add a policy",
        END,
        f'CREATE POLICY "Anyone" ON {TABLE} FOR SELECT TO "anon" USING (true);\n\n{END}',
        2,  # The overview says that anybody reads all rows now, no longer some.
        10,
    ),
    Change(
        "change a policy",
        '"public"."descriptors_pet" FOR SELECT TO "anon", "authenticated"',
        '"public"."descriptors_pet" FOR SELECT TO "authenticated"',
        2,
        5,
    ),
    Change("grant a privilege", END, f'GRANT SELECT ON TABLE {TABLE} TO "dashboard_user";\n\n{END}', 1, 1),
    Change(
        "add a check", END, f'ALTER TABLE {TABLE} ADD CONSTRAINT "x" CHECK (width_px < 9);\n\n{END}', 1, 1
    ),
    Change("add an enum label", "    'draft',\n", "    'draft',\n    'waiting',\n", 1, 1),
    Change("add a table", END, NEW_TABLE + END, 4, 46),
    Change("change a function's body", "on p.id = m.pet_id", "on p.id = m.pet_id and true", 1, 2),
    Change("refresh statistics", "| 229  ", "| 230  ", 0, 0, file=STATISTICS),
    Change("add remarks and blank lines", END, f"-- A remark.\n\n\n/* Another. */ {END}", 0, 0, every=True),
]


MIDDLE = "app.table_00250"
"""A table of the large schema."""
LARGE_END = "\n--\n-- PostgreSQL database dump complete"
LARGE_TABLE = """
CREATE TABLE app.bookmarks (
    id bigint NOT NULL
);
ALTER TABLE ONLY app.bookmarks ADD CONSTRAINT bookmarks_pkey PRIMARY KEY (id);
ALTER TABLE app.bookmarks ENABLE ROW LEVEL SECURITY;
"""


def added(what: str, statement: str, files: int, lines: int) -> Change:
    """A statement at the end of the large schema's dump."""
    return Change(what, LARGE_END, f"\n{statement}\n{LARGE_END}", files, lines)


LARGE = [
    Change("add a column", f"CREATE TABLE {MIDDLE} (\n", f"CREATE TABLE {MIDDLE} (\n    mood text,\n", 1, 1),
    added("drop a column", f"ALTER TABLE {MIDDLE} DROP COLUMN column_9;", 1, 1),
    added("rename a column", f"ALTER TABLE {MIDDLE} RENAME COLUMN column_9 TO mood;", 1, 2),
    added("retype a column", f"ALTER TABLE {MIDDLE} ALTER COLUMN column_9 TYPE bigint;", 1, 2),
    added("comment on a column", f"COMMENT ON COLUMN {MIDDLE}.column_9 IS 'Mood.';", 1, 2),
    added("comment on a table", f"COMMENT ON TABLE {MIDDLE} IS 'Mood.';", 3, 6),
    added("add an index", f"CREATE INDEX moods ON {MIDDLE} (column_9);", 1, 1),
    added(
        "add a foreign key",
        f"ALTER TABLE {MIDDLE} ADD FOREIGN KEY (column_8) REFERENCES app.table_00007(column_0);",
        2,
        10,
    ),
    added("add a policy", f"CREATE POLICY mood ON {MIDDLE} FOR UPDATE TO anon USING (true);", 1, 8),
    added("add a table", LARGE_TABLE, 3, 24),
    added("add an enum", "CREATE TYPE app.mood AS ENUM ('good', 'bad');", 2, 14),
]


def made(folder: Path) -> Mapping[str, str]:
    """The pages of the settings in a folder."""
    return pages(load_book(load(folder / "schemabook.yml")))


@pytest.fixture(scope="module")
def example() -> Mapping[str, str]:
    return made(SCHEMA)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a schema with 500 tables."""
    folder = tmp_path_factory.mktemp("large")
    (folder / DUMP).write_text(synthetic.dump(500), "utf-8")
    (folder / "schemabook.yml").write_text(f"dumps: [{DUMP}]\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def large_pages(large: Path) -> Mapping[str, str]:
    return made(large)


def after(change: Change, folder: Path, copy: Path) -> Mapping[str, str]:
    """The pages after a change of what the folder holds."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("migrations", "stand_ins"))
    text = (copy / change.file).read_text("utf-8")
    assert change.old in text, "the example has changed: choose another place"
    edited = text.replace(change.old, change.new, -1 if change.every else 1)
    (copy / change.file).write_text(edited, "utf-8")
    return made(copy)


def changed_lines(old: str, new: str) -> list[str]:
    """The lines that a review shows as removed or added."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def expect(change: Change, before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Fails unless exactly so many files and lines differ."""
    diffs = {path: changed_lines(before.get(path, ""), now.get(path, "")) for path in {*before, *now}}
    diffs = {path: lines for path, lines in diffs.items() if lines}
    count = sum(map(len, diffs.values()))
    print(f"\n{change.what:42} {len(diffs):2} files {count:3} lines")
    shown = "\n".join(f"{path}: {line}" for path, lines in sorted(diffs.items()) for line in lines)
    assert (len(diffs), count) == (change.files, change.lines), shown


@pytest.mark.parametrize("change", CHANGES, ids=[change.what for change in CHANGES])
def test_a_change_touches_only_its_own_lines(
    change: Change, example: Mapping[str, str], tmp_path: Path
) -> None:
    expect(change, example, after(change, SCHEMA, tmp_path / "schema"))


@pytest.mark.parametrize("change", LARGE, ids=[change.what for change in LARGE])
def test_a_change_touches_no_more_among_500_tables(
    change: Change, large: Path, large_pages: Mapping[str, str], tmp_path: Path
) -> None:
    expect(change, large_pages, after(change, large, tmp_path / "schema"))

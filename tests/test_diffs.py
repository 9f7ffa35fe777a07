"""How many Markdown files and lines a change of the schema touches, exactly; `pytest -s` prints the table.

A line counts twice if it is changed: once removed, once added, as in a review.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from schemabook.config import load
from schemabook.inputs import load_book
from schemabook.pages import pages

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
    overview: int = 0
    """How many of the lines are on the overview: numbers of objects, statements and bytes."""
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
    Change("comment on a table", "Pictures that go with a text, in", "Pictures beside a text, in", 3, 6, 2),
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
        2,
        16,
        8,
    ),
    Change(
        "change a policy",
        '"public"."descriptors_pet" FOR SELECT TO "anon", "authenticated"',
        '"public"."descriptors_pet" FOR SELECT TO "authenticated"',
        2,
        6,
        2,
    ),
    Change("grant a privilege", END, f'GRANT SELECT ON TABLE {TABLE} TO "dashboard_user";\n\n{END}', 1, 1),
    Change(
        "add a check", END, f'ALTER TABLE {TABLE} ADD CONSTRAINT "x" CHECK (width_px < 9);\n\n{END}', 1, 1
    ),
    Change("add an enum label", "    'draft',\n", "    'draft',\n    'waiting',\n", 1, 1),
    Change("add a table", END, NEW_TABLE + END, 4, 56, 20),
    Change("change a function's body", "on p.id = m.pet_id", "on p.id = m.pet_id and true", 1, 2),
    Change("refresh statistics", "| 229  ", "| 230  ", 1, 2, 2, file=STATISTICS),
    Change("add remarks and blank lines", END, f"-- A remark.\n\n\n/* Another. */ {END}", 0, 0, every=True),
]


def made(folder: Path) -> Mapping[str, str]:
    """The pages of the settings in a folder."""
    return pages(load_book(load(folder / "schemabook.yml")))


@pytest.fixture(scope="module")
def before() -> Mapping[str, str]:
    return made(SCHEMA)


@pytest.fixture
def after(tmp_path: Path) -> Callable[[Change], Mapping[str, str]]:
    """The pages after a change."""

    def change(wanted: Change) -> Mapping[str, str]:
        folder = tmp_path / "schema"
        shutil.copytree(SCHEMA, folder, ignore=shutil.ignore_patterns("migrations", "stand_ins"))
        text = (folder / wanted.file).read_text("utf-8")
        assert wanted.old in text, "the example has changed: choose another place"
        edited = text.replace(wanted.old, wanted.new, -1 if wanted.every else 1)
        (folder / wanted.file).write_text(edited, "utf-8")
        return made(folder)

    return change


def changed_lines(old: str, new: str) -> list[str]:
    """The lines that a review shows as removed or added, but for sizes of files in bytes."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return [line for line in shown if not line.startswith(("-**File:**", "+**File:**"))]


@pytest.mark.parametrize("change", CHANGES, ids=[change.what for change in CHANGES])
def test_a_change_touches_only_its_own_lines(
    change: Change, before: Mapping[str, str], after: Callable[[Change], Mapping[str, str]]
) -> None:
    now = after(change)
    diffs = {path: changed_lines(before.get(path, ""), now.get(path, "")) for path in {*before, *now}}
    diffs = {path: lines for path, lines in diffs.items() if lines}
    count = sum(map(len, diffs.values()))
    overview = len(diffs.get("index.md", ()))
    print(f"\n{change.what:42} {len(diffs):2} files {count:3} lines, {overview} of them on the overview")
    shown = "\n".join(f"{path}: {line}" for path, lines in sorted(diffs.items()) for line in lines)
    assert (len(diffs), count, overview) == (change.files, change.lines, change.overview), shown

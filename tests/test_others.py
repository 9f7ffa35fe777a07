"""Rules and extended statistics, which are parts of a relation."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemabook.model import Database, Name
from schemabook.pages import pages
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book
from schemabook.read import read

RULE = """
CREATE TABLE public.t (a integer, b integer);
CREATE RULE kept AS ON DELETE TO public.t DO INSTEAD NOTHING;
CREATE STATISTICS public.pairs ON a, b FROM public.t;
"""


def relations_of_others(sql: str) -> dict[str, Name | None]:
    database: Database = read([("schema.sql", sql.encode())])
    return {name: other.relation for (_, name), other in database.others.items()}


def test_a_rule_and_statistics_are_of_their_table() -> None:
    table = Name("public", "t")
    assert relations_of_others(RULE) == {"kept on public.t": table, "public.pairs": table}


def test_they_follow_a_renamed_table() -> None:
    table = Name("public", "u")
    renamed = RULE + "ALTER TABLE public.t RENAME TO u;"
    assert relations_of_others(renamed) == {"kept on public.u": table, "public.pairs": table}


def test_what_is_on_its_tables_page_needs_no_page_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text(RULE, "utf-8")
    made = pages(load_book(read_config("dumps: [schema.sql]", Path("schemabook.yml"))))
    assert "others.md" not in made
    assert "others.md" not in made["index.md"]
    assert "## Rules" in made["public/tables/t.md"]

"""Types of what views compute: the differential tests find a wrong one, these a missing one."""

from __future__ import annotations

from pathlib import Path

from schemabook.model import ColumnName, Name
from schemabook.read import read, read_files

FIXTURE = Path(__file__).parent / "fixtures" / "26_view_types.sql"
OPEN = {
    "aggregates": ["mc", "me", "mm"],  # of character, domains and enums
    "beside": ["y"],
    "calls": ["ab", "n", "o", "q", "w"],
    "casts": ["a", "s"],
    "choices": ["f1", "h", "p"],
    "merged": ["i4", "vc"],
    "merged_star": ["i4", "vc"],
    "operators": ["af", "y"],
    "united": ["tx"],
    "windows": ["l3"],
}
"""The columns whose type stays open, by view."""


def test_only_types_that_are_not_certain_stay_open() -> None:
    database = read_files([FIXTURE])
    found: dict[str, list[str]] = {}
    for column in database.columns.values():
        if not column.type:
            found.setdefault(column.relation.name, []).append(column.name)
    assert {view: sorted(names) for view, names in found.items()} == OPEN


def test_a_column_that_with_defines_is_not_taken_for_one_of_from() -> None:
    sql = b"create table t (z int); create view v as with a as (select 1.5 as z) select z from t;"
    database = read([("t.sql", sql)])
    assert database.columns[ColumnName(Name("public", "v"), "z")].type == "integer"

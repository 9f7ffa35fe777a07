"""Types of what views compute: the differential tests find a wrong one, these a missing one."""

from __future__ import annotations

from pathlib import Path

from schemabook.model import ColumnName, Name
from schemabook.read import read, read_files

FIXTURE = Path(__file__).parent / "fixtures" / "26_view_types.sql"


def test_all_types_are_known() -> None:
    database = read_files([FIXTURE])
    assert [str(name) for name, column in database.columns.items() if not column.type] == []


def test_a_column_that_with_defines_is_not_taken_for_one_of_from() -> None:
    sql = b"create table t (z int); create view v as with a as (select 1.5 as z) select z from t;"
    database = read([("t.sql", sql)])
    assert database.columns[ColumnName(Name("public", "v"), "z")].type == "integer"

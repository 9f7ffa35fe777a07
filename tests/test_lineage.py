"""Of which columns the columns of a view are made."""

from __future__ import annotations

import pytest

from schemabook.model import ColumnName, Name
from schemabook.read import read

TABLES = """
CREATE TABLE a (id int, x int, y text);
CREATE TABLE b (id int, a_id int, z numeric);
"""


def lineage(sql: str) -> dict[str, list[str]]:
    """The sources of each column of the view `v`, as `table.column`."""
    database = read([("schema.sql", (TABLES + sql).encode())])
    found = ((n.column, sources) for n, sources in database.lineage.items() if n.relation.name == "v")
    return {column: [f"{s.relation.name}.{s.column}" for s in sources] for column, sources in found}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id, x AS n FROM a", {"id": ["a.id"], "n": ["a.x"]}),
        ("SELECT * FROM b", {"id": ["b.id"], "a_id": ["b.a_id"], "z": ["b.z"]}),
        ("SELECT a.x + b.z AS total FROM a JOIN b ON b.a_id = a.id", {"total": ["a.x", "b.z"]}),
        ("SELECT count(*) AS n, 1 AS one FROM a", {}),
        ("SELECT (SELECT max(z) FROM b WHERE b.a_id = a.id) AS top FROM a", {"top": ["b.z"]}),
        ("SELECT s.n FROM (SELECT x * 2 AS n FROM a) s", {"n": ["a.x"]}),
        (
            "WITH c AS (SELECT coalesce(y, x::text) AS t FROM a) SELECT upper(t) AS t FROM c",
            {"t": ["a.x", "a.y"]},
        ),
        ("SELECT x AS n FROM a UNION ALL SELECT a_id FROM b", {"n": ["a.x", "b.a_id"]}),
        ("SELECT id, z FROM a JOIN b USING (id)", {"id": ["a.id", "b.id"], "z": ["b.z"]}),
        ("SELECT case when x > 1 then y end AS t FROM a", {"t": ["a.x", "a.y"]}),
    ],
)
def test_a_columns_sources(query: str, expected: dict[str, list[str]]) -> None:
    assert lineage(f"CREATE VIEW v AS {query};") == expected


def test_names_before_as_count() -> None:
    assert lineage("CREATE VIEW v (p, q) AS SELECT id, x FROM a;") == {"p": ["a.id"], "q": ["a.x"]}


def test_a_view_of_a_view_has_that_view_as_its_source() -> None:
    found = lineage("CREATE VIEW w AS SELECT x AS n FROM a; CREATE VIEW v AS SELECT n FROM w;")
    assert found == {"n": ["w.n"]}


def test_renames_are_followed() -> None:
    renamed = "ALTER TABLE a RENAME x TO xx; ALTER TABLE a RENAME TO aa;"
    assert lineage(f"CREATE VIEW v AS SELECT x FROM a; {renamed}") == {"x": ["aa.xx"]}


def test_the_name_is_whole() -> None:
    database = read([("schema.sql", (TABLES + "CREATE VIEW v AS SELECT id FROM a;").encode())])
    source = ColumnName(Name("public", "a"), "id")
    assert database.lineage[ColumnName(Name("public", "v"), "id")] == (source,)


def expressions(query: str) -> dict[str, str]:
    """What computes each column of a view, where it is not taken as it is."""
    database = read([("schema.sql", f"{TABLES} CREATE VIEW v AS {query};".encode())])
    return {c.name: c.expression for c in database.columns_of(Name("public", "v")) if c.expression}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id, x AS n, a.y FROM a", {}),
        ("SELECT a.*, x + 1 AS more FROM a", {"more": "x + 1"}),
        (
            "SELECT (y)::text AS y, upper(y), NULL::text AS none FROM a",
            {"y": "(y)::text", "upper": "upper(y)", "none": "NULL::text"},
        ),
        ('SELECT "x" * 2 "double" FROM a', {"double": "x * 2"}),
        ("SELECT s.n FROM (SELECT x * 2 AS n FROM a) s", {"n": "x * 2"}),
        (
            "WITH c AS (SELECT count(*) AS n FROM a) SELECT n, n + 1 AS next FROM c",
            {"n": "count(*)", "next": "n + 1"},
        ),
        ("SELECT x + 1 AS n FROM a UNION ALL SELECT a_id FROM b", {}),
        (
            "SELECT 'a, b' || y AS t, -x AS m, x=-1 AS is FROM a",
            {"t": "'a, b' || y", "m": "-x", "is": "x=-1"},
        ),
    ],
)
def test_what_computes_a_column(query: str, expected: dict[str, str]) -> None:
    assert expressions(query) == expected

"""ALTER, RENAME and DROP: what follows an object, and what goes with it."""

from __future__ import annotations

import pytest

from schemabook.model import Database, Name, relation_id
from schemabook.read import read

T = Name("public", "t")


def database(sql: str) -> Database:
    found = read([("test.sql", sql.encode())])
    assert not found.receipt.unread, found.receipt.unread
    return found


def test_unique_primary_key_is_one_key() -> None:
    found = database("CREATE TABLE t (a int UNIQUE PRIMARY KEY);")
    assert [c.name for c in found.constraints_of(T)] == ["t_pkey"]


@pytest.mark.parametrize(
    ("more", "index"),
    [
        ("", "t_b_key"),
        ("ALTER TABLE t DROP CONSTRAINT t_b_key;", None),
        ("ALTER TABLE t DROP COLUMN b;", None),
        ("ALTER TABLE t DROP CONSTRAINT other;", "t_b_key"),
        ("ALTER INDEX t_b_key RENAME TO mine;", "mine"),
    ],
)
def test_a_replica_identity_follows_its_index(more: str, index: str | None) -> None:
    table = "CREATE TABLE t (a int, b int NOT NULL UNIQUE, CONSTRAINT other CHECK (a > 0));"
    identity = "ALTER TABLE t REPLICA IDENTITY USING INDEX t_b_key;"
    found = database(f"{table} {identity} {more}").relations[T]
    assert (found.replica_identity, found.replica_identity_index) == ("index", index)


def test_an_index_that_is_none_is_no_replica_identity() -> None:
    found = read([("test.sql", b"CREATE TABLE t (a int); ALTER TABLE t REPLICA IDENTITY USING INDEX i;")])
    assert [unread.statement.text for unread in found.receipt.unread] == [
        "ALTER TABLE t REPLICA IDENTITY USING INDEX i"
    ]


def test_the_name_of_the_second_key_stays_where_the_first_has_none() -> None:
    found = database("CREATE TABLE t (a int PRIMARY KEY, CONSTRAINT mine UNIQUE (a));")
    assert [(c.name, c.kind) for c in found.constraints_of(T)] == [("mine", "primary_key")]


def test_included_columns_are_part_of_a_generated_name() -> None:
    found = database("CREATE TABLE t (a int, b int); CREATE INDEX ON t (a) INCLUDE (b);")
    assert [i.name for i in found.indexes_of(T)] == ["t_a_b_idx"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("(a::text)", "a"),
        ("(CASE WHEN true THEN 1 ELSE a END)", "a"),
        ("(CASE WHEN true THEN 1 ELSE 2 END)", "case"),
        ("coalesce(a, 1)", "coalesce"),
        ("(a IS NULL)", "expr"),
        ("lower(a::text)", "lower"),
        ("(a AT TIME ZONE 'utc')", "timezone"),
        ("(trim(leading 'x' from 'y'))", "ltrim"),
    ],
)
def test_a_key_that_is_an_expression_has_the_name_of_its_value(key: str, name: str) -> None:
    found = database(f"CREATE TABLE t (a int); CREATE INDEX ON t ({key});")
    assert [i.name for i in found.indexes_of(T)] == [f"t_{name}_idx"]


def test_a_renamed_column_is_renamed_in_the_expressions_of_its_table() -> None:
    found = database("CREATE TABLE t (a int CHECK (a > 0)); ALTER TABLE t RENAME a TO b;")
    (check,) = found.constraints_of(T)
    assert (check.columns, str(check.expression)) == (("b",), "b > 0")


def test_only_keeps_a_default_from_the_children() -> None:
    found = database(
        "CREATE TABLE p (a int); CREATE TABLE t () INHERITS (p); ALTER TABLE ONLY p ALTER a SET DEFAULT 1;"
    )
    assert found.columns_of(T)[0].default is None


def test_a_partition_gets_the_keys_and_indexes_of_its_parent() -> None:
    found = database("""
        CREATE TABLE p (a int PRIMARY KEY, b int) PARTITION BY LIST (a);
        CREATE INDEX ON p (b);
        CREATE TABLE t PARTITION OF p FOR VALUES IN (1);
    """)
    assert [c.name for c in found.constraints_of(T)] == ["t_pkey"]
    assert [i.name for i in found.indexes_of(T)] == ["t_b_idx"]


def test_an_attached_table_keeps_an_index_that_is_equal() -> None:
    found = database("""
        CREATE TABLE p (a int) PARTITION BY LIST (a);
        CREATE INDEX ON p (a);
        CREATE TABLE t (a int);
        CREATE INDEX mine ON t (a);
        ALTER TABLE p ATTACH PARTITION t FOR VALUES IN (1);
    """)
    assert [i.name for i in found.indexes_of(T)] == ["mine"]


def test_a_dropped_table_takes_the_views_on_it_along() -> None:
    found = database("""
        CREATE TABLE t (a int);
        CREATE VIEW v AS SELECT a FROM t;
        CREATE VIEW w AS SELECT a FROM v;
        DROP TABLE t CASCADE;
    """)
    assert not found.relations


def test_default_privileges_count_for_what_comes_later() -> None:
    found = database("""
        CREATE TABLE earlier (a int);
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app;
        CREATE TABLE t (a int);
    """)
    assert [(p.on.name, p.grantee, p.privileges) for p in found.privileges] == [(T, "app", ("select",))]


def test_the_owner_has_an_item_only_for_what_he_lost() -> None:
    found = database("""
        CREATE TABLE t (a int);
        ALTER TABLE t OWNER TO app;
        GRANT ALL ON t TO app WITH GRANT OPTION;
        REVOKE TRUNCATE ON t FROM app;
    """)
    (item,) = found.privileges_on(relation_id(T))
    assert "truncate" not in item.privileges
    assert not item.grantable


def test_a_table_cannot_inherit_from_itself() -> None:
    found = read([("test.sql", b"CREATE TABLE t (a int); ALTER TABLE t INHERIT t;")])
    assert [u.reason for u in found.receipt.unread] == ['"public.t" would inherit from itself']

"""A statement that was not understood is named once; what follows from it is counted beside it."""

from __future__ import annotations

import pytest

from schemabook.model import Database
from schemabook.project.receipt import receipt_lines
from schemabook.read import read

BEFORE = "CREATE ROLE r; CREATE TABLE ok (a int);" + "".join(f"CREATE TABLE ok{i} (a int);" for i in range(9))
TABLE = """
    CREATE TABLE t (a int FROBNICATE, b int);
    CREATE INDEX tx ON t (a);
    COMMENT ON INDEX tx IS 'x';
    COMMENT ON TABLE t IS 'x';
    COMMENT ON COLUMN t.a IS 'x';
    ALTER TABLE ONLY t ADD CONSTRAINT pk PRIMARY KEY (a);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON public.t;
    CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
    GRANT SELECT ON t TO r;"""


def database_of(text: str) -> Database:
    return read([("dump.sql", f"{BEFORE}{text}".encode())])


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "CREATE FUNCTION f(a int) RETURNS int FROBNICATE; COMMENT ON FUNCTION f(int) IS 'x';",
        "CREATE FUNCTION f(a int) RETURNS int FROBNICATE; GRANT EXECUTE ON FUNCTION f TO r;",
        "CREATE TYPE e AS ENUM ('a' FROBNICATE); COMMENT ON TYPE e IS 'x'; ALTER TYPE e OWNER TO r;",
        "CREATE SEQUENCE s FROBNICATE; ALTER SEQUENCE s OWNER TO r; GRANT USAGE ON SEQUENCE s TO r;",
        "ALTER TABLE ok ADD COLUMN b int FROBNICATE; COMMENT ON COLUMN ok.b IS 'x';",
        "ALTER TABLE ok ADD b int, ADD CONSTRAINT k CHECK (a > 0) FROBNICATE;"
        "COMMENT ON CONSTRAINT k ON ok IS 'x';",
        "CREATE POLICY p ON ok FROBNICATE; COMMENT ON POLICY p ON ok IS 'x'; ALTER POLICY p ON ok TO r;",
    ],
)
def test_what_follows_from_an_unread_statement_is_counted_beside_it(text: str) -> None:
    receipt = database_of(text).receipt
    [(cause, following)] = receipt.causes
    assert "FROBNICATE" in cause.statement.text
    assert following == len(receipt.unread) - 1 == text.count(";") - 1


def test_the_receipt_names_the_cause_and_counts_the_rest() -> None:
    lines = list(receipt_lines(database_of(TABLE)))
    assert lines[0].endswith("10 not understood")
    assert len(lines) == 2
    assert lines[1].startswith("  dump.sql:2: ")
    assert lines[1].endswith("; 9 more statements follow from it")


def test_what_fails_for_a_reason_of_its_own_is_a_cause() -> None:
    receipt = database_of(f"{TABLE} COMMENT ON COLUMN ok.nope IS 'x'; COMMENT ON TABLE nope IS 'x';").receipt
    assert [following for _, following in receipt.causes] == [9, 0, 0]


def test_an_object_that_is_made_after_all_has_no_cause() -> None:
    receipt = database_of(f"{TABLE} CREATE TABLE t (b int); COMMENT ON TABLE t IS 'x';").receipt
    assert len(receipt.unread) == 10


def test_a_policy_may_name_a_table_that_was_not_dumped() -> None:
    policy = "CREATE POLICY p ON ok USING (EXISTS (SELECT 1 FROM elsewhere.t WHERE t.a = ok.a));"
    assert not database_of(policy).receipt.unread
    assert len(database_of(f"{policy} CREATE TABLE elsewhere.t (a int);").receipt.unread) == 1

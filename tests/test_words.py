"""A word that means something in one place is a name in another: PostgreSQL's grammar decides which."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from schemabook.model import Database, keywords
from schemabook.read import expression, read_files, readers
from schemabook.verify import Server, differences

READERS = Path(readers.__file__).parent
DATABASE = "words"
ODD = frozenset({"operator", "current_schema", "current_user", "session_user", "system_user", "version"})
"""What a call without a schema does not find: PostgreSQL has functions of these names, or an own syntax."""

SHARED = """
CREATE ROLE reader;
CREATE SCHEMA k;
CREATE SCHEMA f;
CREATE SCHEMA t;
CREATE SCHEMA u;
CREATE SCHEMA v;
CREATE SCHEMA p;
CREATE FUNCTION f.fired() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
SET search_path = u, k, f;
"""
CLAUSES = """
CREATE SCHEMA {n};
CREATE TYPE k.{l} AS ENUM ('A', 'B');
CREATE TYPE {n}.kind AS ENUM ('A', 'B');
CREATE FUNCTION f.{l}(int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE FUNCTION {n}.g({m} k.{l} DEFAULT 'A'::k.{l}, b {m}.kind = 'A'::{m}.kind, c int DEFAULT f.{l}())
  RETURNS k.{l} LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE FUNCTION {n}.h({m}.kind, k.{l}, int DEFAULT {c}())
  RETURNS TABLE({m} {m}.kind, b k.{l}) LANGUAGE sql IMMUTABLE AS 'select $1, $2';
CREATE DOMAIN {n}.e k.{l} DEFAULT 'A'::k.{l} CONSTRAINT {n} CHECK (value <> 'B'::k.{l}
  AND f.{l}() = 1) NOT NULL;
CREATE TABLE t.{l} (
  {n} k.{l} DEFAULT 'A'::k.{l} NOT NULL,
  b {m}.kind DEFAULT 'A'::{m}.kind NOT NULL CHECK (b <> 'B'::{m}.kind),
  c int DEFAULT f.{l}() NOT NULL CONSTRAINT c_{w} CHECK (c > f.{l}()),
  d int STORAGE PLAIN DEFAULT -1 + f.{l}() CHECK (f.{l}() = 1 OR d < 0) NOT NULL,
  e k.{l}[] DEFAULT '{{}}'::k.{l}[] NOT NULL,
  u {t} DEFAULT 'A'::{t} CONSTRAINT u_{w} CHECK (u IS NOT NULL),
  g bool GENERATED ALWAYS AS ({n} = 'A'::k.{l}) STORED NOT NULL,
  CONSTRAINT {n} CHECK ({n} <> 'B'::k.{l} AND f.{l}() = 1),
  CONSTRAINT x_{w} EXCLUDE USING btree ({n} WITH =, (f.{l}() + d) WITH =) WHERE ({n} > 'A'::k.{l})
);
ALTER TABLE t.{l} ADD COLUMN i k.{l} DEFAULT 'A'::k.{l} NOT NULL CHECK (i <> 'B'::k.{l});
ALTER TABLE t.{l} ADD j {m}.kind DEFAULT 'A'::{m}.kind, ALTER d SET DEFAULT f.{l}(), ADD z int,
  ALTER {n} SET DEFAULT 'B'::k.{l}, ALTER {n} SET STATISTICS 7, ALTER b DROP DEFAULT;
ALTER TABLE t.{l} VALIDATE CONSTRAINT {n}, ADD CONSTRAINT v_{w} CHECK ({n} > 'A'::k.{l}) NOT VALID;
CREATE TABLE {n}.t ({n} int DEFAULT f.{l}() NOT NULL, k k.{l});
CREATE UNIQUE INDEX {n} ON {n}.t USING btree ({n} int4_ops, f.{l}(), ({n} + f.{l}()) DESC NULLS LAST)
  INCLUDE (k) WHERE k = 'A'::k.{l};
ALTER TABLE {n}.t ADD PRIMARY KEY ({n});
ALTER TABLE ONLY {n}.t ADD b int DEFAULT f.{l}() REFERENCES {n}.t ({n}) ON DELETE SET NULL DEFERRABLE;
CREATE TABLE {n}.q ({n} k.{l}, b int) PARTITION BY LIST ({n});
CREATE TABLE p.{l} PARTITION OF {n}.q ({n} DEFAULT 'A'::k.{l} NOT NULL) FOR VALUES IN ('A')
  PARTITION BY RANGE ({n}, f.{l}(b));
CREATE VIEW v.{l} WITH (security_barrier) AS
  SELECT {n}.{l} AS x, {n}.b AS {l}_b, {n}.c AS {l}, f.{l}() AS y FROM t.{l} {n} WHERE {n}.{l} = 'A'::k.{l}
  WITH LOCAL CHECK OPTION;
CREATE POLICY {n} ON t.{l} FOR UPDATE USING ({n} = 'A'::k.{l} AND f.{l}() = 1)
  WITH CHECK ({n} = 'A'::k.{l} AND b = 'A'::{m}.kind);
ALTER POLICY {n} ON t.{l} USING ({n} = 'B'::k.{l});
CREATE TRIGGER {n} BEFORE UPDATE OF {n}, b OR INSERT ON t.{l} FOR EACH ROW
  WHEN (new.{l} = 'A'::k.{l} AND f.{l}() = 1) EXECUTE FUNCTION f.fired('{w}');
CREATE TRIGGER {n} AFTER UPDATE ON {n}.t REFERENCING OLD TABLE AS {n} NEW TABLE newer
  EXECUTE FUNCTION f.fired({w});
ALTER TABLE t.{l} DISABLE TRIGGER {n};
CREATE STATISTICS {n}.n ON {n}, k FROM {n}.t;
CREATE RULE {n} AS ON UPDATE TO {n}.t WHERE old.{l} = f.{l}() DO NOTHING;
COMMENT ON FUNCTION f.{l}(int) IS 'function {w}';
COMMENT ON COLUMN t.{l}.{l} IS 'column {w}';
COMMENT ON CONSTRAINT {n} ON t.{l} IS 'constraint {w}';
COMMENT ON INDEX {n}.{l} IS 'index {w}';
COMMENT ON TRIGGER {n} ON t.{l} IS 'trigger {w}';
GRANT USAGE ON SCHEMA {n} TO reader;
GRANT SELECT ({n}), UPDATE ON TABLE t.{l} TO reader WITH GRANT OPTION;
GRANT ALL ON FUNCTION f.{l}(int), {n}.g(k.{l}, {m}.kind, int) TO reader;
REVOKE UPDATE ON t.{l} FROM reader;
"""
"""n: a plain name, m: a schema of a type, a function or a parameter, l: a name after a dot or AS, t: a type,
c: a function without its schema, w: a part of other names."""

OF_RESERVED = """
CREATE TYPE k.{l} AS ENUM ('A', 'B');
CREATE FUNCTION f.{l}(int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE DOMAIN k.{l}_d AS k.{l} DEFAULT 'A'::k.{l} NOT NULL CHECK (value <> 'B'::k.{l} AND f.{l}() = 1);
CREATE TABLE t.{l} (
  {n} k.{l} DEFAULT 'A'::k.{l} NOT NULL,
  c int DEFAULT f.{l}() NOT NULL CONSTRAINT c_{w} CHECK (c IS NOT NULL OR c > f.{l}()),
  CONSTRAINT {n} CHECK ({n} <> 'B'::k.{l} AND f.{l}() = 1)
);
ALTER TABLE t.{l} ADD i k.{l} DEFAULT 'A'::k.{l} NOT NULL, ALTER c SET DEFAULT f.{l}(), ADD z int;
CREATE VIEW v.{l} AS SELECT x.{l} AS x, x.c AS {l}, f.{l}() AS y FROM t.{l} x WHERE x.{l} = 'A'::k.{l}
  WITH LOCAL CHECK OPTION;
CREATE POLICY {n} ON t.{l} FOR UPDATE USING ({n} = 'A'::k.{l} AND f.{l}() = 1);
CREATE TRIGGER {n} BEFORE UPDATE OF {n} ON t.{l} FOR EACH ROW WHEN (new.{l} = 'A'::k.{l})
  EXECUTE FUNCTION f.fired({w});
COMMENT ON COLUMN t.{l}.{l} IS 'column {w}';
GRANT SELECT ({n}) ON t.{l} TO reader;
"""
"""For a reserved word, which has quotes but where it is l or w."""

CHANGES = """
CREATE TABLE {n} (a int CONSTRAINT {n} CHECK (a > 0));
ALTER TABLE {n} ADD {n} int, ALTER {n} SET NOT NULL;
ALTER TABLE {n} ALTER {n} TYPE bigint USING {n}::int8, DROP CONSTRAINT {n},
  ADD CONSTRAINT {n} CHECK ({n} > 0);
COMMENT ON COLUMN {n}.{l} IS 'plain {w}';
COMMENT ON CONSTRAINT {n} ON {n} IS 'plain {w}';
GRANT SELECT ON {n} TO reader;
CREATE POLICY {n} ON {n} USING ({n} = 1);
CREATE INDEX by_{w} ON {n} ({n}) WHERE ({n} > 1) AND {n} IN (1, 2) AND NOT (a = 1);
ALTER POLICY {n} ON {n} RENAME TO b;
ALTER TABLE {n} RENAME CONSTRAINT {n} TO b;
ALTER TABLE {n} RENAME {n} TO b;
ALTER TABLE {n} RENAME TO kept_{w};
CREATE TABLE {n} ({n} int, a int);
CREATE VIEW v.{l} AS SELECT {n}.{l} FROM {n};
CREATE TRIGGER {n} AFTER DELETE ON {n} EXECUTE FUNCTION f.fired();
CREATE POLICY {n} ON {n} USING ({n} = 1);
DROP VIEW v.{l};
DROP TRIGGER {n} ON {n};
DROP POLICY {n} ON {n};
ALTER TABLE {n} DROP {n};
CREATE TYPE k.{l} AS ENUM ('A');
DROP TYPE k.{l};
CREATE FUNCTION f.{l}() RETURNS int LANGUAGE sql AS 'select 1';
DROP FUNCTION f.{l}() CASCADE;
CREATE SEQUENCE v.{l};
DROP SEQUENCE IF EXISTS v.{l} RESTRICT;
DROP TABLE {n} CASCADE;
"""


class Word(NamedTuple):
    """A keyword, its class as `pg_get_keywords()` has it, and whether PostgreSQL has a type of its name."""

    word: str
    kind: str
    is_type: bool

    def fill(self, clauses: str) -> str:
        """The clauses with the word as a name, without quotes wherever PostgreSQL reads it without."""
        quoted = f'"{self.word}"'
        name = self.word if self.kind in "UC" else quoted
        of_type = self.word if self.kind in "UT" else quoted
        call = f"f.{self.word}" if self.word in ODD else of_type
        kind = f"k.{self.word}" if self.is_type else of_type
        return clauses.format(n=name, m=of_type, l=self.word, t=kind, c=call, w=self.word)


def words_of_readers() -> set[str]:
    """Each word that stands alone in a module that reads statements: all that it looks for are among them."""
    texts = (path.read_text("utf-8") for path in READERS.rglob("*.py"))
    trees = (ast.parse(text) for text in texts if "c: Cursor" in text)
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


@pytest.fixture(scope="module")
def words(postgres: Server) -> list[Word]:
    """The keywords that readers look for."""
    with postgres.connect() as connection:
        found = connection.execute(
            "select word, catcode::text, to_regtype('pg_catalog.' || quote_ident(word)) is not null"
            " from pg_get_keywords() order by word"
        ).fetchall()
    wanted = words_of_readers()
    return [Word(*row) for row in found if row[0] in wanted]


@pytest.fixture(params=range(4))
def run(
    request: pytest.FixtureRequest, postgres: Server, words: list[Word], tmp_path: Path
) -> Iterator[Callable[..., Path]]:
    """Fills clauses with a quarter of the words, runs them in a database, and returns the file."""
    postgres.create_database(DATABASE)

    def fill(clauses: str, of_reserved: str = "") -> Path:
        texts = [SHARED]
        texts += [
            word.fill(of_reserved if word.kind == "R" else clauses) for word in words[request.param :: 4]
        ]
        with postgres.connect(DATABASE) as connection:
            for text in texts:
                connection.execute(text.encode())
        path = tmp_path / "words.sql"
        path.write_text("".join(texts))
        return path

    yield fill
    postgres.drop_database(DATABASE)
    postgres.drop_roles()


def unread(database: Database) -> list[tuple[str, str]]:
    return [(found.statement.text, found.reason) for found in database.receipt.unread]


def test_a_word_is_a_name_wherever_postgresql_reads_one(
    run: Callable[..., Path], postgres: Server, catalog_of: Callable[..., Database], tmp_path: Path
) -> None:
    read = read_files([run(CLAUSES, OF_RESERVED)])
    assert not unread(read)
    catalog = catalog_of(DATABASE, expression)
    found = differences(read, catalog, exact=False)
    assert not [line for line in found if ": partition_key: " not in line]  # where PostgreSQL adds quotes
    dump = tmp_path / "dump.sql"
    dump.write_text(postgres.dump(DATABASE))
    assert differences(read_files([dump]), catalog) == ()


def test_a_word_is_a_name_in_what_is_renamed_and_dropped(
    run: Callable[..., Path], catalog_of: Callable[..., Database]
) -> None:
    read = read_files([run(CHANGES)])
    assert not unread(read)
    assert differences(read, catalog_of(DATABASE, expression), exact=False) == ()


def test_keywords_are_those_of_the_server(postgres: Server) -> None:
    with postgres.connect() as connection:
        found = connection.execute("select catcode::text, word from pg_get_keywords()").fetchall()
    of_server = {kind: {word for other, word in found if other == kind} for kind, _ in found}
    of_server.pop("U")
    assert of_server == {
        "R": keywords.RESERVED,
        "T": keywords.FUNCTION_NAMES,
        "C": keywords.COLUMN_NAMES,
    }

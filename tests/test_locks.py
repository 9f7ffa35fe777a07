"""What rules claim of locks and rewrites, asked of PostgreSQL: pg_locks, and relfilenode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from schemabook.read import read
from schemabook.review import review
from schemabook.review.effect import Severity
from schemabook.verify import Server

BASE = """
CREATE TABLE public.target (id integer PRIMARY KEY);
CREATE DOMAIN public.small AS integer;
CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN public.words AS text;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE public.t (
  id integer NOT NULL, n integer, big bigint, words character varying(20), free text, amount numeric(10,2),
  at timestamp without time zone, data json, s public.small, k integer NOT NULL,
  stored integer GENERATED ALWAYS AS (k + 1) STORED, virtual integer GENERATED ALWAYS AS (k + 1) VIRTUAL,
  fine timestamp(3) with time zone
);
"""
STRENGTH = (
    "AccessShareLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "AccessExclusiveLock",
)
STATEMENTS = [
    "ALTER TABLE public.t ADD COLUMN c integer",
    "ALTER TABLE public.t ADD COLUMN c integer DEFAULT 5",
    "ALTER TABLE public.t ADD COLUMN c timestamp with time zone DEFAULT now()",
    "ALTER TABLE public.t ADD COLUMN c uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE public.t ADD COLUMN c bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE public.t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1) STORED",
    "ALTER TABLE public.t ADD COLUMN c integer GENERATED ALWAYS AS (n + 1) VIRTUAL",
    "ALTER TABLE public.t ADD COLUMN c public.positive",
    "ALTER TABLE public.t ADD COLUMN c public.small",
    "ALTER TABLE public.t DROP COLUMN n",
    "ALTER TABLE public.t ALTER COLUMN stored SET EXPRESSION AS (k + 2)",
    "ALTER TABLE public.t ALTER COLUMN virtual SET EXPRESSION AS (k + 2)",
    "ALTER TABLE public.t ALTER COLUMN stored DROP EXPRESSION",
    "ALTER TABLE public.t ALTER COLUMN n SET NOT NULL",
    "ALTER TABLE public.t ALTER COLUMN id DROP NOT NULL",
    "ALTER TABLE public.t ALTER COLUMN n SET DEFAULT 3",
    "ALTER TABLE public.t ALTER COLUMN words TYPE character varying(30)",
    "ALTER TABLE public.t ALTER COLUMN words TYPE text",
    "ALTER TABLE public.t ALTER COLUMN words TYPE character varying(10)",
    "ALTER TABLE public.t ALTER COLUMN free TYPE character varying",
    "ALTER TABLE public.t ALTER COLUMN free TYPE character varying(10)",
    "ALTER TABLE public.t ALTER COLUMN free TYPE public.words",
    "ALTER TABLE public.t ALTER COLUMN n TYPE public.small",
    "ALTER TABLE public.t ALTER COLUMN n TYPE public.positive",
    "ALTER TABLE public.t ALTER COLUMN fine TYPE timestamp(6) with time zone",
    "ALTER TABLE public.t ALTER COLUMN fine TYPE timestamp(0) with time zone",
    "ALTER TABLE public.t ALTER COLUMN amount TYPE numeric(12,2)",
    "ALTER TABLE public.t ALTER COLUMN amount TYPE numeric",
    "ALTER TABLE public.t ALTER COLUMN amount TYPE numeric(10,1)",
    "ALTER TABLE public.t ALTER COLUMN n TYPE bigint",
    "ALTER TABLE public.t ALTER COLUMN big TYPE integer",
    "ALTER TABLE public.t ALTER COLUMN data TYPE jsonb",
    "ALTER TABLE public.t ALTER COLUMN at TYPE timestamp with time zone",
    "ALTER TABLE public.t ALTER COLUMN n TYPE text",
    "ALTER TABLE public.t ALTER COLUMN free TYPE character(5)",
    "ALTER TABLE public.t ADD CONSTRAINT c PRIMARY KEY (id)",
    "ALTER TABLE public.t ADD CONSTRAINT c UNIQUE (n)",
    "ALTER TABLE public.t ADD CONSTRAINT c CHECK (n > 0)",
    "ALTER TABLE public.t ADD CONSTRAINT c CHECK (n > 0) NOT VALID",
    "ALTER TABLE public.t ADD CONSTRAINT c FOREIGN KEY (n) REFERENCES public.target (id)",
    "ALTER TABLE public.t ADD CONSTRAINT c FOREIGN KEY (n) REFERENCES public.target (id) NOT VALID",
    "CREATE INDEX i ON public.t (n)",
    "CREATE UNIQUE INDEX i ON public.t (n)",
    "CREATE TRIGGER g BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
    "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE public.t SET UNLOGGED",
    "ALTER TABLE public.t RENAME COLUMN n TO m",
    "ALTER TABLE public.t REPLICA IDENTITY FULL",
    "ALTER DOMAIN public.small ADD CONSTRAINT c CHECK (VALUE > 0)",
]


@pytest.fixture(scope="module")
def connection(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    postgres.create_database("locks")
    with postgres.connect("locks", timezone="Europe/Berlin") as found:
        found.execute(BASE)
        found.execute("INSERT INTO public.target SELECT generate_series(1, 50)")
        rows = "n, n, n, 'w', 'f', 1.5, now(), '{}', 1, 1 FROM generate_series(1, 50) n"
        found.execute(f"INSERT INTO public.t SELECT {rows}")
        yield found


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_claim_of_locks_is_what_postgresql_does(
    connection: psycopg.Connection[Any], statement: str
) -> None:
    lock, is_rewritten = _measured(connection, statement)
    old, new = read([("old.sql", BASE.encode())]), read([("new.sql", f"{BASE}{statement};".encode())])
    changes = review(old, new)
    said = " ".join(e.sentence for c in changes for e in c.effects if e.severity is Severity.LOCKS)
    assert changes
    assert ("rewrites" in said) is is_rewritten
    told = [name for name in STRENGTH if _spelled(name) in said]
    if told:  # Who only waits a moment for ACCESS EXCLUSIVE is not told so.
        assert told == [lock]
    else:
        assert lock in ("AccessExclusiveLock", "ShareUpdateExclusiveLock")


def _spelled(lock: str) -> str:
    """`SHARE ROW EXCLUSIVE:` of `ShareRowExclusiveLock`."""
    words = "".join(f" {c}" if c.isupper() else c for c in lock.removesuffix("Lock")).upper().strip()
    return f"takes {words}:"


def _measured(connection: psycopg.Connection[Any], statement: str) -> tuple[str, bool]:
    """The strongest lock on the table that the statement takes, and whether it wrote the table anew."""
    node = "SELECT pg_relation_filenode('public.t')"
    held = "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'public.t'::regclass"
    with connection.transaction(force_rollback=True):
        before = connection.execute(node).fetchone()
        connection.execute(statement)
        locks = [row[0] for row in connection.execute(held)]
        after = connection.execute(node).fetchone()
    return max((lock for lock in locks if lock in STRENGTH), key=STRENGTH.index), before != after

"""A schema of any size, the same for the same size: what pg_dump prints of an application's tables."""

from __future__ import annotations

from collections.abc import Iterator

TYPES = ("bigint", "text", "boolean", "timestamp with time zone", "numeric(12,2)", "jsonb", "uuid", "integer")
HEAD = """--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA app;
"""
TAIL = """
--
-- PostgreSQL database dump complete
--
"""


def dump(tables: int, columns: int = 20) -> str:
    """The SQL of so many tables with so many columns: keys, indexes, policies, triggers, grants, comments."""
    return HEAD + "\n".join(statement for n in range(tables) for statement in table(n, columns)) + TAIL


def table(number: int, columns: int) -> Iterator[str]:
    """The statements of one table, in the words of pg_dump."""
    name = f"app.table_{number:05}"
    defined = ",\n".join(f"    {column(i)}" for i in range(columns))
    check = f"CONSTRAINT table_{number:05}_check CHECK ((column_0 > 0))"
    yield f"CREATE TABLE {name} (\n{defined},\n    {check}\n);"
    yield f"ALTER TABLE {name} OWNER TO app_owner;"
    yield f"COMMENT ON TABLE {name} IS 'Table number {number}; it has {columns} columns.';"
    yield f"COMMENT ON COLUMN {name}.column_1 IS 'What it''s called.';"
    yield f"ALTER TABLE ONLY {name}\n    ADD CONSTRAINT table_{number:05}_pkey PRIMARY KEY (column_0);"
    yield f"CREATE INDEX table_{number:05}_idx ON {name} USING btree (column_1, lower(column_1) DESC);"
    if number:
        target = f"app.table_{number * 7919 % number:05}"
        yield (
            f"ALTER TABLE ONLY {name}\n    ADD CONSTRAINT table_{number:05}_fkey FOREIGN KEY (column_0)"
            f" REFERENCES {target}(column_0) ON DELETE CASCADE;"
        )
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
    yield (
        f'CREATE POLICY "Owners of {number}" ON {name} FOR SELECT TO authenticated'
        " USING ((column_6 = ( SELECT auth.uid() AS uid)));"
    )
    yield f"GRANT SELECT,INSERT ON TABLE {name} TO authenticated;"
    if number % 10 == 0:
        yield (
            f"CREATE VIEW app.view_{number:05} AS\n SELECT t.column_0,\n    count(*) AS rows\n"
            f"   FROM {name} t\n  WHERE t.column_2\n  GROUP BY t.column_0;"
        )


def column(number: int) -> str:
    """The definition of one column."""
    if number == 0:
        return "column_0 bigint NOT NULL"
    kind = TYPES[number % len(TYPES)]
    default = " DEFAULT now() NOT NULL" if kind.startswith("timestamp") else ""
    return f"column_{number} {kind}{default}"

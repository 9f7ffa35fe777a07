"""A schema of any size, the same for the same size: what pg_dump prints of an application's tables."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

TYPES = ("bigint", "text", "boolean", "timestamp with time zone", "numeric(12,2)", "jsonb", "uuid", "integer")
HEAD = """--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO authenticated;
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


AREAS = (
    "audit analytics approval board build catalog ci cluster compliance container dependency deployment "
    "design epic error feature geo import incident invoice issue label license member merge_request "
    "milestone ml note operation package page payment pipeline plan project release report sbom security "
    "service shipment snippet sprint subscription team terraform ticket timelog topic upload "
    "vulnerability webhook wiki workspace"
).split()
THINGS = (
    "actions artifacts assignees attempts blobs builds caches comments configurations counts details "
    "events executions exports failures fields files findings flags histories identifiers imports items "
    "jobs keys links lists logs mentions metadata metrics notes options partitions policies queues "
    "reactions references replies reports requests reviewers rules runs schedules scopes segments "
    "settings stages states statistics steps subscriptions summaries tags targets templates threads "
    "tokens triggers types uploads users values variables versions views widgets"
).split()
HUBS = ("users", "organizations", "namespaces", "projects")
PLAIN = (
    "title text",
    "state smallint",
    "created_at timestamp with time zone",
    "payload jsonb",
    "reason text",
    "position integer",
    "enabled boolean",
    "external_url text",
    "size_bytes bigint",
    "sha bytea",
    "description text",
    "finished_at timestamp with time zone",
    "priority smallint",
    "version integer",
)


def application(tables: int, seed: int = 7) -> str:
    """The SQL of an application's tables: areas of a few to a hundred tables, and four hubs.

    Six of ten foreign keys go to the hubs, nearly all others stay in their area, as in large schemas of
    applications that are public.
    """
    chance = Random(seed)
    named = _named(tables, chance)
    lines = [f"CREATE TABLE app.{name} (id bigint PRIMARY KEY, name text NOT NULL);" for name in HUBS]
    made: list[str] = [*HUBS]
    areas: dict[str, list[str]] = {}
    for area, name in named:
        own = areas.setdefault(area, [])
        lines.append(f"CREATE TABLE app.{name} ({', '.join(_application_columns(name, own, made, chance))});")
        own.append(name)
        made.append(name)
    return HEAD + "\n".join(lines) + TAIL


def _named(tables: int, chance: Random) -> list[tuple[str, str]]:
    """Areas and names; some areas are large, most are small."""
    found: dict[str, str] = {}
    while len(found) < tables - len(HUBS):
        area = AREAS[int(len(AREAS) * chance.random() ** 2)]
        words = [chance.choice(THINGS) for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
        found.setdefault("_".join([area, *(word.rstrip("s") for word in words[:-1]), words[-1]]), area)
    return [(area, name) for name, area in found.items()]


def _application_columns(name: str, own: list[str], earlier: list[str], chance: Random) -> Iterator[str]:
    yield "id bigint PRIMARY KEY"
    hubs = chance.sample(HUBS, k=chance.choice((0, 1, 1, 1, 2)))
    others = chance.sample(own[:12], k=min(len(own[:12]), chance.choice((0, 0, 1, 1, 1, 2))))
    if chance.random() < 0.06:
        others.append(chance.choice(earlier))
    for target in dict.fromkeys([*hubs, *others]):
        null = chance.choice(("", " NOT NULL", " NOT NULL", " NOT NULL UNIQUE"))
        yield f"{target}_id bigint{null} REFERENCES app.{target} (id)"
    yield from chance.sample(PLAIN, k=chance.randrange(3, len(PLAIN)))

"""Which expressions are one in other words: as PostgreSQL prints them, and what only nearly is."""

from __future__ import annotations

import pytest

from schemabook.read import expression, read
from schemabook.review import review
from schemabook.review.expressions import same
from schemabook.verify import Server

TYPES = {
    "a": "integer",
    "b": "text",
    "c": "character varying(9)",
    "n": "numeric",
    "at": "timestamp with time zone",
}
EXPRESSIONS = """
a > 0
a>0 and b is not null or n < 5
a in (1, 2)
a not in (1, 2)
b in ('x')
b in ('x', 'y') and a between 1 and 5 or b not like 'z%'
c in ('x', 'y')
c = 'x'
c like 'a%' and b ilike '%b' and b not ilike 'c'
n > 0
n not between 0 and 1
a != 3
not (a = 1 and b = 'x')
a + 1 * 2 - 3 > -1
at at time zone 'UTC' > now() at time zone 'Europe/Berlin'
coalesce(b, 'x') = 'x'
case when a > 0 then b else 'x' end = 'x'
case a when 1 then true else false end
cast(a as text) = '1'
a::text = '1'
length(b) = 3 and lower(b) = upper(b)
a is distinct from 3
(a = 1) is true
b || 'x' = 'y'
a = any (array[1, 2])
b ~ '^x' and b !~* 'y'
b collate "C" > 'x'
a % 2 = 0
current_date > '2020-01-01'::date
array[a, 2] @> array[1]
a = 1 or a = 2 or a = 3
"""
OTHERS = [
    ("a = 1 or b = 'x' and n > 0", "(a = 1 or b = 'x') and n > 0"),
    ("a - (1 - 2) > 0", "a - 1 - 2 > 0"),
    ("not (a = 1) and b = 'x'", "not (a = 1 and b = 'x')"),
    ("a = 1", "a = '1'::text"),
    ("b = '1'::text", "b = '1'::integer::text"),
    ("a::text = '1'", "a = '1'"),
    ("n::integer = 5", "n = 5"),
    ("nextval('s'::regclass) > a", "nextval('other.s'::regclass) > a"),
    ("a in (1, 2)", "a not in (1, 2)"),
    ("a in (1, 2)", "a in (1, 2, 3)"),
    ("a between 1 and 5", "a > 1 and a <= 5"),
    ("b like 'x'", "b ilike 'x'"),
    ("b = 'x'", "b = 'X'"),
    ("f(a)", "g(a)"),
    ("auth.f(a)", "f(a)"),
    ("a is null", "a is not null"),
    ("at > '2020-01-01'::date", "at > '2020-01-01'::timestamp"),
    ("exists (select 1)", "not exists (select 1)"),
    ("", "true"),
]


def tokens(text: str) -> str:
    return expression(text).tokens


def test_what_postgresql_prints_is_the_same(postgres: Server) -> None:
    columns = ", ".join(f"{name} {type_}" for name, type_ in TYPES.items())
    other = []
    with postgres.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(f"create table public.t ({columns})".encode())
        for text in EXPRESSIONS.strip().splitlines():
            connection.execute(f"create policy p on public.t using ({text})".encode())
            row = connection.execute("select pg_get_expr(polqual, polrelid) from pg_policy").fetchone()
            connection.execute("drop policy p on public.t")
            assert row
            if not same(tokens(text), tokens(row[0]), TYPES):
                other.append(f"{text} | {row[0]}")
    assert "\n".join(other) == ""


def test_a_dump_names_the_schema_of_a_sequence() -> None:
    assert same(tokens("nextval('s'::regclass)"), tokens("nextval('public.s'::regclass)"), {})


@pytest.mark.parametrize(("old", "new"), OTHERS)
def test_what_only_looks_alike_is_another(old: str, new: str) -> None:
    assert not same(tokens(old), tokens(new), TYPES)
    assert not same(tokens(new), tokens(old), TYPES)


# queries of views

TABLES = (
    "create table t (id int, name text, kind varchar(9), at timestamptz); create table u (id int, t_id int);"
)
QUERIES = """
select id, name from t where name = 'x' and id > 1
select t.id, lower(t.name) as n from t where kind in ('a', 'b') order by t.id
select kind, count(*) as n from t group by kind having count(*) > 1
select id, case when name is null then 'x' else name end as name from t
select id, coalesce(name, 'none') as label from t where at > now() - interval '1 day' limit 5
select kind::text as kind, t.at from t
"""
OTHER_QUERIES = [
    ("select id, name from t where id > 1", "select id, name from t where id > 2"),
    ("select kind as name from t", "select kind::text as name from t"),
    ("select id, name from t", "select name, id from t"),
    ("select t.id from t join u on u.t_id = t.id", "select u.id from t join u on u.t_id = t.id"),
    (
        "select id from t where id = 1 or id = 2 and name = 'x'",
        "select id from t where (id = 1 or id = 2) and name = 'x'",
    ),
    ("select id from t left join u using (id)", "select id from t join u using (id)"),
    ("select id from t limit 1", "select id from t limit 2"),
    ("select id from t", "select distinct id from t"),
    ("select id from t", "select id from u"),
]


def views(one: str, other: str) -> bool:
    """Whether nothing differs between two databases with a view each."""
    old, new = (read([("a.sql", f"{TABLES} create view v as {query};".encode())]) for query in (one, other))
    return review(old, new) == ()


def test_a_view_as_postgresql_prints_it_is_the_same(postgres: Server) -> None:
    other = []
    with postgres.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("set local search_path = public")
        connection.execute(TABLES.encode())
        for text in QUERIES.strip().splitlines():
            connection.execute(f"create view v as {text}".encode())
            row = connection.execute("select rtrim(pg_get_viewdef('v'::regclass), ';')").fetchone()
            connection.execute("drop view v")
            assert row
            if not views(text, row[0]):
                other.append(f"{text} | {row[0]}")
    assert "\n".join(other) == ""


@pytest.mark.parametrize(("old", "new"), OTHER_QUERIES)
def test_a_query_that_only_looks_alike_is_another(old: str, new: str) -> None:
    assert not views(old, new)
    assert not views(new, old)

"""Drift: the dump held against the migrations, by what PostgreSQL prints and for each kind of object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from schemabook.cli import cli
from schemabook.history.alike import Alike
from schemabook.history.applied import in_dump, in_list, key_of
from schemabook.history.drift import Differs, differences
from schemabook.history.literals import same_constant
from schemabook.history.queries import tree_of
from schemabook.history.renames import renames_in
from schemabook.history.request import asked, of_paths
from schemabook.history.scopes import Scope, Verdict
from schemabook.history.selects import compared
from schemabook.history.telling import told_drift
from schemabook.model import ObjectKind
from schemabook.project.config import read_config
from schemabook.project.dumps import read_dumps
from schemabook.project.history import Difference, Drift, Which
from schemabook.read import expression, read
from schemabook.verify import Server

HERE = Path(__file__).parent
BASE = """
CREATE SCHEMA app;
CREATE EXTENSION hstore;
CREATE ROLE reader;
CREATE ROLE writer;
CREATE TABLE public.t (id integer, a text, b text);
CREATE VIEW public.v AS SELECT id FROM public.t;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION public.as_text(public.pair) RETURNS text LANGUAGE sql AS 'SELECT ''x''';
CREATE TYPE public.pair AS (a integer, b integer);
CREATE TYPE public.two AS (a integer, b integer);
CREATE PUBLICATION first;
CREATE ACCESS METHOD one TYPE TABLE HANDLER heap_tableam_handler;
CREATE CAST (public.two AS text) WITH INOUT;
CREATE EVENT TRIGGER one ON ddl_command_end EXECUTE FUNCTION public.e();
CREATE FOREIGN DATA WRAPPER one;
CREATE LANGUAGE one HANDLER plpgsql_call_handler;
CREATE SERVER one FOREIGN DATA WRAPPER one;
CREATE SUBSCRIPTION one CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false);
CREATE TRANSFORM FOR public.two LANGUAGE one (FROM SQL WITH FUNCTION public.a(internal));
CREATE USER MAPPING FOR public SERVER one;
GRANT SELECT ON public.t TO writer;
ALTER DEFAULT PRIVILEGES FOR ROLE writer GRANT SELECT ON TABLES TO reader;
"""
"""What both have: also an object of each kind that a dump of some schemas has not."""
FIXTURES: dict[ObjectKind, tuple[str, str, str]] = {
    ObjectKind.SCHEMA: ("CREATE SCHEMA s", "CREATE SCHEMA s; COMMENT ON SCHEMA s IS 'x'", "schema s"),
    ObjectKind.EXTENSION: (
        "CREATE EXTENSION pg_trgm SCHEMA public",
        "CREATE EXTENSION pg_trgm SCHEMA app",
        "extension pg_trgm",
    ),
    ObjectKind.ROLE: ("CREATE ROLE r", "CREATE ROLE r BYPASSRLS", "role r"),
    ObjectKind.RELATION: (
        "CREATE TABLE public.x (id integer, k text)",
        "CREATE TABLE public.x (id integer, k text); ALTER TABLE public.x ENABLE ROW LEVEL SECURITY",
        "table public.x",
    ),
    ObjectKind.COLUMN: (
        "ALTER TABLE public.t ADD COLUMN x integer DEFAULT 1",
        "ALTER TABLE public.t ADD COLUMN x integer DEFAULT 2",
        "column x of public.t",
    ),
    ObjectKind.CONSTRAINT: (
        "ALTER TABLE public.t ADD CONSTRAINT c CHECK (id > 0)",
        "ALTER TABLE public.t ADD CONSTRAINT c CHECK (id >= 0)",
        "constraint c of public.t",
    ),
    ObjectKind.INDEX: (
        "CREATE INDEX i ON public.t (a)",
        "CREATE INDEX i ON public.t (b)",
        "index i of public.t",
    ),
    ObjectKind.TRIGGER: (
        "CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
        "CREATE TRIGGER g AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
        "trigger g of public.t",
    ),
    ObjectKind.POLICY: (
        "CREATE POLICY p ON public.t USING (id = 1)",
        "CREATE POLICY p ON public.t USING (id = 1 OR a = 'x')",
        "policy p of public.t",
    ),
    ObjectKind.RULE: (
        "CREATE RULE l AS ON DELETE TO public.t DO INSTEAD NOTHING",
        "CREATE RULE l AS ON UPDATE TO public.t DO INSTEAD NOTHING",
        "rule l of public.t",
    ),
    ObjectKind.SEQUENCE: (
        "CREATE SEQUENCE public.n",
        "CREATE SEQUENCE public.n INCREMENT 2",
        "sequence public.n",
    ),
    ObjectKind.TYPE: (
        "CREATE TYPE public.m AS ENUM ('a')",
        "CREATE TYPE public.m AS ENUM ('a', 'b')",
        "type public.m",
    ),
    ObjectKind.ROUTINE: (
        "CREATE FUNCTION public.o(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION public.o(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2'",
        "function public.o(integer)",
    ),
    ObjectKind.PUBLICATION: (
        "CREATE PUBLICATION u",
        "CREATE PUBLICATION u FOR ALL TABLES",
        "publication u",
    ),
    ObjectKind.PRIVILEGE: (
        "GRANT SELECT ON public.t TO reader",
        "GRANT UPDATE ON public.t TO reader",
        "privilege reader on table public.t",
    ),
    ObjectKind.DEFAULT_PRIVILEGE: (
        "ALTER DEFAULT PRIVILEGES FOR ROLE writer IN SCHEMA app GRANT SELECT ON TABLES TO reader",
        "ALTER DEFAULT PRIVILEGES FOR ROLE writer IN SCHEMA app GRANT UPDATE ON TABLES TO reader",
        "default privilege reader on tables of writer in app",
    ),
    ObjectKind.ACCESS_METHOD: (
        "CREATE ACCESS METHOD x TYPE TABLE HANDLER heap_tableam_handler",
        "CREATE ACCESS METHOD x TYPE INDEX HANDLER bthandler",
        "access method x",
    ),
    ObjectKind.CAST: (
        "CREATE CAST (public.pair AS text) WITH INOUT",
        "CREATE CAST (public.pair AS text) WITH FUNCTION public.as_text(public.pair)",
        "cast (public.pair AS text)",
    ),
    ObjectKind.COLLATION: (
        "CREATE COLLATION public.x (provider = icu, locale = 'de')",
        "CREATE COLLATION public.x (provider = icu, locale = 'fr')",
        "collation public.x",
    ),
    ObjectKind.CONVERSION: (
        "CREATE CONVERSION public.x FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
        "CREATE CONVERSION public.x FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8",
        "conversion public.x",
    ),
    ObjectKind.EVENT_TRIGGER: (
        "CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION public.e()",
        "CREATE EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION public.e()",
        "event trigger x",
    ),
    ObjectKind.FOREIGN_DATA_WRAPPER: (
        "CREATE FOREIGN DATA WRAPPER x",
        "CREATE FOREIGN DATA WRAPPER x OPTIONS (debug 'true')",
        "foreign data wrapper x",
    ),
    ObjectKind.LANGUAGE: (
        "CREATE LANGUAGE x HANDLER plpgsql_call_handler",
        "CREATE LANGUAGE x HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator",
        "language x",
    ),
    ObjectKind.OPERATOR: (
        "CREATE OPERATOR public.=== (LEFTARG = public.pair, RIGHTARG = public.pair, FUNCTION = public.same)",
        "CREATE OPERATOR public.=== (LEFTARG = public.pair, RIGHTARG = public.pair, FUNCTION = public.like)",
        "operator public.=== (public.pair, public.pair)",
    ),
    ObjectKind.OPERATOR_CLASS: (
        "CREATE OPERATOR CLASS public.x FOR TYPE public.pair USING hash AS OPERATOR 1 public.===",
        "CREATE OPERATOR CLASS public.x DEFAULT FOR TYPE public.pair USING hash AS OPERATOR 2 public.===",
        "operator class public.x using hash",
    ),
    ObjectKind.OPERATOR_FAMILY: (
        "CREATE OPERATOR FAMILY public.x USING btree",
        "CREATE OPERATOR FAMILY public.x USING btree; COMMENT ON OPERATOR FAMILY public.x USING btree IS 'x'",
        "operator family public.x using btree",
    ),
    ObjectKind.SERVER: (
        "CREATE SERVER x FOREIGN DATA WRAPPER one OPTIONS (host 'a', dbname 'b')",
        "CREATE SERVER x FOREIGN DATA WRAPPER one OPTIONS (host 'b', dbname 'a')",
        "server x",
    ),
    ObjectKind.STATISTICS: (
        "CREATE STATISTICS public.x ON a, b FROM public.t",
        "CREATE STATISTICS public.x ON id, b FROM public.t",
        "statistics public.x",
    ),
    ObjectKind.SUBSCRIPTION: (
        "CREATE SUBSCRIPTION x CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)",
        "CREATE SUBSCRIPTION x CONNECTION 'dbname=x' PUBLICATION q WITH (connect = false)",
        "subscription x",
    ),
    ObjectKind.TEXT_SEARCH_CONFIGURATION: (
        "CREATE TEXT SEARCH CONFIGURATION public.x (PARSER = one)",
        "CREATE TEXT SEARCH CONFIGURATION public.x (PARSER = other)",
        "text search configuration public.x",
    ),
    ObjectKind.TEXT_SEARCH_DICTIONARY: (
        "CREATE TEXT SEARCH DICTIONARY public.x (TEMPLATE = simple, stopwords = 'a')",
        "CREATE TEXT SEARCH DICTIONARY public.x (TEMPLATE = simple, stopwords = 'b')",
        "text search dictionary public.x",
    ),
    ObjectKind.TEXT_SEARCH_PARSER: (
        "CREATE TEXT SEARCH PARSER public.x (START = a, GETTOKEN = b, END = c, LEXTYPES = d)",
        "CREATE TEXT SEARCH PARSER public.x (START = z, GETTOKEN = b, END = c, LEXTYPES = d)",
        "text search parser public.x",
    ),
    ObjectKind.TEXT_SEARCH_TEMPLATE: (
        "CREATE TEXT SEARCH TEMPLATE public.x (LEXIZE = a)",
        "CREATE TEXT SEARCH TEMPLATE public.x (LEXIZE = b)",
        "text search template public.x",
    ),
    ObjectKind.TRANSFORM: (
        "CREATE TRANSFORM FOR public.pair LANGUAGE one (FROM SQL WITH FUNCTION public.a(internal))",
        "CREATE TRANSFORM FOR public.pair LANGUAGE one (TO SQL WITH FUNCTION public.a(internal))",
        "transform public.pair language one",
    ),
    ObjectKind.USER_MAPPING: (
        "CREATE USER MAPPING FOR writer SERVER one OPTIONS (name 'a')",
        "CREATE USER MAPPING FOR writer SERVER one OPTIONS (name 'b')",
        "user mapping writer on one",
    ),
}
"""Of each kind: a statement that makes one, one that makes it otherwise, and its title."""


def drift_of(folder: Path, migrations: str | dict[str, str], dump: str) -> Drift:
    """The drift of migrations in a new folder."""
    files = {"1_first.sql": migrations} if isinstance(migrations, str) else migrations
    (folder / "migrations").mkdir(parents=True)
    for name, text in files.items():
        (folder / "migrations" / name).write_text(text)
    (folder / "dump.sql").write_text(dump)
    return of_paths(folder / "migrations", folder / "dump.sql")


def told(found: Drift) -> list[tuple[str, Which]]:
    return [(one.title, one.which) for one in found.differences]


# each kind of object


@pytest.mark.parametrize("kind", ObjectKind)
def test_of_each_kind_all_drift_is_told(tmp_path: Path, kind: ObjectKind) -> None:
    made, changed, title = FIXTURES[kind]
    both = {"1_base.sql": BASE, "2_next.sql": f"{made};"}
    for number, (dump, which) in enumerate(
        (
            (f"{BASE}{made};", None),
            (BASE, Which.ONLY_MIGRATIONS),
            (f"{BASE}{changed};", Which.OTHER),
        )
    ):
        found = drift_of(tmp_path / str(number), both, dump)
        assert not found.unread
        assert told(found) == ([(title, which)] if which else [])
    assert told(drift_of(tmp_path / "only", BASE, f"{BASE}{made};")) == [(title, Which.ONLY_DUMP)]


def test_a_table_that_lacks_is_one_difference(tmp_path: Path) -> None:
    table = """
    CREATE TABLE public.x (id serial PRIMARY KEY, a text CHECK (a <> ''));
    CREATE INDEX i ON public.x (a);
    CREATE POLICY p ON public.x USING (true);
    GRANT SELECT ON public.x TO reader;
    """
    found = drift_of(tmp_path, BASE + table, BASE)
    assert told(found) == [("table public.x", Which.ONLY_MIGRATIONS)]


def test_a_schema_that_lacks_is_one_difference(tmp_path: Path) -> None:
    more = "CREATE SCHEMA s; CREATE TABLE s.t (id int); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS '';"
    assert told(drift_of(tmp_path, BASE + more, BASE)) == [("schema s", Which.ONLY_MIGRATIONS)]


# what is said of it


def only(found: Drift) -> Difference:
    [difference] = found.differences
    return difference


def test_what_the_dump_lacks_names_the_migration_that_made_it(tmp_path: Path) -> None:
    migrations = {
        "1_a.sql": "CREATE TABLE t (id int);",
        "2_b.sql": "\nCREATE POLICY p ON t USING (id = 1);",
        "3_c.sql": "ALTER POLICY p ON t USING (id = 2);",
    }
    found = only(drift_of(tmp_path, migrations, "CREATE TABLE public.t (id int);"))
    assert found.sentence == (
        "policy `p` of `public.t` is made by `2_b.sql`, last changed by `3_c.sql`, and is not in the dump:"
        " dropped by hand?"
    )
    assert found.source
    assert (Path(found.source.path).name, found.source.line) == ("2_b.sql", 2)
    assert Path(found.migration).name == "3_c.sql"


def test_what_only_the_dump_has_was_perhaps_dropped(tmp_path: Path) -> None:
    migrations = {
        "1_a.sql": "CREATE TABLE t (id int, a int, b int);",
        "2_b.sql": "ALTER TABLE t DROP COLUMN a;",
    }
    found = drift_of(tmp_path, migrations, "CREATE TABLE public.t (id int, b int, a int, c int);")
    assert [one.sentence for one in found.differences] == [
        "column `a` of `public.t` is in the dump, although `2_b.sql` drops it",
        "column `c` of `public.t` is in the dump and no migration makes it",
    ]


def test_a_short_value_is_said(tmp_path: Path) -> None:
    found = drift_of(
        tmp_path, "CREATE TABLE t (id int DEFAULT 1);", "CREATE TABLE public.t (id int DEFAULT 2);"
    )
    assert only(found).sentence == (
        "column `id` of `public.t`, made by `1_first.sql`, has another default in the dump:"
        " `2` instead of `1`"
    )
    assert only(found).facts == ("default",)


def test_another_order_of_columns_is_a_difference(tmp_path: Path) -> None:
    found = drift_of(tmp_path, "CREATE TABLE t (a int, b int);", "CREATE TABLE public.t (b int, a int);")
    assert only(found).sentence == (
        "table `public.t`, made by `1_first.sql`, has another order of columns in the dump:"
        " `b, a` instead of `a, b`"
    )


def test_privileges_say_what_is_granted(tmp_path: Path) -> None:
    roles = "CREATE ROLE r; CREATE TABLE public.t (id int); GRANT SELECT ON public.t TO q;"
    found = drift_of(
        tmp_path,
        f"{roles} GRANT SELECT, UPDATE ON public.t TO r;",
        f"{roles} GRANT SELECT, DELETE ON t TO r;",
    )
    assert only(found).sentence == (
        "`r` is granted `delete` on table `public.t` in the dump and by no migration;"
        " `r` is granted `update` on table `public.t` by the migrations and not in the dump"
    )


def test_privileges_are_compared_also_where_only_the_dump_knows_the_owner(tmp_path: Path) -> None:
    made = "CREATE TABLE a (id integer); GRANT SELECT ON a TO app;"
    owner = "ALTER TABLE public.a OWNER TO postgres;"
    dump = f"CREATE TABLE public.a (id integer); {owner} GRANT SELECT ON TABLE public.a TO app;"
    assert told(drift_of(tmp_path / "same", made, dump)) == []
    found = only(drift_of(tmp_path / "more", made, f"{dump} GRANT ALL ON TABLE public.a TO PUBLIC;"))
    assert found.title == "privilege PUBLIC on table public.a"
    assert found.sentence.startswith("`PUBLIC` is granted `")


def test_an_index_without_a_name_is_of_its_migration(tmp_path: Path) -> None:
    found = only(
        drift_of(tmp_path, "CREATE TABLE a (id int); CREATE INDEX ON a (id);", "CREATE TABLE a (id int);")
    )
    assert "is made by `1_first.sql`" in found.sentence


def test_hostile_names_stay_in_one_line_of_code(tmp_path: Path) -> None:
    name = '"`x`\n<b>*_[a](b)"'
    found = drift_of(tmp_path, "CREATE TABLE t (id int);", f"CREATE TABLE public.t (id int, {name} int);")
    assert only(found).sentence == (
        "column `` `x` <b>*_[a](b) `` of `public.t` is in the dump and no migration makes it"
    )
    assert only(found).title == "column `x` <b>*_[a](b) of public.t"


def test_a_secret_is_not_said(tmp_path: Path) -> None:
    key = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    dump = f"CREATE TABLE public.t (id text DEFAULT '{key}');"
    assert key not in only(drift_of(tmp_path, "CREATE TABLE t (id text DEFAULT '');", dump)).sentence


def test_pages_tell_nothing_that_is_hidden(tmp_path: Path) -> None:
    migrations = """
    CREATE TABLE t (id int);
    CREATE TABLE secret (id int);
    CREATE POLICY p ON secret USING (true);
    """
    dump = """
    CREATE TABLE public.t (id int);
    COMMENT ON TABLE public.t IS 'see public.secret';
    CREATE TABLE public.secret (id int);
    CREATE INDEX i ON public.secret (id);
    """
    found = drift_of(tmp_path, migrations, dump)
    assert len(found.differences) == 3
    config = read_config("dumps: [a]\nhidden: ['secret*']\n", Path("schemabook.yml"))
    shown = told_drift(found, read_dumps([tmp_path / "dump.sql"]), config)
    assert [one.sentence for one in shown.differences] == [
        "table `public.t`, made by `1_first.sql`, has another comment"
    ]


def test_the_example_differs_in_two_ways_that_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE.parent)
    found = asked((), "", None)
    assert [one.title for one in found.differences] == [
        "index stories_language_idx of public.stories",
        "migration 20250407084500",
    ]
    assert all(one.accepted for one in found.differences)
    assert (found.migrations, found.unread, found.notes, found.unused) == (29, (), (), ())


# what is no drift


def test_what_tools_and_the_server_bring_is_none(tmp_path: Path) -> None:
    dump = """
    CREATE EXTENSION plpgsql;
    CREATE TABLE public.t (id int);
    CREATE TABLE public.schema_migrations (version character varying NOT NULL);
    ALTER TABLE ONLY public.schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
    CREATE TABLE public._prisma_migrations (id integer);
    CREATE SEQUENCE public.goose_db_version_id_seq OWNED BY public.goose_db_version.id;
    """
    assert drift_of(tmp_path, "CREATE TABLE t (id int);", dump.replace("CREATE SEQ", "-- ")).differences == ()


def test_a_dump_without_privileges_and_owners_does_not_differ_in_them(tmp_path: Path) -> None:
    migrations = "CREATE ROLE r; CREATE TABLE t (id int); ALTER TABLE t OWNER TO r; GRANT SELECT ON t TO q;"
    found = drift_of(tmp_path, migrations, "CREATE TABLE public.t (id int);")
    assert found.differences == ()
    note = "the dump grants nothing on any relation, so what the migrations grant there is not compared"
    assert found.notes == (note,)


def test_a_dump_of_some_schemas_lacks_what_is_in_none(tmp_path: Path) -> None:
    migrations = "CREATE EXTENSION hstore; CREATE PUBLICATION p; CREATE TABLE t (id int);"
    found = drift_of(tmp_path, migrations, "CREATE TABLE public.t (id int);")
    assert found.differences == ()
    assert found.notes == (
        "the dump has no extension at all, so those of the migrations are not compared",
        "the dump has no publication at all, so those of the migrations are not compared",
    )


def test_the_platform_brings_what_no_migration_makes(tmp_path: Path) -> None:
    dump = """
    CREATE SCHEMA auth; ALTER SCHEMA auth OWNER TO supabase_admin;
    CREATE TABLE auth.users (id uuid, more text);
    ALTER TABLE auth.users OWNER TO supabase_auth_admin;
    ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
    CREATE TABLE auth.newest (id uuid);
    ALTER TABLE auth.newest OWNER TO supabase_auth_admin;
    CREATE TABLE public.t (id uuid);
    ALTER TABLE public.t OWNER TO postgres;
    CREATE POLICY by_hand ON auth.users USING (true);
    """
    found = drift_of(tmp_path, "CREATE TABLE t (id uuid REFERENCES auth.users);", dump)
    titles = [title for title, _ in told(found) if "policy" in title or "auth" in title]
    assert titles == ["policy by_hand of auth.users"]


# what PostgreSQL prints

FILES = sorted((HERE / "fixtures").glob("*.sql"))
UNDECIDED = {
    *("not_empty on notes.note", '"Second".v', 'odd."Copy"', "odd.configuration"),
    *("public.atomic_work(integer)", "public.calls", "public.casts"),
}
"""What is written otherwise in a way that is not known to be the same."""


def of_server(postgres: Server, path: Path, dumped: str) -> Iterator[Differs]:
    """Where the dump of a database differs from the statements of a file."""
    made = read([(path.name, path.read_bytes())], steps=frozenset({path.name}))
    yield from differences(made, read([("dump.sql", dumped.encode())]), renames_in([path.read_text("utf-8")]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_statements_are_what_pg_dump_prints_of_them(
    postgres: Server, restored: Callable[[Path], str], path: Path
) -> None:
    found = list(of_server(postgres, path, postgres.dump(restored(path))))
    assert [str(one.object) for one in found if one.is_known] == []
    assert {str(one.object) for one in found} <= UNDECIDED


TABLES = """
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
CREATE TYPE state AS ENUM ('draft', 'ready', 'gone');
CREATE TABLE orders (id int PRIMARY KEY, owner uuid, team int, state state, kind varchar(9), n numeric,
    note text, at timestamptz, day date, done boolean, tags text[], data jsonb, price real, wait interval);
CREATE TABLE members (id int, team int, who uuid, name text, since timestamp, active boolean);
"""
CONDITIONS = """
owner = auth.uid()
owner = (select auth.uid())
(select auth.uid()) = owner and not done
state in ('draft', 'ready')
state = 'ready'::state or state != 'gone'
kind in ('a', 'b') and kind <> 'c'
kind = any (array['a', 'b'])
id between 1 and 5 or n not between 2 and 3
exists (select 1 from members m where m.team = orders.team and m.who = auth.uid())
exists (select * from members where members.team = team and who = auth.uid())
exists (select 1 from members where team = id)
team in (select team from members where who = auth.uid() and active)
team not in (select m.team from members as m join orders o on o.team = m.team where o.id = 1)
auth.uid() in (select who from members) is true
(select count(*) from members where active is not false) > 3
at > now() - interval '1 week 2 days'
wait >= '90 minutes'
day = current_date and at::date <> day
date_trunc('day', at) = day
extract(epoch from at) > 1000
coalesce(note, kind, '') like 'a%'
lower(note) ilike '%x' and note not like '_'
note ~* '^a' and note !~ 'b$'
tags && array['a']::text[] or 'b' = any (tags)
data ->> 'a' = 'x' and data -> 'b' ->> 'c' is null
(data ->> 'n')::int > 5
n > 1.5 and n < -2
n + id * 2 > 10 - n
n / id > 1
price * 2 > n
case when done then 'a' else kind end = 'a'
case state when 'draft' then 1 end = 1
trim(note) <> '' and substring(note from 1 for 2) = 'ab'
char_length(note) <= 200
id = (select max(id) from orders o where o.team = orders.team)
(id, team) in (select id, team from members)
not (done or id = 1)
not (done and id = 1)
done is null or done = false
id % 2 = 0
array_length(tags, 1) > 1
current_setting('x.y', true)::int = id
id in (select id from members union select team from members)
exists (with w as (select team from members) select from w where w.team = orders.team)
(select row_number() over (partition by m.team order by m.since desc) from members m limit 1) = 1
note = e'a\\'b' or note = $$x$$
id::bigint = 5 and id::text = '5'
at at time zone 'UTC' > '2024-01-01'
'2024-01-01 00:00:00+00'::timestamptz < at
true
"""
VIEWS = """
select * from orders
select id, note as title from orders where done order by at desc nulls last limit 10
select o.*, m.name from orders o join members m on m.team = o.team
select o.id, count(*) as n from orders o left join members m using (team) group by o.id having count(*) > 1
select state, count(*) n, sum(n) filter (where done) from orders group by 1 order by 2 desc
select distinct on (team) team, id from orders order by team, at desc
with recursive r as (select 1 as n union all select n + 1 from r where n < 5) select * from r
select id from orders union all select id from members order by id
select o.id, l.name from orders o left join lateral (select name from members m where m.id = o.id) l on true
select x.team, x.n from (select team, count(*) as n from orders group by team) x where x.n > 1
select coalesce(o.note, 'none') as note, case when o.done then 'yes' else 'no' end as done from orders as o
select id, rank() over (order by n desc) as place from orders window w as (partition by team)
select date_trunc('month', at) as month, avg(n)::numeric(10, 2) from orders group by date_trunc('month', at)
select m.name, (select count(*) from orders o where o.team = m.team) as orders from members m
select array_agg(name order by name) as names, string_agg(name, ', ') from members
select generate_series(1, 3) as n
select u.tag from orders, unnest(tags) as u(tag) where orders.done
select o.id from orders o, members m where o.team = m.team and m.active
select o.id from orders o cross join members m
select percentile_cont(0.5) within group (order by n) from orders
select name::varchar(5), cast(id as text) as t from members
select (now() - at) as age, interval '2 hours' as two from orders
select exists (select 1 from members) as any_member, array(select id from members order by 1) as ids
values (1, 'a'), (2, 'b')
select id from orders o where id in (select m.id from members m where m.id = (select min(team) from orders))
"""
DEFAULTS = """
int: 5
bigint: 5
numeric: 1.50
text: 'x'
varchar(5): 'x'
state: 'draft'
boolean: 'true'
boolean: false
timestamptz: now()
timestamptz: current_timestamp
timestamp: (now() at time zone 'utc')
interval: '60 seconds'
interval: interval '1 month'
date: '2024-01-05'
date: current_date + 7
text[]: '{}'
text[]: array[]::text[]
jsonb: '{"a": 1}'
uuid: gen_random_uuid()
text: lower('X') || '-' || 1
int: -1
text: null
"""


class Printed:
    """Expressions and queries as PostgreSQL prints them, and how they compare."""

    def __init__(self, postgres: Server) -> None:
        self.postgres = postgres

    def verdicts(self, statements: list[str]) -> Iterator[tuple[Verdict, str, str]]:
        """Of each statement, what it is compared with what pg_dump prints of it; for both search paths."""
        self.postgres.create_database("printed")
        try:
            with self.postgres.connect("printed") as connection:
                connection.execute(TABLES.encode())
                for statement in statements:
                    connection.execute(statement.encode())
            dumped = self.postgres.dump("printed")
        finally:
            self.postgres.drop_database("printed")
        text = TABLES + ";\n".join(statements) + ";"
        made = read([("made.sql", text.encode())], steps=frozenset({"made.sql"}))
        dump = read([("dump.sql", dumped.encode())])
        assert not made.receipt.unread
        for one in differences(made, dump):
            facts = ", ".join(f"{f.name}: {f.old} | {f.new}" for f in one.facts)
            yield Verdict.OTHER if one.is_known else Verdict.UNKNOWN, str(one.object), facts


def lines_of(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]


def test_conditions_are_what_postgresql_prints_of_them(postgres: Server) -> None:
    statements = [f'CREATE POLICY "{n}" ON orders USING ({c})' for n, c in enumerate(lines_of(CONDITIONS))]
    assert list(Printed(postgres).verdicts(statements)) == []


def test_queries_are_what_postgresql_prints_of_them(postgres: Server) -> None:
    statements = [f"CREATE VIEW v{n} AS {query}" for n, query in enumerate(lines_of(VIEWS))]
    assert list(Printed(postgres).verdicts(statements)) == []


def test_defaults_are_what_postgresql_prints_of_them(postgres: Server) -> None:
    columns = [line.split(": ", 1) for line in lines_of(DEFAULTS)]
    table = ", ".join(f"c{n} {type_} DEFAULT {value}" for n, (type_, value) in enumerate(columns))
    assert list(Printed(postgres).verdicts([f"CREATE TABLE d ({table})"])) == []


OTHERS = """
id < 5 | id <= 5
id = 1 | id = 2
id = 1 | team = 1
note = 'x' | note = 'X'
id = 1 and done | id = 1 or done
id = 1 or team = 1 and done | (id = 1 or team = 1) and done
not (done and id = 1) | not done and id = 1
owner = auth.uid() | owner <> auth.uid()
state in ('draft', 'ready') | state in ('draft')
state in ('draft', 'ready') | state not in ('draft', 'ready')
id is null | id is not null
exists (select from members m where m.team = orders.id) | exists (select from members m where m.id = team)
exists (select 1 from members where team = orders.id) | exists (select 1 from members where team = members.id)
exists (select 1 from members) | not exists (select 1 from members)
team in (select team from members) | team in (select id from members)
team in (select team from members) | team in (select team from orders)
(select count(*) from members) > 1 | (select count(*) from members where active) > 1
(select max(id) from members) = 1 | (select min(id) from members) = 1
wait > '1 hour' | wait > '2 hours'
at > '2024-01-01 00:00:00+00' | at > '2025-01-01 00:00:00+00'
day = '2024-01-01' | day = '2024-01-02'
data ->> 'a' = 'x' | data ->> 'b' = 'x'
data = '{"a": 1}' | data = '{"a": 2}'
note like 'a%' | note ilike 'a%'
id::text = '1' | id::text = '2'
n - (id - 1) > 0 | n - id - 1 > 0
coalesce(note, 'a') = 'b' | coalesce(kind, 'a') = 'b'
done | not done
true | false
case when done then 1 else 2 end = 1 | case when done then 2 else 1 end = 1
1 in (select 1 from members join orders using (id)) | 1 in (select 1 from members left join orders using (id))
"""


@pytest.mark.parametrize("pair", lines_of(OTHERS))
def test_another_condition_is_drift_in_the_words_of_postgresql(postgres: Server, pair: str) -> None:
    old, new = pair.split(" | ")
    postgres.create_database("other")
    with postgres.connect("other") as connection:
        connection.execute(f"{TABLES} CREATE POLICY p ON orders USING ({new});".encode())
    dumped = postgres.dump("other")
    postgres.drop_database("other")
    made = read([("m.sql", f"{TABLES} CREATE POLICY p ON orders USING ({old});".encode())])
    [found] = differences(made, read([("dump.sql", dumped.encode())]))
    assert (str(found.object), found.is_known) == ("p on public.orders", True)


UNDECIDABLE = """
(id, team) = (1, 2)
(id, team) in ((1, 2), (3, 4))
(id, team) <> (select 1, 2)
exists (select 1 from members natural join orders o where o.done)
exists (select 1 from members m where (m).name = 'a')
(select members from members limit 1) is null
"""


def test_what_postgresql_writes_out_is_not_told_to_be_another(postgres: Server) -> None:
    statements = [f'CREATE POLICY "{n}" ON orders USING ({c})' for n, c in enumerate(lines_of(UNDECIDABLE))]
    views = ["SELECT id FROM ONLY members FOR UPDATE", "SELECT * FROM members NATURAL JOIN orders"]
    statements += [f"CREATE VIEW w{n} AS {query}" for n, query in enumerate(views)]
    statements.append("CREATE FUNCTION same(x int, y int) RETURNS boolean LANGUAGE sql AS 'SELECT x = y'")
    statements.append(
        "CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = int4, COMMUTATOR = ===)"
    )
    found = list(Printed(postgres).verdicts(statements))
    assert [one for one in found if one[0] is Verdict.OTHER] == []


def test_another_query_of_a_view_is_drift(postgres: Server) -> None:
    queries = lines_of(VIEWS)
    for old, new in (
        (queries[1], queries[1].replace("desc", "asc")),
        (queries[3], queries[3].replace("> 1", "> 2")),
        (queries[3], queries[3].replace("left join", "join")),
        (queries[7], queries[7].replace("union all", "union")),
        (queries[10], queries[10].replace("'no'", "'none'")),
    ):
        before, after = (tree_of(expression(query).tokens) for query in (old, new))
        found = compared(before, after, Scope(read(())), Scope(read(())))
        assert found is Verdict.OTHER, new


def test_what_is_not_read_is_not_called_equal() -> None:
    scope = Scope(read(()))
    old, new = (tree_of(expression(text).tokens) for text in ("a similar to 'x'", "a similar to 'y'"))
    assert (old, new) == ("", "")
    assert compared(old, new, scope, scope) is Verdict.UNKNOWN


@pytest.mark.parametrize("text", ["(", "a =", "f(", "a[", "case when", "x::", "exists (select 1", "((((a"])
def test_a_text_that_ends_in_the_middle_has_no_tree(text: str) -> None:
    assert tree_of(text) == ""


@pytest.mark.parametrize(
    ("old", "new", "type_", "same"),
    [
        ("1 day", "24:00:00", "interval", False),
        ("1 hour 30 min", "01:30:00", "interval", True),
        ("1 fortnight", "14 days", "interval", None),
        ("2024-01-01", "2024-01-01 00:00:00", "timestamp without time zone", True),
        ("2024-01-01", "2024-01-01 00:00:00+00", "timestamp with time zone", None),
        ('{"b": 1, "a": 2}', '{"a": 2, "b": 1}', "jsonb", True),
        ("a", "A", "text", False),
        ("draft", "ready", "public.state", False),
        ("1.50", "1.5", "numeric", True),
    ],
)
def test_constants(old: str, new: str, type_: str, same: bool | None) -> None:
    assert same_constant(old, new, type_) is same


def test_what_migrations_have_renamed_is_the_same() -> None:
    old = b"""
    CREATE TABLE a.t (id int, old text);
    CREATE VIEW a.v AS SELECT id FROM a.t WHERE old = 'x';
    CREATE POLICY p ON a.t USING (old = 'x');
    ALTER TABLE a.t RENAME COLUMN old TO new;
    ALTER TABLE a.t RENAME TO u;
    """
    new = b"""
    CREATE TABLE a.u (id int, new text);
    CREATE VIEW a.v AS SELECT t.id FROM a.u t WHERE (t.new = 'x'::text);
    CREATE POLICY p ON a.u USING ((new = 'x'::text));
    """
    made, dump = read([("m.sql", b"CREATE SCHEMA a;" + old)]), read([("d.sql", b"CREATE SCHEMA a;" + new)])
    assert [one.object for one in differences(made, dump) if one.is_known] != []
    assert list(differences(made, dump, renames_in([old.decode()]))) == []
    assert Alike(made, dump).renames == {}


# what has run


SUPABASE = """
        LOCAL      │     REMOTE     │     TIME (UTC)
  ─────────────────┼────────────────┼──────────────────────
   1               │ 1              │ 2024-06-03 10:15:00
   2               │                │ 2025-04-07 08:45:00
                   │ 3              │ 2025-05-12 07:30:12
"""


@pytest.mark.parametrize(
    "text", [SUPABASE, SUPABASE.replace("│", "|").replace("   1 ", "  `1`"), "1\n\n# x\n3\n"]
)
def test_a_list_of_versions(tmp_path: Path, text: str) -> None:
    (tmp_path / "list").write_text(text)
    assert list(in_list(tmp_path / "list").versions) == ["1", "3"]


DATA = {
    "COPY supabase_migrations.schema_migrations (version, statements) FROM stdin;\n1\t{}\n3\t\\N\n\\.\n": 1,
    "INSERT INTO \"schema_migrations\" (version) VALUES\n('1'),\n('3');\n": 1,
    'INSERT INTO "supabase_migrations"."schema_migrations" ("version", "statements", "name") VALUES'
    " ('1', '{\"a, (b)\"}', 'it''s'), ('3', NULL, 'x');": 1,
    "\nCOPY public.flyway_schema_history (installed_rank, version, success) FROM stdin;\n"
    "1\t1\tt\n2\t3\tt\n3\t4\tf\n4\t\\N\tt\n\\.\n": 2,
    "COPY public._prisma_migrations (id, finished_at, migration_name) FROM stdin;\n"
    "a\t2024\t1\nb\t2024\t3\nc\t\\N\t5\n\\.\n": 1,
}


@pytest.mark.parametrize("text", DATA)
def test_the_data_of_a_dump_say_what_has_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "dump.sql").write_text(text)
    applied = in_dump(tmp_path / "dump.sql")
    assert applied
    assert list(applied.versions) == ["1", "3"]
    assert {source.line for source in applied.versions.values()} == {DATA[text]}


def test_a_row_of_data_that_is_cut_off_says_nothing(tmp_path: Path) -> None:
    dump = tmp_path / "dump.sql"
    columns = "statements, version"
    dump.write_text(f"COPY supabase_migrations.schema_migrations ({columns}) FROM stdin;\nx\t1\ny\n\\.\n")
    applied = in_dump(dump)
    assert applied is not None
    assert list(applied.versions) == ["1"]


def test_versions_that_one_side_lacks(tmp_path: Path) -> None:
    files = {"000001_a.sql": "CREATE TABLE t (id int);", "000002_b.sql": "SELECT 1;"}
    dump = "CREATE TABLE public.t (id int);\nINSERT INTO schema_migrations (version) VALUES ('1'), ('3');"
    found = drift_of(tmp_path, files, dump)
    assert [(one.title, one.sentence) for one in found.differences] == [
        ("migration 000002", "migration `000002_b.sql` is not in the database's list of what has run"),
        ("migration 3", "migration `3` has run on the database and has no file"),
    ]


def test_golang_migrate_keeps_the_last_version_only(tmp_path: Path) -> None:
    files = {f"{n:06}_x.up.sql": f"CREATE TABLE t{n} (id int);" for n in (1, 2, 3)}
    dump = (
        "CREATE TABLE public.t1 (id int); CREATE TABLE public.t2 (id int); CREATE TABLE public.t3 (id int);\n"
    )
    dump += "COPY public.schema_migrations (version, dirty) FROM stdin;\n2\tf\n\\.\n"
    assert told(drift_of(tmp_path, files, dump)) == [("migration 000003", Which.ONLY_MIGRATIONS)]


def test_versions_are_equal_by_their_numbers() -> None:
    assert key_of("000001") == key_of("1") == key_of("1.0")
    assert key_of("1_2") == key_of("1.2") != key_of("12")


# the command, and the check

PROJECT = {
    "migrations/1_a.sql": "CREATE TABLE t (id int);",
    "migrations/2_b.sql": "CREATE POLICY p ON t USING (id = 1);",
    "dump.sql": "CREATE TABLE public.t (id int);\nCREATE INDEX by_hand ON public.t (id);\n",
    "schemabook.yml": "dumps: [dump.sql]\noutput: docs/reference\nmigrations: migrations\n",
}
ACCEPTED = """\
accept_drift:
  INDEX by_*: made in a hurry
  policy p of public.t: dropped in a hurry
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in PROJECT.items():
        put(name, text)
    return tmp_path


def put(name: str, text: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.usefixtures("project")
def test_drift_exits_with_1() -> None:
    done = run("drift")
    assert done.exit_code == 1
    assert done.stdout == (
        "dump.sql:2: index `by_hand` of `public.t` is in the dump and no migration makes it\n"
        "migrations/2_b.sql:1: policy `p` of `public.t` is made by `2_b.sql` and is not in the dump:"
        " dropped by hand?\n"
        "2 migrations: 2 differences\n"
    )
    assert run("drift", "migrations", "dump.sql").stdout == done.stdout


@pytest.mark.usefixtures("project")
def test_accepted_drift_exits_with_0() -> None:
    put("schemabook.yml", PROJECT["schemabook.yml"] + ACCEPTED)
    done = run("drift")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].endswith(" (made in a hurry)")
    assert done.stdout.splitlines()[-1] == "2 migrations: they make the dump, 2 accepted"


@pytest.mark.usefixtures("project")
def test_the_check_fails_on_drift_until_it_is_accepted() -> None:
    run("build")
    checked = run("check")
    assert checked.exit_code == 1
    assert (
        "dump.sql:2: index `by_hand` of `public.t` is in the dump and no migration makes it" in checked.output
    )
    put("schemabook.yml", PROJECT["schemabook.yml"] + ACCEPTED)
    run("build")
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("project")
def test_a_pattern_that_fits_nothing_is_said() -> None:
    put("schemabook.yml", PROJECT["schemabook.yml"] + ACCEPTED + "  table x: gone\n")
    run("build")
    checked = run("check", "--format", "json")
    [found] = json.loads(checked.stdout)["findings"]
    assert (found["code"], found["line"]) == ("unused-pattern", 7)
    assert 'schemabook.yml:7: note: nothing that differs fits "table x"' in run("drift").stdout


@pytest.mark.usefixtures("project")
def test_the_json_of_drift() -> None:
    found = json.loads(run("drift", "--format", "json").stdout)
    assert found["drift"]
    assert found["migrations"] == 2
    assert found["differences"][0] == {
        "title": "index by_hand of public.t",
        "which": "only in the dump",
        "sentence": "index `by_hand` of `public.t` is in the dump and no migration makes it",
        "kind": "index",
        "identity": "public.by_hand",
        "facts": [],
        "path": "dump.sql",
        "line": 2,
        "migration": None,
        "accepted": None,
    }
    assert (found["notFollowed"], found["notes"], found["unusedPatterns"]) == ([], [], [])


@pytest.mark.usefixtures("project")
def test_what_a_block_does_is_followed_or_said() -> None:
    put(
        "migrations/3_c.sql",
        "DO $$ BEGIN IF true THEN DROP POLICY p ON t; END IF; END $$;\nDO $$ BEGIN x(); END $$;",
    )
    found = json.loads(run("drift", "--format", "json").stdout)
    assert [one["title"] for one in found["differences"]] == ["index by_hand of public.t"]
    assert [(one["path"], one["line"]) for one in found["notFollowed"]] == [("migrations/3_c.sql", 2)]
    put("schemabook.yml", PROJECT["schemabook.yml"] + "accept_unread: ['DO $$ BEGIN x*']\n")
    assert json.loads(run("drift", "--format", "json").stdout)["notFollowed"] == []


@pytest.mark.usefixtures("project")
def test_a_list_of_what_has_run_is_compared() -> None:
    put("applied", "1\n")
    put("schemabook.yml", PROJECT["schemabook.yml"] + "applied_migrations: applied\n")
    assert "migration `2_b.sql` is not in the database's list of what has run" in run("drift").stdout
    put("applied", "1\nthis is none\n")
    assert str(run("drift").exception).startswith("applied:2: this line is no version")


@pytest.mark.usefixtures("project")
def test_without_migrations_there_is_nothing_to_compare() -> None:
    put("schemabook.yml", "dumps: [dump.sql]\n")
    assert str(run("drift").exception).startswith('schemabook.yml:1: "migrations" is not set')
    put("schemabook.yml", "dumps: [migrations]\n")
    assert run("drift").stdout == "2 migrations: they make the dump\n"


@pytest.mark.usefixtures("project")
def test_paths_that_are_no_migrations() -> None:
    assert str(run("drift", "dump.sql", "migrations").exception).startswith("dump.sql: this is no folder")
    assert run("drift", "migrations").exit_code == 2
    put("schemabook.yml", "dumps: [dump.sql]\nmigrations: nowhere\n")
    assert str(run("drift").exception).startswith("nowhere: there is no such folder of migrations")

"""Side doors: each kind is gone through on a real server, and what nearly is one lets nothing through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from schemabook.access.doors import doors
from schemabook.access.matrix import Matrix
from schemabook.read import read
from schemabook.verify import Server

HEAD = (Path(__file__).parent / "access" / "head.sql").read_text("utf-8")
SECRET = """
create table secret(id int); alter table secret enable row level security; insert into secret values (1), (2);
create policy own on secret to anon, viewer using (id = uid());
create policy first on secret to boss using (id > 0);
grant all on secret to anon, viewer, boss;
create table box(id int); grant insert, delete on box to anon; alter table box owner to boss;
"""
"""`anon` reads the first row of it, `viewer` the same, `boss` both, `outsider` none."""
CHANGE = "language plpgsql {definer} as 'begin insert into app.secret values (3); return new; end'"


class Case(NamedTuple):
    """Objects of one kind, and what `anon` does with each: those that let through, those that do not."""

    kind: str
    sql: str
    opened: dict[str, str]
    closed: dict[str, str]
    relation: str = "secret"


CASES = (
    Case(
        "view",
        """
        create view plain as select id from secret; grant select on plain to anon;
        create view theirs as select id from secret; alter view theirs owner to boss;
        grant select on theirs to anon;
        create view below with (security_invoker) as select id from theirs; grant select on below to anon;
        create view caller with (security_invoker) as select id from secret; grant select on caller to anon;
        create view alike as select id from secret; alter view alike owner to viewer;
        grant select on alike to anon;
        create view poor as select id from secret; alter view poor owner to outsider;
        grant select on poor to anon;
        create view kept as select id from secret;
        create view over_caller as select id from caller; grant select on over_caller to anon;
        create view over_below as select id from below; grant select on over_below to anon;
        """,
        {
            "over_below": "select id from over_below",
            "plain": "select id from plain",
            "theirs": "select id from theirs",
            "below": "select id from below",
        },
        {
            "caller": "select id from caller",
            "over_caller": "select id from over_caller",
            "alike": "select id from alike",
            "poor": "select id from poor",
            "kept": "select id from kept",
        },
    ),
    Case(
        "materialized view",
        """
        create view caller with (security_invoker) as select id from secret;
        create materialized view copy as select id from secret; grant select on copy to anon;
        create materialized view over as select id from caller; grant select on over to anon;
        create materialized view kept as select id from secret;
        """,
        {"copy": "select id from copy", "over": "select id from over"},
        {"kept": "select id from kept"},
    ),
    Case(
        "partition",
        """
        create table whole(id int) partition by list (id); grant select on whole to anon;
        alter table whole enable row level security; create policy own on whole using (id = uid());
        create table part partition of whole for values in (2); grant select on part to anon;
        create table alike partition of whole for values in (3); grant select on alike to anon;
        alter table alike enable row level security; create policy own on alike using (id = uid());
        create table kept partition of whole for values in (4);
        insert into whole values (2), (3), (4);
        """,
        {"part": "select id from part"},
        {"alike": "select id from alike", "kept": "select id from kept"},
        "whole",
    ),
    Case(
        "child",
        """
        create table whole(id int); alter table whole enable row level security;
        create table part() inherits (whole); grant select on part to anon;
        create table kept() inherits (whole);
        insert into part values (2); insert into kept values (3);
        """,
        {"part": "select id from part"},
        {"kept": "select id from kept"},
        "whole",
    ),
    Case(
        "function",
        "".join(
            f"create function {name}() returns setof int language sql {more} as 'select id from app.secret';"
            for name, more in (
                ("plain", "security definer"),
                ("theirs", "security definer"),
                ("caller", ""),
                ("alike", "security definer"),
                ("poor", "security definer"),
                ("kept", "security definer"),
            )
        )
        + """
        alter function theirs owner to boss; alter function alike owner to viewer;
        alter function poor owner to outsider; revoke execute on function kept from public;
        """,
        {"plain": "select plain()", "theirs": "select theirs()"},
        {
            "caller": "select caller()",
            "alike": "select alike()",
            "poor": "select poor()",
            "kept": "select kept()",
        },
    ),
    Case(
        "trigger",
        f"""
        create function writes() returns trigger {CHANGE.format(definer="security definer")};
        create function tries() returns trigger {CHANGE.format(definer="")};
        create function poor() returns trigger {CHANGE.format(definer="security definer")};
        alter function poor owner to outsider;
        create table b1(id int); create table b2(id int); create table b3(id int); create table b4(id int);
        create table b5(id int); grant insert on b1, b2, b3, b5 to anon;
        create trigger plain after insert on b1 for each row execute function writes();
        create trigger caller after insert on b2 for each row execute function tries();
        create trigger off after insert on b3 for each row execute function writes();
        alter table b3 disable trigger off;
        create trigger kept after insert on b4 for each row execute function writes();
        create trigger poor after insert on b5 for each row execute function poor();
        create table b6(id int); alter table b6 enable row level security; grant delete, update on b6 to anon;
        create trigger once after delete on b6 execute function writes();
        create trigger each after update on b6 for each row execute function writes();
        """,
        {"plain": "insert into b1 values (1)", "once": "delete from b6"},
        {
            "caller": "insert into b2 values (1)",
            "off": "insert into b3 values (1)",
            "kept": "insert into b4 values (1)",
            "poor": "insert into b5 values (1)",
            "each": "update b6 set id = 1",
        },
    ),
    Case(
        "rule",
        """
        create rule plain as on insert to box do also insert into secret values (3);
        create rule other as on update to box do also insert into secret values (4);
        create table poor_box(id int); alter table poor_box owner to outsider;
        grant insert on poor_box to anon;
        create rule poor as on insert to poor_box do also insert into secret values (5);
        """,
        {"plain": "insert into box values (1)"},
        {"other": "update box set id = 1", "poor": "insert into poor_box values (1)"},
    ),
)


@pytest.fixture
def connection(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    postgres.create_database("doors")
    with postgres.connect("doors") as connection:
        yield connection
    postgres.drop_database("doors")
    postgres.drop_roles()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_a_side_door_lets_rows_through(connection: psycopg.Connection[Any], case: Case) -> None:
    sql = HEAD + SECRET + case.sql
    connection.execute(sql.encode())
    found = doors(Matrix(read([("case.sql", sql.encode())])), ["anon"])
    through = {
        door.through.part or door.through.name.name: door.is_
        for door in found
        if door.relation.name == case.relation
    }
    assert through == dict.fromkeys(case.opened, case.kind)
    for name, statement in case.opened.items():
        assert reached(connection, statement, case.relation), name
    for name, statement in case.closed.items():
        assert not reached(connection, statement, case.relation), name


def test_no_door_leads_to_a_view_with_the_rights_of_the_caller() -> None:
    sql = """
    create role anon; create role boss; create table t(id int); alter table t owner to boss;
    create view inner_ with (security_invoker) as select id from t; alter view inner_ owner to boss;
    create view outer_ as select id from inner_; alter view outer_ owner to boss;
    grant select on outer_ to anon;
    """
    schema = f"create schema app; set search_path = app; grant usage on schema app to anon; {sql}"
    found = doors(Matrix(read([("case.sql", schema.encode())])), ["anon"])
    assert list(found) == []


def test_a_foreign_table_lets_rows_of_a_server_through(connection: psycopg.Connection[Any]) -> None:
    sql = f"""{HEAD}
        create extension file_fdw; create server files foreign data wrapper file_fdw;
        create foreign table lines(id int) server files options (filename 'PG_VERSION');
        create foreign table kept(id int) server files options (filename 'PG_VERSION');
        grant select on lines to anon;
    """
    connection.execute(sql.encode())
    found = list(doors(Matrix(read([("case.sql", sql.encode())])), ["anon"]))
    assert [(door.relation.name, str(door.through), door.is_) for door in found] == [
        ("lines", "files", "foreign table")
    ]
    assert rows(connection, "select id from lines")
    assert rows(connection, "select id from kept") is None


def reached(connection: psycopg.Connection[Any], statement: str, relation: str) -> bool:
    """Whether `anon` sees or changes with a statement what it does not see of the relation itself."""
    whole = f"select id from {relation}"
    with connection.transaction(force_rollback=True):
        before = connection.execute(whole.encode()).fetchall()
        own = rows(connection, whole) or set()
        seen = rows(connection, statement) or set()
        return not seen <= own or connection.execute(whole.encode()).fetchall() != before


def rows(connection: psycopg.Connection[Any], statement: str) -> set[Any] | None:
    """What a statement of `anon` gives; None where it fails."""
    connection.execute("set role anon")
    try:
        with connection.transaction():
            done = connection.execute(statement.encode())
            return {row[0] for row in done.fetchall()} if done.description else set()
    except psycopg.Error:
        return None
    finally:
        connection.execute("reset role")

"""What a review says of two schemas: a folder of cases, and what must hold of any two of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from test_diff import mutations

from schemabook.model import KIND_OF, Database, ObjectKind, key_of
from schemabook.read import read
from schemabook.review import Became, ReviewedChange, review
from schemabook.review.contract import contract, to_json
from schemabook.review.sources import Side
from schemabook.review.text import to_text
from schemabook.verify import Server

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in (HERE / "review").glob("*/old.sql"))
FIXTURES = sorted([*(HERE / "fixtures").glob("*.sql"), *(HERE / "sites").glob("*/schema.sql")])
DUMPED = HERE / "review" / "pg-dump-15-quoted-and-18"
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(files("schemabook.review").joinpath("contract.schema.json").read_text("utf-8"))


def database_of(sql: str, path: str = "a.sql") -> Database:
    return read([(path, sql.strip().encode() or b"select 1;")])


def changes_of(old: str, new: str, *renamed: tuple[str, str]) -> list[str]:
    """Each change in short words: `renamed column public.t.b`."""
    return [words(change) for change in review(database_of(old), database_of(new), renamed)]


def words(change: ReviewedChange) -> str:
    return f"{change.change} {change.object.kind} {change.object}"


def case(folder: Path) -> tuple[Side, Side]:
    old, new = (
        Side(database_of((folder / name).read_text("utf-8"), name)) for name in ("old.sql", "new.sql")
    )
    return old, new


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_has_the_changes_that_it_says(folder: Path, schema: Any, rewrite_golden: bool) -> None:
    old, new = case(folder)
    assert not old.database.receipt.unread + new.database.receipt.unread
    found = contract(old, new, review(old.database, new.database))
    jsonschema.validate(found, schema)
    expected = folder / "expected.json"
    if rewrite_golden:
        expected.write_text(json.dumps(found["changes"], ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(expected.read_text("utf-8")) == found["changes"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_and_itself_have_no_changes(folder: Path) -> None:
    for side in case(folder):
        assert review(side.database, side.database) == ()


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_each_object_has_one_change(folder: Path) -> None:
    old, new = (side.database for side in case(folder))
    objects = [change.object for change in review(old, new)]
    assert len(objects) == len(set(objects))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_back_again_is_the_same_way(folder: Path) -> None:
    old, new = (side.database for side in case(folder))
    back = {Became.ADDED: Became.REMOVED, Became.REMOVED: Became.ADDED}
    parts = (ObjectKind.PRIVILEGE,)  # Of what was added they are told, of what was removed they are not.
    there = Counter((back.get(c.change, c.change), c.object.kind) for c in review(old, new))
    again = Counter((c.change, c.object.kind) for c in review(new, old))
    assert {key: n for key, n in there.items() if key[1] not in parts} == {
        key: n for key, n in again.items() if key[1] not in parts
    }


def test_the_cases_are_of_every_kind() -> None:
    told = {
        (change["change"], change["kind"])
        for folder in CASES
        for change in json.loads((folder / "expected.json").read_text("utf-8"))
    }
    for kind in ("relation", "column", "constraint", "index", "routine", "type", "sequence"):
        assert {"added", "removed", "changed", "renamed"} <= {c for c, of in told if of == kind}, kind
    assert {kind for _, kind in told} == set(ObjectKind) - {"access method"}


def test_the_schema_itself_is_valid_and_knows_each_kind(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$defs"]["kind"]["enum"] == [kind.value for kind in ObjectKind]


# other words for the same


def test_the_order_of_statements_is_no_change() -> None:
    text = (DUMPED / "old.sql").read_text("utf-8")
    tables, rest = text.split("ALTER TABLE ONLY", 1)
    statements = ("ALTER TABLE ONLY" + rest).split(";\n\n")
    grants = [statement for statement in statements if statement.startswith(("GRANT", "REVOKE"))]
    others = [statement for statement in statements if statement not in grants]
    moved = tables + ";\n\n".join([*others, *grants[::-1]])
    assert moved != text
    assert changes_of(text, moved) == []


QUALIFIED = "select t.id, t.a from t where exists (select 1 from u where u.id = t.id)"


@pytest.mark.parametrize(
    ("query", "is_same"),
    [
        (QUALIFIED, True),
        ("select id, a from t where exists (select 1 from u where u.id = t.id)", True),
        ("select t.id, a from t where exists (select 1 from u where u.id = t.id)", True),
        ("select id, a from t where exists (select 1 from u where u.id = id)", False),
        ("select id, a from t where exists (select 1 from u where id = t.id)", False),
        ("select id, a from t where exists (select 1 from u where u.id = t.a)", False),
        ("select a, id from t where exists (select 1 from u where u.id = t.id)", False),
        ("select t.id, t.a from u as t where exists (select 1 from u where u.id = t.id)", False),
        ("select t.id, t.a from t, u where exists (select 1 from u where u.id = t.id)", False),
    ],
)
def test_the_name_of_the_only_table_may_be_left_out(query: str, *, is_same: bool) -> None:
    tables = "create table t (id int, a int); create table u (id int, a int); create view v as "
    found = changes_of(tables + QUALIFIED, tables + query)
    assert ("changed relation public.v" not in found) is is_same


def test_in_a_policy_a_name_without_its_table_may_be_another_one() -> None:
    tables = "create table t (id int); create table u (id int); create policy p on t using ({});"
    old, new = (tables.format(f"exists (select 1 from u where u.id = {name})") for name in ("t.id", "id"))
    assert changes_of(old, new) == ["changed policy p on public.t"]


def test_equal_things_with_a_new_name_still_differ_in_words_that_nobody_renames() -> None:
    old = (
        "create table t (one int, b int unique); create type e as enum ('one'); comment on table t is 'one';"
    )
    new = old.replace("one", "two")
    old, new = (f"{sql} create index i on t ({name});" for sql, name in ((old, "one"), (new, "two")))
    assert changes_of(old, new) == [
        "changed relation public.t",
        "renamed column public.t.two",
        "changed type public.e",
    ]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_schema_and_itself_have_no_changes(path: Path) -> None:
    sql = path.read_text("utf-8")
    assert changes_of(sql, sql.replace(";\n\n", ";\n-- a comment\n")) == []


@pytest.mark.parametrize("one", range(len(FIXTURES)), ids=lambda one: "/".join(FIXTURES[one].parts[-2:]))
def test_any_two_schemas_can_be_compared(one: int, schema: Any) -> None:
    old, new = (Side(database_of(FIXTURES[n].read_text("utf-8"))) for n in (one - 1, one))
    found = review(old.database, new.database)
    jsonschema.validate(contract(old, new, found), schema)
    assert to_text(old, new, found).count("\n") > len(found) // 8
    assert len({change.object for change in found}) == len(found)


@pytest.mark.parametrize("path", FIXTURES[::3], ids=lambda path: "/".join(path.parts[-2:]))
def test_each_field_of_each_fact_counts(path: Path) -> None:
    database = database_of(path.read_text("utf-8"))
    for changed, name, after, said in mutations(database):
        field = KIND_OF[name.kind].field
        held = getattr(changed, field)
        if isinstance(held, Mapping):
            keyed: Any = {key_of(fact): fact for fact in held.values()}
            changed = replace(changed, **{field: keyed})
        objects = {change.object.whole for change in review(database, changed)}
        is_without_effect = name.kind is ObjectKind.PRIVILEGE and said.name == "grantable"
        if said.name != "position" and not is_without_effect:
            assert objects, said
        if said.name != "name":  # What mentions it by name does not follow here.
            assert objects <= {name.whole, after.whole}, said


@pytest.mark.parametrize(
    ("rest", "changed"),
    [
        ("create policy p on u using ({} = 'x');", "changed policy p on public.u"),
        ("create view v as select u.{} as it from u;", "changed relation public.v"),
        ("create index i on u ({});", "changed index public.i"),
        ("alter table u add constraint k unique ({});", "changed constraint k on public.u"),
    ],
)
def test_a_new_name_of_one_column_is_none_of_another(rest: str, changed: str) -> None:
    other = "create table u (owner text, owner_name text);"
    old = "create table t (owner text, id int);" + other + rest.format("owner")
    new = "create table t (owner_name text, id int);" + other + rest.format("owner_name")
    assert sorted(changes_of(old, new)) == [changed, "renamed column public.t.owner_name"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("create table dropped (a int);", "create table fresh (a int);"),
        ("create table sessions (id int, at date);", "create table invoices (id int, at date);"),
        (
            "create table a (id uuid, name text, created_at date);",
            "create table b (id uuid, name text, created_at date);",
        ),
        (
            "create table t (id int, password text, at date);",
            "create table t (id int, ssn text, at date);",
        ),
    ],
)
def test_what_any_table_has_tells_no_rename_but_it_may_be_one(old: str, new: str) -> None:
    removed, added = sorted(review(database_of(old), database_of(new)), key=lambda c: c.change)[::-1]
    assert (removed.change, added.change) == (Became.REMOVED, Became.ADDED)
    assert removed.severities[0] == "data loss"
    assert "If this is a rename, say so under `renamed` in schemabook.yml." in removed.sentences


@pytest.mark.parametrize(
    ("columns", "rest"),
    [
        ("id int, at date, constraint c check (id > 9)", ""),
        ("id int, at date", "comment on table {} is 'Who came when';"),
        ("id int, at date", "create view v as select id from {};"),
        ("id int, colour text, weight int", ""),
    ],
)
def test_what_is_particular_to_a_table_tells_its_new_name(columns: str, rest: str) -> None:
    old, new = (f"create table {name} ({columns}); {rest.format(name)}" for name in ("one", "two"))
    assert changes_of(old, new) == ["renamed relation public.two"]


def test_a_foreign_key_follows_the_column_that_it_references() -> None:
    old = "create table t (owner text primary key, id int); create table u (owner text references t (owner));"
    new = old.replace("(owner text primary", "(owner_name text primary").replace(
        "t (owner)", "t (owner_name)"
    )
    assert changes_of(old, new) == ["renamed column public.t.owner_name"]


def test_many_tables_that_are_alike_are_not_guessed() -> None:
    old, new = (
        "".join(f"create table {name}{n} (id int, name text);" for n in range(300)) for name in ("old", "new")
    )
    found = review(database_of(old), database_of(new))
    assert Counter(change.change for change in found) == {Became.ADDED: 300, Became.REMOVED: 300}
    old, new = (
        f"create table {name} (id int, colour text, weight int);{text}"
        for name, text in (("one", old), ("two", old))
    )
    assert changes_of(old, new) == ["renamed relation public.two"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("create table t (a geometry(point,4326));", "create table t (a geometry(Point,4326));"),
        (
            "create table p(a int) partition by list (a); create table q partition of p for values in (1,2);",
            "create table p(a int) partition by list (a); create table q partition of p for values in (2,1);",
        ),
        (
            "create table t (a int, b int); create policy p on t using (a = 1 and b = 2);",
            "create table t (a int, b int); create policy p on t using (b = 2 and 1 = a);",
        ),
    ],
)
def test_an_order_that_says_nothing_is_no_change(old: str, new: str) -> None:
    first, second = (database_of(sql) for sql in (old, new))
    assert review(first, second) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("a = 1 and b = 2", "b = 2 and a = 2"), ("a < b", "b < a"), ("a = 1 and a = 1", "a = 1 and b = 1")],
)
def test_another_condition_is_a_change(old: str, new: str) -> None:
    sql = "create table t (a int, b int); create policy p on t using ({});"
    first, second = (database_of(sql.format(text)) for text in (old, new))
    assert len(review(first, second)) == 1


def test_a_check_of_other_columns_builds_no_index() -> None:
    sql = "create table t (a int, b int, constraint c check ({} > 0));"
    first, second = (database_of(sql.format(name)) for name in "ab")
    (change,) = review(first, second)
    assert not any("index" in sentence or "another table" in sentence for sentence in change.sentences)


def test_a_view_that_becomes_another_kind_loses_no_rows() -> None:
    sql = "create table t (a int); create {} v as select a from t;"
    first, second = (database_of(sql.format(k)) for k in ("view", "materialized view"))
    for change in (*review(first, second), *review(second, first)):
        assert "data loss" not in change.severities


def test_the_same_words_that_mean_another_object_are_a_change() -> None:
    sql = (
        "create schema x; create function x.f() returns int language sql as 'select 1'; create function f() "
    )
    sql += "returns int language sql as 'select 2'; set search_path = {}; "
    sql += "create table public.t (a int default f());"
    first, second = (database_of(sql.format(path)) for path in ("x", "public"))
    (change,) = review(first, second)
    assert [(fact.name, fact.old.split("(")[0], fact.new) for fact in change.facts] == [
        ("default", "x.f", "public.f()")
    ]


# what is settled


def test_settings_settle_renames_of_any_kind() -> None:
    old = "create table t (a int, b text, c int); create table u (id int); create function f() returns int "
    old += "language sql as 'select 1'; create type e as enum ('a'); create index i on t (a);"
    new = (
        "create table t (x bigint, b text, c int); create table w (k text); create function g() returns int "
    )
    new += "language sql as 'select 2'; create type d as enum ('b'); create index j on t (c);"
    renamed = [("t.a", "public.t.x"), ("u", "w"), ("f", "g"), ("public.e", "d"), ("t.i", "t.j")]
    assert changes_of(old, new, *renamed) == [
        "renamed relation public.w",
        "renamed column public.t.x",
        "removed column public.w.id",
        "added column public.w.k",
        "renamed index public.j",
        "renamed routine public.g()",
        "renamed type public.d",
    ]


@pytest.mark.parametrize(
    "renamed", [("t", "nothing"), ("nothing", "u"), ("t.a", "u.a"), ("t", "t"), (".", "!")]
)
def test_what_is_settled_of_other_revisions_says_nothing(renamed: tuple[str, str]) -> None:
    old, new = "create table t (a int);", "create table u (b text);"
    assert changes_of(old, new, renamed) == ["removed relation public.t", "added relation public.u"]


# as text


def text_of(old: str, new: str) -> list[str]:
    """The lines of text, without the keys."""
    before, after = Side(database_of(old)), Side(database_of(new))
    lines = to_text(before, after, review(before.database, after.database)).splitlines()
    return [line for line in lines if not line.lstrip().startswith("key ")]


def test_the_example_of_the_guide_is_what_is_printed() -> None:
    old, new = case(HERE / "review" / "example-of-the-guide")
    guide = (HERE.parent / "docs" / "AUTHORING.md").read_text("utf-8")
    assert f"```text\n{to_text(old, new, review(old.database, new.database))}```" in guide


def test_equal_schemas_are_said_to_be() -> None:
    assert text_of("create table t (a int);", "create table t (a int);") == ["no changes"]


def test_what_many_objects_have_alike_is_told_once() -> None:
    tables = "".join(f"create table t{n} (id int);" for n in range(10))
    owned = tables + "".join(f"alter table t{n} owner to joe;" for n in range(10))
    names = ", ".join(f"table public.t{n}" for n in range(8))
    assert text_of(tables, owned)[1:2] == ["  owner: none → joe"]
    assert " ".join(" ".join(text_of(tables, owned)[2:4]).split()) == f"of {names} and 2 more"


def test_what_is_written_otherwise_is_told_once_whatever_it_was() -> None:
    old = "".join(
        f"create function f{n}() returns int language sql as 'select {n}';"
        f"create view v{n} as select f{n}() as a;"
        for n in range(4)
    )
    assert text_of(old, old.replace("'select", "'SELECT")) == [
        "COSMETIC",
        "  body: each in its own way",
        f"    of {', '.join(f'function public.f{n}()' for n in range(4))}",
        "    ! White space, comments and the case of words only.",
        "",
        "4 cosmetic",
    ]


def test_comments_are_told_each() -> None:
    old = "".join(f"create table t{n} (id int);" for n in range(5))
    lines = text_of(old, old + "".join(f"comment on table t{n} is 'No {n}';" for n in range(5)))
    assert [line.strip() for line in lines if "comment:" in line] == [
        f"comment: none → No {n}" for n in range(5)
    ]


def test_what_the_parts_of_one_object_have_alike_is_told_below_it() -> None:
    old = "create table t (a int, b int, c int, d int);"
    lines = text_of(old, old.replace("int", "bigint"))
    assert lines[1:4] == [
        "  in table public.t",
        "    type: integer → bigint",
        "      of column a of public.t, column b of public.t, column c of public.t, column d of public.t",
    ]


def test_grantees_of_the_same_privileges_are_told_together() -> None:
    table = "create table t (id int);"
    granted = "grant select on t to anon, joe; grant all on t to ann; alter table t owner to owner;"
    assert text_of("select 1;", table + granted)[1:-2] == [
        "  added table public.t",
        "    (id integer)",
        "    owner: owner",
        "    ! Opens: select for anon, joe: no grant → all rows.",
        "    ! Opens: select, insert, update, delete, truncate for ann: no grant → all rows.",
        "",
        "COMPATIBLE",
        "  on table public.t",
        "    added privileges of ann: all",
        "      ! It came with the object.",
        "    added privileges of anon, joe: select",
        "      ! It came with the object.",
    ]


def test_a_body_is_told_by_the_lines_that_differ() -> None:
    head = "create function f() returns int language plpgsql as $$\nbegin\n"
    old, new = (f"{head}  perform 1;\n  perform 2;\n  return {n};\nend $$;" for n in (3, 4))
    lines = [line.strip() for line in text_of(old, new)[3:7]]
    assert lines == ["perform 2;", "-   return 3;", "+   return 4;", "end"]
    assert text_of(old, old.replace("  return", "\treturn"))[2] == "    body: white space only"


def test_a_query_is_told_by_the_clauses_that_differ() -> None:
    table, rest = "create table t (a int, b text, c text);", "create view v as select a, b from t where "
    old, new = table + rest + "a > 0 and c is not null", table + rest.replace(" from", "\nfrom") + "a > 1"
    lines = [line.strip() for line in text_of(old, new)]
    assert lines[2:6] == ["definition:", "from t", "- where a > 0 and c is not null", "+ where a > 1"]


def test_secrets_are_masked_before_and_after() -> None:
    key = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"  # In two parts, as it is none.
    old = f"create function f() returns text language sql as $$ select '{key}' $$;"
    before, after = (Side(database_of(sql)) for sql in (old, old.replace("zdp7dc", "zdp7dd")))
    found = review(before.database, after.database)
    assert len(found) == 1
    for told in (to_text(before, after, found), to_json(before, after, found)):
        assert key[:-1] not in told
        assert "sk_l…" in told or "not shown" in told


# as PostgreSQL changes names

RENAMES = {
    "alter table app.person rename to people": ["renamed relation app.people"],
    'alter table app."Order Line" rename to order_line': ["renamed relation app.order_line"],
    "alter table app.order_line rename column n to amount": ["renamed column app.order_line.amount"],
    'alter table app.order_line rename column "Person Id" to person': [
        "renamed column app.order_line.person"
    ],
    "alter table app.people rename column name to called": ["renamed column app.people.called"],
    "alter table app.event rename column what to kind": [
        "renamed column app.event.kind",
        "renamed column app.event_2025.kind",
        "renamed column app.event_rest.kind",
    ],
    "alter table app.order_line rename constraint positive to above": [
        "renamed constraint above on app.order_line"
    ],
    "alter index app.trg rename to by_trigram": ["renamed index app.by_trigram"],
    "alter policy own on app.people rename to mine": ["renamed policy mine on app.people"],
    "alter trigger touch on app.people rename to touched": ["renamed trigger touched on app.people"],
    "alter view app.adults rename to grown": ["renamed relation app.grown"],
    "alter materialized view app.totals rename to monthly": ["renamed relation app.monthly"],
    "alter type app.mood rename to feeling": ["renamed type app.feeling"],
    "alter domain app.email rename to address": ["renamed type app.address"],
    "alter sequence app.ticket rename to number": ["renamed sequence app.number"],
    "alter function app.add(int, int) rename to plus": ["renamed routine app.plus(integer,integer)"],
    "alter function app.touch() rename to set_at": ["renamed routine app.set_at()"],
    "alter table app.parent set schema public": ["renamed relation public.parent"],
    "alter type app.pair set schema public": ["renamed type public.pair"],
    "alter schema app rename to core": ["renamed schema core"],
    "alter schema core rename to app": ["renamed schema app"],
    "alter function app.plus(int, int) set schema public": ["renamed routine public.plus(integer,integer)"],
}
"""Each statement after those before it, and all that a review says of it."""


def test_a_rename_by_postgresql_is_one_change(postgres: Server, tmp_path: Path) -> None:
    script = tmp_path / "statement.sql"
    postgres.create_database("renames")
    postgres.create_roles(["anon", "joe", "staff"])
    postgres.run(DUMPED / "old.sql", "renames")
    before = database_of(postgres.dump("renames"))
    assert not review(database_of((DUMPED / "old.sql").read_text("utf-8")), before)
    for statement, expected in RENAMES.items():
        script.write_text(f"{statement};")
        postgres.run(script, "renames")
        after = database_of(postgres.dump("renames"))
        assert [words(change) for change in review(before, after)] == expected, statement
        before = after
    postgres.drop_database("renames")
    postgres.drop_roles()

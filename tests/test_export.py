"""Diagrams of all tables or of some, in each format."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from difflib import ndiff
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from schemabook.errors import SchemaError, Source
from schemabook.export.diagram import Whole
from schemabook.export.request import DIAGRAMS, Request, exported
from schemabook.model import Database, Name, Target, VirtualForeignKey
from schemabook.read import read

SHOP = """
create schema auth;
create table auth.users (id uuid primary key, email text);
create type public.mood as enum ('happy', 'so so');
create table public.customers (
  id bigint generated always as identity primary key,
  user_id uuid not null unique references auth.users (id) on delete cascade,
  mood public.mood default 'happy' not null, score numeric(10,2) default 1.5, names text[],
  made timestamptz default now()
);
create table public.orders (
  id bigint, shop integer, customer_id bigint references public.customers (id), note text,
  primary key (id, shop), constraint once unique (customer_id, note)
);
create table public.items (
  order_id bigint not null, shop integer not null, position integer not null,
  primary key (order_id, shop, position),
  constraint of_order foreign key (order_id, shop) references public.orders (id, shop)
);
create table public.alone (a integer);
create view public.sums as select shop from public.items;
create index customers_made on public.customers using brin (made);
create unique index customers_name on public.customers (lower(mood::text), user_id) where score > 1;
comment on table public.orders is 'What people
bought; it''s "final".';
comment on column public.orders.note is 'For the shop';
"""
HERE = Source("schema.sql", 1)
VIRTUAL = VirtualForeignKey(
    relation=Name("public", "alone"),
    columns=("a",),
    references=Target(Name("public", "customers"), ("id",)),
    source=HERE,
)


def database(sql: str = SHOP) -> Database:
    return read([("schema.sql", sql.encode())])


def text(format_: str, sql: str = SHOP, **options: Any) -> str:
    whole = Whole(
        database=database(sql),
        virtual=(VIRTUAL,) if sql == SHOP else (),
        group_of={Name("public", "orders"): "Selling", Name("public", "items"): "Selling"},
    )
    request = Request(format=format_, **options)
    return exported(whole, request, lambda name: f"{name.schema}/tables/{name.name}")


def tables(**options: Any) -> list[str]:
    """The tables of a choice, by what Mermaid prints."""
    return re.findall(r'^    "(\S+)"(?: \{)?$', text("mermaid", **options), re.M)


# which tables


def test_without_a_choice_all_tables_are_there() -> None:
    found = ["auth.users", *(f"public.{name}" for name in ("alone", "customers", "items", "orders", "sums"))]
    assert tables() == found


def test_a_group_of_the_settings_is_chosen_by_its_name() -> None:
    assert tables(group="Selling") == ["public.items", "public.orders"]


def test_a_group_that_the_map_has_found_is_chosen_by_its_name() -> None:
    assert tables(group="auth") == ["auth.users"]


def test_a_schema_is_chosen_by_its_name() -> None:
    assert "auth.users" not in tables(schema="public")
    assert "public.orders" in tables(schema="public")


def test_a_table_comes_with_its_neighbours_or_more_of_them() -> None:
    assert tables(table="orders", hops=0) == ["public.orders"]
    assert tables(table="orders") == ["public.customers", "public.items", "public.orders"]
    assert "auth.users" in tables(table="orders", hops=2)


def test_a_table_without_schema_is_the_only_one_of_its_name() -> None:
    assert "auth.users" in tables(table="users")


def test_no_way_leads_on_through_a_hub() -> None:
    lines = [f"create table t{n} (hub integer references hub (id));" for n in range(30)]
    sql = "create table hub (id integer primary key);" + "".join(lines)
    around = re.findall(r'^    "(\S+)"', text("mermaid", sql, table="t1", hops=2, detail="names"), re.M)
    assert set(around) == {"public.hub", "public.t1"}
    assert text("mermaid", sql, table="hub").count(" : ") == 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group": "Seling"}, 'group "Seling" has no table\nhint: did you mean "Selling"?'),
        ({"schema": "publik"}, 'schema "publik" has no table\nhint: did you mean "public"?'),
        (
            {"table": "order"},
            'relation "public.order" does not exist\nhint: did you mean "public.orders"?',
        ),
        ({"table": "a.b.c"}, '"a.b.c" is not the name of a table'),
    ],
)
def test_what_does_not_exist_is_an_error_that_names_the_nearest(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SchemaError) as error:
        text("dot", **options)
    assert message in str(error.value)


def test_a_name_in_several_schemas_wants_its_schema() -> None:
    sql = "create schema a; create schema b; create table a.t (x int); create table b.t (x int);"
    with pytest.raises(SchemaError, match=r"name one of a\.t, b\.t"):
        text("dot", sql, table="t")


@pytest.mark.parametrize(
    ("format_", "options", "message"),
    [
        ("json", {"table": "orders"}, "--format json takes no --table"),
        ("dbml", {"detail": "keys"}, "--format dbml takes no --detail"),
        ("dot", {"links": "{page}"}, "--format dot takes no --links"),
        ("dot", {"group": "a", "schema": "b"}, "--group and --schema exclude each other"),
        ("dot", {"hops": 2}, "--hops needs --table"),
        ("svg", {"links": "pages/"}, "--links has no {page}"),
    ],
)
def test_options_that_do_not_fit_are_refused(format_: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError) as error:
        text(format_, **options)
    assert message in str(error.value)


# what all formats promise


@pytest.mark.parametrize("format_", DIAGRAMS)
def test_the_order_of_the_input_does_not_matter(format_: str) -> None:
    words = ("alpha", "beta", "gamma", "delta")
    made = [f"create table {word} (id integer primary key, other integer);" for word in words]
    keys = [
        f"alter table {one} add constraint to_{other} foreign key (other) references {other} (id);"
        for one, other in pairwise(words)
    ]
    assert text(format_, "".join(made + keys)) == text(format_, "".join(made[::-1] + keys[::-1]))


@pytest.mark.parametrize("format_", [name for name in DIAGRAMS if name != "svg"])
def test_a_new_column_is_one_line(format_: str) -> None:
    before, after = text(format_), text(format_, SHOP + "alter table public.orders add x text;")
    without_virtual = text(format_, SHOP + " ")
    changed = [line for line in ndiff(without_virtual.split("\n"), after.split("\n")) if line[0] in "+-"]
    assert len(changed) == 1
    assert changed[0].startswith("+")
    assert "x" in changed[0]
    assert before != without_virtual


@pytest.mark.parametrize("format_", [name for name in DIAGRAMS if name != "dbml"])
def test_names_keys_and_columns_are_three_details(format_: str) -> None:
    names, keys, columns = (text(format_, detail=detail) for detail in ("names", "keys", "columns"))
    assert ("note" in names, "note" in keys, "note" in columns) == (False, False, True)
    assert "customer_id" in keys
    assert text(format_) == columns


# hostile names: each line must be what it was meant to be


HOSTILE = (
    *('say "hi"', "it's", "<script>alert(1)</script>", "a|b", "new\nline", "back\\", "\\n", "a.b", "#34;"),
    *("@enduml", "erDiagram", "Note", "select", "__u__", "PK", "--", "/*", "`tick`", "${e}", "]]>", "&lt;"),
    *("x" * 62, "Zürich 日本語 😀", "\u202eright", "\x01", "\u2028", "<U+0041>", " lead", "Users", "users"),
)
NAME = r'"(?:[^"\\\n]|\\["\\\w])*"'
STRING = r"'(?:[^'\\\n]|\\['\\\w])*'"
CODE = r"`[^`\n]*`"
SETTING = rf"(?:[a-z ]+|(?:name|note|default|type|delete|update): (?:{STRING}|{CODE}|[\w .-]+))"
SETTINGS = rf"(?: \[{SETTING}(?:, {SETTING})*\])?"
QUALIFIED = rf"{NAME}(?:\.{NAME})?"
END = rf"{NAME}\.{NAME}\.(?:{NAME}|\({NAME}(?:, {NAME})*\))"
SAFE = r"(?:[\w-]|#[0-9]+;)+"
MERMAID_NAME = rf'"{SAFE}(?:\.{SAFE})?"'
PLANT = r"(?:[^\W_]|(?<!_)_(?!_)|[ .,()\[\]]|<U\+[0-9A-F]{4,}>)+"
LINES = {
    "dbml": (
        *('Project "schema" {', "  database_type: 'PostgreSQL'", "}", "  indexes {", "  }", ""),
        *(rf"(?:Table|Enum) {NAME}\.{NAME} {{", rf"TableGroup {NAME} {{", rf"  {QUALIFIED}"),
        rf"  {NAME} (?:{QUALIFIED}|[\w(),]+){SETTINGS}",
        rf"    \((?:{NAME}|{CODE})(?:, (?:{NAME}|{CODE}))*\){SETTINGS}",
        rf"  Note: {STRING}",
        rf"Ref {NAME}: {END} [>-] {END}{SETTINGS}",
    ),
    "mermaid": (
        *("erDiagram", rf"    {MERMAID_NAME}(?: {{)?", "    }"),
        rf'        [\w()\[\],]+ \w+(?: PK, FK| PK| FK)?(?: "{SAFE}")?',
        rf'    {MERMAID_NAME} [}}|]o(?:--|\.\.)[o|][|{{] {MERMAID_NAME} : "{SAFE}(?:(?:, | → ){SAFE})*"',
    ),
    "plantuml": (
        *("@startuml", "@enduml", "set separator none", "hide [a-z ]+", "left to right direction", "}"),
        rf'entity "{PLANT}"(?: <<[a-z ]+>>)? {{',
        rf"  \*?\{{field\}} {PLANT}(?: : {PLANT})?(?: <<[PF]K>>)*",
        rf'"{PLANT}" (?:\|[o|](?:--|\.\.)o[|{{]|<\.\.) "{PLANT}" : {PLANT}',
    ),
}
"""What the lines of a format look like; Python escapes the braces of `{{`."""
PARSED = {"svg", "dot"}
"""What a parser reads instead, in other tests of this file."""
CONTROLS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])


def hostile(*names: str) -> str:
    """A table for each name, that has the name everywhere; each references the first one."""
    sql = []
    for place, name in enumerate(names):
        quoted, literal = '"' + name.replace('"', '""') + '"', "'" + name.replace("'", "''") + "'"
        reference = '"' + names[0].replace('"', '""') + '"'
        sql.append(
            f"create type public.{quoted[:-1]}e\" as enum ({literal}, 'b');"
            f"create table public.{quoted} ({quoted} bigint primary key,"
            f" with_a_default_{place} text default {literal},"
            f' with_an_enum_{place} public.{quoted[:-1]}e",'
            f" refers_to_the_first bigint references public.{reference} ({reference}));"
            f"comment on table public.{quoted} is {literal};"
            f"comment on column public.{quoted}.{quoted} is {literal};"
            f"create index on public.{quoted} (lower({quoted}::text));"
            f'create view public.{quoted[:-1]}v" as select {quoted} from public.{quoted};'
        )
    return "\n".join(sql)


def strange(lines: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """The lines that none of the patterns is for."""
    one = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    return [line for line in lines if not one.fullmatch(line)]


def test_each_diagram_is_known_by_its_lines_or_parsed() -> None:
    assert LINES.keys() | PARSED == DIAGRAMS.keys()


@pytest.mark.parametrize("format_", LINES)
def test_hostile_names_stay_in_their_lines(format_: str) -> None:
    found = text(format_, hostile(*HOSTILE))
    assert strange(found.removesuffix("\n").split("\n"), LINES[format_]) == []


@given(st.text(CONTROLS, min_size=1, max_size=15))
@example("\x85")
def test_no_name_leaves_its_line(name: str) -> None:
    sql = hostile(name)
    for format_, patterns in LINES.items():
        assert strange(text(format_, sql).removesuffix("\n").split("\n"), patterns) == []


def test_dbml_keeps_every_name() -> None:
    found = text("dbml", hostile(*HOSTILE))
    names = re.findall(rf'^Table "public"\.({NAME}) {{$', found, re.M)
    assert len(names) == len(set(names)) == len(HOSTILE)


@given(st.text(CONTROLS, min_size=1, max_size=15))
@example("".join(HOSTILE)[:60])
def test_svg_and_dot_show_names_as_text_only(name: str) -> None:
    sql = hostile(name)
    root = ElementTree.fromstring(text("svg", sql))
    assert {e.tag.rpartition("}")[2] for e in root.iter()} <= {
        "svg",
        "style",
        "rect",
        "g",
        "path",
        "text",
        "title",
    }
    labels = re.findall(r"label=<\n(.*?)>\];\n", text("dot", sql), re.S)
    assert [ElementTree.fromstring(label).tag for label in labels] == ["table"] * 2


@pytest.mark.parametrize(
    ("format_", "table"),
    [("dot", r'^  (".*") \[label'), ("plantuml", r'^entity (".*") \{'), ("mermaid", r'^    (".*") \{$')],
)
def test_names_that_differ_by_the_place_of_a_dot_stay_two(format_: str, table: str) -> None:
    sql = 'create table a."b.c" (id int); create table "a.b".c (id int); create table a."b\\.c" (id int);'
    found = re.findall(table, text(format_, sql), re.M)
    assert len(found) == len(set(found)) == 3


def test_graphviz_takes_hostile_names() -> None:
    program = shutil.which("dot")
    if not program:
        pytest.skip("no Graphviz here; on Debian or Ubuntu: apt install graphviz")
    found = text("dot", hostile(*HOSTILE), detail="names")
    done = subprocess.run([program, "-Tplain"], input=found, capture_output=True, text=True, check=True)
    assert sum(line.startswith("node ") for line in done.stdout.split("\n")) == 2 * len(HOSTILE)


# the formats


def test_dbml_has_all_that_is_known_of_a_column() -> None:
    found = text("dbml")
    assert '  "id" bigint [pk, not null, increment]\n' in found
    assert '  "user_id" uuid [unique, not null]\n' in found
    assert """  "mood" "public"."mood" [not null, default: `'happy'`]\n""" in found
    assert '  "score" numeric(10,2) [default: 1.5]\n' in found
    assert '  "names" "text[]"\n' in found
    assert "  \"note\" text [note: 'For the shop']\n" in found


def test_a_primary_key_that_is_also_unique_is_one_in_dbml() -> None:
    for name in ("a", "z"):
        sql = f"create table t (id int primary key); alter table t add constraint {name} unique (id);"
        assert '  "id" integer [pk, not null]\n' in text("dbml", sql)


def test_dbml_has_enums_indexes_and_comments() -> None:
    found = text("dbml")
    assert 'Enum "public"."mood" {\n  "happy"\n  "so so"\n}\n' in found
    assert "    (\"made\") [name: 'customers_made', type: brin]\n" in found
    lowered = "    (`lower(mood::text)`, \"user_id\") [unique, name: 'customers_name', type: btree,"
    assert f"{lowered} note: 'where score > 1']\n" in found
    assert '    ("id", "shop") [pk, name: \'orders_pkey\']\n' in found
    assert '    ("customer_id", "note") [unique, name: \'once\']\n' in found
    assert """  Note: 'What people\\nbought; it\\'s "final".'\n""" in found


def test_dbml_has_references_with_how_many_and_what_then() -> None:
    found = text("dbml")
    one = '"public"."customers"."user_id" - "auth"."users"."id" [delete: cascade]\n'
    many = 'Ref "of_order": "public"."items".("order_id", "shop") > "public"."orders".("id", "shop")\n'
    assert one in found
    assert many in found
    virtual = '// not enforced by the database\nRef: "public"."alone"."a" > "public"."customers"."id"\n'
    assert virtual in found


def test_dbml_has_the_groups_of_the_settings_and_no_views() -> None:
    found = text("dbml")
    assert 'TableGroup "Selling" {\n  "public"."items"\n  "public"."orders"\n}\n' in found
    assert "sums" not in found


def test_dbml_has_each_pair_of_ends_once() -> None:
    sql = """
    create table a (id int primary key references a (id));
    create table b (id int primary key references a (id));
    alter table a add foreign key (id) references b (id);
    alter table b add constraint again foreign key (id) references a (id);
    """
    assert text("dbml", sql).count("Ref ") == 1


def test_a_table_that_the_dump_does_not_hold_is_in_every_format() -> None:
    sql = "create table t (a int references missing.far (id));"
    assert 'Table "missing"."far" {\n  "id" unknown\n' in text("dbml", sql)
    for format_ in DIAGRAMS:
        assert "far" in text(format_, sql)


def test_ends_of_lines_tell_how_many_and_whether() -> None:
    assert '"public.customers" |o--|| "auth.users"' in text("mermaid")
    assert '"public.orders" }o--o| "public.customers" : "customer_id"' in text("mermaid")
    assert '"public.alone" }o..o| "public.customers"' in text("mermaid")
    assert '"auth.users" ||--o| "public.customers" : user_id' in text("plantuml")
    assert '"public.customers" |o..o{ "public.alone" : a' in text("plantuml")
    assert re.search(r'"public.orders":"0":e -> "public.items":"0":w .*teetee.*crowodot', text("dot"))
    assert re.search(r'"public.customers":"0":e -> "public.alone":"0":w .*style=dashed', text("dot"))


def test_svg_links_to_pages_only_if_asked() -> None:
    assert "href" not in text("svg").replace("xmlns:xlink", "")
    assert 'xlink:href="reference/auth/tables/users.html"' in text("svg", links="reference/{page}.html")


def test_svg_draws_every_link_of_the_table_that_it_is_about() -> None:
    events = "".join(f"create table e{n} (u int references u (id));" for n in range(25))
    sql = "create table u (id int primary key);" + events
    assert text("svg", sql, table="u").count("a2.5") == 2 * 25
    assert text("svg", sql).count("a2.5") == 0


def test_a_hub_of_the_settings_is_none_where_few_of_those_shown_reference_it() -> None:
    whole = Whole(database=database(), hubs=(Name("public", "customers"),))

    def links(schema: str | None = None) -> int:
        found = exported(whole, Request(format="svg", detail="names", schema=schema), lambda _: None)
        return found.count('<path d="M') - found.count(' stroke="#c9d0d8"')

    assert links(schema="public") == 2 * len(("items to orders", "orders to customers"))
    assert links() == 2 * len(("items to orders", "customers to users"))


def test_svg_is_light_or_dark_as_the_reader_has_it(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "map.svg").write_text(text("svg"), "utf-8")
    fills, requests = {}, []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.on("request", lambda request: requests.append(request.url))
        page.goto((tmp_path / "map.svg").as_uri())
        fills[scheme] = page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
        page.close()
    assert fills == {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 31, 36)"}
    assert {Path(url).name for url in requests} == {"map.svg"}


# the command


SETTINGS = """\
dumps: [schema.sql]
groups:
  - {name: Selling, tables: [orders, items]}
hidden: [alone]
virtual_foreign_keys:
  - {from: orders.note, to: auth.users.email}
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = [sys.executable, "-c", "from schemabook.cli import main; main()", "export", *arguments]
    return subprocess.run(program, cwd=folder, capture_output=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.sql").write_text(SHOP, "utf-8")
    (tmp_path / "schemabook.yml").write_text(SETTINGS, "utf-8")
    return tmp_path


def test_without_a_dump_the_settings_count(folder: Path) -> None:
    done = run(folder, "--format", "dbml")
    assert done.returncode == 0
    assert b'TableGroup "Selling"' in done.stdout
    assert b'Ref: "public"."orders"."note" > "auth"."users"."email"' in done.stdout
    assert b'"alone"' not in done.stdout


def test_of_a_dump_alone_no_settings_count(folder: Path) -> None:
    done = run(folder, "schema.sql", "--format", "dbml")
    assert b'"alone"' in done.stdout
    assert b"TableGroup" not in done.stdout


def test_a_file_holds_what_would_be_printed(folder: Path) -> None:
    done = run(folder, "--format", "plantuml", "--table", "orders", "-o", "orders.puml")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (folder / "orders.puml").read_bytes() == run(
        folder, "--format", "plantuml", "--table", "orders"
    ).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "dot", "--table", "order"), b'did you mean "public.orders"?'),
        (("--format", "dot", "--hops", "2"), b"--hops needs --table"),
        (("schema.sql", "--config", "schemabook.yml"), b"not both"),
        (("--output", "no/such/folder.json"), b"cannot be written"),
        (("missing.sql",), b"there is no such file"),
    ],
)
def test_bad_usage_ends_with_two(folder: Path, arguments: tuple[str, ...], message: bytes) -> None:
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr
    assert b"Traceback" not in done.stderr

"""A table's neighbourhood, as Mermaid text and as a picture."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemabook.errors import Source
from schemabook.map.boxes import PHONE, WIDEST_ON_PHONE
from schemabook.map.mermaid import mermaid, read
from schemabook.map.neighbourhood import ForeignKey, Group, KeyColumn, Neighbourhood, neighbourhood
from schemabook.map.picture import picture
from schemabook.map.text import cut, markup, units
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Database,
    Index,
    IndexKey,
    Name,
    Relation,
    Sql,
    Target,
    VirtualForeignKey,
)

SOURCE = Source("schema.sql", 1)
HOSTILE = (
    'we"ird',
    "a|b",
    "<script>alert(1)</script>",
    "%%{init: {}}%%",
    "two words",
    "dotted.name",
    "direction LR",
    "back`tick\\",
    "line\nbreak }",
    "style x:y#35;",
    "#quot;",
    "用户_表",
    "e\u0301\u202e\u200b",
    "\ud800",
    "\x02klzzwxh:0001\x03",
    "pk",
    "n" * 63,
)


@dataclass
class Schema:
    """Builds a database, one line for each fact."""

    relations: list[Relation] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    keys: list[VirtualForeignKey] = field(default_factory=list)

    def table(self, name: str | Name, *columns: str, key: str = "id", parent: str = "") -> None:
        """Columns are `name type` or `name type null`; the first is the primary key unless *key* is empty."""
        table = _name(name)
        self.relations.append(
            Relation(name=table, partition_of=_name(parent) if parent else None, source=SOURCE)
        )
        for position, text in enumerate(columns, 1):
            column, *rest = text.split()
            kind = " ".join(word for word in rest if word != "null")
            fact = Column(relation=table, name=column, position=position, type=kind, source=SOURCE)
            self.columns.append(replace(fact, not_null="null" not in rest))
        if key:
            self._constrain(table, ConstraintKind.PRIMARY_KEY, key)

    def unique(self, name: str, columns: str) -> None:
        self._constrain(_name(name), ConstraintKind.UNIQUE, columns)

    def unique_index(self, name: str, *columns: str, where: Sql | None = None) -> None:
        keys = tuple(IndexKey(column=column) for column in columns)
        index = Index(relation=_name(name), name=f"i{len(self.indexes)}", keys=keys, source=SOURCE)
        self.indexes.append(replace(index, unique=True, where=where))

    def foreign_key(self, name: str | Name, columns: str, to: str | Name, referenced: str = "id") -> None:
        target = Target(_name(to), tuple(referenced.split()))
        self._constrain(_name(name), ConstraintKind.FOREIGN_KEY, columns, target)

    def _constrain(
        self, table: Name, kind: ConstraintKind, columns: str, target: Target | None = None
    ) -> None:
        key = Constraint(relation=table, name=f"c{len(self.constraints)}", kind=kind, source=SOURCE)
        self.constraints.append(replace(key, columns=tuple(columns.split()), references=target))

    def database(self) -> Database:
        return Database(
            relations={r.name: r for r in self.relations},
            columns={ColumnName(c.relation, c.name): c for c in self.columns},
            constraints={(c.relation, c.name): c for c in self.constraints},
            indexes={(i.relation, i.name): i for i in self.indexes},
        )

    def virtual(self, name: str, columns: str, to: str, referenced: str = "id") -> None:
        target = Target(_name(to), tuple(referenced.split()))
        key = VirtualForeignKey(
            relation=_name(name), columns=tuple(columns.split()), references=target, source=SOURCE
        )
        self.keys.append(key)

    def text(self, name: str) -> str:
        return mermaid(neighbourhood(self.database(), _name(name), self.keys))


def _name(text: str | Name) -> Name:
    return text if isinstance(text, Name) else Name(*text.split(".", 1))


def shop() -> Schema:
    schema = Schema()
    schema.table("auth.users", "id uuid", "email text")
    schema.table("public.orders", "note text", "id bigint", "user_id uuid", "parent_id bigint null")
    schema.table("public.order_items", "order_id bigint", "line integer", key="order_id line")
    schema.table("public.invoices", "id bigint", "order_id bigint")
    schema.foreign_key("public.orders", "user_id", "auth.users")
    schema.foreign_key("public.orders", "parent_id", "public.orders")
    schema.foreign_key("public.order_items", "order_id", "public.orders")
    schema.foreign_key("public.invoices", "order_id", "public.orders")
    schema.unique("public.invoices", "order_id")
    return schema


def hub(*tables: str) -> Schema:
    schema = Schema()
    schema.table("public.hub", "id bigint")
    for table in tables:
        schema.table(table, "id bigint", "hub_id bigint")
        schema.foreign_key(table, "hub_id", "public.hub")
    return schema


def link(table: Name) -> str:
    return f"../{table.name}/"


def drawn(text: str) -> str:
    """The picture for a wide screen."""
    return pictures(text)[0]


def pictures(text: str) -> list[str]:
    """The picture, and the upright one where there is one."""
    found = read(text)
    assert found
    return split(picture(found, link))


def split(html: str) -> list[str]:
    """The pictures one by one."""
    return [f"{svg}</svg>" for svg in html.split("</svg>")[:-1]]


def parsed(svg: str) -> ET.Element:
    """The picture as XML; in HTML the prefix needs no declaration."""
    return ET.fromstring(svg.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1))


def keys_of(schema: Schema, table: str) -> list[str]:
    return [line.strip() for line in schema.text(table).splitlines() if "--" in line]


def test_the_text_holds_key_columns_and_one_line_for_each_foreign_key() -> None:
    assert shop().text("public.orders") == (
        "erDiagram\n"
        '    "public.orders" {\n'
        "        bigint id PK\n"
        "        uuid user_id FK\n"
        "        bigint parent_id FK\n"
        "    }\n"
        '    "public.orders" }o--|| "auth.users" : "user_id"\n'
        '    "public.orders" }o--o| "public.orders" : "parent_id"\n'
        '    "public.invoices" |o--|| "public.orders" : "order_id"\n'
        '    "public.order_items" }o--|| "public.orders" : "order_id"'
    )


def test_an_ordinary_column_changes_nothing() -> None:
    schema = shop()
    before = schema.text("public.orders")
    schema.columns = [
        replace(c, position=c.position + 1) if c.relation.name == "orders" else c for c in schema.columns
    ]
    added = Column(relation=_name("public.orders"), name="added", position=1, type="text", source=SOURCE)
    schema.columns.append(added)
    schema.columns.sort(key=lambda column: column.position)
    assert schema.text("public.orders") == before


def test_a_new_foreign_key_adds_one_line_to_its_target() -> None:
    schema = shop()
    before = schema.text("public.orders").splitlines()
    schema.table("public.payments", "id bigint", "order_id bigint")
    schema.foreign_key("public.payments", "order_id", "public.orders")
    after = schema.text("public.orders").splitlines()
    assert [line for line in after if line not in before] == [
        '    "public.payments" }o--|| "public.orders" : "order_id"'
    ]
    assert [line for line in after if line in before] == before


def test_a_table_without_foreign_keys_has_no_diagram() -> None:
    schema = Schema()
    schema.table("public.alone", "id bigint")
    assert schema.text("public.alone") == ""


def test_a_relation_that_the_database_does_not_hold_has_no_diagram() -> None:
    assert Schema().text("public.nowhere") == ""


@pytest.mark.parametrize(
    ("column", "unique", "cardinality"),
    [
        ("bigint", False, "}o--||"),
        ("bigint null", False, "}o--o|"),
        ("bigint", True, "|o--||"),
        ("bigint null", True, "|o--o|"),
    ],
)
def test_unique_means_at_most_one_and_null_means_optional(
    column: str, unique: bool, cardinality: str
) -> None:
    schema = Schema()
    schema.table("public.a", "id bigint")
    schema.table("public.b", "id bigint", f"a_id {column}")
    schema.foreign_key("public.b", "a_id", "public.a")
    if unique:
        schema.unique_index("public.b", "a_id")
    assert keys_of(schema, "public.a") == [f'"public.b" {cardinality} "public.a" : "a_id"']


def test_a_partial_unique_index_does_not_make_a_key_unique() -> None:
    schema = hub("public.a")
    schema.unique_index("public.a", "hub_id", where=Sql("deleted_at IS NULL", "deleted_at is null"))
    assert "}o--||" in schema.text("public.hub")


def test_a_unique_part_of_a_composite_key_makes_it_unique_and_more_columns_do_not() -> None:
    schema = Schema()
    schema.table("public.a", "x int", "y int", key="x y")
    schema.table("public.b", "x int", "y int", "z int", key="x")
    schema.table("public.c", "x int", "y int", "z int", key="x y z")
    schema.foreign_key("public.b", "x y", "public.a", "x y")
    schema.foreign_key("public.c", "x y", "public.a", "x y")
    assert keys_of(schema, "public.a") == [
        '"public.b" |o--|| "public.a" : "x, y"',
        '"public.c" }o--|| "public.a" : "x, y"',
    ]


def test_a_self_reference_is_one_line() -> None:
    schema = Schema()
    schema.table("public.node", "id bigint", "parent_id bigint null")
    schema.foreign_key("public.node", "parent_id", "public.node")
    assert keys_of(schema, "public.node") == ['"public.node" }o--o| "public.node" : "parent_id"']
    assert drawn(schema.text("public.node")).count("<rect") == 1


def test_two_keys_between_the_same_tables_are_two_lines_and_one_box() -> None:
    schema = Schema()
    schema.table("public.a", "id bigint")
    schema.table("public.b", "id bigint", "new_id bigint", "old_id bigint null")
    schema.foreign_key("public.b", "old_id", "public.a")
    schema.foreign_key("public.b", "new_id", "public.a")
    expected = ['"public.b" }o--|| "public.a" : "new_id"', '"public.b" }o--o| "public.a" : "old_id"']
    assert keys_of(schema, "public.a") == expected
    assert keys_of(schema, "public.b") == expected
    assert drawn(schema.text("public.a")).count("<a ") == 1


def test_the_same_key_under_two_names_is_shown_once() -> None:
    schema = hub("public.a")
    schema.foreign_key("public.a", "hub_id", "public.hub")
    assert len(keys_of(schema, "public.hub")) == 1


def test_a_key_to_other_columns_than_the_primary_key_names_them() -> None:
    schema = Schema()
    schema.table("public.a", "id bigint", "code text")
    schema.unique("public.a", "code")
    schema.table("public.b", "id bigint", "a_code text")
    schema.foreign_key("public.b", "a_code", "public.a", "code")
    assert keys_of(schema, "public.a") == ['"public.b" }o--|| "public.a" : "a_code → code"']


def test_partitions_do_not_repeat_the_key_of_their_parent() -> None:
    schema = hub("public.events")
    schema.table("public.events_2025", "id bigint", "hub_id bigint", parent="public.events")
    schema.table(
        "public.events_2025_01", "id bigint", "hub_id bigint", "x bigint", parent="public.events_2025"
    )
    schema.foreign_key("public.events_2025", "hub_id", "public.hub")
    schema.foreign_key("public.events_2025_01", "hub_id", "public.hub")
    schema.foreign_key("public.events_2025_01", "x", "public.hub")
    assert keys_of(schema, "public.hub") == [
        '"public.events" }o--|| "public.hub" : "hub_id"',
        '"public.events_2025_01" }o--|| "public.hub" : "x"',
    ]
    assert keys_of(schema, "public.events_2025") == ['"public.events_2025" }o--|| "public.hub" : "hub_id"']


def test_twelve_referencing_tables_are_shown_each() -> None:
    schema = hub(*(f"public.ci_{n:02}" for n in range(12)))
    assert len(keys_of(schema, "public.hub")) == 12


def test_thirteen_referencing_tables_are_shown_by_prefix() -> None:
    schema = hub("public.alone", *(f"public.ci_{n}" for n in range(7)), *(f"public.ai_{n}" for n in range(5)))
    assert keys_of(schema, "public.hub") == [
        '"ai: 5 tables" }o--o| "public.hub" : "references"',
        '"ci: 7 tables" }o--o| "public.hub" : "references"',
        '"public.alone" }o--|| "public.hub" : "hub_id"',
    ]


def test_referencing_tables_of_several_schemas_are_shown_by_schema() -> None:
    schema = hub(*(f"public.a{n}" for n in range(12)), *(f"auth.b{n}" for n in range(3)))
    assert keys_of(schema, "public.hub") == [
        '"auth: 3 tables" }o--o| "public.hub" : "references"',
        '"public: 12 tables" }o--o| "public.hub" : "references"',
    ]


def test_more_than_twelve_groups_end_with_how_many_tables_are_not_shown() -> None:
    schema = hub(*(f"public.{c}_{n}" for c in "abcdefghijklmnop" for n in range(2)), "public.a_2")
    lines = keys_of(schema, "public.hub")
    assert len(lines) == 12
    assert lines[0] == '"a: 3 tables" }o--o| "public.hub" : "references"'
    assert lines[-1] == '"… and more: 10 tables" }o--o| "public.hub" : "references"'


def test_the_order_of_the_input_changes_nothing() -> None:
    schema = shop()
    expected = schema.text("public.orders")
    for seed in range(9):
        random.Random(seed).shuffle(schema.constraints)
        random.Random(seed).shuffle(schema.relations)
        assert schema.text("public.orders") == expected
        assert drawn(schema.text("public.orders")) == drawn(expected)


@pytest.mark.parametrize("odd", HOSTILE)
def test_a_hostile_name_stays_inside_its_quotes_and_is_read_again(odd: str) -> None:
    one, two = Name(odd, odd), Name("public", odd)
    found = Neighbourhood(
        one,
        columns=(KeyColumn(odd, "my_type", True, True),),
        references=(ForeignKey(one, (odd, odd), two, (odd,)),),
        groups=(Group(odd, 3),),
        referenced_by=(ForeignKey(two, (odd,), one),),
        more_tables=2,
    )
    text = mermaid(found)
    column = r' {8}my_type [a-zA-Z_][a-zA-Z0-9_]* PK, FK( "[\w#;-]+")?'
    key = r' {4}"[\w#;.-]+" [}|]o--[|o]\| "[\w#;.-]+" : "[\w#;, →-]+"'
    group = r' {4}"[\w#;… -]+: \d tables" \}o--o\| "[\w#;.-]+" : "references"'
    start = r'erDiagram\n {4}"[\w#;.-]+" \{'
    assert re.fullmatch(rf"{start}\n{column}\n {{4}}\}}\n{key}\n{group}\n{key}\n{group}", text)
    assert read(text) == found
    assert len([parsed(svg) for svg in split(picture(found, lambda table: f'"><b>{table}'))]) in (1, 2)
    picture(found, link).encode()


@given(
    st.lists(st.text(st.characters(exclude_categories=()), min_size=1, max_size=63), min_size=1, max_size=6)
)
def test_any_names_are_read_again(names: list[str]) -> None:
    keys = tuple(
        ForeignKey(Name(n, names[0]), tuple(names), Name("public", "hub")) for n in sorted(set(names))
    )
    columns = tuple(KeyColumn(name, "_", True, False) for name in names)
    found = Neighbourhood(Name("public", "hub"), columns=columns, referenced_by=keys)
    keys = tuple(key for key in keys if key.relation != found.relation)
    found = replace(found, referenced_by=keys)
    assert not found or read(mermaid(found)) == found
    assert len([parsed(svg) for svg in split(picture(found, link))]) in (1, 2)


@pytest.mark.parametrize(
    ("type_", "word"),
    [
        ("timestamp with time zone", "timestamp_with_time_zone"),
        ("numeric(10,2)", "numeric(10,2)"),
        ("text[]", "text[]"),
        ('app."Odd type"', "app__Odd_type_"),
        ("", "_"),
        ("pk", "_pk"),
    ],
)
def test_a_type_is_a_word_that_mermaid_reads(type_: str, word: str) -> None:
    table = Name("public", "a")
    found = Neighbourhood(
        table,
        columns=(KeyColumn("id", type_, True, False),),
        references=(ForeignKey(table, ("id",), table),),
    )
    assert f"        {word} id PK\n" in mermaid(found)
    assert read(mermaid(found)) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("erDiagram", "graph TD"),
        lambda text: text + '\n    "a.b" ||--|| "c.d" : "x"',
        lambda text: text.replace("bigint id", "bigint  id"),
        lambda text: text.replace("orders", "or ders"),
        lambda text: text.replace("id PK", "id UK"),
        lambda text: text.replace("user_id", "#99999999;"),
        lambda text: text.replace("user_id", "#9999999;"),
        lambda text: text.replace("user_id", "#97;"),
        lambda text: "\n".join(reversed(text.splitlines())),
        lambda text: "",
        lambda text: "    }",
    ],
)
def test_any_other_text_is_not_read(change) -> None:  # type: ignore[no-untyped-def]
    assert read(change(shop().text("public.orders"))) is None


@given(st.text())
def test_reading_any_text_raises_nothing(text: str) -> None:
    read(f"erDiagram\n{text}\n    }}\n")


def test_each_table_is_a_link_and_the_one_in_the_middle_is_not() -> None:
    svg = drawn(shop().text("public.orders"))
    assert re.findall(r'<a xlink:href="([^"]+)"', svg) == ["../users/", "../invoices/", "../order_items/"]
    assert svg.count("<rect") == 4


def test_a_table_without_a_page_is_no_link() -> None:
    found = neighbourhood(shop().database(), _name("public.invoices"))
    assert "<a " not in picture(found, lambda table: None)


def test_groups_link_to_the_list_below() -> None:
    svg = drawn(hub(*(f"public.ci_{n}" for n in range(20))).text("public.hub"))
    assert '<a xlink:href="#referenced-by" class="tables">' in svg
    assert ">20 tables</text>" in svg


def test_a_picture_has_no_ids_and_only_whole_pixels() -> None:
    svg = drawn(shop().text("public.orders"))
    assert " id=" not in svg
    assert not re.search(r"\d\.\d", svg)
    assert len(svg) < 3000


def test_dashes_are_explained_only_where_there_are_some() -> None:
    schema = shop()
    assert "may be null" in drawn(schema.text("public.orders"))
    assert "may be null" not in drawn(schema.text("public.invoices"))


def test_a_schema_is_shown_where_it_is_not_that_of_the_table() -> None:
    svg = drawn(shop().text("public.orders"))
    assert '<tspan class="r">auth.</tspan>users' in svg
    assert "public." not in svg.partition(">")[2]


def test_names_stay_inside_their_boxes() -> None:
    long = "a" * 62
    schema = Schema()
    schema.table(f"{long}s.{long}t", f"{long}c bigint", key=f"{long}c")
    schema.table(f"{long}S.{long}T", f"{long}C text", key=f"{long}C")
    schema.table(f"public.{'表' * 21}", f"{long}k bigint", key="")
    schema.foreign_key(f"{long}s.{long}t", f"{long}c", f"{long}S.{long}T", f"{long}C")
    schema.foreign_key(f"public.{'表' * 21}", f"{long}k", f"{long}s.{long}t", f"{long}c")
    wide, upright = map(parsed, pictures(schema.text(f"{long}s.{long}t")))
    assert int(wide.get("width", "")) < 850
    assert int(upright.get("width", "")) == PHONE
    for box in (*wide, *upright):
        rect = box.find("rect")
        assert rect is not None
        left = int(rect.get("x", ""))
        right = left + int(rect.get("width", ""))
        for text in box.findall("text"):
            width = units("".join(text.itertext())) * 7.5
            start = int(text.get("x", "")) - (width if "e" in (text.get("class") or "").split() else 0)
            assert left < start
            assert start + width < right


def test_a_cut_name_keeps_both_ends_and_its_tooltip_the_whole() -> None:
    assert cut("merge_request_artifacts", 11) == "merge…facts"
    assert cut("short", 5) == "short"
    assert units(cut("表" * 30, 12)) <= 12
    long = "a" * 40 + "b" * 23
    schema = hub(f"public.{long}")
    schema.foreign_key("public.hub", "id", f"public.{long}")
    assert drawn(schema.text("public.hub")).count(f"<title>{long}</title>") == 2


def test_only_a_picture_that_is_too_wide_for_a_phone_has_an_upright_one() -> None:
    assert len(pictures(shop().text("public.invoices"))) == 1
    wide, upright = pictures(shop().text("public.orders"))
    assert int(parsed(wide).get("width", "")) > WIDEST_ON_PHONE
    assert int(parsed(upright).get("width", "")) == PHONE
    links = r'<a xlink:href="([^"]+)"'
    assert sorted(re.findall(links, wide)) == sorted(re.findall(links, upright))


def test_the_upright_picture_has_what_is_referenced_above_and_what_references_below() -> None:
    upright = parsed(pictures(shop().text("public.orders"))[1])
    tops = {
        "".join(text.itertext()): int(rect.get("y", ""))
        for part in upright
        if (rect := part.find("rect")) is not None and (text := part.find("text")) is not None
    }
    assert tops["auth.users"] < tops["orders"] < tops["invoices"] < tops["order_items"]


def test_lines_of_an_upright_picture_run_beside_its_boxes_and_not_over_each_other() -> None:
    schema = Schema()
    schema.table("public.t", "id bigint", *(f"column_number_{n} bigint" for n in range(6)))
    for n in range(6):
        schema.table(f"public.referenced_{n}", "id bigint")
        schema.foreign_key("public.t", f"column_number_{n}", f"public.referenced_{n}")
    schema.foreign_key("public.t", "id", "public.t")
    upright = pictures(schema.text("public.t"))[1]
    lanes = [int(x) for x in re.findall(r"H(\d+)V", upright)]
    left = min(int(x) for x in re.findall(r'<rect x="(\d+)"', upright))
    assert len(lanes) == len(set(lanes)) == 7
    assert min(lanes) > 0
    assert max(lanes) < left - 12


def test_what_a_page_cannot_show_is_replaced() -> None:
    assert markup('a\n\ud800\u202e<"') == "a���&lt;&quot;"


def with_language() -> Schema:
    schema = shop()
    schema.table("public.languages", "code text", key="code")
    schema.virtual("public.orders", "note", "public.languages", "code")
    return schema


def test_a_virtual_foreign_key_is_a_line_of_its_own_kind() -> None:
    line = '    "public.orders" }o..o| "public.languages" : "note"'
    for table in ("public.orders", "public.languages"):
        text = with_language().text(table)
        assert line in text.splitlines()
        found = read(text)
        assert found is not None
        assert [key.enforced for key in (*found.references, *found.referenced_by)].count(False) == 1
        drawn = picture(found, lambda _: None)
        assert 'class="v"' in drawn
        assert "dotted: not enforced" in drawn


def test_the_column_of_a_virtual_foreign_key_is_no_foreign_key_of_the_database() -> None:
    assert "        text note" in with_language().text("public.orders").splitlines()


def test_a_virtual_foreign_key_from_another_table_is_not_here() -> None:
    assert ".." not in with_language().text("public.invoices")

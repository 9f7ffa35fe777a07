"""Where the map puts groups and tables."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import application

from schemabook.errors import Source
from schemabook.map.cards import MOST_ROWS, Card, Mode, card, ends
from schemabook.map.colours import coloured
from schemabook.map.data import columns_script, data_script
from schemabook.map.drawing import COLOURS, drawing
from schemabook.map.graph import Graph, Link, LinkKind, MapColumn, MapTable, graph
from schemabook.map.grouping import Grouping, group_tables, shown_links
from schemabook.map.layers import Place
from schemabook.map.layout import APART, Layout, header, layout
from schemabook.map.packing import pack, pack_into
from schemabook.map.widths import fitted, width
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Database,
    Name,
    Relation,
    RelationKind,
    Target,
    VirtualForeignKey,
)
from schemabook.read import read

HERE = Source("map.sql", 1)
ROOT = Path(__file__).parent.parent
SMALL = b"""
create table public.users (id uuid primary key, email text not null, name text);
create table public.orders (
  id bigint primary key, user_id uuid not null references public.users (id), note text, sent timestamptz
);
create table public.items (
  order_id bigint references public.orders (id), product_id bigint references public.products (id),
  amount integer, primary key (order_id, product_id)
);
create table public.products (id bigint primary key, parent_id bigint references public.products (id));
create table public.alone (x integer);
create view public.sums as select count(*) from public.orders;
"""


def database(names: Sequence[Name], keys: Sequence[tuple[int, int]], columns: Sequence[int]) -> Database:
    """Tables with an `id`, a column for each key to another table, and further columns."""
    found: dict[ColumnName, Column] = {}
    constraints: dict[tuple[Name, str], Constraint] = {}
    for index, name in enumerate(names):
        own = [f"to_{other}" for table, other in keys if table == index]
        further = [f"column_{n}" for n in range(columns[index])]
        for position, column in enumerate(["id", *dict.fromkeys(own), *further], 1):
            found[ColumnName(name, column)] = Column(
                relation=name, name=column, position=position, type="bigint", source=HERE
            )
        pkey = Constraint(
            relation=name, name="pkey", kind=ConstraintKind.PRIMARY_KEY, columns=("id",), source=HERE
        )
        constraints[name, "pkey"] = pkey
    for table, other in keys:
        fact = Constraint(
            relation=names[table],
            name=f"fkey_{other}",
            kind=ConstraintKind.FOREIGN_KEY,
            columns=(f"to_{other}",),
            references=Target(names[other], ("id",)),
            source=HERE,
        )
        constraints[names[table], fact.name] = fact
    return Database(
        relations={name: Relation(name=name, source=HERE) for name in sorted(names)},
        columns=dict(sorted(found.items())),
        constraints=dict(sorted(constraints.items())),
    )


@st.composite
def databases(draw: st.DrawFn) -> Database:
    """Databases of up to sixty tables, some of them referenced by very many."""
    words = st.sampled_from(["a", "bb", "order", "item", "line", "user", "state", "kind", "x" * 30])
    names = st.lists(words, min_size=1, max_size=3).map("_".join)
    schemas = st.sampled_from(["app", "app", "app", "auth"])
    found = draw(st.lists(st.builds(Name, schemas, names), min_size=1, max_size=60, unique=True))
    places = st.integers(0, len(found) - 1)
    keys = draw(st.lists(st.tuples(places, places), max_size=90, unique=True))
    if draw(st.booleans()):
        keys = list(dict.fromkeys([*keys, *((table, 0) for table in range(len(found)))]))
    columns = draw(st.lists(st.integers(0, 40), min_size=len(found), max_size=len(found)))
    return database(found, keys, columns)


def drawn(source: Database, mode: Mode) -> tuple[Graph, Grouping, Layout]:
    found = graph(source)
    grouping = group_tables(found)
    return found, grouping, layout(found, grouping, mode)


def rectangles(found: Layout) -> list[tuple[int, int, int, int]]:
    pairs = zip(found.places, found.cards, strict=True)
    return [(p.x, p.y, p.x + p.width, p.y + c.height) for p, c in pairs]


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@settings(max_examples=60, deadline=None)
@given(databases(), st.sampled_from(Mode))
def test_no_two_cards_and_no_two_groups_overlap(source: Database, mode: Mode) -> None:
    _, _, found = drawn(source, mode)
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in found.groups]
    for every in (rectangles(found), boxes):
        assert [(a, b) for i, a in enumerate(every) for b in every[:i] if overlap(a, b)] == []


@settings(max_examples=60, deadline=None)
@given(databases(), st.sampled_from(Mode))
def test_every_table_is_inside_of_its_group_and_below_its_name(source: Database, mode: Mode) -> None:
    _, grouping, found = drawn(source, mode)
    placed = rectangles(found)
    for group, box in zip(grouping.groups, found.groups, strict=True):
        for table in group.tables:
            left, top, right, bottom = placed[table]
            assert box.x < left
            assert right < box.x + box.width <= found.width
            assert box.y + header(found.label) <= top
            assert bottom < box.y + box.height <= found.height


@settings(max_examples=60, deadline=None)
@given(databases(), st.sampled_from(Mode))
def test_every_table_is_in_one_group(source: Database, mode: Mode) -> None:
    found, grouping, placed = drawn(source, mode)
    assert sorted(t for group in grouping.groups for t in group.tables) == list(range(len(found.tables)))
    assert len({group.name for group in grouping.groups}) == len(grouping.groups)
    assert len(placed.places) == len(placed.cards) == len(found.tables)


@settings(max_examples=40, deadline=None)
@given(databases(), st.sampled_from(Mode))
def test_a_line_passes_no_card_of_its_group(source: Database, mode: Mode) -> None:
    _, _, found = drawn(source, mode)
    placed = rectangles(found)
    for bends in found.routes.values():
        for bend in bends:
            straight = (bend.x, bend.y - 1, bend.x + bend.width, bend.y + 1)
            assert not any(overlap(straight, rectangle) for rectangle in placed)


@settings(max_examples=60, deadline=None)
@given(databases(), st.sampled_from(Mode))
def test_a_line_that_runs_around_passes_no_card(source: Database, mode: Mode) -> None:
    found, _, placed = drawn(source, mode)
    cards = rectangles(placed)
    for link, way in placed.ways.items():
        for part in parts_of(placed, link, way):
            assert not any(overlap(part, card) for card in cards), found.tables[link.table].name


def parts_of(placed: Layout, link: Link, way: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """The straight parts of a line as thin rectangles, but for where they begin and end at their cards."""
    here, there = ends(placed.cards, link)
    y, last = placed.places[link.table].y + here, placed.places[link.references].y + there
    across = [way[0], *(x for x in way[::2]), way[-1]]
    down = [y, *way[1::2], last]
    upright = [(x, *sorted(pair), x) for x, pair in zip(way[::2], pairwise(down), strict=True)]
    level = [(*sorted(pair), y) for pair, y in zip(pairwise(across), down, strict=True)]
    return [
        *((x, top - 1, x + 1, bottom + 1) for x, top, bottom, _ in upright),
        *((left - 1, y, right + 1, y + 1) for left, right, y in level),
    ]


@pytest.mark.parametrize("mode", Mode)
def test_every_line_between_groups_runs_around(mode: Mode) -> None:
    found, grouping, placed = drawn(read([("x.sql", application(300).encode())]), mode)
    home = {table: index for index, group in enumerate(grouping.groups) for table in group.tables}
    between = {k for k in shown_links(found, grouping) if home[k.table] != home[k.references]}
    assert len(between) > 10
    assert between <= set(placed.ways)
    cards = rectangles(placed)
    parts = [part for link, way in placed.ways.items() for part in parts_of(placed, link, way)]
    assert [(part, card) for part in parts for card in cards if overlap(part, card)] == []


def test_lines_to_different_tables_run_beside_each_other() -> None:
    names = [Name("a", "t1"), Name("a", "t2"), Name("b", "u1"), Name("b", "u2"), Name("c", "v")]
    source = database(names, [(2, 0), (3, 1)], [9, 9, 9, 9, 0])
    _, _, placed = drawn(source, Mode.COLUMNS)
    one, other = placed.ways.values()
    assert not set(one[::2]) & set(other[::2])


@settings(max_examples=60, deadline=None)
@given(databases(), st.data())
def test_a_new_column_moves_nothing_outside_of_its_group(source: Database, data: st.DataObject) -> None:
    changed = data.draw(st.sampled_from(sorted(source.relations)))
    column = Column(relation=changed, name="zz_new", position=999, type="text", source=HERE)
    after = replace(source, columns={**source.columns, ColumnName(changed, column.name): column})
    for mode in (Mode.NAMES, Mode.KEYS):
        assert drawn(source, mode)[2].places == drawn(after, mode)[2].places
    assert_stable(drawn(source, Mode.COLUMNS), drawn(after, Mode.COLUMNS), changed)


def assert_stable(
    before: tuple[Graph, Grouping, Layout], after: tuple[Graph, Grouping, Layout], changed: Name
) -> None:
    """Other groups stay the same inside; and unless the table's own has outgrown its size, where they are."""
    table = before[0].places[changed]
    assert before[1] == after[1]
    for index, group in enumerate(before[1].groups):
        if table in group.tables:
            grown = before[2].groups[index] != after[2].groups[index]
        else:
            assert inside(before[2], group.tables, index) == inside(after[2], group.tables, index)
    if not grown:
        assert before[2].groups == after[2].groups


def inside(found: Layout, tables: Sequence[int], group: int) -> list[Place]:
    """The places of a group's tables from the group's corner."""
    box = found.groups[group]
    return [
        Place(found.places[t].x - box.x, found.places[t].width, found.places[t].y - box.y) for t in tables
    ]


@settings(max_examples=30, deadline=None)
@given(databases(), st.randoms(use_true_random=False), st.sampled_from(Mode))
def test_the_order_of_the_input_does_not_matter(source: Database, chance: random.Random, mode: Mode) -> None:
    shuffled = replace(
        source,
        relations=dict(chance.sample(list(source.relations.items()), len(source.relations))),
        columns=dict(chance.sample(list(source.columns.items()), len(source.columns))),
        constraints=dict(chance.sample(list(source.constraints.items()), len(source.constraints))),
    )
    assert drawn(source, mode)[2] == drawn(shuffled, mode)[2]


SCRIPT = """
import hashlib
from synthetic import application
from schemabook.map.cards import Mode
from schemabook.map.data import columns_script, data_script
from schemabook.map.graph import graph
from schemabook.map.grouping import group_tables
from schemabook.map.layout import layout
from schemabook.read import read
found = graph(read([("x.sql", application(120).encode())]))
grouping = group_tables(found)
names, keys, columns = (layout(found, grouping, mode) for mode in Mode)
layouts = {one.mode: one for one in (names, keys, columns)}
text = data_script(found, grouping, layouts, lambda name: str(name)) + columns_script(found, keys, columns)
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_seed_of_hashes_does_not_matter() -> None:
    def run(seed: str) -> str:
        path = os.pathsep.join([str(ROOT / "benchmarks"), str(ROOT / "generator")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=True
        )
        return done.stdout.decode()

    assert run("1") == run("2") == run("3")


def test_a_small_map_is_drawn_as_it_was(rewrite_golden: bool) -> None:
    found, grouping, placed = drawn(read([("map.sql", SMALL)]), Mode.COLUMNS)
    _, _, names = drawn(read([("map.sql", SMALL)]), Mode.NAMES)
    _, _, keys = drawn(read([("map.sql", SMALL)]), Mode.KEYS)
    made = {
        "map.svg": drawing(found, grouping, placed, lambda name: f"{name.name}.html"),
        "data.js": data_script(
            found,
            grouping,
            {one.mode: one for one in (names, keys, placed)},
            lambda name: f"{name.schema}/tables/{name.name}",
        ),
        "columns.js": columns_script(found, keys, placed),
    }
    folder = Path(__file__).parent / "maps" / "small"
    for name, text in made.items():
        path = folder / name
        if rewrite_golden:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.read_text("utf-8") == text, name


def test_what_is_referenced_stands_left() -> None:
    found, _, placed = drawn(read([("map.sql", SMALL)]), Mode.COLUMNS)
    x = {table.name.name: placed.places[place].x for place, table in enumerate(found.tables)}
    assert x["users"] < x["orders"] < x["items"]
    assert x["products"] < x["items"]


def test_a_table_that_references_itself_has_one_place() -> None:
    found, _, placed = drawn(read([("map.sql", SMALL)]), Mode.NAMES)
    own = [link for link in found.links if link.table == link.references]
    assert len(own) == 1
    assert own[0] not in placed.routes


def test_a_circle_of_keys_is_drawn() -> None:
    names = [Name("app", name) for name in "abc"]
    source = database(names, [(0, 1), (1, 2), (2, 0), (0, 2)], [0, 0, 0])
    _, _, found = drawn(source, Mode.NAMES)
    assert len({place.x for place in found.places}) == 3


def test_views_reference_what_they_read() -> None:
    found = graph(read([("map.sql", SMALL)]))
    reads = [link for link in found.links if link.kind is LinkKind.READS]
    names = [(found.tables[link.table].name.name, found.tables[link.references].name.name) for link in reads]
    assert names == [("sums", "orders")]


def test_policies_reference_what_they_read_and_place_nothing() -> None:
    sql = (
        SMALL
        + b"""
    create policy own on public.alone using (exists (select 1 from public.users u where u.name = 'x'));
    create policy self on public.users using (exists (select 1 from public.users v where v.email = 'x'));
    """
    )
    plain, found = graph(read([("s.sql", SMALL)])), graph(read([("s.sql", sql)]))
    assert [
        (found.tables[k.table].name.name, found.tables[k.references].name.name) for k in found.row_security
    ] == [("alone", "users")]
    assert found.links == plain.links
    assert layout(found, group_tables(found), Mode.NAMES) == layout(plain, group_tables(plain), Mode.NAMES)


def test_hubs_of_the_settings_take_the_place_of_ours() -> None:
    found = graph(read([("s.sql", SMALL)]))
    core = group_tables(found, hubs=[Name("public", "users")]).groups[0]
    assert [found.tables[table].name.name for table in core.tables] == ["users"]
    assert not group_tables(found, hubs=[]).hubs


def test_a_virtual_foreign_key_is_a_link_of_its_own_kind() -> None:
    source = read([("map.sql", SMALL)])
    to = Target(Name("public", "users"), ("id",))
    key = VirtualForeignKey(relation=Name("public", "alone"), columns=("x",), references=to, source=HERE)
    link = next(link for link in graph(source, [key]).links if link.kind is LinkKind.VIRTUAL)
    found = graph(source, [key])
    assert found.tables[link.table].columns[0].foreign
    assert (link.columns, link.referenced_columns) == ((0,), (0,))


def test_a_table_that_the_dump_does_not_hold_is_shown_as_such() -> None:
    sql = b"create table public.t (id bigint, u uuid references auth.users (id));"
    found = graph(read([("map.sql", sql)]))
    outside = found.tables[found.places[Name("auth", "users")]]
    assert outside.kind == "outside"
    assert [column.name for column in outside.columns] == ["id"]


def test_partitions_are_their_tables() -> None:
    sql = b"""create table public.p (id bigint primary key, at date) partition by range (id);
    create table public.p1 partition of public.p for values from (1) to (9);
    create table public.q (p bigint references public.p1 (id));"""
    found = graph(read([("map.sql", sql)]))
    assert [(table.name.name, table.partitions) for table in found.tables] == [("p", 1), ("q", 0)]
    assert [(link.table, link.references) for link in found.links] == [(1, 0)]


def test_keys_tell_how_many_rows_may_reference_the_same() -> None:
    sql = b"""create table public.a (id bigint primary key);
    create table public.b (id bigint primary key references public.a (id), x bigint references public.a (id));
    """
    links = graph(read([("map.sql", sql)])).links
    assert {(link.columns, link.unique, link.optional) for link in links} == {
        ((0,), True, False),
        ((1,), False, True),
    }


# groups


def tables(*names: str) -> Graph:
    found = tuple(MapTable(Name(*name.split(".")), RelationKind.TABLE.value) for name in sorted(names))
    return Graph(found, (), {table.name: place for place, table in enumerate(found)})


def groups_of(found: Graph, **more: dict[Name, str]) -> dict[str, list[str]]:
    grouping = group_tables(found, **more)
    return {group.name: [found.tables[t].name.name for t in group.tables] for group in grouping.groups}


def test_a_small_schema_is_a_group() -> None:
    assert groups_of(tables("app.a", "app.b", "auth.c")) == {"app": ["a", "b"], "auth": ["c"]}


def test_a_large_schema_is_split_by_prefix() -> None:
    many = [f"app.{area}_{n}" for area in ("ci", "note", "series") for n in range(15)]
    assert set(groups_of(tables(*many, "app.notes", "app.z"))) == {"ci_…", "note", "series", "other"}


def test_groups_of_the_settings_come_first_in_their_order() -> None:
    found = tables("app.a", "app.b", "app.c")
    configured = {Name("app", "c"): "Z", Name("app", "b"): "M"}
    assert groups_of(found, configured=configured) == {"Z": ["c"], "M": ["b"], "app": ["a"]}


def test_hubs_stand_in_the_core() -> None:
    names = [Name("app", f"t{n:02}") for n in range(30)]
    source = database(names, [(n, 0) for n in range(1, 30)], [0] * 30)
    grouping = group_tables(graph(source))
    assert grouping.groups[0].core
    assert grouping.groups[0].tables == (0,)
    assert grouping.hubs == {0}
    assert not group_tables(graph(source), hubs=()).hubs


def test_a_prefix_that_is_no_word_is_shown_as_one() -> None:
    many = [f"app.l_{one}_{two}" for one in ("area", "artist", "label") for two in range(30)]
    rest = [f"app.l_x{n}" for n in range(6)]
    others = [f"app.cover_art_{n}" for n in range(3)] + ["app.merge_request"]
    words = [f"app.{name}_{n}" for name in ("artist", "merge_requests") for n in range(3)]
    assert set(groups_of(tables(*many, *rest, *others, *words))) == {
        "l_area_…",
        "l_artist_…",
        "l_label_…",
        "other l_…",
        "cover_art_…",
        "artist",
        "merge_request",
    }


def test_tables_that_hang_on_a_hub_alone_say_so() -> None:
    names = [Name("app", f"{word}s") for word in ("user", *map(chr, range(97, 123)))]
    names += [Name("app", f"area{n}_{m}") for n in range(3) for m in range(10)]
    source = database(names, [(n, 0) for n in range(1, 27)], [0] * len(names))
    assert set(groups_of(graph(source))) == {
        "most referenced",
        "area0",
        "area1",
        "area2",
        "referencing users",
    }


# colours


@pytest.mark.parametrize("size", [120, 1000])
def test_groups_that_stand_side_by_side_or_are_linked_differ_in_colour(size: int) -> None:
    found = graph(read([("x.sql", application(size).encode())]))
    grouping = group_tables(found)
    layouts = [layout(found, grouping, mode) for mode in Mode]
    colours = [group.colour for group in coloured(found, grouping, layouts).groups]
    home = {table: index for index, group in enumerate(grouping.groups) for table in group.tables}
    pairs = {(home[k.table], home[k.references]) for k in shown_links(found, grouping)}
    for placed in layouts:
        near = 2 * APART[placed.mode]
        boxes = [(b.x, b.y, b.x + b.width + near, b.y + b.height + near) for b in placed.groups]
        pairs |= {(i, n) for i, a in enumerate(boxes) for n, b in enumerate(boxes[:i]) if overlap(a, b)}
    assert len(set(colours)) == len(COLOURS)
    assert [(i, n) for i, n in pairs if i != n and colours[i] == colours[n]] == []


# cards and text


def test_a_name_fits_on_its_card() -> None:
    table = MapTable(Name("app", "incident_management_configuration"), "table")
    assert width(table.name.name, 12, bold=True) < card(table, Mode.NAMES).width


@settings(deadline=None)
@given(st.text(max_size=60), st.integers(10, 300))
def test_a_cut_text_is_no_wider_than_its_room(text: str, room: int) -> None:
    shown = fitted(text, room, 12)
    assert shown == text or width(shown, 12) <= max(room, width("…", 12))


def test_a_long_table_shows_its_keys_and_says_how_many_more() -> None:
    columns = tuple(MapColumn(f"c{n}", "text", foreign=n == 99) for n in range(100))
    found = card(MapTable(Name("app", "t"), "table", columns), Mode.COLUMNS)
    assert len(found.rows) == MOST_ROWS - 1
    assert 99 in found.rows
    assert found.more == 100 - len(found.rows)


def test_a_card_in_the_mode_of_names_has_no_rows() -> None:
    assert card(MapTable(Name("app", "t"), "table", (MapColumn("id"),)), Mode.NAMES) == Card(90, 26)


# packing


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200)), min_size=1, max_size=60),
    st.integers(0, 20),
)
def test_packed_boxes_keep_their_distance(sizes: list[tuple[int, int]], gap: int) -> None:
    for packed in (pack(sizes, gap), pack_into(sizes, 400, gap)):
        pairs = list(zip(packed.corners, sizes, strict=True))
        boxes = [(x, y, x + w + gap, y + h + gap) for (x, y), (w, h) in pairs]
        assert [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if overlap(a, b)] == []
        assert all(x + w <= packed.width for (x, _), (w, _) in pairs)


def test_a_map_has_the_shape_of_a_screen() -> None:
    packed = pack([(100, 60)] * 40, 10)
    assert 1.2 < packed.width / packed.height < 2.1


# SVG


def test_names_are_text_in_the_picture_and_in_the_data() -> None:
    hostile = '</script><img src=x onerror="alert(1)">\u2028&'
    name = Name("app", hostile)
    source = database([name, Name("app", "t")], [(1, 0)], [1, 1])
    found, grouping, placed = drawn(source, Mode.COLUMNS)
    svg = drawing(found, grouping, placed, lambda _: '"><script>')
    assert "<img" not in svg
    assert "<script" not in svg
    assert "&lt;/script&gt;" in svg
    layouts = {mode: drawn(source, mode)[2] for mode in Mode}
    data = data_script(found, grouping, layouts, lambda _: None)
    assert data.isascii()
    assert data.count("\n") == 1

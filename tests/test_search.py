"""What the search looks in: entries of a database, sections of pages, and the scripts made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_plugin import schema_of, site

from schemabook.project.config import load
from schemabook.project.inputs import load_book
from schemabook.site.entries import Entry, entries
from schemabook.site.prose import sections
from schemabook.site.search import index, outline, page_entries, scripts

SCHEMA = """
create schema shop;
create type shop.state as enum ('new', 'In transit');
create table shop.customers (id int primary key, sql text);
create table shop.orders (id int primary key, customer_id int references shop.customers, state shop.state);
create table public."Line Items" (id int generated always as identity, "Unit Price" numeric);
create view shop.open_orders as select id from shop.orders;
create function shop.total(order_id int) returns numeric language sql as 'select 1';
create sequence shop.numbers;
create index orders_state_idx on shop.orders (state);
create trigger touch before update on shop.orders for each row execute function shop.total();
create policy "Own orders" on shop.orders for select using (true);
create role clerk;
create extension citext;
comment on table shop.orders is 'What people `buy`.
Kept for ten years.';
comment on column shop.orders.state is 'Where it is.';
"""
SETTINGS = """
dumps: [dump.sql]
output: ../docs/reference
groups: [{name: Selling, tables: [shop.orders]}]
important_tables: {shop.orders: [The heart of it]}
notes: {tables: {shop.customers: {note: "**Never** delete [one](x.md).", owner: Sales team}}}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    folder = tmp_path_factory.mktemp("entries")
    (folder / "dump.sql").write_text(SCHEMA, "utf-8")
    (folder / "schemabook.yml").write_text(SETTINGS, "utf-8")
    return list(entries(load_book(load(folder / "schemabook.yml"))))


def names_of(found: list[Entry], kind: str) -> list[str]:
    return [entry.name for entry in found if entry.kind == kind]


def one(found: list[Entry], name: str) -> Entry:
    return next(entry for entry in found if entry.name == name)


def test_every_kind_of_object_has_an_entry(found: list[Entry]) -> None:
    assert names_of(found, "schema") == ["public", "shop"]
    assert names_of(found, "view") == ["open_orders"]
    assert names_of(found, "function") == ["total"]
    assert names_of(found, "enum") == ["state"]
    assert names_of(found, "label") == ["new", "In transit"]
    assert names_of(found, "policy") == ["Own orders"]
    assert names_of(found, "trigger") == ["touch"]
    assert names_of(found, "index") == ["orders_state_idx"]
    assert "orders_customer_id_fkey" in names_of(found, "constraint")
    assert "clerk" in names_of(found, "role")
    assert names_of(found, "group") == ["Selling"]
    assert names_of(found, "extension") == ["citext"]


def test_a_sequence_behind_an_identity_column_has_none(found: list[Entry]) -> None:
    assert names_of(found, "sequence") == ["numbers"]


def test_what_is_referenced_comes_first_and_public_before_other_schemas(found: list[Entry]) -> None:
    assert names_of(found, "table") == ["Line Items", "customers", "orders"]


def test_a_part_follows_what_it_belongs_to(found: list[Entry]) -> None:
    orders = found.index(one(found, "orders"))
    assert [entry.name for entry in found[orders + 1 : orders + 4]] == ["id", "customer_id", "state"]


def test_an_entry_leads_to_its_row(found: list[Entry]) -> None:
    assert one(found, "orders").page == "shop/tables/orders.md"
    assert one(found, "sql").anchor == "column-sql"
    assert one(found, "Unit Price").anchor.startswith("unit-price-")
    assert one(found, "Own orders").anchor.startswith("policy-own-orders-")
    assert one(found, "clerk").page == "roles/clerk.md"
    assert one(found, "citext").anchor == "extensions"


def test_the_text_holds_what_comment_settings_and_notes_say(found: list[Entry]) -> None:
    assert one(found, "orders").text == "What people `buy`.\nKept for ten years. · The heart of it"
    assert one(found, "orders").group == "Selling"
    assert one(found, "customers").text == "Never delete one. · Sales team"
    assert one(found, "Own orders").text == "Everybody may read all rows."
    assert one(found, "total").text == "(order_id integer) returns numeric"


def test_the_columns_of_the_index_have_one_line_for_each_entry(found: list[Entry]) -> None:
    made = index(found)
    assert len(made.kinds) == len(found)
    for lines in (made.names, made.pages, made.anchors, made.texts):
        assert len(lines.split("\n")) == len(found)


def test_an_anchor_that_follows_from_the_name_is_left_out() -> None:
    made = index([Entry("column", "id", anchor="id"), Entry("column", "sql", anchor="column-sql")])
    assert made.anchors == "\ncolumn-sql"


def test_lines_and_broken_characters_in_names_and_comments_break_nothing() -> None:
    made = scripts(index([Entry("table", "a\nb", "one\r\ntwo\u2028three \ud800", "t.html")]))
    for content in made.values():
        call = content.decode("utf-8")
        assert call.startswith("schemabookSearch.")
        assert call.endswith(");\n")
        json.loads(call[call.index("(") + 1 : -3])
    assert b'"names":"a b"' in made["search-names.js"]
    assert "one two three ?" in made["search-texts.js"].decode("utf-8")


PAGE = """
<p>Above.</p>
<h1 id="guide">Guide<a class="headerlink" href="#guide">¶</a></h1>
<p>First <code>words</code>.</p><p>Second &lt;b&gt;.</p>
<svg><text>drawn</text></svg><div data-search-exclude><p>left<br>out</p></div>
<h2 id="more">More &amp; more</h2>
<table><tr><td>cell</td><td>next</td></tr></table>
<h3 id="deep">Deep</h3><ul><li>item</li></ul>
"""


def test_a_page_has_sections_with_their_words() -> None:
    assert [(s.anchor, s.heading, s.text) for s in sections(PAGE)] == [
        ("", "", "Above."),
        ("guide", "Guide", "First words. Second <b>."),
        ("more", "More & more", "cell next"),
        ("deep", "Deep", "item"),
    ]


def test_a_generated_page_has_main_sections_without_its_tables() -> None:
    assert [(s.heading, s.text) for s in outline(PAGE)][1:] == [
        ("Guide", "First words. Second <b>."),
        ("More & more", "item"),
    ]
    assert [(s.heading, s.text) for s in outline(PAGE, is_list=True)][1:] == [("Guide", "First words.")]


def test_a_page_without_a_heading_has_its_title() -> None:
    assert list(page_entries("Title", "x.html", sections("<p>words</p>"))) == [
        Entry("page", "Title", "words", "x.html")
    ]


def scripts_of(root: Path) -> dict[str, object]:
    """The data of a built site's search."""
    text = (root / "assets/schemabook/search-names.js").read_text("utf-8")
    found: dict[str, object] = json.loads(text[text.index("(") + 1 : -3])
    return found


@pytest.mark.parametrize(
    ("extra", "url"), [("", "customers/"), ("use_directory_urls: false\n", "customers.html")]
)
def test_the_urls_are_those_of_the_site(tmp_path: Path, extra: str, url: str) -> None:
    schema_of(tmp_path, "create table public.customers (a integer);\n")
    data = scripts_of(site(tmp_path, extra, theme="material"))
    assert f"reference/public/tables/{url}" in str(data["pages"]).split("\n")
    # Only what is on the page of another has none.
    letters = {str(letter): words for letter, (words, *_) in dict(data["legend"]).items()}  # type: ignore[call-overload]
    pages = zip(str(data["kinds"]), str(data["pages"]).split("\n"), strict=True)
    assert {letters[kind] for kind, page in pages if not page} <= {"column", "section"}


def test_it_takes_the_place_of_the_stock_search(tmp_path: Path) -> None:
    schema_of(tmp_path, "create table public.customers (a integer);\n")
    root = site(tmp_path, plugins="[search, schemabook]", theme="material")
    assert not (root / "search").exists()
    assert "md-search__input" not in (root / "index.html").read_text("utf-8")
    assert "assets/schemabook/search.js" in (root / "index.html").read_text("utf-8")


def test_it_can_be_turned_off(tmp_path: Path) -> None:
    root = site(tmp_path, plugins="[search, {schemabook: {search: false}}]", theme="material")
    assert (root / "search/search_index.json").exists()
    assert "search.js" not in (root / "index.html").read_text("utf-8")


def test_another_theme_keeps_its_search(tmp_path: Path) -> None:
    root = site(tmp_path, plugins="[search, schemabook]", theme="mkdocs")
    assert (root / "search/search_index.json").exists()
    assert not (root / "assets/schemabook/search.js").exists()


def test_without_settings_the_committed_pages_are_searched_as_guides(tmp_path: Path) -> None:
    names = str(scripts_of(site(tmp_path, theme="material"))["names"]).split("\n")
    assert "public.orders" in names
    assert "Home" in names


def test_a_page_may_be_excluded(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "secret.md").write_text("---\nsearch:\n  exclude: true\n---\n# Secret\n", "utf-8")
    assert "Secret" not in str(scripts_of(site(tmp_path, theme="material"))["names"])

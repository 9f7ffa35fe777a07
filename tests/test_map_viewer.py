"""The map in a browser: every interaction, opened from disk and from a server."""

from __future__ import annotations

import functools
import gzip
import http.server
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from synthetic import application

from schemabook.map.cards import Mode
from schemabook.map.data import columns_script, data_script
from schemabook.map.graph import graph
from schemabook.map.grouping import group_tables
from schemabook.map.layout import layout
from schemabook.map.lines import line
from schemabook.read import read
from schemabook.site.navigation import with_own_pages
from schemabook.site.relation_map import COLUMNS, DATA, SCRIPTS, assets, map_element

HOSTILE = '<img src=x onerror="window.hostile=1">'
QUOTED = '"' + HOSTILE.replace('"', '""') + '"'
EVENTS = "\n".join(
    f"create table public.event_{n} (id bigint primary key, user_id uuid references auth.users (id));"
    for n in range(22)
)
SQL = f"""
create schema auth;
create table auth.users (id uuid primary key, email text);
create table public.customers (
  id bigint primary key, user_id uuid not null unique references auth.users (id)
);
create table public.products (id bigint primary key, parent_id bigint references public.products (id));
create table public.orders (
  id bigint, shop integer, customer_id bigint not null references public.customers (id), note text,
  primary key (id, shop)
);
create table public.order_items (
  order_id bigint not null, shop integer not null, product_id bigint references public.products (id),
  amount integer, primary key (order_id, shop, product_id),
  foreign key (order_id, shop) references public.orders (id, shop)
);
create table public.{QUOTED} (id bigint primary key, {QUOTED} text);
create table public.alone (a integer);
create policy members on public.alone using (exists (select 1 from public.customers c where c.id = a));
create view public.order_totals as select order_id, sum(amount) as total from public.order_items group by 1;
{EVENTS}
"""
SETTINGS = """\
dumps: [dump.sql]
output: ../docs/reference
groups:
  - name: Selling
    tables: [customers, orders, order_items, products]
"""
SITE = """\
site_name: Map
theme: {name: material, font: false, palette: {scheme: default}}
use_directory_urls: %s
plugins: [schemabook, material/search]
"""


def made_site(folder: Path, directory_urls: str, nav: str = "") -> Path:
    (folder / "schema").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Home\n", "utf-8")
    (folder / "schema" / "dump.sql").write_text(SQL, "utf-8")
    (folder / "schema" / "schemabook.yml").write_text(SETTINGS, "utf-8")
    (folder / "mkdocs.yml").write_text(SITE % directory_urls + nav, "utf-8")
    config = load_config(str(folder / "mkdocs.yml"), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_site(tmp_path_factory.mktemp("map"), "false")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    made.set_default_timeout(8000)
    yield made
    made.close()


Open = Callable[..., Page]


@pytest.fixture
def opened(site: Path, context: BrowserContext) -> Iterator[Open]:
    """Opens the map from disk; afterwards there was no complaint and no request that left."""
    trouble: list[str] = []

    def go(address: str = "") -> Page:
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith("file:") else trouble.append(r.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda m: trouble.append(m.text) if m.type in ("error", "warning") else None)
        page.goto((site / "reference" / "map.html").as_uri() + address)
        page.locator(".sb-map[data-ready]").wait_for()
        settle(page)
        return page

    yield go
    assert trouble == []


def settle(page: Page) -> None:
    """Waits for two frames: the stage draws in the next one."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def stage(page: Page, expression: str) -> Any:
    """What an expression of the stage, `s`, and of the viewer, `v`, gives."""
    both = "const v = document.querySelector('.sb-map').viewer, s = v.stage;"
    return page.evaluate(f"(() => {{ {both} return {expression}; }})()")


def view(page: Page) -> tuple[float, float, float]:
    found = stage(page, "[s.x, s.y, s.scale]")
    return found[0], found[1], found[2]


def middle(page: Page, table: str) -> tuple[float, float]:
    """Where the name of a table is on the screen."""
    found = stage(
        page,
        f"""(() => {{ const t = s.model.byName.get({table!r}), c = s.layout.cards[t.index];
        const b = s.svg.getBoundingClientRect();
        return [b.left + (c.x + c.width / 2 - s.x) * s.scale, b.top + (c.y + 12 - s.y) * s.scale]; }})()""",
    )
    return found[0], found[1]


def click(page: Page, table: str) -> None:
    page.mouse.click(*middle(page, table))
    settle(page)


def card(page: Page, table: str) -> Locator:
    return page.locator(f'.card[aria-label="{table}"]')


# what is there


def test_the_map_shows_all_tables_at_first(opened: Open) -> None:
    page = opened()
    assert page.locator(".card").count() == 30
    assert page.locator(".sb-count").text_content() == "29 tables, 1 view"
    names = ["most referenced", "Selling", "public"]
    assert page.locator(".sb-labels text").all_text_contents() == names


def test_names_are_text_and_never_run(opened: Open) -> None:
    page = opened()
    assert page.locator(".sb-map img").count() == 0
    page.locator(".sb-find").fill("onerror")
    assert page.locator(".sb-found li").first.inner_text().startswith(HOSTILE)
    page.keyboard.press("Enter")
    expect(page.locator(".sb-panel h2")).to_have_text(HOSTILE)
    assert page.evaluate("window.hostile") is None


def test_it_has_no_inline_script_and_no_inline_style(site: Path) -> None:
    html = (site / "reference" / "map.html").read_text("utf-8")
    article = html[html.index("<article") : html.index("</article>")]
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", article) == []
    viewer = (site / "assets" / "schemabook" / "map" / "viewer.js").read_text("utf-8")
    assert re.findall(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML", viewer) == []


def test_the_viewer_is_small(site: Path) -> None:
    folder = site / "assets" / "schemabook" / "map"
    viewer, style = (len(gzip.compress((folder / name).read_bytes(), 9)) for name in ("viewer.js", "map.css"))
    assert viewer < 20_000
    assert viewer + style < 22 * 1024


def test_no_string_of_the_viewer_goes_over_several_lines() -> None:
    folder = files("schemabook.site").joinpath("assets", "map")
    lines = [line for name in SCRIPTS for line in folder.joinpath(name).read_text("utf-8").splitlines()]
    assert [line for line in lines if line.count("`") % 2] == []


def test_it_works_under_a_strict_content_security_policy(site: Path, context: BrowserContext) -> None:
    policy = "default-src 'self'; object-src 'self'"

    class Strict(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(site, Strict) as address:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda m: complaints.append(m.text) if "schemabook/map" in m.text else None)
        page.goto(f"{address}/reference/map.html#t=public.orders")
        page.locator(".sb-map[data-ready]").wait_for()
        expect(page.locator(".sb-panel h2")).to_have_text("orders")
        assert complaints == []


class serving:  # noqa: N801  # a context manager
    """Serves a folder while it is entered."""

    def __init__(self, folder: Path, handler: type[http.server.SimpleHTTPRequestHandler]) -> None:
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
        )

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_it_works_from_a_server_with_directory_urls(tmp_path: Path, context: BrowserContext) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with serving(made_site(tmp_path, "true"), Quiet) as address:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/reference/map/#t=public.orders")
        page.locator(".sb-map[data-ready]").wait_for()
        page.locator(".sb-panel h2 a").click()
        page.wait_for_url("**/reference/public/tables/orders/")
        page.locator(".sb-on-map").click()
        page.wait_for_url("**/reference/map/#t=public.orders")
        expect(page.locator(".sb-panel h2")).to_have_text("orders")
        assert [url for url in asked if not url.startswith(address)] == []


# moving


def test_dragging_moves_the_map_and_selects_nothing(opened: Open) -> None:
    page = opened()
    before, point = view(page), middle(page, "public.orders")
    page.mouse.move(*point)
    page.mouse.down()
    page.mouse.move(point[0] + 120, point[1] + 50, steps=4)
    page.mouse.up()
    settle(page)
    after = view(page)
    assert after[2] == before[2]
    assert round((before[0] - after[0]) * after[2]) in range(110, 122)
    expect(page.locator(".sb-panel")).to_be_hidden()


def test_the_wheel_zooms_at_the_pointer(opened: Open) -> None:
    page = opened()
    before, point = view(page), middle(page, "public.orders")
    page.mouse.move(*point)
    page.mouse.wheel(0, -300)
    settle(page)
    assert view(page)[2] > before[2] * 1.1
    after = middle(page, "public.orders")
    assert abs(after[0] - point[0]) < 3
    assert abs(after[1] - point[1]) < 3


def test_keys_move_and_zoom_and_fit(opened: Open) -> None:
    page = opened()
    fitted = view(page)
    page.keyboard.press("+")
    settle(page)
    larger = view(page)
    assert larger[2] > fitted[2]
    page.keyboard.press("ArrowRight")
    settle(page)
    assert view(page)[0] > larger[0]
    page.keyboard.press("-")
    page.keyboard.press("-")
    settle(page)
    assert view(page)[2] < larger[2]
    page.keyboard.press("0")
    settle(page)
    assert view(page) == pytest.approx(fitted)


def test_the_fit_button_shows_all(opened: Open) -> None:
    page = opened()
    fitted = view(page)
    page.get_by_role("button", name="Zoom in (+)").click()
    page.locator(".sb-fit").click()
    settle(page)
    assert view(page) == pytest.approx(fitted)


def test_two_fingers_zoom(opened: Open) -> None:
    page = opened()
    before = view(page)[2]
    page.evaluate(
        """() => { const svg = document.querySelector('.sb-stage');
        svg.setPointerCapture = () => {};
        const send = (kind, id, x) => svg.dispatchEvent(new PointerEvent(kind,
          {pointerId: id, pointerType: 'touch', clientX: x, clientY: 400, bubbles: true, button: 0}));
        send('pointerdown', 1, 600); send('pointerdown', 2, 700);
        for (let i = 10; i < 100; i += 10) {
          send('pointermove', 1, 600 - i);
          send('pointermove', 2, 700 + i);
        }
        send('pointerup', 1, 0); send('pointerup', 2, 0); }"""
    )
    settle(page)
    assert view(page)[2] > before * 1.5


# choosing


def test_hovering_lights_up_all_links_of_a_table(opened: Open) -> None:
    page = opened()
    page.mouse.move(*middle(page, "public.customers"))
    settle(page)
    assert page.locator(".sb-marked .out.line").count() == 1
    assert page.locator(".sb-marked .in.line").count() == 1
    lit = page.locator(".card.on").evaluate_all("all => all.map(e => e.getAttribute('aria-label')).sort()")
    assert lit == ["auth.users", "public.customers", "public.orders"]
    page.mouse.move(5, 5)
    settle(page)
    assert page.locator(".sb-marked > *").count() == 0


def test_a_click_opens_the_panel_and_escape_closes_it(opened: Open) -> None:
    page = opened()
    click(page, "public.order_items")
    panel = page.locator(".sb-panel")
    expect(panel.locator("h2")).to_have_text("order_items")
    assert panel.locator("td:nth-child(2)").all_text_contents() == [
        "order_id",
        "shop",
        "product_id",
        "amount",
    ]
    assert "References (2)" in panel.inner_text()
    assert "Read by (1)" in panel.inner_text()
    assert page.url.endswith("#t=public.order_items")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_panel_leads_to_neighbours_and_to_the_page(opened: Open) -> None:
    page = opened("#t=public.orders")
    page.locator(".sb-panel li a", has_text="customers").click()
    expect(page.locator(".sb-panel h2")).to_have_text("customers")
    page.locator(".sb-panel h2 a").click()
    page.wait_for_url("**/reference/public/tables/customers.html")


def test_a_double_click_opens_the_page(opened: Open) -> None:
    page = opened()
    page.mouse.dblclick(*middle(page, "public.orders"))
    page.wait_for_url("**/reference/public/tables/orders.html")


def test_enter_opens_the_page_of_a_card_and_of_the_selected_table(opened: Open) -> None:
    page = opened()
    card(page, "public.products").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/public/tables/products.html")
    page = opened("#t=public.orders")
    page.locator(".sb-stage").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/public/tables/orders.html")


def test_shift_and_arrows_go_from_table_to_table(opened: Open) -> None:
    page = opened("#t=public.orders")
    page.locator(".sb-stage").focus()
    page.keyboard.press("Shift+ArrowRight")
    settle(page)
    expect(page.locator(".sb-panel h2")).not_to_have_text("orders")


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_keys_find_a_table(opened: Open, key: str) -> None:
    page = opened()
    page.keyboard.press(key)
    expect(page.locator(".sb-find")).to_be_focused()
    page.keyboard.type("order")
    found = page.locator(".sb-found li").evaluate_all("all => all.map(e => e.firstChild.data)")
    assert found == ["orders", "order_items", "order_totals"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.locator(".sb-panel h2")).to_have_text("order_items")
    x, y = middle(page, "public.order_items")
    assert 200 < x < 1400
    assert 60 < y < 900


def test_escape_leaves_the_finder(opened: Open) -> None:
    page = opened()
    page.keyboard.press("/")
    page.keyboard.type("zzz")
    expect(page.locator(".sb-none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sb-found")).to_be_hidden()
    expect(page.locator(".sb-stage")).to_be_focused()


# addresses


def test_an_address_leads_to_its_table(opened: Open) -> None:
    page = opened("#t=public.orders")
    expect(page.locator(".sb-panel h2")).to_have_text("orders")
    x, y = middle(page, "public.orders")
    assert 250 < x < 1200
    assert 60 < y < 900
    page.evaluate("name => { location.hash = '#t=' + encodeURIComponent(name); }", f"public.{HOSTILE}")
    expect(page.locator(".sb-panel h2")).to_have_text(HOSTILE)


def test_show_on_map_leads_from_a_page_to_its_table(site: Path, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto((site / "reference/public/tables/order_items.html").as_uri())
    page.locator(".sb-on-map").click()
    page.wait_for_url(f"**/reference/map.html#t={quote('public.order_items')}")
    expect(page.locator(".sb-panel h2")).to_have_text("order_items")


def test_every_table_leads_to_a_page_that_exists(opened: Open, site: Path) -> None:
    page = opened()
    links = stage(page, "s.model.tables.map((table) => v.href(table))")
    assert len(links) == 30
    assert all((site / "reference" / link).is_file() for link in links)


# what is shown


def test_groups_can_be_hidden_and_shown(opened: Open) -> None:
    page = opened()
    box = page.get_by_role("checkbox", name="Show Selling")
    box.uncheck()
    settle(page)
    assert card(page, "public.orders").count() == 0
    assert page.locator(".sb-count").text_content() == "25 of 29 tables, 1 view"
    box.check()
    settle(page)
    assert card(page, "public.orders").count() == 1
    page.get_by_role("button", name="None", exact=True).click()
    settle(page)
    assert page.locator(".card").count() == 0
    page.get_by_role("button", name="All", exact=True).click()
    settle(page)
    assert page.locator(".card").count() == 30


def test_schemas_and_kinds_can_be_hidden(opened: Open) -> None:
    page = opened()
    page.get_by_label("auth", exact=True).uncheck()
    page.get_by_label("view", exact=True).uncheck()
    settle(page)
    assert page.locator(".card").count() == 28
    assert card(page, "auth.users").count() == 0
    assert card(page, "public.order_totals").count() == 0


def test_what_is_chosen_is_shown_even_if_it_was_hidden(opened: Open) -> None:
    page = opened()
    page.get_by_role("checkbox", name="Show Selling").uncheck()
    page.locator(".sb-find").fill("orders")
    page.keyboard.press("Enter")
    settle(page)
    assert card(page, "public.orders").count() == 1
    assert page.get_by_role("checkbox", name="Show Selling").is_checked()


def test_links_to_hubs_are_drawn_when_asked_for(opened: Open) -> None:
    page = opened()
    paths = "[...document.querySelectorAll('.sb-near .line')].map(e => e.getAttribute('d')).join('')"
    lines = f"{paths}.split('M').length - 1"
    assert page.evaluate(lines) == 0
    page.get_by_role("button", name="Links to hubs").click()
    settle(page)
    assert page.evaluate(lines) >= 23
    page.get_by_role("button", name="Links to hubs").click()
    settle(page)
    assert page.evaluate(lines) == 0


def test_the_list_has_every_table_and_leads_to_it(opened: Open) -> None:
    page = opened()
    assert page.locator(".sb-list li").count() == 0
    for summary in page.locator(".sb-group summary").all():
        summary.click()
    expect(page.locator(".sb-list li")).to_have_count(30)
    page.locator(".sb-list li a", has_text=re.compile(r"^public\.alone$|^alone$")).click()
    settle(page)
    expect(page.locator(".sb-panel h2")).to_have_text("alone")


def test_a_group_can_be_zoomed_to(opened: Open) -> None:
    page = opened()
    before = view(page)[2]
    page.get_by_role("button", name="Zoom to Selling").click()
    settle(page)
    assert view(page)[2] > before


def test_modes_show_names_keys_or_columns(opened: Open) -> None:
    page = opened("#t=public.order_items")
    texts = card(page, "public.order_items").locator("text")
    page.get_by_role("button", name="Columns").click()
    settle(page)
    assert "amount" in texts.all_text_contents()
    page.get_by_role("button", name="Keys").click()
    settle(page)
    assert "product_id" in texts.all_text_contents()
    assert "amount" not in texts.all_text_contents()
    page.get_by_role("button", name="Names").click()
    settle(page)
    assert texts.all_text_contents() == ["order_items"]
    expect(page.get_by_role("button", name="Names")).to_have_attribute("aria-pressed", "true")


def test_lines_end_at_the_rows_of_their_columns(opened: Open) -> None:
    page = opened()
    ends = stage(
        page,
        """s.model.links.filter((link) => link.kind === 0 && link.columns.length === 1).map((link) => {
          const path = schemabookViewer.line(s.layout, link).path;
          const here = s.layout.cards[link.from], there = s.layout.cards[link.to];
          const row = (card, column) => card.y + 26 + card.rows.indexOf(column) * 17 + 8;
          const ys = [...path.matchAll(/[MC][^A-Z]*? (-?\\d+)(?=[A-Z]|$)/g)].map((m) => Number(m[1]));
          const rows = [row(here, link.columns[0]), row(there, link.referenced[0])];
          return [ys[0], ys[ys.length - 1], ...rows]; })""",
    )
    assert len(ends) == 26
    for first, last, here, there in ends:
        assert abs(first - here) <= 4 or abs(last - here) <= 4
        assert abs(first - there) <= 4 or abs(last - there) <= 4


def test_signs_tell_how_many_and_whether(opened: Open) -> None:
    page = opened()
    signs = stage(
        page,
        """Object.fromEntries(s.model.links.map((link) => [
          s.model.tables[link.from].name + ' ' + s.model.tables[link.to].name,
          schemabookViewer.line(s.layout, link).signs]))""",
    )
    assert "a2.5" in signs["event_1 users"]
    assert "l" in signs["event_1 users"]
    assert "a2.5" not in signs["customers users"]
    assert "l" not in signs["customers users"]
    assert signs["order_totals order_items"] == ""


def test_the_viewer_draws_the_lines_of_the_picture(tmp_path: Path, context: BrowserContext) -> None:
    found = graph(read([("x.sql", application(120).encode())]))
    grouping = group_tables(found)
    layouts = {mode: layout(found, grouping, mode) for mode in Mode}
    files = {
        "index.html": f"<!doctype html>{map_element('./', './', '.html')}",
        DATA: data_script(found, grouping, layouts, str),
        COLUMNS: columns_script(found, layouts[Mode.KEYS], layouts[Mode.COLUMNS]),
    }
    for name, text in {**files, **dict(assets())}.items():
        (tmp_path / name).write_text(text, "utf-8")
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.locator(".sb-map[data-ready]").wait_for()
    page.evaluate("new Promise(done => document.querySelector('.sb-map').viewer.needColumns(done))")
    for mode, placed in layouts.items():
        stage(page, f"v.setMode('{mode}')")
        lines = stage(page, "s.model.links.map((link) => schemabookViewer.line(s.layout, link))")
        expected = [line(found, placed, link) for link in found.links]
        assert placed.ways
        assert placed.routes
        assert [(each["path"], each["signs"]) for each in lines] == expected


def test_a_path_leads_from_table_to_table(opened: Open) -> None:
    page = opened("#t=public.order_items")
    page.get_by_role("button", name="Path to…").click()
    page.locator(".sb-find").fill("users")
    page.keyboard.press("Enter")
    settle(page)
    panel = page.locator(".sb-panel")
    expect(panel.locator("p").first).to_have_text("order_items to users: 3 steps")
    assert page.locator(".sb-marked .way.line").count() == 1
    assert page.url.endswith("#t=public.order_items&to=auth.users")
    assert page.locator(".card.on").count() == 4
    again = opened("#t=public.order_items&to=auth.users")
    expect(again.locator(".sb-panel ol li")).to_have_count(3)


def test_shift_and_click_asks_for_a_path(opened: Open) -> None:
    page = opened()
    click(page, "public.order_items")
    page.keyboard.press("0")
    settle(page)
    page.keyboard.down("Shift")
    click(page, "public.customers")
    page.keyboard.up("Shift")
    expect(page.locator(".sb-panel p").first).to_have_text("order_items to customers: 2 steps")


def lit(page: Page) -> set[str]:
    """The tables that do not step back."""
    return set(
        page.locator(".card.on").evaluate_all("all => all.map(card => card.getAttribute('aria-label'))")
    )


NEAR = {"public.customers", "auth.users", "public.orders"}
FAR = {*NEAR, "public.order_items"}


def test_a_key_lights_up_what_is_two_links_away_and_no_more_by_way_of_hubs(opened: Open) -> None:
    page = opened("#t=public.customers")
    assert lit(page) == NEAR
    page.keyboard.press("2")
    settle(page)
    assert lit(page) == FAR
    assert page.locator(".sb-marked .second").count() > 0
    assert page.url.endswith("#t=public.customers&hops=2")
    page.keyboard.press("1")
    settle(page)
    assert lit(page) == NEAR
    assert page.locator(".sb-marked .second").count() == 0
    assert page.url.endswith("#t=public.customers")


def test_a_button_lights_up_what_is_two_links_away_and_shows_it_beside_the_panel(opened: Open) -> None:
    page = opened("#t=public.customers")
    button = page.get_by_role("button", name="2 hops")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    settle(page)
    expect(button).to_have_attribute("aria-pressed", "true")
    panel, surroundings = page.locator(".sb-panel").bounding_box(), page.locator(".card.on .paper")
    assert panel
    assert len(surroundings.all()) == len(FAR)
    for box in (paper.bounding_box() for paper in surroundings.all()):
        assert box
        assert box["x"] + box["width"] <= panel["x"]


def test_an_address_says_how_far(opened: Open) -> None:
    page = opened("#t=public.customers&hops=2")
    assert lit(page) == FAR
    expect(page.get_by_role("button", name="2 hops")).to_have_attribute("aria-pressed", "true")


def test_another_table_keeps_how_far_until_the_panel_is_closed(opened: Open) -> None:
    page = opened("#t=public.customers&hops=2")
    page.locator(".sb-panel li a", has_text=re.compile("^orders$")).click()
    settle(page)
    assert "public.products" in lit(page)
    page.keyboard.press("Escape")
    page.locator(".sb-find").fill("customers")
    page.keyboard.press("Enter")
    settle(page)
    assert lit(page) == NEAR


def test_what_is_hidden_is_no_way(opened: Open) -> None:
    page = opened("#t=auth.users")
    page.get_by_label("auth", exact=True).uncheck()
    page.locator(".sb-find").fill("customers")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    settle(page)
    assert lit(page) == FAR - {"auth.users"}


def test_tables_that_policies_read_are_linked_when_asked_for(opened: Open) -> None:
    page = opened()
    button = page.get_by_role("button", name="Row security")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.locator(".line.policy:not(.sb-signs *)").count() == 0
    button.click()
    settle(page)
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.locator(".sb-near .line.policy").count() == 1
    click(page, "public.alone")
    assert lit(page) == {"public.alone", "public.customers"}
    button.click()
    settle(page)
    assert page.locator(".line.policy:not(.sb-signs *)").count() == 0
    assert lit(page) <= {"public.alone"}


def test_the_panel_tells_whose_policies_read_a_table(opened: Open) -> None:
    page = opened("#t=public.alone")
    expect(page.locator(".sb-panel h3")).to_have_text(["Its policies read (1)"])
    page.locator(".sb-panel li a").click()
    titles = ["References (1)", "Referenced by (1)", "Read by policies of (1)"]
    expect(page.locator(".sb-panel h3")).to_have_text(titles)


def test_where_no_path_leads_the_panel_says_so(opened: Open) -> None:
    page = opened("#t=public.alone&to=auth.users")
    expect(page.locator(".sb-panel p").first).to_contain_text("No foreign keys connect alone and users")


# levels of detail


def test_from_far_a_group_is_a_block_and_the_pointer_tells_the_table(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Names").click()
    for _ in range(8):
        page.keyboard.press("-")
    settle(page)
    assert page.locator(".card").count() == 0
    assert page.locator(".block").count() == 3
    page.mouse.move(*middle(page, "public.orders"))
    settle(page)
    expect(page.locator(".sb-tip")).to_have_text("public.orders")


def test_only_groups_in_sight_have_cards(opened: Open) -> None:
    page = opened("#t=public.orders")
    for _ in range(5):
        page.keyboard.press("+")
    settle(page)
    assert 0 < page.locator(".card").count() < 30


def test_a_card_keeps_its_text_inside(opened: Open) -> None:
    page = opened("#t=public.order_items")
    over = page.locator(".card").evaluate_all(
        """all => all.flatMap(card => {
          const box = (element) => element.getBoundingClientRect(), paper = box(card.querySelector('.paper'));
          return [...card.querySelectorAll('text')]
            .filter(text => box(text).left < paper.left - 1 || box(text).right > paper.right + 1)
            .map(text => text.textContent); })"""
    )
    assert over == []


# themes, paper, phones, no script


def test_colours_follow_the_theme(opened: Open) -> None:
    page = opened()
    colour = "getComputedStyle(document.querySelector('.card .paper')).fill"
    light = page.evaluate(colour)
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    assert page.evaluate(colour) != light


def test_it_prints_the_whole_map(opened: Open) -> None:
    page = opened("#t=public.orders")
    before = view(page)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".card").count() == 30
    expect(page.locator(".sb-tools")).to_be_hidden()
    expect(page.locator(".sb-panel")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    settle(page)
    assert view(page) == pytest.approx(before)


def test_a_phone_has_the_list_in_a_drawer(opened: Open) -> None:
    page = opened()
    page.set_viewport_size({"width": 400, "height": 800})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    expect(page.locator(".sb-list")).to_be_hidden()
    page.locator(".sb-list-button").click()
    expect(page.locator(".sb-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sb-list")).to_be_hidden()
    page.locator(".sb-find").fill("orders")
    page.keyboard.press("Enter")
    settle(page)
    box = page.locator(".sb-panel").bounding_box()
    assert box
    assert box["width"] < 400
    assert middle(page, "public.orders")[1] < box["y"] or box["y"] > 400


@pytest.fixture
def phone(site: Path, browser: Browser) -> Iterator[Page]:
    """The map on a phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto((site / "reference" / "map.html").as_uri())
    page.locator(".sb-map[data-ready]").wait_for()
    settle(page)
    yield page
    context.close()


Fingers = Sequence[tuple[float, float]]


def touch(page: Page, *places: Fingers) -> None:
    """What the screen sends when fingers are put down, moved from place to place, and taken away."""
    session = page.context.new_cdp_session(page)
    for kind, fingers in zip(["Start", *["Move"] * (len(places) - 1), "End"], [*places, []], strict=True):
        touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(fingers)]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})
    settle(page)


IN_SIGHT = """(() => { const b = s.extent(); return s.x <= b.x && s.y <= b.y
  && b.x + b.width <= s.x + s.width / s.scale && b.y + b.height <= s.y + s.height / s.scale; })()"""


def test_a_phone_begins_with_the_whole_map_and_nothing_scrolls(phone: Page) -> None:
    assert stage(phone, IN_SIGHT)
    assert scrolls(phone) == (0, 0)


def test_a_finger_moves_the_map(phone: Page) -> None:
    before = view(phone)
    touch(phone, *([(200 - way, 500 + way / 2)] for way in range(0, 81, 10)))
    after = view(phone)
    assert after[2] == before[2]
    assert (after[0] - before[0]) * after[2] == pytest.approx(80, abs=12)
    assert (before[1] - after[1]) * after[2] == pytest.approx(40, abs=12)
    expect(phone.locator(".sb-panel")).to_be_hidden()
    assert phone.evaluate("visualViewport.scale") == 1


def test_two_fingers_zoom_the_map_and_move_it(phone: Page) -> None:
    before = view(phone)
    under = "[s.x + (200 - b.left) / s.scale, s.y + (Y - b.top) / s.scale]"
    place = f"(() => {{ const b = s.svg.getBoundingClientRect(); return {under}; }})()"
    held = stage(phone, place.replace("Y", "500"))
    touch(phone, *([(180 - 8 * n, 500 + 5 * n), (220 + 8 * n, 500 + 5 * n)] for n in range(9)))
    assert view(phone)[2] > before[2] * 2.5
    assert stage(phone, place.replace("Y", "540")) == pytest.approx(held, abs=12)
    assert phone.evaluate("visualViewport.scale") == 1


def test_a_tap_opens_the_panel_below_its_table(phone: Page) -> None:
    phone.touchscreen.tap(*middle(phone, "public.orders"))
    expect(phone.locator(".sb-panel h2")).to_have_text("orders")
    phone.wait_for_timeout(600)
    panel = phone.locator(".sb-panel").bounding_box()
    assert panel
    assert middle(phone, "public.orders")[1] < panel["y"]


# the screen


def scrolls(page: Page) -> tuple[int, int]:
    """How far the page can be scrolled."""
    found = page.evaluate(
        """(() => { window.scrollTo(10000, 10000);
        const body = document.body; return [window.scrollX, window.scrollY]; })()"""
    )
    return found[0], found[1]


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700), (390, 844), (844, 390)])
def test_the_page_has_no_scrollbar(opened: Open, size: tuple[int, int]) -> None:
    page = opened()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    settle(page)
    assert scrolls(page) == (0, 0)
    box = page.locator(".sb-stage").bounding_box()
    assert box
    assert box["y"] + box["height"] <= size[1]
    assert box["height"] > size[1] / 3


@pytest.mark.parametrize(("size", "mode"), [((2400, 1500), "columns"), ((800, 700), "names")])
def test_it_begins_with_the_most_that_can_be_read(
    site: Path, browser: Browser, size: tuple[int, int], mode: str
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto((site / "reference" / "map.html").as_uri())
    page.locator(".sb-map[data-ready]").wait_for()
    settle(page)
    assert stage(page, "[s.mode, s.svg.dataset.level]") == [mode, "full"]
    assert stage(page, "s.scale") >= 0.75
    page.close()


@pytest.mark.parametrize("how", ["address", "click"])
def test_a_selection_is_fitted_into_what_the_panel_leaves_free(opened: Open, how: str) -> None:
    page = opened("#t=public.customers" if how == "address" else "")
    if how == "click":
        card = "s.layout.cards[s.model.byName.get('public.customers').index]"
        stage(page, f"s.goTo({card}.x - (s.width - 150) / s.scale, s.y, s.scale)")
        settle(page)
        click(page, "public.customers")
        page.wait_for_timeout(600)
    panel, papers = page.locator(".sb-panel").bounding_box(), page.locator(".card.on .paper")
    assert panel
    assert papers.count() == 3
    for box in (paper.bounding_box() for paper in papers.all()):
        assert box
        assert box["x"] + box["width"] <= panel["x"]
        assert box["x"] >= 200


def test_the_map_is_in_the_navigation_behind_the_reference(tmp_path: Path, context: BrowserContext) -> None:
    nav = "nav: [index.md, {Reference: [reference/index.md]}, {Guides: index.md}]\n"
    site = made_site(tmp_path, "false", nav)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    links = page.locator(".md-nav--primary > .md-nav__list > li > a.md-nav__link").all_text_contents()
    assert "Map" in [text.strip() for text in links]
    page.locator(".md-nav--primary a", has_text=re.compile(r"^\s*Map\s*$")).click()
    page.locator(".sb-map[data-ready]").wait_for()


@pytest.mark.parametrize(
    "nav", [[], ["index.md"], [{"All": ["reference/index.md", {"M": "reference/map.md"}]}]]
)
def test_a_navigation_that_has_the_map_or_no_reference_stays_as_it_is(nav: list[Any]) -> None:
    assert with_own_pages(nav, "reference", ["map.md"]) == nav


def test_without_scripts_there_is_a_picture_with_links(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto((site / "reference" / "map.html").as_uri())
    picture = page.locator("object.sb-picture")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box
    assert box["width"] > 600
    svg = (site / "assets/schemabook/map/map.svg").read_text("utf-8")
    links = re.findall(r'xlink:href="([^"]+)"', svg)
    assert len(links) == 30
    assert all((site / "assets/schemabook/map" / link).resolve().is_file() for link in links)
    assert "<img" not in svg
    context.close()

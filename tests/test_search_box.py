"""The search of the built site in a browser: what it finds, in which order, and how it is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Visit
from playwright.sync_api import Browser, Page, expect
from test_plugin import schema_of
from test_plugin import site as small_site

INPUT, HIT, BOX = ".sb-search__input", ".sb-search__hit", ".sb-search__box"
HOSTILE = """
create table public."<script>alert(1)</script>" (
  id int, "a""b'c" text, "dot.ted" text, "Größe" text, "***" int
);
comment on table public."<script>alert(1)</script>" is 'Not <img src=x onerror=alert(2)> markup & "quotes"';
create table public.letters (
  "Straße" int, "İSTANBUL" int, "ısı" int, "Σίσυφος" int, "Łódź" int, "œuvre" int, "naïve_Ærø" int, "ΌΧΙ" int
);
create table public."LogEntry" (id int);
create table public.log_entry (id int);
create table public."LOG_ENTRY" (id int);
create schema "Other";
create table "Other".log_entry (id int);
create policy "Own <b>rows</b>" on public.log_entry using (true);
"""


def ask(page: Page, query: str) -> list[str]:
    """What the results of a query show, kind after name."""
    page.locator(INPUT).fill(query)
    page.locator("#sb-search-list:not([aria-busy])").wait_for(state="attached")
    page.locator(HIT).first.wait_for()
    return page.locator(".sb-search__head").all_inner_texts()


def firsts(page: Page, query: str) -> list[str]:
    return [" ".join(text.split()) for text in ask(page, query)[:3]]


def links(page: Page) -> list[str]:
    found: list[str] = page.locator(HIT).evaluate_all("all => all.map(a => a.href)")
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user_profiles", "public/tables/user_profiles.html"),
        ("user profiles", "public/tables/user_profiles.html"),
        ("userProfiles", "public/tables/user_profiles.html"),
        ("user prof", "public/tables/user_profiles.html"),
        ("apicostlogs", "public/tables/api_cost_logs.html"),
        ("usrprf", "public/tables/user_profiles.html"),
        ("public.api_cost_logs", "public/tables/api_cost_logs.html"),
        ("stripe_customer_id", "public/tables/user_profiles.html#stripe_customer_id"),
        ("user_profiles.stripe_customer_id", "public/tables/user_profiles.html#stripe_customer_id"),
        ("user_profiles.loc", "public/tables/user_profiles.html#locale"),
        ("auth.users.email", "auth/tables/users.html#email"),
        ("auth users", "auth/tables/users.html"),
        ("audit log entry", "auth/tables/audit_log_entries.html"),
        ("search_stories()", "public/functions/search_stories.html"),
        ("content_status", "public/types/content_status.html"),
        ("content_status.draft", "public/types/content_status.html#label-draft"),
        ("first checkout", "public/tables/user_profiles.html#stripe_customer_id"),
    ],
)
def test_the_first_result_is_what_a_person_means(visit: Visit, query: str, found: str) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    ask(page, query)
    assert links(page)[0].endswith(f"/reference/{found}")
    page.locator(HIT).first.click()
    page.wait_for_url("**/reference/**")


def test_guides_are_found_by_heading_and_by_prose(visit: Visit) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    assert firsts(page, "going back")[0] == "Migrations › Going back section"
    assert "MIGRATIONS.html#going-back" in links(page)[0]
    ask(page, "no down migrations")
    assert "MIGRATIONS.html#going-back" in links(page)[0]


def test_a_question_in_words_finds_a_guide_though_no_page_has_all_of_them(visit: Visit) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    ask(page, "how do i revoke a broken migration")
    assert all("MIGRATIONS" in link for link in links(page)[:3])


def test_every_result_leads_to_a_file_and_an_anchor(visit: Visit) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    ask(page, "user")
    asked = "[...'aeiou'].flatMap(q => schemabookSearch.find(q, 5000).hits.map(h => h.url))"
    urls: list[str] = page.evaluate(asked)
    assert len(set(urls)) > 500
    pages = {path: (visit.site / path).read_text("utf-8") for path in {url.partition("#")[0] for url in urls}}
    for url in set(urls):
        path, _, anchor = url.partition("#")
        assert not anchor or f'id="{anchor}"' in pages[path], url


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit.open("reference/index.html")
    for key in ("/", "s", "f", "Control+k"):
        page.keyboard.press(key)
        expect(page.locator(INPUT)).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(INPUT)).not_to_be_focused()
        expect(page.locator(".sb-search__panel")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("content")
    expect(page.locator(INPUT)).to_have_value("content")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    second = page.locator(HIT).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(page.locator(INPUT)).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/content_characters.html")


def test_a_screen_reader_is_told_the_number_of_results(visit: Visit) -> None:
    page = visit.open("index.html")
    page.get_by_role("combobox", name="Search").click()
    ask(page, "user_profiles.locale")
    expect(page.get_by_role("combobox", name="Search")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="result")).to_have_count(1)
    assert page.get_by_role("listbox", name="Results").get_by_role("option").count() > 0
    page.locator(INPUT).fill("xqzzy")
    expect(page.locator(".sb-search__status")).to_have_text("No results")
    expect(page.get_by_role("combobox", name="Search")).to_have_attribute("aria-expanded", "false")


def test_more_results_are_a_press_away_and_the_first_stay_in_place(visit: Visit) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    before = ask(page, "id")
    assert len(before) == 20
    page.locator(".sb-search__more").click()
    after = page.locator(".sb-search__head").all_inner_texts()
    assert after[:20] == before
    assert len(after) == 120


def test_an_address_with_a_question_opens_the_search(visit: Visit) -> None:
    page = visit.page
    page.goto((visit.site / "index.html").as_uri() + "?q=user_profiles.locale")
    page.locator(HIT).first.wait_for()
    assert links(page)[0].endswith("user_profiles.html#locale")


def test_one_kind_of_results_is_shown_alone(visit: Visit) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    ask(page, "user")
    kinds = page.get_by_role("group", name="Kinds")
    everything, columns = (kinds.get_by_role("button", name=name) for name in ("All", "Columns"))
    expect(everything).to_have_attribute("aria-pressed", "true")
    number = int(columns.locator(".sb-search__count").inner_text())
    # With keys alone: what clears the field is before the buttons.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(everything).to_be_focused()
    while not columns.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(columns).to_have_attribute("aria-pressed", "true")
    expect(everything).to_have_attribute("aria-pressed", "false")
    assert {text.partition("column")[1] for text in page.locator(".sb-search__kind").all_inner_texts()} == {
        "column"
    }
    expect(page.locator(".sb-search__status")).to_contain_text(f"{number} of ")
    page.keyboard.press("ArrowDown")
    expect(page.locator(INPUT)).to_be_focused()
    expect(page.locator(HIT).nth(1)).to_have_attribute("aria-selected", "true")
    columns.click()
    expect(everything).to_have_attribute("aria-pressed", "true")
    columns.click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(everything).to_have_attribute("aria-pressed", "true")


BREAKS = """selector => {
  const inside = [], range = document.createRange(), letter = /[\\p{L}\\p{N}]/u;
  for (const name of document.querySelectorAll(selector)) {
    const walk = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
    let before = "", bottom = Infinity;
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      for (let at = 0; at < node.length; at++) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        const isInside = letter.test(before) && letter.test(node.data[at]);
        if (box.top >= bottom - 2 && isInside) inside.push(name.textContent);
        [before, bottom] = [node.data[at], box.bottom];
      }
    }
  }
  return inside;
}"""
"""The names with a line that ends inside of a word."""


def test_on_a_phone_names_break_between_their_words(phone: Visit) -> None:
    page = phone.open("index.html")
    page.get_by_role("button", name="Search").click()
    lines = set()
    for query in ("content_illustrations", "audit_log", "character_profiles"):
        ask(page, query)
        assert page.evaluate(BREAKS, ".sb-search__name") == []
        lines |= set(page.locator(".sb-search__name").evaluate_all("all => all.map(it => it.offsetHeight)"))
    assert len(lines) > 1, "all names have one line"
    for path in ("public/tables/content_illustrations", "auth/tables/users", "access", "columns", "index"):
        page = phone.open(f"reference/{path}.html")
        page.wait_for_timeout(200)
        assert page.evaluate(BREAKS, "article :is(h1, td code, th code, li code)") == [], path


@pytest.mark.parametrize("markup", ["<button>Find</button>", "<a href='x.html'>Find</a>", "<input>"])
def test_what_stands_for_it_on_a_page_opens_it(visit: Visit, markup: str) -> None:
    page = visit.open("index.html")
    page.evaluate("html => document.querySelector('article').insertAdjacentHTML('afterbegin', html)", markup)
    page.evaluate("document.querySelector('article').firstChild.setAttribute('data-search-open', '')")
    opener = page.locator("[data-search-open]").first
    opener.click()
    expect(page.locator(INPUT)).to_be_focused()
    page.keyboard.press("Escape")
    opener.focus()
    page.keyboard.type("users" if markup == "<input>" else "\n")
    expect(page.locator(INPUT)).to_be_focused()
    expect(page.locator(INPUT)).to_have_value("users" if markup == "<input>" else "")


def test_a_click_beside_closes_it(visit: Visit) -> None:
    page = visit.open("index.html")
    page.locator(INPUT).click()
    ask(page, "users")
    page.mouse.click(300, 700)
    expect(page.locator(".sb-search__panel")).to_be_hidden()


def test_a_phone_shows_it_on_the_whole_screen(phone: Visit) -> None:
    page = phone.open("reference/index.html")
    expect(page.locator(INPUT)).to_be_hidden()
    page.get_by_role("button", name="Search").click()
    assert page.locator(BOX).bounding_box() == {"x": 0, "y": 0, "width": 400, "height": 800}
    assert firsts(page, "user_profiles")[0] == "public.user_profiles table"
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(INPUT)).to_have_value("")
    page.get_by_role("button", name="Close the search").click()
    expect(page.locator(BOX)).to_be_hidden()


def test_it_is_not_printed(visit: Visit) -> None:
    page = visit.open("index.html")
    page.emulate_media(media="print")
    expect(page.locator(".sb-search")).to_be_hidden()


def test_the_data_is_loaded_only_when_somebody_is_about_to_search(visit: Visit) -> None:
    page = visit.open("index.html")
    page.wait_for_timeout(200)
    assert [url for url in visit.requests if "search-" in url] == []
    page.keyboard.press("/")
    ask(page, "users")
    assert len([url for url in visit.requests if "search-" in url]) == 4
    assert visit.errors == []


# hostile names


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    schema_of(folder, HOSTILE)
    return small_site(folder, "use_directory_urls: false\n", theme="{name: material, font: false}")


@pytest.fixture
def hostile_page(hostile: Path, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto((hostile / "index.html").as_uri())
    page.locator(INPUT).click()
    yield page
    context.close()


def test_names_and_comments_are_text_and_never_markup(hostile_page: Page) -> None:
    assert firsts(hostile_page, "script")[0] == "public.<script>alert(1)</script> table"
    expect(hostile_page.locator(".sb-search__text").first).to_contain_text("Not <img src=x onerror=alert(2)>")
    assert firsts(hostile_page, "own <b>")[0] == "public.log_entry.Own <b>rows</b> policy"
    assert hostile_page.locator(".sb-search :is(script, img, b)").count() == 0
    hostile_page.locator(HIT).first.click()
    hostile_page.wait_for_url("**/log_entry.html#policy-*")


def test_names_with_quotes_dots_and_signs_are_found(hostile_page: Page) -> None:
    names = {"a\"b'c": "a\"b'c", "dot.ted": "dot.ted", "***": "***", "GRÖße": "Größe", "große": "Größe"}
    for query, found in names.items():
        assert firsts(hostile_page, query)[0] == f"public.<script>alert(1)</script>.{found} column", query


@pytest.mark.parametrize(
    ("found", "queries"),
    [
        ("Größe", "GRÖSSE GRÖẞE Größe grösse grosse GROSSE gröss Gro\u0308ße"),
        ("Straße", "STRASSE STRAẞE strasse straße letters.STRASSE"),
        ("İSTANBUL", "istanbul ISTANBUL İstanbul ıstanbul"),
        ("ısı", "isi ISI ISİ ısı"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ σίσυφος σισυφοσ Σίσυφοσ ΣΙΣΥΦ"),
        ("ΌΧΙ", "όχι οχι"),
        ("Łódź", "lodz LODZ łódź ŁÓDŹ Łódz"),
        ("œuvre", "OEUVRE Œuvre oeuvre"),
        ("naïve_Ærø", "NAIVE_AERO naïve_ærø naiveAero"),
    ],
)
def test_case_and_accents_do_not_count_in_any_language(hostile_page: Page, found: str, queries: str) -> None:
    for query in queries.split():
        assert firsts(hostile_page, query)[0].endswith(f".{found} column"), query
        marked = hostile_page.locator(f"{HIT} >> nth=0").locator(".sb-search__name mark")
        assert marked.count() > 0, query


def test_letters_compare_one_by_one_as_in_a_text(hostile_page: Page) -> None:
    differing = hostile_page.evaluate(
        """() => {
          const letters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
          const fold = window.schemabookFold, spaced = (a, b) => fold(a + b) !== fold(a) + fold(b);
          const unequal = c => [c.toLowerCase(), c.toUpperCase()].some(other => fold(other) !== fold(c));
          const differs = c => spaced("Σ", c) || spaced(c, "Σ") || unequal(c) || fold(fold(c)) !== fold(c);
          // An iota below a letter of ancient Greek is a mark, and a letter of its own beside a capital.
          return letters.filter(c => differs(c) && !c.normalize("NFKD").includes("\u0345"));
        }"""
    )
    assert differing == []


def test_of_names_that_differ_in_case_the_one_that_was_typed_is_first(hostile_page: Page) -> None:
    assert firsts(hostile_page, "LogEntry")[0] == "public.LogEntry table"
    assert firsts(hostile_page, "log_entry")[0] == "public.log_entry table"
    assert firsts(hostile_page, "LOG_ENTRY")[0] == "public.LOG_ENTRY table"
    assert firsts(hostile_page, '"Other".log_entry')[0] == "Other.log_entry table"


# over http


def test_it_works_in_a_subfolder_under_a_strict_security_policy(strict_server: str, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{strict_server}/reference/public/index.html")
    page.locator(INPUT).click()
    assert firsts(page, "user_profiles.locale")[0] == "public.user_profiles.locale column"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{strict_server}/reference/public/tables/user_profiles.html#locale")
    assert visit.errors == []
    assert not [url for url in visit.requests if not url.startswith((strict_server, "data:"))]

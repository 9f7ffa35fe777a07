"""The built example site in a browser, opened from disk."""

from __future__ import annotations

import pytest
from conftest import PHONE, WIDE, Visit
from playwright.sync_api import expect

PAGES = [
    "index.html",
    "MIGRATIONS.html",
    "reference/index.html",
    "reference/others.html",
    "reference/public/index.html",
    "reference/public/tables/user_profiles.html",
    "reference/public/tables/content.html",
    "reference/auth/tables/users.html",
    "reference/public/views/content_overview.html",
    "reference/public/functions/price_at.html",
    "reference/storage/functions/search.html",
    "reference/public/types/content_status.html",
    "reference/columns.html",
    "reference/coverage.html",
    "reference/functions.html",
    "reference/policies.html",
    "reference/roles.html",
    "reference/roles/authenticated.html",
    "reference/tables.html",
]
TABLE = "reference/public/tables/user_profiles.html"


def test_no_page_asks_anybody_or_complains(visit: Visit) -> None:
    for path in PAGES:
        visit.open(path).wait_for_timeout(100)
    visit.page.locator(".sb-search__input").click()
    visit.page.wait_for_timeout(300)
    assert [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert visit.errors == []


def test_a_link_to_a_column_leads_to_its_row_below_the_header(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.locator('article a[href$="subscription_tiers.html#id"]').first.click()
    page.wait_for_url("**/subscription_tiers.html#id")
    row = page.locator("tr:has(#id)")
    header = page.locator(".md-header").bounding_box()
    box = row.bounding_box()
    assert box
    assert header
    assert header["height"] <= box["y"] < WIDE["height"] - box["height"]
    plain = page.locator("tbody tr").last.evaluate("e => getComputedStyle(e).backgroundColor")
    expect(row).not_to_have_css("background-color", plain)  # The theme fades colours in.


@pytest.mark.parametrize(
    "part", ["locale", "constraint-user_profiles_pkey", "stripe_customer_id", "triggers"]
)
def test_a_permalink_lands_clear_of_the_header(visit: Visit, part: str) -> None:
    page = visit.open(f"{TABLE}#{part}")
    page.wait_for_timeout(200)
    header = page.locator(".md-header").bounding_box()
    box = page.locator(f"[id='{part}']").bounding_box()
    assert header
    assert box
    assert header["height"] <= box["y"] < WIDE["height"]


def test_the_neighbourhood_is_drawn_and_its_boxes_are_links(visit: Visit) -> None:
    page = visit.open(TABLE)
    picture = page.locator(".schemabook-neighbourhood svg").first
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box
    assert box["height"] > 60
    picture.locator("a", has_text="stories").locator("rect").click()
    page.wait_for_url("**/public/tables/stories.html")
    picture.locator("a", has_text="user_profiles").locator("rect").click()
    page.wait_for_url("**/public/tables/user_profiles.html")


def test_dark_and_light_can_be_chosen_and_stay(visit: Visit) -> None:
    page = visit.open(TABLE)
    schemes = {}
    for _ in range(3):
        scheme = page.locator("body").get_attribute("data-md-color-scheme")
        schemes[scheme] = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
        page.locator("form.md-header__option label:not([hidden])").click()
    assert set(schemes) == {"default", "slate"}
    assert len(set(schemes.values())) == 2
    while page.locator("body").get_attribute("data-md-color-scheme") != "slate":
        page.locator("form.md-header__option label:not([hidden])").click()
    visit.open("reference/index.html")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(visit: Visit, path: str) -> None:
    page = visit.open(path)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        edges = page.locator("article :is(p, h1, h2, h3, li)").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => [r.left, r.right])"
        )
        assert all(left >= 8 and right <= size["width"] - 8 for left, right in edges)


def test_a_type_stays_on_one_line(visit: Visit) -> None:
    page = visit.open("reference/auth/tables/users.html")
    for cell in page.locator("td:nth-child(2) code").all():
        box = cell.bounding_box()
        assert box
        assert box["height"] < 24


def test_a_phone_shows_descriptions_without_scrolling_sideways(phone: Visit) -> None:
    page = phone.open(TABLE)
    cell = page.locator("tr:has(#locale) td:last-child")
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_on_a_phone_a_wide_picture_is_drawn_upright(visit: Visit) -> None:
    page = visit.open(TABLE)
    wide, upright = page.locator(".schemabook-neighbourhood svg").all()
    expect(upright).to_be_hidden()
    page.set_viewport_size(PHONE)
    expect(wide).to_be_hidden()
    expect(upright).to_be_visible()
    frame = page.locator(".schemabook-neighbourhood")
    assert frame.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    upright.locator("a", has_text="stories").locator("rect").click()
    page.wait_for_url("**/public/tables/stories.html")


def test_it_prints(visit: Visit) -> None:
    page = visit.open(TABLE)
    page.emulate_media(media="print")
    expect(page.locator(".md-header")).to_be_hidden()
    expect(page.locator("tr:has(#locale)")).to_be_visible()
    expect(page.locator(".schemabook-neighbourhood svg").first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_link_of_a_column_answers_who_can_do_what_with_it(visit: Visit) -> None:
    page = visit.open("reference/public/tables/stories.html#title")
    shown = page.locator("tr:has(:target) .sb-who")
    expect(shown).to_contain_text("Who can do what: anon: reads rows where visibility = 'published'")
    page.evaluate("location.hash = 'slug'")
    expect(shown).to_be_visible()
    expect(page.locator(".sb-who")).to_have_count(1)
    # Where some columns are granted the page itself says it of each.
    visit.open("reference/public/tables/content.html#prompt")
    expect(shown).to_contain_text("anon: nothing")
    page.evaluate("location.hash = 'language'")
    expect(shown).to_contain_text("anon: reads some rows")
    assert not visit.errors

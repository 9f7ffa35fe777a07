"""Names that are near are suggested, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemabook.model import Name
from schemabook.nearest import is_near, mistyped, nearest, nearest_name

NEAR = [
    ("usres", "users"),
    ("user", "users"),
    ("storys", "stories"),
    ("category", "categories"),
    ("Orders", "orders"),
    ("orderitems", "order_items"),
    ("order_item", "order_items"),
    ("profiles", "user_profiles"),
    ("user_profile", "profiles"),
    ("customers_x", "customers"),
    ("customer_adress", "customer_address"),
    ("cod", "code"),
    ("usr_id", "user_id"),
    ("created", "created_at"),
    ("recieved_at", "received_at"),
    ("Users read there own", "Users read their own"),
    ("größe", "Größe"),
    ("prizma", "prisma"),
    ("groupes", "groups"),
]
"""What a person may have meant."""
FAR = [
    ("customers_x", "users"),
    ("customers", "users"),
    ("orders", "borders_of_countries"),
    ("user", "purses"),
    ("id", "is"),
    ("id", "user_id"),
    ("tag", "age"),
    ("name", "game_names_seen"),
    ("accounts", "discounts"),
    ("invoice", "voices"),
    ("content", "comments"),
    ("payments", "statements"),
    ("posts", "hosts_and_ports"),
    ("storage", "garages"),
    ("role", "profiles"),
    ("sessions", "permissions"),
    ("location", "relations"),
    ("products", "projects_old"),
]
"""What only has letters in common."""


@pytest.mark.parametrize(("written", "meant"), NEAR)
def test_a_near_name_is_suggested(written: str, meant: str) -> None:
    assert nearest(written, [meant, "zzz"]) == meant
    assert nearest_name(Name("public", written), [Name("auth", meant)]) == ("auth", meant)


@pytest.mark.parametrize(("written", "other"), FAR)
def test_a_name_that_only_looks_alike_is_not_suggested(written: str, other: str) -> None:
    assert nearest(written, [other]) is None
    assert nearest_name(Name("public", written), [Name("public", other), Name("auth", other)]) is None


def test_of_names_that_are_equally_near_one_that_goes_on_is_first() -> None:
    assert nearest("user", ["users", "user_logs", "usher"]) == "users"


words = st.text("abc_", max_size=7)


@given(one=words, other=words)
def test_nearness_has_no_direction_and_is_zero_for_the_same(one: str, other: str) -> None:
    assert mistyped(one, other) == mistyped(other, one)
    assert is_near(one, other) == is_near(other, one)
    assert (mistyped(one, other) == 0) == (one == other)
    assert mistyped(one, other) <= max(len(one), len(other))

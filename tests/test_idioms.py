"""Policies in words: known forms are named, anything else is shown and never guessed."""

from __future__ import annotations

import re

import pytest

from schemabook.access.idioms import idiom, is_for_service
from schemabook.access.words import Idiom, Rows
from schemabook.model import Database, Name, Policy, Sql
from schemabook.pages.security import policy_words
from schemabook.read import read

TABLES = b"""
create table public.profiles (id uuid, user_id uuid, role text);
create table public.notes (id uuid, user_id uuid, is_public boolean, owner_id uuid);
create table storage.objects (id uuid, bucket_id text, name text);
"""


def database(sql: str) -> Database:
    found = read([("policies.sql", TABLES + sql.encode())])
    assert not found.receipt.unread
    return found


def policy(clauses: str, table: str = "public.notes") -> tuple[Policy, Database]:
    found = database(f"create policy p on {table} {clauses};")
    (only,) = found.policies.values()
    return only, found


def using(expression: str, table: str = "public.notes") -> Idiom:
    only, found = policy(f"using ({expression})", table)
    return idiom(only.using, only.relation, found)


def words(clauses: str) -> str:
    return policy_words(*policy(clauses))


@pytest.mark.parametrize(
    "expression",
    [
        "auth.uid() = user_id",
        "user_id = auth.uid()",
        "(select auth.uid()) = user_id",
        "( SELECT auth.uid() AS uid) = user_id",
        "(auth.uid())::text = (user_id)::text",
        "((( select auth.uid() ) = notes.user_id))",
    ],
)
def test_own_rows_are_known_in_every_spelling(expression: str) -> None:
    assert using(expression) == Idiom(Rows.OWN, "user_id")


def test_a_further_condition_on_own_rows_is_said() -> None:
    assert using("auth.uid() = user_id and is_public") == Idiom(Rows.OWN, "user_id", further=True)


def test_an_or_opens_another_way_so_the_rows_are_not_only_own() -> None:
    assert using("auth.uid() = user_id or is_public").rows is Rows.CUSTOM


def test_a_subselect_tied_to_row_and_user_connects_them() -> None:
    tied = "exists (select 1 from public.profiles p where p.id = notes.owner_id and p.user_id = auth.uid())"
    assert using(tied) == Idiom(Rows.CONNECTED, "profiles")


def test_a_subselect_that_does_not_name_the_row_connects_nothing() -> None:
    gate = "exists (select 1 from public.profiles p where p.user_id = auth.uid() and p.role = 'admin')"
    assert using(gate) == Idiom(Rows.LISTED, "profiles", further=True)


def test_a_name_without_a_table_is_the_nearest_one() -> None:
    inner = "exists (select 1 from profiles where id = notes.owner_id and user_id = auth.uid())"
    assert using(inner) == Idiom(Rows.CONNECTED, "profiles")
    unbound = "exists (select 1 from profiles where id = id and user_id = auth.uid())"
    assert using(unbound) == Idiom(Rows.LISTED, "profiles", further=True)
    outer = "exists (select 1 from profiles where profiles.id = notes.id and owner_id = auth.uid())"
    assert using(outer).rows is Rows.CUSTOM


def test_a_table_that_is_not_known_may_have_any_column() -> None:
    assert (
        using("exists (select 1 from x where x.id = notes.id and user_id = auth.uid())").rows is Rows.CUSTOM
    )
    named = "exists (select 1 from x where x.id = notes.id and x.user_id = auth.uid())"
    assert using(named) == Idiom(Rows.CONNECTED, "x")


def test_a_policy_that_reads_its_own_table_is_not_put_in_words() -> None:
    assert using("exists (select 1 from notes n where n.user_id = auth.uid())").rows is Rows.CUSTOM


def test_a_subselect_with_an_or_connects_nothing() -> None:
    loose = (
        "exists (select 1 from profiles p where p.id = notes.owner_id and (p.user_id = auth.uid() or true))"
    )
    assert using(loose).rows is Rows.CUSTOM


def test_a_column_among_the_users_values_is_connected() -> None:
    tied = "owner_id in (select p.id from profiles p where p.user_id = (select auth.uid()))"
    assert using(tied) == Idiom(Rows.CONNECTED, "profiles")


def test_a_condition_on_columns_only_is_shown() -> None:
    assert using("is_public") == Idiom(Rows.CONDITIONAL, "is_public")


def test_a_function_that_the_input_lacks_is_never_guessed() -> None:
    assert using("public.may_read(id)").rows is Rows.CUSTOM


@pytest.mark.parametrize("deep", ["(" * 5000 + "true" + ")" * 5000, "is_public = " * 5000 + "true"])
def test_what_is_deeper_than_python_follows_is_custom(deep: str) -> None:
    notes = Name("public", "notes")
    assert idiom(Sql(deep, re.sub(r"([()])", r" \1 ", deep)), notes, database("")).rows is Rows.CUSTOM


def test_thousands_of_conditions_in_a_row_are_read() -> None:
    many = " and ".join(["is_public"] * 5000)
    assert idiom(Sql(many, many), Name("public", "notes"), database("")).rows is Rows.CONDITIONAL


def test_true_beside_or_is_all_rows() -> None:
    assert using("auth.role() = 'service_role' or true").rows is Rows.ALL
    assert using("auth.uid() = user_id and false").rows is Rows.NONE


def test_the_own_folder_names_its_bucket() -> None:
    folder = "bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text"
    assert using(folder, "storage.objects") == Idiom(Rows.IN_BUCKET, "avatars")


def test_true_is_all_rows_and_false_none() -> None:
    assert using("true").rows is Rows.ALL
    assert using("false").rows is Rows.NONE


def test_a_policy_without_an_expression_permits_no_row() -> None:
    assert words("for select to anon") == "`anon` may read no rows."
    assert words("as restrictive for select to anon") == "Restricts nothing."
    assert words("for all with check (is_public)") == "Everybody may insert rows where `is_public`."


def test_signed_in_users_are_told_from_everybody() -> None:
    assert using("auth.role() = 'authenticated'").rows is Rows.SIGNED_IN
    gate = "for select to authenticated using (auth.uid() is not null)"
    assert words(gate) == "`authenticated` may read all rows, if a user is signed in."
    assert using("auth.uid() is not null").rows is Rows.SIGNED_IN


def test_a_policy_for_the_service_role_is_known_by_role_and_by_expression() -> None:
    assert is_for_service(*policy("to service_role using (true)"))
    assert is_for_service(*policy("using (auth.role() = 'service_role')"))
    assert not is_for_service(*policy("to anon using (true)"))


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        (
            "for delete to authenticated using (is_public)",
            "`authenticated` may delete only rows where `is_public`",
        ),
        (
            "using ((select auth.jwt() ->> 'aal') = 'aal2')",
            "everybody may read, insert, update and delete only if the user signed in with a second factor",
        ),
        ("for select using (false)", "everybody may read no rows"),
    ],
)
def test_a_restrictive_policy_is_worded_as_a_limit(clauses: str, expected: str) -> None:
    assert words(f"as restrictive {clauses}") == f"Whatever other policies allow, {expected}."


def test_a_claim_that_users_edit_is_warned_of() -> None:
    claim = "the claim `user_metadata.role` (**editable by the user**)"
    found = words("for select using ((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin')")
    assert found == f"Everybody may read all rows, if {claim} is `'admin'`."


def test_a_weaker_check_is_said_beside_using() -> None:
    found = words("for update to authenticated using (auth.uid() = user_id) with check (true)")
    assert found == "`authenticated` may update own rows (`user_id`); any row may be written."

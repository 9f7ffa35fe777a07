"""Policies in words: known forms are named, anything else is shown and never guessed."""

from __future__ import annotations

import pytest

from schemabook.access.idioms import Idiom, Rows, idiom, is_anonymous_read, is_for_service, is_own_rows
from schemabook.model import Database, Name, Policy, relation_id
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


def policy(clauses: str, table: str = "public.notes") -> Policy:
    (found,) = database(f"create policy p on {table} {clauses};").policies.values()
    return found


def using(expression: str, table: str = "public.notes") -> Idiom:
    found = policy(f"using ({expression})", table)
    return idiom(found.using, found.relation.name)


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
    assert using(gate).rows is Rows.CUSTOM


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


def test_a_function_call_is_never_guessed() -> None:
    assert using("public.may_read(id)").rows is Rows.CUSTOM


def test_the_own_folder_names_its_bucket() -> None:
    folder = "bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text"
    assert using(folder, "storage.objects") == Idiom(Rows.OWN_FOLDER, "avatars")


def test_true_is_all_rows_and_false_none() -> None:
    assert using("true").rows is Rows.ALL
    assert using("false").rows is Rows.NONE


def test_a_policy_without_an_expression_permits_no_row() -> None:
    assert idiom(None).rows is Rows.NONE
    assert policy_words(policy("for select to anon")) == "`anon` may read no rows."


def test_signed_in_users_are_told_from_everybody() -> None:
    assert using("auth.role() = 'authenticated'").rows is Rows.SIGNED_IN
    assert using("auth.uid() is not null").rows is Rows.SIGNED_IN


def test_a_policy_for_the_service_role_is_known_by_role_and_by_expression() -> None:
    assert is_for_service(policy("to service_role using (true)"))
    assert is_for_service(policy("using (auth.role() = 'service_role')"))
    assert not is_for_service(policy("to anon using (true)"))


def test_an_insert_policy_is_judged_by_its_check() -> None:
    assert is_own_rows(policy("for insert with check (auth.uid() = user_id)"))


def test_anonymous_read_needs_the_policy_and_the_privilege() -> None:
    sql = "create policy p on public.notes for select to anon using (is_public);"
    granted = "grant select on public.notes to anon;"
    for grants, expected in (("", False), (granted, True)):
        found = database(sql + grants)
        (only,) = found.policies.values()
        privileges = found.privileges_on(relation_id(Name("public", "notes")))
        assert is_anonymous_read(only, privileges) is expected


def test_a_restrictive_policy_is_worded_as_a_limit() -> None:
    found = policy("as restrictive for delete to authenticated using (is_public)")
    assert (
        policy_words(found)
        == "Whatever else permits, `authenticated` may delete only rows where `is_public`."
    )


def test_a_weaker_check_is_said_beside_using() -> None:
    found = policy("for update to authenticated using (auth.uid() = user_id) with check (true)")
    assert policy_words(found) == "`authenticated` may update own rows (`user_id`); any row may be written."

"""Labels of policies are true: a real server shows the rows that each promises, to each caller."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from schemabook.access.forms import FORMS
from schemabook.access.idioms import idiom
from schemabook.access.words import Idiom, Rows
from schemabook.model import Name
from schemabook.pages.security import policy_words
from schemabook.platforms import PLATFORMS, stage_extensions
from schemabook.read import expression as sql_of
from schemabook.read import read
from schemabook.verify import server

SQL = (Path(__file__).parent / "idioms.sql").read_text("utf-8")
SUPABASE = PLATFORMS["supabase"]
HOLDS = tuple(dict.fromkeys(example for form in FORMS for example in form.holds))
MISSES = tuple(dict.fromkeys(example for form in FORMS for example in form.misses))
USER = "00000000-0000-0000-0000-00000000000"


class Caller(NamedTuple):
    """A role of the database, the claims of a token, and a setting of the application."""

    role: str
    claims: dict[str, Any]
    tenant: str = ""


def signed_in(number: int) -> Caller:
    """A user with a token."""
    letter = "ab"[number - 1]
    claims = {
        "sub": f"{USER}{number}",
        "role": "authenticated",
        "email": f"{('one', 'two')[number - 1]}@{letter}.test",
        "app_metadata": {"tenant": letter, "role": "admin" if number == 1 else "member"},
        "user_metadata": {"tenant": letter, "role": "admin" if number == 1 else "member"},
        "aal": f"aal{3 - number}",
        "is_anonymous": number == 2,
    }
    return Caller("authenticated", claims, letter)


CALLERS = (
    signed_in(1),
    signed_in(2),
    Caller("authenticated", {"role": "editor", "app_metadata": {"tenant": "b", "role": "owner"}}),
    Caller("authenticated", {"role": "service_role"}),
    Caller("anon", {"role": "anon"}),
    Caller("anon", {}),
)
CLAIM = "current_setting('request.jwt.claims')::jsonb"
ME = f"({CLAIM} ->> 'sub')::uuid"
MEMBER = f"exists (select from member x where x.team = note.team and x.person = {ME})"
LISTED = f"exists (select from profile x where x.user_id = {ME})"
PROMISES = {
    "all rows": "true",
    "no rows": "false",
    "own rows (user_id)": f"user_id = {ME}",
    "rows whose readers contains the user": f"readers @> array[{ME}]",
    "rows whose email is the claim email": f"email = {CLAIM} ->> 'email'",
    "rows whose tenant is the claim app_metadata.tenant (set by the server only)": (
        f"tenant = {CLAIM} #>> '{{app_metadata,tenant}}'"
    ),
    "rows whose tenant is the claim user_metadata.tenant (editable by the user)": (
        f"tenant = {CLAIM} #>> '{{user_metadata,tenant}}'"
    ),
    "rows whose tenant is the setting app.tenant": "tenant = current_setting('app.tenant')",
    "rows whose status is the current role": "status = current_setting('test.role')",
    "rows whose team is returned by function my_teams (with its owner's privileges)": MEMBER,
    "objects in the user's own folder": f"name like {ME} || '/%'",
    "objects in the user's own folder of bucket avatars": f"name like {ME} || '/%' and bucket_id = 'avatars'",
    "all rows, if a user is signed in": f"{ME} is not null",
    "all rows, if the token is the service role's": f"{CLAIM} ->> 'role' = 'service_role'",
    "all rows, if the user signed in with a second factor": f"{CLAIM} ->> 'aal' = 'aal2'",
    "all rows, if the database role that the token names is 'editor'": f"{CLAIM} ->> 'role' = 'editor'",
    "all rows, if the claim app_metadata.role (set by the server only) is 'admin' or 'owner'": (
        f"{CLAIM} #>> '{{app_metadata,role}}' in ('admin', 'owner')"
    ),
    "all rows, if the claim user_metadata.role (editable by the user) is 'admin'": (
        f"{CLAIM} #>> '{{user_metadata,role}}' = 'admin'"
    ),
    "all rows, if the claim is_anonymous is false": f"{CLAIM} ->> 'is_anonymous' = 'false'",
    "all rows, if 'admin' is returned by function my_role (with its owner's privileges)": (
        "my_role() = 'admin'"
    ),
    "rows connected to the user through member": MEMBER,
    "all rows, if profile has a row of the user": LISTED,
    "all rows, if permitted by function is_admin (with its owner's privileges)": "is_admin()",
    "rows permitted by function may_read": "may_read(team)",
}
"""What a label says, written without the expression that has it."""
FURTHER = re.compile(r" that also meets? further conditions$|^rows that meet further conditions,")
CONDITION = re.compile(r"rows where (.*)", re.S)
VARIED = (
    ("'guest' is returned by function my_role", "'admin'", "'guest'"),
    ("the token names is 'anon'", "'editor'", "'anon'"),
    ("the token names is 'authenticated' or 'anon'", "= 'editor'", "in ('authenticated', 'anon')"),
    (") is 'guest'", "'admin'", "'guest'"),
    ("if false is returned by function is_admin", "is_admin()", "not is_admin()"),
    ("of bucket files", "'avatars'", "'files'"),
    ("if member has", "profile x where x.user_id", "member x where x.person"),
)
"""Labels of mutations: what they have, and how the promise differs from that of the example."""


def promise(label: str) -> str:
    """The rows that a label promises at most, as SQL."""
    whole = FURTHER.sub(lambda match: "all rows," if match[0].startswith("rows") else "", label)
    if match := CONDITION.fullmatch(whole):
        return match[1]
    for has, old, new in VARIED:
        if has in whole:
            return next(sql for key, sql in PROMISES.items() if alike(key, whole)).replace(old, new)
    return PROMISES[whole]


def alike(one: str, other: str) -> bool:
    """Whether labels differ in a constant or a name only."""
    varying = r"'\w+'(?: or '\w+')?|bucket \w+|if (?:member|profile)|false is returned|permitted"
    return re.sub(varying, "", one) == re.sub(varying, "", other)


class Shown:
    """A server with rows, and a policy on them that changes."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.database = read([("idioms.sql", SUPABASE.sql.encode() + SQL.encode())])

    def label(self, expression: str) -> str:
        """What we call a policy with this expression."""
        return self.idiom(expression).label

    def idiom(self, expression: str) -> Idiom:
        """The form of this expression."""
        table = table_of(expression)
        return idiom(sql_of(expression), Name(*["public", *table.split(".")][-2:]), self.database)

    def printed(self, expression: str) -> str:
        """The expression as pg_dump prints it."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(
                f"create policy p on {table_of(expression)} using ({expression})".encode()
            )
            (found,) = self.connection.execute(
                "select pg_get_expr(polqual, polrelid) from pg_policy where polname = 'p'"
            ).fetchone() or ("",)
        return str(found)

    def rows(self, expression: str) -> list[Any]:
        """What each caller sees; the error where the server refuses."""
        return [self._as(caller, expression) for caller in CALLERS]

    def _as(self, caller: Caller, expression: str) -> Any:
        table = table_of(expression)
        with self.connection.transaction(force_rollback=True):
            try:
                self.connection.execute(f"create policy p on {table} using ({expression})".encode())
                self._become(caller)
                self.connection.execute(f"set local role {caller.role}".encode())
                return self._ids(table)
            except psycopg.Error as error:
                return error.sqlstate

    def promised(self, label: str, table: str) -> list[Any]:
        """What the label says that each caller sees."""
        found, where = [], promise(label)
        for caller in CALLERS:
            with self.connection.transaction(force_rollback=True):
                self._become(caller)
                found.append(self._ids(table, where))
        return found

    def _become(self, caller: Caller) -> None:
        settings = {
            "request.jwt.claims": json.dumps(caller.claims),
            "app.tenant": caller.tenant,
            "test.role": caller.role,
        }
        for name, value in settings.items():
            self.connection.execute("select set_config(%s, %s, true)", (name, value))

    def _ids(self, table: str, where: str = "true") -> list[str]:
        key = "id" if table == "note" else "name"
        found = self.connection.execute(f"select {key}::text from {table} where {where} order by 1".encode())
        return [row for (row,) in found]


def table_of(expression: str) -> str:
    return "storage.objects" if "foldername" in expression or "bucket_id" in expression else "note"


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    with server(superuser="cluster_owner") as running:
        path = stage_extensions(running.directory / "extensions")
        running.create_roles(["postgres"])
        running.create_database("rows")
        with running.connect("rows", extension_control_path=path) as connection:
            connection.execute(SUPABASE.sql.encode())
            connection.execute("set search_path = public")
            connection.execute(SQL.encode())
            yield Shown(connection)


@pytest.mark.parametrize(("expression", "label"), HOLDS)
def test_an_example_has_its_label_and_the_server_shows_these_rows(
    expression: str, label: str, shown: Shown
) -> None:
    assert shown.label(expression) == label
    if not CONDITION.match(label):
        assert shown.label(shown.printed(expression)) == label
    rows, promised = shown.rows(expression), shown.promised(label, table_of(expression))
    if FURTHER.search(label):
        assert all(set(seen) <= set(all_) for seen, all_ in zip(rows, promised, strict=True))
    else:
        assert rows == promised


@pytest.mark.parametrize(("expression", "label"), MISSES)
def test_a_near_miss_lacks_the_label_that_would_be_a_lie(expression: str, label: str, shown: Shown) -> None:
    assert shown.label(expression) != label
    assert shown.rows(expression) != shown.promised(label, table_of(expression))
    holds_what_it_says(expression, shown)


def holds_what_it_says(expression: str, shown: Shown) -> None:
    """Whatever label it has, the server agrees; none is never wrong."""
    found = shown.idiom(expression)
    if found.rows is Rows.CUSTOM:
        return
    rows, promised = shown.rows(expression), shown.promised(found.label, table_of(expression))
    if "42P17" in rows or "42501" in rows:
        return
    if found.further:
        assert all(set(seen) <= set(all_) for seen, all_ in zip(rows, promised, strict=True)), (
            expression,
            found.label,
        )
    else:
        assert rows == promised, (expression, found.label)


def mutations(expression: str) -> Iterator[str]:
    """What is nearly the expression: negated, opened, turned round, unbound."""
    yield f"not ({expression})"
    yield f"({expression}) is not true"
    yield f"({expression}) is not false"
    yield f"({expression}) is true"
    yield f"coalesce({expression}, true)"
    yield f"coalesce({expression}, false)"
    yield f"({expression}) or {PUBLISHED[table_of(expression)]}"
    yield f"({expression}) and {PUBLISHED[table_of(expression)]}"
    yield f"({expression}) or auth.uid() is null"
    yield f"({expression}) or true"
    yield f"({expression}) and false"
    yield f"({expression}) or false"
    yield f"case when {expression} then true else false end"
    yield f"({expression}) = false"
    for match in re.finditer(r" = (?!any)", expression):
        for other in ("<>", "is distinct from", "is not distinct from"):
            yield f"{expression[: match.start()]} {other} {expression[match.end() :]}"
    for word, other in TURNED:
        for match in re.finditer(word, expression):
            yield expression[: match.start()] + other + expression[match.end() :]


PUBLISHED = {"note": "published", "storage.objects": "bucket_id = 'files'"}
TURNED = (
    (r" in \(", " not in ("),
    (r"\bexists\b", "not exists"),
    (r"= any\b", "<> any"),
    (r"= any\b", "<> all"),
    (r"= any\b", "= all"),
    (r"is not null", "is null"),
    (r"is false", "is not true"),
    (r"auth\.uid\(\)", "user_id"),
    (r"auth\.uid\(\)", "gen_random_uuid()"),
    (r"\[1\]", "[2]"),
    (r"note\.team", "m.team"),
    (r"note\.team", "10"),
    (r"m\.team = note\.team and", ""),
    (r"and m\.person = auth\.uid\(\)", ""),
    (r"\bm\.team\b", "note.team"),
    (r"m\.person = auth\.uid\(\)", "(m.person = auth.uid() or m.team = 20)"),
    (r" and ", " or "),
    (r"'admin'", "'guest'"),
    (r"'authenticated'", "'anon'"),
    (r"\bjoin\b", "left join"),
    (r"\bselect (?:m\.)?(?:team|person|role)\b", "select null"),
)


@pytest.mark.parametrize(("expression", "label"), HOLDS)
def test_a_mutation_of_an_example_loses_the_label_or_has_the_same_rows(
    expression: str, label: str, shown: Shown
) -> None:
    promised = shown.promised(label, table_of(expression))
    for mutation in mutations(expression):
        rows = shown.rows(mutation)
        if any(isinstance(seen, str) for seen in rows):
            continue  # The server does not take it.
        if shown.label(mutation) == label and not FURTHER.search(label):
            assert rows == promised, mutation
        holds_what_it_says(mutation, shown)


# who the caller is


@pytest.mark.parametrize(
    ("role", "expression", "words"),
    [
        ("anon", "auth.uid() is not null", "`anon` may read all rows, if a user is signed in."),
        (
            "authenticated",
            "auth.role() = 'service_role'",
            "`authenticated` may read all rows, if the token is the service role's.",
        ),
        ("public", "auth.uid() is not null", "Any signed-in user may read all rows."),
        ("public", "auth.role() = 'service_role'", "The service role may read all rows."),
    ],
)
def test_who_the_caller_is_decides_only_where_the_policy_is_for_everybody(
    role: str, expression: str, words: str, shown: Shown
) -> None:
    sql = f"{SQL}\ncreate policy p on note for select to {role} using ({expression});"
    found = read([("idioms.sql", sql.encode())], SUPABASE)
    assert policy_words(found.policies[Name("public", "note"), "p"], found) == words
    is_user = "uid" in expression
    for caller, rows in zip(CALLERS, shown.rows(expression), strict=True):
        passes = "sub" in caller.claims if is_user else caller.claims.get("role") == "service_role"
        assert len(rows) == (5 if passes else 0)

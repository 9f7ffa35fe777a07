"""The forms of conditions that people write in policies: each with examples, and what only looks like it.

https://supabase.com/docs/guides/database/postgres/row-level-security
"""

from __future__ import annotations

from schemabook.access.callers import Caller, Known, Scope, literal, uncast
from schemabook.access.callers import caller as caller_of
from schemabook.access.conditions import Node, equal
from schemabook.access.through import THROUGH_TABLE
from schemabook.access.words import Form, Idiom, Rows

AUTHENTICATED, SERVICE_ROLE = "'authenticated'", "'service_role'"


def constant(node: Node, _: Scope) -> Idiom | None:
    """TRUE, FALSE or NULL."""
    match literal(node):
        case "true":
            return Idiom(Rows.ALL)
        case "false" | "null":
            return Idiom(Rows.NONE)
    return None


def compared(node: Node, scope: Scope) -> Idiom | None:
    """A column of the row equals what is known of the caller, or is among it; or an array names the user."""
    for one, other in equal(node):
        column, who = scope.column(one), caller_of(other, scope)
        if not column or not who:
            continue
        if who.known is Known.ID:
            return Idiom(Rows.OWN, column[1])
        is_answer = who.known in (Known.FUNCTION, Known.DEFINER)
        return Idiom(Rows.RETURNED if is_answer else Rows.MATCHING, column[1], caller=who)
    if node.kind == "= any" and not node.query and caller_of(node.parts[0], scope) == Caller(Known.ID):
        named = scope.column(node.parts[1])
        return Idiom(Rows.NAMING, named[1]) if named else None
    return None


def own_folder(node: Node, scope: Scope) -> Idiom | None:
    """The first folder of an object's name is the user."""
    is_own = any(
        one.kind == "[]"
        and one.parts[0].kind == "call"
        and one.parts[0].names == ("storage", "foldername")
        and scope.column(one.parts[0].parts[0]) == ("", "name")
        and literal(one.parts[1]) == "1"
        and caller_of(other, scope) == Caller(Known.ID)
        for one, other in equal(node)
    )
    return Idiom(Rows.OWN_FOLDER) if is_own else None


def gate(node: Node, scope: Scope) -> Idiom | None:
    """What is known of the caller is one of some constants, or is there."""
    if node.kind == "is not null":
        who = caller_of(node.parts[0], scope)
        return Idiom(Rows.SIGNED_IN, caller=who) if who == Caller(Known.ID) else None
    one, values = _constants(node)
    who = caller_of(one, scope) if one else None
    if not who or not values:
        return None
    if who.known is Known.ROLE and values in ((AUTHENTICATED,), (SERVICE_ROLE,)):
        return Idiom(Rows.SIGNED_IN if values == (AUTHENTICATED,) else Rows.SERVICE, caller=who)
    if who == Caller(Known.CLAIM, "aal") and values == ("'aal2'",):
        return Idiom(Rows.MFA, caller=who)
    is_answer = who.known in (Known.FUNCTION, Known.DEFINER)
    return Idiom(Rows.ANSWERED if is_answer else Rows.GATED, " or ".join(values), caller=who)


def _constants(node: Node) -> tuple[Node | None, tuple[str, ...]]:
    """What must be one of some constants, and those."""
    if node.kind == "is false":
        return node.parts[0], ("false",)
    if node.kind == "=":
        for one, other in equal(node):
            if (value := literal(other)) and value != "null":
                return one, (value,)
    if node.kind in ("in", "= any") and not node.query:
        parts = node.parts[1:]
        array = uncast(parts[0]) if len(parts) == 1 else None
        values = tuple(literal(part) for part in (array.parts if array and array.kind == "array" else parts))
        known = tuple(value for value in values if value and value != "null")
        return (node.parts[0], known) if len(known) == len(values) else (None, ())
    return None, ()


def function(node: Node, scope: Scope) -> Idiom | None:
    """A function of the schema decides, by itself or for each row."""
    if not scope.is_own_function(node):
        return None
    who = caller_of(node, scope)
    return Idiom(Rows.PERMITTED if who else Rows.DECIDED, caller=who or scope.function(node))


OF_ROW = frozenset({("coalesce",), ("lower",), ("upper",), ("now",)}) | frozenset(
    ("storage", name) for name in ("foldername", "filename", "extension")
)
"""Functions that know nothing of the caller."""
NOT_OF_ROW = frozenset({"session", "select", "exists", "star"})


def columns_only(node: Node, _: Scope) -> Idiom | None:
    """Columns and constants with operators between: the expression says it itself."""
    nodes = tuple(node.walk())
    if any(n.query or n.kind in NOT_OF_ROW or (n.kind == "call" and n.names not in OF_ROW) for n in nodes):
        return None
    return Idiom(Rows.CONDITIONAL) if any(n.kind == "column" for n in nodes) else None


OWN, SIGNED_IN = "own rows (user_id)", "all rows, if a user is signed in"
SERVER, BY_USER = "(set by the server only)", "(editable by the user)"
DEFINER = "(with its owner's privileges)"
FORMS = (
    Form(constant, holds=(("true", "all rows"), ("false", "no rows"), ("null::boolean", "no rows"))),
    Form(
        compared,
        holds=(
            ("auth.uid() = user_id", OWN),
            ("user_id = (select auth.uid())", OWN),
            ("(select auth.uid() as uid) = note.user_id", OWN),
            ("(auth.uid())::text = (user_id)::text", OWN),
            ("(auth.jwt() ->> 'sub')::uuid = user_id", OWN),
            ("(current_setting('request.jwt.claims', true)::jsonb ->> 'sub') = user_id::text", OWN),
            ("auth.uid() is not null and auth.uid() = user_id", OWN),
            ("coalesce(auth.uid() = user_id, false)", OWN),
            ("(auth.uid() = user_id) is true", OWN),
            ("auth.uid() = (select user_id)", OWN),
            ("auth.uid() = any (readers)", "rows whose readers contains the user"),
            ("email = auth.email()", "rows whose email is the claim email"),
            (
                "tenant = (((select auth.jwt()) -> 'app_metadata'::text) ->> 'tenant'::text)",
                f"rows whose tenant is the claim app_metadata.tenant {SERVER}",
            ),
            (
                "tenant = (auth.jwt() -> 'user_metadata' ->> 'tenant')",
                f"rows whose tenant is the claim user_metadata.tenant {BY_USER}",
            ),
            ("tenant = current_setting('app.tenant', true)", "rows whose tenant is the setting app.tenant"),
            ("status = current_user", "rows whose status is the current role"),
            ("team in (select my_teams())", f"rows whose team is returned by function my_teams {DEFINER}"),
        ),
        misses=(
            ("user_id is not distinct from auth.uid()", OWN),
            ("auth.uid() <> user_id", OWN),
            ("auth.uid() = user_id or published", OWN),
            ("auth.uid() = user_id or user_id is null", OWN),
            ("coalesce(auth.uid() = user_id, true)", OWN),
            ("(auth.uid() = user_id) is not false", OWN),
            ("left(auth.uid()::text, 8) = left(user_id::text, 8)", OWN),
            ("auth.uid()::character varying(8) = user_id::character varying(8)", OWN),
            ("auth.uid() = auth.uid()", OWN),
            ("user_id = user_id", OWN),
            ("not auth.uid() = any (readers)", "rows whose readers contains the user"),
            ("auth.uid() <> any (readers)", "rows whose readers contains the user"),
            ("tenant <> current_setting('app.tenant', true)", "rows whose tenant is the setting app.tenant"),
            (
                "team not in (select my_teams())",
                f"rows whose team is returned by function my_teams {DEFINER}",
            ),
        ),
    ),
    Form(
        own_folder,
        holds=(
            ("(storage.foldername(name))[1] = auth.uid()::text", "objects in the user's own folder"),
            (
                "bucket_id = 'avatars' and (select auth.uid())::text = (storage.foldername(name))[1]",
                "objects in the user's own folder of bucket avatars",
            ),
        ),
        misses=(
            ("(storage.foldername(name))[2] = auth.uid()::text", "objects in the user's own folder"),
            ("(storage.foldername(name))[1] <> auth.uid()::text", "objects in the user's own folder"),
            ("auth.uid()::text = any (storage.foldername(name))", "objects in the user's own folder"),
            (
                "bucket_id <> 'avatars' and (storage.foldername(name))[1] = auth.uid()::text",
                "objects in the user's own folder of bucket avatars",
            ),
            (
                "bucket_id = 'avatars' or (storage.foldername(name))[1] = auth.uid()::text",
                "objects in the user's own folder of bucket avatars",
            ),
        ),
    ),
    Form(
        gate,
        holds=(
            ("auth.uid() is not null", SIGNED_IN),
            ("(select auth.role()) = 'authenticated'::text", SIGNED_IN),
            ("auth.role() = 'service_role'", "all rows, if the token is the service role's"),
            ("(auth.jwt() ->> 'role') = 'service_role'", "all rows, if the token is the service role's"),
            (
                "(select auth.jwt() ->> 'aal') = 'aal2'",
                "all rows, if the user signed in with a second factor",
            ),
            (
                "auth.jwt() ->> 'role' = 'editor'",
                "all rows, if the database role that the token names is 'editor'",
            ),
            (
                "(auth.jwt() -> 'app_metadata' ->> 'role') in ('admin', 'owner')",
                f"all rows, if the claim app_metadata.role {SERVER} is 'admin' or 'owner'",
            ),
            (
                "(auth.jwt() -> 'user_metadata' ->> 'role') = any (array['admin'])",
                f"all rows, if the claim user_metadata.role {BY_USER} is 'admin'",
            ),
            (
                "(auth.jwt() ->> 'is_anonymous')::boolean is false",
                "all rows, if the claim is_anonymous is false",
            ),
            ("my_role() = 'admin'", f"all rows, if 'admin' is returned by function my_role {DEFINER}"),
        ),
        misses=(
            ("auth.uid() is null", SIGNED_IN),
            ("auth.role() <> 'authenticated'", SIGNED_IN),
            ("auth.role() in ('authenticated', 'anon')", SIGNED_IN),
            ("auth.role() = 'service_role' or published", "all rows, if the token is the service role's"),
            (
                "(auth.jwt() ->> 'aal') is distinct from 'aal2'",
                "all rows, if the user signed in with a second factor",
            ),
            (
                "(auth.jwt() ->> 'is_anonymous')::boolean is not true",
                "all rows, if the claim is_anonymous is false",
            ),
        ),
    ),
    THROUGH_TABLE,
    Form(
        function,
        holds=(
            ("is_admin()", f"all rows, if permitted by function is_admin {DEFINER}"),
            ("may_read(team)", "rows permitted by function may_read"),
        ),
        misses=(
            ("not is_admin()", f"all rows, if permitted by function is_admin {DEFINER}"),
            ("not may_read(team)", "rows permitted by function may_read"),
        ),
    ),
    Form(
        columns_only,
        holds=(
            ("published", "rows where published"),
            ("not published", "rows where not published"),
            (
                "status = any (array['new'::text, 'old']) and published",
                "rows where status = any (array['new'::text, 'old']) and published",
            ),
        ),
    ),
)

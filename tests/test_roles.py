"""What a role may do: as PostgreSQL itself says of every role, object and privilege."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from schemabook.access.roles import Exempt, Reason, Roles
from schemabook.model import KIND_OF, PRIVILEGES, Name, ObjectId, ObjectKind, relation_id
from schemabook.platforms import PLATFORMS
from schemabook.read import read, read_files
from schemabook.verify import Server

SQL = """
CREATE ROLE role_owner;
CREATE ROLE role_reader;
CREATE ROLE role_writer LOGIN BYPASSRLS IN ROLE role_reader;
CREATE ROLE role_chief IN ROLE role_writer, role_owner;
CREATE ROLE role_guest NOINHERIT LOGIN IN ROLE role_reader;
CREATE ROLE role_friend IN ROLE role_guest;
CREATE ROLE role_auditor IN ROLE pg_read_all_data;
CREATE ROLE role_root SUPERUSER;
CREATE SCHEMA app AUTHORIZATION role_owner;
GRANT USAGE ON SCHEMA app TO role_reader;
CREATE TABLE app.plain (id integer, secret text);
CREATE TABLE app.shared (id integer);
CREATE TABLE app.limited (id integer, name text);
CREATE TABLE app.forced (id integer);
CREATE VIEW app.seen AS SELECT id FROM app.plain;
CREATE SEQUENCE app.numbers;
CREATE FUNCTION app.open() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.closed() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER TABLE app.plain OWNER TO role_owner;
ALTER TABLE app.limited OWNER TO role_owner;
ALTER TABLE app.forced OWNER TO role_owner;
ALTER TABLE app.limited ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.forced FORCE ROW LEVEL SECURITY;
REVOKE DELETE, TRUNCATE ON app.limited FROM role_owner;
GRANT SELECT ON app.plain TO role_reader;
GRANT UPDATE (secret) ON app.plain TO role_reader;
GRANT INSERT ON app.plain TO role_writer WITH GRANT OPTION;
GRANT SELECT ON app.shared TO PUBLIC;
GRANT SELECT, UPDATE ON app.limited TO role_reader;
GRANT ALL ON app.forced TO role_guest;
GRANT SELECT ON app.seen TO role_friend;
GRANT USAGE ON SEQUENCE app.numbers TO role_reader;
REVOKE EXECUTE ON FUNCTION app.closed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.closed() TO role_writer;
CREATE POLICY for_readers ON app.limited FOR SELECT TO role_reader USING (true);
CREATE POLICY for_all ON app.limited USING (id > 0);
CREATE POLICY for_owner ON app.forced TO role_owner USING (true);
"""
FUNCTION = {"relation": "table", "sequence": "sequence", "schema": "schema", "routine": "function"}


@pytest.fixture
def roles() -> Roles:
    return Roles(read([("schema.sql", SQL.encode())]))


def spelled(on: ObjectId) -> str:
    """The object as has_…_privilege() takes it: a schema without quotes."""
    return on.name.name if on.kind is ObjectKind.SCHEMA else str(on)


def test_privileges_are_those_of_postgres(
    restored: Callable[[Path], str], postgres: Server, tmp_path: Path
) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(SQL, "utf-8")
    name_of_database = restored(path)
    roles = Roles(read_files([path]))
    kinds = (ObjectKind.RELATION, ObjectKind.SEQUENCE, ObjectKind.ROUTINE, ObjectKind.SCHEMA)
    objects = [found for kind in kinds for found, _ in KIND_OF[kind].facts(roles.database)]
    checked = 0
    with postgres.connect(name_of_database) as connection:
        for role in set(roles.names) - {"public"}:
            for on in objects:
                ours = roles.privileges(role, on)
                for privilege in PRIVILEGES[on.kind]:
                    query = f"select has_{FUNCTION[on.kind]}_privilege(%s, %s, %s)"
                    found = connection.execute(query, (role, spelled(on), privilege)).fetchone()
                    assert found == (privilege in ours,), (role, on, privilege)
                    checked += 1
    assert checked > 400


def test_row_security_is_active_where_postgres_says_so(
    restored: Callable[[Path], str], postgres: Server, tmp_path: Path
) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(SQL, "utf-8")
    name_of_database = restored(path)
    roles = Roles(read_files([path]))
    with postgres.connect(name_of_database) as connection:
        for role in set(roles.names) - {"public"}:
            for relation in roles.database.relations.values():
                if relation.row_security:
                    oid = connection.execute("select %s::regclass::oid", (str(relation.name),)).fetchone()
                    connection.execute(f'set role "{role}"')
                    active = connection.execute("select row_security_active(%s::oid)", oid).fetchone()
                    connection.execute("reset role")
                    assert active == (roles.exempt(role, relation) is None,), (role, relation.name)


def test_every_role_is_known_that_is_defined_or_mentioned(roles: Roles) -> None:
    assert {"public", "pg_read_all_data", "role_owner", "role_guest"} <= set(roles.names)
    database = read([("s.sql", b"CREATE TABLE public.t (a int); ALTER TABLE public.t OWNER TO who;")])
    assert Roles(database).names == ("who",)


def test_privileges_through_other_roles_are_told_apart(roles: Roles) -> None:
    plain = Name("app", "plain")
    assert list(roles.reasons("role_writer", relation_id(plain))) == [
        Reason("", ("insert",), grantable=True),
        Reason("role_reader", ("update",), columns=("secret",)),
        Reason("role_reader", ("select",)),
    ]
    assert list(roles.reasons("role_writer", relation_id(Name("app", "shared")))) == [
        Reason("public", ("select",)),
    ]


def test_noinherit_ends_the_way_to_the_privileges_of_others(roles: Roles) -> None:
    assert roles.inherited("role_chief") == ("role_owner", "role_writer", "role_reader")
    assert roles.inherited("role_guest") == ()
    assert roles.inherited("role_friend") == ("role_guest",)
    assert roles.members["role_reader"] == ("role_guest", "role_writer")


def test_membership_in_a_circle_ends() -> None:
    sql = b"CREATE ROLE a; CREATE ROLE b; GRANT a TO b; GRANT b TO a;"
    assert Roles(read([("s.sql", sql)])).inherited("a") == ("b",)


def test_members_of_the_owner_are_exempt_too_and_bypassing_is_not_inherited(roles: Roles) -> None:
    limited = roles.database.relations[Name("app", "limited")]
    assert roles.exempt("role_chief", limited) is Exempt.OWNER
    assert roles.exempt("role_writer", limited) is Exempt.BYPASSES
    assert roles.exempt("role_root", limited) is Exempt.SUPERUSER
    assert roles.exempt("role_reader", limited) is None
    assert roles.exempt("role_owner", roles.database.relations[Name("app", "forced")]) is None


def test_policies_hold_for_the_roles_that_they_name_for_their_members_and_for_all(roles: Roles) -> None:
    limited = Name("app", "limited")

    def names(role: str, *privileges: str) -> list[str]:
        return [policy.name for policy in roles.policies(role, limited, privileges)]

    assert names("role_reader", "select") == ["for_all", "for_readers"]
    assert names("role_writer", "select") == ["for_all", "for_readers"]
    assert names("role_guest", "select") == ["for_all"]
    assert names("role_reader", "update") == ["for_all"]


def test_the_service_role_of_a_supabase_project_bypasses_row_security() -> None:
    grants = [("s.sql", b"CREATE TABLE public.t (a int); GRANT SELECT ON public.t TO anon, service_role;")]
    roles = Roles(read(grants, PLATFORMS["supabase"]))
    assert roles.bypasses("service_role")
    assert roles.bypasses("postgres")
    assert not roles.bypasses("anon")
    assert not Roles(read(grants)).bypasses("service_role")

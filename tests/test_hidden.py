"""What the settings hide is gone with all that hangs on it, but for what other objects reference."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemabook.config import read_config
from schemabook.errors import SchemaError
from schemabook.hidden import Shown, hide
from schemabook.model import ColumnName, Database, Name, Signature
from schemabook.read import read

SQL = """
CREATE SCHEMA auth;
CREATE SCHEMA empty;
CREATE TYPE auth.level AS ENUM ('one', 'two');
CREATE TYPE auth.unused AS ENUM ('x');
CREATE SEQUENCE auth.counter;
CREATE TABLE auth.users (
    id uuid PRIMARY KEY, email text UNIQUE, phone text, secret text, level auth.level,
    invited_by uuid REFERENCES auth.users(id)
);
CREATE INDEX ON auth.users (phone);
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.users USING (id = auth.uid());
GRANT SELECT ON auth.users TO anon;
CREATE TABLE auth.sessions (id uuid PRIMARY KEY, user_id uuid REFERENCES auth.users(id), n serial);
CREATE RULE r AS ON DELETE TO auth.sessions DO INSTEAD NOTHING;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql SET search_path = '' AS 'SELECT NULL::uuid';
CREATE FUNCTION auth.internal() RETURNS void LANGUAGE sql AS 'DELETE FROM auth.sessions';
CREATE FUNCTION auth.stamp() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM auth.internal(); RETURN NEW; END';
CREATE VIEW auth.recent AS SELECT id FROM auth.sessions;
ALTER DEFAULT PRIVILEGES IN SCHEMA auth GRANT SELECT ON TABLES TO anon;
GRANT USAGE ON SCHEMA auth TO anon;
CREATE TABLE public.profile (
    id uuid PRIMARY KEY REFERENCES auth.users(id), level auth.level[],
    n bigint DEFAULT nextval('auth.counter'), old text
);
CREATE POLICY mine ON public.profile USING (id = auth.uid());
CREATE TRIGGER stamp BEFORE UPDATE ON public.profile FOR EACH ROW EXECUTE FUNCTION auth.stamp();
CREATE VIEW public.addresses AS SELECT p.id, u.email FROM public.profile p JOIN auth.users u ON u.id = p.id;
CREATE TABLE public.events (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
"""
DATABASE = read([("schema.sql", SQL.encode())])
USERS, SESSIONS = Name("auth", "users"), Name("auth", "sessions")


def shown(*patterns: str, more: str = "") -> Shown:
    hidden = ", ".join(f"'{pattern}'" for pattern in patterns)
    config = read_config(f"dumps: [schema.sql]\nhidden: [{hidden}]\n{more}", Path("schemabook.yml"))
    return hide(DATABASE, config.hidden, config.virtual_foreign_keys)


def error_of(*patterns: str) -> str:
    with pytest.raises(SchemaError) as error:
        shown(*patterns)
    return str(error.value)


def columns(database: Database, relation: Name) -> list[str]:
    return [column.name for column in database.columns_of(relation)]


def test_nothing_hidden_is_the_same_database() -> None:
    assert shown().database is DATABASE


def test_what_nobody_references_is_gone() -> None:
    database = shown("auth.*").database
    assert SESSIONS not in database.relations
    assert Name("auth", "recent") not in database.relations
    assert Signature(Name("auth", "internal"), ()) not in database.routines
    assert list(database.types) == [Name("auth", "level")]
    assert [str(name) for name in database.sequences] == ["auth.counter"]
    assert not database.others


def test_what_others_reference_stays_reduced() -> None:
    found = shown("auth.*")
    database = found.database
    assert columns(database, USERS) == ["id", "email"]
    assert [column.position for column in database.columns_of(USERS)] == [1, 2]
    assert [c.kind.value for c in database.constraints_of(USERS)] == ["primary_key"]
    assert not database.indexes_of(USERS)
    assert not database.policies_of(USERS)
    assert not database.privileges_on("relation", USERS)
    assert ("relation", USERS) not in database.statements
    routines = {str(signature): fact for signature, fact in database.routines.items()}
    assert routines.keys() == {"auth.stamp()", "auth.uid()"}
    assert not any(fact.body or fact.settings for fact in routines.values())
    assert found.reduced == {
        ("relation", USERS),
        ("routine", Name("auth", "stamp")),
        ("routine", Name("auth", "uid")),
        ("sequence", Name("auth", "counter")),
        ("type", Name("auth", "level")),
    }


def test_what_is_visible_is_as_before() -> None:
    database = shown("auth.*").database
    for name in DATABASE.relations:
        if name.schema == "public":
            assert database.columns_of(name) == DATABASE.columns_of(name)
            assert database.constraints_of(name) == DATABASE.constraints_of(name)
            assert database.policies_of(name) == DATABASE.policies_of(name)
            assert database.references_from("relation", name) == DATABASE.references_from("relation", name)


def test_the_last_pattern_decides() -> None:
    found = shown("auth.*", "!auth.users")
    assert columns(found.database, USERS) == columns(DATABASE, USERS)
    assert ("relation", USERS) not in found.reduced
    assert SESSIONS not in found.database.relations
    assert ("relation", USERS) in shown("!auth.users", "auth.*").reduced


def test_the_receipt_counts_what_is_hidden() -> None:
    assert shown("auth.*").database.receipt == DATABASE.receipt


def test_a_schema_that_has_become_empty_is_gone() -> None:
    database = shown("public.*", "auth.*", "!auth.sessions").database
    assert list(database.schemas) == ["auth", "empty"]
    database = shown("auth.*", "profile", "addresses").database
    assert "auth" not in database.schemas
    assert not any(p.kind == "schema" for p in database.privileges)
    assert not database.default_privileges


def test_partitions_go_with_their_table_and_without_it() -> None:
    assert not {"events", "events_2025"} & {n.name for n in shown("events").database.relations}
    partitions = shown("events_*").database.partitions_of(Name("public", "events"))
    assert partitions == ()


def test_a_partition_that_is_shown_keeps_its_table_reduced() -> None:
    found = shown("auth.*", "events_2025").database
    assert Name("public", "events") in found.relations


def test_a_sequence_goes_with_the_table_that_owns_it() -> None:
    assert Name("auth", "sessions_n_seq") not in shown("auth.sessions").database.sequences


def test_a_virtual_foreign_key_keeps_what_it_references() -> None:
    more = "virtual_foreign_keys:\n- {from: profile.old, to: auth.sessions.n}"
    assert columns(shown("auth.*", more=more).database, SESSIONS) == ["id", "n"]


def test_hidden_objects_keep_nothing_alive() -> None:
    assert all(r.from_name.schema == "public" for r in shown("auth.*").database.references)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (
            ("auht.*",),
            'schemabook.yml:2: there is nothing that "auht.*" would hide or show\nhint: patterns know',
        ),
        (("user",), 'schemabook.yml:2: there is nothing that "user" would hide or show\nhint: did you mean'),
        (("auth.*", "!auth.user"), '"auth.user" would hide or show\nhint: did you mean "auth.users"?'),
        (("*.*",), "schemabook.yml:2: everything is hidden\nhint: name what is to be shown"),
        (("a.b.c",), 'schemabook.yml:2: "a.b.c" is not the name of a table'),
    ],
)
def test_a_pattern_that_does_nothing_is_an_error(patterns: tuple[str, ...], expected: str) -> None:
    assert expected in error_of(*patterns)


def test_a_pattern_that_yaml_takes_for_a_tag_wants_quotes() -> None:
    with pytest.raises(SchemaError) as error:
        read_config("dumps: [a.sql]\nhidden:\n  - !auth.users", Path("schemabook.yml"))
    assert str(error.value).endswith('hint: put it in quotes: "!auth.users"')


NAMES = [str(name) for name in DATABASE.relations] + ["auth.*", "public.*", "*.u*", "auth.uid", "auth.level"]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(NAMES)), max_size=5))
def test_whatever_is_hidden_no_fact_hangs_in_the_air(chosen: list[tuple[bool, str]]) -> None:
    try:
        found = shown(*(f"{'' if hides else '!'}{name}" for hides, name in chosen))
    except SchemaError:
        return
    database = found.database
    for holder, _ in (*database.columns, *database.constraints, *database.policies, *database.triggers):
        assert holder in database.relations
    for constraint in database.constraints.values():
        if constraint.references:
            target, names = constraint.references
            assert {ColumnName(target, column) for column in names} <= database.columns.keys()
    for trigger in database.triggers.values():
        assert database.overloads(trigger.routine)
    for reference in database.references:
        assert reference.to_kind != "relation" or reference.to_name in database.relations
    for relation in database.relations.values():
        assert relation.partition_of is None or relation.partition_of in database.relations

"""What the overview says of security follows from who can do what, not from how policies are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from schemabook.pages import pages
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book

Said = Callable[..., Mapping[str, list[str]]]
BEFORE = """
CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS;
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO PUBLIC;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS $$ SELECT NULL::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql AS $$ SELECT 'anon' $$;
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE TABLE note (id integer, user_id uuid, shown boolean);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON note TO authenticated;
"""
ANON = "GRANT SELECT ON note TO anon;"
ISOLATED, OWN, WHOLE, PART = (
    "User data isolation: users read only rows of these tables that are theirs or connected to them",
    "Own rows: users reach their own rows, or those connected to them, and read more",
    "Anonymous read access to all rows",
    "Anonymous read access to some rows",
)


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """The lists of the overview's section on security: what they name, by what is said of it."""
    monkeypatch.chdir(tmp_path)

    def make(sql: str) -> Mapping[str, list[str]]:
        Path("schema.sql").write_text(BEFORE + sql, "utf-8")
        found = pages(load_book(read_config("dumps: [schema.sql]", Path("schemabook.yml"))))["index.md"]
        lists: dict[str, list[str]] = {}
        for line in found.partition("## Security\n")[2].partition("\n## ")[0].splitlines():
            words = re.sub(r"\]\([^)]*\)|[*`\[]", "", line)
            if line.startswith("- "):
                lists[words[2:]] = []
            elif line.startswith("    - "):
                lists[next(reversed(lists))].append(words[6:])
        return lists

    return make


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("for insert with check (auth.uid() = user_id); GRANT INSERT ON note TO authenticated", {OWN}),
        ("for select using (auth.uid() = user_id)", {ISOLATED}),
        ("for select using (auth.uid() = user_id); create policy b on note using (true)", set()),
        (f"for select using (auth.uid() = user_id); create policy b on note using (true); {ANON}", {WHOLE}),
        (
            "for select using (auth.uid() = user_id); create policy b on note using (auth.uid() is not null)",
            {OWN},
        ),
        (
            "for select using (auth.uid() = user_id); create policy b on note to service_role using (true)",
            {ISOLATED},
        ),
        ("using (id in (select id from note_user where user_id <> auth.uid()))", set()),
        ("for select to anon using (shown)", set()),
        (f"for select to anon using (shown); {ANON}", {PART}),
        (f"using (auth.uid() is null or true); {ANON}", {WHOLE}),
        (f"using (is_admin()); {ANON}", set()),
        (f"using (true); create policy r on note as restrictive using (false); {ANON}", set()),
        (f"using (exists (select from note)); {ANON}", set()),
        (f"using (exists (select from other)); {ANON}", set()),
        (f"using (exists (select from other)); {ANON} GRANT SELECT ON other TO anon", {PART}),
        (f"using (shown); REVOKE USAGE ON SCHEMA public FROM PUBLIC; {ANON}", set()),
    ],
)
def test_policies_are_told_by_what_comes_of_them(said: Said, sql: str, expected: set[str]) -> None:
    tables = "CREATE TABLE other (); CREATE TABLE note_user (id integer, user_id uuid);"
    found = said(f"{tables} CREATE POLICY a ON note {sql};")
    kinds = {kind for kind in (ISOLATED, OWN, WHOLE, PART) if "note" in found.get(kind, [])}
    assert kinds == expected


def test_a_policy_that_lets_nothing_through_permits_nothing(said: Said) -> None:
    only = "public: row security is on for its only table; no policy permits anything"
    for clauses in (
        "TO anon",
        "USING (false)",
        "AS RESTRICTIVE USING (true)",
        "FOR INSERT WITH CHECK (1 = 2)",
    ):
        assert any(line.startswith(only) for line in said(f"CREATE POLICY p ON note {clauses};")), clauses
    assert not any(line.startswith(only) for line in said("CREATE POLICY p ON note USING (shown);"))


def test_what_is_reached_from_outside_is_named(said: Said) -> None:
    found = said("""
    CREATE TABLE open (id integer); GRANT SELECT ON open TO anon, authenticated;
    CREATE TABLE parent (id integer) PARTITION BY LIST (id); ALTER TABLE parent ENABLE ROW LEVEL SECURITY;
    CREATE TABLE child PARTITION OF parent FOR VALUES IN (1); GRANT SELECT ON child TO anon;
    CREATE VIEW door AS SELECT id FROM note; GRANT SELECT ON door TO anon;
    CREATE VIEW closed WITH (security_invoker) AS SELECT id FROM note; GRANT SELECT ON closed TO anon;
    CREATE MATERIALIZED VIEW copy AS SELECT id FROM note; GRANT SELECT ON copy TO authenticated;
    CREATE FUNCTION act() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    CREATE FUNCTION kept() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    REVOKE EXECUTE ON FUNCTION kept() FROM PUBLIC;
    CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END';
    CREATE TABLE box (id integer, user_id uuid); ALTER TABLE box ENABLE ROW LEVEL SECURITY;
    GRANT INSERT, UPDATE, DELETE, TRUNCATE ON box TO anon;
    CREATE POLICY anything ON box FOR INSERT WITH CHECK (true);
    CREATE POLICY own ON box FOR UPDATE USING (auth.uid() = user_id);
    CREATE SCHEMA priv; CREATE TABLE priv.h (id integer); GRANT SELECT ON priv.h TO anon;
    """)
    assert found["anon reads all rows: row security is off"] == ["open"]
    assert found["anon reads all rows: it is a partition, and its own row security is off"] == ["child"]
    assert found["anon reads tables through a view that it may not read directly"] == ["door: note"]
    assert found["authenticated also reads tables through a view that it may not read directly"] == [
        "copy: note"
    ]
    assert found["anon changes rows, whoever the caller is (insert)"] == ["box"]
    assert found["anon may empty with TRUNCATE, to which row security never applies"] == ["box"]
    assert found["anon calls functions that run with their owner's privileges"] == ["act()"]
    assert "authenticated also reads all rows: row security is off" not in found, "as anon does"
    assert "h" not in str(found["anon reads all rows: row security is off"])

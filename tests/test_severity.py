"""What a change does to whom: every fact has its rules, and access is judged cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from schemabook import read
from schemabook.model import KINDS, ObjectKind
from schemabook.review import review
from schemabook.review.change import Became
from schemabook.review.judging import BY_WHAT
from schemabook.review.names import OWN
from schemabook.review.rules import RULES

BASE = """
CREATE ROLE anon; CREATE ROLE authenticated;
CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'select null::uuid';
CREATE TABLE stories (id integer PRIMARY KEY, user_id uuid, shown boolean NOT NULL, title varchar(20));
ALTER TABLE stories ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON stories TO anon, authenticated;
CREATE POLICY own ON stories FOR SELECT USING (auth.uid() = user_id);
CREATE FUNCTION f(a integer) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = ''
AS 'select false';
"""
USING = "USING (auth.uid() = user_id)"
NOT_COMPARED = frozenset({*OWN, "on", "grantee", "role", "objects", "position", "name", "kind"})
PLACES = {
    ObjectKind.RELATION: {"kind", "column_order"},
    ObjectKind.CONSTRAINT: {"kind"},
    ObjectKind.TYPE: {"kind"},
}
OF_ITEMS = {
    ObjectKind.PRIVILEGE: {"privileges", "columns", "grantable"},
    ObjectKind.DEFAULT_PRIVILEGE: {"privileges"},
}


def test_every_fact_of_every_kind_has_a_rule() -> None:
    missing = []
    for row in KINDS:
        compared = {f.name for f in fields(row.fact) if f.compare} - NOT_COMPARED | PLACES.get(
            row.kind, set()
        )
        of = {Became.ADDED, Became.REMOVED} | OF_ITEMS.get(row.kind, compared)
        missing += [(row.kind, found) for found in of if (row.kind, found) not in BY_WHAT]
    assert not missing


def test_a_rule_has_a_code_of_its_own_and_is_about_what_exists() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    kinds = {row.kind for row in KINDS}
    for rule in RULES:
        assert rule.kind in kinds, rule.code
        assert rule.effects, rule.code
        assert all(effect.sentence.endswith(".") for effect in rule.told()), rule.code


Told = Callable[[str, str], list[str]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """The effects of a change of the base, `severity: sentence`."""

    def make(old: str, new: str) -> list[str]:
        for name, sql in (("old.sql", BASE), ("new.sql", BASE.replace(old, new, 1))):
            (tmp_path / name).write_text(sql, "utf-8")
        before, after = read(tmp_path / "old.sql"), read(tmp_path / "new.sql")
        changes = review(before, after)
        return [f"{effect.severity}: {effect.sentence}" for change in changes for effect in change.effects]

    return make


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("USING (true)", "security: Opens: select for anon, authenticated: filtered → all rows."),
        ("USING (false)", "security: Closes: select for anon, authenticated: filtered → no rows."),
        (
            "USING ((SELECT auth.uid() AS uid) = user_id)",
            "compatible: Same access: no role reaches other rows.",
        ),
        (
            f"{USING[:-1]} AND shown)",
            "security: Closes: select for anon, authenticated: filtered, by another condition.",
        ),
        (
            f"{USING[:-1]} OR shown)",
            "security: Opens: select for anon, authenticated: filtered, by another condition.",
        ),
        (
            "USING (f(id))",
            "security: Compare by hand: select for anon, authenticated: filtered, by another condition.",
        ),
        (f"TO anon {USING}", "security: Closes: select for authenticated: filtered → no rows."),
    ],
)
def test_a_policy_is_judged_by_what_it_opens_or_closes(told: Told, new: str, expected: str) -> None:
    assert told(USING, new) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "severities"),
    [
        ("varchar(20)", "varchar(10)", ["breaks writers", "locks or rewrites"]),
        ("varchar(20)", "text", ["compatible"]),
        ("integer PRIMARY KEY", "bigint PRIMARY KEY", ["breaks readers", "locks or rewrites"]),
        ("boolean NOT NULL", "boolean", ["breaks readers"]),
        (", title varchar(20)", "", ["data loss", "breaks readers", "breaks writers"]),
        ("varchar(20)", "varchar(20), n text NOT NULL", ["breaks writers"]),
        ("varchar(20)", "varchar(20), n uuid DEFAULT gen_random_uuid()", ["locks or rewrites", "compatible"]),
        ("varchar(20)", "varchar(20), n timestamptz DEFAULT now() NOT NULL", ["compatible"]),
        ("SET search_path = ''", "", ["security"]),
        ("CREATE FUNCTION f", "CREATE TABLE t (id int); CREATE FUNCTION f", ["compatible"]),
    ],
)
def test_effects_are_told_the_worst_first(told: Told, old: str, new: str, severities: list[str]) -> None:
    assert [line.partition(":")[0] for line in told(old, new)] == severities


def test_a_new_table_that_anybody_reads_opens_access(told: Told) -> None:
    found = told("CREATE FUNCTION f", "CREATE TABLE t (id int); GRANT SELECT ON t TO anon; CREATE FUNCTION f")
    assert found == [
        "security: Opens: select for anon: no grant → all rows.",
        "compatible: It came with the object.",
    ]

"""What a change does to whom: every fact has its rules, and access is judged cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from schemabook import read
from schemabook.cli import cli
from schemabook.errors import SchemaError
from schemabook.model import KINDS, Database, ObjectKind
from schemabook.read import read as read_dumps
from schemabook.review import review
from schemabook.review.acceptance import classes
from schemabook.review.change import Became
from schemabook.review.documentation import rules_table
from schemabook.review.effect import Severity
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


Told = Callable[..., list[str]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """The effects of a change of the base, `severity: sentence`."""

    def make(old: str, *new: str) -> list[str]:
        texts = [BASE.replace(old, text, 1) for text in (new if len(new) > 1 else (old, *new))]
        for name, sql in zip(("old.sql", "new.sql"), texts, strict=True):
            (tmp_path / name).write_text(sql, "utf-8")
        before, after = read(tmp_path / "old.sql"), read(tmp_path / "new.sql")
        changes = review(before, after)
        return [f"{effect.severity}: {effect.sentence}" for change in changes for effect in change.effects]

    return make


@pytest.fixture
def told_alone(told: Told) -> Told:
    """The effects of a change between two texts without the base."""
    return lambda old, new: told(BASE, old, new)


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


POLICIES = f"CREATE POLICY own ON stories FOR SELECT {USING};"
TOGETHER = "compatible: Same access: policies {} of public.stories together let the same rows through."
OF_COMMANDS = "".join(
    f"CREATE POLICY {name} ON stories FOR {command} {clause} (auth.uid() = user_id);"
    for name, command, clause in (("a", "SELECT", "USING"), ("b", "INSERT", "WITH CHECK"))
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (f"CREATE POLICY own ON stories {USING};", OF_COMMANDS, [TOGETHER.format("a, b, own")] * 3),
        (
            f"CREATE POLICY own ON stories {USING};",
            OF_COMMANDS.partition("CREATE POLICY b")[0],
            [
                "compatible: Same access: no role reaches other rows.",
                "security: Closes: insert for anon, authenticated: filtered → no rows.",
            ],
        ),
        (
            f"{POLICIES} CREATE POLICY other ON stories FOR SELECT USING (shown);",
            f"CREATE POLICY both ON stories FOR SELECT {USING[:-1]} OR shown);",
            [TOGETHER.format("both, other, own")] * 3,
        ),
        (
            POLICIES,
            f"CREATE POLICY a ON stories FOR SELECT TO anon {USING};"
            f"CREATE POLICY b ON stories FOR SELECT TO authenticated {USING};",
            [TOGETHER.format("a, b, own")] * 3,
        ),
        (
            POLICIES,
            f"CREATE POLICY a ON stories FOR SELECT TO anon {USING};",
            ["security: Closes: select for authenticated: filtered → no rows."] * 2,
        ),
        (
            f"CREATE POLICY own ON stories {USING} WITH CHECK (shown);",
            f"CREATE POLICY own ON stories {USING};",
            ["security: Compare by hand: insert for anon, authenticated: filtered, by another condition."],
        ),
        (
            "CREATE POLICY own ON stories FOR INSERT WITH CHECK (shown AND id > 1);",
            "CREATE POLICY own ON stories FOR INSERT WITH CHECK (shown);",
            ["security: Opens: insert for anon, authenticated: filtered, by another condition."],
        ),
        (
            f"{POLICIES} CREATE POLICY only ON stories AS RESTRICTIVE FOR SELECT USING (shown);",
            POLICIES,
            ["security: Opens: select for anon, authenticated: filtered, by another condition."],
        ),
    ],
)
def test_policies_in_other_words_are_the_same_access_only_where_that_is_sure(
    told: Told, before: str, after: str, expected: list[str]
) -> None:
    assert told(POLICIES, before, after) == expected


VIEW = "CREATE VIEW v {}AS SELECT * FROM stories; GRANT SELECT ON v TO anon;"
DOOR = "security: Side door: anon {} public.stories through view public.v"
CAN = f"{DOOR.format('can reach')}, past its privileges and policies."
FUNCTION = "CREATE FUNCTION g() RETURNS SETOF stories LANGUAGE sql {}AS 'select * from stories';"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (VIEW.format("WITH (security_invoker) "), VIEW.format(""), CAN),
        (VIEW.format(""), VIEW.format("WITH (security_invoker) "), f"{DOOR.format('no longer reaches')}."),
        (VIEW.partition("GRANT")[0].format(""), VIEW.format(""), CAN),
        ("", VIEW.format(""), CAN),
        (
            FUNCTION.format(""),
            FUNCTION.format("SECURITY DEFINER "),
            CAN.replace("anon", "anon, authenticated").replace("view public.v", "function public.g()"),
        ),
    ],
)
def test_a_side_door_is_told_of_what_opens_or_closes_it(
    told: Told, before: str, after: str, expected: str
) -> None:
    found = told("CREATE FUNCTION f", f"{before} CREATE FUNCTION f", f"{after} CREATE FUNCTION f")
    assert [line for line in found if "Side door" in line] == [expected]


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


SAME_BODY = "cosmetic: White space, comments and the case of words only."
OTHER_BODY = "breaks readers: It does something else: read the difference, and what uses it."
BODY = "CREATE FUNCTION g() RETURNS text LANGUAGE {} AS $$ {} $$;"
TRIGGER = (
    "CREATE FUNCTION one() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';"
    "CREATE TRIGGER tr BEFORE INSERT ON stories FOR EACH ROW EXECUTE FUNCTION {}();"
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            BODY.format("sql", "select 'A b' from X"),
            BODY.format("sql", "SELECT 'A b'\n FROM x -- it"),
            SAME_BODY,
        ),
        (BODY.format("sql", "select 'A b'"), BODY.format("sql", "select 'Ab'"), OTHER_BODY),
        (BODY.format("sql", "select 'A b'"), BODY.format("sql", "select 'a b'"), OTHER_BODY),
        (BODY.format("plpython3u", "return  1"), BODY.format("plpython3u", "return 1"), OTHER_BODY),
        (
            TRIGGER.format("one"),
            TRIGGER.format("other"),
            "breaks writers: public.one is no longer called: what it did stops.",
        ),
        (
            "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'select 1';"
            "REVOKE ALL ON FUNCTION g(int) FROM PUBLIC;",
            "CREATE FUNCTION g(a int, b int) RETURNS int LANGUAGE sql AS 'select 1';",
            "security: public could not execute public.g(integer), and may execute this.",
        ),
        (
            "CREATE FUNCTION g(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'select 1';",
            "CREATE FUNCTION g(a int DEFAULT 2) RETURNS int LANGUAGE sql AS 'select 1';",
            "breaks readers: Calls that leave an argument out get another value, or can leave it out now.",
        ),
        (
            "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'select 1';",
            "CREATE FUNCTION g(b int) RETURNS int LANGUAGE sql AS 'select 1';",
            "security: It is dropped and created again (42P13): without new grants everybody may execute it.",
        ),
    ],
)
def test_what_stops_is_told_as_well(told: Told, before: str, after: str, expected: str) -> None:
    assert expected in told("CREATE FUNCTION f", f"{before} CREATE FUNCTION f", f"{after} CREATE FUNCTION f")


def test_a_column_of_a_view_breaks_readers_only(tmp_path: Path) -> None:
    view = "CREATE VIEW v AS SELECT id, {} FROM stories;"
    for name, columns in (("old.sql", "title, shown"), ("new.sql", "title::varchar(5) AS title")):
        (tmp_path / name).write_text(BASE + view.format(columns), "utf-8")
    before, after = read(tmp_path / "old.sql"), read(tmp_path / "new.sql")
    found = {c.object.part: c.severities for c in review(before, after) if c.object.kind is ObjectKind.COLUMN}
    assert found == {"title": (Severity.BREAKS_READERS,), "shown": (Severity.BREAKS_READERS,)}


def test_who_inserts_and_no_longer_sees_is_told_of_returning(told: Told) -> None:
    insert = "CREATE POLICY make ON stories FOR INSERT WITH CHECK (true);"
    found = told(POLICIES, f"{POLICIES} {insert}", insert)
    assert found[0] == "security: Closes: select for anon, authenticated: filtered → no rows."
    assert found[1].startswith("breaks writers: INSERT … RETURNING fails for anon, authenticated (42501)")


def test_a_new_table_that_anybody_reads_opens_access(told: Told) -> None:
    found = told("CREATE FUNCTION f", "CREATE TABLE t (id int); GRANT SELECT ON t TO anon; CREATE FUNCTION f")
    assert found == [
        "security: Opens: select for anon: no grant → all rows.",
        "compatible: It came with the object.",
    ]


UNGRANTED = "CREATE TABLE g (a int, shown bool); ALTER TABLE g ENABLE ROW LEVEL SECURITY;"
AS_IF = "security: The input grants {} nothing here: judged as if all privileges were granted."
EVERY = "select, insert, update, delete"
LOOKS_UP = "CREATE POLICY p ON g USING (EXISTS (SELECT FROM other WHERE other.{} = g.a));"


@pytest.mark.parametrize(
    ("before", "after", "roles", "expected"),
    [
        (
            "CREATE POLICY p ON g USING (shown);",
            "CREATE POLICY p ON g USING (true);",
            "public",
            f"Opens: {EVERY} for public: filtered → all rows.",
        ),
        (
            "CREATE POLICY p ON g USING (shown);",
            "CREATE POLICY p ON g TO crew USING (shown);",
            "crew, public",
            f"Closes: {EVERY} for public: filtered → no rows.",
        ),
        (
            "CREATE POLICY p ON g FOR SELECT USING (shown);",
            "CREATE POLICY p ON g USING (shown);",
            "public",
            "Opens: insert, update, delete for public: no rows → filtered.",
        ),
        (
            "",
            "CREATE POLICY p ON g FOR SELECT TO crew USING (true);",
            "crew",
            "Opens: select for crew: no rows → all rows.",
        ),
        (
            "CREATE POLICY p ON g FOR SELECT USING (shown);",
            "",
            "public",
            "Closes: select for public: filtered → no rows.",
        ),
        (
            LOOKS_UP.format("id"),
            LOOKS_UP.format("owner"),
            "public",
            f"Compare by hand: {EVERY} for public: filtered, by another condition.",
        ),
    ],
)
def test_a_policy_of_a_dump_without_grants_is_judged_by_itself(
    told_alone: Told, before: str, after: str, roles: str, expected: str
) -> None:
    base = f"CREATE TABLE other (id int, owner int); {UNGRANTED}"
    assert told_alone(base + before, base + after) == [f"security: {expected}", AS_IF.format(roles)]


def test_policies_without_grants_are_the_same_access_where_their_conditions_are(told_alone: Told) -> None:
    two = "CREATE POLICY p ON g USING (shown); CREATE POLICY q ON g USING (a > 1);"
    found = told_alone(UNGRANTED + two, f"{UNGRANTED} CREATE POLICY p ON g USING (shown OR a > 1);")
    assert found == [TOGETHER.format("p, q").replace("stories", "g")] * 2


def test_a_policy_for_who_is_granted_something_is_judged_by_that(told_alone: Told) -> None:
    sql = f"{UNGRANTED} GRANT SELECT ON g TO crew; CREATE POLICY p ON g USING (shown) WITH CHECK ({{}});"
    assert told_alone(sql.format("shown"), sql.format("true")) == [
        "compatible: Same access: no role reaches other rows."
    ]


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [("shown", "shown OR a > 1", "Opens"), ("shown", "shown AND a > 1", "Closes")],
)
def test_a_restrictive_policy_with_another_condition_goes_the_way_of_it(
    told_alone: Told, old: str, new: str, way: str
) -> None:
    sql = f"{UNGRANTED} GRANT SELECT ON g TO crew; CREATE POLICY p ON g USING (true);"
    sql += "CREATE POLICY only ON g AS RESTRICTIVE USING ({});"
    expected = f"security: {way}: select for crew: filtered, by another condition."
    assert told_alone(sql.format(old), sql.format(new)) == [expected]
    assert expected not in told_alone(sql.format(new), sql.format(old))


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        ("SELECT a FROM g WHERE shown", "SELECT a FROM g", "Opens"),
        ("SELECT a FROM g WHERE shown", "SELECT a FROM g WHERE shown OR a > 1", "Opens"),
        ("SELECT a FROM g WHERE shown", "SELECT a, shown FROM g WHERE shown", "Opens"),
        ("SELECT a FROM g WHERE shown", "SELECT a FROM g WHERE shown AND a > 1", "Closes"),
        ("SELECT a, shown FROM g WHERE shown", "SELECT a FROM g", "Compare by hand"),
        ("SELECT a FROM g WHERE shown", "SELECT a FROM g WHERE a > 1", "Compare by hand"),
        ("SELECT a FROM g", "SELECT a FROM g UNION SELECT 1", "Compare by hand"),
    ],
)
@pytest.mark.parametrize(
    ("view", "reader", "past"),
    [
        ("VIEW v", "v", "past privileges and policies"),
        ("MATERIALIZED VIEW v", "v", "which is a copy without policies"),
        ("VIEW v", "w", "past privileges and policies"),
    ],
)
def test_another_query_of_a_view_past_row_security_is_security(
    told_alone: Told, old: str, new: str, way: str, view: str, reader: str, past: str
) -> None:
    granted = f"GRANT SELECT ON {reader} TO crew;"
    texts = [
        f"{UNGRANTED} CREATE {view} AS {query}; CREATE VIEW w AS SELECT a FROM v; {granted}"
        for query in (old, new)
    ]
    expected = f"security: {way}: what crew can reach through it, {past}, by another query."
    assert [line for line in told_alone(*texts) if line.startswith("security")] == [expected]


def test_another_query_of_a_view_that_only_a_function_reads_is_security(told_alone: Told) -> None:
    sql = f"CREATE ROLE crew; {UNGRANTED} CREATE VIEW v AS SELECT a FROM g {{}};"
    sql += "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql SECURITY DEFINER AS 'select a from v';"
    found = told_alone(sql.format("WHERE shown"), sql.format(""))
    expected = (
        "security: Opens: what crew can reach through it, past privileges and policies, by another query."
    )
    assert found[0] == expected


def test_another_query_of_a_view_over_no_row_security_is_none(told_alone: Told) -> None:
    sql = "CREATE TABLE g (a int); CREATE VIEW v AS SELECT a FROM g {}; GRANT SELECT ON v TO crew;"
    found = told_alone(sql.format("WHERE a > 1"), sql.format(""))
    assert [line.partition(":")[0] for line in found] == ["breaks readers"]


@pytest.mark.parametrize("granted", ["", "GRANT SELECT ON v, g TO crew;"])
def test_another_query_of_a_view_is_no_security_where_nobody_goes_past_anything(
    told_alone: Told, granted: str
) -> None:
    view = f"{UNGRANTED} CREATE VIEW v WITH (security_invoker) AS SELECT a FROM g {{}}; {granted}"
    found = told_alone(view.format("WHERE shown"), view.format(""))
    assert [line.partition(":")[0] for line in found] == ["breaks readers"]


@pytest.mark.parametrize(
    ("publication", "what"), [("all tables", "all tables"), ("tables in schema s", "all tables in schema s")]
)
def test_a_new_table_is_published_with_all_others(told_alone: Told, publication: str, what: str) -> None:
    sql = f"CREATE SCHEMA s; CREATE PUBLICATION p FOR {publication};"
    assert told_alone(sql, f"{sql} CREATE TABLE s.t (id int);") == [
        f"security: Published: publication p is for {what}; rows leave past row security."
    ]
    assert told_alone(sql, f"{sql} CREATE VIEW s.t AS SELECT 1;") == [
        "compatible: New: nothing refers to it yet."
    ]


GRANTED = "CREATE ROLE crew; CREATE TABLE t (a int); GRANT SELECT ON t TO {};"
COVERED = (
    "compatible: It may do the same as before: PUBLIC, a role that it inherits from or the whole table has"
    " the grant."
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("crew", "public", [COVERED, "security: The role may do more."]),
        ("crew", "crew; GRANT SELECT (a) ON t TO crew", [COVERED]),
        ("crew; GRANT SELECT (a) ON t TO crew", "crew", [COVERED]),
        ("crew; GRANT UPDATE (a) ON t TO crew", "crew", None),
    ],
)
def test_a_grant_beneath_another_one_changes_nothing(
    told_alone: Told, old: str, new: str, expected: list[str] | None
) -> None:
    found = told_alone(GRANTED.format(old), GRANTED.format(new))
    assert found == expected if expected else COVERED not in found


def test_membership_and_usage_tell_the_cells_that_they_open(told_alone: Told) -> None:
    sql = "CREATE ROLE boss; CREATE ROLE crew; CREATE SCHEMA s;" + "".join(
        f"CREATE TABLE s.{name} (id int); GRANT SELECT ON s.{name} TO boss;" for name in "abcd"
    )
    opens = "security: Opens: select for {}: no grant → all rows, on s.a, s.b, s.c and 1 more."
    usage = "GRANT USAGE ON SCHEMA s TO boss;"
    assert opens.format("boss") in told_alone(sql, sql + usage)
    assert opens.format("crew") in told_alone(sql + usage, f"{sql} {usage} GRANT boss TO crew;")


# what fails, what is accepted, and the comment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.sql").write_text(BASE, "utf-8")
    (tmp_path / "new.sql").write_text(BASE.replace(USING, "USING (true)"), "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["diff", "old.sql", "new.sql", *arguments])


def test_a_class_of_changes_fails_until_it_is_accepted(folder: Path) -> None:
    assert run().exit_code == 0
    assert run("--fail-on", "data-loss,breaks readers").exit_code == 0
    found = run("--fail-on", "security")
    assert found.exit_code == 1
    key = found.stdout.partition("    key ")[2][:8]
    settings = f"dumps: [new.sql]\naccepted_changes:\n  {key}: Stories are public.\n"
    (folder / "schemabook.yml").write_text(settings, "utf-8")
    found = run("--fail-on", "security")
    assert found.exit_code == 0
    assert "accepted: Stories are public." in found.stdout
    # Another change of the same object has another key.
    (folder / "new.sql").write_text(BASE.replace(USING, "USING (shown)"), "utf-8")
    assert run("--fail-on", "security").exit_code == 1


def test_a_class_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(SchemaError, match='"secruity" is no class of changes') as error:
        classes("data-loss, secruity")
    assert "security" in str(error.value.hint)


def test_the_comment_is_markdown_of_bounded_length(folder: Path) -> None:
    name = '"a`b*<img src=x>|@everybody"'
    tables = "".join(f'CREATE TABLE {name[:-1]}{n}" (id int);' for n in range(2000))
    (folder / "new.sql").write_text(BASE.replace(USING, "USING (true)") + tables, "utf-8")
    comment = run("--format", "markdown").stdout
    assert len(comment) < 65_536
    lines = comment.splitlines()
    assert lines[2] == "**To look at: 1 × security.** Beside that 2,000 × compatible."
    assert lines[4] == "### Security (1)"
    assert lines[6].startswith("- **changed** policy `own` on table `public.stories` · key `")
    assert lines[7] == "  - `using: auth.uid() = user_id → true`"
    assert lines[8] == "  - Opens: select for anon, authenticated: filtered → all rows."
    assert re.search(r"^\*\*Left out, as no more fits:\*\* [0-9,]+ compatible\.", comment, re.M)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(comment)
    assert "<img" not in html
    assert html.count("<details>") == html.count("</details>")


def test_an_example_has_the_same_comment_again(folder: Path) -> None:
    first = run("--format", "markdown").stdout
    assert first == run("--format", "markdown").stdout
    assert "using: auth.uid() = user_id → true" in first


def test_the_guide_has_each_rule(rewrite_golden: bool) -> None:
    guide = Path(__file__).parent.parent / "docs" / "CHANGES.md"
    by_hand, heading, table = guide.read_text("utf-8").partition("## Rules\n\n")
    if rewrite_golden:
        guide.write_text(by_hand + heading + rules_table(), "utf-8")
    assert table == rules_table() or rewrite_golden
    codes = {rule.code for rule in RULES}
    named = set(re.findall(r"`([a-z-]+)`", by_hand)) - {"schemabook diff"}
    assert not named - codes


def read_text(sql: str) -> Database:
    return read_dumps([("a.sql", sql.encode())])


READ_AND_CHANGED = """
create role anon; create table t (o int, p boolean); alter table t enable row level security;
grant select, update on t to anon; create policy u on t for update using (o = 1);
create policy s on t for select using ({});
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("o = 1 or p", "true", ["Opens: select for anon: filtered → all rows."]),
        ("true", "o = 1 or p", ["Closes: select for anon: all rows → filtered."]),
        ("o = 1 or p", "p", ["Closes: select, update where for anon: filtered, by another condition."]),
        ("p", "o = 1 or p", ["Opens: select, update where for anon: filtered, by another condition."]),
        (
            "p",
            "true",
            [
                "Opens: select for anon: filtered → all rows.",
                "Opens: update where for anon: filtered, by another condition.",
            ],
        ),
        ("p", "false", ["Closes: select, update where for anon: filtered → no rows."]),
    ],
)
def test_a_where_asks_for_what_may_be_read_and_for_what_may_be_changed(
    old: str, new: str, expected: list[str]
) -> None:
    before, after = (read_text(READ_AND_CHANGED.format(using)) for using in (old, new))
    found = review(before, after)
    assert [effect.sentence for change in found for effect in change.effects] == expected

"""`schemabook.yml` is read, and each thing that is wrong in it has its own message at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Name, Relation, RelationKind
from schemabook.project.config import Config, InputFile, Link, load, read_config
from schemabook.project.groups import check_names, group_relations, hub_tables
from schemabook.read import read as read_dump

PATH = Path("schema/schemabook.yml")
HERE = Source("schema.sql", 1)
FULL = """\
title: Stories
description: The schema of a story application.
dumps:
  - path: schema_backup.sql
    description: Complete DDL
  - ../other/extra.sql
statistics:
  - path: table_stats.txt
output: ../docs/reference
groups:
  - name: Core Tables
    description: What all else hangs on.
    tables: [user_profiles, content, "descriptors_*", auth.users]
  - name: Rest
    tables:
      - '"Reporting Data"."Monthly Totals"'
important_tables:
  user_profiles: [Primary user data table, Links to auth.users]
  auth.users: Made by Supabase.
refresh:
  - description: Pull the latest schema
    command: npx supabase db dump
migration_notes:
  - Migrations up to 20251114
links:
  - {title: Migration guide, url: ../MIGRATIONS.md, description: How to change it}
"""


def read(text: str) -> Config:
    return read_config(text, PATH)


def error_of(text: str) -> str:
    with pytest.raises(SchemaError) as error:
        read(text)
    return str(error.value)


def outcome(text: str) -> SchemaError | None:
    try:
        read(text)
    except SchemaError as error:
        return error
    return None


def with_dump(text: str) -> str:
    return f"dumps: [schema.sql]\n{text}"


def database(*names: str) -> Database:
    relations = [Relation(name=Name(*name.split(".")), source=HERE) for name in names]
    return Database(relations={r.name: r for r in sorted(relations, key=lambda r: r.name)})


STORIES = database(
    "auth.users",
    "public.content",
    "public.descriptors_age",
    "public.descriptors_pet",
    "public.stories",
    "public.user_profiles",
    "Reporting Data.Monthly Totals",
)


# What is read


def test_every_key_is_read() -> None:
    config = read(FULL)
    assert (config.title, config.description) == ("Stories", "The schema of a story application.")
    assert [(d.file, d.description) for d in config.dumps] == [
        ("schema_backup.sql", "Complete DDL"),
        ("../other/extra.sql", ""),
    ]
    assert [g.name for g in config.groups] == ["Core Tables", "Rest"]
    assert [p.text for p in config.groups[0].tables] == [
        "user_profiles",
        "content",
        "descriptors_*",
        "auth.users",
    ]
    assert {t.name: t.notes for t in config.important_tables} == {
        Name("public", "user_profiles"): ("Primary user data table", "Links to auth.users"),
        Name("auth", "users"): ("Made by Supabase.",),
    }
    assert [(r.description, r.command) for r in config.refresh] == [
        ("Pull the latest schema", "npx supabase db dump")
    ]
    assert config.migration_notes == ("Migrations up to 20251114",)
    link = Link(title="Migration guide", url="../MIGRATIONS.md", description="How to change it", source=HERE)
    assert config.links == (link,)


def test_only_a_dump_is_needed() -> None:
    dump = InputFile(file="schema.sql", path=Path("schema/schema.sql"), source=HERE)
    expected = Config(dumps=(dump,), output=Path("schema/docs/reference"), source=HERE)
    assert read("dumps: [schema.sql]") == expected


def test_paths_are_relative_to_the_configuration_file() -> None:
    config = read(FULL)
    assert [d.path for d in config.dumps] == [Path("schema/schema_backup.sql"), Path("other/extra.sql")]
    assert config.output == Path("docs/reference")
    assert read("dumps: [/srv/schema.sql]").dumps[0].path == Path("/srv/schema.sql")


def test_things_know_their_lines() -> None:
    config = read(FULL)
    assert [g.source for g in config.groups] == [
        Source("schema/schemabook.yml", 11),
        Source("schema/schemabook.yml", 14),
    ]
    assert config.groups[1].tables[0].source.line == 16
    assert [t.source.line for t in config.important_tables] == [18, 19]


def test_windows_line_ends_and_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    assert read("\ufeff" + FULL.replace("\n", "\r\n")) == read(FULL)
    path = tmp_path / "schemabook.yml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert load(path) == read_config(FULL, path)


# What is wrong in the file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "",
            "1: the configuration is empty\nhint: it must name a dump at least:\ndumps:\n  - schema",
        ),
        ("# nothing\n", "1: the configuration is empty"),
        ("- a", '1: the configuration must be a mapping, not a list\nhint: write "title: ..."'),
        ("title: T\n", '1: the configuration has no "dumps"\nhint: its keys are title, '),
        ("dumps: []\n", '1: "dumps" names no file'),
        ("dumps: schema.sql\n", '1: "dumps" must be a list, not text\nhint: begin each item with "- "'),
        (with_dump("group: []"), '2: the configuration has no key "group"\nhint: did you mean "groups"?'),
        (with_dump("colour: red"), '2: the configuration has no key "colour"\nhint: its keys are title, '),
        (with_dump("title: T\ntitle: U"), '3: key "title" is given twice, first on line 2'),
        (with_dump("title: 2025"), '2: "title" must be text, not a number\nhint: put it in quotes: "2025"'),
        (with_dump("title: yes"), '2: "title" must be text, not yes or no'),
        (with_dump("title:"), '2: "title" must be text, not nothing\nhint: give it a text or leave it out'),
        (with_dump('title: " "'), '2: "title" is empty'),
        (with_dump("title: !!python/object:os.system {}"), '2: "title" must be text, not "'),
        (with_dump("groups:\n  Core: [a]"), '3: "groups" must be a list, not a mapping'),
        (
            with_dump("groups:\n  - name: A"),
            '3: a group has no "tables"\nhint: its keys are name, description, tables',
        ),
        (
            with_dump("groups:\n  - {name: A, table: [a]}"),
            '3: a group has no key "table"\nhint: did you mean "tables"?',
        ),
        (with_dump("groups:\n  - {name: A, tables: a}"), '3: "tables" must be a list, not text'),
        (
            with_dump("groups:\n  - {name: A, tables: [a.b.c]}"),
            '3: "a.b.c" is not the name of a table\nhint: ',
        ),
        (
            with_dump("groups:\n- {name: A, tables: [a]}\n- {name: A, tables: [b]}"),
            '4: group "A" is given twice',
        ),
        (
            with_dump("important_tables:\n  a: x\n  public.a: y"),
            '4: table "public.a" is given twice, first on line 3',
        ),
        (with_dump("important_tables: [a]"), '2: "important_tables" must be a mapping, not a list'),
        (
            with_dump("migration_notes:\n  - Note: this"),
            "3: a note must be text, not a mapping\nhint: quote text that",
        ),
        (with_dump("links:\n  - {title: Guide}"), '3: a link has no "url"'),
        (with_dump("refresh:\n  - make"), "3: a refresh command must be a mapping, not text"),
        (
            with_dump("groups:\n\t- name: A"),
            "3: a tab stands where YAML wants spaces\nhint: indent with spaces",
        ),
        (
            with_dump("title: a: b"),
            "2: the configuration is not YAML: mapping values are not allowed here\nhint: ",
        ),
        (with_dump("title: [a"), "2: the configuration is not YAML: "),
        (with_dump("title: *a"), "2: the configuration is not YAML: found undefined alias"),
        (with_dump("---\na: b"), "2: the configuration is not YAML: but found another document"),
        (with_dump("title: \0\1"), "2: the configuration is not UTF-8 text\nhint: save it as UTF-8"),
        (with_dump(r'title: "\ud800"'), '2: "title" is not text'),
        (with_dump(r'title: "\UFFFFFFFF"'), "1: the configuration is not YAML"),
        ("[" * 10_000, "1: the configuration is not YAML"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(text: str, expected: str) -> None:
    assert error_of(text).startswith(f"schema/schemabook.yml:{expected}")


def test_a_missing_file_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as error:
        load(tmp_path / "schemabook.yml")
    assert str(error.value).startswith(
        f"{tmp_path.as_posix()}/schemabook.yml: there is no configuration file\nhint: "
    )
    with pytest.raises(SchemaError, match="this is a directory"):
        load(tmp_path)


def test_a_binary_file_is_an_error_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "schemabook.yml"
    path.write_bytes(b"title: T\n\xff\xfe")
    with pytest.raises(SchemaError, match=r"schemabook\.yml:2: the configuration is not UTF-8 text"):
        load(path)


@given(st.data())
def test_a_mangled_configuration_is_read_or_an_error_but_never_a_traceback(data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(FULL)))
    end = data.draw(st.integers(cut, len(FULL)))
    junk = data.draw(st.text(alphabet="\t\n :-[]{}&*!|>'\"%@`#?,~\\x0\0é", max_size=6))
    error = outcome(FULL[:cut] + junk + FULL[end:])
    assert error is None or str(error).startswith("schema/schemabook.yml:")
    assert str(error).encode()


# What the database does not have


def grouped(text: str, schema: Database = STORIES) -> tuple[dict[str, list[str]], list[str]]:
    found = group_relations(read(with_dump(text)), schema)
    groups = {group.name: [str(r.name) for r in relations] for group, relations in found.groups}
    return groups, [str(r.name) for r in found.others]


def names_error(text: str) -> str:
    with pytest.raises(SchemaError) as error:
        check_names(read(with_dump(text)), STORIES)
    return str(error.value)


def test_groups_keep_their_order_and_patterns_are_sorted() -> None:
    groups, others = grouped('groups:\n- {name: A, tables: [user_profiles, "descriptors_*", content]}')
    descriptors = ["public.descriptors_age", "public.descriptors_pet"]
    assert groups == {"A": ["public.user_profiles", *descriptors, "public.content"]}
    assert others == ["public.stories"]


def test_others_are_of_the_schemas_that_groups_name() -> None:
    assert grouped("groups: []")[1] == [str(n) for n in STORIES.relations if n.schema == "public"]
    assert grouped("groups:\n- {name: A, tables: [auth.users]}")[1] == []


def test_a_table_may_match_twice_in_one_group() -> None:
    groups, _ = grouped('groups:\n- {name: A, tables: [descriptors_pet, "descriptors_???"]}')
    assert groups == {"A": ["public.descriptors_pet", "public.descriptors_age"]}


def test_quotes_hold_dots_and_stars_together() -> None:
    schema = database("public.a*", "public.ab", "public.a[b]c")
    assert grouped("""groups:\n- {name: A, tables: ['"a*"']}""", schema)[0] == {"A": ["public.a*"]}
    assert grouped("""groups:\n- {name: A, tables: ['a[b]*']}""", schema)[0] == {"A": ["public.a[b]c"]}
    assert grouped(
        """groups:\n- {name: A, tables: ['"a*".x*', "*"]}""", database("a*.x1", "ab.x2", "public.t")
    )[0] == {"A": ["a*.x1", "public.t"]}
    dotted = Name("public", "a.b")
    schema = Database(relations={dotted: Relation(name=dotted, source=HERE)})
    assert grouped("""groups:\n- {name: A, tables: ['"a.b"']}""", schema)[0] == {"A": ["public.a.b"]}


def test_partitions_stay_with_their_table() -> None:
    events = Relation(name=Name("public", "events"), kind=RelationKind.PARTITIONED_TABLE, source=HERE)
    part = Relation(name=Name("public", "events_2025"), partition_of=events.name, source=HERE)
    schema = Database(relations={r.name: r for r in (events, part)})
    assert grouped('groups:\n- {name: A, tables: ["events*"]}', schema) == ({"A": ["public.events"]}, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "groups:\n- name: A\n  tables:\n  - storys",
            '5: relation "public.storys" does not exist\nhint: did you mean "public.stories"?',
        ),
        (
            "groups:\n- {name: A, tables: [users]}",
            '3: relation "public.users" does not exist\nhint: did you mean "auth.users"?',
        ),
        (
            "groups:\n- {name: A, tables: [zzz]}",
            '3: relation "public.zzz" does not exist\nhint: the dump has no',
        ),
        (
            "groups:\n- {name: A, tables: ['zzz_*']}",
            '3: no relation matches "zzz_*"\nhint: patterns know * and ?',
        ),
        (
            "groups:\n- {name: A, tables: [content]}\n- {name: B, tables: ['c*']}",
            '4: relation "public.content" is in two groups, "A" and "B"\nhint: the first is on line 3',
        ),
        (
            "important_tables:\n  Content: [x]",
            '3: relation "public.Content" does not exist\nhint: did you mean "public.content"?',
        ),
    ],
)
def test_a_name_that_the_database_does_not_have_is_an_error_at_its_line(text: str, expected: str) -> None:
    assert names_error(text).startswith(f"schema/schemabook.yml:{expected}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "hubs: [user]",
            '2: relation "public.user" does not exist\nhint: did you mean "auth.users"?',
        ),
        ("hubs:\n- content\n- 'zzz_*'", '4: no relation matches "zzz_*"\nhint: patterns know * and ?'),
    ],
)
def test_a_hub_that_the_database_does_not_have_is_an_error_at_its_line(text: str, expected: str) -> None:
    assert names_error(text).startswith(f"schema/schemabook.yml:{expected}")


def test_hubs_are_names_and_patterns_or_left_to_the_map() -> None:
    found = hub_tables(read(with_dump("hubs: [content, 'descriptors_*', content]")), STORIES)
    assert found is not None
    assert [str(name) for name in found] == [
        "public.content",
        "public.descriptors_age",
        "public.descriptors_pet",
    ]
    assert hub_tables(read(with_dump("hubs: []")), STORIES) == ()
    assert hub_tables(read(with_dump("title: x")), STORIES) is None


def test_a_partition_is_no_hub() -> None:
    sql = b"create table t (a int) partition by list (a); create table t1 partition of t for values in (1);"
    with pytest.raises(SchemaError) as error:
        hub_tables(read(with_dump("hubs: [t1]")), read_dump([("t.sql", sql)]))
    assert str(error.value).endswith('2: relation "public.t1" is a partition\nhint: it is part of "public.t"')


def test_names_that_exist_are_no_error() -> None:
    check_names(read(FULL), STORIES)

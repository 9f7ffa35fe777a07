"""What the settings hide is gone with all that hangs on it, but for what other objects reference."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from conftest import built
from hypothesis import given
from hypothesis import strategies as st

from schemabook.errors import SchemaError, Source
from schemabook.export.diagram import Whole
from schemabook.export.request import TAKEN, Request, exported
from schemabook.model import (
    KIND_OF,
    Argument,
    Attribute,
    Column,
    ColumnName,
    Constraint,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Relation,
    Routine,
    Sequence,
    Signature,
    Sql,
    Target,
    Type,
    relation_id,
    routine_id,
    sequence_id,
    type_id,
)
from schemabook.project.config import HiddenPattern, NamePattern, load, read_config
from schemabook.project.hidden import Shown, hide
from schemabook.project.hidden.fields import FIELDS, Says, default, named
from schemabook.project.hidden.objects import objects
from schemabook.project.hidden.part import KINDS
from schemabook.project.inputs import load_book
from schemabook.read import read
from schemabook.read.statements.others import KINDS as OTHERS
from schemabook.read.statements.others import plain

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
    assert not database.privileges_on(relation_id(USERS))
    assert relation_id(USERS) not in database.statements
    routines = {str(signature): fact for signature, fact in database.routines.items()}
    assert routines.keys() == {"auth.stamp()", "auth.uid()"}
    assert not any(fact.body or fact.settings for fact in routines.values())
    assert found.reduced == {
        relation_id(USERS),
        routine_id(Name("auth", "stamp")),
        routine_id(Name("auth", "uid")),
        sequence_id(Name("auth", "counter")),
        type_id(Name("auth", "level")),
    }


def test_what_is_visible_is_as_before() -> None:
    database = shown("auth.*").database
    for name in DATABASE.relations:
        if name.schema == "public":
            assert database.columns_of(name) == DATABASE.columns_of(name)
            assert database.constraints_of(name) == DATABASE.constraints_of(name)
            assert database.policies_of(name) == DATABASE.policies_of(name)
            assert database.references_from(relation_id(name)) == DATABASE.references_from(relation_id(name))


def test_the_last_pattern_decides() -> None:
    found = shown("auth.*", "!auth.users")
    assert columns(found.database, USERS) == columns(DATABASE, USERS)
    assert relation_id(USERS) not in found.reduced
    assert SESSIONS not in found.database.relations
    assert relation_id(USERS) in shown("!auth.users", "auth.*").reduced


def test_the_receipt_counts_what_is_hidden() -> None:
    assert shown("auth.*").database.receipt == DATABASE.receipt


def test_a_schema_that_has_become_empty_is_gone() -> None:
    database = shown("public.*", "auth.*", "!auth.sessions").database
    assert list(database.schemas) == ["auth", "empty"]
    database = shown("auth.*", "profile", "addresses").database
    assert "auth" not in database.schemas
    assert not any(p.on.kind is ObjectKind.SCHEMA for p in database.privileges)
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
    assert all(r.origin.name.schema == "public" for r in shown("auth.*").database.references)


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
        assert reference.target.whole.kind != "relation" or reference.target.name in database.relations
    for relation in database.relations.values():
        assert relation.partition_of is None or relation.partition_of in database.relations


# Every kind of fact has a row


def facts_in(hint: Any) -> Iterator[type]:
    """The facts of the model in a type hint."""
    for inside in get_args(hint):
        yield from facts_in(inside)
    is_fact = is_dataclass(hint) or hasattr(hint, "_fields")
    if isinstance(hint, type) and is_fact and hint not in {*NAMES_OF_THINGS, Database}:
        yield hint
        for field in get_type_hints(hint).values():
            yield from facts_in(field)


def has_names(hint: Any) -> bool:
    """Whether a value of the type may hold a name or a text."""
    if inside := get_args(hint):
        return any(map(has_names, inside))
    return hint is str or hint in NAMES_OF_THINGS or next(facts_in(hint), None) is not None


NAMES_OF_THINGS = {Name, ColumnName, ObjectId, Signature, Target, Sql, Source}
"""What facts are made of, which are no facts."""
FACTS = sorted({fact for hint in get_type_hints(Database).values() for fact in facts_in(hint)}, key=str)


def test_each_field_of_a_database_has_its_way_through() -> None:
    assert KINDS.keys() == {field.name for field in fields(Database)}


def test_each_fact_of_a_database_has_a_row() -> None:
    assert set(FACTS) == FIELDS.keys()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_each_field_that_may_name_something_says_what(fact: type) -> None:
    said = [name for names in FIELDS[fact].values() for name in names.split()]
    hints = {name: hint for name, hint in get_type_hints(fact).items() if name != "source"}
    assert sorted(said) == sorted(name for name, hint in hints.items() if has_names(hint))


def test_what_is_left_out_has_something_to_take_its_place() -> None:
    for fact, says in FIELDS.items():
        if fact in (Relation, Column, Constraint, Routine, Argument, Type, Attribute, Sequence):
            for name in says.get(Says.DETAIL, "").split():
                default(fact, name)


def test_each_kind_that_is_known_by_its_sql_is_in_a_schema_or_in_none() -> None:
    in_schemas = {kind: found.new is not plain for kind, found in OTHERS.items()}
    rows = {row.kind: row for row in KIND_OF.values() if row.fact is Other}
    assert in_schemas.keys() == rows.keys()
    assert all(in_schemas[kind] for kind, row in rows.items() if row.in_schema)


# A site that hides much


@pytest.fixture(scope="module")
def hiding_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of `hidden.sql`, where every hidden name begins with `zz_`."""
    root = tmp_path_factory.mktemp("hiding")
    (root / "schema").mkdir()
    (root / "docs").mkdir()
    shutil.copy(Path(__file__).parent / "hidden.sql", root / "schema" / "dump.sql")
    settings = {
        "dumps": ["dump.sql"],
        "statistics": ["stats.csv"],
        "hidden": ["zz_*.*", "*.zz_*"],
        "output": "../docs/reference",
        "accept_unread": ["*"],
        "groups": [{"name": "All", "tables": ["public.*", "*.zz_*"]}],
    }
    (root / "schema" / "schemabook.yml").write_text(json.dumps(settings), "utf-8")
    statistics = "name,estimated_row_count,total_size\nzz_gone.zz_gone_t,9,64 kB\npublic.visible,3,8 kB\n"
    (root / "schema" / "stats.csv").write_text(statistics, "utf-8")
    (root / "docs" / "index.md").write_text("# Home\n", "utf-8")
    (root / "mkdocs.yml").write_text(
        "site_name: Site\nuse_directory_urls: false\nplugins: [schemabook]\n"
        "theme: {name: material, font: false}\nnot_in_nav: '/reference/**'\n",
        "utf-8",
    )
    return built(root)


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """What a site and its committed pages hold, by path."""
    for path in (*(folder / "reference").rglob("*"), *(folder / "assets").rglob("*"), folder / "index.html"):
        if path.is_file() and path.suffix in (".html", ".md", ".json", ".js", ".svg", ".txt", ".xml"):
            yield path.relative_to(folder).as_posix(), path.read_text("utf-8")


def test_a_hidden_name_is_nowhere_on_the_site(hiding_site: Path) -> None:
    pages = list(written(hiding_site))
    assert len(pages) > 20
    for committed in (hiding_site.parent / "docs" / "reference").rglob("*.md"):
        pages.append((str(committed), committed.read_text("utf-8")))
    found = {path: re.findall(r".{30}zz_gone\w*.{20}", text)[:3] for path, text in pages if "zz_gone" in text}
    assert found == {}
    assert not [path for path, _ in pages if "zz_gone" in path]


def test_what_visible_objects_need_is_on_the_site_reduced(hiding_site: Path) -> None:
    needed = ("tables/zz_needed_t", "tables/zz_needed_parent", "tables/zz_rows", "functions/zz_needed_f")
    for page in (
        *needed,
        "types/zz_needed_e",
        "types/zz_needed_d",
        "types/zz_inner",
    ):
        text = (hiding_site / "reference" / "zz_s" / f"{page}.html").read_text("utf-8")
        assert "Hidden in the settings; only what other objects reference is shown." in text, page


def test_an_export_names_nothing_hidden(hiding_site: Path) -> None:
    root = hiding_site.parent
    book = load_book(load(root / "schema" / "schemabook.yml"))
    whole = Whole(database=book.database, virtual=(), group_of=book.group_of, hubs=book.hubs)
    for kind in TAKEN:
        assert "zz_gone" not in exported(whole, Request(format=kind), lambda name: str(name)), kind


# Whatever is hidden


def names_in(value: Any) -> Iterator[Name]:
    """The names in a fact, but for those in its details."""
    if isinstance(value, Name):
        yield value
    elif isinstance(value, (ColumnName, Signature, Target)):
        yield value[0]
    elif isinstance(value, tuple) and type(value) not in FIELDS:
        for part in value:
            yield from names_in(part)
    elif type(value) in FIELDS:
        for says in Says:
            for name in named(type(value), says) if says is not Says.DETAIL else ():
                yield from names_in(getattr(value, name))


FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.sql"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_no_fact_names_what_is_gone(fixture: Path) -> None:
    whole = read([(fixture.name, fixture.read_bytes())])
    every = {found.name for found in objects(whole)}
    for name in sorted({*whole.relations, *whole.types})[:40]:
        pattern = NamePattern(schema=name.schema, name=name.name, text=str(name), source=Source("x", 1))
        try:
            database = hide(whole, (HiddenPattern(pattern=pattern),)).database
        except SchemaError:
            continue
        gone = every - {found.name for found in objects(database)}
        for field in fields(database):
            facts = getattr(database, field.name)
            found = names_in((*facts.items(),) if isinstance(facts, Mapping) else facts)
            assert gone.isdisjoint(found), (name, field.name)

"""One table of kinds: nothing that goes through all objects can forget one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from schemabook.model import KIND_OF, KINDS, Database, ObjectId, ObjectKind
from schemabook.read import read
from schemabook.verify import Server

SITES = sorted((Path(__file__).parent / "sites").glob("*/schema.sql"))
NO_OBJECTS = {
    "exposed": "of the Data API",
    "inputs": "the files",
    "lineage": "of columns, which are objects themselves",
    "platform": "a database of its own",
    "receipt": "of statements",
    "references": "between objects",
    "secrets": "of the text",
    "statements": "of objects",
    "warnings": "of objects",
}
"""The fields of a database that hold no objects."""
CLASSES = {
    ObjectKind.RELATION: "pg_class",
    ObjectKind.SEQUENCE: "pg_class",
    ObjectKind.INDEX: "pg_class",
    ObjectKind.CONSTRAINT: "pg_constraint",
    ObjectKind.TRIGGER: "pg_trigger",
    ObjectKind.POLICY: "pg_policy",
    ObjectKind.TYPE: "pg_type",
    ObjectKind.ROUTINE: "pg_proc",
    ObjectKind.SCHEMA: "pg_namespace",
    ObjectKind.EXTENSION: "pg_extension",
    ObjectKind.PUBLICATION: "pg_publication",
    ObjectKind.RULE: "pg_rewrite",
    ObjectKind.STATISTICS: "pg_statistic_ext",
    ObjectKind.COLLATION: "pg_collation",
    ObjectKind.EVENT_TRIGGER: "pg_event_trigger",
    ObjectKind.LANGUAGE: "pg_language",
    ObjectKind.SERVER: "pg_foreign_server",
    ObjectKind.FOREIGN_DATA_WRAPPER: "pg_foreign_data_wrapper",
    ObjectKind.ACCESS_METHOD: "pg_am",
    ObjectKind.TEXT_SEARCH_CONFIGURATION: "pg_ts_config",
    ObjectKind.TEXT_SEARCH_DICTIONARY: "pg_ts_dict",
}
"""Where the catalog keeps what `pg_identify_object()` names as we do."""
HOSTILE = """
create schema "My Schema";
create table "My Schema"."a.b" (id bigint primary key, "select" text, "it""s" int unique, t text);
create index "an index" on "My Schema"."a.b" (t);
alter table "My Schema"."a.b" add constraint "c; --" check (id > 0);
create policy "Own rows" on "My Schema"."a.b" using (true);
create sequence "My Schema"."S";
create type "My Schema"."<script>" as enum ('a');
create domain "table" as text;
create function "My Schema"."f|g" (a int, b text[], variadic c "My Schema"."<script>"[]) returns int
language sql return 1;
create procedure "user" () language sql begin atomic end;
create function tg() returns trigger language plpgsql as 'begin return new; end';
create trigger "t r" before insert on "My Schema"."a.b" execute function tg();
create rule "a rule" as on update to "My Schema"."a.b" do instead nothing;
create statistics "My Schema"."st" on id, t from "My Schema"."a.b";
create collation "My Schema"."co" (provider = libc, locale = 'C');
create publication "Pub" for table "My Schema"."a.b";
create foreign data wrapper "fdw x";
create server "a server" foreign data wrapper "fdw x";
create text search configuration "My Schema".ts (copy = pg_catalog.simple);
"""


def test_every_kind_has_one_row() -> None:
    assert Counter(row.kind for row in KINDS) == Counter(ObjectKind)
    assert KIND_OF.keys() == set(ObjectKind)


def test_every_field_of_a_database_has_a_row() -> None:
    assert {row.field for row in KINDS} | NO_OBJECTS.keys() == {field.name for field in fields(Database)}


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.parent.name)
def test_a_row_finds_all_facts_under_identities_of_their_own(path: Path) -> None:
    database = read([(path.name, path.read_bytes())])
    for row in KINDS:
        found = getattr(database, row.field)
        facts = list(found.values() if isinstance(found, Mapping) else found)
        if row.field == "others":
            facts = [fact for fact in facts if fact.kind == row.kind]
        ids = list(row.facts(database))
        assert [fact for _, fact in ids] == facts
        assert {id_.kind for id_, _ in ids} <= {row.kind}
        if row.kind is not ObjectKind.PRIVILEGE:  # One grantee may have several items.
            assert len({id_ for id_, _ in ids}) == len(facts)


def identities(server: Server, database: str) -> set[tuple[str, str]]:
    """Our kind, and what `pg_identify_object()` says of each object."""
    with server.connect(database) as connection:
        return {
            (kind, name)
            for kind, catalog in CLASSES.items()
            for (name,) in connection.execute(
                f"select (pg_identify_object('{catalog}'::regclass, oid, 0)).identity from {catalog}"
            )
        } | {
            (ObjectKind.COLUMN, name)
            for (name,) in connection.execute(
                "select (pg_identify_object('pg_class'::regclass, attrelid, attnum)).identity"
                " from pg_attribute where attnum > 0 and not attisdropped"
            )
        }


def test_identities_are_printed_as_postgresql_prints_them(
    restored: Callable[[Path], str], postgres: Server, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.sql"
    schema.write_text(HOSTILE)
    expected = identities(postgres, restored(schema))
    database = read([("schema.sql", HOSTILE.encode())])
    shown = {
        (row.kind, str(found))
        for row in KINDS
        if row.kind in {*CLASSES, ObjectKind.COLUMN}
        for found, _ in row.facts(database)
    }
    assert shown - expected == set()
    assert len({kind for kind, _ in shown}) == 17


def test_the_whole_of_a_part_is_its_relation() -> None:
    database = read([("schema.sql", HOSTILE.encode())])
    for row in KINDS:
        for found, _ in row.facts(database):
            if row.is_part:
                assert found.whole == ObjectId(ObjectKind.RELATION, found.name)
                assert found.whole.name in database.relations

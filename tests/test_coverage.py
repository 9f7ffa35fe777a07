"""How much of a schema has a comment."""

from __future__ import annotations

from schemabook.model import Database, Name, ObjectId, ObjectKind, relation_id, routine_id
from schemabook.project.coverage import Tally, coverage
from schemabook.read import read

SQL = """
CREATE SCHEMA app;
CREATE TABLE app.parted (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE app.parted_2024 PARTITION OF app.parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE public.person (id integer, name text);
CREATE VIEW public.names AS SELECT name FROM public.person;
CREATE TYPE public.mood AS ENUM ('good');
CREATE FUNCTION public.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.f(a text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
COMMENT ON TABLE public.person IS 'Somebody.';
COMMENT ON COLUMN public.person.name IS 'What friends say.';
COMMENT ON FUNCTION public.f(text) IS 'One of two.';
"""
PERSON = Name("public", "person")


def database(sql: str = SQL) -> Database:
    return read([("schema.sql", sql.encode())])


def test_each_kind_is_counted_overall_and_by_schema() -> None:
    found = coverage(database())
    assert found.tally() == Tally(3, 11 - 1)
    assert found.tally(kind=ObjectKind.RELATION) == Tally(1, 3)
    assert found.tally(kind=ObjectKind.COLUMN) == Tally(1, 4)
    assert found.tally(kind=ObjectKind.ROUTINE) == Tally(1, 2)
    assert found.tally(kind=ObjectKind.TYPE) == Tally(0, 1)
    assert found.tally(schema="app") == Tally(0, 3)
    assert found.tally(schema="public", kind=ObjectKind.COLUMN) == Tally(1, 2)
    assert found.tally(schema="nowhere") == Tally(0, 0)


def test_partitions_and_columns_of_views_do_not_count() -> None:
    names = {(subject.name.name, subject.kind) for subject, _ in coverage(database()).subjects}
    assert not {name for name, _ in names} & {"parted_2024"}
    assert ("names", "relation") in names
    assert ("names", "column") not in names


def test_what_lacks_a_comment_is_listed_with_tables_first() -> None:
    missing = list(coverage(database()).missing)
    assert missing[:2] == [
        relation_id(Name("app", "parted")),
        relation_id(Name("public", "names")),
    ]
    assert ObjectId(ObjectKind.COLUMN, PERSON, "id") in missing
    assert ObjectId(ObjectKind.COLUMN, PERSON, "name") not in missing


def test_a_note_counts_as_a_comment() -> None:
    noted = {ObjectId(ObjectKind.COLUMN, PERSON, "id"), routine_id(Name("public", "f"))}
    found = coverage(database(), noted)
    assert found.tally() == Tally(5, 10)
    assert found.tally(kind=ObjectKind.ROUTINE) == Tally(2, 2)


def test_what_is_left_out_does_not_count_nor_do_its_columns() -> None:
    found = coverage(database(), left_out={relation_id(PERSON), routine_id(Name("public", "f"))})
    assert found.tally() == Tally(0, 5)


def test_a_hundred_per_cent_means_all() -> None:
    assert Tally(999, 1000).percent == 99
    assert Tally(1000, 1000).percent == 100
    assert Tally(0, 0).percent == 100


def test_the_worst_come_first() -> None:
    found = coverage(database())
    assert found.worst_schema() == "app"
    assert [name.name for name, _ in found.worst_tables(2)] == ["parted", "names"]
    assert found.worst_tables(9)[-1] == (PERSON, Tally(2, 3))
    nothing = coverage(database("CREATE TABLE public.t (); COMMENT ON TABLE public.t IS 'x';"))
    assert nothing.worst_schema() is None
    assert nothing.worst_tables(3) == []

"""The JSON contract: its schema holds for what is printed, and its keys are never missing."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemabook.export.contract import contract, to_json
from schemabook.read import read, read_files

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "schema" / "schema_backup.sql"
FIXTURES = sorted((ROOT / "tests" / "fixtures").glob("*.sql"))


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(files("schemabook.export").joinpath("contract.schema.json").read_text("utf-8"))


def test_the_schema_itself_is_valid(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_example_is_valid(schema: Any) -> None:
    jsonschema.validate(contract(read_files([EXAMPLE])), schema)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_fixture_is_valid(path: Path, schema: Any) -> None:
    jsonschema.validate(contract(read_files([path])), schema)


def test_a_missing_key_is_not_valid(schema: Any) -> None:
    exported = contract(read([("t.sql", b"create table t (a int);")]))
    del exported["relations"][0]["columns"][0]["comment"]
    with pytest.raises(jsonschema.ValidationError, match="'comment' is a required property"):
        jsonschema.validate(exported, schema)


def test_the_same_dump_gives_the_same_bytes() -> None:
    assert to_json(read_files([EXAMPLE])) == to_json(read_files([EXAMPLE]))


def test_what_is_absent_is_null_or_an_empty_list() -> None:
    exported = contract(read([("t.sql", b"create table t (a int);")]))
    table = exported["relations"][0]
    assert table["comment"] is None
    assert table["partition_of"] is None
    assert table["policies"] == []
    assert exported["roles"] == []


def test_a_serial_column_is_exported_as_the_catalog_has_it() -> None:
    exported = contract(read([("t.sql", b"create table public.t (id serial primary key);")]))
    column = exported["relations"][0]["columns"][0]
    assert column["type"] == "integer"
    assert column["not_null"] is True
    assert column["default"] == "nextval('public.t_id_seq'::regclass)"
    assert exported["sequences"][0]["owned_by"] == {"schema": "public", "relation": "t", "column": "id"}


def test_names_are_unquoted_and_types_are_as_format_type_prints_them() -> None:
    sql = b'create table "Reporting Data"."user events" ("At" timestamptz(3), n varchar(10)[]);'
    table = contract(read([("t.sql", sql)]))["relations"][0]
    assert (table["schema"], table["name"]) == ("Reporting Data", "user events")
    assert [c["type"] for c in table["columns"]] == ["timestamp(3) with time zone", "character varying(10)[]"]

"""A model that was exported as JSON is a side of a comparison: it says all that its dump does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from test_diff import mutations
from test_review import CASES, FIXTURES, case

from schemabook.errors import SchemaError
from schemabook.export.contract import MAPPINGS, contract, to_json
from schemabook.project.dumps import read_dumps, read_whole
from schemabook.read import read
from schemabook.review import review
from schemabook.review.contract import contract as told
from schemabook.review.exported import database_of
from schemabook.review.sources import Side, sides

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"
NOT_ITSELF = ("position", "name", "partition_of", "partition_bound", *MAPPINGS)
"""Fields that the JSON tells by the place of a fact, or whose values it looks into."""


@pytest.mark.parametrize("path", [EXAMPLE, *FIXTURES], ids=lambda path: "/".join(path.parts[-2:]))
def test_a_model_says_what_its_dump_says(path: Path) -> None:
    printed = to_json(read_dumps([path]))
    whole, back = read_whole([path]), database_of(printed.encode(), "model.json")
    assert review(whole, back) == review(back, whole) == ()
    assert set(back.references) >= {r for r in whole.references if not whole.platform}


def test_no_field_of_a_fact_is_forgotten() -> None:
    kinds = set()
    for path in FIXTURES[::2]:
        database = read([(path.name, path.read_bytes())])
        before = contract(database)
        for changed, name, _, said in mutations(database):
            if said.name not in NOT_ITSELF:
                kinds.add(name.kind)
                assert contract(changed) != before, (name.kind, said.name)
    assert len(kinds) > 20


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_models_have_the_changes_of_their_dumps(folder: Path) -> None:
    dumps = [side.database for side in case(folder)]
    models = [database_of(to_json(database).encode(), "model.json") for database in dumps]
    expected, found = (told(Side(old), Side(new), review(old, new)) for old, new in (dumps, models))
    for one in (expected, found):
        for change in one["changes"]:
            del change["source"]
    assert found["changes"] == expected["changes"]


def test_a_model_stands_for_its_dump(tmp_path: Path) -> None:
    dump, model = tmp_path / "new.sql", tmp_path / "OLD.JSON"
    dump.write_text("create table t (a int, b text);", "utf-8")
    model.write_text(to_json(read([("t.sql", b"create table t (a int);")])), "utf-8")
    old, new = sides(str(model), str(dump), None)
    assert [str(change.object) for change in review(old.database, new.database)] == ["public.t.b"]


def test_a_model_says_for_both_sides_on_which_platform_they_are(tmp_path: Path) -> None:
    dump, model = tmp_path / "new.sql", tmp_path / "old.json"
    dump.write_text(
        "create table t (a int); create policy p on t to anon using (auth.uid() is null);", "utf-8"
    )
    model.write_text(to_json(read([("t.sql", b"create table t (a int);")])), "utf-8")
    old, new = sides(str(model), str(dump), None)
    assert [str(change.object) for change in review(old.database, new.database)] == ["p on public.t"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no JSON"),
        ("[]", "no model"),
        ("1", "no model"),
        ('"x"', "no model"),
        ('{"format": 1}', "nothing has the key 'schemas'"),
        ('{"format": 2}', "its format is 2"),
        ("[" * 100_000, "no model"),
        ("\x00", "no JSON"),
        ('{"format": 1, "schemas": {}}', "no model"),
    ],
)
def test_what_is_no_model_is_said_to_be_none(text: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message) as raised:
        database_of(text.encode(), "model.json")
    assert str(raised.value.source).startswith("model.json")


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [1], [None], ["x"], [[]], {"x": 1}, 1.5, True])
def test_any_value_in_any_place_is_read_or_refused(value: object) -> None:
    sql = b"create schema s; create table s.t (a int primary key check (a > 1)); grant select on s.t to r;"
    model = json.loads(to_json(read([("t.sql", sql)])))

    def places(held: Any) -> list[tuple[Any, Any]]:
        keys: Iterable[Any] = (
            held if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
        )
        return [(held, key) for key in keys] + [place for key in keys for place in places(held[key])]

    for held, key in places(model):
        before, held[key] = held[key], value
        with suppress(SchemaError):
            database_of(json.dumps(model).encode(), "model.json")
        held[key] = before


def test_several_models_are_no_side(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(to_json(read([("t.sql", b"create table t (a int);")])), "utf-8")
    with pytest.raises(SchemaError, match="side of its own"):
        sides(f"{tmp_path}/a.json,{tmp_path}/b.json", f"{tmp_path}/a.json", None)

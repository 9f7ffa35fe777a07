"""What a review says of two schemas: a folder of cases, and what must hold of any two of them."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemabook.model import Database, ObjectKind
from schemabook.read import read
from schemabook.review import Became, ReviewedChange, review
from schemabook.review.contract import contract
from schemabook.review.sources import Side

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in (HERE / "review").glob("*/old.sql"))
FIXTURES = sorted([*(HERE / "fixtures").glob("*.sql"), *(HERE / "sites").glob("*/schema.sql")])
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(files("schemabook.review").joinpath("contract.schema.json").read_text("utf-8"))


def database_of(sql: str, path: str = "a.sql") -> Database:
    return read([(path, sql.strip().encode() or b"select 1;")])


def changes_of(old: str, new: str, *renamed: tuple[str, str]) -> list[str]:
    """Each change in short words: `renamed column public.t.b`."""
    return [words(change) for change in review(database_of(old), database_of(new), renamed)]


def words(change: ReviewedChange) -> str:
    return f"{change.change} {change.object.kind} {change.object}"


def case(folder: Path) -> tuple[Side, Side]:
    old, new = (
        Side(database_of((folder / name).read_text("utf-8"), name)) for name in ("old.sql", "new.sql")
    )
    return old, new


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_has_the_changes_that_it_says(folder: Path, schema: Any, rewrite_golden: bool) -> None:
    old, new = case(folder)
    assert not old.database.receipt.unread + new.database.receipt.unread
    found = contract(old, new, review(old.database, new.database))
    jsonschema.validate(found, schema)
    expected = folder / "expected.json"
    if rewrite_golden:
        expected.write_text(json.dumps(found["changes"], ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(expected.read_text("utf-8")) == found["changes"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_and_itself_have_no_changes(folder: Path) -> None:
    for side in case(folder):
        assert review(side.database, side.database) == ()


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_each_object_has_one_change(folder: Path) -> None:
    old, new = (side.database for side in case(folder))
    objects = [change.object for change in review(old, new)]
    assert len(objects) == len(set(objects))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_back_again_is_the_same_way(folder: Path) -> None:
    old, new = (side.database for side in case(folder))
    back = {Became.ADDED: Became.REMOVED, Became.REMOVED: Became.ADDED}
    parts = (ObjectKind.PRIVILEGE,)  # Of what was added they are told, of what was removed they are not.
    there = Counter((back.get(c.change, c.change), c.object.kind) for c in review(old, new))
    again = Counter((c.change, c.object.kind) for c in review(new, old))
    assert {key: n for key, n in there.items() if key[1] not in parts} == {
        key: n for key, n in again.items() if key[1] not in parts
    }


def test_the_cases_are_of_every_kind() -> None:
    told = {
        (change["change"], change["kind"])
        for folder in CASES
        for change in json.loads((folder / "expected.json").read_text("utf-8"))
    }
    for kind in ("relation", "column", "constraint", "index", "routine", "type", "sequence"):
        assert {"added", "removed", "changed", "renamed"} <= {c for c, of in told if of == kind}, kind
    assert {kind for _, kind in told} == set(ObjectKind) - {"access method"}


def test_the_schema_itself_is_valid_and_knows_each_kind(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$defs"]["kind"]["enum"] == [kind.value for kind in ObjectKind]

"""The public names: few, documented, and as the README shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import schemabook

README = Path(__file__).parent.parent / "README.md"
OLD = "create table orders (id bigint primary key, price integer);"
SETTINGS = "dumps: [schema.sql]\noutput: ../docs/reference\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two schemas, and a project with the new one."""
    (tmp_path / "schema").mkdir()
    (tmp_path / "old.sql").write_text(OLD)
    (tmp_path / "new.sql").write_text(OLD.replace("integer", "bigint"))
    (tmp_path / "schema" / "schema.sql").write_text(OLD)
    (tmp_path / "schema" / "schemabook.yml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_of_the_readme_prints_what_it_says(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.S)
    exec(code, {})
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["changed column public.orders.price", "   type integer → bigint", lines[2]]
    assert re.fullmatch(r"\d+ added, 0 changed, 0 removed", lines[2])
    assert (folder / "docs/reference/public/tables/orders.md").is_file()


def test_each_public_name_is_documented_and_is_what_the_module_exports() -> None:
    for name in schemabook.__all__:
        assert getattr(schemabook, name).__doc__, name


def test_what_is_read_can_be_told_as_the_contract(folder: Path) -> None:
    database = schemabook.read(folder / "old.sql")
    assert json.loads(schemabook.to_json(database))["relations"][0]["name"] == "orders"


def test_stale_pages_are_found(folder: Path) -> None:
    project = schemabook.load_project()
    assert [str(found.code) for found in schemabook.check(project)] == ["stale"]
    schemabook.write_pages(project)
    assert schemabook.check(project) == ()


def test_a_bad_input_is_one_error(folder: Path) -> None:
    (folder / "old.sql").write_text("create table t (a int")
    with pytest.raises(schemabook.SchemaError, match=r"old\.sql"):
        schemabook.read("old.sql")

"""What CONTRIBUTING.md and the internals name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "generator" / "schemabook"
DOCS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "internals").glob("*.md"))]
PLACES = [ROOT / name for name in ("generator", "tests", "benchmarks", "docs", "schema")]
FILE = re.compile(r"`([\w./-]+\.(?:py|j2|js|json|sql|txt|tsv))`")
FUNCTION = re.compile(r"`(?:\w+\.)?(\w+)\(\)`")
MADE_UP = {"schema.sql"}
"""Files of a reader's own."""


def text_of_code() -> str:
    code = [path for suffix in ("py", "js") for path in SOURCE.rglob(f"*.{suffix}")]
    return "\n".join(path.read_text("utf-8") for path in code)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_each_file_that_is_named_is_there(path: Path) -> None:
    named = set(FILE.findall(path.read_text("utf-8"))) - MADE_UP
    every = [f"/{found.as_posix()}" for place in PLACES for found in place.rglob("*.*")]
    assert {name for name in named if not any(found.endswith(f"/{name}") for found in every)} == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_each_function_that_is_named_is_defined(path: Path) -> None:
    code = text_of_code()
    named = set(FUNCTION.findall(path.read_text("utf-8")))
    assert {name for name in named if not re.search(rf"(?:def |function |\s){name}\(", code)} == set()

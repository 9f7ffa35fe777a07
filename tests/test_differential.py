"""What is read from a text must be what PostgreSQL's catalog says after it ran the same text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from schemabook.model import Database
from schemabook.read import expression, read_files
from schemabook.verify import Server, differences

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.sql"))
fixtures = pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
Restore = Callable[[Path], str]


@fixtures
def test_what_is_read_is_what_the_catalog_says(
    fixture: Path, restored: Restore, catalog_of: Callable[..., Database]
) -> None:
    catalog = catalog_of(restored(fixture), expression)
    found = read_files([fixture])
    assert not found.receipt.unread
    assert not lines(differences(found, catalog, exact=False))


@fixtures
@pytest.mark.parametrize("options", [(), ("--quote-all-identifiers",)], ids=["plain", "quoted"])
def test_a_dump_is_read_to_the_letter(
    fixture: Path,
    options: tuple[str, ...],
    restored: Restore,
    catalog_of: Callable[..., Database],
    postgres: Server,
    tmp_path: Path,
) -> None:
    database = restored(fixture)
    dump = tmp_path / "dump.sql"
    dump.write_text(postgres.dump(database, "--schema-only", *options))
    assert not lines(differences(read_files([dump]), catalog_of(database, expression)))


def lines(differences: tuple[str, ...]) -> str:
    return "\n".join(differences)

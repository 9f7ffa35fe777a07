"""A real PostgreSQL for the tests that hold the reader against it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from schemabook.model import Database, Sql
from schemabook.verify import Server, read_catalog, server
from schemabook.verify.query import verbatim

# CI runs the same examples each time: what a search finds there by chance is no fault of the change.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def restored(postgres: Server) -> Iterator[Callable[[Path], str]]:
    """Runs a file in a new database and returns its name; they are dropped after the test."""
    names: list[str] = []

    def restore(path: Path) -> str:
        names.append(f"test_{len(names)}")
        postgres.create_database(names[-1])
        postgres.run(path, names[-1])
        return names[-1]

    yield restore
    for name in names:
        postgres.drop_database(name)
    postgres.drop_roles()


@pytest.fixture
def catalog_of(postgres: Server) -> Callable[..., Database]:
    """Reads the catalog of a database."""

    def read(database: str, sql_of: Callable[[str], Sql] = verbatim) -> Database:
        with postgres.connect(database) as connection:
            return read_catalog(connection, sql_of)

    return read


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="Rewrite tests/sites/*/expected.")


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected pages are to be written instead of compared."""
    return bool(request.config.getoption("--rewrite-golden"))

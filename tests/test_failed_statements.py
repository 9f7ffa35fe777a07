"""A statement that fails changes nothing, wherever it fails."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

import pytest

from schemabook.errors import Source
from schemabook.model import Database, Statement
from schemabook.read import read
from schemabook.read.readers import reason_to_ignore
from schemabook.read.reading import Reading
from schemabook.read.state.builder import Builder
from schemabook.read.state.journal import Facts, Journal, Listed, Members, Nested
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.statements import Splitter

HERE = Path(__file__).parent
FIXTURES = sorted((HERE / "fixtures").glob("*.sql"))
CONTAINERS: dict[type, type] = {dict: Facts, set: Members, list: Listed}
READING: dict[type, set[str]] = {
    dict: {"copy", "get", "items", "keys", "values", "fromkeys"},
    set: {
        "copy",
        "difference",
        "intersection",
        "isdisjoint",
        "issubset",
        "issuperset",
        "symmetric_difference",
    }
    | {"union"},
    list: {"copy", "count", "index"},
}
"""The methods that change nothing; of those with underscores, the ones below do."""
WRITING = {
    "__setitem__",
    "__delitem__",
    "__iadd__",
    "__iand__",
    "__imul__",
    "__ior__",
    "__isub__",
    "__ixor__",
}
STATEMENTS, PLACES = 10, 5
"""How many statements of a fixture are made to fail, and at how many places of each."""


@pytest.mark.parametrize("kind", CONTAINERS, ids=lambda kind: kind.__name__)
def test_only_the_journal_writes(kind: type) -> None:
    methods = {name for name in dir(kind) if name in WRITING or name.isalpha() or "_update" in name}
    for name in methods - READING[kind]:
        with pytest.raises(TypeError, match="only the journal"):
            getattr(CONTAINERS[kind](), name)()


def test_nothing_of_a_builder_can_be_written_to() -> None:
    def plain(value: object) -> Iterator[object]:
        if isinstance(value, Mapping):
            if type(value) not in (Facts, Nested):
                yield value
            for item in value.values():
                yield from plain(item)
        elif isinstance(value, AbstractSet | list) and type(value) not in (Members, Listed, frozenset):
            yield value

    reading = Reading()
    for path in FIXTURES:
        for statement in statements(path):
            reading.statement(statement)
    own = vars(Journal()).keys()
    state = {name: value for name, value in vars(reading.builder).items() if name not in own}
    assert not [name for name, value in state.items() for _ in plain(value)]
    assert not list(plain(reading.builder.acl.entries)) + list(
        plain(reading.builder.default_privileges.facts)
    )


def statements(path: Path) -> list[Statement]:
    return list(Splitter(path.read_bytes(), path.name).statements())


def raw(builder: Builder) -> dict[str, object]:
    """All that a builder knows, in its order."""
    own = {*vars(Journal()), "acl", "default_privileges", "statement"}
    state = {name: value for name, value in vars(builder).items() if name not in own}
    return {name: ordered(value) for name, value in state.items()} | {
        "acl": ordered(builder.acl.entries),
        "default privileges": ordered(builder.default_privileges.facts),
        "asleep": builder.default_privileges.asleep,
    }


def ordered(value: object) -> object:
    if isinstance(value, Mapping):
        return [(key, ordered(item)) for key, item in value.items()]
    return list(value) if isinstance(value, list) else set(value) if isinstance(value, set) else value


def failing(text: str, chosen: random.Random) -> Iterator[str]:
    """The statement cut at a token, with a foreign one, with a name that is missing, with more actions."""
    c = Cursor(Statement(Source("", 1), text))
    ends = list(zip(c.starts, c.ends, strict=True))[:-1]
    for _ in range(PLACES):
        start, end = chosen.choice(ends)
        yield text[:start]
        yield f"{text[:end]} frobnicate {text[end:]}"
        yield f"{text[:end]} ) {text[end:]}"
        yield f"{text[:start]}no_such_name{text[end:]}"
        yield f"{text[:start]}public.no_such_name{text[end:]}"
    for more in (", frobnicate", ", drop column nope", ", no_such_name", ", alter column nope set not null"):
        yield text + more


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_a_statement_that_fails_changes_nothing(fixture: Path) -> None:
    chosen = random.Random(fixture.stem)
    reading = Reading()
    failed = 0
    every = statements(fixture)
    read = [statement for statement in every if reason_to_ignore(statement.text) is None]
    tried = set(chosen.sample(read, min(STATEMENTS, len(read))))
    for statement in every:
        if statement in tried:
            before = raw(reading.builder)
            for text in failing(statement.text, chosen):
                if reason_to_ignore(text) is None:
                    failed += fails(reading, Statement(statement.source, text), before)
        reading.statement(statement)
    assert failed > len(tried) * PLACES


def fails(reading: Reading, statement: Statement, before: dict[str, object]) -> bool:
    """Whether the statement fails; then all is as it was. One that does not is taken back as well."""
    unread, secrets = len(reading.unread), len(reading.builder.secrets)
    reading.statement(statement)
    failed = len(reading.unread) > unread
    if not failed:
        reading.builder.roll_back()
    after = raw(reading.builder)
    if len(reading.builder.secrets) > secrets:  # they stand in the text, whatever it does
        before = before | {"secrets": after["secrets"]}
    assert after == before, statement.text
    return failed


def without_receipt(database: Database) -> Database:
    return replace(database, receipt=read([("a", b"SELECT 1;")]).receipt, inputs=())


TABLES = "CREATE TABLE t (a int, b int); CREATE TABLE x (c int); CREATE ROLE r; CREATE SCHEMA s; "


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t DROP COLUMN a, ALTER COLUMN nope SET NOT NULL",
        "ALTER TABLE t RENAME TO y, FROBNICATE",
        "ALTER TABLE t RENAME TO y FROBNICATE",
        "DROP TABLE x, nothere",
        "DROP TABLE nothere, x",
        "DROP VIEW x, nothere",
        "GRANT SELECT ON x, gone TO r",
        "GRANT SELECT ON gone TO r",
        "REVOKE SELECT ON x, gone FROM r",
        "GRANT USAGE ON SEQUENCE gone TO r",
        "GRANT EXECUTE ON FUNCTION gone(int) TO r",
        "CREATE SCHEMA n CREATE TABLE a (b int) CREATE VIEW",
        "ALTER TABLE t ADD d int, ADD CONSTRAINT k PRIMARY KEY (nope)",
    ],
)
def test_a_statement_that_fails_halfway_leaves_what_was_there(statement: str) -> None:
    database = read([("a", f"{TABLES} {statement};".encode())])
    assert len(database.receipt.unread) == 1
    assert without_receipt(database) == without_receipt(read([("a", TABLES.encode())]))

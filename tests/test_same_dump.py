"""One schema in other words has no changes: another pg_dump, quotes, order, letters and white space."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from schemabook.model import Database
from schemabook.read import read
from schemabook.review import review
from schemabook.verify import Server, server

HERE = Path(__file__).parent
OLD = Path("/usr/lib/postgresql/15/bin")
"""Debian's programs of another version."""
FIXTURES = sorted((HERE / "fixtures").glob("*.sql"))
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"
DUMPED = HERE / "review" / "pg-dump-15-quoted-and-18" / "old.sql"


def database_of(sql: str) -> Database:
    return read([("a.sql", sql.encode())])


def differences(old: str, new: str) -> str:
    found = review(database_of(old), database_of(new))
    return "\n".join(f"{c.change} {c.object.kind} {c.object}: {c.facts}" for c in found)


# dumps of two versions


@pytest.fixture(scope="module")
def older() -> Iterator[Server]:
    if not OLD.is_dir():
        pytest.skip("no PostgreSQL 15 here; on Debian 12: apt install postgresql-15")
    with server(OLD) as running:
        yield running


IN_BOTH = {"03", "07", "08", "10", "15", "22", "26"}
"""The fixtures with what versions print otherwise."""


@pytest.mark.parametrize(
    "path", [*(path for path in FIXTURES if path.stem[:2] in IN_BOTH), DUMPED], ids=lambda path: path.stem
)
def test_dumps_of_two_versions_are_one_schema(
    path: Path, older: Server, postgres: Server, tmp_path: Path
) -> None:
    """What version 15 takes of a file, dumped by it, then by 18, where that is restored; with quotes, too."""
    first = tmp_path / "15.sql"
    for running in (older, postgres):
        running.create_database("again")
    taking = ("--no-psqlrc", "--quiet", f"--file={path}", "again")
    older.create_roles(["anon", "joe", "owner", "staff"])
    older._program("psql", *taking)  # With statements that it does not know, which it leaves out.
    first.write_text(older.dump("again"))
    with older.connect() as connection:
        found = connection.execute("select rolname from pg_roles where oid >= 16384")
        postgres.create_roles([name for (name,) in found])
    postgres.run(first, "again")
    quoted = ("--schema-only", "--quote-all-identifiers")
    dumps = [
        first.read_text(),
        older.dump("again", *quoted),
        postgres.dump("again"),
        postgres.dump("again", *quoted),
    ]
    for running in (older, postgres):
        running.drop_database("again")
        running.drop_roles()
    assert [differences(dumps[0], other) for other in dumps[1:]] == [""] * 3


# other order, other letters


STATEMENT = re.compile(
    r"""(?:BEGIN\ ATOMIC(?:.|\n)*?END | [^;'"$-] | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | \$(\w*)\$(?:.|\n)*?\$\1\$ | -(?!-) | --[^\n]*)*;""",
    re.X,
)
FORMS = (
    *("CREATE TABLE", "CREATE FUNCTION", "CREATE TYPE", "CREATE INDEX", "CREATE TRIGGER", "CREATE POLICY"),
    *("COMMENT ON", "CREATE SEQUENCE", "ALTER FUNCTION", "CREATE SCHEMA"),
)
"""What pg_dump prints in a row, where one does not need the other."""
FIXED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$(?:.|\n)*?\$\1\$|--[^\n]*\n?")


def reordered(text: str, chosen: random.Random) -> str:
    statements = [found[0].strip() for found in STATEMENT.finditer(without_comments(text))]
    together = []
    for form, group in groupby(statements, lambda s: next((f for f in FORMS if s.startswith(f)), "")):
        some = list(group)
        if form and not any("INHERITS" in one or "%TYPE" in one or "PARTITION" in one for one in some):
            chosen.shuffle(some)
        together += some
    return "\n".join(together)


def without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(("--", "\\")))


def reformatted(text: str, form: Callable[[str], str]) -> str:
    """The text with all but strings, names in quotes and bodies in another form."""
    pieces, position = [], 0
    for found in FIXED.finditer(text):
        pieces += [form(text[position : found.start()]), found[0]]
        position = found.end()
    return "".join([*pieces, form(text[position:])])


WITH_ROWS = ("23_dump_style", "24_statement_traps")
"""They have rows of COPY, where white space counts."""
WAYS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "lines": lambda text: re.sub(r"[ \n]+", "\n    ", text),
    "one line": lambda text: re.sub(r"\s+", " ", text),
    "spaced": lambda text: re.sub(r"([(),])", r" \1 ", text),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "tight": lambda text: re.sub(r"\s*([(),])\s*(?=\S)", r"\1 ", text).replace("( ", "("),
    "commented": lambda text: text.replace(",", ", /* and */"),
}
TEXTS = [*(path for path in FIXTURES if path.stem not in WITH_ROWS), DUMPED, EXAMPLE]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_formatter_changes_nothing(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))
    ways = WAYS if path is not EXAMPLE else {"lower": WAYS["lower"]}
    assert {name: differences(text, reformatted(text, way)) for name, way in ways.items()} == dict.fromkeys(
        ways, ""
    )


@pytest.mark.parametrize("path", [DUMPED, EXAMPLE], ids=lambda path: path.stem)
def test_the_order_of_what_does_not_need_each_other_changes_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    other = reordered(text, random.Random(1))
    assert other.splitlines() != without_comments(text).splitlines()
    assert differences(text, other) == ""

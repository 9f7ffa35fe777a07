"""A type has one name for readers, the one that `format_type` gives it: on pages, on the map, in exports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemabook.map.graph import graph
from schemabook.map.widths import fitted, width
from schemabook.model import Name
from schemabook.pages import pages
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book
from schemabook.verify import Server

BUILT_IN = """
    SELECT quote_ident(typname), typarray <> 0 FROM pg_type
    WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typname !~ '^_'
    ORDER BY oid
"""
"""The types of PostgreSQL that a column may have, and whether there are arrays of them."""
OTHERS = (
    *(
        "varchar(9)",
        "char(3)",
        "character",
        "bpchar",
        "numeric(10,2)",
        "numeric(5)",
        "numeric(3,-2)",
        "dec(4)",
    ),
    *(
        "bit(4)",
        "bit varying(5)",
        "timestamp(3)",
        "timestamptz(0)",
        "timestamptz(3)[]",
        "time(2)",
        "timetz(6)",
    ),
    *(
        "interval(3)",
        "interval year to month",
        "interval second(2)",
        "float(20)",
        "float(40)",
        "varchar(5)[]",
    ),
    *("int", "int[3][3]", "timestamp without time zone array", '"Own kinds".status', '"Own kinds".status[]'),
    *("other.status", "other.status[]"),
)
KINDS = """
    CREATE SCHEMA "Own kinds"; CREATE SCHEMA other;
    CREATE TYPE "Own kinds".status AS ENUM ('new'); CREATE TYPE other.status AS ENUM ('new');
"""
SAID = """
    SELECT format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = '"Own kinds".every'::regclass AND attnum > 0 ORDER BY attnum
"""
TYPE = re.compile(r'^\| <a id="[^"]*"></a>`\w+` \| \[?`([^`]+)`', re.M)


def test_pages_and_map_name_each_type_as_postgresql_does(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.create_database("names")
    with postgres.connect("names") as connection:
        built_in = [
            name + array
            for name, has_array in connection.execute(BUILT_IN).fetchall()
            for array in ("", "[]")[: 1 + has_array]
        ]
        columns = ", ".join(f"c{number} {name}" for number, name in enumerate((*built_in, *OTHERS)))
        sql = f'{KINDS} CREATE TABLE "Own kinds".every ({columns});'
        connection.execute(sql.encode())
        said = [name for (name,) in connection.execute(SAID).fetchall()]
    postgres.drop_database("names")
    assert len(said) > 150
    wanted = [name.removeprefix('"Own kinds".') for name in said]

    monkeypatch.chdir(tmp_path)
    Path("dump.sql").write_text(sql, "utf-8")
    book = load_book(read_config("dumps: [dump.sql]", Path("schemabook.yml")))
    page = next(text for path, text in pages(book).items() if path.endswith("/tables/every.md"))
    assert TYPE.findall(page) == wanted
    found = graph(book.database)
    table = found.tables[found.places[Name("Own kinds", "every")]]
    assert [column.type for column in table.columns] == wanted


def test_a_type_that_is_too_wide_for_the_map_says_so_and_loses_its_end() -> None:
    shown = [fitted(f"timestamp {word} time zone", 110, 11, ends=False) for word in ("with", "without")]
    assert len(set(shown)) == 2
    assert all(text.endswith("…") and width(text, 11) <= 110 for text in shown)

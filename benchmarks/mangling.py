"""Texts inside of statements, cut and mangled, bodies and other strings; and all that is made of a dump.

The second pass of the reader, the pages and the search look into such texts, so any may stand there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from schemabook.errors import SchemaError, Source
from schemabook.export.contract import to_json
from schemabook.guides import Names, read_guide
from schemabook.model import Statement
from schemabook.pages import Book, pages, site_pages
from schemabook.project.config import Config, InputFile
from schemabook.project.statistics import match_statistics
from schemabook.read import read
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.statements import Splitter
from schemabook.read.text.tokens import STRING
from schemabook.site.entries import entries

DATA = re.compile(r"\\|COPY\b|INSERT\b", re.I)
WORDS = re.compile(r"\s+|\w+|.", re.S)
PIECES = (
    *("\x01", "\u2028", "\n", "\r\n", " "),
    *r"""
    % . , ; ( ) [ ] { } $ : = < > * + - / | ' " \ # @ ~ ^ & ? !
    %I %s %L $1 $2 :x {x} (x) 'x' "x" s.%I s.$1 s.* s.1 || := :: => <> -- /* */ << >> .. $$ $q$ e' U&"
    SELECT FROM WHERE JOIN USING LATERAL WITH RECURSIVE AS INTO VALUES UPDATE SET DELETE INSERT MERGE
    UNION CASE WHEN THEN ELSE END BEGIN DECLARE EXECUTE format RETURN QUERY PERFORM FOR LOOP IN CURSOR
    OPEN EXCEPTION IF NOT NULL CAST ARRAY ROW OVER FILTER WITHIN GROUP ORDER BY ONLY TABLE ATOMIC CREATE
    TEMP DROP ALTER TRUNCATE COPY EXISTS ANY ALL DISTINCT ON CONFLICT DO EXCLUDED NEW OLD
    1 0.5 1e5 é ß x public pg_catalog a.b.c.d t%ROWTYPE t.c%TYPE interval date '{}' e'\'' e'\\ud83d'
    """.split(),
)
"""What is put between the words of a text."""


def statements_in(data: bytes) -> list[str]:
    """The statements of a dump that stand alone; none of a file that is no dump."""
    found: list[str] = []
    with suppress(SchemaError):
        found += (s.text for s in Splitter(data, "fuzz.sql").statements())
    return [
        text for text in found if not text.startswith("\\") and not re.match(r"COPY\b|INSERT\b", text, re.I)
    ]


def strings_in(statement: str) -> list[tuple[int, int, str]]:
    """Where the string constants of a statement are, and their values."""
    with suppress(UnexpectedToken):
        c = Cursor(Statement(Source("", 1), statement))
        found = [i for i, key in enumerate(c.keys[:-1]) if key is STRING]
        return [(c.starts[i], c.ends[i], c.values[i]) for i in found]
    return []


def mangled(text: str, chance: random.Random) -> str:
    """The text with some words gone, doubled, moved or put in, or cut anywhere."""
    words = WORDS.findall(text) or [""]
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        i, j = chance.randrange(len(words)), chance.randrange(len(words))
        match chance.randrange(7):
            case 0:
                words[i] = ""
            case 1:
                words[i] += words[i]
            case 2:
                words[i], words[j] = words[j], words[i]
            case 3:
                words[i] = chance.choice(PIECES)
            case 4:
                words[i] += chance.choice(("", " ")) + chance.choice(PIECES)
            case 5:
                words[min(i, j) : max(i, j)] = []
                words = words or [""]
            case _:
                words[i] = words[i][: chance.randrange(len(words[i]) + 1)]
    return "".join(words)


def quoted(text: str, chance: random.Random) -> str:
    """The text as a string constant."""
    if chance.random() < 0.3 and "$m$" not in text:
        return f"$m${text}$m$"
    return "'" + text.replace("'", "''") + "'"


def with_mangled_strings(statement: str, chance: random.Random) -> str:
    """The statement with one or all of its string constants mangled; without any, mangled itself."""
    strings = strings_in(statement)
    if not strings or chance.random() < 0.1:
        return mangled(statement, chance)
    chosen = strings if chance.random() < 0.2 else [chance.choice(strings)]
    pieces, position = [], 0
    for start, end, value in chosen:
        inner = with_mangled_strings(value, chance) if chance.random() < 0.3 else mangled(value, chance)
        pieces += [statement[position:start], quoted(inner, chance)]
        position = end
    return "".join([*pieces, statement[position:]])


def dumps(statements: list[str], chance: random.Random, most: int = 12) -> Iterator[bytes]:
    """Dumps without end: all statements as they are, up to *most* of them with mangled strings."""
    while True:
        changed = list(statements)
        for i in chance.sample(range(len(statements)), min(most, len(statements))):
            other = with_mangled_strings(statements[i], chance)
            if len(statements_in(other.encode("utf-8", "replace"))) == 1:  # Else it could swallow the rest.
                changed[i] = other
        yield ";\n".join([*changed, ""]).encode("utf-8", "replace")


def everything(data: bytes) -> None:
    """Reads a dump, and makes all that can be made of it; a file that is refused is no fault."""
    with suppress(SchemaError):
        database = read([("fuzz.sql", data)])
        to_json(database)
        at = Source("schemabook.yml", 1)
        config = Config(
            source=at,
            dumps=(InputFile(file="fuzz.sql", path=Path("fuzz.sql"), source=at),),
            output=Path("out"),
        )
        book = Book(database, config, match_statistics({}, database))
        pages(book)
        site_pages(book)
        list(entries(book))
        guide = "\n".join(f"`{name}` `[[{name}]]`" for name in [*database.relations, *database.routines])
        with suppress(SchemaError):
            read_guide(guide, Names(database), at)

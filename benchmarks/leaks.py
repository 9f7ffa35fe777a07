"""How long the search for secrets takes: in a schema of many tables, and in texts made to slow it down.

    python benchmarks/leaks.py [TABLES]

Twice the text should take twice the time, whatever the text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import perf_counter

from synthetic import dump

from schemabook.read.text.statements import Splitter
from schemabook.secrets import secrets_in

MEGABYTE = 1_000_000
PIECES = (
    "eyJ",
    "eyJa.",
    "eyJhbGciOiJIUzI1NiJ9.",
    "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.aaaaaaaaaaaaaaaaaaaaa ",
    "a://",
    "postgres://a:",
    "postgres://a:b" + 190 * "@",
    "password=a ",
    "host=a password=",
    "user=a;",
    "user password 'abc1' ",
    "options (api_key 'x' ",
    "api_key",
    "a-",
    "secret text := 'a",
    "authorization: 'bearer ",
    "'secret', '<<<<<<<<<<<<<<<' ",
    "bearer ",
    "bearer a1" + 4000 * "-",
    "sk-",
    "sk-a1b2-",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN A PRIVATE KEY-----" + 30 * "\n",
    "?token=a1",
    "xoxb-1-",
)
"""What patterns begin with, again and again: each attempt should end after a few characters."""


def seconds(texts: Iterable[str]) -> float:
    """How long the search through the texts takes."""
    start = perf_counter()
    for text in texts:
        for _ in secrets_in(text):
            pass
    return perf_counter() - start


def main(tables: int) -> None:
    """Prints the times."""
    statements = [found.text for found in Splitter(dump(tables).encode(), "dump").statements()]
    best = min(seconds(statements) for _ in range(5))
    print(f"{tables:,} tables, {len(statements):,} statements: {best * 1000:.0f} ms\n")
    print(f"{'1 MB':>8} {'2 MB':>8}  of")
    signs = "password= options api_key bearer :// private key .ey "
    for piece in PIECES:
        once, twice = (signs + piece * (size // len(piece)) for size in (MEGABYTE, 2 * MEGABYTE))
        print(f"{seconds([once]):7.2f}s {seconds([twice]):7.2f}s  {piece[:50]!r}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

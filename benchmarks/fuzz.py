"""Fuzzes the reader with atheris: `python benchmarks/fuzz.py [SECONDS] [CORPUS_FOLDER]`.

Inputs are mutations of the fixtures' statements. Whatever comes in, the reader must return a database
or raise SchemaError, in time that grows with the input. A crash is written to the current folder as
`crash-…`; it becomes a fixture.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["schemabook"]):
    from schemabook.errors import SchemaError
    from schemabook.export.contract import contract
    from schemabook.read import read

FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures"
SLOW = 5.0
"""Seconds for 4 kB that count as a hang."""


def one_input(data: bytes) -> None:
    """Reads the bytes as a dump, and exports what was read."""
    started = time.monotonic()
    with suppress(SchemaError):
        contract(read([("fuzz.sql", data)]))
    if time.monotonic() - started > SLOW:
        raise TimeoutError(f"{len(data)} bytes took {time.monotonic() - started:.1f} s")


def write_seeds(folder: Path) -> None:
    """Each fixture whole, and each of its blocks alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for fixture in sorted(FIXTURES.glob("*.sql")):
        text = fixture.read_bytes()
        for number, block in enumerate([text, *text.split(b"\n\n")]):
            (folder / f"{fixture.stem}-{number:03}").write_bytes(block)


def main() -> None:
    """Fuzzes for the given time; exits with 77 at the first crash, as libFuzzer does."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    corpus = Path(sys.argv[2] if len(sys.argv) > 2 else ".cache/fuzz")
    write_seeds(corpus)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=30", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""Fuzzes the reader and all that is made of a dump: `python benchmarks/fuzz.py [SECONDS] [FOLDER] [SEED]`.

Inputs are the statements of the fixtures, and of the dumps in FOLDER, with the texts inside of them mangled:
bodies, other string constants, and the statements themselves. Whatever comes in, the reader must return a
database or raise SchemaError, in time that grows with the input. A crash is written to the current folder as
`crash-….sql`; it becomes a test.

With `bytes` as first argument, atheris mutates whole files instead.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from pathlib import Path

import mangling

from schemabook.read.queries import following

FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures"
SLOW = 10.0
"""Seconds for one input that count as a hang."""
MOST = 40
"""Statements of one input."""


def one_input(data: bytes) -> None:
    """Makes all of the bytes that can be made."""
    started = time.monotonic()
    mangling.everything(data)
    if time.monotonic() - started > SLOW:
        raise TimeoutError(f"{len(data)} bytes took {time.monotonic() - started:.1f} s")


def fuzz_strings(seconds: float, folder: Path | None, seed: int) -> int:
    """Mangles texts inside of statements for the given time; how many inputs failed."""
    paths = [*FIXTURES.glob("*.sql"), *(folder.glob("*.sql") if folder else ())]
    sources = [found for path in sorted(paths) if (found := mangling.statements_in(path.read_bytes()))]
    chance, ends, inputs, failed = random.Random(seed), time.monotonic() + seconds, 0, 0
    while time.monotonic() < ends:
        statements = chance.choice(sources)
        first = chance.randrange(max(len(statements) - MOST, 0) + 1)
        data = next(mangling.dumps(statements[first : first + MOST], chance))
        inputs += 1
        try:
            one_input(data)
        except Exception:
            failed += 1
            Path(f"crash-{seed}-{inputs}.sql").write_bytes(data)
            print(f"crash-{seed}-{inputs}.sql:\n{traceback.format_exc(limit=-4)}", flush=True)
    print(f"{inputs} inputs in {seconds / 60:.1f} minutes, {failed} failed", flush=True)
    return failed


def fuzz_bytes(seconds: str, corpus: Path) -> None:
    """Mutates files with atheris; exits with 77 at the first crash, as libFuzzer does."""
    import atheris

    atheris.instrument_all()
    corpus.mkdir(parents=True, exist_ok=True)
    for fixture in sorted(FIXTURES.glob("*.sql")):
        text = fixture.read_bytes()
        for number, block in enumerate([text, *text.split(b"\n\n")]):
            (corpus / f"{fixture.stem}-{number:03}").write_bytes(block)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=30", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one_input)
    atheris.Fuzz()


def main() -> None:
    """Fuzzes for the given time; exits with 1 where an input failed."""
    following.RAISES = True
    arguments = sys.argv[1:]
    if arguments[:1] == ["bytes"]:
        fuzz_bytes(arguments[1] if arguments[1:] else "60", Path(".cache/fuzz"))
    seconds, folder, seed = [*arguments, *("60", "", "0")[len(arguments) :]][:3]
    sys.exit(1 if fuzz_strings(float(seconds), Path(folder) if folder else None, int(seed)) else 0)


if __name__ == "__main__":
    main()

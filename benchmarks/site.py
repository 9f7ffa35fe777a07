"""Time, memory and size of building the site, beside stock Material on the same Markdown.

    python benchmarks/site.py [TABLES…] [--stock-up-to TABLES]

For each size the site of a synthetic schema is built cold, warm, with one table changed, and with one changed
while MkDocs serves; then the committed pages by MkDocs and Material alone, with their search, where that does
not take too long. It prints milliseconds a page, first on the clock and then of all processors, the seconds
of both, the memory of the largest process, and what a page weighs. On a busy machine compare processor time,
and what stands in one table.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from synthetic import dump

from schemabook.project.starter import HOME, SITE

SIZES = [20, 200, 1000, 3000]
PLUGINS = SITE[SITE.index("plugins:") : SITE.index("markdown_extensions:")]
STOCK = SITE.replace(PLUGINS, "plugins: [search]\n\n")
SETTINGS = "dumps: [dump.sql]\noutput: ../docs/reference\n"
BUILD = ["-m", "mkdocs", "build", "--quiet"]
SERVE = """
import logging, threading, time
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config
logging.getLogger("mkdocs").setLevel(logging.INFO)
config = load_config("mkdocs.yml")
config.plugins.on_startup(command="serve", dirty=False)
build(config)
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
path = Path("schema/dump.sql")
path.write_text(path.read_text().replace("column_2 boolean", "column_2 integer", 1))
clock, processor = time.perf_counter(), time.process_time()
build(load_config("mkdocs.yml"))
print(time.perf_counter() - clock, time.process_time() - processor)
"""
"""Does as `mkdocs serve` does, which keeps the plugin and has threads; prints what the second build takes."""
HEAD = ("tables", "build", "pages", "ms", "ms cpu", "s", "s cpu", "MB", "kB HTML", "MB site", "of stock")


class Cost(NamedTuple):
    """What a build takes."""

    seconds: float
    processor: float
    """Seconds of all processors."""
    megabytes: float = 0
    """Of the largest process."""


def main() -> None:
    """Measures every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tables", nargs="*", type=int, default=SIZES)
    parser.add_argument("--stock-up-to", type=int, default=1000, metavar="TABLES")
    chosen = parser.parse_args()
    print(line(HEAD))
    for tables in chosen.tables:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), tables, with_stock=tables <= chosen.stock_up_to)


def measure(folder: Path, tables: int, *, with_stock: bool) -> None:
    """The lines of one size."""
    ours = project(folder / "ours", SITE)
    write(ours / "schema" / "schemabook.yml", SETTINGS)
    write(ours / "schema" / "dump.sql", dump(tables))
    cold, warm = run(ours), run(ours)
    write(ours / "schema" / "dump.sql", dump(tables).replace("column_1 text", "column_1 uuid", 1))
    changed = run(ours)
    served = Cost(*map(float, python(["-c", SERVE], ours).split()))
    stock = None
    if with_stock:
        shutil.copytree(ours / "docs" / "reference", folder / "stock" / "docs" / "reference")
        stock = run(project(folder / "stock", STOCK))
    costs = {"cold": cold, "warm": warm, "one table": changed, "served": served}
    for name, cost in costs.items():
        print(line(row(tables, name, cost, ours / "site", stock)), flush=True)
    if stock:
        print(line(row(tables, "stock", stock, folder / "stock" / "site", stock)), flush=True)


def project(folder: Path, site: str) -> Path:
    """The folder of a project without a schema."""
    write(folder / "mkdocs.yml", site)
    write(folder / "docs" / "index.md", HOME)
    return folder


def write(path: Path, text: str) -> None:
    """Writes a file, and makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def run(folder: Path) -> Cost:
    """Builds a site as its own process."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *BUILD], cwd=folder, env=environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"the build in {folder} failed")
    seconds = time.perf_counter() - started
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def python(arguments: list[str], folder: Path) -> str:
    """What Python prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def environment() -> dict[str, str]:
    """That of a build; Material is not asked to speak of MkDocs 2."""
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


def row(tables: int, name: str, cost: Cost, site: Path, stock: Cost | None) -> tuple[str, ...]:
    """What is printed of a build."""
    pages = [path.stat().st_size for path in site.rglob("*.html")]
    whole = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return (
        str(tables),
        name,
        str(len(pages)),
        f"{cost.seconds / len(pages) * 1000:.1f}",
        f"{cost.processor / len(pages) * 1000:.1f}",
        f"{cost.seconds:.1f}",
        f"{cost.processor:.1f}",
        f"{cost.megabytes:.0f}" if cost.megabytes else "",
        f"{sum(pages) / len(pages) / 1000:.1f}",
        f"{whole / 1e6:.0f}",
        f"{cost.processor / stock.processor:.0%}" if stock else "",
    )


def line(cells: tuple[str, ...]) -> str:
    """Cells in columns."""
    widths = (7, 10, *[8] * (len(cells) - 2))
    return " ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


if __name__ == "__main__":
    main()

"""Time, memory and size of building the site, beside stock Material on the same Markdown.

    python benchmarks/site.py [TABLES…] [--stock-up-to TABLES]

For each size the site of a synthetic schema is built cold, warm, and with one table changed. Then MkDocs
serves it, and one table changes: the seconds are those from the change to the changed page over HTTP; MkDocs
looks for changes twice a second, and waits 0.1 s for more. Then come the committed pages by MkDocs and
Material alone, with their search, where that does not take too long. It prints milliseconds a page, first on
the clock and then of all processors, the seconds of both, the memory of the largest process, and what a page
weighs. On a busy machine compare processor time, and what stands in one table.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import NamedTuple, TypeVar
from urllib.request import urlopen

from synthetic import dump

from schemabook.project.starter import HOME, SITE

SIZES = [20, 200, 1000, 3000]
PLUGINS = SITE[SITE.index("plugins:") : SITE.index("markdown_extensions:")]
STOCK = SITE.replace(PLUGINS, "plugins: [search]\n\n")
SETTINGS = "dumps: [dump.sql]\noutput: ../docs/reference\n"
BUILD = ["-m", "mkdocs", "build", "--quiet"]
SERVE = ["-m", "mkdocs", "serve", "--livereload", "--dev-addr"]
PAGE = "reference/app/tables/table_00000"
HEAD = ("tables", "build", "pages", "ms", "ms cpu", "s", "s cpu", "MB", "kB HTML", "MB site", "of stock")


T = TypeVar("T")


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
    served = serve(ours)
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


def serve(folder: Path) -> Cost:
    """What it takes until a page of a site that is served shows a change."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, *SERVE, address]
    server = subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.DEVNULL)
    try:
        urls = [f"http://{address}/{PAGE}{end}" for end in (".html", "/")]
        url = wait(lambda: next(filter(shown, urls), ""))
        time.sleep(2)  # It looks for changes from now on.
        path, before = folder / "schema" / "dump.sql", used(server.pid)
        path.write_text(path.read_text("utf-8").replace("column_2 boolean", "column_2 hstore", 1), "utf-8")
        clock = time.perf_counter()
        wait(lambda: "hstore" in shown(url))
        return Cost(time.perf_counter() - clock, used(server.pid) - before)
    finally:
        server.terminate()
        server.wait()


def wait(found: Callable[[], T]) -> T:
    """What is found in the end."""
    while not (result := found()):
        time.sleep(0.02)
    return result


def shown(url: str) -> str:
    """A page; empty where there is none."""
    try:
        with urlopen(url) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def used(process: int) -> float:
    """The seconds of processor time that a process has taken, where the system tells it."""
    status = Path(f"/proc/{process}/stat")
    times = status.read_text("utf-8").rpartition(")")[2].split()[11:13] if status.exists() else ()
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


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

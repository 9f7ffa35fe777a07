"""How well and how fast the search of the built site finds, beside the stock search of the theme.

    python benchmarks/search.py [TABLES…] [--stock-up-to TABLES] [--keep FOLDER]

Builds the site of an invented application for each size and asks it some hundred questions, drawn from its
schema by rule (questions.py), in a headless Chromium over http, and a quarter of them from disk. It prints
how many are answered by the first and by the first three results; milliseconds from the last key to the last
change of the results; milliseconds from opening a page to the first result of somebody who types at once;
size of what the search loads; memory of the renderer; seconds of the build.

The stock search shows pages and sections: any place on the right page counts for it.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from application import application
from playwright.sync_api import Browser, Page, sync_playwright
from questions import Question, questions

from schemabook.read import read

SITE = """\
site_name: Benchmark
use_directory_urls: false
theme:
  name: material
  font: false
plugins: [{plugins}]
not_in_nav: "/reference/**"
markdown_extensions: [attr_list, md_in_html, tables, pymdownx.superfences]
"""
HOME = "# Home\n\n[Reference](reference/index.md)\n"
FLAGS = ["--no-sandbox", "--disable-gpu"]
PAUSE_BETWEEN_KEYS = 25
WATCH = """([selector, quiet]) => {
  window.lastKey = window.lastChange = 0;
  addEventListener("keydown", () => { window.lastKey = performance.now(); }, true);
  new MutationObserver(() => { window.lastChange = performance.now(); })
    .observe(document.querySelector(selector), { childList: true, subtree: true, characterData: true });
  window.settled = () => new Promise(done => {
    const look = () => performance.now() - Math.max(lastKey, lastChange) < quiet ? setTimeout(look, 10)
      : done(Math.max(0, lastChange - lastKey));
    look();
  });
}"""


SEPARATOR = r"[\\s\\-_.,:;!=`()<>/|]+|(?<=[a-z0-9])(?=[A-Z])"
"""Splits names for the stock search, which by default takes `user_profiles` for one word."""


class Search(NamedTuple):
    """A search to measure: how its site is built, and where its parts are on a page."""

    name: str
    plugins: str
    input: str
    results: str
    links: str
    exact: bool
    """Whether a result must lead to the row, and not only to its page."""
    quiet: int
    """After so many milliseconds without a change the results are taken for the last ones."""


class Answer(NamedTuple):
    """How a question was answered."""

    question: Question
    right: list[bool]
    """Whether each of the first three results is an answer."""
    milliseconds: float


OURS = Search(
    "ours",
    "{schemabook: {build: false}}",
    ".sb-search__input",
    ".sb-search__panel",
    ".sb-search__hit",
    True,
    150,
)
STOCK = Search(
    "stock",
    '{search: {separator: "' + SEPARATOR + '"}}, {schemabook: {search: false, build: false}}',
    ".md-search__input",
    ".md-search-result",
    ".md-search-result__item > a, .md-search-result__item details a",
    False,
    800,
)


def main() -> None:
    """Measures every size with both searches."""
    arguments = _arguments()
    folder = Path(arguments.keep or tempfile.mkdtemp())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for tables in arguments.tables:
            for search in (OURS, STOCK):
                if search is OURS or tables <= arguments.stock_up_to:
                    measure(browser, search, tables, folder / f"{search.name}-{tables}")
        browser.close()
    if not arguments.keep:
        shutil.rmtree(folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", type=int, default=[200, 1000, 3000])
    parser.add_argument("--stock-up-to", type=int, default=1000, help="the stock search takes minutes beyond")
    parser.add_argument("--keep", help="a folder for the sites; those that are there are not built again")
    return parser.parse_args()


def measure(browser: Browser, search: Search, tables: int, folder: Path) -> None:
    """All numbers of one search at one size."""
    sql = application(tables)
    seconds = build(search, sql, folder)
    asked = questions(read([("schema.sql", sql.encode())]))
    print(f"\n## {search.name}, {tables} tables, {len(asked)} questions")
    print(f"build {seconds:.0f} s; loads {sizes(search, folder / 'site')}")
    # The stock search needs a server: it runs in a worker.
    for where, address in (("file", (folder / "site").as_uri()), ("http", None))[search is STOCK :]:
        with served(folder / "site", address) as root:
            usable = [usable_after(browser, search, root, asked[n].typed) for n in range(5)]
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            found = answers(page, search, root, asked[::4] if where == "file" else asked)
            print(
                f"{where}: last key to result {spread([ms for _, _, ms in found])} ms;"
                f" first result {spread(usable)} ms after opening; renderer {memory(browser)} MB"
            )
            page.close()
    report(found)


def build(search: Search, sql: str, folder: Path) -> float:
    """Builds the site, unless it is there, and returns the seconds."""
    if (folder / "site").exists():
        return 0
    (folder / "docs").mkdir(parents=True)
    (folder / "schema").mkdir()
    (folder / "schema" / "schema.sql").write_text(sql, "utf-8")
    (folder / "schema" / "schemabook.yml").write_text(
        "dumps: [schema.sql]\noutput: ../docs/reference\n", "utf-8"
    )
    (folder / "docs" / "index.md").write_text(HOME, "utf-8")
    (folder / "mkdocs.yml").write_text(SITE.replace("{plugins}", search.plugins), "utf-8")
    start = time.perf_counter()
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    return time.perf_counter() - start


def sizes(search: Search, site: Path) -> str:
    """The kilobytes that the search loads, raw and compressed."""
    files = sorted((site / "assets" / "schemabook").glob("search*"))
    if search is STOCK:
        scripts = (site / "assets" / "javascripts" / "workers").glob("search*.js")
        files = [site / "search" / "search_index.json", *scripts]
    data = [file.read_bytes() for file in files]
    raw, compressed = sum(map(len, data)), sum(len(gzip.compress(one)) for one in data)
    return f"{raw // 1000} kB, {compressed // 1000} kB compressed"


@contextmanager
def served(site: Path, address: str | None) -> Iterator[str]:
    """The address of the site: that on disk, or of a server as long as the block runs."""
    if address:
        yield address
        return
    handler = partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves without telling."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def answers(page: Page, search: Search, root: str, asked: list[Question]) -> list[Answer]:
    """Types every question, and reads what the results are once they no longer change."""
    page.goto(f"{root}/index.html")
    page.evaluate(WATCH, [search.results, search.quiet])
    page.locator(search.input).click()
    # The first question waits for the index: how long is measured apart.
    page.keyboard.type("a")
    page.locator(search.links).first.wait_for(timeout=60_000)
    page.evaluate("settled()")
    return [_answer(page, search, question) for question in asked]


def _answer(page: Page, search: Search, question: Question) -> Answer:
    page.locator(search.input).select_text()
    page.keyboard.press("Delete")
    page.keyboard.type(question.typed, delay=PAUSE_BETWEEN_KEYS)
    milliseconds = page.evaluate("settled()")
    links = page.locator(search.links).evaluate_all(
        "all => all.slice(0, 3).map(a => decodeURIComponent(a.href))"
    )
    return Answer(question, [_answered(search, question, link) for link in links], milliseconds)


def _answered(search: Search, question: Question, link: str) -> bool:
    place = link.partition("/reference/")[2].replace(".html", "").partition("?")[0]
    if search.exact:
        return place in question.answers
    return place.partition("#")[0] in {answer.partition("#")[0] for answer in question.answers}


def usable_after(browser: Browser, search: Search, root: str, typed: str) -> float:
    """Milliseconds from opening a page to the first result, for somebody who types at once."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{root}/index.html", wait_until="commit")
    page.locator(search.input).click()
    page.keyboard.type(typed)
    page.locator(search.links).first.wait_for(timeout=60_000)
    milliseconds: float = page.evaluate("performance.now()")
    page.close()
    return milliseconds


def memory(browser: Browser) -> int:
    """The resident megabytes of the largest renderer."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    statuses = [
        Path(f"/proc/{found['id']}/status").read_text() for found in processes if found["type"] == "renderer"
    ]
    return max(int(status.partition("VmRSS:")[2].split()[0]) for status in statuses) // 1000


def spread(values: list[float]) -> str:
    """The median and what 95 of 100 stay below."""
    return f"{median(values):.0f} (95 %: {quantiles(values, n=20)[-1]:.0f})"


def report(found: list[Answer]) -> None:
    """One line for each class of questions."""
    classes: dict[str, list[Answer]] = defaultdict(list)
    for answer in found:
        classes[answer.question.kind].append(answer)
    print("\n| questions | number | first | first three | missed |\n| --- | --: | --: | --: | --- |")
    for kind, some in (*classes.items(), ("all", found)):
        first = sum(answer.right[:1] == [True] for answer in some)
        three = sum(any(answer.right) for answer in some)
        missed = [answer.question.typed for answer in some if not any(answer.right)]
        shown = ", ".join(missed[:4]) if kind != "all" else ""
        print(
            f"| {kind} | {len(some)} | {percent(first, some)} | {percent(three, some)} | {shown} |",
            flush=True,
        )


def percent(number: int, of: list[Answer]) -> str:
    """A share in percent."""
    return f"{100 * number / len(of):.0f} %"


if __name__ == "__main__":
    main()

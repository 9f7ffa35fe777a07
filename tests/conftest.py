"""A real PostgreSQL for the tests that hold the reader against it; the example site, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright

from schemabook.model import Database, Sql
from schemabook.read.queries import following
from schemabook.verify import Server, read_catalog, server
from schemabook.verify.query import verbatim

# CI runs the same examples each time: what a search finds there by chance is no fault of the change.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

# A job in the background ignores Ctrl-C, and so would each process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
following.RAISES = True  # What a user is told of one object, with all others read, is an error in tests.


@pytest.fixture(scope="session", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A place of its own for what builds remember of their pages."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("memory"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def restored(postgres: Server) -> Iterator[Callable[[Path], str]]:
    """Runs a file in a new database and returns its name; they are dropped after the test."""
    names: list[str] = []

    def restore(path: Path) -> str:
        names.append(f"test_{len(names)}")
        postgres.create_database(names[-1])
        postgres.run(path, names[-1])
        return names[-1]

    yield restore
    for name in names:
        postgres.drop_database(name)
    postgres.drop_roles()


@pytest.fixture
def catalog_of(postgres: Server) -> Callable[..., Database]:
    """Reads the catalog of a database."""

    def read(database: str, sql_of: Callable[[str], Sql] = verbatim) -> Database:
        with postgres.connect(database) as connection:
            return read_catalog(connection, sql_of)

    return read


MADE_OF_DATABASES = frozenset(
    {"access", "checks", "export", "guides", "history", "map", "pages", "review", "site"}
)
"""What does not see how SQL was read."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="Rewrite tests/sites/*/expected.")
    parser.addoption("--of-reading", action="store_true", help="Run only what is about reading SQL.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves only the tests that are about reading, if that is asked for."""
    if not config.getoption("--of-reading"):
        return
    left_out = [item for item in items if not _is_of_reading(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _is_of_reading(item: pytest.Item) -> bool:
    """Whether its module has something of what reads SQL, and nothing of what is made of that."""
    module = item.getparent(pytest.Module)
    names = (
        [getattr(value, "__module__", None) or "" for value in vars(module.obj).values()] if module else []
    )
    parts = {name.split(".")[1] for name in names if name.startswith("schemabook.")}
    return not parts.isdisjoint({"read", "verify"}) and parts.isdisjoint(MADE_OF_DATABASES)


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected pages are to be written instead of compared."""
    return bool(request.config.getoption("--rewrite-golden"))


ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example site, generated and built anew."""
    root = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("reference"))
    shutil.copytree(ROOT / "schema", root / "schema")
    shutil.copy(ROOT / "mkdocs.yml", root)
    return built(root)


def built(project: Path) -> Path:
    """The folder of a project's site, built strictly."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    program = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(program, cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return project / "site"


def git(folder: Path, *arguments: str) -> str:
    """What git prints in this folder."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Strict(SimpleHTTPRequestHandler):
    """A server of a site in a folder of its own, with the security policy that the site names."""

    def end_headers(self) -> None:
        policy = Path(self.directory) / "site" / "assets" / "schemabook" / "content-security-policy.txt"
        self.send_header("Content-Security-Policy", policy.read_text("utf-8").strip())
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def strictly(site: Path) -> Iterator[str]:
    """The address of a site on such a server."""
    assert site.name == "site"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(site.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/site"
        server.shutdown()


@pytest.fixture(scope="session")
def strict_server(site: Path) -> Iterator[str]:
    """The address of the example site on such a server."""
    with strictly(site) as address:
        yield address


# in a browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 400, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium here; on Debian or Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Visit:
    """A page in a browser, and what it asked for and complained of."""

    def __init__(self, site: Path, page: Page) -> None:
        self.site = site
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self._failed)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)

    def _failed(self, request: Request) -> None:
        # What was still on its way when the page was left has not failed.
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"failed: {request.url}")

    def open(self, path: str) -> Page:
        """Opens a page from disk."""
        self.page.goto((self.site / path.partition("#")[0]).as_uri() + path[len(path.partition("#")[0]) :])
        return self.page


@pytest.fixture
def visit(site: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    context.set_default_timeout(8000)
    yield Visit(site, context.new_page())
    context.close()


@pytest.fixture
def phone(site: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport=PHONE, color_scheme="dark")
    yield Visit(site, context.new_page())
    context.close()

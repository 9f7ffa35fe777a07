"""Versions of a site side by side, as mike publishes them, on a server below a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path

import pytest
from conftest import Visit
from playwright.sync_api import expect
from test_plugin import schema_of

from schemabook.project.starter import HOME, SITE

TABLE = "create table public.{} (id bigint primary key, parent_id bigint references public.{});\n"
VERSIONED = """\
site_url: {}/docs/
extra:
  version:
    provider: mike
"""


class Below(SimpleHTTPRequestHandler):
    """A server of a folder below `/docs/`; outside of that there is nothing."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/docs") if path.startswith("/docs/") else "/none")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of two versions: the second has a table more."""
    project, pages = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("pages") / "site"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Below, directory=str(pages))) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        schema_of(project, TABLE.format("orders", "orders"))
        (project / "docs").mkdir()
        (project / "docs" / "index.md").write_text(HOME, "utf-8")
        settings = SITE.replace("use_directory_urls: false", VERSIONED.format(address))
        (project / "mkdocs.yml").write_text(settings, "utf-8")
        run(project, "git", "init", "--quiet")
        run(project, "git", "commit", "--quiet", "--allow-empty", "--message=First")
        mike(project, "deploy", "--alias-type=copy", "1.0", "latest")
        with (project / "schema" / "dump.sql").open("a", encoding="utf-8") as dump:
            dump.write(TABLE.format("items", "orders"))
        mike(project, "deploy", "--alias-type=copy", "--update-aliases", "2.0", "latest")
        mike(project, "set-default", "latest")
        run(project, "git", "worktree", "add", "--quiet", str(pages), "gh-pages")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{address}/docs"
        server.shutdown()


def mike(project: Path, *arguments: str) -> None:
    run(project, str(Path(sys.executable).with_name("mike")), *arguments)


def run(project: Path, *command: str) -> None:
    ways = product(("AUTHOR", "COMMITTER"), ("NAME", "EMAIL"))
    person = {f"GIT_{who}_{what}": "test@localhost" for who, what in ways}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **person, "PATH": path, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("version", "tables"), [("1.0", "1 table"), ("2.0", "2 tables"), ("latest", "2 tables")]
)
def test_search_map_and_links_stay_in_a_version(
    published: str, visit: Visit, version: str, tables: str
) -> None:
    page = visit.page
    page.goto(f"{published}/{version}/")
    page.keyboard.press("/")
    page.keyboard.type("orders.parent_id")
    page.locator(".sb-search__hit").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{published}/{version}/reference/public/tables/orders/#parent_id")
    page.locator(".sb-on-map").click()
    expect(page.locator(".sb-count")).to_have_text(tables)
    page.locator(".sb-panel h2 a").click()
    page.wait_for_url(f"{published}/{version}/reference/public/tables/orders/")
    assert [url for url in visit.requests if not url.startswith(published)] == []
    assert visit.errors == []


def test_the_selector_leads_to_the_same_page_of_another_version(published: str, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{published}/latest/reference/public/tables/orders/")
    page.get_by_role("button", name="Select version").focus()
    page.get_by_role("link", name="1.0").click()
    page.wait_for_url(f"{published}/1.0/reference/public/tables/orders/")


def test_the_address_without_a_version_leads_to_the_latest(published: str, visit: Visit) -> None:
    visit.page.goto(f"{published}/")
    visit.page.wait_for_url(f"{published}/latest/")

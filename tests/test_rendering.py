"""Pages from workers and from the cache: the bytes that MkDocs alone makes, and never those of yesterday."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ROOT
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.pages import Page
from synthetic import dump

from schemabook import workers
from schemabook.pages import Book
from schemabook.project.config import Config, load
from schemabook.project.inputs import load_book
from schemabook.site import cache, fingerprint, generated, plugin
from schemabook.site.cache import FILE, Cache
from schemabook.site.rendering import Kept, Rendering

Html = dict[str, bytes]
SQL = """
create table public.users (id bigint primary key, email text);
comment on table public.users is 'Who logs in.';
create table public.orders (id bigint primary key, user_id bigint references public.users);
create view public.totals as select count(*) as n from public.orders;
"""
HOSTILE = """
create table public."</title><script>alert(1)</script>" (id int primary key, "a|b" text default '{{ x }}');
create table public."[x](y.md)" (id int references public."</title><script>alert(1)</script>", "`" text);
create table public."\u202e\ufeffÅ 漢字 \U0001f600" ("<b>" text, "{% raw %}" text);
comment on table public."[x](y.md)" is '<!-- --> ``` \n# no heading\n<div markdown="1"> &copy; {: .x }';
create table public."title: x" (id int);
"""
MKDOCS = """
site_name: Test
use_directory_urls: false
nav: [{Home: index.md}, {Reference: reference/index.md}]
not_in_nav: /reference/**
theme: {name: material, font: false}
plugins: [schemabook]
markdown_extensions: [attr_list, md_in_html, tables, toc, pymdownx.highlight, pymdownx.superfences]
"""
SETTINGS = "dumps: [dump.sql]\noutput: ../docs/reference\ntemplates: templates\n"


def with_digest(rest: bytes) -> bytes:
    """A file of the cache, as it would be if it were whole."""
    return cache.HEAD + cache._digest([rest]) + b"\n" + rest


HUGE = with_digest(b"9" * 5000 + b"\n[]")
NESTED = with_digest(b"200000\n" + b"\x91" * 200_000)
CAN_FORK = workers.can_fork()
"""Of this process before any test."""
needs_fork = pytest.mark.skipif(not CAN_FORK, reason="needs fork and two processors")


@pytest.fixture(autouse=True)
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers, as on the command line, also beside the thread that waits for the browser of other tests."""
    monkeypatch.setattr(workers, "can_fork", lambda: CAN_FORK)


@dataclass
class Project:
    """A project on the disk, and what a build of it does."""

    root: Path
    rendered: list[str] = field(default_factory=list)
    """The reference pages whose Markdown this process has rendered in the last build."""

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def build(self, *, strict: bool = False) -> Html:
        """All HTML of the site, its map of pages, its security policy, and what its search looks in."""
        self.rendered.clear()
        config = load_config(str(self.root / "mkdocs.yml"), strict=strict)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        return self.site()

    def site(self) -> Html:
        """What the last build has left."""
        site = self.root / "site"
        made = (
            path for pattern in ("*.html", "*.xml", "*.txt", "search-*.js") for path in site.rglob(pattern)
        )
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(made)}

    def committed(self) -> Html:
        """The committed pages, and the guides."""
        docs = self.root / "docs"
        return {path.relative_to(docs).as_posix(): path.read_bytes() for path in docs.rglob("*.md")}

    @property
    def cache(self) -> Path:
        return self.root / ".cache" / "schemabook"

    def forget(self) -> None:
        shutil.rmtree(self.cache)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    made = Project(tmp_path)
    made.write("schema/dump.sql", SQL)
    made.write("schema/schemabook.yml", SETTINGS)
    made.write("schema/templates/README", "")
    made.write("docs/index.md", '# Home\n\nIn "quotes".\n')
    made.write("mkdocs.yml", MKDOCS)
    rendered = Rendering._rendered

    def counted(rendering: Rendering, page: Page) -> Kept:
        if page.file.src_uri != "reference/sample.md":
            made.rendered.append(page.file.src_uri)
        return rendered(rendering, page)

    monkeypatch.setattr(Rendering, "_rendered", counted)
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.setLevel(logging.INFO)  # As MkDocs sets it on its command line.
    yield made
    logger.setLevel(level)


def stock(project: Project, monkeypatch: pytest.MonkeyPatch) -> Html:
    """The HTML as MkDocs makes it: one page after the other, with all its events."""
    with monkeypatch.context() as patched:
        patched.setattr(plugin, "seen_by_others", lambda *_: True)
        return project.build()


@pytest.fixture(params=["example", "hostile"])
def large(request: pytest.FixtureRequest, project: Project) -> Project:
    """A project with pages enough for workers."""
    if request.param == "hostile":
        project.write("schema/dump.sql", dump(45, 3) + SQL + HOSTILE)
    else:
        shutil.rmtree(project.root / "schema")
        shutil.rmtree(project.root / "docs")
        shutil.copytree(ROOT / "schema", project.root / "schema")
        shutil.copytree(ROOT / "docs", project.root / "docs")
        shutil.copy(ROOT / "mkdocs.yml", project.root)
    return project


def test_workers_and_the_cache_give_the_bytes_that_mkdocs_gives(
    large: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = stock(large, monkeypatch)
    for _ in range(3):
        assert large.build() == expected
    assert large.rendered == []


@needs_fork
def test_many_pages_are_rendered_in_workers(project: Project) -> None:
    project.write("schema/dump.sql", dump(45, 2))
    project.build()
    assert project.rendered == []


def test_a_second_build_makes_no_page_again(project: Project) -> None:
    project.build()
    assert len(project.rendered) > 3
    project.build()
    assert project.rendered == []


def one_table(project: Project) -> None:
    project.change("schema/dump.sql", "email text", "email text not null")


def test_one_changed_table_is_rendered_and_no_other(project: Project) -> None:
    project.build()
    one_table(project)
    project.build()
    receipt = "reference/receipt.md"  # It has the size of the dump.
    assert project.rendered == ["reference/public/tables/users.md", receipt]


def template(project: Project) -> None:
    text = '{% extends "schemabook/relation.md.j2" %}{% block comment %}Changed.\n\n{% endblock %}\n'
    project.write("schema/templates/relation.md.j2", text)


def theme_override(project: Project) -> None:
    project.write("overrides/main.html", '{% extends "base.html" %}{% block announce %}Two{% endblock %}')


def icon(project: Project) -> None:
    project.write("overrides/.icons/mine/one.svg", "<svg>two</svg>")


def extension_setting(project: Project) -> None:
    project.change("mkdocs.yml", "toc,", "toc: {permalink: true},")


def further_extension(project: Project) -> None:
    project.change("mkdocs.yml", "toc,", "toc, smarty,")


def note(project: Project) -> None:
    project.write("schema/notes/public.users.md", "Read by everybody.\n")


def setting_of_ours(project: Project) -> None:
    project.write("schema/schemabook.yml", f"{SETTINGS}title: The schema\n")


def statistics(project: Project) -> None:
    project.write("schema/schemabook.yml", f"{SETTINGS}statistics: [sizes.csv]\n")
    project.write("schema/sizes.csv", "schema,name,table_size,index_size,total_size,estimated_row_count\n")


def column_that_a_guide_names(project: Project) -> None:
    project.write("docs/index.md", "# Home\n\nAsk `[[users.email]]`.\n")


def title_in_the_navigation(project: Project) -> None:
    project.change("mkdocs.yml", "{Home: index.md}", "{Start: index.md}")


def heading_of_a_page_in_the_navigation(project: Project) -> None:
    project.change("mkdocs.yml", "{Home: index.md}", "index.md")
    project.write("docs/index.md", "# Elsewhere\n")


def front_matter_of_a_page_in_the_navigation(project: Project) -> None:
    project.write("docs/index.md", "---\nstatus: new\n---\n# Home\n")


def directory_urls(project: Project) -> None:
    project.change("mkdocs.yml", "use_directory_urls: false", "use_directory_urls: true")


def name_of_the_site(project: Project) -> None:
    project.change("mkdocs.yml", "site_name: Test", "site_name: Trial")


def copyright_line(project: Project) -> None:
    project.change("mkdocs.yml", "plugins:", "copyright: Ours\nplugins:")


def setting_of_the_theme(project: Project) -> None:
    project.change("mkdocs.yml", "font: false", "font: false, features: [toc.follow, navigation.top]")


def address_of_the_site(project: Project) -> None:
    project.change("mkdocs.yml", "plugins:", "site_url: https://example.org/\nplugins:")


def removed_table(project: Project) -> None:
    project.change(
        "schema/dump.sql", "create view public.totals", "drop table users cascade; create view totals"
    )


def renamed_table(project: Project) -> None:
    project.change("schema/dump.sql", "create view", "alter table public.users rename to people; create view")


def plugin_for_offline_use(project: Project) -> None:
    project.change("mkdocs.yml", "[schemabook]", "[material/offline, schemabook]")


def hook(project: Project) -> None:
    project.write("hook.py", "def on_page_content(html, **_): return html.replace('Columns', 'Fields')\n")
    project.change("mkdocs.yml", "plugins:", "hooks: [hook.py]\nplugins:")


def hook_of_markdown(project: Project) -> None:
    project.write("hook.py", "def on_page_markdown(markdown, **_): return markdown + '\\nMore.\\n'\n")
    project.change("mkdocs.yml", "plugins:", "hooks: [hook.py]\nplugins:")


@pytest.mark.parametrize(
    "change",
    [
        one_table,
        template,
        theme_override,
        icon,
        extension_setting,
        further_extension,
        note,
        setting_of_ours,
        statistics,
        column_that_a_guide_names,
        title_in_the_navigation,
        heading_of_a_page_in_the_navigation,
        front_matter_of_a_page_in_the_navigation,
        directory_urls,
        name_of_the_site,
        copyright_line,
        setting_of_the_theme,
        address_of_the_site,
        removed_table,
        renamed_table,
        plugin_for_offline_use,
        hook,
        hook_of_markdown,
    ],
)
def test_a_change_is_seen_as_without_a_cache(project: Project, change: Callable[[Project], None]) -> None:
    project.write("overrides/main.html", '{% extends "base.html" %}{% block announce %}One{% endblock %}')
    project.write("overrides/.icons/mine/one.svg", "<svg>one</svg>")
    project.change("mkdocs.yml", "font: false", "custom_dir: overrides, icon: {logo: mine/one}, font: false")
    project.build()
    before = project.build()
    change(project)
    after = project.build()
    project.forget()
    assert after == project.build()
    assert after != before


INPUTS = {
    "schema/dump.sql": SQL.replace("Who", "Everybody who"),
    "schema/notes/public.users.md": "Read by everybody.\n",
    "schema/templates/comment.txt": "Changed by a file that a template includes.\n",
    "schema/config.toml": "[api]\nschemas = []\n",
    "schema/schemabook.yml": f"{SETTINGS}supabase: config.toml\ntitle: The schema\n",
}


@pytest.mark.parametrize("input_", INPUTS)
def test_the_inputs_are_read_again_when_one_has_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch, input_: str
) -> None:
    """By a further process, and by the one that serves."""
    include = '{% block comment %}{% include "comment.txt" %}{% endblock %}'
    project.write("schema/templates/relation.md.j2", f'{{% extends "schemabook/relation.md.j2" %}}{include}')
    project.write("schema/templates/comment.txt", "As it was.\n")
    project.write("schema/config.toml", '[api]\nschemas = ["public"]\n')
    project.write("schema/schemabook.yml", f"{SETTINGS}supabase: config.toml\n")
    reads: list[Book] = []

    def counted(config: Config) -> Book:
        reads.append(load_book(config))
        return reads[-1]

    monkeypatch.setattr(generated, "load_book", counted)
    served, cache = generated.Generator(), Cache(project.cache)
    urls, settings = generated.Urls("../", ".html"), project.root / "schema" / "schemabook.yml"
    first = served.generate(load(settings), urls, cache)
    assert served.generate(load(settings), urls, cache) is first
    assert generated.Generator().generate(load(settings), urls, cache) == first
    cache.save()
    assert generated.Generator().generate(load(settings), urls, cache) == first
    assert len(reads) == 1
    project.write(input_, INPUTS[input_])
    changed = served.generate(load(settings), urls, cache)
    assert changed.pages != first.pages
    assert generated.Generator().generate(load(settings), urls, cache) == changed
    assert len(reads) == 2


def test_what_was_made_while_an_input_changed_is_not_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_before(config: Config) -> Book:
        project.change("schema/dump.sql", "email", "mail")
        return load_book(config)

    cache, urls = Cache(project.cache), generated.Urls("../", ".html")
    settings = load(project.root / "schema" / "schemabook.yml")
    with monkeypatch.context() as patched:
        patched.setattr(generated, "load_book", changed_before)
        generated.Generator().generate(settings, urls, cache)
    cache.save()
    project.change("schema/dump.sql", "mail", "email")
    made = generated.Generator().generate(settings, urls, cache)
    assert b"email" in made.committed["public/tables/users.md"]


def test_a_guide_is_read_again_when_what_it_names_has_changed(project: Project) -> None:
    project.write("docs/index.md", "# Home\n\nAsk `[[users.email]]`.\n")
    project.build()
    project.build()
    project.change("schema/dump.sql", "email text", "mail text")
    with pytest.raises(Abort):
        project.build()


@pytest.mark.parametrize("name", ["__version__", "_version"])
def test_another_version_makes_all_pages_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project.build()
    first = list(project.rendered)
    monkeypatch.setattr(fingerprint, name, "999" if name == "__version__" else lambda _: "999")
    project.build()
    assert project.rendered == first


class Server(LiveReloadServer):
    """MkDocs' server, which here serves nobody, and knows what is watched."""

    def __init__(self, root: Path) -> None:
        super().__init__(builder=lambda: None, host="127.0.0.1", port=0, root=str(root))
        self.calls: list[str] = []

    def watch(self, path: str, func: None = None, *, recursive: bool = True) -> None:
        self.calls.append(f"watch {path}")

    def unwatch(self, path: str) -> None:
        self.calls.append(f"unwatch {path}")


class Served:
    """A site that is served, as it is to who asks for all of it."""

    def __init__(self, project: Project) -> None:
        self.project, self.server = project, Server(project.root / "site")
        config = self.config()
        config.plugins.on_startup(command="serve", dirty=False)
        build(config)
        config.plugins.on_serve(self.server, config=config, builder=lambda: None)
        plugin_ = config.plugins["schemabook"]
        assert isinstance(plugin_, plugin.SchemabookPlugin)
        self.plugin = plugin_
        assert plugin_.demand
        self.demand = plugin_.demand
        self.server.server_close()

    def config(self) -> MkDocsConfig:
        return load_config(str(self.project.root / "mkdocs.yml"))

    def build(self) -> tuple[Html, Html]:
        """Builds again; the whole site, and the committed pages."""
        build(self.config())
        for name in list(self.demand.waiting):
            self.demand.make(name)
        self.plugin.writing.join()
        return self.project.site(), self.project.committed()

    def get(self, path: str) -> tuple[str, bytes]:
        """The status and what is answered."""
        heads: list[str] = []
        body = self.demand({"PATH_INFO": path}, lambda status, _: heads.append(status))
        content = b"".join(body)
        getattr(body, "close", lambda: None)()
        return heads[0], content


def _without_sections(script: bytes) -> dict[str, object]:
    """The names that the search has, without which sections each page has."""
    found = json.loads(script.removeprefix(b"schemabookSearch.names(").removesuffix(b");\n"))
    assert isinstance(found, dict)
    return {key: value for key, value in found.items() if key != "sections"}


def test_a_site_that_is_served_is_what_a_build_makes(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.write("schema/dump.sql", dump(45, 2) + SQL)
    again = Project(tmp_path_factory.mktemp("again"))
    shutil.copytree(project.root, again.root, dirs_exist_ok=True)
    changes = (one_table, note, template, column_that_a_guide_names, title_in_the_navigation)
    served = Served(project)
    for change in changes:
        change(project)
        change(again)
        site, committed = served.build()
        made = again.build()
        # No page says what it needs, or which sections it has, before it is made.
        names, policy = (
            f"assets/schemabook/{name}" for name in ("search-names.js", "content-security-policy.txt")
        )
        assert _without_sections(made[names]) == _without_sections(site[names])
        assert {**made, names: b"", policy: b""} == {**site, names: b"", policy: b""}
        assert again.committed() == committed
        again.forget()


def test_a_served_page_is_made_when_it_is_asked_for(project: Project) -> None:
    served = Served(project)
    one_table(project)
    build(served.config())
    page = project.root / "site" / "reference" / "public" / "tables" / "users.html"
    assert not page.exists()
    status, body = served.get("/reference/public/tables/users.html")
    assert status == "200 OK"
    assert b"not null" in body
    assert page.exists()
    assert served.get("/reference/public/tables/nothing.html")[0] == "404 Not Found"
    assert served.get("/assets/schemabook/search-names.js")[0] == "200 OK"


def test_a_page_that_a_build_has_taken_meanwhile_is_made(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Served(project)
    answer = served.demand.answer

    def built_before(*arguments: Any) -> Any:
        monkeypatch.setattr(served.demand, "answer", answer)
        one_table(project)
        build(served.config())
        return answer(*arguments)

    monkeypatch.setattr(served.demand, "answer", built_before)
    assert served.get("/reference/public/tables/users.html")[0] == "200 OK"


def test_what_is_wrong_with_a_page_of_a_served_site_is_said(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    served = Served(project)
    project.write("schema/templates/relation.md.j2", "{{ nothing }}")
    build(served.config())
    served.plugin.writing.join()
    caplog.clear()
    assert served.get("/reference/public/tables/users.html")[0] == "404 Not Found"
    assert ["the template cannot be used" in message for message in caplog.messages] == [True, True]
    project.write("schema/templates/relation.md.j2", '{% extends "schemabook/relation.md.j2" %}')
    build(served.config())
    assert served.get("/reference/public/tables/users.html")[0] == "200 OK"


def test_a_served_site_can_be_searched_after_a_build_that_failed(project: Project) -> None:
    served = Served(project)
    one_table(project)
    build(served.config())
    project.write("schema/dump.sql", f"{SQL}create table (")
    with pytest.raises(Abort):
        build(served.config())
    status, body = served.get("/assets/schemabook/search-names.js")
    assert status == "200 OK"
    assert b"users" in body


def test_what_a_served_build_writes_is_no_change_of_a_guide(project: Project) -> None:
    served = Served(project)
    served.server.calls.clear()
    one_table(project)
    served.build()
    docs = project.root / "docs"
    assert served.server.calls == [f"unwatch {docs}", f"watch {docs}"]
    assert "not null" in (docs / "reference" / "public" / "tables" / "users.md").read_text()


def test_a_site_that_is_served_stays_while_an_input_is_wrong(project: Project) -> None:
    served = Served(project)
    one_table(project)
    before = served.build()
    project.write("schema/dump.sql", f"{SQL}create table (")
    with pytest.raises(Abort):
        build(served.config())
    assert project.site() == before[0]
    assert served.get("/reference/public/tables/users.html")[0] == "200 OK"
    project.write("schema/dump.sql", SQL)
    one_table(project)
    assert served.build() == before


def test_a_page_that_a_diagram_links_to_may_come_and_go(project: Project) -> None:
    project.write("mkdocs.yml", MKDOCS + "exclude_docs: users.md\n")
    without = project.build()["reference/public/tables/orders.html"]
    project.write("mkdocs.yml", MKDOCS)
    orders = project.build()["reference/public/tables/orders.html"]
    assert b'xlink:href="users.html"' in orders
    project.write("mkdocs.yml", MKDOCS + "exclude_docs: users.md\n")
    assert project.build()["reference/public/tables/orders.html"] == without


@pytest.mark.parametrize("tables", [3, 45])
def test_a_broken_link_in_a_note_warns_in_every_build(
    project: Project, caplog: pytest.LogCaptureFixture, tables: int
) -> None:
    project.write("schema/dump.sql", dump(tables, 2))
    project.write("schema/notes/app.table_00002.md", "[there](nowhere.md) and [here](#nothing)\n")
    project.change("mkdocs.yml", "plugins:", "validation: {anchors: warn}\nplugins:")
    for _ in range(3):
        caplog.clear()
        project.build()
        assert sum("nowhere.md" in message for message in caplog.messages) == 1
        assert sum("no such anchor" in message for message in caplog.messages) == 1
        with pytest.raises(Abort):
            project.build(strict=True)


def test_a_link_to_a_missing_anchor_of_a_kept_page_warns(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.change("mkdocs.yml", "plugins:", "validation: {anchors: warn}\nplugins:")
    project.write("docs/index.md", "# Home\n\n[email](reference/public/tables/users.md#email)\n")
    for _ in range(2):
        project.build(strict=True)
    project.change("docs/index.md", "#email", "#e_mail")
    project.build()
    assert any("#e_mail" in message for message in caplog.messages)


def test_an_extension_of_markdown_is_for_guides(project: Project) -> None:
    before = project.build()
    project.change("mkdocs.yml", "toc,", "toc, pymdownx.snippets, smarty,")
    after = project.build()
    page = "reference/public/tables/users.html"
    assert after[page] == before[page]
    assert after["index.html"] != before["index.html"]


def test_what_a_function_of_the_settings_does_is_seen(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(project.root))
    project.write("slugs.py", "def of(text, separator): return text.lower()")
    project.change("mkdocs.yml", "toc,", "toc: {slugify: !!python/name:slugs.of ''},")
    project.build()
    project.build()
    assert project.rendered == []
    monkeypatch.setattr("slugs.of", lambda text, separator: text.upper())
    assert b'id="COLUMNS"' in project.build()["reference/public/tables/users.html"]


def test_the_cache_can_be_switched_off(project: Project) -> None:
    project.change("mkdocs.yml", "[schemabook]", "[{schemabook: {cache: false}}]")
    project.build()
    assert not project.cache.exists()


@pytest.mark.parametrize("template", ["{{ build_date_utc.timestamp() }}", "{{ pages | length }}"])
def test_a_theme_that_shows_the_time_or_other_pages_makes_all_of_them(
    project: Project, template: str
) -> None:
    project.change("mkdocs.yml", "font: false", "custom_dir: overrides, font: false")
    text = f'{{% extends "base.html" %}}{{% block footer %}}{template}{{% endblock %}}'
    project.write("overrides/main.html", text)
    project.build()
    first = list(project.rendered)
    project.write("docs/further.md", "# Further\n")
    project.build()
    assert project.rendered == first != []


def test_a_theme_may_list_all_pages(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.change("mkdocs.yml", "font: false", "custom_dir: overrides, font: false")
    listed = "{% for file in pages %}{{ file.src_uri }} {% endfor %}"
    text = f'{{% extends "base.html" %}}{{% block footer %}}{listed}{{% endblock %}}'
    project.write("overrides/main.html", text)
    expected = stock(project, monkeypatch)
    assert b"reference/public/tables/users.md" in expected["index.html"]
    assert project.build() == expected


def test_git_overlooks_the_cache(project: Project) -> None:
    project.build()
    assert (project.cache / ".gitignore").read_text() == "*\n"


def test_what_a_build_does_not_use_is_dropped(project: Project) -> None:
    project.build()
    before = kept(project)
    for number in range(3):
        project.write("schema/notes/public.users.md", f"{number}\n")
        project.build()
    assert len(kept(project)) == len(before)
    assert kept(project).keys() != before.keys()


def kept(project: Project) -> dict[str, bytes]:
    """The values in the cache by key, packed."""
    return {key: bytes(value) for key, value in cache._read(project.cache).items()}


def put(project: Project, values: dict[str, bytes]) -> None:
    cache._write(project.cache, values)


NESTED_LISTS = b"\x91" * 200_000
HALF_A_PAIR = b"\x92\xa3\xed\xa0\x80\xa1y"
NO_TYPE = b"\xc1"
"""As MessagePack has them: https://github.com/msgpack/msgpack/blob/master/spec.md"""
ANYBODYS = [
    b"",
    b"not packed",
    *map(zlib.compress, (b"", NO_TYPE, NESTED_LISTS, HALF_A_PAIR, b" " * 2_000_000)),
    *filter(
        None,
        map(
            cache.packed,
            (
                {},
                [],
                None,
                "x",
                2**63,
                [["x", "y", "z"]],
                ["<p>", [[], {}, [["nothing", "a", "", "", ""]]]],
                ["<p>", [[], {"gone.md": {"a": "b"}}, [], []]],
                ["<p>", [[1], {}, [], []]],
                [{"../../x.md": b"x"}, {}, [], {}, [], {}, []],
                [{}, {"../../x.md": b"x"}, [], {}, [], {}, []],
                [{}, {"/etc/x.md": b"x"}, [], {}, [], {}, []],
                [{}, {}, [], {"../../x.js": "x"}, [], {}, []],
                [{}, {}, [], {}, [], {"../../x.js": "x"}, []],
                [{}, {}, [["nothing", "a", "", "", ""]], {}, [], {}, []],
            ),
        ),
    ),
]
"""Values that no build of ours keeps."""


def test_a_cache_of_anybody_costs_time_only(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemabook.site.cache.MOST_BYTES", 1_000_000)
    expected = project.build()
    before = {path for path in project.root.parent.rglob("*") if project.cache not in path.parents}
    for turn in (0, 7):
        contents = cycle([*ANYBODYS[turn:], *ANYBODYS[:turn]])
        put(project, dict(zip(kept(project), contents, strict=False)))
        assert project.build() == expected
    assert {path for path in project.root.parent.rglob("*") if project.cache not in path.parents} == before
    assert project.build() == expected
    assert project.rendered == []


@pytest.mark.parametrize("content", ANYBODYS)
def test_what_no_build_keeps_is_not_taken_for_what_was_made(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schemabook.site.cache.MOST_BYTES", 1_000_000)
    cache._write(tmp_path, {"key": content})
    assert generated._found(Cache(tmp_path), "key") is None
    Cache(tmp_path).find("key", Kept)
    Cache(tmp_path).find("key", tuple[str, list[str]])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not ours",
        cache.HEAD,
        with_digest(b"4\n" + msgspec.msgpack.encode([[1, 2]])),
        with_digest(b"9"),
        HUGE,
        NESTED,
    ],
)
def test_a_cache_that_is_broken_is_made_anew(project: Project, content: bytes) -> None:
    expected = project.build()
    (project.cache / FILE).write_bytes(content)
    assert project.build() == expected
    project.build()
    assert project.build() == expected
    assert project.rendered == []


def test_values_of_other_keys_are_no_tracebacks(project: Project) -> None:
    expected = project.build()
    values = kept(project)
    kinds = {len(data): data for data in values.values()}
    project.build()
    put(project, dict(zip(values, (*list(kinds.values())[1:], b"x"), strict=False)))
    project.build()
    (project.cache / FILE).unlink()
    assert project.build() == expected


def test_a_link_in_place_of_the_file_is_not_followed(project: Project, tmp_path: Path) -> None:
    expected = project.build()
    theirs = tmp_path / "theirs"
    (project.cache / FILE).rename(theirs)
    (project.cache / FILE).symlink_to(theirs)
    before = theirs.read_bytes()
    project.change("schema/dump.sql", "email", "mail")
    project.build()
    project.change("schema/dump.sql", "mail", "email")
    assert project.build() == expected
    assert theirs.read_bytes() == before
    assert (project.cache / FILE).is_symlink()


@pytest.mark.parametrize("linked", [".cache", ".cache/schemabook"])
def test_a_link_in_place_of_the_folder_is_not_followed(project: Project, tmp_path: Path, linked: str) -> None:
    expected = project.build()
    theirs = tmp_path / "theirs"
    (project.root / linked).rename(theirs)
    (project.root / linked).symlink_to(theirs)
    before = {path.relative_to(theirs): path.stat().st_mtime_ns for path in theirs.rglob("*")}
    project.change("schema/dump.sql", "email", "mail")
    project.build()
    project.change("schema/dump.sql", "mail", "email")
    assert project.build() == expected
    assert {path.relative_to(theirs): path.stat().st_mtime_ns for path in theirs.rglob("*")} == before


def test_another_name_of_a_file_is_not_read_nor_changed(project: Project, tmp_path: Path) -> None:
    project.build()
    (tmp_path / "theirs").hardlink_to(project.cache / FILE)
    before = (tmp_path / "theirs").read_bytes()
    project.change("schema/dump.sql", "email", "mail")
    project.build()
    assert len(project.rendered) > 3
    assert (tmp_path / "theirs").read_bytes() == before


def test_a_file_that_is_not_ours_stays_in_the_folder_of_the_cache(project: Project, tmp_path: Path) -> None:
    project.write(".cache/schemabook/notes.txt", "mine")
    (project.cache / ".gitignore").symlink_to(tmp_path / "nothing")
    project.build()
    project.build()
    assert (project.cache / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


def test_a_cache_that_is_cut_or_changed_gives_no_wrong_page(project: Project) -> None:
    expected = project.build()
    whole_file = (project.cache / FILE).read_bytes()
    for position in range(0, 5 * 997, 997):
        damaged = bytearray(whole_file[: position or None])
        damaged[len(damaged) // 2] ^= 255
        (project.cache / FILE).write_bytes(bytes(damaged))
        assert project.build() == expected


def test_a_cache_that_cannot_be_written_changes_nothing(project: Project) -> None:
    project.write(".cache", "a file")
    expected = project.build()
    assert project.build() == expected
    (project.root / ".cache").unlink()
    (project.cache / FILE).mkdir(parents=True)
    assert project.build() == expected


def test_two_builds_at_once_do_not_disturb_each_other(project: Project) -> None:
    project.write("schema/dump.sql", dump(60, 3))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    for _ in range(2):
        running = [
            subprocess.Popen([*command, name], cwd=project.root, env=environment, stderr=subprocess.PIPE)
            for name in ("one", "two")
        ]
        for process in running:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
    one, two = ({p.name: p.read_bytes() for p in (project.root / n).rglob("*.html")} for n in ("one", "two"))
    assert one == two


@needs_fork
def test_workers_answer_in_order() -> None:
    assert workers.spread(lambda number: number * number, 100) == [number * number for number in range(100)]


@needs_fork
def test_a_killed_worker_leaves_the_work_to_the_parent() -> None:
    def work(number: int) -> None:
        if number == 50:
            os.kill(os.getpid(), signal.SIGKILL)

    assert workers.spread(work, 100) is None


def test_few_items_need_no_workers() -> None:
    assert workers.spread(str, workers.FEW) is None

"""The MkDocs plugin, on a tiny site."""

from __future__ import annotations

import gc
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from schemabook.map.mermaid import mermaid
from schemabook.map.neighbourhood import ForeignKey, KeyColumn, Neighbourhood
from schemabook.model import Name, relation_id
from schemabook.pages.paths import object_page, slug

ORDERS, ITEMS, USERS, MISSING = (
    Name("public", "orders"),
    Name("public", "Order items"),
    Name("auth", "users"),
    Name("auth", "missing"),
)
TO_ORDERS, TO_USERS, TO_MISSING = (
    ForeignKey(ITEMS, ("order_id",), ORDERS),
    ForeignKey(ORDERS, ("user_id",), USERS),
    ForeignKey(ORDERS, ("missing_id",), MISSING),
)
COLUMNS = (KeyColumn("id", "bigint", True, False), KeyColumn("user_id", "uuid", False, True))
DIAGRAM = mermaid(
    Neighbourhood(ORDERS, COLUMNS, references=(TO_MISSING, TO_USERS), referenced_by=(TO_ORDERS,))
)
FOREIGN = "graph TD\n  A --> B\n  B --> <b>"
STYLES = {
    "assets/schemabook/reference.css": ".sb-badge",
    "assets/schemabook/neighbourhood.css": ".schemabook-neighbourhood",
}


def fence(text: str) -> str:
    return f"```mermaid\n{text}\n```\n"


def site(folder: Path, extra: str = "", plugins: str = "[schemabook]", theme: str = "mkdocs") -> Path:
    """Builds the site, strictly, and returns its folder."""
    docs = folder / "docs"
    for name in (ORDERS, ITEMS, USERS):
        page = docs / "reference" / object_page(relation_id(name))
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"# {name}\n\n{fence(DIAGRAM)}", "utf-8")
    (docs / "index.md").write_text(f"# Home\n\n{fence(FOREIGN)}\n{fence(DIAGRAM)}", "utf-8")
    settings = folder / "mkdocs.yml"
    settings.write_text(f"site_name: Test\ntheme: {theme}\nplugins: {plugins}\n{extra}", "utf-8")
    config = load_config(str(settings), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return folder / "site"


def table_links(page: Path) -> list[str]:
    """The links of a page's pictures; an upright one for phones follows another, and has the same."""
    pictures = re.findall(r"(?<!</svg>)<svg role=.*?</svg>", page.read_text("utf-8"), re.DOTALL)
    return [link for picture in pictures for link in re.findall(r'<a xlink:href="([^"]+)"', picture)]


def test_links_lead_to_pages_with_directory_urls(tmp_path: Path) -> None:
    root = site(tmp_path)
    pages = [root / "index.html", root / "reference/public/tables/orders/index.html"]
    for page in pages:
        links = table_links(page)
        assert len(links) == 2
        assert all((page.parent / link / "index.html").is_file() for link in links)


@pytest.mark.parametrize("plugins", ["[schemabook, material/offline]", "[material/offline, schemabook]"])
def test_links_lead_to_files_whenever_another_plugin_turns_directory_urls_off(
    tmp_path: Path, plugins: str
) -> None:
    root = site(tmp_path, plugins=plugins, theme="material")
    pages = [root / "index.html", root / "reference/public/tables/orders.html"]
    for page in pages:
        links = table_links(page)
        assert len(links) == 2
        assert all((page.parent / link).is_file() for link in links)


def test_links_lead_to_files_without_directory_urls(tmp_path: Path) -> None:
    page = site(tmp_path, "use_directory_urls: false\n") / "reference/public/tables/orders.html"
    assert table_links(page) == ["../../auth/tables/users.html", f"{slug(ITEMS.name)}.html"]


def test_a_table_without_a_page_is_drawn_without_a_link(tmp_path: Path) -> None:
    text = (site(tmp_path) / "reference/public/tables/orders/index.html").read_text("utf-8")
    assert '<tspan class="r">auth.</tspan>missing' in text
    assert "missing/" not in text


def test_any_other_mermaid_block_stays_code(tmp_path: Path) -> None:
    text = (site(tmp_path) / "index.html").read_text("utf-8")
    assert "<pre><code>graph TD\n  A --&gt; B\n  B --&gt; &lt;b&gt;</code></pre>" in text
    assert 'class="mermaid"' not in text


def test_each_page_links_the_style_sheet_and_the_site_has_it(tmp_path: Path) -> None:
    root = site(tmp_path)
    text = (root / "reference/public/tables/orders/index.html").read_text("utf-8")
    for styles, rule in STYLES.items():
        assert rule in (root / styles).read_text("utf-8")
        assert f'href="../../../../{styles}"' in text


def test_other_fences_and_extensions_are_kept_and_another_mermaid_fence_is_replaced(tmp_path: Path) -> None:
    extra = """
markdown_extensions:
  - pymdownx.superfences:
      custom_fences:
        - {name: mermaid, class: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format }
        - {name: other, class: other, format: !!python/name:pymdownx.superfences.fence_div_format }
"""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "more.md").write_text("# More\n\n```other\nx\n```\n", "utf-8")
    root = site(tmp_path, extra)
    assert '<div class="other">x</div>' in (root / "more/index.html").read_text("utf-8")
    assert "<svg role=" in (root / "index.html").read_text("utf-8")


def test_the_folder_of_the_reference_is_a_setting(tmp_path: Path) -> None:
    root = site(tmp_path, plugins="[{schemabook: {reference: elsewhere}}]")
    assert table_links(root / "index.html") == []


def schema_of(folder: Path, sql: str) -> None:
    (folder / "schema").mkdir()
    (folder / "schema" / "dump.sql").write_text(sql, "utf-8")
    (folder / "schema" / "schemabook.yml").write_text(
        "dumps: [dump.sql]\noutput: ../docs/reference\n", "utf-8"
    )


def test_the_receipt_is_a_page_of_the_built_site_and_no_committed_one(tmp_path: Path) -> None:
    schema_of(tmp_path, "create table public.t (a integer);\nset role x;\ndo $$ begin commit; end $$;\n")
    built = site(tmp_path)
    receipt = (built / "reference" / "receipt" / "index.html").read_text("utf-8")
    rows = re.findall(r"<tr>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>", receipt, re.DOTALL)
    assert ("1", "documented here") in rows
    assert ("1", "no effect on the schema: setting of the session") in rows
    assert ("1", "not understood") in rows
    assert "schema/dump.sql:3" in receipt
    assert not (tmp_path / "docs" / "reference" / "receipt.md").exists()


def test_the_overview_links_to_the_receipt_only_where_there_is_one(tmp_path: Path) -> None:
    overview = tmp_path / "docs" / "reference" / "index.md"
    overview.parent.mkdir(parents=True)
    overview.write_text("# Overview\n\n## Receipt\n\nEvery statement.\n", "utf-8")
    assert "receipt/" not in (site(tmp_path) / "reference" / "index.html").read_text("utf-8")
    overview.unlink()  # No build has written it, so none may overwrite it.
    schema_of(tmp_path, "create table public.t (a integer);\n")
    assert 'href="receipt/"' in (site(tmp_path) / "reference" / "index.html").read_text("utf-8")


def test_a_broken_dump_stops_the_build_of_the_site_with_its_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    schema_of(tmp_path, "create table public.t (a integer);\nselect 'cut off")
    with pytest.raises(Abort):
        site(tmp_path)
    assert "dump.sql:2: the file ends inside of a string" in caplog.text
    assert gc.isenabled()  # A build switches it off.


def test_the_security_policy_allows_the_script_of_a_guide_and_none_in_a_generated_page(
    tmp_path: Path,
) -> None:
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    (tmp_path / "docs" / "guide.md").write_text("# Guide\n\n<script>ours()</script>\n", "utf-8")
    (tmp_path / "docs" / "reference" / "odd.md").write_text("# Odd\n\n<script>theirs()</script>\n", "utf-8")
    made = site(tmp_path)
    assert "<script>theirs()</script>" in (made / "reference" / "odd" / "index.html").read_text("utf-8")
    allowed = (made / "assets" / "schemabook" / "content-security-policy.txt").read_text("utf-8")
    ours, theirs = (b64encode(sha256(script).digest()).decode() for script in (b"ours()", b"theirs()"))
    assert ours in allowed
    assert theirs not in allowed


def test_a_secret_stops_a_strict_build_of_the_site_and_is_not_in_its_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    password = "Zq8vR2x" + "Lw"
    schema_of(tmp_path, f"create table public.t (a text default 'redis://app:{password}@cache.internal');\n")
    with pytest.raises(Abort):
        site(tmp_path)
    assert "dump.sql:1: password in a URL in table public.t: Zq…" in caplog.text
    assert password not in caplog.text

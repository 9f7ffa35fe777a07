"""Guides on the disk: which ones are checked, by the command line and by the site."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from schemabook.errors import SchemaError
from schemabook.guides.files import guide_files, guide_problems
from schemabook.project.config import Config, read_config
from schemabook.project.inputs import load_book

DUMP = """\
create table public.orders (id bigint primary key, user_id uuid);
create function public.total() returns int language sql as $$ select 1 $$;
"""
SETTINGS = "dumps: [dump.sql]\noutput: ../docs/reference\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    put("schema/dump.sql", DUMP)
    put("schema/schemabook.yml", SETTINGS)
    put("mkdocs.yml", "site_name: Test\ntheme: mkdocs\nplugins: [schemabook]\n")
    put("docs/index.md", "# Home\n")
    return tmp_path


def put(name: str, text: str) -> None:
    """Writes a file of the project."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def config(extra: str = "") -> Config:
    return read_config(SETTINGS + extra, Path("schema/schemabook.yml"))


def checked(extra: str = "") -> list[str]:
    return [path.as_posix() for path in guide_files(config(extra))]


def problems(extra: str = "") -> list[str]:
    settings = config(extra)
    return [str(found) for found in guide_problems(settings, load_book(settings).database)]


def site(extra: str = "", *, strict: bool = True) -> Path:
    """Builds the site and returns its folder."""
    with Path("mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(extra)
    settings = load_config("mkdocs.yml", strict=strict)
    settings.plugins.on_startup(command="build", dirty=False)
    build(settings)
    return Path("site")


# Which files


@pytest.mark.usefixtures("project")
def test_guides_are_the_markdown_around_the_reference_but_not_of_it() -> None:
    for name in ("docs/a/b.md", "docs/reference/index.md", "docs/.hidden/c.md", "docs/d.txt", "README.md"):
        put(name, "text\n")
    assert checked() == ["docs/a/b.md", "docs/index.md"]


@pytest.mark.usefixtures("project")
def test_the_settings_may_name_files_folders_and_patterns() -> None:
    for name in ("docs/a/b.md", "more/c.md", "more/deep/d.md", "README.md", "docs/reference/index.md"):
        put(name, "text\n")
    assert checked("guides: [../README.md, ../more]\n") == ["README.md", "more/c.md", "more/deep/d.md"]
    assert checked("guides: ['../docs/**/*.md']\n") == ["docs/a/b.md", "docs/index.md"]
    assert checked("guides: []\n") == []


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["../HOWTO.md", "../nothing/*.md"])
def test_a_guide_that_the_settings_name_must_be_there(name: str) -> None:
    with pytest.raises(SchemaError) as error:
        checked(f"guides:\n  - '{name}'\n")
    assert str(error.value) == (
        f"{name.removeprefix('../')}: there is no such guide\n"
        f'hint: schema/schemabook.yml:4 names it as "{name}"'
    )


@pytest.mark.usefixtures("project")
def test_a_reference_in_the_project_s_own_folder_has_no_guides_around_it() -> None:
    put("README.md", "`[[nothing_here]]`\n")
    assert guide_files(read_config("dumps: [dump.sql]\noutput: ../reference\n", Path("schema/s.yml"))) == ()


@pytest.mark.usefixtures("project")
def test_a_guide_that_is_no_text_is_an_error() -> None:
    Path("docs/bad.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SchemaError, match=r"docs/bad\.md: cannot be read: it is not UTF-8 text"):
        problems()


@pytest.mark.usefixtures("project")
def test_lines_count_from_the_top_of_the_file_with_its_front_matter() -> None:
    put("docs/guide.md", "---\ntitle: A\n---\n\n\nSee `[[ordres]]`\nand `orders.user_is`.\n")
    first, second = problems()
    assert first == 'docs/guide.md:6: "ordres" does not exist\nhint: did you mean "orders"?'
    assert second.startswith(
        'docs/guide.md:7: "orders.user_is" does not exist\nhint: did you mean "orders.user_id"? '
    )


# On the site


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("extra", "page", "link"),
    [
        ("", "deep/guide/index.html", "../../reference/public/tables/orders/#user_id"),
        ("use_directory_urls: false\n", "deep/guide.html", "../reference/public/tables/orders.html#user_id"),
    ],
)
def test_a_name_is_a_link_in_the_url_style_of_the_site(extra: str, page: str, link: str) -> None:
    put("docs/deep/guide.md", "# Guide\n\nSee `[[orders.user_id]]`.\n")
    put("docs/index.md", "# Home\n\n`total()`\n")
    validation = "validation: {links: {anchors: warn}}\n"
    text = (site(extra + validation) / page).read_text("utf-8")
    assert f'See <a href="{link}"><code>orders.user_id</code></a>.' in text
    assert "functions/total" in Path("site/index.html").read_text("utf-8")


@pytest.mark.usefixtures("project")
def test_a_marked_name_in_a_heading_leaves_title_and_anchor_as_they_are() -> None:
    put("docs/guide.md", "# About `[[orders]]`\n\n## Of `[[orders.id]]`\n\n[up](#of-ordersid)\n")
    text = (site("validation: {links: {anchors: warn}}\n") / "guide/index.html").read_text("utf-8")
    assert "<title>About orders - Test</title>" in text
    assert '<h2 id="of-ordersid">Of <a href="../reference/public/tables/orders/#id">' in text


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("front", ["", "---\ntitle: A\n---\n\n\n", "title: A\nauthor: B\n\n"])
def test_a_marked_name_that_does_not_exist_stops_the_build_with_file_line_and_nearest_name(
    front: str, caplog: pytest.LogCaptureFixture
) -> None:
    put("docs/deep/guide.md", f"{front}# Guide\n\nSee `[[orders.user_is]]`.\n")
    with pytest.raises(Abort):
        site(strict=False)
    line = front.count("\n") + 3
    assert f'docs/deep/guide.md:{line}: "orders.user_is" does not exist' in caplog.text
    assert 'hint: did you mean "orders.user_id"?' in caplog.text


@pytest.mark.usefixtures("project")
def test_a_plain_name_that_looks_like_ours_is_a_warning_that_counts_for_strict(
    caplog: pytest.LogCaptureFixture,
) -> None:
    put("docs/guide.md", "# Guide\n\n`orders.user_is`\n")
    site(strict=False)
    assert 'docs/guide.md:3: "orders.user_is" does not exist' in caplog.text
    with pytest.raises(Abort, match="1 warnings in strict mode"):
        site()


@pytest.mark.usefixtures("project")
def test_reference_pages_and_sites_without_settings_are_left_alone() -> None:
    put("docs/reference/mine.md", "# Mine\n\n`[[nothing_here]]`\n")
    assert "[[nothing_here]]" in (site() / "reference/mine/index.html").read_text("utf-8")
    Path("schema/schemabook.yml").unlink()
    put("docs/guide.md", "# Guide\n\n`[[nothing_here]]` `orders.user_is`\n")
    assert "[[nothing_here]]" in (site() / "guide/index.html").read_text("utf-8")

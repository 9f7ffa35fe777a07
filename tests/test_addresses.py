"""No two files of the site are at one place, whatever the names in a dump and the style of the URLs."""

from __future__ import annotations

import ast
import hashlib
import unicodedata
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

import schemabook.pages
from schemabook.errors import SchemaError
from schemabook.model import Name, relation_id
from schemabook.pages import paths as paths_module
from schemabook.pages import site_pages
from schemabook.pages.paths import (
    OVERVIEW,
    RESERVED,
    Beside,
    address,
    column_page,
    group_page,
    letter_page,
    object_page,
    role_page,
    schema_page,
    slug,
)
from schemabook.project.config import read_config
from schemabook.project.inputs import load_book
from schemabook.site.addresses import add, expect_own_places

FOLDERS = ("tables", "views", "functions", "types", "sequences")
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
WORDS = (
    "index Index readme README 404 assets search schemabook public Public PUBLIC a.b a b a/b a\\b . .. ../a"
)
FORMS = ". .. ../a é e\u0301 É Å \u212b ﬁ fi ß ss SS İ i̇ \ud800 \udc00 a-b a_b a--b"
STRANGE = [*RESERVED, *FOLDERS, *DEVICES, *WORDS.split(), *FORMS.split()]
STRANGE += [
    "%2e",
    "~",
    "$",
    "of",
    "CON",
    "con.md",
    "map/index",
    "a.",
    "a ",
    " a",
    "a..",
    ".a",
    "a b",
    "x" * 63,
    "X" * 63,
    "ж" * 31,
    "",
]
ENDS = [".", " ", "_", "-", "\u0301", ".md"]
NAMES = st.one_of(
    st.sampled_from(STRANGE),
    st.text(max_size=63),
    st.text("aAbB.-_ /\\", max_size=4),
    st.sampled_from(STRANGE).map(str.swapcase),
    st.builds("{}{}".format, st.sampled_from(STRANGE), st.sampled_from(ENDS)),
)


def places(names: list[str]) -> Iterator[str]:
    """Where the site puts all objects of such names, and its own pages."""
    yield OVERVIEW
    yield from (name.page for name in Beside)
    yield from (letter_page(letter, number) for letter in ("A", "O", "Other") for number in (1, 2))
    for name in names:
        yield from (schema_page(name), role_page(name), group_page(name), column_page(name))
    for schema, folder, name in product(names, FOLDERS, names):
        yield object_page(relation_id(Name(schema, name)), folder)


def same_digits(names: list[str]) -> bool:
    """Whether two names cannot be told apart, which is an error in a build."""
    return len({slug(name) for name in names}) < len(names)


@given(st.lists(NAMES, unique=True, max_size=5))
def test_no_two_names_are_at_one_address(names: list[str]) -> None:
    if same_digits(names):
        return
    found = list(places(names))
    for directory_urls in (True, False):
        files = [File(path, "docs", "site", directory_urls) for path in found]
        whole = {unicodedata.normalize("NFC", file.dest_uri).casefold() for file in files}
        assert len(whole) == len(found)
        folders = {place.rsplit("/", count)[0] for place in whole for count in range(1, place.count("/") + 1)}
        assert not folders & whole
    assert len({address(path) for path in found}) == len(found)


@given(NAMES)
def test_any_file_system_takes_a_page_as_it_is_called(name: str) -> None:
    for path in places([name]):
        for part in path.split("/"):
            assert part.isascii()
            assert part == part.lower()
            assert len(part) < 120
            assert part.strip(". ") == part
            assert part.partition(".")[0] not in DEVICES


def test_each_site_page_that_is_made_is_known_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tables = (f'CREATE SCHEMA "{n}"; CREATE TABLE "{n}"."{n}" (a int);' for n in sorted(RESERVED))
    schemas = "".join(tables)
    Path("schema.sql").write_text(schemas + "GRANT SELECT ON ALL TABLES IN SCHEMA map TO x;", "utf-8")
    made = site_pages(load_book(read_config("dumps: [schema.sql]", Path("schemabook.yml"))))
    tops = {path.split("/")[0].removesuffix(".md") for path in made}
    assert {top for top in tops if "-" not in top} <= {"index", "public", *RESERVED}
    of_schemas = [path for path in made if path.endswith("/index.md") and not path.startswith("public")]
    assert len(of_schemas) == len(RESERVED)


def test_paths_of_pages_are_made_in_one_place() -> None:
    folder = Path(schemabook.pages.__file__).parent
    for module in folder.glob("*.py"):
        if module.name == Path(paths_module.__file__).name:
            continue
        texts = [
            node.value
            for node in ast.walk(ast.parse(module.read_text("utf-8")))
            if isinstance(node, ast.Constant)
        ]
        assert not [text for text in texts if str(text).endswith(".md") and text != ".md"], module.name


def with_one_address() -> tuple[str, str]:
    """Two names that differ in case alone, and whose digits are the same."""
    found: dict[str, str] = {}
    for bits in product((False, True), repeat=15):
        letters = zip("abcdefghijklmno", bits, strict=True)
        name = "".join(letter.upper() if is_upper else letter for letter, is_upper in letters)
        digits = hashlib.sha256(name.encode()).hexdigest()[:6]
        if digits in found and slug(name) == slug(found[digits]):
            return min(name, found[digits]), max(name, found[digits])
        found[digits] = name
    raise AssertionError


def test_two_names_with_the_same_digits_are_an_error_that_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = with_one_address()
    Path("schema.sql").write_text(f'CREATE TABLE "{one}" (a int); CREATE TABLE "{other}" (b int);', "utf-8")
    with pytest.raises(SchemaError) as error:
        site_pages(load_book(read_config("dumps: [schema.sql]", Path("schemabook.yml"))))
    assert f'the pages of "public.{one}" and "public.{other}" would be at one address' in str(error.value)


# Beside pages by hand


def generated(path: str, directory_urls: bool) -> File:
    file = File(path, "docs", "site", directory_urls)
    file.generated_by = "schemabook"
    return file


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize(
    ("theirs", "ours", "when"),
    [
        ("reference/map/index.md", "reference/map.md", "directory URLs"),
        ("reference/map/README.md", "reference/map.md", "directory URLs"),
        ("reference/Map.md", "reference/map.md", "both"),
        ("reference/map.md", "reference/map.md", "both"),
        ("reference/map.html", "reference/map.md", "plain URLs"),
        ("reference/public", "reference/public/index.md", "both"),
        ("assets/schemabook", "assets/schemabook/readable.css", "both"),
        ("Assets/Schemabook/readable.css", "assets/schemabook/readable.css", "both"),
        ("reference/maps.md", "reference/map.md", "never"),
    ],
)
def test_a_file_by_hand_at_an_address_of_ours_is_an_error(
    theirs: str, ours: str, when: str, directory_urls: bool
) -> None:
    files = Files([File(theirs, "docs", "site", directory_urls)])

    def collect() -> None:
        add(files, generated(ours, directory_urls))
        expect_own_places(files)

    if when in ("both", "directory URLs" if directory_urls else "plain URLs"):
        with pytest.raises(PluginError) as error:
            collect()
        assert theirs in str(error.value)
        assert ours in str(error.value)
    else:
        collect()


def test_a_committed_page_gives_way_to_the_one_of_the_site() -> None:
    files = Files([File("reference/index.md", "docs", "site", True)])
    add(files, generated("reference/index.md", True), is_committed=True)
    expect_own_places(files)
    assert [file.generated_by for file in files] == ["schemabook"]


@pytest.mark.parametrize(
    "path", ["../x.md", "a/../../x.md", "/etc/x.md", ".git/x", "a\\..\\x.md", "a/.b/x.md"]
)
def test_nothing_is_written_outside_of_the_site(path: str) -> None:
    with pytest.raises(PluginError, match="no page may be there"):
        add(Files([]), generated(path, True))

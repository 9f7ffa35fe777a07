"""Types of expressions, as far as they tell whether PostgreSQL adds a cast on its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from schemabook.history.values import parts_of
from schemabook.model import Database
from schemabook.read.queries.system import casts, functions, operators, plain_types
from schemabook.review.expressions import NUMBER, TYPES, Tree

SIZE = re.compile(r"\([^()]*\)")
TEXTS = frozenset({"text", "character varying", "bpchar", "character", "name"})
OF_FIRST = frozenset({"coalesce", "nullif", "greatest", "least"})
COMPARING = re.compile(r"[<>=!~]+\*?|is .*|and|or|not|in|exists")
SESSION = {"current_user": "name", "session_user": "name", "current_date": "date"} | {
    "current_timestamp": "timestamp with time zone",
    "localtimestamp": "timestamp without time zone",
}


def without_size(type_: str) -> str:
    """The type without length or precision."""
    found = SIZE.sub("", type_)
    return TYPES.get(found, found)


def is_text(type_: str) -> bool:
    """Whether it is one of the types of text, of any length."""
    return without_size(type_).removesuffix("[]") in TEXTS


class Types:
    """Tells types of expressions; empty where it does not know."""

    def __init__(self, database: Database, type_of_column: Callable[[str], str]) -> None:
        self.database, self.type_of_column = database, type_of_column

    def is_added(self, value: Tree, type_: str) -> bool | None:
        """Whether PostgreSQL turns a value into the type on its own; None where it is not known."""
        source, target = without_size(self.of(value)), without_size(type_)
        if isinstance(value, tuple) and value[0] == "array":
            known = {without_size(self.of(item)) for item in value[1:]}
            if all(self._is_constant(item) for item in value[1:]):
                return True
            source = f"{known.pop()}[]" if len(known) == 1 and "" not in known else ""
        if not source:
            return None
        source, target = (_bpchar(side) for side in (source, target))
        if source == target or (is_text(source) and is_text(target)):
            return SIZE.search(type_) is None or SIZE.findall(self.of(value)) == SIZE.findall(type_)
        if source.endswith("[]") and target.endswith("[]"):
            return self._is_implicit(source[:-2], target[:-2])
        return self._is_implicit(source, target)

    def _is_implicit(self, source: str, target: str) -> bool | None:
        if parts_of(source)[-1] == parts_of(target)[-1] and ("." in source) != ("." in target):
            return True
        below = without_size(self._domains.get(source, source))
        if below not in plain_types() or target not in plain_types():
            return True if below == target else None
        found = casts().get((below, target))
        return below == target or is_text(below) == is_text(target) is True or (found or "e")[0] == "i"

    @cached_property
    def _domains(self) -> dict[str, str]:
        return {str(name): type_.base_type for name, type_ in self.database.types.items() if type_.base_type}

    @staticmethod
    def _is_constant(tree: Tree) -> bool:
        while isinstance(tree, tuple) and tree[0] == "cast" and is_text(str(tree[2])):
            tree = tree[1]
        return isinstance(tree, str) and (tree.endswith("'") or tree == "null")

    def of(self, tree: Tree) -> str:
        """The type of an expression."""
        if isinstance(tree, str):
            if NUMBER.fullmatch(tree.removeprefix("-")):
                return "numeric" if "." in tree or "e" in tree else "integer"
            if tree in ("true", "false"):
                return "boolean"
            return "" if tree.endswith("'") else SESSION.get(tree) or self.type_of_column(tree)
        kind = str(tree[0])
        if kind == "cast":
            return str(tree[2])
        if COMPARING.fullmatch(kind):
            return "boolean"
        if kind == "call":
            return self._of_call(str(tree[1]), tree[2:])
        if kind == "case":
            results = [tree[at + 1] for at, word in enumerate(tree[:-1]) if word in ("then", "else")]
            return self._common(tuple(results))
        if kind == "[]":
            return self.of(tree[1]).removesuffix("[]")
        if kind == "query" and isinstance(tree[2], tuple) and tree[2][0] == "select" and tree[2][2]:
            return ""
        if len(tree) == 3:
            return self._of_operator(kind, without_size(self.of(tree[1])), without_size(self.of(tree[2])))
        return ""

    def _common(self, values: tuple[Tree, ...]) -> str:
        found = {without_size(self.of(value)) for value in values} - {""}
        return found.pop() if len(found) == 1 else ""

    def _of_call(self, name: str, arguments: tuple[Tree, ...]) -> str:
        name = parts_of(name)[-1].strip('"')
        if name in OF_FIRST:
            return self._common(arguments)
        results = {function.result for function in functions(name)}
        own = {routine.returns for routine in self.database.routines.values() if routine.name.name == name}
        given = [without_size(self.of(argument)) for argument in arguments]
        if len(results) > 1 and all(given):
            results = {f.result for f in functions(name) if list(map(_bpchar, given)) == list(f.arguments)}
        found = results | own
        only = found.pop() if len(found) == 1 else ""
        return "" if not only or only.startswith(("any", "SETOF", "TABLE", "record")) else only

    @staticmethod
    def _of_operator(sign: str, left: str, right: str) -> str:
        found = {f.result for f in operators(sign) if f.arguments == (left, right)}
        return found.pop() if len(found) == 1 else ""


def _bpchar(type_: str) -> str:
    return "bpchar" if type_ == "character" else type_

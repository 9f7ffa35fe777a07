"""The type of a value in a query, as PostgreSQL's parser decides it; empty where the text does not tell.

https://www.postgresql.org/docs/current/typeconv.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Protocol

from schemabook.model import Column, Name, ObjectKind, TypeKind
from schemabook.read.queries import tree
from schemabook.read.queries.catalog import Catalog
from schemabook.read.queries.conversion import UNKNOWN, Kinds, plain, type_parts
from schemabook.read.queries.expressions import COMPARISONS
from schemabook.read.queries.overloads import Found, actual, fitting, own_function, range_functions, resolve
from schemabook.read.queries.system import Function, functions, operators, sql_name
from schemabook.read.queries.tree import Node

FUNCTION_OF = re.compile(r"\b(?:function|procedure)\s*=\s*([^\s,()]+)", re.I)
"""The function of CREATE OPERATOR."""


class Level(Protocol):
    """Where a value stands: what its names mean."""

    def type_of_name(self, names: Sequence[str]) -> str:
        """The type of a column or a row."""

    def types_of_query(self, query: tree.Query) -> list[str]:
        """The types of a subquery's columns."""


class ValueTypes:
    """Finds types, with the functions and types of a database."""

    def __init__(self, database: Catalog) -> None:
        self.database = database
        self.kinds = Kinds(database)

    def type_of(self, node: Node, level: Level) -> str:
        """The type with its length or precision; `unknown` for NULL and constants in quotes."""
        match node:
            case tree.Constant() | tree.Fixed() | tree.Cast():
                return node.type
            case tree.Reference():
                return level.type_of_name(node.names)
            case tree.Call():
                return self.call(node, level).result
            case tree.Operation():
                return self._operation(node, level)
            case tree.Choice():
                return self.common(self.type_of(result, level) for result in node.results)
            case tree.NullIf():
                return self._nullif(node, level)
            case tree.Row():
                return "record"
            case tree.Array():
                return self._array(node, level)
            case tree.Collated():
                return next(self._parts(node, level))
            case tree.Element():
                kind = next(self._parts(node, level))
                return self.kinds.sliced(kind) if node.is_slice else self.kinds.subscripted(kind)
            case tree.Field():
                return self._field(node, level)
        return self._of_query(node, level)

    def _parts(self, node: Node, level: Level) -> Iterator[str]:
        return (self.type_of(part, level) for part in node.parts if isinstance(part, Node))

    def _of_query(self, node: Node, level: Level) -> str:
        """(query) and ARRAY(query)."""
        query = node.parts[0] if node.parts else None
        types = level.types_of_query(query) if isinstance(query, tree.Query) else []
        if not types:
            return ""
        kind = "text" if types[0] == UNKNOWN else types[0]
        if isinstance(node, tree.ArrayOf) and kind and not kind.endswith("[]"):
            return f"{kind}[]"
        return kind

    def common(self, types: Iterator[str]) -> str:
        """The common type, with length or precision only where all have the same."""
        found = list(types)
        if found and len(set(found)) == 1 and found[0] != UNKNOWN:
            return found[0]
        return self.kinds.common(map(plain, found))

    def _array(self, node: Node, level: Level) -> str:
        kind = self.common(self._parts(node, level)) if node.parts else ""
        return kind if not kind or kind.endswith("[]") else f"{kind}[]"

    # functions and operators

    def call(self, call: tree.Call, level: Level) -> Found:
        """The function that a call means, and what it returns."""
        arguments = [self.type_of(a, level) if isinstance(a, Node) else "" for a in call.arguments]
        kinds = list(map(plain, arguments))
        found = self.function(call.name, kinds, call.named, variadic=call.variadic)
        # A type called as a function takes a value of its own as it is.
        is_same = found.function is None and kinds == [found.result]
        return found._replace(result=arguments[0]) if is_same else found

    def function(
        self, name: Name, arguments: list[str], named: Sequence[str] = (), *, variadic: bool = False
    ) -> Found:
        """The function of this name for arguments of these types."""
        matches = fitting(self._functions(name), len(arguments), named, variadic=variadic)
        is_exact = any(m.parameters == tuple(arguments) for m in matches)
        if len(arguments) == 1 and not is_exact and (kind := self._conversion(name, arguments[0])):
            return Found(kind)
        return resolve(matches, arguments, self.kinds)

    def _functions(self, name: Name) -> Iterator[Function]:
        if name.schema in ("", "pg_catalog"):
            yield from functions(name.name)
        schemas = (name.schema,) if name.schema else self.database.session.search_path
        for full in (Name(schema, name.name) for schema in schemas):
            for signature in self.database.overloads.get(full, ()):
                if routine := self.database.routines.get(signature):
                    yield own_function(routine)
            fact = self.database.types.get(full)
            if fact and fact.kind is TypeKind.RANGE and fact.base_type:
                yield from range_functions(fact, plain(fact.base_type))

    def _conversion(self, name: Name, kind: str) -> str:
        """The type, where its name is called as a function: text(5)."""
        target = sql_name(name.name) if name.schema in ("", "pg_catalog") else ""
        if not target or not kind:
            return ""
        strings = "S" in (self.kinds.category(kind), self.kinds.category(target))
        is_cast = self.kinds.is_same_inside(kind, target) or (
            strings and not self.kinds.is_row(kind) and not self.kinds.has_cast(kind, target)
        )
        return target if kind == UNKNOWN or is_cast else ""

    def _operation(self, node: tree.Operation, level: Level) -> str:
        """Operators in a chain, a + b + c + …, one after the other."""
        chain: list[tree.Operation] = []
        inner: Node = node
        while isinstance(inner, tree.Operation) and isinstance(inner.parts[0], Node):
            chain.append(inner)
            inner = inner.parts[0]
        left = self.type_of(inner, level)
        for operation in reversed(chain):
            others = [self.type_of(part, level) for part in operation.parts[1:] if isinstance(part, Node)]
            is_row = operation.operator.name in COMPARISONS and isinstance(operation.parts[-1], tree.Row)
            left = "boolean" if is_row else self._applied(operation.operator, [left, *others]).result
        return left

    def _applied(self, operator: Name, types: list[str]) -> Found:
        found = [f for f in self._operators(operator) if len(f.arguments) == len(types)]
        matches = fitting(found, len(types))
        return resolve(matches, list(map(plain, types)), self.kinds, is_operator=True)

    def _operators(self, operator: Name) -> Iterator[Function]:
        name = "<>" if operator.name == "!=" else operator.name
        if operator.schema in ("", "pg_catalog"):
            yield from operators(name)
        schemas = (operator.schema,) if operator.schema else self.database.session.search_path
        for schema in schemas:
            for key, sql in self._own_operators.get(f"{schema}.{name}", ()):
                yield from self._own_operator(key, sql)

    @cached_property
    def _own_operators(self) -> dict[str, list[tuple[str, str]]]:
        """The operators of the database, with their SQL, by their names."""
        found: dict[str, list[tuple[str, str]]] = {}
        for (kind, key), other in self.database.others.items():
            if kind is ObjectKind.OPERATOR:
                found.setdefault(key.partition(" (")[0], []).append((key, other.sql))
        return found

    def _own_operator(self, key: str, sql: str) -> Iterator[Function]:
        """An operator of the database: its result is that of its function."""
        arguments = [a for a in key.partition(" (")[2][:-1].split(", ") if a != "NONE"]
        match = FUNCTION_OF.search(sql)
        name = type_parts(match[1]) if match else Name("", "")
        result = self.function(name, arguments).result if name.name else ""
        yield Function(tuple(arguments), result)

    def _nullif(self, node: Node, level: Level) -> str:
        """The first value as `=` takes it."""
        types = list(self._parts(node, level))
        found = self._applied(Name("", "="), types)
        taken = found.parameters[0] if found.parameters else ""
        given = types[0]
        if given == UNKNOWN:
            return actual(taken, found.bound)
        if taken.startswith("any"):
            return given if plain(given) == self.kinds.base(given) else self.kinds.base(given)
        return given if taken in (plain(given), "record") else taken

    # parts of rows

    def columns_of(self, kind: str) -> tuple[tuple[str, str], ...] | None:
        """The columns of a composite type or of a relation's rows; None where it is neither."""
        kind = self.kinds.base(plain(kind))
        if not self.kinds.is_row(kind):
            return None
        if fact := self.kinds.fact(kind):
            return tuple((a.name, a.type) for a in fact.attributes)
        columns = self.database.parts_of(Column, type_parts(kind)).values()
        return tuple((column.name, column.type) for column in columns)

    def row_columns(self, value: Node, level: Level) -> tuple[tuple[str, str], ...] | None:
        """The columns of a row; None where it is none, or not known."""
        if isinstance(value, tree.Call):
            found = self.call(value, level)
            if found.result == "record":
                return found.columns() or None
        return self.columns_of(self.type_of(value, level))

    def columns_in_from(self, value: Node, alias: str, level: Level) -> tuple[tuple[str, str], ...] | None:
        """The columns of a function in FROM: one, if what it returns is no row."""
        found = self.call(value, level) if isinstance(value, tree.Call) else None
        kind = found.result if found else self.type_of(value, level)
        columns = self.row_columns(value, level)
        if columns is not None:
            return columns
        is_range = found is not None and found.function and found.function.result.endswith("range")
        if (not kind and not is_range) or kind == "record":
            return None
        own = found.columns() if found else ()
        if len(own) == 1:
            return own
        return ((alias or getattr(value, "output_name", ""), kind),)

    def _field(self, node: tree.Field, level: Level) -> str:
        value = node.parts[0]
        columns = (self.row_columns(value, level) if isinstance(value, tree.Call) else None) or ()
        found = next((kind for name, kind in columns if name == node.name), None)
        return self.field(next(self._parts(node, level)), node.name) if found is None else found

    def field(self, kind: str, name: str) -> str:
        """The type of (value).name: a column of it, or what a function makes of it."""
        columns = self.columns_of(kind)
        if columns is None:
            return ""
        found = next((t for n, t in columns if n == name), None)
        return self.function(Name("", name), [plain(kind)]).result if found is None else found

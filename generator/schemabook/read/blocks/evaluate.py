"""Expressions in a DO block, answered from the model as PostgreSQL would answer them from its catalogs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlglot import exp

from schemabook.errors import Source
from schemabook.model import Statement
from schemabook.read.blocks.catalogs import CATALOGS
from schemabook.read.blocks.failures import Failed, RunsCode
from schemabook.read.blocks.queries import Rows, Scope, name_of, rows_of
from schemabook.read.blocks.rows import namespace
from schemabook.read.blocks.values import MAYBE, Maybe, all_of, any_of, compared, opposite
from schemabook.read.queries.parsing import parse
from schemabook.read.state.builder import Builder
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.tokens import folded

VERSION = 180000
"""The version whose catalogs the model has."""
SIGNS: Mapping[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
SPELLED = frozenset(
    "bigint bit boolean char character dec decimal double float int integer interval national nchar numeric"
    " real smallint time timestamp varchar".split()
)
"""Words with which SQL has other names for types of pg_catalog."""
TEXTS = ("text", "name", "varchar")
SWAPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Evaluator:
    """Answers what is asked, given what was read before and the variables of the block."""

    def __init__(self, database: Builder, variables: Mapping[str, Any]) -> None:
        self.database = database
        self.variables = variables
        self.catalogs: set[str] = set()
        """The catalogs that were looked at."""

    def value(self, text: str) -> Any:
        """The value of an expression; a `Maybe` where only PostgreSQL knows it.

        Raises Failed where PostgreSQL would fail.
        """
        return self.of(self.parsed(f"SELECT {text}").expressions[0], ())

    def parsed(self, text: str) -> exp.Select:
        """The query as a tree.

        Raises RunsCode where it cannot be read.
        """
        tree = parse(text, Cursor(Statement(self.database.statement.source, text)).keys[:-1])
        if not isinstance(tree, exp.Select) or not tree.expressions:
            shown = " ".join(text.removeprefix("SELECT ").split())
            raise RunsCode(f"the DO block asks what is not understood: {shown[:60]}")
        return tree

    def selected(self, text: str) -> tuple[Any, Any]:
        """The value that a query yields, and whether it finds a row."""
        tree = self.parsed(text)
        if not (tree.args.get("from_") or tree.args.get("from")):
            return self.of(tree.expressions[0], ()), True
        return _scalar(self, exp.Subquery(this=tree), ()), _exists(self, exp.Exists(this=tree), ())

    def rows(self, query: exp.Expression, scopes: tuple[Scope, ...] = ()) -> Rows:
        """What a query finds."""
        return rows_of(self, query, scopes)

    def of(self, node: Any, scopes: tuple[Scope, ...]) -> Any:
        """The value of a part of an expression; *scopes* hold the rows that it may name, inner ones first."""
        answer = ANSWERS.get(type(node))
        return answer(self, node, scopes) if answer else MAYBE

    def column(self, node: exp.Column, scopes: tuple[Scope, ...]) -> Any:
        """The value of a column or a variable."""
        name, table = name_of(node.this), name_of(node.args.get("table"))
        for scope in scopes:
            if table and table in scope:
                return scope[table].get(name, MAYBE)
            found = [row for row in scope.values() if not table and name in row]
            if found and name in self.variables:
                return MAYBE  # PostgreSQL finds it ambiguous.
            if len(found) == 1:
                return found[0][name]
            if found:
                return MAYBE
        return self.variables.get(name, MAYBE) if not table else MAYBE

    def cast(self, value: Any, kind: str) -> Any:
        """A value as another type; Failed where a name is no name of an object."""
        kind = kind.removeprefix("pg_catalog.")
        if kind in OBJECTS and isinstance(value, str):
            found = OBJECTS[kind](self, value)
            if found is None:
                condition, what = MISSING_OBJECT[kind]
                raise Failed(condition, f'{what} "{value}" does not exist')
            return found
        if kind in (*TEXTS, *OBJECTS, "oid", "bool", "boolean"):
            is_same = isinstance(value, str) == (kind in TEXTS)
            return value if is_same or value is None else MAYBE
        if kind in ("int", "integer", "bigint", "numeric") and isinstance(value, (int, str)):
            return int(value) if re.fullmatch(r"-?\d{1,18}", str(value)) else MAYBE
        return None if value is None else MAYBE

    def relation(self, text: str) -> Any:
        """What to_regclass finds."""
        return self._named(text, "pg_class", "relname", "relnamespace")

    def type(self, text: str) -> Any:
        """What to_regtype finds; types of pg_catalog have more names than one."""
        if "(" in text or text.split(" ")[0].lower() in SPELLED:
            return MAYBE
        return self._named(text, "pg_type", "typname", "typnamespace")

    def schema(self, text: str) -> Any:
        """What to_regnamespace finds."""
        parts = _parts(text)
        if parts is None or len(parts) != 1:
            return MAYBE
        found = any_of(
            compared("=", row["nspname"], parts[0]) for row in CATALOGS["pg_namespace"](self.database)
        )
        return MAYBE if found is MAYBE else namespace(parts[0]) if found else None

    def _named(self, text: str, catalog: str, name: str, schema: str) -> Any:
        parts = _parts(text)
        if parts is None or len(parts) > 2:
            return MAYBE
        path = parts[:-1] or ["pg_catalog", *self.database.session.search_path]
        rows = list(CATALOGS[catalog](self.database))
        for one in path:
            for row in rows:
                fits = all_of(
                    (compared("=", row[name], parts[-1]), compared("=", row[schema], namespace(one)))
                )
                if fits is True:
                    return row["oid"]
                if fits is MAYBE:
                    return MAYBE
        return None


def _parts(text: str) -> list[str] | None:
    try:
        c = Cursor(Statement(Source("name", 1), text))
        parts = c.parts()
    except UnexpectedToken:
        return None
    return parts if c.done else None


# The answers by kind of node


def _compare(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    sign = SIGNS[type(node)]
    left, right = node.this, node.expression
    if isinstance(right, exp.Any):
        return _with_any(e, sign, e.of(left, scopes), right, scopes)
    if isinstance(left, exp.Any):
        return _with_any(e, SWAPPED[sign], e.of(right, scopes), left, scopes)
    return compared(sign, e.of(left, scopes), e.of(right, scopes))


def _with_any(e: Evaluator, sign: str, value: Any, node: exp.Any, scopes: tuple[Scope, ...]) -> Any:
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, exp.Array):
        return any_of(compared(sign, value, e.of(one, scopes)) for one in inner.expressions)
    if isinstance(inner, exp.Subquery):
        return _among(e, sign, value, inner.this, scopes)
    return MAYBE


def _among(e: Evaluator, sign: str, value: Any, query: Any, scopes: tuple[Scope, ...]) -> Any:
    if len(query.expressions) != 1:
        return MAYBE
    return any_of(
        all_of((certainty, compared(sign, value, e.of(query.expressions[0], found))))
        for certainty, found in e.rows(query, scopes)
    )


def _in(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    value = e.of(node.this, scopes)
    if query := node.args.get("query"):
        return _among(e, "=", value, query.this, scopes)
    return any_of(compared("=", value, e.of(one, scopes)) for one in node.expressions)


def _is(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    value = e.of(node.this, scopes)
    if isinstance(node.expression, exp.Null):
        if isinstance(value, Maybe) and value.may_be_null:
            return MAYBE
        found = value is None
    elif isinstance(value, Maybe):
        return MAYBE
    elif isinstance(node.expression, exp.Boolean):
        found = value is bool(node.expression.this)
    else:
        return MAYBE
    return not found if node.args.get("negate") else found


def _exists(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    query = node.this
    while isinstance(query, (exp.Subquery, exp.Paren)):
        query = query.this
    if isinstance(query, exp.Union):
        return any_of(_exists(e, exp.Exists(this=part), scopes) for part in (query.left, query.right))
    if any(isinstance(one.unalias(), exp.AggFunc) for one in query.expressions) and not query.args.get(
        "group"
    ):
        return True  # An aggregate yields a row, whatever it finds.
    return any_of(certainty for certainty, _ in e.rows(query, scopes))


def _scalar(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    query = node.this
    if not isinstance(query, exp.Select) or len(query.expressions) != 1:
        return MAYBE
    found = e.rows(query, scopes)
    if any(certainty is not True for certainty, _ in found):
        return MAYBE
    wanted = query.expressions[0].unalias()
    if isinstance(wanted, exp.Count) and isinstance(wanted.this, (exp.Star, exp.Literal)):
        return len(found) if not query.args.get("group") else MAYBE
    if wanted.find(exp.AggFunc) or len(found) > 1:
        return MAYBE
    return e.of(wanted, found[0][1]) if found else None


def _like(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    value, pattern = e.of(node.this, scopes), e.of(node.expression, scopes)
    if value is None or pattern is None:
        return None
    if not isinstance(value, str) or not isinstance(pattern, str) or "\\" in pattern:
        return MAYBE
    wanted = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern)
    flags = re.S | (re.I if isinstance(node, exp.ILike) else 0)
    return re.fullmatch(wanted, value, flags) is not None


def _literal(_: Evaluator, node: Any, __: tuple[Scope, ...]) -> Any:
    if node.is_string:
        return str(node.this)
    return int(node.this) if str(node.this).isdecimal() else MAYBE


def _function(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    name, arguments = folded(str(node.this)), [e.of(one, scopes) for one in node.expressions]
    if name in LOOKUPS and len(arguments) == 1:
        if arguments[0] is None:
            return None
        return LOOKUPS[name](e, arguments[0]) if isinstance(arguments[0], str) else MAYBE
    if name == "current_setting" and arguments[:1] == ["server_version_num"]:
        return str(VERSION)
    return MAYBE


def _case_of(change: Callable[[str], str]) -> Callable[..., Any]:
    def answer(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
        value = e.of(node.this, scopes)
        return (
            change(value) if isinstance(value, str) and value.isascii() else None if value is None else MAYBE
        )

    return answer


def _coalesce(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    return next((v for one in (node.this, *node.expressions) if (v := e.of(one, scopes)) is not None), None)


def _joined(e: Evaluator, node: Any, scopes: tuple[Scope, ...]) -> Any:
    left, right = e.of(node.this, scopes), e.of(node.expression, scopes)
    if left is None or right is None:
        return None
    return left + right if isinstance(left, str) and isinstance(right, str) else MAYBE


def _both(which: Callable[[Iterable[Any]], Any]) -> Callable[..., Any]:
    return lambda e, node, scopes: which(e.of(one, scopes) for one in (node.this, node.expression))


LOOKUPS: Mapping[str, Callable[[Evaluator, str], Any]] = {
    "to_regclass": Evaluator.relation,
    "to_regtype": Evaluator.type,
    "to_regnamespace": Evaluator.schema,
}
OBJECTS = {name.removeprefix("to_"): lookup for name, lookup in LOOKUPS.items()}
MISSING_OBJECT = {
    "regclass": ("undefined_table", "relation"),
    "regtype": ("undefined_object", "type"),
    "regnamespace": ("invalid_schema_name", "schema"),
}
ANSWERS: Mapping[type[Any], Callable[..., Any]] = {
    **dict.fromkeys(SIGNS, _compare),
    exp.And: _both(all_of),
    exp.Or: _both(any_of),
    exp.Not: lambda e, node, scopes: opposite(e.of(node.this, scopes)),
    exp.Paren: lambda e, node, scopes: e.of(node.this, scopes),
    exp.Alias: lambda e, node, scopes: e.of(node.this, scopes),
    exp.Column: lambda e, node, scopes: e.column(node, scopes),
    exp.Literal: _literal,
    exp.Boolean: lambda e, node, scopes: bool(node.this),
    exp.Null: lambda e, node, scopes: None,
    exp.Exists: _exists,
    exp.Subquery: _scalar,
    exp.In: _in,
    exp.Is: _is,
    exp.Like: _like,
    exp.ILike: _like,
    exp.Cast: lambda e, node, scopes: e.cast(
        e.of(node.this, scopes), node.args["to"].sql("postgres").lower()
    ),
    exp.Anonymous: _function,
    exp.Lower: _case_of(str.lower),
    exp.Upper: _case_of(str.upper),
    exp.Coalesce: _coalesce,
    exp.DPipe: _joined,
    exp.CurrentSchema: lambda e, node, scopes: e.database.session.creation_schema,
}
"""What is known to answer; of any other kind the value is not known."""

"""The type of a value in a query, where it is certain: a wrong one would be worse than none.

https://www.postgresql.org/docs/current/typeconv.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlglot import exp

from schemabook.read.types import without_modifiers

Find = Callable[[exp.Expr], str]
"""Returns the type of a value, or the empty string."""

UNKNOWN = "unknown"
"""The type of NULL and of a constant in quotes, until something else decides."""
INTEGERS = ("smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "numeric", "real", "double precision")
"""The types of numbers: each turns into one after it on its own."""
TEXTS = frozenset({"text", "character varying"})
TIMESTAMP, TIMESTAMPTZ = "timestamp without time zone", "timestamp with time zone"
INTERVAL = "interval"
MOMENTS = frozenset({TIMESTAMP, TIMESTAMPTZ})
ORDERED = frozenset(
    {*NUMBERS, *MOMENTS, "money", "date", "time without time zone", "time with time zone", INTERVAL, "inet"}
)
"""Types that max, min, lag and the like return as they are."""
SUMS = {
    **dict.fromkeys(("smallint", "integer"), "bigint"),
    **dict.fromkeys(("bigint", "numeric"), "numeric"),
    **{name: name for name in ("real", "double precision", "money", INTERVAL)},
}
AVERAGES = {
    **dict.fromkeys((*INTEGERS, "numeric"), "numeric"),
    **dict.fromkeys(("real", "double precision"), "double precision"),
    INTERVAL: INTERVAL,
}
ROUNDED = {"numeric": "numeric", **dict.fromkeys((*INTEGERS, "real", "double precision"), "double precision")}
TRUNCATED = {TIMESTAMP: TIMESTAMP, TIMESTAMPTZ: TIMESTAMPTZ, "date": TIMESTAMPTZ, INTERVAL: INTERVAL}
IN_ZONE = {TIMESTAMP: TIMESTAMPTZ, TIMESTAMPTZ: TIMESTAMP}

FIXED: Mapping[type[exp.Expr], str] = {
    **dict.fromkeys((exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank), "bigint"),
    **dict.fromkeys((exp.Boolean, exp.Not, exp.And, exp.Or, exp.LogicalAnd, exp.LogicalOr), "boolean"),
    **dict.fromkeys((exp.Concat, exp.ConcatWs, exp.TimeToStr, exp.MD5), "text"),
    **dict.fromkeys((exp.StrPosition, exp.ArraySize, exp.Ntile), "integer"),
    exp.CurrentDate: "date",
    exp.Uuid: "uuid",
    exp.MatchAgainst: "boolean",
}
FUNCTIONS = {
    **dict.fromkeys(("jsonb_agg", "jsonb_build_object", "jsonb_build_array", "jsonb_object_agg"), "jsonb"),
    **dict.fromkeys(("json_build_object", "json_build_array", "row_to_json", "to_json"), "json"),
    **dict.fromkeys(("cardinality", "json_array_length", "jsonb_array_length"), "integer"),
    "to_jsonb": "jsonb",
    "every": "boolean",
    "current_setting": "text",
}
"""Functions that return one type whatever they are given, and that sqlglot has no class for."""
OF_TEXT: Mapping[type[exp.Expr], str] = {
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Left, exp.Right), "text"),
    **dict.fromkeys((exp.Replace, exp.RegexpReplace, exp.SplitPart, exp.GroupConcat, exp.Initcap), "text"),
    exp.Length: "integer",
}
"""What these functions return for a text; for ranges or bytes some return another type."""


def value_type(value: exp.Expr, find: Find) -> str:
    """The type of a value that is no column, cast or subquery; *find* knows those of its parts."""
    if kind := FIXED.get(type(value)):
        return kind
    if rule := RULES.get(type(value)):
        return rule(value, find)
    if kind := OF_TEXT.get(type(value)):
        return kind if _argument(value, find) in (*TEXTS, UNKNOWN) else ""
    if isinstance(value, exp.Anonymous):
        return FUNCTIONS.get(str(value.this).lower(), "")
    return "boolean" if isinstance(value, exp.Predicate) else ""


def common_type(types: Iterable[str]) -> str:
    """The type of CASE, COALESCE, UNION and the like; https://www.postgresql.org/docs/current/typeconv-union-case.html."""
    found = list(types)
    known = [kind for kind in found if kind != UNKNOWN]
    if "" in known:
        return ""
    if not known:
        return "text"
    if len(set(found)) == 1:
        return known[0]
    plain = {_plain(kind) for kind in known}
    if len(plain) == 1:
        only = plain.pop()
        return only if "." not in only else ""  # a domain gives way to its base type
    return max(plain, key=NUMBERS.index) if plain <= set(NUMBERS) else ""


def _plain(kind: str) -> str:
    """The type without length or precision; empty for the few that have another name then."""
    plain = without_modifiers(kind)
    return "" if plain.removesuffix("[]") in ("character", "bpchar", "bit") else plain


def _argument(value: exp.Expr, find: Find) -> str:
    """The type of what a function is given, without length or precision."""
    inner = value.this
    while isinstance(inner, exp.Order | exp.Distinct):  # sum(DISTINCT x), array_agg(x ORDER BY y)
        inner = inner.this or (inner.expressions[0] if len(inner.expressions) == 1 else None)
    return _plain(find(inner)) if isinstance(inner, exp.Expr) else ""


def _literal(value: exp.Expr, _: Find) -> str:
    if value.is_string:
        return UNKNOWN
    digits = str(value.this)
    if not digits.isdecimal():
        return "numeric" if digits.replace(".", "", 1).isdecimal() else ""
    number = int(digits)
    if number in (2**31, 2**63):  # the sign decides
        return ""
    return "integer" if number < 2**31 else "bigint" if number < 2**63 else "numeric"


def _all(value: exp.Expr, find: Find) -> str:
    """COALESCE, GREATEST and LEAST."""
    return common_type(find(item) for item in (value.this, *value.expressions))


def _case(value: exp.Expr, find: Find) -> str:
    results = [branch.args["true"] for branch in value.args["ifs"]]
    otherwise = value.args.get("default")
    return common_type([*map(find, results), find(otherwise) if otherwise else UNKNOWN])


def _nullif(value: exp.Expr, find: Find) -> str:
    kind, other = find(value.this), find(value.expression)
    plain = _plain(kind)
    if other != UNKNOWN and _plain(other) != plain:
        return ""
    return "text" if plain in TEXTS else kind if plain in ORDERED else ""


def _inner(value: exp.Expr, find: Find) -> str:
    """Parentheses, FILTER and OVER."""
    return find(value.this)


def _by(kinds: Mapping[str, str]) -> Callable[[exp.Expr, Find], str]:
    return lambda value, find: kinds.get(_argument(value, find), "")


def _round(value: exp.Expr, find: Find) -> str:
    """Only numeric has a number of decimals."""
    kind = _argument(value, find)
    return "numeric" if value.args.get("decimals") and kind in NUMBERS else ROUNDED.get(kind, "")


def _extreme(value: exp.Expr, find: Find) -> str:
    """The greatest text of any kind is a text."""
    kind = _argument(value, find)
    return "text" if kind in TEXTS else kind if kind in ORDERED else ""


def _same(value: exp.Expr, find: Find) -> str:
    """A value of another row."""
    kind = _argument(value, find)
    return "" if value.args.get("default") or kind == UNKNOWN else kind


def _array_of(value: exp.Expr, find: Find) -> str:
    kind = _argument(value, find)
    return "" if kind in ("", UNKNOWN) else f"{kind.removesuffix('[]')}[]"


def _array(value: exp.Expr, find: Find) -> str:
    """ARRAY[…]."""
    kind = common_type(map(find, value.expressions)) if value.expressions else ""
    return "" if not kind or kind.endswith("[]") else f"{kind}[]"


def _element(value: exp.Expr, find: Find) -> str:
    """array[n] or jsonb['key']."""
    kind = find(value.this)
    if len(value.expressions) != 1 or isinstance(value.expressions[0], exp.Slice):
        return ""
    return kind[:-2] if kind.endswith("[]") else kind if kind == "jsonb" else ""


def _negative(value: exp.Expr, find: Find) -> str:
    kind = _argument(value, find)
    return kind if kind in (*NUMBERS, INTERVAL) else ""


def _json(value: exp.Expr, find: Find) -> str:
    kind = find(value.this)
    return kind if kind in ("json", "jsonb") else ""


def _json_text(value: exp.Expr, find: Find) -> str:
    return "text" if find(value.this) in ("json", "jsonb") else ""


def _joined(value: exp.Expr, find: Find) -> str:
    """Text || anything but an array is a text; equal arrays, or two values of jsonb, make one."""
    left, right = _plain(find(value.this)), _plain(find(value.expression))
    either = {left, right}
    if "" in either or any("." in kind for kind in either):
        return ""
    if either & TEXTS and not any(kind.endswith("[]") for kind in either):
        return "text"
    return left if left == right and (left == "jsonb" or left.endswith("[]")) else ""


def _arithmetic(value: exp.Expr, find: Find) -> str:
    left, right = (
        INTERVAL if isinstance(side, exp.Interval) else _plain(find(side))
        for side in (value.this, value.expression)
    )
    if left in NUMBERS and right in NUMBERS:
        return _number(left, right)
    if isinstance(value, exp.Sub) and left == right and left in (*MOMENTS, "date"):
        return "integer" if left == "date" else INTERVAL
    if isinstance(value, exp.Add | exp.Sub):
        return _moved(left, right) or (_moved(right, left) if isinstance(value, exp.Add) else "")
    return ""


def _number(left: str, right: str) -> str:
    """Numbers with a fraction in binary meet as double precision unless both are real."""
    wider = max(left, right, key=NUMBERS.index)
    return "double precision" if wider == "real" and left != right else wider


def _moved(moment: str, distance: str) -> str:
    """A moment and what is added to it or taken from it."""
    if distance == INTERVAL and moment in (*MOMENTS, INTERVAL):
        return moment
    if moment == "date":
        return {INTERVAL: TIMESTAMP, "integer": "date"}.get(distance, "")
    return ""


def _now(kind: str) -> Callable[[exp.Expr, Find], str]:
    """CURRENT_TIMESTAMP without a precision."""
    return lambda value, _: "" if value.this else kind


RULES: Mapping[type[exp.Expr], Callable[[exp.Expr, Find], str]] = {
    exp.Literal: _literal,
    exp.Null: lambda _, __: UNKNOWN,
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least), _all),
    exp.Case: _case,
    exp.Nullif: _nullif,
    **dict.fromkeys((exp.Paren, exp.Filter, exp.Window), _inner),
    exp.Sum: _by(SUMS),
    exp.Avg: _by(AVERAGES),
    **dict.fromkeys((exp.Max, exp.Min), _extreme),
    **dict.fromkeys((exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue), _same),
    exp.ArrayAgg: _array_of,
    exp.Array: _array,
    exp.Bracket: _element,
    **dict.fromkeys((exp.Neg, exp.Abs), _negative),
    exp.Round: _round,
    **dict.fromkeys((exp.Floor, exp.Ceil), _by(ROUNDED)),
    exp.TimestampTrunc: _by(TRUNCATED),
    exp.AtTimeZone: _by(IN_ZONE),
    **dict.fromkeys((exp.JSONExtract, exp.JSONBExtract), _json),
    **dict.fromkeys((exp.JSONExtractScalar, exp.JSONBExtractScalar), _json_text),
    exp.DPipe: _joined,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), _arithmetic),
    exp.CurrentTimestamp: _now(TIMESTAMPTZ),
    exp.Localtimestamp: _now(TIMESTAMP),
}

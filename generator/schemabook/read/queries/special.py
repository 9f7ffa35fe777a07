"""Reader that look like calls and have a grammar of their own: EXTRACT, TRIM, XMLELEMENT, JSON_VALUE.

https://www.postgresql.org/docs/current/functions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from schemabook.model import Name
from schemabook.read.queries import tree
from schemabook.read.queries.tree import Node
from schemabook.read.text.cursor import Cursor

BESIDE_IN = 6
"""How tightly operators bind beside IN; `expressions` has the levels."""


class Reader(Protocol):
    """The reader of values, as far as these forms need it."""

    c: Cursor

    def expression(self, level: int = 0) -> Node:
        """An expression."""

    def expressions(self) -> tuple[Node, ...]:
        """Expressions between commas."""

    def in_parentheses(self) -> tuple[Node, ...]:
        """Expressions between commas in parentheses."""

    def query_in_parentheses(self) -> tree.Query:
        """(query)."""

    def read_type(self) -> str:
        """A type, as `format_type` prints it."""

    def filter_and_over(self) -> list[Node]:
        """FILTER (WHERE …) and OVER …: the expressions in them."""


Special = Callable[[Reader], Node]
VALUES = {
    "current_date": "date",
    "current_time": "time with time zone",
    "current_timestamp": "timestamp with time zone",
    "localtime": "time without time zone",
    "localtimestamp": "timestamp without time zone",
    **dict.fromkeys(("current_role", "current_user", "session_user", "user", "current_catalog"), "name"),
    "current_schema": "name",
    "system_user": "text",
}
"""Functions without parentheses, and what they return."""


def called(name: str, *arguments: Node, output_name: str = "") -> Node:
    """A call of a function of pg_catalog."""
    return tree.Call(arguments, Name("pg_catalog", name), len(arguments), output_name=output_name or name)


def _cast(e: Reader) -> Node:
    e.c.expect("(")
    value = e.expression()
    e.c.expect("as")
    kind = e.read_type()
    e.c.expect(")")
    return tree.Cast((value,), kind)


def _choice(word: str) -> Special:
    def read(e: Reader) -> Node:
        values = e.in_parentheses()
        return tree.Choice(values, values, word)

    return read


def _array(e: Reader) -> Node:
    if e.c.key == "(":
        return tree.ArrayOf((e.query_in_parentheses(),))
    return _elements(e)


def _elements(e: Reader) -> Node:
    """[ a, b ], or lists of lists."""
    c = e.c
    c.expect("[")
    if c.accept("]"):
        return tree.Array()
    parts = c.separated(lambda: _elements(e) if c.key == "[" else e.expression())
    c.expect("]")
    return tree.Array(parts)


def _extract(e: Reader) -> Node:
    e.c.expect("(")
    e.c.skip()
    e.c.expect("from")
    value = e.expression()
    e.c.expect(")")
    return called("extract", tree.Constant(), value)


def _parts(e: Reader, *words: str) -> list[tuple[str, Node]]:
    """( value word value … ): expressions, each with the word before it."""
    c = e.c
    c.expect("(")
    found: list[tuple[str, Node]] = []
    word = ""
    while c.key != ")":
        found.append((word, e.expression()))
        word = c.one_of(",", *words) or ""
        if not word:
            break
    c.expect(")")
    return found


def _substring(e: Reader) -> Node:
    """(text FROM start FOR count), (text SIMILAR pattern ESCAPE escape), or a plain call."""
    parts = _parts(e, "from", "for", "escape", "similar")
    by_word = {word: value for word, value in parts if word}
    if "for" in by_word and "," not in by_word:
        start = by_word.get("from") or tree.Constant((), "integer")
        return called("substring", parts[0][1], start, by_word["for"])
    return called("substring", *(value for _, value in parts))


def _position(e: Reader) -> Node:
    c = e.c
    c.expect("(")
    part = e.expression(BESIDE_IN)  # IN would be taken for the operator
    c.expect("in")
    whole = e.expression(BESIDE_IN)
    c.expect(")")
    return called("position", whole, part)


def _trim(e: Reader) -> Node:
    c = e.c
    c.expect("(")
    word = c.one_of("both", "leading", "trailing")
    values = () if c.key == "from" else e.expressions()
    if c.accept("from"):
        values = (*e.expressions(), *values)
    c.expect(")")
    return called({"leading": "ltrim", "trailing": "rtrim"}.get(word or "", "btrim"), *values)


def _normalize(e: Reader) -> Node:
    c = e.c
    c.expect("(")
    value = e.expression()
    if c.accept(","):
        c.skip()
    c.expect(")")
    return called("normalize", value)


def _skipped(kind: str, output_name: str) -> Special:
    """What has one type, or the one behind RETURNING; the expressions in it are looked for."""

    def read(e: Reader) -> Node:
        c = e.c
        c.expect("(")
        parts: list[Node] = []
        found = kind
        while c.key not in (")", ""):
            if c.accept("returning") or (output_name == "xmlserialize" and c.accept("as")):
                found = e.read_type()
            elif c.accept("as") or c.key in PUNCTUATION or (c.key in WORDS and c.peek() not in AFTER_VALUE):
                c.skip()
            else:
                parts.append(e.expression())
        c.expect(")")
        parts += e.filter_and_over()
        return tree.Fixed(tuple(parts), found, output_name)

    return read


PUNCTUATION = frozenset({",", ":"})
AFTER_VALUE = frozenset({",", ".", "::", "||", "as"})
"""What shows that such a word is a column."""
WORDS = frozenset(
    """
    absent array as conditional content default document empty encoding error format key keys name no null
    object on passing path quotes keep omit ref by scalar string standalone strip true false unconditional
    unique unknown utf8 value version whitespace with without wrapper yes xmlattributes preserve json
    """.split()
)
"""Words of their grammars between the expressions."""
SPECIAL: dict[str, Special] = {
    "cast": _cast,
    "treat": _cast,
    **{word: _choice(word) for word in ("coalesce", "greatest", "least")},
    "nullif": lambda e: tree.NullIf(e.in_parentheses()),
    "array": _array,
    "row": lambda e: tree.Row(e.in_parentheses()),
    "exists": lambda e: tree.Fixed((e.query_in_parentheses(),), "boolean", "exists"),
    "extract": _extract,
    "substring": _substring,
    "overlay": lambda e: called("overlay", *(value for _, value in _parts(e, "placing", "from", "for"))),
    "position": _position,
    "trim": _trim,
    "normalize": _normalize,
    "grouping": lambda e: tree.Fixed(e.in_parentheses(), "integer", "grouping"),
    "merge_action": _skipped("text", "merge_action"),
    **{
        name: _skipped(kind, name)
        for kind, names in {
            "xml": "xmlconcat xmlelement xmlforest xmlparse xmlpi xmlroot",
            "text": "xmlserialize json_serialize json_value",
            "boolean": "xmlexists json_exists",
            "json": "json json_array json_arrayagg json_object json_objectagg json_scalar",
            "jsonb": "json_query",
        }.items()
        for name in names.split()
    },
}
"""How to read what stands in the parentheses, by the word before them."""

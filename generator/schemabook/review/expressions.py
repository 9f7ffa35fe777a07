"""Whether two expressions are one in other words: with parentheses, casts and operators that PostgreSQL adds.

PostgreSQL prints `a IN (1, 2)` as `(a = ANY (ARRAY[1, 2]))` and gives constants
the types that they have anyway.
What is not read here is the same only where it has the same tokens.

Precedence: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from schemabook.model import split_tokens

Tree: TypeAlias = str | tuple["Tree", ...]
"""A token, or what it is with its parts: `("and", …)`, `("cast", value, type)`, `("call", name, …)`."""
NAME = re.compile(r'[a-z_\x80-\uffff][\w$]*|"(?:[^"]|"")*"')
PLAIN = re.compile(r'"([a-z_][a-z0-9_$]*)"')
OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
NUMBER = re.compile(r"\d[\d.e]*")
CUT_SIGN = re.compile(r"! (?=[~=])")
"""`!~~` is cut in two by the tokenizer."""
OR, AND, NOT, IS, COMPARED, AMONG, OTHER, SUM, PRODUCT, POWER, AT, SIGN, CAST = range(1, 14)
BINDING = {"or": OR, "and": AND, "is": IS, "isnull": IS, "notnull": IS, "^": POWER, "at": AT, "collate": AT}
BINDING |= dict.fromkeys(("=", "<", ">", "<=", ">=", "<>", "!="), COMPARED) | {"[": CAST, "::": CAST}
BINDING |= dict.fromkeys(("between", "in", "like", "ilike", "not"), AMONG)
BINDING |= dict.fromkeys("+-", SUM) | dict.fromkeys("*/%", PRODUCT)
SIGNS = {"like": "~~", "ilike": "~~*", "!=": "<>"}
NOT_READ = frozenset(
    {"select", "with", "values", "row", "similar", "overlaps", "symmetric", "escape", "from", "order"}
    | {
        "distinct",
        "filter",
        "over",
        "within",
        "variadic",
        "then",
        "when",
        "else",
        "end",
        "as",
        "using",
        "for",
    }
)
TYPE_WORDS = frozenset({"varying", "precision", "with", "without", "time", "zone"})
TYPES = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "varchar": "character varying",
    "char": "character",
    "decimal": "numeric",
    "float8": "double precision",
    "float4": "real",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
}
"""Other names of types; https://www.postgresql.org/docs/current/datatype.html."""
NUMBERS = ("integer", "bigint", "smallint", "numeric", "double precision")
TEXTS = ("text", "character varying", "bpchar", "name")
OF_LITERALS = frozenset(
    {"date", "interval", "time", "timestamp", "timestamptz", "uuid", "json", "jsonb", "inet"}
)


class UnreadError(Exception):
    """A form that is not read."""


def same(old: str, new: str, types: Mapping[str, str]) -> bool:
    """Whether the tokens of two expressions say the same; *types* are those of the columns by name."""
    before, after = _tree(old), _tree(new)
    return bool(before and after) and _alike(before, after, types)


@lru_cache(4096)
def _tree(tokens: str) -> Tree:
    """The tree of an expression; empty where it has a form that is not read."""
    reader = Reader(split_tokens(CUT_SIGN.sub("!", tokens)))
    try:
        found = reader.expression()
        reader.expect("")
    except (UnreadError, RecursionError):
        return ""
    return found


def _alike(old: Tree, new: Tree, types: Mapping[str, str]) -> bool:
    if old == new:
        return True
    if _is_cast(old) and _is_cast(new) and old[2] != new[2] and not {old[2], new[2]} <= set(TEXTS):
        return False  # Each says a type of its own.
    if _is_cast(old) and _is_cast(new) and old[2] == new[2]:
        inner = {cast[1][2] for cast in (old, new) if _is_cast(cast[1])}
        return inner <= set(TEXTS) and _alike(old[1], new[1], types)
    if _is_cast(old) != _is_cast(new) or (_is_cast(old) and old[2] != new[2]):
        is_twice = _is_cast(old) and _is_cast(new)
        for cast, other in ((old, new), (new, old)):
            if is_twice and not _is_cast(cast[1]):
                continue  # A type of its own, not one that text goes through.
            if _is_cast(cast) and _goes_without_saying(cast, types) and _alike(cast[1], other, types):
                return True
            if _is_cast(cast) and cast[2] in NUMBERS and isinstance(cast[1], str) and cast[1] == f"'{other}'":
                return True  # `-1`, as PostgreSQL prints it
        return False
    if isinstance(old, str) or isinstance(new, str) or len(old) != len(new):
        return False
    if old[0] == new[0] and old[0] in ("and", "or"):
        return _have_same_parts(old[1:], new[1:], types)
    has_sides = old[0] == new[0] and old[0] in ("=", "<>")
    if has_sides and _alike(old[1], new[2], types) and _alike(old[2], new[1], types):
        return True
    return all(_alike(a, b, types) for a, b in zip(old, new, strict=True))


def _have_same_parts(old: tuple[Tree, ...], new: tuple[Tree, ...], types: Mapping[str, str]) -> bool:
    """Whether the operands of AND or OR are the same, in any order."""
    left = list(new)
    for part in old:
        place = next((place for place, other in enumerate(left) if _alike(part, other, types)), None)
        if place is None:
            return False
        del left[place]
    return not left


def _is_cast(tree: Tree) -> bool:
    return isinstance(tree, tuple) and tree[0] == "cast"


def _goes_without_saying(cast: Tree, types: Mapping[str, str]) -> bool:
    """Whether PostgreSQL may have added a cast: a constant gets a type, text of one type becomes another."""
    value, type_ = cast[1], cast[2]
    if isinstance(value, str):
        if value.endswith("'"):
            return True
        if NUMBER.fullmatch(value.removeprefix("-")):
            return type_ in NUMBERS
    if str(type_).removesuffix("[]") not in TEXTS:
        return False
    if isinstance(value, str):
        return types.get(value, types.get(value.rpartition(".")[2], "")).startswith(TEXTS)
    is_of_literals = value[0] == "array" and all(map(_is_text, value[1:]))
    return is_of_literals or (value[0] == "cast" and value[2] in TEXTS)


def _is_text(tree: Tree) -> bool:
    return tree.endswith("'") if isinstance(tree, str) else _is_cast(tree) and tree[2] in TEXTS


class Reader:
    """Walks over the tokens of one expression."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]
        self.at = 0

    @property
    def word(self) -> str:
        """The token that comes next; empty at the end."""
        return self.tokens[self.at]

    def take(self) -> str:
        """The next token, which is behind then."""
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *words: str) -> bool:
        """Goes over these words if they come next."""
        if tuple(self.tokens[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Goes over words that must come next."""
        if not self.accept(*words):
            raise UnreadError

    def expression(self, least: int = 0) -> Tree:
        """An expression of operators that bind closer than *least*."""
        left = self._first()
        while (binding := self._binding()) > least:
            left = self._infix(left, self.take(), binding)
        return left

    def _binding(self) -> int:
        return BINDING.get(self.word) or (OTHER if OPERATOR.fullmatch(self.word) else 0)

    def _first(self) -> Tree:
        if self.accept("not"):
            return ("not", self.expression(NOT))
        if self.word in ("+", "-"):
            sign, value = self.take(), self.expression(SIGN)
            is_number = isinstance(value, str) and NUMBER.fullmatch(value)
            return f"-{value}" if is_number and sign == "-" else (sign, value)
        return self._operand()

    def _infix(self, left: Tree, word: str, binding: int) -> Tree:
        match word:
            case "not":
                return self._negated(left, self.take())
            case "is":
                return self._is(left)
            case "isnull" | "notnull":
                return (f"is {'not ' * (word == 'notnull')}null", left)
            case "in":
                return self._among(left, "=", "any")
            case "between":
                low = self.expression(binding)
                self.expect("and")
                return ("and", (">=", left, low), ("<=", left, self.expression(binding)))
            case "::":
                type_ = self._type()
                if type_ == "regclass" and isinstance(left, str):
                    left = left.replace("'public.", "'", 1)  # A dump names the schema that is there anyway.
                return ("cast", left, type_)
            case "[":
                index = self.expression()
                self.expect("]")
                return ("[]", left, index)
            case "at":
                self.expect("time", "zone")
                return ("at time zone", left, self.expression(binding))
            case "collate":
                return ("collate", left, self._names(self.take()))
            case "and" | "or":
                return (word, *_flat(left, word), *_flat(self.expression(binding), word))
        sign = SIGNS.get(word, word)
        for quantifier in ("any", "some", "all"):
            if self.accept(quantifier, "("):
                found = self.expression()
                self.expect(")")
                return (f"{sign} {'any' if quantifier == 'some' else quantifier}", left, found)
        return (sign, left, self.expression(binding))

    def _negated(self, left: Tree, word: str) -> Tree:
        if word == "in":
            return self._among(left, "<>", "all")
        if word in ("like", "ilike"):
            return (f"!{SIGNS[word]}", left, self.expression(AMONG))
        found = self._infix(left, word, AMONG)
        if word != "between":
            raise UnreadError
        return ("or", ("<", left, found[1][2]), (">", left, found[2][2]))

    def _among(self, left: Tree, sign: str, quantifier: str) -> Tree:
        self.expect("(")
        found = self._list(")")
        if len(found) == 1:
            return (sign, left, found[0])
        return (f"{sign} {quantifier}", left, ("array", *found))

    def _is(self, left: Tree) -> Tree:
        negated = "not " if self.accept("not") else ""
        if self.accept("distinct", "from"):
            return (f"is {negated}distinct from", left, self.expression(COMPARED))
        if self.word not in ("null", "true", "false", "unknown"):
            raise UnreadError
        return (f"is {negated}{self.take()}", left)

    def _list(self, end: str) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while not self.accept(end):
            if found:
                self.expect(",")
            found.append(self.expression())
        return tuple(found)

    def _operand(self) -> Tree:
        word = self.take()
        if word == "(":
            found = self._list(")")
            return found[0] if len(found) == 1 else ("row", *found)
        if word == "case":
            return self._case()
        if word == "cast" and self.accept("("):
            value = self.expression()
            self.expect("as")
            type_ = self._type()
            self.expect(")")
            return ("cast", value, type_)
        if word == "array" and self.accept("["):
            return ("array", *self._list("]"))
        if word in OF_LITERALS and self.word.startswith("'"):
            return ("cast", self.take(), TYPES.get(word, word))
        if word[:2] in ("E'", "B'", "X'", "N'"):
            return word[0].lower() + word[1:]
        if word.endswith("'") or NUMBER.fullmatch(word) or word == "*":
            return word
        name = self._names(word)
        return ("call", name, *self._list(")")) if self.accept("(") else name

    def _case(self) -> Tree:
        found: list[Tree] = [] if self.word == "when" else [self.expression()]
        while not self.accept("end"):
            if self.word not in ("when", "then", "else"):
                raise UnreadError
            found += (self.take(), self.expression())
        return ("case", *found)

    def _names(self, word: str) -> str:
        found = [_name(word)]
        while self.accept("."):
            found.append("*" if self.accept("*") else _name(self.take()))
        return ".".join(found[1:] if found[0] == "pg_catalog" else found)

    def _type(self) -> str:
        words = [self._names(self.take())]
        while self.word in TYPE_WORDS:
            words.append(self.take())
        name = " ".join(words)
        found = TYPES.get(name, name)
        if self.accept("("):
            found += f"({','.join(str(size) for size in self._list(')'))})"
        while self.accept("[", "]"):
            found += "[]"
        return found


def _flat(tree: Tree, operator: str) -> tuple[Tree, ...]:
    """The parts between ANDs or ORs, however they are nested."""
    return tree[1:] if isinstance(tree, tuple) and tree[0] == operator else (tree,)


def _name(word: str) -> str:
    if word in NOT_READ or not NAME.fullmatch(word):
        raise UnreadError
    return PLAIN.sub(r"\1", word)

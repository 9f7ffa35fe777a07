"""The name that PostgreSQL gives to a column of a query without AS, and to an index key without a column.

As `FigureColname` of its parser does: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/parse_target.c
"""

from __future__ import annotations

from typing import NamedTuple

from schemabook.read.words import unquoted

DEEPEST = 50
"""Parentheses in parentheses beyond which an expression has no name of its own."""
CONSTANTS = frozenset({"true", "false", "null", "default", "not"})
VALUES = frozenset(
    {
        *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
        *("current_role", "current_user", "session_user", "system_user", "user"),
        *("current_catalog", "current_schema"),
    }
)
"""Functions without parentheses."""
TRIMS = {"leading": "ltrim", "trailing": "rtrim"}
TYPE_NAMES = {
    "int": "int4",
    "integer": "int4",
    "smallint": "int2",
    "bigint": "int8",
    "real": "float4",
    "float": "float8",
    "double": "float8",
    "boolean": "bool",
    "decimal": "numeric",
    "dec": "numeric",
    "char": "bpchar",
    "character": "bpchar",
    "nchar": "bpchar",
    "national": "bpchar",
}
"""The name in the catalog of a type that SQL's grammar spells in its own way."""


class Figured(NamedTuple):
    """A name; a weak one gives way to another, a missing one has strength 0."""

    name: str = ""
    strength: int = 0


NOTHING = Figured()


def figured_name(tokens: list[str]) -> str | None:
    """The name of an expression's value, or None where PostgreSQL finds none."""
    return Walk(tokens).whole().name or None


class Walk:
    """A walk over the tokens of one expression."""

    def __init__(self, tokens: list[str], depth: int = 0) -> None:
        self.tokens = tokens
        self.depth = depth
        self.position = 0

    def whole(self) -> Figured:
        """The name of the expression: that of a primary with its casts, or nothing for an operator."""
        if self.depth > DEEPEST or not self.tokens:
            return NOTHING
        found = self._with_postfixes()
        return found if self.position >= len(self.tokens) else NOTHING

    @property
    def token(self) -> str:
        """The next token, or the empty string."""
        return self._at(0)

    def _at(self, offset: int) -> str:
        position = self.position + offset
        return self.tokens[position] if position < len(self.tokens) else ""

    def _accept(self, *words: str) -> bool:
        if tuple(self.tokens[self.position : self.position + len(words)]) != words:
            return False
        self.position += len(words)
        return True

    def _enclosed(self) -> list[str]:
        """What stands between this parenthesis and the one that closes it."""
        start, depth = self.position + 1, 0
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            depth += (token in ("(", "[")) - (token in (")", "]"))
            self.position += 1
            if depth == 0:
                return self.tokens[start : self.position - 1]
        return self.tokens[start:]

    def _inside(self, tokens: list[str]) -> Figured:
        return Walk(tokens, self.depth + 1).whole()

    def _with_postfixes(self) -> Figured:
        found = self._primary()
        while True:
            if self._accept("::"):
                name = self._type()
                found = found if found.strength > 1 else Figured(name, 1)
            elif self.token == "[":
                self._enclosed()
            elif self._accept("."):
                found = Figured(unquoted(self.token), 2) if self.token != "*" else NOTHING
                self.position += 1
            elif self._accept("collate"):
                self._dotted()
            elif self._accept("at", "time", "zone"):
                self._primary()
                found = Figured("timezone", 2)
            else:
                return found

    def _primary(self) -> Figured:
        token = self.token
        if token == "(":
            return self._parenthesized(self._enclosed())
        if token == "case":
            return self._case()
        if token in ("exists", "array", "row") and self._at(1) in ("(", "["):
            self.position += 1
            self._enclosed()
            return Figured(token, 2)
        if token == "cast" and self._at(1) == "(":
            self.position += 1
            return self._cast(self._enclosed())
        if token in CONSTANTS or not (token[:1] in '"_' or token[:1].isalpha()) or token.endswith("'"):
            self.position += 1
            return NOTHING
        return self._name()

    def _parenthesized(self, inner: list[str]) -> Figured:
        if inner[:1] in (["select"], ["with"]):
            items = select_items(inner)
            return Figured(item_name(items[0]) or "", 2) if len(items) == 1 else NOTHING
        return Figured("row", 2) if _split(inner, ",")[1:] else self._inside(inner)

    def _case(self) -> Figured:
        """CASE … ELSE x END has the name of x, if x has one."""
        start, depth, last = self.position, 0, 0
        while self.position < len(self.tokens):
            token = self.token
            depth += (token in ("case", "(", "[")) - (token in ("end", ")", "]"))
            last = self.position if token == "else" and depth == 1 else last
            self.position += 1
            if depth == 0:
                break
        otherwise = self._inside(self.tokens[last + 1 : self.position - 1]) if last > start else NOTHING
        return otherwise if otherwise.strength > 1 else Figured("case", 1)

    def _cast(self, inner: list[str]) -> Figured:
        """CAST (x AS type)."""
        value, *kinds = _split(inner, "as")
        found = self._inside(value)
        if found.strength > 1 or not kinds:
            return found
        return Figured(Walk(kinds[0])._type(), 1)

    def _name(self) -> Figured:
        """A column, a call, a value such as CURRENT_USER, or a constant with its type before it."""
        word = self.token
        if self._is_typed_constant():
            name = self._type()
            self.position += 1
            return Figured(name, 1)
        name = self._dotted()
        if word in VALUES and self.token != "(":
            return Figured(word, 2)
        if self.token != "(":
            return Figured(name, 2) if name != "*" else NOTHING
        arguments = self._enclosed()
        self._after_call()
        if word == "trim":
            return Figured(TRIMS.get(arguments[0] if arguments else "", "btrim"), 2)
        return Figured("pg_collation_for" if word == "collation" else name, 2)

    def _is_typed_constant(self) -> bool:
        position = self.position + 1
        while self.tokens[position : position + 1] in (
            ["with"],
            ["without"],
            ["time"],
            ["zone"],
            ["precision"],
        ):
            position += 1
        return self.tokens[position : position + 1] != [] and self.tokens[position].endswith("'")

    def _after_call(self) -> None:
        """FILTER (…), WITHIN GROUP (…), OVER (…) or OVER name."""
        while True:
            if self._accept("filter") or self._accept("within", "group"):
                self._enclosed()
            elif self._accept("over"):
                if self.token == "(":
                    self._enclosed()
                else:
                    self.position += 1
            else:
                return

    def _dotted(self) -> str:
        """The last part of a dotted name."""
        name = unquoted(self.token)
        self.position += 1
        while self.token == "." and self._at(1) not in ("", "("):
            name = unquoted(self._at(1))
            self.position += 2
        return name

    def _type(self) -> str:
        """The name of a type as the catalog has it."""
        word = self.token
        name = self._dotted()
        zone = ""
        if self.token == "(":
            self._enclosed()
        if self._accept("varying"):
            name = "varbit" if word == "bit" else "varchar"
        elif self._accept("precision") or self._accept("without", "time", "zone"):
            pass
        elif self._accept("with", "time", "zone"):
            zone = "tz"
        if self.token == "(":
            self._enclosed()
        while self.token == "[":
            self._enclosed()
        return name + zone if name == "varchar" else TYPE_NAMES.get(word, name) + zone


def _split(tokens: list[str], separator: str) -> list[list[str]]:
    """The tokens between separators outside of parentheses."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in ("(", "[")) - (token in (")", "]"))
        if depth == 0 and token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


AFTER_ITEMS = frozenset(
    {
        *("from", "where", "group", "having", "window", "union", "intersect", "except"),
        *("order", "limit", "offset", "fetch", "for", "into"),
    }
)


def select_items(tokens: list[str]) -> list[list[str]]:
    """The items of a query's first SELECT list; none if it has no SELECT."""
    start = _main_select(tokens)
    if start is None:
        return []
    position = _after_distinct(tokens, start + 1)
    first, depth = position, 0
    for position in range(first, len(tokens)):
        token = tokens[position]
        if depth == 0 and (token in AFTER_ITEMS or token == ")") and not _is_part(tokens, position):
            return _split(tokens[first:position], ",")
        depth += (token in ("(", "[")) - (token in (")", "]"))
    return _split(tokens[first:], ",")


def _main_select(tokens: list[str]) -> int | None:
    """The SELECT outside of WITH; a parenthesis around it does not count."""
    depth = 0
    is_with = tokens[:1] == ["with"]
    for position, token in enumerate(tokens):
        if token == "select" and (depth == 0 or not is_with):
            return position
        if token == "values" and depth == 0:
            return None
        depth += (token in ("(", "[")) - (token in (")", "]"))
    return None


def _after_distinct(tokens: list[str], position: int) -> int:
    if tokens[position : position + 1] == ["all"]:
        return position + 1
    if tokens[position : position + 1] != ["distinct"]:
        return position
    if tokens[position + 1 : position + 3] != ["on", "("]:
        return position + 1
    walk = Walk(tokens)
    walk.position = position + 2
    walk._enclosed()
    return walk.position


def _is_part(tokens: list[str], position: int) -> bool:
    """Whether the word is a part of the expression: the FROM of IS DISTINCT FROM, a column after a dot."""
    before = tokens[position - 1] if position else ""
    return before == "." or (before, tokens[position]) in (("distinct", "from"), ("within", "group"))


def item_name(item: list[str]) -> str | None:
    """The name of an item of a SELECT list: its alias, or the one that PostgreSQL figures."""
    if item[-2:-1] == ["as"]:
        return unquoted(item[-1])
    if len(item) > 1 and _is_bare_alias(item):
        return unquoted(item[-1])
    return figured_name(item)


def _is_bare_alias(item: list[str]) -> bool:
    """Whether the last word is an alias without AS: it follows the end of an expression."""
    last, before = item[-1], item[-2]
    if not (last[:1] == '"' or last[:1] == "_" or last[:1].isalpha()) or last in (
        "end",
        "null",
        "true",
        "false",
    ):
        return False
    return before[-1:] in (")", "]", "'", '"') or (before[:1].isalnum() and before not in BEFORE_OPERAND)


BEFORE_OPERAND = frozenset(
    {
        *(
            "and",
            "or",
            "not",
            "is",
            "in",
            "like",
            "ilike",
            "similar",
            "between",
            "distinct",
            "from",
            "collate",
        ),
        *("over", "zone", "case", "when", "then", "else", "to", "any", "all", "some", "double", "character"),
        *("timestamp", "time", "interval", "with", "without", "bit", "escape", "at", "as"),
    }
)

"""Text of SQL → a tree, for expressions as PostgreSQL prints them; the queries in them are read beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

from schemabook.read.text.tokens import tokens_in
from schemabook.review.expressions import NAME, OTHER, TYPE_WORDS, TYPES, Reader, Tree, UnreadError

BEGIN_QUERY = ("select", "with", "values")
FRAMES = frozenset({"range", "rows", "groups"})
FIELDS = re.compile(r"'?(\w+)'?")
PARTS = re.compile(r'"(?:[^"]|"")*"|[^."]+')


class Values(Reader):
    """Walks over the tokens of an expression."""

    def _query(self) -> Tree:
        raise UnreadError

    @property
    def _behind_it(self) -> str:
        """The token after the next one."""
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""

    def _begins_query(self) -> bool:
        """Whether a query comes next, be it in parentheses."""
        at = self.at
        while self.tokens[at] == "(":
            at += 1
        return self.tokens[at] in BEGIN_QUERY

    def _separated(self, read: Callable[[], Tree]) -> tuple[Tree, ...]:
        found = [read()]
        while self.accept(","):
            found.append(read())
        return tuple(found)

    def _order(self) -> tuple[Tree, ...]:
        return self._separated(self._sorted)

    def _sorted(self) -> Tree:
        value = self.expression()
        way = "desc" if self.accept("desc") else "asc"
        if way == "asc":
            self.accept("asc")
        nulls = "first" if way == "desc" else "last"
        if self.accept("nulls"):
            nulls = self.take()
        return (way, value, nulls)

    def _label(self) -> str:
        """A name behind AS, where any word is one."""
        word = self.take()
        if not NAME.fullmatch(word):
            raise UnreadError
        return _plain(word)

    def _binding(self) -> int:
        if self.word == "operator" and self._behind_it == "(":
            return OTHER
        return super()._binding()

    def _infix(self, left: Tree, word: str, binding: int) -> Tree:
        if word == "operator":
            self.expect("(")
            while self._behind_it == ".":
                self.take()
                self.take()
            word = self.take()
            self.expect(")")
            return super()._infix(left, word, OTHER)
        if word == "[":
            return self._subscript(left)
        if word == "at" and self.accept("local"):
            return ("at local", left)
        return super()._infix(left, word, binding)

    def _subscript(self, left: Tree) -> Tree:
        """`value[1]`, or a slice: `value[1:2]`."""
        first: Tree = "" if self.word == ":" else self.expression()
        if not self.accept(":"):
            self.expect("]")
            return ("[]", left, first)
        last: Tree = "" if self.word == "]" else self.expression()
        self.expect("]")
        return ("[:]", left, first, last)

    def _among(self, left: Tree, sign: str, quantifier: str) -> Tree:
        if self.word == "(" and self._behind_it in ("(", *BEGIN_QUERY):
            at = self.at
            self.take()
            if self._begins_query():
                query = self._query()
                self.expect(")")
                return (f"{sign} {quantifier}", left, query)
            self.at = at
        return super()._among(left, sign, quantifier)

    def expression(self, least: int = 0) -> Tree:
        """An expression; a query only where `= ANY (` and the like have taken the parenthesis."""
        if self.word in BEGIN_QUERY:
            return self._query()
        return super().expression(least)

    def _operand(self) -> Tree:
        word = self.word
        if word == "(":
            self.take()
            found: Tree
            if self._begins_query() and self.word in BEGIN_QUERY:
                found = self._query()
                self.expect(")")
            else:
                inner = self._list(")")
                found = inner[0] if len(inner) == 1 else ("row", *inner)
            while self.accept("."):
                found = ("field", found, self._label() if self.word != "*" else self.take())
            return found
        if word in ("exists", "array") and self._behind_it == "(":
            self.at += 2
            query = self._query()
            self.expect(")")
            return (word, query) if word == "exists" else ("array query", query)
        if word == "row" and self._behind_it == "(":
            self.at += 2
            return ("row", *self._list(")"))
        if self._behind_it == "(" and (special := SPECIAL.get(word)):
            self.at += 2
            return special(self)
        if word == "interval" and self.tokens[self.at + 2 : self.at + 3] in INTERVAL_FIELDS:
            raise UnreadError
        if constant := _constant(word):
            self.take()
            return constant
        found = super()._operand()
        return found

    def _list(self, end: str) -> tuple[Tree, ...]:
        """Values between commas; of a call also DISTINCT, ORDER BY, and what comes behind it."""
        found: list[Tree] = []
        if end == ")" and self.accept("distinct"):
            found.append("distinct!")
        first = True
        while not self.accept(end):
            if self.accept("order", "by"):
                found.append(("order!", *self._order()))
                continue
            if not first:
                self.expect(",")
            first = False
            if self.accept("variadic"):
                found.append(("variadic!", self.expression()))
            else:
                found.append(self.expression())
        if end == ")":
            found += self._behind()
        return tuple(found)

    def _behind(self) -> list[Tree]:
        """WITHIN GROUP, FILTER and OVER of a call."""
        found: list[Tree] = []
        if self.accept("within", "group", "(", "order", "by"):
            found.append(("within!", *self._order()))
            self.expect(")")
        if self.accept("filter", "(", "where"):
            found.append(("filter!", self.expression()))
            self.expect(")")
        if self.accept("over"):
            found.append(("over!", self._window() if self.accept("(") else self._label()))
        return found

    def _named_window(self) -> Tree:
        name = self._label()
        self.expect("as", "(")
        return ("named window", name, self._window())

    def _window(self) -> Tree:
        base = ""
        if NAME.fullmatch(self.word) and self.word not in ("partition", "order", *FRAMES):
            base = self._label()
        partition = self._separated(self.expression) if self.accept("partition", "by") else ()
        order = self._order() if self.accept("order", "by") else ()
        frame: list[Tree] = []
        if self.word in FRAMES:
            while self.word not in (")", ""):
                frame.append(self.take())
        self.expect(")")
        return ("window", base, ("list", *partition), ("list", *order), ("list", *frame))

    def _type(self) -> str:
        words = [self._names(self.take())]
        sizes = ""
        while self.word in TYPE_WORDS or self.word == "(":
            if self.accept("("):
                sizes = f"({','.join(str(size) for size in super()._list(')'))})"
            else:
                words.append(self.take())
        name = " ".join(words)
        found = TYPES.get(name, name) + sizes
        while self.accept("["):
            if self.word != "]":
                self.take()
            self.expect("]")
            found = found.removesuffix("[]") + "[]"  # PostgreSQL keeps no number of dimensions.
        return found

    # functions with words between their arguments

    def _extract(self) -> Tree:
        match = FIELDS.fullmatch(self.take())
        if not match:
            raise UnreadError
        self.expect("from")
        value = self.expression()
        self.expect(")")
        return ("call", "extract", f"'{match[1].lower()}'", value)

    def _trim(self) -> Tree:
        side = self.take() if self.word in ("both", "leading", "trailing") else "both"
        name = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}[side]
        values = [] if self.word == "from" else [self.expression()]
        if self.accept("from"):
            values.insert(0, self.expression())
        while self.accept(","):
            values.append(self.expression())
        self.expect(")")
        return ("call", name, *values)

    def _substring(self) -> Tree:
        values = [self.expression()]
        while self.word in (",", "from", "for"):
            if self.take() == "for" and len(values) == 1:
                values.append("1")
            values.append(self.expression())
        self.expect(")")
        return ("call", "substring", *values)

    def _position(self) -> Tree:
        value = self.expression(OTHER - 1)
        self.expect("in")
        whole = self.expression()
        self.expect(")")
        return ("call", "position", whole, value)


def _constant(word: str) -> Tree:
    """A constant of another form than `'…'`, in that form; empty for all else."""
    if word[:2] in ("B'", "b'"):
        return ("cast", word[1:], "bit")
    if word[:2] in ("X'", "x'"):
        bits = "".join(f"{int(digit, 16):04b}" for digit in word[2:-1])
        return ("cast", f"'{bits}'", "bit")
    if word[:1] in "EeUu$" and word[-1:] in ("'", "$") and len(word) > 1:
        value = tokens_in(word).values[0]
        if word[0] in "Uu":
            value = re.sub(
                r"\\(?:\+([0-9a-f]{6})|([0-9a-f]{4}))",
                lambda m: chr(int(m[1] or m[2], 16)),
                value,
                flags=re.I,
            )
        return "'" + value.replace("'", "''") + "'"
    return ""


SPECIAL: dict[str, Callable[[Values], Tree]] = {
    "extract": Values._extract,
    "trim": Values._trim,
    "substring": Values._substring,
    '"substring"': Values._substring,
    "position": Values._position,
}
INTERVAL_FIELDS = (["year"], ["month"], ["day"], ["hour"], ["minute"], ["second"])


def _plain(word: str) -> str:
    return word[1:-1] if re.fullmatch(r'"[a-z_][a-z0-9_$]*"', word) else word


def parts_of(name: str) -> list[str]:
    """The parts of a dotted name."""
    return PARTS.findall(name) or [""]

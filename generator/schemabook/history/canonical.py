"""Whether two expressions or queries say the same, however PostgreSQL has spelled one of them.

Both are trees, compared node by node. A column is the same where it is of the same table of the same query,
be that named or not. What PostgreSQL adds is known: types of constants, casts that it makes on its own,
parentheses, schemas. Where it is not certain, neither is the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemabook.history.literals import same_constant
from schemabook.history.scopes import Scope, Verdict, same_name, worst
from schemabook.history.types import is_text
from schemabook.history.values import parts_of
from schemabook.review.expressions import NAME, NUMBER, NUMBERS, Tree

SAME, UNKNOWN, OTHER = Verdict
NEGATED: Mapping[str, str] = {
    "=": "<>",
    "<": ">=",
    ">": "<=",
    "= any": "<> all",
    "<> any": "= all",
    "is null": "is not null",
    "is true": "is not true",
    "is false": "is not false",
    "is unknown": "is not unknown",
    "is distinct from": "is not distinct from",
    "~~": "!~~",
    "~~*": "!~~*",
    "~": "!~",
    "~*": "!~*",
}
"""What NOT before an operator is, whatever is NULL."""
NOT: Mapping[str, str] = {**NEGATED, **{after: before for before, after in NEGATED.items()}}
MIRRORED: Mapping[str, str] = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
WORDS = frozenset({"true", "false", "null", "default", "distinct!", "*", ""})
"""Leaves that are no names."""
TIMES = {("call", "now"): "current_timestamp", ("call", "transaction_timestamp"): "current_timestamp"}
OPERANDS = frozenset({"and", "or"})
NAMED = {"call": 1, "over!": 1, "named window": 1, "field": 2, "collate": 2}
"""Where a name stands that is no column."""
UNQUOTED = frozenset((*NUMBERS, "real", "boolean"))
"""Types that have constants without quotes."""
SESSION = {"user": "current_user", "current_role": "current_user"}


def _how_bad(verdict: Verdict) -> int:
    return int(verdict.value)


class Expressions:
    """Two trees, side by side."""

    def __init__(self, before: Scope, after: Scope) -> None:
        self.before, self.after = before, after

    def trees(self, old: Tree, new: Tree) -> Verdict:
        """Whether two trees say the same."""
        old, new = _normal(old), _normal(new)
        constants = _constant(old), _constant(new)
        if constants[0] and constants[1]:
            return self._constants(constants[0], constants[1])
        if _is_cast(old) or _is_cast(new):
            return self._casts(old, new)
        if _may_be_written_out(old, new) or _may_be_written_out(new, old):
            return UNKNOWN
        if isinstance(old, str) or isinstance(new, str):
            is_leaf = isinstance(old, str) and isinstance(new, str)
            return self._leaves(str(old), str(new)) if is_leaf else OTHER
        if old[0] == "query" and new[0] == "query":
            return self.queries(old, new)
        if old[0] == new[0] and old[0] in OPERANDS:
            return self._operands(old[1:], new[1:])
        if old[0] != new[0] and MIRRORED.get(str(old[0])) != new[0]:
            return OTHER
        if len(old) != len(new):
            return OTHER
        if place := NAMED.get(str(old[0])):
            return self._named(old, new, place)
        direct = self.each(old[1:], new[1:]) if old[0] == new[0] else OTHER
        if direct is not SAME and MIRRORED.get(str(old[0])) == new[0] and len(old) == 3:
            mirrored = worst((self.trees(old[1], new[2]), self.trees(old[2], new[1])))
            return min(direct, mirrored, key=_how_bad)
        return direct

    def queries(self, old: tuple[Tree, ...], new: tuple[Tree, ...]) -> Verdict:
        """Whether two queries say the same; here only where they are written alike."""
        return SAME if old == new else UNKNOWN

    def each(self, old: Iterable[Tree], new: Iterable[Tree]) -> Verdict:
        """Whether as many trees say the same, one by one."""
        before, after = tuple(old), tuple(new)
        if len(before) != len(after):
            return OTHER
        return worst(self.trees(a, b) for a, b in zip(before, after, strict=True))

    def _operands(self, old: tuple[Tree, ...], new: tuple[Tree, ...]) -> Verdict:
        """Of AND or OR, in any order."""
        left, other = list(new), list[Tree]()
        for part in old:
            place = next((at for at, found in enumerate(left) if self.trees(part, found) is SAME), None)
            if place is None:
                other.append(part)
            else:
                del left[place]
        return self.each(other, left)

    def _named(self, old: tuple[Tree, ...], new: tuple[Tree, ...], place: int) -> Verdict:
        """A call, a field or a collation: its own name is no column."""
        one, other = old[place], new[place]
        both = isinstance(one, str) and isinstance(other, str)
        name = self._names(str(one), str(other)) if both else self.trees(one, other)
        rest = (self.each(old[1:place], new[1:place]), self.each(old[place + 1 :], new[place + 1 :]))
        return worst((name, *rest))

    def _names(self, old: str, new: str) -> Verdict:
        return self.dotted(old, new, _schemas_of_routine(self.before, self.after, parts_of(new)[-1]))

    def dotted(self, old: str, new: str, schemas: set[str]) -> Verdict:
        """Whether two names are one, perhaps by the name that it has now."""
        found = same_name(old, new, schemas)
        return (
            found
            if found is SAME
            else min(found, same_name(self.before.now(old), new, schemas), key=_how_bad)
        )

    def _leaves(self, old: str, new: str) -> Verdict:
        old, new = SESSION.get(old, old), SESSION.get(new, new)
        if not (_is_name(old) and _is_name(new)):
            return Verdict.of(old == new)
        first, second = self.before.column(old), self.after.column(new)
        if first and second:
            return Verdict.of(first == second)
        if self.before.now(old) == new or old.removesuffix(".*") == new.removesuffix(".*"):
            return SAME
        return UNKNOWN if parts_of(old)[-1] == parts_of(new)[-1] else OTHER

    # constants and casts

    def _constants(self, old: tuple[str, list[str]], new: tuple[str, list[str]]) -> Verdict:
        (text, types), (other, others) = old, new
        own, foreign = ([t for t in side if "(" in t or not is_text(t)] for side in (types, others))
        if types and others and own != foreign and not _are_same_types(own, foreign):
            return OTHER
        if text == other:
            return SAME
        if (text[:1] == "'") != (other[:1] == "'") and not set(own or types or foreign or others) <= UNQUOTED:
            return OTHER
        if "null" in (text, other):
            return OTHER
        type_ = (own or foreign or types or others or [""])[0]
        one, two = (value[1:-1].replace("''", "'") if value[:1] == "'" else value for value in (text, other))
        if one == two or self.before.renames.get(text) == other:
            return SAME
        if {text, other} & {"true", "false"}:
            type_ = "boolean"
        if type_ == "regclass":
            return self.dotted(one, two, set())
        if not type_ and not (text[:1] == "'" == other[:1]):
            type_ = "numeric"
        if not type_ and types == others == []:
            return OTHER
        return Verdict.of(same_constant(one, two, type_))

    def _casts(self, old: Tree, new: Tree) -> Verdict:
        if _is_cast(old) and _is_cast(new):
            types = self._types(str(old[2]), str(new[2]))
            if types is not OTHER:
                return worst((types, self.trees(old[1], new[1])))
            # `x::text::a` and `x::a`
            return min(
                (self._one_sided(old, new, is_old=True), self._one_sided(new, old, is_old=False)),
                key=_how_bad,
            )
        if _is_cast(old):
            return self._one_sided(old, new, is_old=True)
        return self._one_sided(new, old, is_old=False)

    def _one_sided(self, cast: Tree, bare: Tree, *, is_old: bool) -> Verdict:
        """A cast that only one of the two has: does PostgreSQL make it on its own?"""
        scope = self.before if is_old else self.after
        inner = self.trees(cast[1], bare) if is_old else self.trees(bare, cast[1])
        if inner is OTHER:
            return OTHER
        adds = Verdict.of(scope.types.is_added(_normal(cast[1]), str(cast[2])))
        return worst((inner, adds))

    def _types(self, old: str, new: str) -> Verdict:
        if old == new:
            return SAME
        found = self.dotted(old, new, set())
        return SAME if found is UNKNOWN else found


def _schemas_of_routine(before: Scope, after: Scope, name: str) -> set[str]:
    plain = name.strip('"')
    return {
        routine.name.schema
        for scope in (before, after)
        for routine in scope.database.routines.values()
        if routine.name.name == plain
    }


def _are_same_types(old: list[str], new: list[str]) -> bool:
    return len(old) == len(new) and all(
        parts_of(a)[-1] == parts_of(b)[-1] and ("." in a) != ("." in b) for a, b in zip(old, new, strict=True)
    )


def _is_cast(tree: Tree) -> bool:
    return isinstance(tree, tuple) and tree[:1] == ("cast",)


def _is_name(leaf: str) -> bool:
    return leaf not in WORDS and NAME.match(leaf) is not None and not leaf.endswith("'")


def _constant(tree: Tree) -> tuple[str, list[str]] | None:
    """The text of a constant and the types that it goes through, the last one first."""
    types = []
    while isinstance(tree, tuple) and tree[:1] == ("cast",):
        types.append(str(tree[2]))
        tree = tree[1]
    if not isinstance(tree, str):
        return None
    is_constant = tree.endswith("'") or NUMBER.fullmatch(tree.removeprefix("-"))
    return (tree, types) if is_constant or tree in ("true", "false", "null") else None


def _normal(tree: Tree) -> Tree:
    """The tree without what goes without saying."""
    if isinstance(tree, str):
        return tree
    if tree[0] == "not" and isinstance(tree[1], tuple):
        inner = _normal(tree[1])
        if isinstance(inner, tuple) and inner[0] in NOT:
            return (NOT[str(inner[0])], *inner[1:])
        if isinstance(inner, tuple) and inner[0] == "not":
            return _normal(inner[1])
    if tree[0] == "case" and len(tree) > 3 and tree[-2] == "else" and _is_null(tree[-1]):
        return tree[:-2]
    if tree[:2] in TIMES and len(tree) == 2:
        return TIMES["call", str(tree[1])]
    if tree[0] == "array" and len(tree) == 1:
        return "'{}'"
    return tree


def _may_be_written_out(tree: Tree, other: Tree) -> bool:
    """Whether PostgreSQL may print it as the other one: rows value by value, a field of a row as a column."""
    if isinstance(tree, str) or tree[0] == other[:1] or (not isinstance(other, str) and tree[0] == other[0]):
        return False
    if tree[0] == "field":
        return isinstance(other, str) and parts_of(other)[-1] == tree[2]
    return any(isinstance(part, tuple) and part[:1] == ("row",) for part in tree[1:])


def _is_null(tree: Tree) -> bool:
    found = _constant(tree)
    return bool(found) and found[0] == "null"  # type: ignore[index]  # `found` is one here.

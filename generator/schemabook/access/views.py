"""The shape of a view's query: what it reads, whether it is updatable, what an empty table leaves of it.

https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from schemabook.access.folding import CLOSING, OPENING
from schemabook.model import Database, Name, ObjectId, ObjectKind, Other, Relation, relation_id, split_tokens

NOT_UPDATABLE = frozenset(
    {"with", "distinct", "group", "having", "limit", "offset", "fetch", "union", "except"}
)
NOT_UPDATABLE |= {"intersect", "join", "values", "over", "tablesample", "window"}
AGGREGATES = frozenset(
    {"count", "sum", "min", "max", "avg", "array_agg", "json_agg", "jsonb_agg", "string_agg"}
)
AGGREGATES |= {"bool_and", "bool_or", "every", "json_object_agg", "jsonb_object_agg", "xmlagg", "range_agg"}
SETS = frozenset(
    {"unnest", "generate_series", "jsonb_array_elements", "regexp_split_to_table", "json_array_elements"}
)
SEVERAL = frozenset({"union", "except", "intersect", "right", "full", "with", "values", "exists"})
NAME = r'(?:"[^"]+"|\w+)'
ITEM = re.compile(rf"(?:{NAME} \. )*(?P<column>{NAME})(?: (?:as )?{NAME})?|(?:{NAME} \. )*\*")
SOURCE = re.compile(
    rf"(?:only )?\(* ?(?P<name>{NAME}(?: \. {NAME})*)(?: \*)?(?: (?:as )?{NAME})?(?: \( [^()]* \))? ?\)*"
)
ENDS = ("where", "order", "for")
SYSTEM = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


class Views:
    """The views of a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reads = cache(self._reads)
        self.calls = cache(self._calls)
        self.base = cache(self._base)
        self.changeable = cache(self._changeable)

    def _reads(self, view: Name) -> Mapping[Name, frozenset[str]]:
        """The columns of each relation that a view's query reads."""
        found: dict[Name, set[str]] = {}
        for target in self._targets(view):
            if (
                target.kind in (ObjectKind.RELATION, ObjectKind.COLUMN)
                and target.name in self.database.relations
            ):
                found.setdefault(target.name, set()).update({target.part} - {""})
        return {name: frozenset(columns) for name, columns in found.items()}

    def _calls(self, view: Name) -> frozenset[Name]:
        """The routines that a view's query calls."""
        return frozenset(t.name for t in self._targets(view) if t.kind is ObjectKind.ROUTINE)

    def _targets(self, view: Name) -> list[ObjectId]:
        references = self.database.references_from(relation_id(view))
        return [r.target for r in references if r.place == "definition" and not r.origin.part]

    def is_followed(self, view: Relation) -> bool:
        """Whether all that its query reads is known."""
        warned = (f for f in self.database.warnings_of(relation_id(view.name)) if "not followed" in f.message)
        return view.definition is not None and not any(warned)

    def _base(self, view: Relation, *, needs_column: bool) -> Name | None:
        """The relation that takes the changes of a view that is updatable by itself."""
        words = split_tokens(view.definition.tokens) if view.definition else []
        outer = _outermost(_without_parentheses(words))
        if outer[:1] != ["select"] or NOT_UPDATABLE & set(outer) or "from" not in outer:
            return None
        start = outer.index("from")
        items, rest = _items(_without_parentheses(words)), outer[start + 1 :]
        end = next((i for i, word in enumerate(rest) if word in ENDS), len(rest))
        if "," in rest[:end] or _makes_rows(items):
            return None
        match = SOURCE.fullmatch(" ".join(rest[:end]))
        reads = [name for name in self.reads(view.name) if match and _is(name, match["name"])]
        if len(reads) != 1 or (needs_column and not self._shown(items, reads[0])):
            return None
        return reads[0]

    def _shown(self, items: list[list[str]], base: Name) -> frozenset[str]:
        """The columns of the base, one that can be changed, that a view shows as they are."""
        plain = [match for item in items if (match := ITEM.fullmatch(" ".join(item)))]
        names = {match["column"].strip('"') for match in plain if match["column"]}
        changeable = self.changeable(base)
        return changeable if len(names) < len({m["column"] for m in plain}) else changeable & (names - SYSTEM)

    def _changeable(self, name: Name) -> frozenset[str]:
        """The columns of a relation that can be changed, of a view those that it shows of its base."""
        columns = self.database.columns_of(name)
        relation = self.database.relations[name]
        if not relation.is_view or self._base(relation, needs_column=False) is None:
            return frozenset(column.name for column in columns)
        words = _without_parentheses(split_tokens(relation.definition.tokens)) if relation.definition else []
        items = _items(words)
        if len(items) != len(columns) or any(item[-1:] == ["*"] for item in items):
            return frozenset(column.name for column in columns)
        base = self._base(relation, needs_column=False)
        below = self.changeable(base) if base else frozenset()
        pairs = zip(columns, (ITEM.fullmatch(" ".join(item)) for item in items), strict=True)
        return frozenset(
            c.name for c, match in pairs if match and (match["column"] or "").strip('"') in below
        )

    def is_plain(self, view: Relation) -> bool:
        """Whether its query is one SELECT that has a row for rows of what it reads, and no other."""
        words = split_tokens(view.definition.tokens) if view.definition else []
        is_one = words.count("select") == 1 and not SEVERAL & set(words)
        return is_one and ("group" in words or not _aggregates(words))

    def is_outer(self, view: Relation, name: Name) -> bool:
        """Whether a LEFT JOIN makes up for missing rows of a relation."""
        words = [word.strip('"') for word in split_tokens(view.definition.tokens)] if view.definition else []
        joined = False
        for position, word in enumerate(words):
            if word in ("join", "from", ","):
                joined = word == "join" and "left" in words[max(0, position - 2) : position]
            before = words[position - 1] if position else ""
            if word == name.name and before in (".", "join", "from", "(", ","):
                return joined
        return True

    def rule(self, relation: Name, event: str) -> Other | None:
        """A rule that rewrites a command."""
        rules = self.database.others_of(relation, ObjectKind.RULE)
        if not rules:
            return None
        return next((r for r in rules if re.search(rf"\bON\s+{event}\s+TO\b", r.sql, re.I)), None)


def _is(name: Name, written: str) -> bool:
    parts = [part.strip('"') for part in written.split(" . ")]
    return parts[-1] == name.name and (len(parts) == 1 or parts[-2] == name.schema)


def _without_parentheses(words: list[str]) -> list[str]:
    while words[:1] == ["("] and words[-1:] == [")"]:
        words = words[1:-1]
    return words[:-1] if words[-1:] == [";"] else words


def _outermost(words: list[str]) -> list[str]:
    """The words of a query outside of parentheses, but those around what it reads from."""
    found: list[str] = []
    depth = 0
    for word in words:
        depth += word in OPENING
        if depth == 0 or (word != "select" and "from" in found and not set(ENDS) & set(found)):
            found.append(word)
        depth -= word in CLOSING
    return found


def _items(words: list[str]) -> list[list[str]]:
    """What a query selects."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word in words[1:]:
        if depth == 0 and word == "from":
            break
        depth += (word in OPENING) - (word in CLOSING)
        if depth == 0 and word == ",":
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _makes_rows(items: list[list[str]]) -> bool:
    """Whether an aggregate, a window function or a set is among the items."""
    return any(_aggregates(item) or SETS & set(item) or "over" in item for item in items)


def _aggregates(words: list[str]) -> bool:
    """Whether an aggregate is among the words, outside of sub-selects."""
    depth, inside = 0, 0
    for i, word in enumerate(words):
        depth += (word in OPENING) - (word in CLOSING)
        if inside and depth < inside:
            inside = 0
        if word == "select" and words[i - 1 : i] == ["("]:
            inside = inside or depth
        if not inside and word in AGGREGATES and words[i + 1 : i + 2] == ["("]:
            return True
    return False

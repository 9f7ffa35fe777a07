"""Whether two queries say the same, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemabook.history.canonical import Expressions
from schemabook.history.scopes import (
    Scope,
    Table,
    Verdict,
    columns_of,
    schemas_of_relation,
    worst,
)
from schemabook.history.values import parts_of
from schemabook.read.queries.system import functions
from schemabook.review.expressions import Tree

SAME, UNKNOWN, OTHER = Verdict
Trees = tuple[Tree, ...]


def compared(old: Tree, new: Tree, before: Scope, after: Scope) -> Verdict:
    """Whether two trees say the same, each in its scope; an empty one is of what is not read."""
    if not old or not new:
        return UNKNOWN
    try:
        return Queries(before, after).trees(old, new)
    except RecursionError:
        return UNKNOWN


class Queries(Expressions):
    """Two trees side by side, with queries in them."""

    def queries(self, old: Trees, new: Trees) -> Verdict:
        """Whether two trees of queries say the same."""
        before, after = self.before.inside(), self.after.inside()
        common, before, after = _common(_list(old[1]), _list(new[1]), before, after)
        if common is OTHER:
            return OTHER
        body, inner = Queries(before, after)._bodies(_list(old[2]), _list(new[2]))
        order = inner.each(_ordered(old, inner.before), _ordered(new, inner.after))
        limits = (inner.trees(old[at] or "null", new[at] or "null") for at in (4, 5))
        locks = SAME if old[6] == new[6] else UNKNOWN if old[6] and new[6] else OTHER
        return worst((common, body, order, *limits, locks))

    def _bodies(self, old: Trees, new: Trees) -> tuple[Verdict, Queries]:
        """What they select, and where the names stand that sort it."""
        if old[0] != new[0]:
            return OTHER, self
        if old[0] == "set":
            sides = (self._bodies(_list(old[at]), _list(new[at]))[0] for at in (2, 3))
            return worst((Verdict.of(old[1] == new[1]), *sides)), self
        if old[0] == "select":
            return self._selects(old, new)
        if old[0] == "query":
            return self.queries(old, new), self
        return self.each(old[1:], new[1:]), self

    def _selects(self, old: Trees, new: Trees) -> tuple[Verdict, Queries]:
        _, distinct, items, sources, _, group, _, windows = map(_list, old)
        _, distincts, others, froms, _, groups, _, others_windows = map(_list, new)
        before, after = scope_of(sources, self.before), scope_of(froms, self.after)
        inner = Queries(before, after)
        verdicts = [
            inner._sources(sources, froms),
            inner.trees(old[4] or "true", new[4] or "true"),
            inner.trees(old[6] or "true", new[6] or "true"),
            inner.each(_grouped(group, items, before), _grouped(groups, others, after)),
            inner.each(distinct, distincts),
            inner.each(windows, others_windows),
        ]
        values, selected = _expanded(items, before), _expanded(others, after)
        if values is None or selected is None:
            verdicts.append(SAME if items == others else UNKNOWN)
        else:
            verdicts.append(inner.each(values, selected))
        return worst(verdicts), inner

    def _sources(self, old: Trees, new: Trees) -> Verdict:
        if len(old) != len(new):
            return OTHER
        return worst(self._source(_list(a), _list(b)) for a, b in zip(old, new, strict=True))

    def _source(self, old: Trees, new: Trees) -> Verdict:
        if old[0] != new[0]:
            return OTHER
        match old[0]:
            case "join":
                sides = (self._source(_list(old[at]), _list(new[at])) for at in (2, 3))
                on = self._conditions(_list(old[4]), _list(new[4]))
                is_natural = any(str(side[1]).startswith("natural") for side in (old, new))
                kind = SAME if old[1] == new[1] else UNKNOWN if is_natural else OTHER
                return worst((kind, *sides, UNKNOWN if is_natural else on))
            case "table":
                said = parts_of(str(old[1]))[-1].strip('"')
                schemas = set[str]().union(
                    *(schemas_of_relation(scope.database, said) for scope in (self.before, self.after))
                )
                found = self.dotted(str(old[1]), str(new[1]), schemas)
            case "function":
                found = self.trees(old[1], new[1])
            case _:
                return self.trees(old[1], new[1])
        return worst((found, Verdict.of(old[2] == new[2]), Verdict.of(_fits(old, new))))

    def _conditions(self, old: Trees, new: Trees) -> Verdict:
        is_on = old[:1] == new[:1] == ("on",)
        return self.each(old[1:], new[1:]) if is_on else Verdict.of(old == new)


def _list(tree: Tree) -> Trees:
    """The parts of what is not a leaf; a leaf alone, and nothing of an empty one."""
    return tree if isinstance(tree, tuple) else (tree,) if tree else ()


def _fits(old: Trees, new: Trees) -> bool | None:
    """Whether the names of columns are the same: PostgreSQL adds those of a function."""
    if old[4] == new[4]:
        return True
    if old[0] != "function" or (old[4] and new[4]):
        return False
    return True if (old[4] or new[4]) == _of_function(old) else None


def _of_function(source: Trees) -> tuple[str, ...]:
    """The column of a function of PostgreSQL's that returns no rows of several."""
    known = functions(parts_of(str(source[1][1]))[-1])
    return (str(source[3]),) if known and not any(f.columns for f in known) else ()


def _common(old: Trees, new: Trees, before: Scope, after: Scope) -> tuple[Verdict, Scope, Scope]:
    """The queries of WITH, one after the other; each may name those before it."""
    if len(old) != len(new) or old[:1] != new[:1]:
        return OTHER, before, after
    verdicts = []
    for one, two in zip(map(_list, old[1:]), map(_list, new[1:]), strict=True):
        if (one[0], one[2]) != (two[0], two[2]):
            return OTHER, before, after
        if old[0]:  # RECURSIVE
            before, after = _with(before, one), _with(after, two)
        verdicts.append(Queries(before, after).trees(one[3], two[3]))
        before, after = _with(before, one), _with(after, two)
    return worst(verdicts), before, after


def _with(scope: Scope, common: Trees) -> Scope:
    name, columns, _, query = common
    known = _renamed(outputs(_list(query), scope), columns)
    return replace(scope, common={**scope.common, str(name): known})


def _expanded(items: Trees, scope: Scope) -> Trees | None:
    """The selected values; None where `*` stands for columns that are not known."""
    found: list[Tree] = []
    for item in items:
        value = item[1]
        if not (isinstance(value, str) and value.endswith("*")):
            found.append(value)
            continue
        alias = parts_of(value.removesuffix("*").rstrip("."))[-1]
        columns: list[str] = []
        for table in scope.tables:
            if alias and table.alias != alias:
                continue
            if table.columns is None:
                return None
            own = [column for column in table.columns if alias or column not in table.joined]
            merged = [name for name in columns if not alias and parts_of(name)[-1] in table.joined]
            rest = [name for name in columns if name not in merged]
            columns = [*merged, *rest, *(f"{table.alias}.{column}" for column in own)]
        found += columns
    return tuple(found)


def _grouped(values: Trees, items: Trees, scope: Scope) -> Trees:
    """What is grouped by: `1` is the first value, and a name that no table has is that of a value."""
    return tuple(
        value if isinstance(value, str) and scope.column(value) else _by_item(value, items)
        for value in values
    )


def _by_item(value: Tree, items: Trees) -> Tree:
    if not isinstance(value, str):
        return value
    if value.isdecimal() and 0 < int(value) <= len(items):
        return items[int(value) - 1][1]
    return next((item[1] for item in items if item[2] == value), value)


def _ordered(query: Trees, scope: Scope) -> Trees:
    """How a query sorts: by its values, or by their numbers where it puts several together."""
    body, sorts = _list(query[2]), tuple(map(_list, _list(query[3])))
    if body[0] == "select":
        return tuple((way, _by_item(value, _list(body[2])), nulls) for way, value, nulls in sorts)
    names = list(outputs(query, scope) or ())
    return tuple(
        (way, str(names.index(str(value)) + 1) if value in names else value, nulls)
        for way, value, nulls in sorts
    )


# what is read


def scope_of(sources: Trees, outer: Scope) -> Scope:
    """The scope of a query that reads these."""
    scope = outer if not outer.tables and outer.outer else outer.inside()
    for source in sources:
        scope = _with_source(scope, _list(source))
    return scope


def _with_source(scope: Scope, source: Trees) -> Scope:
    if source[0] == "join":
        scope = _with_source(_with_source(scope, _list(source[2])), _list(source[3]))
        condition = _list(source[4])
        last = scope.tables[-1]
        if condition[:1] == ("using",):
            joined = tuple(map(str, condition[1:]))
            return replace(scope, tables=(*scope.tables[:-1], replace(last, joined=joined)))
        if str(source[1]).startswith("natural"):
            return replace(scope, tables=(*scope.tables[:-1], replace(last, columns=None)))
        return scope
    return replace(scope, tables=(*scope.tables, _table(source, scope)))


def _table(source: Trees, scope: Scope) -> Table:
    known: Mapping[str, str] | None
    if source[0] == "table":
        found = scope.common_of(str(source[1]))
        known = columns_of(scope, str(source[1])) if found is False else found  # type: ignore[assignment]  # never True
        return scope.table(str(source[3]), _renamed(known, source[4]))
    if source[0] == "function":
        names = _list(source[4]) or _of_function(source)
        return Table(str(source[3]), dict.fromkeys(map(str, names), "") or None)
    return Table(str(source[2]), _renamed(outputs(_list(source[1]), scope), source[3]))


def _renamed(columns: Mapping[str, str] | None, names: Tree) -> Mapping[str, str] | None:
    if columns is None or not names:
        return columns if columns is not None or not names else None
    types = list(columns.items())
    renamed = [(str(name), type_) for name, (_, type_) in zip(names, types, strict=False)]
    return dict([*renamed, *types[len(renamed) :]])


def outputs(query: Trees, outer: Scope) -> Mapping[str, str] | None:
    """The columns of a query with their types; None where they are not all known."""
    scope, body = outer, query
    while body[0] in ("query", "set"):
        if body[0] == "query":
            for common in _list(body[1])[1:]:
                scope = _with(scope, _list(common))
        body = _list(body[2])
    if body[0] == "values":
        return {f"column{number}": "" for number in range(1, len(body[1]))}
    inner = scope_of(_list(body[3]), scope.inside())
    found: dict[str, str] = {}
    for item in _list(body[2]):
        if isinstance(item[1], str) and item[1].endswith("*"):
            values = _expanded((item,), inner)
            if values is None:
                return None
            found.update({parts_of(str(value))[-1]: inner.type_of(str(value)) for value in values})
        else:
            found[str(item[2]) or _own_name(item[1])] = inner.types.of(item[1])
    return found


def _own_name(value: Tree) -> str:
    """What PostgreSQL calls a value that is given no name."""
    if isinstance(value, str):
        return parts_of(value)[-1]
    if value[0] == "call":
        return parts_of(str(value[1]))[-1]
    if value[0] == "cast":
        inner = _own_name(value[1])
        return parts_of(str(value[2]))[-1] if inner == "?column?" or inner.endswith("'") else inner
    if value[0] == "query" and value[2][0] == "select" and value[2][2]:
        item = value[2][2][0]
        return str(item[2]) or _own_name(item[1])
    if value[0] == "field":
        return str(value[2])
    return str(value[0]) if value[0] in ("case", "array", "exists", "coalesce", "row") else "?column?"

"""The idiom of membership: a sub-select of rows of the user, in a table that may be bound to the row."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.access.callers import Known, Scope, shown
from schemabook.access.callers import caller as caller_of
from schemabook.access.conditions import Node, Query, equal
from schemabook.access.words import Form, Idiom, Rows
from schemabook.model import Name

ROW, USER, OTHER = "", "\0user", "\0"
"""Beside aliases, which are never these."""


def through_table(node: Node, scope: Scope) -> Idiom | None:
    """A table has a row of the user; that row is bound to the row, or it counts for all of them."""
    if node.kind == "exists" and node.query:
        # An aggregate has a row even of no rows.
        plain = all(item.kind in ("star", "literal", "column") for item in node.query.items)
        return _through(node.query, (), scope) if plain else None
    if node.kind in ("in", "= any") and node.query:
        return _through(node.query, node.parts[:1], scope)
    for one, other in equal(node):
        if one.kind == "select" and one.query:
            return _through(one.query, (other,), scope)
    return None


def _through(query: Query, wanted: tuple[Node, ...], scope: Scope) -> Idiom | None:
    """What a query of the user's rows lets through; *wanted* is what its only column must be equal to."""
    tables = {alias: scope.table(names) for alias, names in query.tables}
    if not tables or len(tables) != len(query.tables) or scope.relation in tables.values():
        return None  # A policy that reads its own table fails.
    users, rows, joined, others = set[str](), set[str](), list[set[str]](), 0
    for ends in _equalities(query, wanted, tables, scope):
        inner = ends & tables.keys()
        if len(inner) == 2:
            joined.append(inner)
        elif inner and ends & {ROW, USER}:
            (rows if ROW in ends else users).update(inner)
        else:
            others += 1
    if not users:
        return None
    by, reached = shown(tables[min(users)]), _reached(users, joined)
    further = others > 0 or not tables.keys() <= reached
    if rows & reached:
        return Idiom(Rows.CONNECTED, by, further)
    return None if rows else Idiom(Rows.LISTED, by, further or len(tables) > 1)


def _equalities(
    query: Query, wanted: tuple[Node, ...], tables: dict[str, Name], scope: Scope
) -> Iterator[set[str]]:
    """What each condition of a query says to be equal; nothing where it says something else."""
    for part in query.where:
        yield {_side(side, tables, scope) for side in part.parts} if part.kind == "=" else set()
    for node in wanted:
        # Outside the query, a name means a column of the row.
        yield {_side(node, {}, scope), *(_side(item, tables, scope) for item in query.items[:1])}


def _side(node: Node, tables: dict[str, Name], scope: Scope) -> str:
    """The alias of the table whose column it is; or the row; or the user, by what he cannot change."""
    if column := scope.column(node, tables):
        return column[0]
    who = caller_of(node, scope)
    return USER if who and who.known in (Known.ID, Known.SERVER_CLAIM) else OTHER


def _reached(start: set[str], joined: list[set[str]]) -> set[str]:
    """The tables that equal columns tie to those of the start."""
    found = set(start)
    while more := set[str]().union(*(pair for pair in joined if pair & found)) - found:
        found |= more
    return found


MEMBER = "rows connected to the user through member"
LISTED = "all rows, if profile has a row of the user"
THROUGH_TABLE = Form(
    through_table,
    holds=(
        ("exists (select 1 from member m where m.team = note.team and m.person = auth.uid())", MEMBER),
        (
            "exists (select from member where member.team = note.team and person = (select auth.uid()))",
            MEMBER,
        ),
        ("team in (select m.team from member m where m.person = auth.uid())", MEMBER),
        ("team = any (select team from member where auth.uid() = person)", MEMBER),
        (
            "exists (select 1 from team t join member m on m.team = t.id where t.id = note.team "
            "and m.person = auth.uid())",
            MEMBER,
        ),
        ("auth.uid() in (select person from member where member.team = note.team)", MEMBER),
        ("exists (select 1 from profile where user_id = auth.uid())", LISTED),
        (
            "exists (select 1 from profile p where p.user_id = auth.uid() and p.role = 'admin')",
            f"{LISTED} that also meets further conditions",
        ),
        (
            "'admin' in (select role from profile where user_id = auth.uid())",
            f"{LISTED} that also meets further conditions",
        ),
        (
            "(select role from profile where user_id = auth.uid()) = 'admin'",
            f"{LISTED} that also meets further conditions",
        ),
    ),
    misses=(
        ("team in (select m.team from member m where m.person <> auth.uid())", MEMBER),
        ("team not in (select m.team from member m where m.person = auth.uid())", MEMBER),
        (
            "not exists (select 1 from member m where m.team = note.team and m.person = auth.uid())",
            MEMBER,
        ),
        ("exists (select 1 from member m where m.team <> note.team and m.person = auth.uid())", MEMBER),
        ("exists (select 1 from member m where m.person = auth.uid())", MEMBER),
        ("exists (select 1 from member where team = team and person = auth.uid())", MEMBER),
        ("exists (select 1 from member m where m.team <> note.team and auth.uid() is not null)", MEMBER),
        ("exists (select 1 from member m where m.team = note.team and auth.uid() = auth.uid())", MEMBER),
        (
            "exists (select from member m where m.team = note.team and (m.person = auth.uid() or true))",
            MEMBER,
        ),
        (
            "exists (select count(*) from member m where m.team = note.team and m.person = auth.uid())",
            MEMBER,
        ),
        (
            "exists (select 1 from team t, member m where t.id = note.team and m.person = auth.uid())",
            MEMBER,
        ),
        (
            "exists (select 1 from team t left join member m on m.team = t.id and m.person = auth.uid() "
            "where t.id = note.team)",
            MEMBER,
        ),
        ("exists (select 1 from profile where profile.user_id <> auth.uid())", LISTED),
        ("not exists (select 1 from profile where profile.user_id = auth.uid())", LISTED),
    ),
)

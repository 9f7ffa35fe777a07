"""The page of the routines of one name, all overloads on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from schemabook.model import Argument, Name, ObjectKind, Routine, RoutineKind, routine_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, badge, code, paragraphs, text
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import object_page
from schemabook.pages.receipt import warnings_on_page
from schemabook.pages.relations import statements_sql, used_by
from schemabook.pages.render import page_of
from schemabook.pages.wording import default, listed
from schemabook.project.book import Book, Page

HIGHLIGHTED = {"sql": "sql", "plpgsql": "plpgsql", "plv8": "js", "plpython3u": "python", "plperl": "perl"}
OF_PUBLIC = re.compile(r'(?<![\w".\'])public\.')
"""The schema of a name that needs none; not one in a constant."""
ONE_LINE = 80
"""A signature of more characters has a line for each argument."""
VOLATILITY = {
    "stable": "stable: it changes nothing, and while a statement runs equal arguments give equal results",
    "immutable": "immutable: it changes nothing, and equal arguments always give equal results",
}
PARALLEL = {
    "safe": "safe: it may run in parallel workers",
    "restricted": "restricted: it runs in the leader of parallel workers only",
}
"""What does not go without saying; https://www.postgresql.org/docs/current/sql-createfunction.html."""


def routine_pages(book: Book) -> Iterator[Page]:
    """The page of each name that routines have."""
    for name in dict.fromkeys(routine.name for routine in book.database.routines):
        yield page_of(book, object_page(routine_id(name)), "routine.md.j2", partial(_context, name))


def _context(name: Name, links: Links) -> dict[str, Any]:
    book = links.book
    overloads = book.database.overloads(name)
    has_bodies = all(routine.body for routine in overloads)
    kind = " and ".join(sorted({routine.kind for routine in overloads}))
    return {
        "name": f"{name}()",
        "about": Markdown(f"{links.kind_in(kind, name.schema)}{links.stop}{_badges(book, overloads)}"),
        "notes": NotesOnPage(links).of(routine_id(name)),
        "warnings": warnings_on_page(book, routine_id(name)),
        "routines": [_routine(book, routine, links) for routine in overloads],
        "used_by": used_by(links, book.database.references_to(routine_id(name))),
        "uses": sorted(set(_uses(book, name, links))),
        "has_bodies": has_bodies,
        # An aggregate has no body: all that it is stands in its SQL.
        "sql": statements_sql(book, routine_id(name)) if book.for_site or not has_bodies else "",
    }


def _routine(book: Book, fact: Routine, links: Links) -> dict[str, Any]:
    return {
        "title": str(fact.signature).removeprefix("public."),
        "signature": signature(fact),
        "comment": paragraphs(fact.comment or ""),
        "properties": [{"name": name, "value": value} for name, value in _properties(book, fact, links)],
        "arguments": [_argument(a, links) for a in fact.arguments if a.mode != "table"],
        "has_modes": any(a.mode not in ("in", "table") or a.default for a in fact.arguments),
        "columns": [_argument(a, links) for a in fact.arguments if a.mode == "table"],
        "body": fact.body or "",
        "language": HIGHLIGHTED.get(fact.language, "text"),
    }


def _argument(fact: Argument, links: Links) -> dict[str, Markdown | str]:
    """A row of the table of arguments, or of the columns that are returned."""
    words = [] if fact.mode in ("in", "table") else [fact.mode]
    if fact.default:
        words.append(f"default {default(fact.default, fact.type)}")
    return {
        "name": code(fact.name) if fact.name else "",
        "type": links.type(fact.type),
        "mode": Markdown(", ".join(words)),
    }


def _badges(book: Book, overloads: tuple[Routine, ...]) -> Markdown:
    is_definer = any(routine.security_definer for routine in overloads)
    return Markdown(f" {badge('security definer', for_site=book.for_site)}" if is_definer else "")


def _properties(book: Book, fact: Routine, links: Links) -> Iterator[tuple[str, Markdown]]:
    """What is said of a routine beside its arguments; what goes without saying is left out."""
    is_aggregate = fact.kind is RoutineKind.AGGREGATE
    if fact.returns and not fact.returns.startswith("TABLE("):
        kind = fact.returns.removeprefix("SETOF ")
        yield "Returns", Markdown(f"{'a set of ' if kind != fact.returns else ''}{links.type(kind)}")
    if not is_aggregate:
        yield "Language", text(fact.language)
        owner = code(fact.owner) if fact.owner else ""
        as_owner = f"its owner{f', {owner}' if owner else ''} (**security definer**)"
        yield "Runs with the privileges of", Markdown(as_owner if fact.security_definer else "its caller")
    if routine_id(fact.name) not in book.reduced:
        yield "May be executed by", _executors(book, fact, links)
    if fact.kind is RoutineKind.FUNCTION and fact.volatility in VOLATILITY:
        yield "Volatility", Markdown(VOLATILITY[fact.volatility])
    if fact.strict:
        yield "Null arguments", Markdown("with one of them it returns null without running")
    if fact.leakproof:
        yield "Leakproof", Markdown("it reveals nothing of its arguments but its result")
    if fact.parallel in PARALLEL:
        yield "Parallel", Markdown(PARALLEL[fact.parallel])
    if fact.settings:
        shown = (f"{code(name)} is {code(value or ' ')}" for name, value in fact.settings)
        yield "Settings", Markdown("<br>".join(shown))


def signature(fact: Routine) -> str:
    """The routine as it is called: `f(a integer, b text DEFAULT 'x') → text`; a long one on several lines."""
    arguments: list[str] = []
    columns: list[str] = []
    for argument in fact.arguments:
        mode = "" if argument.mode in ("in", "table") else argument.mode.upper()
        default = f"DEFAULT {argument.default.text}" if argument.default else ""
        words = (mode, argument.name, argument.type, default)
        shown = " ".join(word for word in words if word)
        (columns if argument.mode == "table" else arguments).append(shown)
    called = f"{fact.name.name}({', '.join(arguments)})"
    returns = f" → {fact.returns}" if fact.returns else ""
    if len(called + returns) > ONE_LINE and len(arguments) > 1:
        called = f"{fact.name.name}({_lines(arguments)})"
    if len(called.rpartition("\n")[2] + returns) > ONE_LINE and columns:
        returns = f" → TABLE({_lines(columns)})"
    return OF_PUBLIC.sub("", called + returns)


def _lines(items: list[str]) -> str:
    return "".join(f"\n    {item}," for item in items).rstrip(",") + "\n"


def _executors(book: Book, fact: Routine, links: Links) -> Markdown:
    """Who may call it; PUBLIC may unless the dump revokes that."""
    privileges = book.database.privileges_on(routine_id(fact.signature))
    public = next((p for p in privileges if p.grantee == "public"), None)
    named = [links.role(p.grantee) for p in privileges if p.privileges and p.grantee != "public"]
    if public is None or public.privileges:
        return Markdown("everybody")
    return listed(named) or Markdown("its owner only")


def _uses(book: Book, name: Name, links: Links) -> Iterator[Markdown]:
    for reference in book.database.references_from(routine_id(name)):
        target = reference.target.whole
        if target.kind is ObjectKind.ROUTINE:
            yield Markdown(f"function {links.routine(target.name)}")
        elif target.kind is ObjectKind.RELATION:
            relation = book.database.relations.get(target.name)
            kind = relation.kind.words if relation else "table"
            yield Markdown(f"{kind} {links.relation(target.name)}")

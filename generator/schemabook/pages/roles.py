"""The pages of the roles, on the site: what each is, owns and may do, by itself and through others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from schemabook.model import PUBLIC
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown
from schemabook.pages.others import default_words
from schemabook.pages.paths import Beside, role_page
from schemabook.pages.render import page_of
from schemabook.pages.role_objects import RoleObjects, granted_numbers, numbers, owned_numbers
from schemabook.pages.role_relations import RoleRelations
from schemabook.pages.tables import Row, Table
from schemabook.pages.wording import listed
from schemabook.project.book import Book, Page

PREDEFINED = {
    "pg_database_owner": "has one member, the owner of the database",
    "pg_maintain": "may vacuum, analyze, reindex, refresh and lock every table",
    "pg_read_all_data": "may read every table, view and sequence",
    "pg_write_all_data": "may insert, update and delete in every table and view",
}
"""Roles that PostgreSQL brings: https://www.postgresql.org/docs/current/predefined-roles.html."""
SUPABASE = {
    "anon": "used by the Data API for requests without a signed-in user",
    "authenticated": "used by the Data API for signed-in users",
    "authenticator": "the Data API logs in with it, then switches to the role of the request",
    "service_role": "used by the project's own servers, with its secret key",
}
"""Roles of every Supabase project: https://supabase.com/docs/guides/database/postgres/roles."""

UNDEFINED = "the dump does not define this role, so it is not known"


def role_list(book: Book) -> Iterator[Page]:
    """The list of roles."""
    yield page_of(book, Beside.ROLES.page, "roles.md.j2", _list)


def _list(links: Links) -> dict[str, Any]:
    rows = [_row(links.book, links, role) for role in links.book.roles.names]
    return {"table": Table(Markdown(""), ("Role", "What it is", "Owns", "Has privileges on"), rows)}


def role_pages(book: Book) -> Iterator[Page]:
    """The page of each role."""
    for role in book.roles.names:
        yield page_of(book, role_page(role), "role.md.j2", partial(_context, role))


def _context(role: str, links: Links) -> dict[str, Any]:
    return RolePage(links.book, role, links).context()


def _row(book: Book, links: Links, role: str) -> Row:
    about = Markdown("; ".join(_properties(book, role)) or "the dump does not define it")
    owned, has = numbers(owned_numbers(book, role)), numbers(granted_numbers(book, role))
    return links.role(role), about, owned, has


def _properties(book: Book, role: str) -> Iterator[str]:
    """What a role is, in words."""
    fact, roles = book.database.roles.get(role), book.roles
    if role == PUBLIC:
        yield "every role: each role has the privileges that are granted to it"
    if role in PREDEFINED:
        yield f"a predefined role of PostgreSQL, which {PREDEFINED[role]}"
    if roles.is_supabase and role in SUPABASE:
        yield SUPABASE[role]
    if fact and fact.superuser:
        yield "**superuser**: no privilege or policy is checked"
    if fact and fact.login is not None:
        yield "may log in" if fact.login else "cannot log in"
    if roles.bypasses(role):
        known = "" if fact and fact.bypass_rls else ", as in every Supabase project"
        yield f"**bypasses row security**{known}"


def _capital(words: str) -> str:
    """The words as a sentence begins, also where they begin in bold."""
    first = len(words) - len(words.lstrip("*"))
    return words[:first] + words[first].upper() + words[first + 1 :]


class RolePage:
    """What the template of a role shows."""

    def __init__(self, book: Book, role: str, links: Links) -> None:
        self.book = book
        self.roles = book.roles
        self.role = role
        self.links = links
        self.fact = book.database.roles.get(role)

    def context(self) -> dict[str, Any]:
        """All values of the template; what a role does not have is empty."""
        objects = RoleObjects(self.book, self.role, self.links)
        relations = RoleRelations(self.book, self.role, self.links)
        return {
            "name": self.role,
            "about": Markdown(" ".join(f"{_capital(words)}." for words in self._about())),
            "membership": list(self._membership()),
            "owns": list(objects.owns()),
            "schemas": list(objects.schemas()),
            "tables": list(relations.tables()),
            "together": list(relations.together()),
            "functions": list(objects.functions()),
            "others": list(objects.others()),
            "defaults": sorted(
                default_words(fact, self.links)
                for fact in self.book.database.default_privileges
                if self.role in (fact.role, fact.grantee)
            ),
        }

    def _about(self) -> Iterator[str]:
        """What it is, and what the dump does not say of it."""
        yield from _properties(self.book, self.role)
        is_told = self.fact is not None and self.fact.login is not None
        if not is_told and self.role != PUBLIC and self.role not in PREDEFINED:
            yield self._unknown()

    def _unknown(self) -> str:
        if self.roles.bypasses(self.role) or (self.roles.is_supabase and self.role in SUPABASE):
            return f"{UNDEFINED} whether it may log in"
        words = f"{UNDEFINED} whether it may log in or bypasses row security"
        return f"{words}; the rest of this page assumes that it does not bypass it"

    def _membership(self) -> Iterator[Markdown]:
        """Whose member it is, who its members are, and where further privileges come from."""
        groups = self.fact.member_of if self.fact else ()
        if groups:
            words = f"Member of {self._listed(groups)}"
            if self.fact and self.fact.inherit is False:
                words += ", but does not inherit their privileges: it has them only after `SET ROLE`"
            yield Markdown(words)
        if further := [name for name in self.roles.inherited(self.role) if name not in groups]:
            yield Markdown(f"Through these, also a member of {self._listed(further)}")
        if members := self.roles.members.get(self.role):
            yield Markdown(f"Members: {self._listed(members)}")
        others = (*self.roles.inherited(self.role), *([PUBLIC] if self.role != PUBLIC else []))
        if sources := [name for name in others if name in self.roles.known]:
            yield Markdown(f"It also has the privileges of {self._listed(sources)}")

    def _listed(self, names: tuple[str, ...] | list[str]) -> Markdown:
        return listed([self._named(name) for name in names])

    def _named(self, role: str) -> Markdown:
        shown = self.links.role(role)
        return Markdown(f"everybody ({shown})") if role == PUBLIC else shown

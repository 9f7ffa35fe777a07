"""The overview: what the database holds, in which groups, how large, how protected, how to refresh it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from schemabook.access.idioms import is_anonymous_read, is_for_service, is_own_rows
from schemabook.config import ImportantTable, Link
from schemabook.model import (
    Name,
    Policy,
    Receipt,
    Relation,
    RelationKind,
    Routine,
    TableStatistics,
    Trigger,
    Type,
    TypeKind,
    format_bytes,
)
from schemabook.pages.book import Book
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, sentence
from schemabook.pages.paths import PLAIN
from schemabook.pages.receipt import PATH as RECEIPT
from schemabook.pages.receipt import unread_words
from schemabook.pages.render import render
from schemabook.pages.wording import listed

PATH = "index.md"
TABLE_KINDS = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE, RelationKind.FOREIGN_TABLE})


def overview_page(book: Book) -> tuple[str, str]:
    """Path and Markdown of the overview."""
    return PATH, render(book, "overview.md.j2", Overview(book).context())


def count(number: int, word: str) -> str:
    """`1 table`, `20 tables`, `3 policies`."""
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number:,} {word if number == 1 else plural}"


class Overview:
    """What the template of the overview shows."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.database = book.database
        self.links = Links(book, PATH)

    def context(self) -> dict[str, Any]:
        """All values of the template."""
        config = self.book.config
        schemas = [self._schema(name) for name in self.database.schemas]
        return {
            "title": config.title,
            "description": config.description,
            "summary": self._summary(schemas),
            "schemas": schemas,
            "files": [*self._dumps(), *self._statistics_files()],
            "groups": list(self._groups()),
            "size": list(Size(self.book, self.links).lines()),
            "important": [self._important(table) for table in config.important_tables],
            "security": list(self._security()),
            "policies": list(self._policies()),
            "usage": self._usage(),
            "refresh": [{"description": r.description, "command": r.command} for r in config.refresh],
            "migration_notes": config.migration_notes,
            "receipt": _receipt(self.database.receipt),
            "receipt_page": link("receipt", RECEIPT) if self.book.for_site else "",
            "unread": [unread_words(self.book, found) for found in self.database.receipt.unread],
            "others": link("Other objects", "others.md") if self._has_others() else "",
            "links": [_outside_link(found) for found in config.links],
        }

    # what there is

    def _schema(self, name: str) -> dict[str, Any]:
        database = self.database
        relations = [r for r in database.relations.values() if r.name.schema == name]
        return {
            "link": self.links.schema(name),
            "tables": sum(r.kind in TABLE_KINDS and not r.partition_of for r in relations),
            "views": sum(r.is_view for r in relations),
            "functions": sum(s.name.schema == name for s in database.routines),
            "types": sum(t.schema == name for t in database.types),
            "policies": sum(p.relation.schema == name for p in database.policies.values()),
        }

    def _summary(self, schemas: list[dict[str, Any]]) -> Markdown:
        kinds = ("table", "view", "function", "type", "policy")
        keys = ("tables", "views", "functions", "types", "policies")
        total = [count(sum(s[key] for s in schemas), kind) for key, kind in zip(keys, kinds, strict=True)]
        held = listed([Markdown(words) for words in total])
        return Markdown(f"The database holds {held} in {count(len(schemas), 'schema')}.")

    # the files

    def _dumps(self) -> Iterator[dict[str, Any]]:
        """The dumps as they were read; one may be a folder of several files."""
        for file in self.book.config.dumps:
            read = [i for i in self.database.inputs if file.path in (Path(i.path), *Path(i.path).parents)]
            size = format_bytes(sum(i.bytes for i in read))
            yield {
                "title": "Migrations" if len(read) > 1 else "Schema dump",
                "name": PurePath(file.file).name,
                "size": f"{count(len(read), 'file')}, {size}" if len(read) > 1 else size,
                "description": file.description,
                "holds": list(self._held(frozenset(i.path for i in read))),
            }

    def _held(self, files: frozenset[str]) -> Iterator[Markdown]:
        """What the files hold, a line for each schema."""
        for schema in self.database.schemas:
            found = [words for words in self._held_in(files, schema) if words]
            if found:
                yield Markdown(f"{self.links.schema(schema)}: {', '.join(found)}")

    def _held_in(self, files: frozenset[str], schema: str) -> Iterator[str]:
        database = self.database
        relations = [r for r in database.relations.values() if _is_from(r, files, schema)]
        enums = [t for t in database.types.values() if _is_from(t, files, schema)]
        routines = [r for r in database.routines.values() if _is_from(r, files, schema)]
        policies = [p for p in database.policies.values() if _is_from(p, files, schema)]
        triggers = [t for t in database.triggers.values() if _is_from(t, files, schema)]
        numbers = (
            (sum(r.kind in TABLE_KINDS and not r.partition_of for r in relations), "table"),
            (sum(r.partition_of is not None for r in relations), "partition"),
            (sum(r.is_view for r in relations), "view"),
            (len(routines), "function"),
            (len(triggers), "trigger"),
            (len(policies), "policy"),
            (sum(t.kind is TypeKind.ENUM for t in enums), "enum"),
            (sum(t.kind is not TypeKind.ENUM for t in enums), "other type"),
        )
        for number, word in numbers:
            yield count(number, word) if number else ""

    def _statistics_files(self) -> Iterator[dict[str, Any]]:
        for file in self.book.config.statistics:
            found = [
                s for s in self.book.statistics.statistics.values() if s.source.path == file.path.as_posix()
            ]
            with_rows = sum(s.rows is not None for s in found)
            with_sizes = sum(s.total_bytes is not None for s in found)
            yield {
                "title": "Table statistics",
                "name": PurePath(file.file).name,
                "size": format_bytes(self.book.sizes.get(file.path.as_posix(), 0)),
                "description": file.description,
                "holds": [
                    Markdown(f"rows of {count(with_rows, 'table')}, sizes of {count(with_sizes, 'table')}"),
                ],
            }

    # the tables

    def _groups(self) -> Iterator[dict[str, Any]]:
        for group, relations in self.book.groups.groups:
            yield {
                "name": group.name,
                "description": group.description,
                "tables": [self._table(relation) for relation in relations],
            }
        others = [r for r in self.book.groups.others if not r.is_view and not r.partition_of]
        if others:
            whole = {r.name.schema for r in self.database.relations.values() if r.kind in TABLE_KINDS}
            title = "All tables" if whole == {r.name.schema for r in others} else "Tables of public"
            title = "Other tables" if self.book.groups.groups else title
            yield {"name": title, "description": "", "tables": [self._table(r) for r in others]}

    def _table(self, relation: Relation) -> dict[str, str]:
        """A row of a group's table; rows and size are empty where there are no statistics."""
        found = self.book.statistics.statistics.get(relation.name)
        rows = found.rows if found else None
        size = found.total_bytes if found else None
        return {
            "link": self.links.relation(relation.name),
            "rows": "" if rows is None else f"{rows:,}",
            "size": "" if size is None else format_bytes(size),
            "comment": sentence(relation.comment),
        }

    def _has_others(self) -> bool:
        database = self.database
        found = (database.extensions, database.publications, database.roles, database.others)
        return any(found) or bool(database.default_privileges)

    def _important(self, table: ImportantTable) -> dict[str, Any]:
        facts = []
        keys = self.database.foreign_keys_of(table.name)
        targets = sorted({key.references.relation for key in keys if key.references} - {table.name})
        if targets:
            facts.append(Markdown(f"References {listed([self.links.relation(name) for name in targets])}"))
        sources = sorted({key.relation for key in self.database.foreign_keys_to(table.name)} - {table.name})
        if sources:
            facts.append(Markdown(f"Referenced by {listed([self.links.relation(name) for name in sources])}"))
        link_, comment = self.links.relation(table.name), self.database.relations[table.name].comment
        return {
            "title": self.links.shown(table.name),
            "link": Markdown(f"{link_}: {sentence(comment)}" if comment else link_),
            "notes": table.notes,
            "facts": facts,
        }

    # security

    def _security(self) -> Iterator[Markdown]:
        """What the Data API exposes, and row security of each schema's tables, in words."""
        if self.book.exposed is not None:
            shown = listed([self.links.schema(name) for name in self._exposed()]) or "no schema"
            yield Markdown(f"The Data API exposes {shown}")
        for schema in self.database.schemas:
            tables = [r for r in self.database.relations_in(schema, *TABLE_KINDS) if not r.partition_of]
            if not tables:
                continue
            off = [r for r in tables if not r.row_security]
            bare = [r for r in tables if r.row_security and not self._permits(r)]
            on = _of(len(tables) - len(off), len(tables))
            words = f"{self.links.schema(schema)}: row security is on for {on}"
            if off and len(off) < len(tables):
                words += f", off for {self._named(off)}"
            if bare:
                every = len(bare) == len(tables)
                on = "" if every else f" on {self._named(bare)}"
                words += f"; no policy permits anything{on}: only the owner and roles that bypass "
                words += "row security reach rows there"
            yield Markdown(words)

    def _permits(self, relation: Relation) -> bool:
        return any(policy.permissive for policy in self.database.policies_of(relation.name))

    def _exposed(self) -> list[str]:
        return [name for name in self.book.exposed or () if name in self.database.schemas]

    def _named(self, relations: list[Relation]) -> Markdown:
        if len(relations) > 6:
            return Markdown(count(len(relations), "table"))
        return listed([self.links.relation(r.name) for r in relations])

    def _policies(self) -> Iterator[Markdown]:
        """The kinds of policy that the schema really has, with their tables."""
        relations = self.database.relations
        policies = [p for p in self.database.policies.values() if relations[p.relation].row_security]
        kinds = (
            ("User data isolation", is_own_rows),
            ("Service role access", is_for_service),
            ("Anonymous read access", self._is_anonymous_read),
            ("Restrictive, narrowing what others permit", _is_restrictive),
        )
        for title, belongs in kinds:
            found = [policy for policy in policies if belongs(policy)]
            if found:
                tables = self._covered(_tables(found))
                yield Markdown(f"**{title}:** {count(len(found), 'policy')} on {tables}")

    def _is_anonymous_read(self, policy: Policy) -> bool:
        return is_anonymous_read(policy, self.database.privileges_on("relation", policy.relation))

    def _covered(self, names: list[Name]) -> Markdown:
        """The tables by name, or `all 20 tables of public`."""
        schema = names[0].schema
        everything = [r.name for r in self.database.relations_in(schema, *TABLE_KINDS)]
        if len(names) > 6 and names == everything:
            return Markdown(f"all {len(names)} tables of {self.links.schema(schema)}")
        return listed([self.links.relation(name) for name in names])

    # how to use it

    def _usage(self) -> Markdown:
        """How to find a statement in the dump by hand."""
        dump = self.book.config.shown(self.book.config.dumps[0].path)
        grouped = [relation for _, relations in self.book.groups.groups for relation in relations]
        table = next(iter(grouped or self.database.relations.values()), None)
        commands = [f"# the whole definition\nless {dump}"]
        if table and PLAIN.fullmatch(table.name.name):
            commands.append(f"# one table\ngrep -A 20 'CREATE TABLE.*{table.name.name}' {dump}")
        search = "Type a table's or a column's name into the search, or follow the links above."
        return Markdown(f"{search}\n\n```bash\n" + "\n\n".join(commands) + "\n```")


class Size:
    """How large the tables are, as far as the statistics tell."""

    def __init__(self, book: Book, links: Links) -> None:
        self.book = book
        self.links = links
        every = {name.schema for name in book.database.relations}
        grouped = {r.name.schema for _, rs in book.groups.groups for r in rs}
        self.schemas = grouped or {"public"} & every or every
        self.tables = [
            r.name
            for r in book.database.relations.values()
            if r.name.schema in self.schemas and r.kind in TABLE_KINDS and not r.partition_of
        ]
        known = book.statistics.statistics
        self.known: dict[Name, TableStatistics] = {name: known[name] for name in self.tables if name in known}

    def lines(self) -> Iterator[Markdown]:
        """Totals, the largest table and the one with most rows."""
        shown = listed([code(schema) for schema in sorted(self.schemas)])
        yield Markdown(f"**Tables:** {len(self.tables)} in {shown}")
        if not self.known:
            return
        missing = [name for name in self.tables if name not in self.known]
        lacks = f"; {listed([self.links.relation(n) for n in missing])} without" if missing else ""
        yield Markdown(f"**With statistics:** {len(self.known)}{lacks}")
        sized = [(s.total_bytes, name) for name, s in self.known.items() if s.total_bytes is not None]
        if sized:
            total = format_bytes(sum(size for size, _ in sized))
            largest, name = max(sized, key=lambda found: (found[0], found[1]))
            yield Markdown(f"**Total size:** {total}, data and indexes")
            yield Markdown(f"**Largest table:** {self.links.relation(name)} ({format_bytes(largest)})")
        counted = [(s.rows, name) for name, s in self.known.items() if s.rows is not None]
        if counted:
            rows, name = max(counted)
            yield Markdown(f"**Most rows:** {self.links.relation(name)} ({count(rows, 'row')})")


def _is_from(fact: Relation | Type | Routine | Policy | Trigger, files: frozenset[str], schema: str) -> bool:
    name = fact.relation if isinstance(fact, Policy | Trigger) else fact.name
    return fact.source.path in files and name.schema == schema


def _is_restrictive(policy: Policy) -> bool:
    return not policy.permissive


def _tables(policies: Iterable[Policy]) -> list[Name]:
    return sorted({policy.relation for policy in policies})


def _of(some: int, whole: int) -> str:
    if some == whole:
        return f"all {whole} tables" if whole > 1 else "its only table"
    return f"{some} of {count(whole, 'table')}" if some else "no table"


def _receipt(receipt: Receipt) -> Markdown:
    """Whether every statement is accounted for; the numbers are on a page of the built site."""
    if receipt.unread:
        return Markdown("These statements of the dump were not understood, so what they say is missing here:")
    return Markdown("Every statement of the dump is documented here, or says nothing about the schema.")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _outside_link(found: Link) -> Markdown:
    """A link of the settings, which are the reader's own text."""
    words = link(found.title, found.url)
    return Markdown(f"{words}: {found.description}" if found.description else words)

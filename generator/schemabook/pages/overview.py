"""The overview: what the database holds, in which groups, how large, how protected, how to refresh it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from schemabook.model import Policy, Receipt, Relation, Routine, Trigger, Type, TypeKind, format_bytes
from schemabook.pages.access_page import has_access
from schemabook.pages.links import Links
from schemabook.pages.listings import schema_of
from schemabook.pages.markdown import Markdown, link, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.others import has_others
from schemabook.pages.paths import OVERVIEW, PLAIN, Beside
from schemabook.pages.protection import Protection
from schemabook.pages.receipt import unread_words
from schemabook.pages.render import page_of
from schemabook.pages.statistics import Size
from schemabook.pages.table_rows import (
    about,
    first_referenced,
    most_referenced,
    number,
    of_main_schema,
    of_their_schema,
    table_list,
)
from schemabook.pages.tables import Row, Table, dense
from schemabook.pages.wording import TABLE_KINDS, count, listed
from schemabook.project.book import Book, Page
from schemabook.project.config import ImportantTable

MOST_LISTED = 60
"""With more tables than these the built overview has the groups, and lists have the tables."""
MOST_REFERENCED, MOST_NAMED = 20, 4
"""How many tables that others reference stand for all, and for those of a group."""
KINDS = {"tables": "table", "views": "view", "functions": "function", "types": "type", "policies": "policy"}
HELD = ("table", "partition", "view", "function", "trigger", "policy", "enum", "other type")
"""What a file holds, in the order in which it is told."""


def overview_page(book: Book, browse: Callable[[Links], Markdown]) -> Iterator[Page]:
    """The overview; *browse* makes the line that leads to other pages."""

    def context(links: Links) -> dict[str, Any]:
        return {"browse": browse(links), **Overview(links).context()}

    yield page_of(book, OVERVIEW, "overview.md.j2", context)


class Overview:
    """What the template of the overview shows."""

    def __init__(self, links: Links) -> None:
        self.book = links.book
        self.database = links.database
        self.links = links
        self.notes = NotesOnPage(links)

    def context(self) -> dict[str, Any]:
        """All values of the template."""
        config = self.book.config
        schemas = {name: self._schema(name) for name in self.database.schemas}
        empty = [name for name, found in schemas.items() if not any(found.values())]
        protection = Protection(self.book, self.links)
        return {
            "title": config.title,
            "description": self.notes.paragraphs(config.description),
            "summary": self._summary(schemas),
            "schemas": self._schemas({name: schemas[name] for name in schemas if name not in empty}),
            "empty": listed([self.links.schema(name) for name in empty]),
            "files": [*self._dumps(), *self._statistics_files()],
            "groups": list(self._groups()) if self.is_whole else [],
            "grouped": None if self.is_whole else self._grouped(),
            "all": link("the list of all tables", Beside.TABLES.page),
            "size": list(Size(self.book, self.links).lines()),
            "important": [self._important(table) for table in config.important_tables],
            "who": self._who(),
            "data_api": next(protection.data_api(), ""),
            "row_security": list(protection.tables()),
            "exposed": list(protection.exposed()),
            "policies": list(protection.policies()),
            "usage": self._usage(),
            "refresh": [
                {"description": self.notes.paragraphs(r.description), "command": r.command}
                for r in config.refresh
            ],
            "migration_notes": [self.notes.line(note) for note in config.migration_notes],
            "receipt": _receipt(self.database.receipt),
            "receipt_page": link("receipt", Beside.RECEIPT.page) if self.book.for_site else "",
            "unread": [unread_words(self.book, *found) for found in self.database.receipt.causes],
            "others": link("Other objects", Beside.OTHERS.page) if has_others(self.book) else "",
            "links": [self.notes.link(found, found.url) for found in config.links],
        }

    # what there is

    def _schemas(self, found: dict[str, dict[str, int]]) -> Table | None:
        """What is in each; the committed page has all, without numbers."""
        names = found if self.book.for_site else self.database.schemas
        comments = {name: sentence(self.database.schemas[name].comment) for name in names}
        if not self.book.for_site:
            all_: list[Row] = [(self.links.schema(name), comments[name]) for name in names]
            return Table(Markdown(""), ("Schema", "Description"), all_)
        if len(found) < 2:
            return None
        heads = [key.capitalize() for key in KINDS]
        rows: list[Row] = [
            (
                self.links.schema(name),
                *(number(found[name][key]) for key in KINDS),
                comments[name],
            )
            for name in names
        ]
        return dense(Markdown(""), ("Schema", *heads, "Description"), rows)

    def _schema(self, name: str) -> dict[str, int]:
        """How many objects of each kind it has, also of one that is not told."""
        found = self._numbers(name)
        numbers = {key: found[kind] for key, kind in KINDS.items()}
        numbers["types"] = found["enum"] + found["other type"]
        return numbers | {"others": found["partition"] + self.book.objects["sequence", name]}

    def _numbers(self, schema: str, files: frozenset[str] | None = None) -> Counter[str]:
        """How many objects of a kind are in a schema, or come from these files; overloads are one."""
        database = self.database
        routines = {signature.name: fact for signature, fact in database.routines.items()}
        every = (database.relations, routines, database.types, database.policies, database.triggers)
        return Counter(
            _word(fact)
            for facts in every
            for fact in facts.values()
            if schema_of(fact) == schema and (files is None or fact.source.path in files)
        )

    def _summary(self, schemas: dict[str, dict[str, int]]) -> Markdown:
        sums = {kind: sum(found[key] for found in schemas.values()) for key, kind in KINDS.items()}
        held = [Markdown(count(number, kind)) for kind, number in sums.items() if number]
        full = [name for name, found in schemas.items() if any(found.values())]
        where = f"schema {self.links.schema(full[0])}" if len(full) == 1 else count(len(full), "schema")
        return Markdown(f"The database holds {listed(held) or 'nothing'} in {where}.")

    def _who(self) -> Markdown:
        """What leads to the page of who can do what, where there is one."""
        if not (self.book.for_site and has_access(self.book)):
            return Markdown("")
        return Markdown(f"{link('Who can do what', Beside.ACCESS.page)} has each role and each table.")

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
                "description": self.notes.line(file.description),
                "holds": list(self._held(frozenset(i.path for i in read))),
            }

    def _held(self, files: frozenset[str]) -> Iterator[Markdown]:
        """What the files hold, a line for each schema."""
        for schema in self.database.schemas:
            found = self._numbers(schema, files)
            if words := [count(found[word], word) for word in HELD if found[word]]:
                yield Markdown(f"{self.links.schema(schema)}: {', '.join(words)}")

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
                "description": self.notes.line(file.description),
                "holds": [
                    Markdown(f"rows of {count(with_rows, 'table')}, sizes of {count(with_sizes, 'table')}"),
                ],
            }

    # the tables

    @property
    def is_whole(self) -> bool:
        """Whether all tables are listed here."""
        listed_ = (*chain.from_iterable(found for _, found in self.book.groups.groups), *self._others)
        return not self.book.for_site or len(listed_) <= MOST_LISTED

    @property
    def _others(self) -> list[Relation]:
        """The tables in no group."""
        return [r for r in self.book.groups.others if not r.is_view and not r.partition_of]

    def _groups(self) -> Iterator[dict[str, Any]]:
        """Each group with its tables."""
        for place, (group, relations) in enumerate(self.book.groups.groups):
            yield {
                "name": self.links.group(group.name),
                "description": self.notes.paragraphs(group.description),
                "tables": self._list(relations, f"group-{place}"),
            }
        if others := self._others:
            whole = {r.name.schema for r in self.database.relations.values() if r.kind in TABLE_KINDS}
            title = "All tables" if whole == {r.name.schema for r in others} else "Tables of public"
            title = "Other tables" if self.book.groups.groups else title
            yield {"name": title, "description": "", "tables": self._list(others, "others")}

    def _list(self, relations: Iterable[Relation], key: str) -> Table:
        """The tables; on the committed page with what they are alone."""
        if self.book.for_site:
            return table_list(self.links, Markdown(""), relations, key)
        rows: list[Row] = [(self.links.relation(r.name), about(self.links, r)) for r in relations]
        return Table(Markdown(""), ("Table", "Description"), rows)

    def _grouped(self) -> Table:
        """The groups, a row each; without any, the tables that others reference most."""
        links = of_main_schema(self.links)
        if not self.book.groups.groups:
            found = first_referenced(self.book, self._others, MOST_REFERENCED)
            return table_list(links, Markdown("Some, those that others reference first"), found, "most")
        others = link("Other tables", Beside.TABLES.page)
        groups: list[tuple[Markdown, str, Iterable[Relation]]] = [
            *((links.group(g.name), self.notes.line(g.description), rs) for g, rs in self.book.groups.groups),
            *([(others, "", self._others)] if self._others else []),
        ]
        rows = [self._group_row(links, name, words, tuple(found)) for name, words, found in groups]
        head = ("Group", "Tables", "Views", "Most referenced tables", "Description")
        return dense(Markdown("By group"), head, rows)

    def _group_row(self, links: Links, name: Markdown, words: str, found: tuple[Relation, ...]) -> Row:
        views = sum(relation.is_view for relation in found)
        links = of_their_schema(links, found)
        named = [links.relation(r.name) for r, _ in most_referenced(self.book, found, MOST_NAMED)]
        return name, number(len(found) - views), number(views), Markdown(", ".join(named)), words

    def _important(self, table: ImportantTable) -> dict[str, Any]:
        keys = self.database.foreign_keys_of(table.name)
        targets = {key.references.relation for key in keys if key.references}
        sources = {key.relation for key in self.database.foreign_keys_to(table.name)}
        facts = [
            Markdown(f"{words} {listed([self.links.relation(name) for name in sorted(others)])}")
            for words, names in (("References", targets), ("Referenced by", sources))
            if (others := names - {table.name})
        ]
        link_, comment = self.links.relation(table.name), self.database.relations[table.name].comment
        return {
            "title": self.links.shown(table.name),
            "link": Markdown(f"{link_}: {sentence(comment)}" if comment else link_),
            "notes": [self.notes.line(note) for note in table.notes],
            "facts": facts,
        }

    # how to use it

    def _usage(self) -> Markdown:
        """How to find a statement in the dump by hand."""
        dump = self.book.config.shown(self.book.config.dumps[0].path)
        grouped = [relation for _, relations in self.book.groups.groups for relation in relations]
        # Without groups no certain table: a new one should not change the example.
        table = grouped[0].name.name if grouped and PLAIN.fullmatch(grouped[0].name.name) else "some_table"
        commands = f"# the whole definition\nless {dump}\n\n"
        commands += f"# one table\ngrep -A 20 'CREATE TABLE.*{table}' {dump}"
        search = "Type a table's or a column's name into the search, or follow the links above."
        return Markdown(f"{search}\n\n```bash\n{commands}\n```")


def _word(fact: Relation | Type | Routine | Policy | Trigger) -> str:
    """What an object is called where it is counted."""
    if isinstance(fact, Relation):
        return "partition" if fact.partition_of else "view" if fact.is_view else "table"
    if isinstance(fact, Type):
        return "enum" if fact.kind is TypeKind.ENUM else "other type"
    return {Routine: "function", Policy: "policy", Trigger: "trigger"}[type(fact)]


def _receipt(receipt: Receipt) -> Markdown:
    """Whether every statement is accounted for; the numbers are on a page of the built site."""
    if receipt.unread:
        return Markdown("These statements of the dump were not understood, so their effect is missing here:")
    return Markdown("Every statement of the dump is documented here or has no effect on the schema.")

"""What statements would have made that were not understood: others that name it fail because of them."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.errors import Source
from schemabook.model import Statement
from schemabook.read.several.subjects import identity
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.text.cursor import Cursor, UnexpectedToken


class Lost:
    """The names of the objects, each with the statement that is to blame for its absence."""

    def __init__(self) -> None:
        self.blamed: dict[str, Source] = {}

    def cause(self, error: DoesNotExist, database: Builder) -> Source | None:
        """The statement without which the object would exist; also that of the table of a part."""
        name = error.missing.removesuffix("()")
        names = (name, name.rpartition(".")[0], f"{database.session.creation_schema}.{name}")
        return next((self.blamed[name] for name in names if name in self.blamed), None)

    def note(self, statement: Statement, cause: Source | None, database: Builder) -> None:
        """Keeps what the statement, which was not understood, would have made."""
        try:
            for name in _made(Cursor(statement), database):
                self.blamed.setdefault(name, cause or statement.source)
        except (UnexpectedToken, LookupError, ValueError, DoesNotExist, RecursionError):
            return


def _made(c: Cursor, database: Builder) -> Iterator[str]:
    if c.key == "alter":
        yield from _added(c, database)
        return
    found = identity(c, database)[0]
    if found[0] == "create" and len(found) == 3:
        name, _, relation = found[2].partition(" on ")
        yield f"{relation}.{name}" if relation else name
        yield name.partition("(")[0]


def _added(c: Cursor, database: Builder) -> Iterator[str]:
    """ALTER TABLE name ADD [ COLUMN | CONSTRAINT ] name …, …."""
    if not c.accept("alter", "table"):
        return
    c.accept("if", "exists")
    c.accept("only")
    relation = database.relation_name(c.qualified_name())
    is_next = True
    while is_next:
        if c.accept("add"):
            c.one_of("column", "constraint")
            c.accept("if", "not", "exists")
            yield f"{relation}.{c.name()}"
        c.skip_until(",")
        is_next = c.accept(",")

"""Questions to the catalog: what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from schemabook.errors import Source
from schemabook.model import ColumnName, Name, Sql

if TYPE_CHECKING:
    import psycopg

SOURCE = Source("catalog", 1)

FIRST_USER_OID = 16384
"""Objects below were made by initdb; `FirstNormalObjectId` in access/transam.h."""

IN_WORDS = frozenset({"also", "options"})
"""Fields with words of statements, which the catalog keeps in other forms."""

USER_SCHEMA = r"n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"


def no_member(catalog: str, row: str, kinds: str = "'e'") -> str:
    """The condition that the row belongs to no extension, or depends on nothing in one of the *kinds*.

    See https://www.postgresql.org/docs/current/catalog-pg-depend.html.
    """
    return (
        f"not exists (select from pg_depend e where e.classid = '{catalog}'::regclass"
        f" and e.objid = {row}.oid and e.deptype in ({kinds}))"
    )


def word(letter: str, otherwise: str | None = None, **meanings: str) -> str:
    """The expression for what a letter of the catalog means; NULL, or a word, where it is none of these."""
    cases = " ".join(f"when '{key}' then '{meaning}'" for key, meaning in meanings.items())
    other = f"'{otherwise}'" if otherwise else "null"
    return f"case {letter} {cases} else {other} end"


def verbatim(text: str) -> Sql:
    """SQL whose tokens are its words: enough to compare what one server printed twice."""
    return Sql(text, " ".join(text.split()))


def pairs(options: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """Names and values of `name=value`."""
    found = (option.partition("=") for option in options or ())
    return tuple((name, value) for name, _, value in found)


@dataclass(frozen=True, slots=True)
class SystemCatalog:
    """A connection to ask, and how SQL text becomes `Sql`."""

    connection: psycopg.Connection[Any]
    sql_of: Callable[[str], Sql] = verbatim

    def rows(self, query: str) -> Iterator[Any]:
        """The rows of a query, its columns as attributes."""
        from psycopg.rows import namedtuple_row

        with self.connection.cursor(row_factory=namedtuple_row) as cursor:
            yield from cursor.execute(query.encode())

    def sql(self, text: str | None) -> Sql | None:
        """An expression, or None where there is none."""
        return None if text is None else self.sql_of(text)

    def fact(self, of: Any, row: Any, /, **given: Any) -> Any:
        """A fact whose fields are *given*, or else what the columns of these names hold."""
        for name, type_ in _types(of).items():
            if name not in given and name not in IN_WORDS:
                given[name] = self._value(type_, getattr(row, name), row)
        return of(source=SOURCE, **given)

    def _value(self, type_: Any, value: Any, row: Any) -> Any:
        """What a column holds as a value of the field's type; a name without a schema has that of the row."""
        if value is None:
            return None
        if type_ is Sql:
            return self.sql_of(value)
        if type_ is Name:
            return Name(*value) if isinstance(value, list) else Name(row.schema, value)
        if type_ is ColumnName:
            return ColumnName(Name(*value[:2]), value[2])
        if isinstance(type_, type) and issubclass(type_, Enum):
            return type_(value)
        return tuple(value) if isinstance(value, list) else value


@cache
def _types(of: type) -> dict[str, Any]:
    """The types of the fields that say something, by name; where a field may be None, its other type."""
    hints = get_type_hints(of)
    found = {field.name: hints[field.name] for field in fields(of) if field.compare}
    return {
        name: next(iter(set(get_args(hint)) - {NoneType})) if NoneType in get_args(hint) else hint
        for name, hint in found.items()
    }

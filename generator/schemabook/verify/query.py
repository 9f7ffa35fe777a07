"""Questions to the catalog: what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from schemabook.errors import Source
from schemabook.model import Name, Sql

if TYPE_CHECKING:
    import psycopg

SOURCE = Source("catalog", 1)
F = TypeVar("F", bound=Any)

FIRST_USER_OID = 16384
"""Objects below were made by initdb; `FirstNormalObjectId` in access/transam.h."""

USER_SCHEMA = r"n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"


def no_member(catalog: str, row: str, kinds: str = "'e'") -> str:
    """The condition that the row belongs to no extension, or depends on nothing in one of the *kinds*.

    See https://www.postgresql.org/docs/current/catalog-pg-depend.html.
    """
    return (
        f"not exists (select from pg_depend e where e.classid = '{catalog}'::regclass"
        f" and e.objid = {row}.oid and e.deptype in ({kinds}))"
    )


def verbatim(text: str) -> Sql:
    """SQL whose tokens are its words: enough to compare what one server printed twice."""
    return Sql(text, " ".join(text.split()))


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

    def fact(self, of: type[F], row: Any, /, **given: Any) -> F:
        """A fact whose fields are *given*, or else the columns of these names."""
        if "relation" not in given and hasattr(row, "relation"):
            given["relation"] = Name(row.schema, row.relation)
        for name in (field.name for field in fields(of) if field.compare and field.name not in given):
            value = getattr(row, name)
            given[name] = tuple(value) if isinstance(value, list) else value
        found: F = of(source=SOURCE, **given)
        return found


def name_of(pair: list[str] | None) -> Name | None:
    """A name from an array of schema and name, or None."""
    return None if pair is None else Name(*pair)

"""How a column is stored; https://www.postgresql.org/docs/current/storage-toast.html."""

from __future__ import annotations

from collections.abc import Iterable

from schemabook.model import Column, TypeKind
from schemabook.model.keywords import quoted
from schemabook.read.state.builder import Builder
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.type_names import without_modifiers

MAIN = frozenset({"cidr", "inet", "numeric"})
PLAIN = frozenset(
    """
    "char" aclitem bigint boolean box cid circle date integer interval line lseg macaddr macaddr8 money name
    oid pg_lsn point real regclass regcollation regconfig regdictionary regnamespace regoper regoperator
    regproc regprocedure regrole regtype smallint tid tsquery uuid xid xid8
    """.split()
)
PLAIN_WORDS = ("double precision", "time with", "timestamp with")
"""Types whose storage is not EXTENDED; `pg_type.typstorage`."""


def foreign_options(c: Cursor, old: Iterable[tuple[str, str]] = ()) -> tuple[tuple[str, str], ...]:
    """( [ ADD | SET | DROP ] name 'value', … ): what the server is told, by name."""
    found = dict(old)

    def one() -> None:
        verb = c.one_of("add", "set", "drop")
        name = c.name()
        if verb == "drop":
            found.pop(name, None)
        else:
            found[name] = c.string()

    c.in_parentheses(one)
    return tuple(sorted(found.items()))


def storage(c: Cursor, database: Builder, column: Column) -> None:
    """STORAGE { PLAIN | EXTERNAL | EXTENDED | MAIN | DEFAULT }: that of the type goes without saying."""
    word = c.name()
    is_default = word in ("default", type_storage(column.type, database))
    database.change(column, storage=None if is_default else word)


def compression(c: Cursor, database: Builder, column: Column) -> None:
    """COMPRESSION { pglz | lz4 | DEFAULT }."""
    word = c.name()
    database.change(column, compression=None if word == "default" else word)


def type_storage(kind: str, database: Builder) -> str:
    """The storage of a type; `pg_type.typstorage`. Of a type that an extension brings, the usual one."""
    plain = without_modifiers(kind)
    if plain in MAIN:
        return "main"
    if plain in PLAIN or (plain.startswith(PLAIN_WORDS) and not plain.endswith("]")):
        return "plain"
    found = next((t for t in database.types.values() if ".".join(map(quoted, t.name)) == plain), None)
    if found and found.base_type and found.kind is TypeKind.DOMAIN:
        return type_storage(found.base_type, database)
    return "plain" if found and found.kind is TypeKind.ENUM else "extended"

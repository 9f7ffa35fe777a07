"""Two relations of one name in a query, as in `FROM a.t, b.t`: PostgreSQL tells them apart by their schemas.

sqlglot knows a relation by its last name alone, so all but the first get an alias.
https://www.postgresql.org/docs/current/queries-table-expressions.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from schemabook.model import Name
from schemabook.read.queries.touched import name_text, table_name

Find = Callable[[Name], Name]


def with_own_names(parsed: exp.Expr, find: Find) -> exp.Expr:
    """The query with an alias for each relation that has the name of one before; *find* gives full names."""
    for level in parsed.find_all(exp.Select, exp.Update, exp.Delete):
        seen: dict[str, Name] = {}
        for table in list(_plain_tables(level)):
            full = find(table_name(table))
            if seen.setdefault(full.name, full) != full:
                _rename(table, full, level)
    return parsed


def _plain_tables(level: exp.Expr) -> Iterator[exp.Table]:
    """The relations that a query reads or changes, but for those with an alias."""
    waiting: list[object] = [level.args.get(key) for key in ("this", "from_", "joins", "using")]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, exp.From | exp.Join):
            waiting.append(item.this)
        elif isinstance(item, exp.Table):
            if isinstance(item.this, exp.Identifier) and not item.args.get("alias"):
                yield item
            waiting.append(item.args.get("joins"))


def _rename(table: exp.Table, full: Name, level: exp.Expr) -> None:
    """Gives the relation its full name as alias, in its query and where that names it with its schema."""
    alias = exp.to_identifier(str(full), quoted=True)
    table.set("alias", exp.TableAlias(this=alias))
    for column in level.find_all(exp.Column):
        named = Name(name_text(column.args.get("db")), name_text(column.args.get("table")))
        if named == full:
            column.set("table", alias.copy())
            column.set("db", None)

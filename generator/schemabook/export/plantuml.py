"""Tables as the text of a PlantUML diagram.

PlantUML reads markup in names, so all but letters, digits and single underscores is written as `<U+0022>`.
https://plantuml.com/ie-diagram, https://plantuml.com/unicode
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.export.diagram import Diagram, marks
from schemabook.map.graph import OUTSIDE, Link, LinkKind, MapColumn, MapTable
from schemabook.model import Name

HEAD = ("@startuml", "set separator none", "hide circle", "hide empty members", "left to right direction")
MARKUP = re.compile(r"[^\w .,()\[\]]|_(?=_)|(?<=_)_")
"""What PlantUML might take for more than a letter; two underscores underline."""


def to_plantuml(diagram: Diagram) -> str:
    """The diagram's text, with a line feed at its end."""
    return "".join(f"{line}\n" for line in _lines(diagram))


def _lines(diagram: Diagram) -> Iterator[str]:
    yield from HEAD
    for table in diagram.graph.tables:
        yield from _entity(diagram, table)
    yield from (_line(diagram, link) for link in diagram.graph.links)
    yield "@enduml"


def _entity(diagram: Diagram, table: MapTable) -> Iterator[str]:
    kind = "not in the dump" if table.kind == OUTSIDE else table.kind.replace("_", " ")
    stereotype = "" if table.kind == "table" else f" <<{kind}>>"
    yield f"entity {_quoted(table.name)}{stereotype} {{"
    yield from (_column(column) for _, column in diagram.columns(table))
    yield "}"


def _column(column: MapColumn) -> str:
    mandatory = "*" if column.required else ""
    type_ = f" : {_escaped(column.type)}" if column.type else ""
    return (
        f"  {mandatory}{{field}} {_escaped(column.name)}{type_}{''.join(f' <<{m}>>' for m in marks(column))}"
    )


def _line(diagram: Diagram, link: Link) -> str:
    tables = diagram.graph.tables
    one, other = _quoted(tables[link.references].name), _quoted(tables[link.table].name)
    if link.kind is LinkKind.READS:
        return f"{one} <.. {other} : reads"
    at_one = "|o" if link.optional else "||"
    at_many = "o|" if link.unique else "o{"
    line = "--" if link.kind is LinkKind.FOREIGN_KEY else ".."
    columns = ", ".join(map(_escaped, diagram.referencing(link)))
    return f"{one} {at_one}{line}{at_many} {other} : {columns}"


def _quoted(name: Name) -> str:
    """A name whose one plain dot ends the schema, so that no two names become one."""
    return f'"{".".join(_escaped(part).replace(".", "<U+002E>") for part in name if part)}"'


def _escaped(text: str) -> str:
    return MARKUP.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)

"""Tables as the text of a Mermaid diagram; how names are written says `map/mermaid.py`.

https://mermaid.js.org/syntax/entityRelationshipDiagram.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.export.diagram import Diagram
from schemabook.map.graph import Link, LinkKind, MapTable
from schemabook.map.mermaid import UNKNOWN, column_line, key_line, qualified
from schemabook.map.neighbourhood import ForeignKey, KeyColumn


def to_mermaid(diagram: Diagram) -> str:
    """The diagram's text, with a line feed at its end."""
    return "".join(f"{line}\n" for line in _lines(diagram))


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "erDiagram"
    for table in diagram.graph.tables:
        yield from _entity(diagram, table)
    yield from (_line(diagram, link) for link in diagram.graph.links)


def _entity(diagram: Diagram, table: MapTable) -> Iterator[str]:
    name = f'    "{qualified(table.name)}"'
    columns = [column for _, column in diagram.columns(table)]
    if not columns:
        yield name
        return
    yield f"{name} {{"
    for column in columns:
        yield column_line(
            KeyColumn(column.name, column.type or UNKNOWN, column.primary, foreign=column.foreign)
        )
    yield "    }"


def _line(diagram: Diagram, link: Link) -> str:
    tables = diagram.graph.tables
    table, references = tables[link.table], tables[link.references]
    if link.kind is LinkKind.READS:
        return f'    "{qualified(table.name)}" }}o..o{{ "{qualified(references.name)}" : "reads"'
    referenced = tuple(references.columns[place] for place in link.referenced_columns)
    return key_line(
        ForeignKey(
            relation=table.name,
            columns=diagram.referencing(link),
            references=references.name,
            referenced_columns=() if all(c.primary for c in referenced) else diagram.referenced(link),
            unique=link.unique,
            optional=link.optional,
            enforced=link.kind is LinkKind.FOREIGN_KEY,
        )
    )

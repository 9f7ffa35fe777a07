"""Tables as a graph for Graphviz: a node for each table, an edge for each link, in the manner of a map.

https://graphviz.org/doc/info/lang.html, https://graphviz.org/doc/info/shapes.html#html
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from schemabook.export.diagram import Diagram, marks
from schemabook.map.graph import OUTSIDE, Link, LinkKind, MapColumn, MapTable
from schemabook.map.text import markup
from schemabook.model import Name

HEAD = """\
digraph {
  graph [rankdir=LR, ranksep=1, nodesep=0.3, fontname=Helvetica];
  node [shape=plain, fontname=Helvetica, fontsize=11];
  edge [dir=both, color="#8b97a5"];
"""
STYLES = {LinkKind.VIRTUAL: "dashed", LinkKind.READS: "dotted"}
FAINT = "#66707c"


def to_dot(diagram: Diagram) -> str:
    """The graph's text; what is referenced stands left."""
    nodes = (line for table in diagram.graph.tables for line in _node(diagram, table))
    edges = (_edge(diagram, link) for link in diagram.graph.links)
    return HEAD + "".join(f"  {line}\n" for line in (*nodes, *edges)) + "}\n"


def _quoted(name: Name) -> str:
    """An identifier, with a backslash before a dot that does not end the schema: no two names become one.

    Graphviz unescapes the quotation mark alone.
    """
    parts = (part.replace("\\", "\\\\").replace(".", "\\.") for part in name if part)
    return json.dumps(".".join(parts), ensure_ascii=False)


def _node(diagram: Diagram, table: MapTable) -> Iterator[str]:
    style = "<i>{}</i>" if table.kind.endswith("view") else "<b>{}</b>"
    dashed = ' style="dashed"' if table.kind == OUTSIDE else ""
    yield f"{_quoted(table.name)} [label=<"
    yield f'<table border="0" cellborder="1" cellspacing="0" cellpadding="4"{dashed}>'
    yield f'<tr><td port="name" bgcolor="#eef1f4">{style.format(markup(str(table.name)))}</td></tr>'
    yield from (_row(place, column) for place, column in diagram.columns(table))
    yield "</table>>];"


def _row(place: int, column: MapColumn) -> str:
    words = " ".join((column.type, *marks(column))).strip()
    about = f' <font color="{FAINT}">{markup(words)}</font>' if words else ""
    return f'<tr><td port="{place}" align="left">{markup(column.name)}{about}</td></tr>'


def _edge(diagram: Diagram, link: Link) -> str:
    many = "tee" if link.unique else "crow"
    tail, head = ("none", "none") if link.kind is LinkKind.READS else (_one(link), f"{many}odot")
    style = f", style={STYLES[link.kind]}" if link.kind in STYLES else ""
    one = _end(diagram, link.references, link.referenced_columns, "e")
    other = _end(diagram, link.table, link.columns, "w")
    return f"{one} -> {other} [arrowtail={tail}, arrowhead={head}{style}];"


def _one(link: Link) -> str:
    return "teeodot" if link.optional else "teetee"


def _end(diagram: Diagram, place: int, columns: tuple[int, ...], side: str) -> str:
    """The row of the first column, where the table shows it, else its name."""
    table = diagram.graph.tables[place]
    shown = {at for at, _ in diagram.columns(table)}
    port = next((str(at) for at in columns if at in shown), "name")
    return f'{_quoted(table.name)}:"{port}":{side}'

"""Tables as one SVG file that stands for itself: light or dark as the reader has it, and links if wanted."""

from __future__ import annotations

from schemabook.export.diagram import Diagram
from schemabook.map.colours import coloured
from schemabook.map.drawing import dark_style, drawing
from schemabook.map.layout import layout


def to_svg(diagram: Diagram) -> str:
    """The file's text."""
    found = layout(diagram.graph, diagram.grouping, diagram.mode)
    grouping = coloured(diagram.graph, diagram.grouping, [found])
    return drawing(diagram.graph, grouping, found, diagram.href, style=dark_style())

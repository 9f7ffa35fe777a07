"""The map as a small picture: its groups, their tables as bars, and of few tables the lines between them.

Like `map.drawing` it has neither script nor style sheet, and no ground, so that it stands on any page.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.map.drawing import COLOURS, LINE, MARGIN
from schemabook.map.graph import Graph
from schemabook.map.grouping import Grouping, TableGroup, shown_links
from schemabook.map.layout import Box, Layout, header
from schemabook.map.lines import line
from schemabook.map.text import markup
from schemabook.map.widths import width

MOST_BARS, MOST_LINES = 1500, 120
"""With more tables only groups are drawn; with more links no lines."""
WIDTH = 600
"""As wide as it is shown, so that names of groups can be read."""
NAME = 12
"""The size of their names, there."""


def thumbnail(graph: Graph, grouping: Grouping, layout: Layout) -> str:
    """The SVG file."""
    size = min(max(NAME, NAME * layout.width // WIDTH), header(layout.label))
    body = (
        *_groups(grouping, layout),
        *(_lines(graph, grouping, layout) if len(graph.links) <= MOST_LINES else ()),
        *(_bars(grouping, layout) if len(graph.tables) <= MOST_BARS else ()),
        *(_name(group, box, size) for group, box in zip(grouping.groups, layout.groups, strict=True)),
    )
    box = f"-{MARGIN} -{MARGIN} {layout.width + 2 * MARGIN} {layout.height + 2 * MARGIN}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" fill="none"'
        f' font-family="Helvetica, Arial, sans-serif" font-size="{size}" font-weight="bold">'
        f"{''.join(body)}</svg>\n"
    )


def _groups(grouping: Grouping, layout: Layout) -> Iterator[str]:
    for group, box in zip(grouping.groups, layout.groups, strict=True):
        colour = COLOURS[group.colour]
        yield (
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10"'
            f' fill="{colour}" fill-opacity=".1" stroke="{colour}" stroke-opacity=".4"/>'
        )


def _lines(graph: Graph, grouping: Grouping, layout: Layout) -> Iterator[str]:
    paths = "".join(line(graph, layout, link).path for link in shown_links(graph, grouping))
    yield f'<path stroke="{LINE}" stroke-width="2" d="{paths}"/>'


def _bars(grouping: Grouping, layout: Layout) -> Iterator[str]:
    """The tables of a group as one path: a stroke each."""
    for group in grouping.groups:
        for height, tables in _by_height(group, layout).items():
            found = (layout.places[table] for table in tables)
            path = "".join(f"M{p.x} {p.y + height // 2}h{p.width}" for p in found)
            yield (
                f'<path stroke="{COLOURS[group.colour]}" stroke-opacity=".55" stroke-width="{height}"'
                f' d="{path}"/>'
            )


def _by_height(group: TableGroup, layout: Layout) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for table in group.tables:
        found.setdefault(layout.cards[table].height, []).append(table)
    return found


def _name(group: TableGroup, box: Box, size: int) -> str:
    """The name in the strip above its tables; none where there is no room for it."""
    room = box.width - width(group.name, size, bold=True)
    if room < 0:
        return ""
    place = f'x="{box.x + room // 2}" y="{box.y + size}"'
    return f'<text {place} fill="{COLOURS[group.colour]}">{markup(group.name)}</text>'

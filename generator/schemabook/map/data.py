"""The map as data for the viewer: two scripts, as a page that is opened from disk can load nothing else.

The first has the tables, the links and the places of the names; the second, which is loaded when it is
needed, the columns and the places of the two other modes. Numbers stand for names wherever they repeat.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from schemabook.map.cards import MOST_ROWS, Mode, card
from schemabook.map.graph import OUTSIDE, Graph, Link, LinkKind, MapTable
from schemabook.map.grouping import Grouping
from schemabook.map.layout import Layout, header
from schemabook.model import Name, RelationKind

LINK_KINDS = tuple(LinkKind)
PRIMARY, FOREIGN, REQUIRED, NOT_SHOWN = 1, 2, 4, 8
UNIQUE, OPTIONAL = 1, 2
KINDS = (*(kind.value for kind in RelationKind), OUTSIDE)

Page = Callable[[Name], str | None]


def data_script(graph: Graph, grouping: Grouping, layouts: Mapping[Mode, Layout], page: Page) -> str:
    """The script that every visitor loads; *page* gives the path of a table's page, without its suffix."""
    schemas = sorted({table.name.schema for table in graph.tables})
    kinds = sorted({table.kind for table in graph.tables}, key=KINDS.index)
    home = {table: index for index, group in enumerate(grouping.groups) for table in group.tables}
    data = {
        "sizes": {mode.value: [layouts[mode].width, layouts[mode].height] for mode in Mode},
        "schemas": schemas,
        "kinds": kinds,
        "groups": [[group.name, group.colour] for group in grouping.groups],
        "tables": [
            [
                table.name.name,
                schemas.index(table.name.schema),
                home[place],
                kinds.index(table.kind),
                _page(table, page),
                table.partitions,
            ]
            for place, table in enumerate(graph.tables)
        ],
        "hubs": sorted(grouping.hubs),
        "links": [_link(link) for link in (*graph.links, *graph.row_security)],
        "layouts": {Mode.NAMES.value: _layout(graph, layouts[Mode.NAMES])},
    }
    return _script("schemabookMap", data)


def columns_script(graph: Graph, keys: Layout, columns: Layout) -> str:
    """The script with the columns, and with the places of the modes that show some."""
    types: dict[str, int] = {}
    tables = []
    for table in graph.tables:
        shown = set(card(table, Mode.COLUMNS).rows)
        flat: list[str | int] = []
        for place, column in enumerate(table.columns):
            flags = PRIMARY * column.primary + FOREIGN * column.foreign + REQUIRED * column.required
            flags += NOT_SHOWN * (len(table.columns) > MOST_ROWS and place not in shown)
            flat += [column.name, types.setdefault(column.type, len(types)), flags]
        tables.append(flat)
    layouts = {layout.mode.value: _layout(graph, layout) for layout in (keys, columns)}
    return _script("schemabookMapColumns", {"types": list(types), "tables": tables, "layouts": layouts})


def _page(table: MapTable, page: Page) -> str | int:
    """0 where the viewer can tell the path of a page by the name, empty where there is none."""
    found = None if table.kind == OUTSIDE else page(table.name)
    folder = "views" if table.kind.endswith("view") else "tables"
    return 0 if found == f"{table.name.schema}/{folder}/{table.name.name}" else found or ""


def _link(link: Link) -> list[Any]:
    flags = UNIQUE * link.unique + OPTIONAL * link.optional
    ends: list[Any] = [link.table, link.references, LINK_KINDS.index(link.kind), flags]
    return [*ends, list(link.columns), list(link.referenced_columns)]


def _layout(graph: Graph, layout: Layout) -> dict[str, Any]:
    return {
        "size": [layout.width, layout.height],
        "label": layout.label,
        "header": header(layout.label),
        "places": [number for place in layout.places for number in place],
        "groups": [number for b in layout.groups for number in (b.x, b.y, b.width, b.height)],
        "routes": {
            index: [number for bend in layout.routes[link] for number in bend]
            for index, link in enumerate(graph.links)
            if link in layout.routes
        },
        "ways": {index: layout.ways[link] for index, link in enumerate(graph.links) if link in layout.ways},
    }


def _script(variable: str, data: object) -> str:
    """A script that sets a variable of the page; in ASCII, so that no server's encoding matters."""
    return f"window.{variable}={json.dumps(data, separators=(',', ':'))};\n"

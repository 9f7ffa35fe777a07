"""The whole map as one SVG file: for a browser without JavaScript, for paper and for download.

It has no script, and on the site no style sheet, only attributes, so that the strictest policy of a server
lets it show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schemabook.map.cards import FONT, FOOT, MARKS, PADDING, ROW, SMALL, TITLE
from schemabook.map.graph import OUTSIDE, Graph, LinkKind, MapColumn
from schemabook.map.grouping import Grouping, shown_links
from schemabook.map.layout import PADDING as INSET
from schemabook.map.layout import Layout, header
from schemabook.map.lines import line
from schemabook.map.text import markup
from schemabook.map.widths import fitted, width
from schemabook.model import Name

COLOURS = ("#0072b2", "#b35900", "#00795a", "#a64d87", "#4a55c4", "#8a6d00", "#b83232", "#2b7f93")
"""Of groups; told apart by people who see few colours, too, and never the only thing that tells."""
INK, FAINT, RULE, LINE, PAPER = "#1f2933", "#66707c", "#c9d0d8", "#8b97a5", "#ffffff"
DARK = dict(
    zip(
        (*COLOURS, INK, FAINT, RULE, LINE, PAPER),
        (
            *("#5cb3ea", "#eba050", "#3fc39b", "#e094c3", "#9aa3ff", "#cfb548", "#f08a80", "#6cc3d6"),
            *("#e3e6ea", "#9aa4b0", "#3a424c", "#76869a", "#1b1f24"),
        ),
        strict=True,
    )
)
"""What takes the place of each colour where the reader has dark pages."""
MARGIN = 24

Href = Callable[[Name], str | None]


def drawing(graph: Graph, grouping: Grouping, layout: Layout, href: Href, style: str = "") -> str:
    """The SVG file; *href* gives the link to a table's page, *style* is a style sheet."""
    size = f"{layout.width + 2 * MARGIN} {layout.height + 2 * MARGIN}"
    colours = {table: COLOURS[group.colour] for group in grouping.groups for table in group.tables}
    body = [
        f"<style>{style}</style>" if style else "",
        f'<rect x="-{MARGIN}" y="-{MARGIN}" width="100%" height="100%" fill="{PAPER}"/>',
        *_groups(grouping, layout),
        f'<g fill="none" stroke="{LINE}">{"".join(_lines(graph, grouping, layout))}</g>',
        *(_card(graph, colours[table], layout, table, href) for table in range(len(graph.tables))),
    ]
    font = f'font-family="Helvetica, Arial, sans-serif" font-size="{SMALL}" fill="{INK}"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="-{MARGIN} -{MARGIN} {size}" {font}>{"".join(body)}</svg>\n'
    )


def dark_style() -> str:
    """A style sheet for files that no server's policy limits: dark where the reader has it so."""
    rules = (
        f'[{key}="{light}"]{{{key}:{dark}}}' for light, dark in DARK.items() for key in ("fill", "stroke")
    )
    return f"@media(prefers-color-scheme:dark){{{''.join(rules)}}}"


def _groups(grouping: Grouping, layout: Layout) -> Iterator[str]:
    for group, box in zip(grouping.groups, layout.groups, strict=True):
        colour = COLOURS[group.colour]
        yield (
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10"'
            f' fill="{colour}" fill-opacity=".06" stroke="{colour}" stroke-opacity=".35"/>'
        )
        baseline = box.y + header(layout.label) * 3 // 4
        yield (
            f'<text x="{box.x + INSET}" y="{baseline}" font-size="{layout.label}" font-weight="bold"'
            f' fill="{colour}">{markup(group.name)}</text>'
        )


def _lines(graph: Graph, grouping: Grouping, layout: Layout) -> Iterator[str]:
    """Lines between groups are faint, and below the others."""
    home = {table: index for index, group in enumerate(grouping.groups) for table in group.tables}
    links = shown_links(graph, grouping)
    for link in sorted(links, key=lambda link: home[link.table] == home[link.references]):
        drawn = line(graph, layout, link)
        faint = "" if home[link.table] == home[link.references] else ' stroke-opacity=".55"'
        dashed = ' stroke-dasharray="5 4"' if link.kind is LinkKind.VIRTUAL else ""
        yield f'<path d="{drawn.path}"{faint}{dashed}/><path d="{drawn.signs}"/>'


def _card(graph: Graph, colour: str, layout: Layout, table: int, href: Href) -> str:
    fact, card, place = graph.tables[table], layout.cards[table], layout.places[table]
    x, y = place.x, place.y
    outside = ' stroke-dasharray="4 3"' if fact.kind == OUTSIDE else ""
    inside = [
        f'<rect x="{x}" y="{y}" width="{place.width}" height="{card.height}" rx="4"'
        f' fill="{PAPER}" stroke="{colour}" stroke-opacity=".6"{outside}/>',
        f'<rect x="{x}" y="{y}" width="4" height="{card.height}" rx="2" fill="{colour}"/>',
        _title(fact.name.name, fact.kind, x, y, place.width),
    ]
    if card.rows:
        inside.append(f'<path d="M{x + 4} {y + TITLE}H{x + place.width}" stroke="{RULE}"/>')
    for index, row in enumerate(card.rows):
        inside += _row(fact.columns[row], x, y + TITLE + index * ROW + ROW * 3 // 4, place.width)
    if card.more:
        below = y + card.height - FOOT - ROW // 4
        inside.append(_text(f"and {card.more} more", x + PADDING + MARKS, below, f'fill="{FAINT}"'))
    link = href(fact.name) if fact.kind != OUTSIDE else None
    shown = f"<title>{markup(str(fact.name))}</title>" + "".join(inside)
    return f'<a xlink:href="{markup(link)}" target="_top">{shown}</a>' if link else f"<g>{shown}</g>"


def _title(name: str, kind: str, x: int, y: int, wide: int) -> str:
    style = ' font-style="italic"' if kind.endswith("view") else ""
    shown = fitted(name, wide - 2 * PADDING, FONT, bold=True)
    return _text(shown, x + PADDING, y + 17, f'font-size="{FONT}" font-weight="bold"{style}')


def _row(column: MapColumn, x: int, baseline: int, wide: int) -> Iterator[str]:
    """Marks, name and type; where they want more than the card has, the type gives way first."""
    room = wide - 2 * PADDING - MARKS
    name = fitted(column.name, room, SMALL)
    left = room - width(name, SMALL) - PADDING
    mark = "PK" if column.primary else "FK" if column.foreign else ""
    faint = f'fill="{FAINT}"'
    if mark:
        yield _text(mark, x + PADDING, baseline, f'{faint} font-size="9"')
    yield _text(name, x + PADDING + MARKS, baseline, full=column.name)
    if column.type and left > 20:
        shown = fitted(column.type, left, SMALL, ends=False)
        yield _text(shown, x + wide - PADDING, baseline, f'text-anchor="end" {faint}', column.type)


def _text(text: str, x: int, y: int, attributes: str = "", full: str = "") -> str:
    """The text; where it is not all of it, *full* is what a pointer on it shows."""
    tip = f"<title>{markup(full)}</title>" if full and full != text else ""
    return f'<text x="{x}" y="{y}"{" " if attributes else ""}{attributes}>{tip}{markup(text)}</text>'

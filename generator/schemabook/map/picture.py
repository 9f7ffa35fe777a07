"""A neighbourhood as SVG, for a page of the site. Colours and fonts are in `site/assets/neighbourhood.css`.

A line ends in a crow's foot where many rows may reference the same one, in a bar where at most one may;
it is dashed where the referencing columns may be null, and dotted where no constraint enforces the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import NamedTuple

from schemabook.map.boxes import (
    ASIDE,
    LANE,
    LOOP,
    MOST_LANES,
    PADDING,
    TITLE,
    WIDEST_ON_PHONE,
    Box,
    Boxes,
    boxes,
    upright,
)
from schemabook.map.neighbourhood import ForeignKey, Neighbourhood
from schemabook.map.text import cut, markup, pixels, units
from schemabook.model import Name

SIGN = 12
"""The length of a crow's foot."""
FOOT, BAR = "many", "one"
BRACKET = 6
"""The length of what joins the columns of a composite key."""
OPTIONAL, VIRTUAL = "o", "v"
LEGENDS = {OPTIONAL: "dashed: may be null", VIRTUAL: "dotted: not enforced"}
"""What the styles of a line mean, by their names in the style sheet."""
LEGEND_HEIGHT = 26
REFERENCED_BY = "#referenced-by"
"""Where the page lists all tables that reference it."""

Href = Callable[[Name], str | None]


class End(NamedTuple):
    """How a line ends at a box, and where it goes on from there."""

    path: str
    """Ends at the point."""
    x: int
    y: int


def picture(neighbourhood: Neighbourhood, href: Href) -> str:
    """The SVG element, and a second one where a phone needs it; the style sheet says which of them is shown.

    *href* gives the link to a table's page, None where there is no page.

    Its role is a group, not an image: an image would hide its links from screen readers.
    """
    drawn = boxes(neighbourhood)
    left = (_neighbour(box, _lines_left(box, drawn.centre), href) for box in drawn.left)
    right = (_neighbour(box, _lines_right(box, drawn.centre), href) for box in drawn.right)
    loops = (_loop(key, drawn.centre) for key in neighbourhood.references if key.references == key.relation)
    lying = _svg(neighbourhood, drawn, (*left, *right, *loops))
    return lying + _upright(neighbourhood, href) if drawn.width > WIDEST_ON_PHONE else lying


def _upright(of: Neighbourhood, href: Href) -> str:
    """The same for a phone: lines to what is referenced run at the left, others at the right."""
    drawn = upright(of)
    centre = drawn.centre
    trunk = centre.right_edge + ASIDE - 2 * LANE
    lanes = (centre.x - ASIDE - LANE * (lane % MOST_LANES) for lane in count())
    loops = [_loop(key, centre, next(lanes)) for key in of.references if key.references == key.relation]
    # The nearest first: its lines are the inner ones.
    left = [_neighbour(box, _lines_left(box, centre, lanes), href) for box in drawn.left[::-1]]
    right = (_neighbour(box, _lines_right(box, centre, trunk), href) for box in drawn.right)
    return _svg(of, drawn, (*left[::-1], *right, *loops))


def _svg(neighbourhood: Neighbourhood, drawn: Boxes, parts: Iterable[str]) -> str:
    body = "".join((*parts, f'<g class="this">{_box(drawn.centre)}</g>'))
    width, height = drawn.width, drawn.height
    styles = {_style(key) for key in (*neighbourhood.references, *neighbourhood.referenced_by)}
    if legend := ", ".join(words for style, words in LEGENDS.items() if style in styles):
        width, height = max(width, pixels(len(legend)) + 2), height + LEGEND_HEIGHT
        body += _text(legend, 1, height - 9, "r")
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg role="group" aria-label="{_label(neighbourhood, drawn)}" {size}>{body}</svg>'


def _label(of: Neighbourhood, drawn: Boxes) -> str:
    referencing = sum(box.tables for box in drawn.right)
    return f"{markup(str(of.relation))}: {len(drawn.left)} tables referenced, {referencing} referencing"


def _neighbour(box: Box, lines: str, href: Href) -> str:
    """A box that is a link, with the lines that lead to it, so that both light up together."""
    # Material's instant loading assigns to `href` of all elements that have one; SVG's cannot be assigned.
    link = href(box.relation) if box.relation else REFERENCED_BY
    kind = "" if box.relation else ' class="tables"'
    inside = lines + _box(box)
    return f'<a xlink:href="{markup(link)}"{kind}>{inside}</a>' if link else f"<g{kind}>{inside}</g>"


def _box(box: Box) -> str:
    written = list(_written(box))
    cuts = [full for full, shown, _ in written if full != shown]
    tip = "<title>" + "\n".join(map(markup, cuts)) + "</title>" if cuts else ""
    rect = f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"/>'
    return tip + rect + "".join(text for _, _, text in written)


def _written(box: Box) -> Iterator[tuple[str, str, str]]:
    """The texts of a box: in full, as they are shown, and as SVG."""
    x, y, end = box.x + PADDING, box.y + TITLE // 2, box.right_edge - PADDING
    room = box.characters - (units(box.right) + 2 if box.right else 0)
    schema = cut(box.qualifier, max(room // 3, room - units(box.title)))
    title = cut(box.title, room - units(schema))
    marked_up = f'<tspan class="r">{markup(schema)}</tspan>{markup(title)}' if schema else ""
    yield (
        box.qualifier + box.title,
        schema + title,
        _text(schema + title, x, y, "", marked_up),
    )
    if box.right:
        yield box.right, box.right, _text(box.right, end, y, "r e")
    for row, middle in zip(box.rows, box.middles, strict=True):
        shown = cut(row.text, box.characters - box.marks)
        if row.mark:
            yield row.mark, row.mark, _text(row.mark, x, middle, "r")
        yield row.text, shown, _text(shown, x + pixels(box.marks), middle, "" if box.marks else "r")
        if row.right and box.marks + units(shown) + units(row.right) + 2 <= box.characters:
            yield row.right, row.right, _text(row.right, end, middle, "r e")


def _text(text: str, x: int, middle: int, kind: str, marked_up: str = "") -> str:
    """One line of text. Beyond ASCII any font may draw it, so it is made to fit."""
    known = text.replace("…", "").isascii()
    fit = "" if known else f' textLength="{pixels(units(text))}" lengthAdjust="spacingAndGlyphs"'
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{middle + 4}"{css}{fit}>{marked_up or markup(text)}</text>'


def _lines_left(box: Box, centre: Box, lanes: Iterator[int] | None = None) -> str:
    """To the right side of a box, or along lanes to its left side."""
    x, towards = (box.x, -1) if lanes else (box.right_edge, 1)
    found = ""
    for key in box.keys:
        many = _key_end(key, centre.x, centre.heights(key.columns), -1)
        one = _end(BAR, x, box.heights([", ".join(key.referenced_columns)]), towards)
        found += _line(many, one, _lane(next(lanes), one) if lanes else _curve(many, one), _style(key))
    return found


def _lines_right(box: Box, centre: Box, lane: int | None = None) -> str:
    """From the left side of a box, or along a lane from its right side."""
    x, towards = (box.right_edge, 1) if lane else (box.x, -1)
    if not box.keys:
        many, one = _end("", x, box.heights(()), towards), _end(BAR, *_referenced(centre, ()))
        width = min(box.tables.bit_length(), 8)
        return _line(many, one, _lane(lane, one) if lane else _curve(many, one), width=width)
    found = ""
    for key in box.keys:
        many = _key_end(key, x, box.heights([", ".join(key.columns)]), towards)
        one = _end(BAR, *_referenced(centre, key.referenced_columns))
        found += _line(many, one, _lane(lane, one) if lane else _curve(many, one), _style(key))
    return found


def _referenced(centre: Box, columns: tuple[str, ...]) -> tuple[int, list[int], int]:
    """Where a line from the right ends."""
    primary = tuple(row.text for row in centre.rows if row.mark.startswith("PK"))
    return centre.right_edge, centre.heights(columns or primary), 1


def _loop(key: ForeignKey, centre: Box, lane: int | None = None) -> str:
    """A key of a table to itself, around its left side."""
    primary = _referenced(centre, key.referenced_columns)[1]
    many = _key_end(key, centre.x, centre.heights(key.columns), -1)
    one = _end(BAR, centre.x, primary, -1)
    around = _lane(lane, one) if lane else _curve(many, one, centre.x - LOOP + 4)
    return _line(many, one, around, _style(key))


def _key_end(key: ForeignKey, x: int, heights: list[int], towards: int) -> End:
    return _end(BAR if key.unique else FOOT, x, heights, towards)


def _end(sign: str, x: int, heights: list[int], towards: int) -> End:
    """The end of a line at a box; a bracket joins several columns."""
    path, y = "", sum(heights) // len(heights)
    if len(heights) > 1:
        path = "".join(f"M{x} {height}h{BRACKET * towards}" for height in heights) + f"V{heights[0]}"
        x += BRACKET * towards
    if sign == FOOT:
        path += f"M{x} {y - 5}l{SIGN * towards} 5 {-SIGN * towards} 5m0-5"
    elif sign == BAR:
        path += f"M{x + 8 * towards} {y - 5}v10M{x} {y}"
    return End(f"{path}h{SIGN * towards}", x + SIGN * towards, y) if sign else End(f"M{x} {y}", x, y)


def _style(key: ForeignKey) -> str:
    """How the line of a key is drawn; empty for a plain one."""
    if not key.enforced:
        return VIRTUAL
    return OPTIONAL if key.optional else ""


def _curve(many: End, one: End, middle: int | None = None) -> str:
    """From the end at the referencing column to the other one, half way or by way of *middle*."""
    x = (many.x + one.x) // 2 if middle is None else middle
    return f"C{x} {many.y} {x} {one.y} {one.x} {one.y}"


def _lane(x: int, one: End) -> str:
    """Straight up or down, beside the boxes."""
    return f"H{x}V{one.y}H{one.x}"


def _line(many: End, one: End, between: str, style: str = "", width: int = 0) -> str:
    """A line between two ends, in a style or wider."""
    if style:
        return f'<path d="{one.path}{many.path}"/><path class="{style}" d="M{many.x} {many.y}{between}"/>'
    if width:
        return f'<path d="{one.path}"/><path stroke-width="{width}" d="{many.path}{between}"/>'
    return f'<path d="{one.path}{many.path}{between}"/>'

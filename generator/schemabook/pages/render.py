"""Templates: what they print is escaped, unless it is Markdown already."""

from __future__ import annotations

import re
from typing import Any

import jinja2

from schemabook.pages.markdown import Markdown, code, fence, text

BLANK_LINES = re.compile(r"\n{3,}")
TRAILING_BLANKS = re.compile(r"(?<![ \t])[ \t]+(?=\n)")
FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$", re.M | re.S)


def _finalize(value: object) -> object:
    """Markdown, and what a macro has printed, as it is; anything else as text."""
    if hasattr(value, "__html__"):
        return value
    return text(str(value)) if value is not None else Markdown("")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("schemabook.pages"),
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,  # tells a macro's output from text; finalize has escaped that before
    )
    environment.filters.update(code=code, fence=fence, trusted=Markdown)
    return environment


ENVIRONMENT = _environment()


def render(template: str, context: dict[str, Any]) -> str:
    """The page: no blank line at its ends, one between blocks, and a line feed at its end."""
    page = ENVIRONMENT.get_template(template).render(context)
    return _tidy(page).strip("\n") + "\n"


def _tidy(page: str) -> str:
    """The page without trailing blanks and repeated blank lines, except in code."""
    pieces, position = [], 0
    for block in FENCED.finditer(page):
        pieces += [_squeezed(page[position : block.start()]), block.group()]
        position = block.end()
    return "".join([*pieces, _squeezed(page[position:])])


def _squeezed(part: str) -> str:
    return BLANK_LINES.sub("\n\n", TRAILING_BLANKS.sub("", part))

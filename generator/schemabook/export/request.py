"""What `schemabook export` was asked for, and the text that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from schemabook.errors import SchemaError
from schemabook.export.choice import Choice, chosen
from schemabook.export.contract import to_json
from schemabook.export.dbml import to_dbml
from schemabook.export.diagram import Diagram, Href, Whole
from schemabook.export.dot import to_dot
from schemabook.export.mermaid import to_mermaid
from schemabook.export.plantuml import to_plantuml
from schemabook.export.svg import to_svg
from schemabook.map.cards import Mode
from schemabook.model import Name

DIAGRAMS: Mapping[str, Callable[[Diagram], str]] = {
    "svg": to_svg,
    "mermaid": to_mermaid,
    "dbml": to_dbml,
    "dot": to_dot,
    "plantuml": to_plantuml,
}
WHICH = ("group", "schema", "table", "hops")
TAKEN = {
    "json": (),
    **dict.fromkeys(DIAGRAMS, (*WHICH, "detail")),
    "dbml": WHICH,
    "svg": (*WHICH, "detail", "links"),
}
"""The formats, and the options that each one takes."""
PAGE = "{page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A format and its options; None where one was not given.

    Raises SchemaError for options that the format does not take, or that exclude or need each other.
    """

    format: str
    group: str | None = None
    schema: str | None = None
    table: str | None = None
    hops: int | None = None
    detail: str | None = None
    links: str | None = None
    """The URL of a page, with `{page}` for its path below the reference, without a suffix."""

    def __post_init__(self) -> None:
        given = [name for name in (*WHICH, "detail", "links") if getattr(self, name) is not None]
        if refused := [name for name in given if name not in TAKEN[self.format]]:
            raise SchemaError(f"--format {self.format} takes no --{refused[0]}")
        if len(which := [f"--{name}" for name in WHICH[:3] if name in given]) > 1:
            raise SchemaError(f"{' and '.join(which)} exclude each other")
        if self.hops is not None and self.table is None:
            raise SchemaError("--hops needs --table")
        if self.links is not None and PAGE not in self.links:
            raise SchemaError(f"--links has no {PAGE}", hint=f"for example: --links reference/{PAGE}.html")


def exported(whole: Whole, request: Request, page: Href) -> str:
    """The text; *page* is the path of a table's page, without its suffix.

    Raises SchemaError for a group, schema or table that does not exist.
    """
    if request.format == "json":
        return to_json(whole.database)
    hops = 1 if request.hops is None else request.hops
    choice = Choice(group=request.group, schema=request.schema, table=request.table, hops=hops)
    found = replace(
        chosen(whole, choice), mode=Mode(request.detail or Mode.COLUMNS), href=_href(request.links, page)
    )
    return DIAGRAMS[request.format](found)


def _href(links: str | None, page: Href) -> Href:
    def href(name: Name) -> str | None:
        path = page(name) if links else None
        return links.replace(PAGE, path) if links and path else None

    return href

"""What a reader of a relation's page sees at once: badges, and on the site size, references and access."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Relation, relation_id
from schemabook.pages.exposure import is_exposed
from schemabook.pages.history_words import history_line
from schemabook.pages.links import Links
from schemabook.pages.markdown import EXPOSED, PROTECTED, UNPROTECTED, Markdown, link
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.statistics import rows_and_size


def badge_words(links: Links, relation: Relation) -> Iterator[str]:
    """The words of its badges; nothing where the settings hide it."""
    book, found = links.book, relation_id(relation.name)
    if found in book.reduced:
        return
    # It follows from other facts, and so is of the site only; who reaches a platform's tables is not known.
    is_open = book.for_site and found not in book.provided and is_exposed(book, relation)
    has_none = not (relation.row_security or relation.is_view or relation.server)
    badges = (
        ("deprecated", NotesOnPage(links).is_deprecated(found)),
        (PROTECTED, relation.row_security),
        (EXPOSED, is_open),
        (UNPROTECTED, has_none and not is_open),
        ("unlogged", relation.unlogged),
        ("partitioned", relation.partition_key is not None),
        ("security invoker", relation.security_invoker),
    )
    yield from (words for words, holds in badges if holds)


def glance_line(links: Links, relation: Relation, who: str, references: tuple[int, int]) -> Markdown:
    """`About 99 rows, 280 kB · Referenced by 4 · since 2024-06-18`, then who can do what, with links.

    *references*: to it and from it.
    """
    found = links.book.statistics.statistics.get(relation.name)
    size, (to, from_) = rows_and_size(found) if found else "", references
    numbers = (
        link(size, "#rows-and-size") if size else "",
        link(f"Referenced by {to:,}", "#referenced-by") if to else "",
        link(f"References {from_:,}", "#references") if from_ else "",
    )
    said = [*filter(None, numbers), *filter(None, [history_line(links, relation_id(relation.name))])]
    shown = f"<span>{' · '.join(said)}</span>" if said else ""
    access = f'<span class="sb-access">[Who can do what](#who-can-do-what): {who}</span>' if who else ""
    return Markdown(f"{shown} {access}".strip())

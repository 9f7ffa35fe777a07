"""What the pages of objects say of a revision that the site is compared with: a line at the top, and marks.

Only the built site says it; the committed pages look at no revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemabook.model import ObjectId, ObjectKind
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link
from schemabook.pages.paths import Beside, slug
from schemabook.pages.wording import count, listed
from schemabook.project.book import Book, Mark

NAMED = 3
"""How many parts that became the same are named, and not only counted."""
WORDS = {"added": "new", "removed": "removed", "changed": "changed", "renamed": "renamed"}
SIGNS = {"added": "+", "removed": "−", "changed": "±", "renamed": "→"}


def mark(book: Book, found: ObjectId) -> Markdown:
    """What became of an object or a part of one, beside its name; empty where it is what it was."""
    if not book.for_site or not (said := book.since.marks.get(found)):
        return Markdown("")
    return Markdown(f" {became(said.became)}")


def marked_in_list(book: Book, found: ObjectId, comment: Markdown) -> Markdown:
    """The comment of an object in a list, after the mark that it or a part of it became something else."""
    if not book.for_site or found not in book.since.parts:
        return comment
    own = book.since.marks.get(found)
    return Markdown(f"{became(own.became if own else 'changed')} {comment}".strip())


def became(word: str) -> Markdown:
    """`+ new`, as a small box."""
    return Markdown(f'<span class="sb-mark sb-mark--{word}">{SIGNS[word]} {WORDS[word]}</span>')


def since_line(links: Links, whole: ObjectId) -> Markdown:
    """`Changed since main: new column price. What changed`; empty where nothing did."""
    since = links.book.since
    if not links.book.for_site or not (parts := since.parts.get(whole)):
        return Markdown("")
    own = since.marks.get(whole)
    page = link("What changed", links.url(Beside.WHAT_CHANGED.page, since.anchors.get(whole, "")))
    since_ = f"since {code(since.name)}"
    if own and own.became == "added":
        said = f"{became('added')} {since_}"
    elif len(parts) == 1 and parts[0].whole == whole and not parts[0].part:
        only = since.marks[parts[0]]
        said = f"{became(only.became)} {since_}{_severity([only])}"
    else:
        said = f"{became('changed')} {since_}: {', '.join(_became(links, whole, parts))}"
    return Markdown(f'<span class="sb-since">{said}. {page}</span>')


def _became(links: Links, whole: ObjectId, parts: tuple[ObjectId, ...]) -> Iterator[Markdown]:
    """What became of which parts, those of one kind together."""
    found: dict[tuple[ObjectKind, str], list[ObjectId]] = defaultdict(list)
    marks = links.book.since.marks
    for part in parts:
        found[part.kind, marks[part].became].append(part)
    for (kind, word), same in found.items():
        if same == [whole]:
            relation = links.database.relations.get(whole.name)
            what = relation.kind.words if relation else kind.word
        elif kind is ObjectKind.PRIVILEGE:
            roles = [code(part.part) for part in same]
            what = f"privileges of {listed(roles) if len(roles) <= NAMED else count(len(roles), 'role')}"
        elif len(same) <= NAMED:
            what = f"{kind.word} {listed([code(_name(part)) for part in same])}"
        else:
            what = count(len(same), kind.word)
        yield Markdown(f"{WORDS[word]} {what}{_severity([marks[part] for part in same])}")


def _name(part: ObjectId) -> str:
    return part.part or f"{part.name}({', '.join(part.types or ())})"


def _severity(marks: list[Mark]) -> str:
    """The classes of what is dangerous."""
    found = dict.fromkeys(mark.severity for mark in marks if mark.severity)
    return f" ({', '.join(found)})" if found else ""


def change_anchor(whole: ObjectId) -> str:
    """Where the page of all changes tells those of an object."""
    return f"{whole.kind.replace(' ', '-')}-{slug(str(whole.name))}"

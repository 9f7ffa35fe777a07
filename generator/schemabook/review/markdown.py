"""The changes as Markdown for a comment on a pull request: a verdict, the dangerous first, details folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schemabook.review.change import ReviewedChange
from schemabook.review.effect import WORST_FIRST, Severity
from schemabook.review.sources import Side
from schemabook.review.text import Told, verdict, whole_of

MOST = 60_000
"""Characters of all; GitHub takes 65,536 in a comment: https://docs.github.com/rest/issues/comments."""
LONGEST = 4_000
"""Characters of what is folded of one change."""
HEAD = "## Schema changes\n\n"


def to_markdown(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    """A comment of bounded length; what did not fit is counted at its end."""
    found = sorted(changes, key=lambda change: WORST_FIRST[change.severities[0]])
    if not found:
        return f"{HEAD}No changes.\n"
    told = Told(old.database, new.database)
    text, left = f"{HEAD}**{verdict(found)}**\n", len(found)
    for piece, changes_in in _pieces(told, found):
        if len(text) + len(piece) > MOST:
            closed = "\n</details>\n" if text.count("<details>") > text.count("</details>") else ""
            return f"{text}{closed}\n{left:,} more are not shown here: `schemabook diff` prints them all.\n"
        text, left = text + piece, left - changes_in
    return text


def _pieces(told: Told, changes: Sequence[ReviewedChange]) -> Iterator[tuple[str, int]]:
    """Headings and changes, and how many changes each is."""
    for severity in Severity:
        of_class = [change for change in changes if change.severities[0] is severity]
        is_folded = WORST_FIRST[severity] >= WORST_FIRST[Severity.COMPATIBLE]
        if of_class:
            words = f"{severity.capitalize()} ({len(of_class):,})"
            if is_folded:
                yield f"\n<details><summary>{words}</summary>\n\n", 0
            else:
                yield f"\n### {words}\n\n", 0
        for change in of_class:
            yield _change(told, change), 1
        if of_class and is_folded:
            yield "\n</details>\n", 0


def _change(told: Told, change: ReviewedChange) -> str:
    """What became of an object, what that means, and folded what it said and says."""
    whole, details = whole_of(change.object), list(told.details(change))
    where = f" of {told.title(whole)}" if whole != change.object else ""
    said = f"accepted: {_plain(change.accepted)}" if change.accepted else f"key {change.key}"
    lines = [f"- **{_code(told.heading(change) + where)}** ({said})"]
    lines += [f"  - {_plain(effect.sentence)}" for effect in change.effects]
    if change.because_of:
        lines.append(f"  - {_plain(told.dependents(change))}")
    if details:
        body = "\n".join(details)
        shown = body if len(body) <= LONGEST else body[:LONGEST] + "\n…"
        fence = "`" * max(3, 1 + max(map(len, _runs(shown)), default=0))
        block = "\n".join(f"    {line}" for line in (f"{fence}diff", *shown.splitlines(), fence))
        lines.append(
            f"\n    <details><summary>old and new, key {change.key}</summary>\n\n{block}\n\n    </details>\n"
        )
    return "\n".join(lines) + "\n"


def _runs(text: str) -> Iterator[str]:
    """The backticks of a text that stand together."""
    yield from ("".join(run) for run in "".join(c if c == "`" else " " for c in text).split())


def _code(text: str) -> str:
    """Text as code, whatever backticks are in it."""
    fence = "`" * (1 + max(map(len, _runs(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def _plain(text: str) -> str:
    """Text without meaning to Markdown or HTML, and without mentions of people and issues."""
    marked = "".join(f"\\{c}" if c in "\\`*_[]<>#|~" else c for c in " ".join(text.split()))
    return marked.replace("@", "@\u200b")

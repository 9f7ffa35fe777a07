"""What `schemabook check` looks at: one function a check, in the order in which it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from schemabook.checks.secrets import leaks
from schemabook.guides.files import guide_files, guide_problems
from schemabook.model import Code, Finding
from schemabook.pages import pages
from schemabook.project.book import Book
from schemabook.project.config import option_of
from schemabook.project.inputs import paths
from schemabook.project.output import Plan, differences, plan
from schemabook.project.receipt import follow
from schemabook.secrets import one_line, without_secrets

WORST = 5
"""How many tables that lack comments are named."""


@dataclass(frozen=True)
class Project:
    """What is checked."""

    book: Book
    wanted: int | None = None
    """How many per cent of all objects should have a comment."""

    @cached_property
    def plan(self) -> Plan:
        """What a build would do."""
        config = self.book.config
        return plan(config.output, pages(self.book), paths(config))

    @cached_property
    def leaks(self) -> tuple[Finding, ...]:
        """What is to be said of secrets."""
        config = self.book.config
        return leaks(config, self.book.database.secrets, guide_files(config))


def removed_or_edited(project: Project) -> Iterator[Finding]:
    """Where a build would remove most pages, and where somebody changed one."""
    return project.plan.warnings()


def stale(project: Project) -> Iterator[Finding]:
    """That a build would change the pages, and how."""
    if changes := project.plan:
        config = project.book.config
        # The lines of a page may hold a secret, with signs of Markdown in it; the old page may still do.
        contents = not any(found.code is Code.SECRET for found in project.leaks)
        run = f"schemabook build{option_of(Path(config.source.path))}"
        yield Finding(
            code=Code.STALE,
            message=f"{config.output.as_posix()} is stale: {changes.counts}; run: {run}",
            details=tuple(map(without_secrets, differences(changes, contents=contents))),
        )


def unread(project: Project) -> Iterator[Finding]:
    """The statements that were not understood, but for those that the settings accept."""
    for found, following in project.book.database.receipt.causes:
        if not project.book.config.accepts(found):
            message = f"not understood: {one_line(found.reason, 200)}{follow(following)}"
            yield Finding(code=Code.UNREAD, message=message, source=found.statement.source)


def guides(project: Project) -> Iterator[Finding]:
    """The names in guides that lead nowhere."""
    return guide_problems(project.book.config, project.book.database)


def coverage(project: Project) -> Iterator[Finding]:
    """What lacks comments most, where fewer are there than are wanted."""
    found, wanted = project.book.coverage, project.wanted
    whole = found.tally()
    if wanted is None or whole.documented * 100 >= whole.total * wanted:
        return
    lines = [f"{whole.percent}% have a comment ({whole}), wanted are {wanted}%"]
    if schema := found.worst_schema():
        tally = found.tally(schema=schema)
        lines.append(f"  worst schema: {schema}, {tally.percent}% ({tally})")
    for name, tally in found.worst_tables(WORST):
        lines.append(f"  worst table: {name}, {tally.percent}% with its columns ({tally})")
    yield Finding(code=Code.COVERAGE, message="\n".join(lines))


def objects(project: Project) -> Iterable[Finding]:
    """What is to be said of single objects."""
    return project.book.database.warnings


def secrets(project: Project) -> Iterable[Finding]:
    """The secrets in what is published."""
    return project.leaks


CHECKS: tuple[Callable[[Project], Iterable[Finding]], ...] = (
    removed_or_edited,
    stale,
    unread,
    guides,
    coverage,
    objects,
    secrets,
)


def findings(project: Project) -> tuple[Finding, ...]:
    """All that the checks find."""
    return tuple(found for check in CHECKS for found in check(project))

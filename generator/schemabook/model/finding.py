"""What is to be said of inputs and pages, and the one table of what that can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from schemabook.errors import SchemaError, Source
from schemabook.model.identity import ObjectId, ObjectKind
from schemabook.secrets import one_line, without_secrets

WHOLE = ("", "body", "definition")
"""The parts of an object that stand for all of it."""


class Severity(StrEnum):
    """What a finding means to `check`: only an error fails it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


ERROR, WARNING, NOTE = Severity


class Code(Enum):
    """What can be found, a row each: how grave it is, what it means, what to do; it prints as the code."""

    STALE = ERROR, "Pages are not what a build writes", "Run `schemabook build`, and commit its pages"
    UNREAD = ERROR, "A statement is not understood", "Say so under `accept_unread` if no page needs it"
    MARKED_NAME = ERROR, "A name in a guide, in double brackets, leads nowhere", "Correct it"
    PLAIN_NAME = ERROR, "A name in a guide looks like ours and is none", "Correct or silence it"
    UNKNOWN_MARK = ERROR, "A comment in a guide is a mark that says nothing", "Correct or remove it"
    COVERAGE = ERROR, "Fewer objects have a comment than `--coverage` wants", "Comment on those that it names"
    SECRET = (
        ERROR,
        "A key, token or password is published",
        "Make a new one, and keep it elsewhere; `accept_secrets` says what is none",
        "whoever reads the repository has them: make new ones and keep those in Vault or in the environment, "
        'or say under "accept_secrets" in schemabook.yml what is none',
    )
    PUBLIC_KEY = NOTE, "A key is published that may be known", "Protect the rows with row security"
    DRIFT = (
        ERROR,
        "The dump is not what the migrations make",
        "Write a migration, refresh the dump, or say why under `accept_drift`",
        'write the migration that is missing, refresh the dump, or say the reason under "accept_drift"',
    )
    UNUSED_PATTERN = WARNING, "A pattern of the settings fits nothing", "Remove it"
    MISSING_NAME = WARNING, "An object uses what is not in the dump", "Correct it: it may fail when it runs"
    NOT_FOLLOWED = WARNING, "A text of an object is not followed", "Read it: what it uses is on no page"
    MANY_REMOVED = WARNING, "A build removes most pages", "Look whether the dump is whole"
    EDITED_PAGE = WARNING, "A build takes back what was written by hand", "Write a note or another page"
    KEPT_PAGE = WARNING, "A page without an object stays, as it was written by hand", "Remove or move it"
    EXPOSED_SCHEMAS = WARNING, "The dump exposes other schemas than Supabase's settings", "Make them equal"
    UNKNOWN_STATISTICS = WARNING, "Statistics are of tables that the dump has not", "Refresh both"
    MISSING_PLUGIN = WARNING, "The site does not follow its inputs", "Name the plugin in mkdocs.yml"

    def __init__(self, severity: Severity, meaning: str, remedy: str, hint: str = "") -> None:
        """The row; `check` says the *hint* once for all that it has found."""
        self.severity, self.meaning, self.remedy, self.hint = severity, meaning, remedy, hint

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to say, of an object or of a place in a file, or of neither."""

    code: Code
    message: str
    source: Source | str | None = None
    object: ObjectId | None = None
    part: str = ""
    """Which text of the whole object it is about, as in a `Reference`."""
    hint: str = ""
    details: tuple[str, ...] = ()
    """Lines that belong to it, such as what has changed."""

    @property
    def fails(self) -> bool:
        """Whether `check` fails on it."""
        return self.code.severity is ERROR

    @property
    def about(self) -> str:
        """The object in words: `public.f()`, or `public.t, policy own rows`; empty where there is none."""
        if not self.object:
            return ""
        name = f"{self.object.name}()" if self.object.kind is ObjectKind.ROUTINE else str(self.object.name)
        return f"{name}, {self.part}" if self.part not in WHOLE else name

    @property
    def text(self) -> str:
        """As an error says it: where, what and a hint, but not how grave it is."""
        return str(SchemaError(self.message, source=self.source, hint=self.hint))

    def __str__(self) -> str:
        """As the command line says it."""
        label = "" if self.fails else f"{self.code.severity}: "
        if not self.object:
            return f"{label}{self.text}"
        return f"{self.source}: {label}{one_line(self.about, 120)}: {one_line(self.message, 200)}"

    @property
    def annotation(self) -> str:
        """As GitHub shows it at the line of a change."""
        kind = "notice" if self.code.severity is NOTE else self.code.severity
        path, line = self.place
        message = f"{self.about}: {self.message}" if self.object else self.message
        lines = "\n".join((message, *self.details, self.hint or self.code.hint)).rstrip("\n")
        return annotation(kind, without_secrets(lines), file=path, line=line, title=str(self.code))

    @property
    def json(self) -> dict[str, Any]:
        """As a value of JSON."""
        path, line = self.place
        return {
            "code": str(self.code),
            "severity": self.code.severity,
            "path": path or None,
            "line": line,
            "object": self.object and {"kind": self.object.kind, "identity": str(self.object)},
            "message": without_secrets(self.message),
            "details": list(self.details),
            "hint": without_secrets(self.hint or self.code.hint) or None,
        }

    @property
    def place(self) -> tuple[str, int | None]:
        """Path and line, as far as it has them."""
        return self.source if isinstance(self.source, Source) else (self.source or "", None)


def annotation(level: str, message: str, *, file: str = "", line: int | None = None, title: str = "") -> str:
    """A message at a place, as a workflow command of GitHub.

    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    given = {"file": file, "line": line, "title": title}
    properties = ",".join(f"{key}={_escaped(str(of), ':,')}" for key, of in given.items() if of)
    return f"::{level} {properties}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """A text for a workflow command of GitHub, with what it escapes in all, and *more*."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text

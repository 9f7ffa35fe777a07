"""Where a text cannot be followed: that is said of the object that holds it, and the reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sqlglot.errors import SqlglotError

from schemabook.errors import SchemaError, Source
from schemabook.model import Code, Finding, Name, ObjectId, Reference, Statement
from schemabook.read.text.cursor import UnexpectedToken

T = TypeVar("T")

RAISES = False
"""Whether an exception that nobody foresaw is raised and not only told: so it is in tests."""
NOT_FOLLOWED = "it is not followed, so what it uses is not known"
LONGEST_BODY = 1_000_000
"""Characters of a body beyond which nobody looks into it: its tokens take fifty times the memory."""
TOO_DEEP = "it is nested too deep"
OUR_FAULT = "schemabook fails on it, which is a fault of ours"


class NotFollowed(Exception):
    """The text is of a kind, or of a size, that is not followed; the message says why."""


class Holder(NamedTuple):
    """What holds a text: an object, where in it the text is, and where the statement begins that says it."""

    object: ObjectId
    place: str
    """As in a `Reference`."""
    source: Source

    @property
    def name(self) -> Name:
        """Of the relation or routine."""
        return self.object.name

    def mention(self, target: ObjectId, how: str) -> Reference:
        """Its reference to what it mentions."""
        return Reference(self.object, self.place, target, how)


class Warnings:
    """Collects what is to be said of objects; *statements* are those that made them."""

    def __init__(self, statements: Mapping[ObjectId, Sequence[Statement]]) -> None:
        self.statements = statements
        self.found: set[Finding] = set()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of it, by file and line."""
        return tuple(
            sorted(self.found, key=lambda f: (f.place, f.object and f.object.whole, f.part, f.message))
        )

    def add(self, holder: Holder, message: str, name: str = "") -> None:
        """Says something of an object, at the line of the *name* in its statement where one is given."""
        made = self.statements.get(holder.object.whole, ()) if name else ()
        lines = (_line_of(name, found.text) for found in made if found.source == holder.source)
        source = Source(holder.source.path, holder.source.line + max(lines, default=0))
        code = Code.MISSING_NAME if name else Code.NOT_FOLLOWED
        part = holder.object.part_words or holder.place
        self.found.add(Finding(code=code, message=message, source=source, object=holder.object, part=part))

    def guarded(self, holder: Holder, found: Iterator[T]) -> Iterator[T]:
        """What is found in the object's text; where looking for it fails, that is said."""
        try:
            yield from found
        except NotFollowed as error:
            self.add(holder, str(error))
        except (SchemaError, UnexpectedToken) as error:
            self.add(holder, f"{NOT_FOLLOWED}: {error}")
        except RecursionError:
            self.add(holder, f"{NOT_FOLLOWED}: {TOO_DEEP}")
        except Exception as error:
            if RAISES:
                raise
            self.add(holder, f"{OUR_FAULT}: {type(error).__name__}: {error}")


def attempt(make: Callable[[], T]) -> T | None:
    """What a library makes of a text; None where it is too deep for it, or where the library fails."""
    try:
        return make()
    except (SqlglotError, RecursionError):
        return None
    except Exception:
        if RAISES:
            raise
        return None


def _line_of(name: str, text: str) -> int:
    """How many lines of the text come before the name, outside of comments; 0 where it is not there."""
    for found in re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text, re.I):
        line = text.rfind("\n", 0, found.start()) + 1
        if "--" not in text[line : found.start()]:
            return text.count("\n", 0, found.start())
    return 0


def expect_short(body: str) -> None:
    """Raises NotFollowed for a body that is too long to look into."""
    if len(body) > LONGEST_BODY:
        most = LONGEST_BODY // 1_000_000
        raise NotFollowed(f"{NOT_FOLLOWED}: it has {len(body):,} characters, more than {most} million")

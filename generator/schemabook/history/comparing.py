"""What changed from one state of the dumps to the next: each is read once, on all processors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.history.revisions import State
from schemabook.history.telling import told
from schemabook.model import Database, Unread
from schemabook.platforms import Platform
from schemabook.project.config import Config
from schemabook.project.dumps import read_scripts
from schemabook.project.hidden import part_shown
from schemabook.project.hidden.part import Part
from schemabook.project.hidden.telling import hidden_words
from schemabook.project.history import Told
from schemabook.project.inputs import dumps_of
from schemabook.read import OUR_FAULT, read, reading_again
from schemabook.review import Became, review
from schemabook.review.git import Repository
from schemabook.secrets import one_line
from schemabook.workers import together

FEW = 8
"""Up to so many states are read sooner than processes are started for them."""
CHUNK = 24
"""How many states a process takes at a time; it reads the one before them as well."""
KEPT = 3
"""How many states are at hand: a commit, the one before, and the one that it may take back."""
LONGEST = 200
NOTHING = -1
"""The number of the state before the first."""
HIDDEN = "about what the settings hide"


class Did(NamedTuple):
    """What became of the database from one state to the next, in types that a cache has."""

    changes: tuple[Told, ...] = ()
    unread: tuple[str, ...] = ()
    error: str = ""
    is_read: bool = True
    """Whether the state can be read, so that the next one is compared with it."""
    hidden: tuple[str, ...] = ()
    """The names of what the settings hide, so that the subjects of commits do not tell them either."""


class Compared(NamedTuple):
    """What became of a state, from which one."""

    number: int
    base: int
    did: Did


class Comparing:
    """The states of the dumps, the oldest first, and what changed from one to the next."""

    def __init__(
        self, repository: Repository, config: Config, platform: Platform | None, states: Sequence[State]
    ) -> None:
        self.repository, self.config, self.platform = repository, config, platform
        self.states = states
        self.paths = {dump.path: repository.path(dump.path) for dump in config.dumps}
        self.known: dict[State, Database | SchemaError] = {}
        """Those that were read last."""
        self.folder = Path()
        self.laid: Mapping[str, str] = {}
        """The contents of the files in the folder."""
        self.of_all = _digest(
            platform.name if platform else "",
            [(dump.file, dump.layout) for dump in config.dumps],
            [(found.pattern.text, found.hides) for found in config.hidden],
            (config.virtual_foreign_keys, config.renamed, config.accepted_changes, config.accept_unread),
        )

    def key(self, base: int, number: int) -> str:
        """What tells a comparison from all others, but for the version of this program."""
        old = self.states[base] if base != NOTHING else None
        return _digest(self.of_all, old, self.states[number])

    def compare(self, numbers: Sequence[int]) -> list[Compared]:
        """What became of the states with these numbers, each from the last one before that can be read."""
        with reading_again():
            if len(numbers) <= FEW:
                return self._some(numbers)
            with self._laid_out():
                self._database(max(numbers[0] - 1, 0))  # All processes have what was made for it.
            chunks = [numbers[first : first + CHUNK] for first in range(0, len(numbers), CHUNK)]
            return [found for some in together([partial(self._some, c) for c in chunks]) for found in some]

    def _some(self, numbers: Iterable[int]) -> list[Compared]:
        with self._laid_out():
            return [self._compared(number) for number in numbers]

    @contextmanager
    def _laid_out(self) -> Iterator[None]:
        with TemporaryDirectory() as folder:
            self.folder, self.laid = Path(folder), {}
            yield

    def _compared(self, number: int) -> Compared:
        new, (base, old) = self._database(number), self._before(number)
        if not isinstance(new, SchemaError):
            return Compared(number, base, self._did(old, new, is_first=base == NOTHING))
        error = one_line(str(new).partition("\n")[0], LONGEST)
        return Compared(number, base, Did(error=error, is_read=False))

    def _before(self, number: int) -> tuple[int, Database]:
        """The last state before that can be read, or else what is there before the first."""
        for base in range(number - 1, NOTHING, -1):
            if not isinstance(old := self._database(base), SchemaError):
                return base, old
        return NOTHING, read((), self.platform)

    def _did(self, old: Database, new: Database, *, is_first: bool) -> Did:
        try:
            changes = review(old, new, self.config.renamed)
            if is_first:  # What is another than the platform brings it was never changed.
                changes = tuple(change for change in changes if change.change is Became.ADDED)
            before, after = self._part(old), self._part(new)
            known = {found.statement.text for found in old.receipt.unread}
            unread = (found for found in new.receipt.unread if found.statement.text not in known)
            return Did(
                told(changes, old, new, self.config),
                tuple(self._unread(found, after) for found in unread if not self.config.accepts(found)),
                hidden=tuple(sorted(hidden_words(after) - hidden_words(before))) if before and after else (),
            )
        except Exception as error:  # An old revision is no reason for a site not to be built.
            return Did(error=one_line(f"{OUR_FAULT}: {type(error).__name__}: {error}", LONGEST))

    def _part(self, database: Database) -> Part | None:
        """What is shown of a database, where the settings hide anything."""
        hidden, keys = self.config.hidden, self.config.virtual_foreign_keys
        return part_shown(database, hidden, keys) if hidden else None

    def _unread(self, found: Unread, part: Part | None) -> str:
        text = f"{found.statement.text} {found.reason}"
        is_hidden = part and part.unspeakable.is_named(text)
        reason = HIDDEN if is_hidden else one_line(found.reason, LONGEST)
        return f"{self._shown(str(found.statement.source))}: {reason}"

    def _database(self, number: int) -> Database | SchemaError:
        state = self.states[number]
        if state not in self.known:
            self.known[state] = self._read(state)
            for first in [*self.known][:-KEPT]:
                del self.known[first]
        return self.known[state]

    def _read(self, state: State) -> Database | SchemaError:
        if state.missing:
            return SchemaError("it is not there", source=state.missing)
        try:
            self._lay_out(dict(state.blobs))
            there = [
                replace(dump, path=self.folder / path)
                for dump in self.config.dumps
                if (self.folder / (path := self.paths[dump.path])).exists()
            ]
            scripts = dumps_of(replace(self.config, dumps=tuple(there)))
            return read_scripts(scripts, platform=self.platform) if scripts else read((), self.platform)
        except SchemaError as error:
            return SchemaError(self._shown(error.message), source=self._shown(str(error.source or "")))
        except OSError as error:
            return SchemaError(f"its files cannot be laid out here: {error.strerror}")
        except Exception as error:  # As above.
            return SchemaError(self._shown(f"{OUR_FAULT}: {type(error).__name__}: {error}"))

    def _lay_out(self, blobs: dict[str, str]) -> None:
        before, self.laid = self.laid, dict.fromkeys({**self.laid, **blobs}, "")  # Unknown, should this fail.
        for path in before.keys() - blobs.keys():
            (self.folder / path).unlink(missing_ok=True)
        self.repository.write(dict(blobs.items() - before.items()), self.folder)
        self.laid = blobs

    def _shown(self, text: str) -> str:
        """A message with paths as git has them."""
        return text.replace(f"{self.folder}/", "")


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()

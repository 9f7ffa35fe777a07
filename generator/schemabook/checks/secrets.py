"""Secrets in what is about to be published: in the dumps, the settings, notes, templates and guides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from schemabook.errors import Source
from schemabook.files import content
from schemabook.model import Secret
from schemabook.project.config import Accepted, Config
from schemabook.project.inputs import texts
from schemabook.secrets import masked, secrets_in

HINT = (
    "whoever reads the repository has them: make new ones and keep those in Vault or in the environment, "
    'or say under "accept_secrets" in schemabook.yml what is none'
)


@dataclass(frozen=True)
class Leaks:
    """The secrets that were found, by what is to be said of them."""

    secret: tuple[Secret, ...]
    """What should not be published."""
    public: tuple[Secret, ...]
    """What looks secret and is meant to be known."""
    unused: tuple[Accepted, ...]
    """Patterns of the settings that fit nothing."""


def leaks(config: Config, read: Iterable[Secret], guides: Iterable[Path] = ()) -> Leaks:
    """Those that were *read* in the dumps, and those in all else that pages are made of, and in the guides.

    Raises SchemaError for a file that cannot be read.
    """
    files = (*texts(config), *(("guide", path) for path in guides))
    found = (*read, *(secret for kind, path in files for secret in _in_file(kind, path)))
    accepted = {
        secret for secret in found if any(pattern.matches(secret) for pattern in config.accept_secrets)
    }
    left = [secret for secret in found if secret not in accepted]
    return Leaks(
        secret=tuple(secret for secret in left if not secret.is_public),
        public=tuple(secret for secret in left if secret.is_public),
        unused=tuple(p for p in config.accept_secrets if not any(map(p.matches, found))),
    )


def _in_file(kind: str, path: Path) -> Iterator[Secret]:
    for found in secrets_in(content(path).decode("utf-8", "replace")):
        source = Source(path.as_posix(), found.line + 1)
        yield Secret(source, found.kind, f"{kind} {path.name}", masked(found.value), found.is_public)


def remarks(leaked: Leaks) -> Iterator[str]:
    """What to say of secrets beside those that fail."""
    if leaked.secret:
        yield f"hint: {HINT}"
    for found in leaked.public:
        yield f"note: {found}; it is public, so only row security protects the rows"
    for unused in leaked.unused:
        yield f'warning: {unused.source}: no secret fits "{unused.pattern}"; remove it from accept_secrets'

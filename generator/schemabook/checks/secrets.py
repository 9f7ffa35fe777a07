"""Secrets in what is about to be published: in the dumps, the settings, notes, templates and guides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from schemabook.errors import Source
from schemabook.files import content
from schemabook.model import Code, Finding, Secret
from schemabook.project.config import Config
from schemabook.project.inputs import texts
from schemabook.secrets import masked, secrets_in

PUBLIC = "; it is public, so only row security protects the rows"


def leaks(config: Config, read: Iterable[Secret], guides: Iterable[Path] = ()) -> tuple[Finding, ...]:
    """Those that were *read* in the dumps, and those in all else that pages are made of, and in the guides.

    What should not be published is first, then what is meant to be known, then the patterns of the settings
    that fit nothing. Raises SchemaError for a file that cannot be read.
    """
    files = (*texts(config), *(("guide", path) for path in guides))
    found = (*read, *(secret for kind, path in files for secret in _in_file(kind, path)))
    patterns = config.accept_secrets
    left = [secret for secret in found if not any(pattern.matches(secret) for pattern in patterns)]
    return (
        *(_finding(Code.SECRET, secret) for secret in left if not secret.is_public),
        *(_finding(Code.PUBLIC_KEY, secret, PUBLIC) for secret in left if secret.is_public),
        *(
            Finding(
                code=Code.UNUSED_PATTERN,
                message=f'no secret fits "{unused.pattern}"; remove it from accept_secrets',
                source=unused.source,
            )
            for unused in patterns
            if not any(map(unused.matches, found))
        ),
    )


def _finding(code: Code, secret: Secret, more: str = "") -> Finding:
    return Finding(code=code, message=f"{secret.title}: {secret.shown}{more}", source=secret.source)


def _in_file(kind: str, path: Path) -> Iterator[Secret]:
    for found in secrets_in(content(path).decode("utf-8", "replace")):
        source = Source(path.as_posix(), found.line + 1)
        yield Secret(source, found.kind, f"{kind} {path.name}", masked(found.value), found.is_public)

"""What the HTML of pages depends on beside the pages themselves, as one text to compare.

Where that cannot be told, because a setting names files or is code of somebody else's, there is no
fingerprint, and so nothing is kept from build to build.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig

from schemabook import __version__

PACKAGES = "mkdocs mkdocs-material markdown pymdown-extensions pygments pyromark jinja2 markupsafe".split()
"""The distributions that make HTML of Markdown."""
MODULES = frozenset({"markdown", "material", "pymdownx", "schemabook"})
"""The packages whose functions do the same in each version, and read no file."""
LOOK = ("toc", "pymdownx.highlight")
"""The extensions of Markdown whose settings say how headings and code look, also on generated pages."""
READING = frozenset({"custom_icons"})
"""Settings of extensions that name files to read."""


class Unknown(Exception):
    """Something whose effect cannot be told from its value; the message names it."""


def of_markdown(config: MkDocsConfig) -> str:
    """The fingerprint of what makes HTML of a generated page's Markdown; raises Unknown."""
    look = [config.mdx_configs.get(name) for name in LOOK]
    return digest_of(versions(), canonical([look, config.use_directory_urls, config.validation]))


def digest_of(*parts: str) -> str:
    """All the parts as one short text."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def versions() -> str:
    """The versions of Python and of all packages that make the pages, and our own code."""
    return digest_of(sys.version, __version__, _code(), *(f"{name} {_version(name)}" for name in PACKAGES))


@cache
def _code() -> str:
    """The sources of this package: while it is worked on, its version stays."""
    package = Path(__file__).parent.parent
    return contents(package, (*package.rglob("*.py"), *package.rglob("*.sql")))


def contents(folder: Path, files: Iterable[Path]) -> str:
    """The names and contents of the files."""
    found = sha256()
    for path in sorted(files):
        data = path.read_bytes()
        found.update(
            f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode("utf-8", "surrogateescape")
        )
        found.update(data)
    return found.hexdigest()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"


def canonical(value: Any) -> str:
    """A setting as text that is equal for equal settings only; raises Unknown for what has no such text."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    """The setting in types that JSON has; each other type is marked by its name."""
    match value:
        case None | bool() | int() | float() | str() if not isinstance(value, Enum):
            return value
        case Mapping() | Config():
            if found := READING.intersection(map(str, value)):
                raise Unknown(f"the setting {min(found)}")
            return {"map": [[_plain(key), _plain(item)] for key, item in value.items()]}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return {"set": sorted(canonical(item) for item in value)}
        case bytes() | PurePath() | Enum():
            return {type(value).__name__: repr(value)}
        case partial():
            return {"partial": _plain([value.func, value.args, value.keywords])}
        case type() | FunctionType() | BuiltinFunctionType() | MethodType():
            return {"code": _named(value)}
    raise Unknown(f"a setting of the type {type(value).__qualname__}")


def _named(code: Any) -> str:
    """The full name of a function; Unknown if it is not one of a package that we know, or has a state."""
    name = f"{code.__module__}.{code.__qualname__}"
    if code.__module__.partition(".")[0] not in MODULES or "<" in name:
        raise Unknown(f"the function {name}")
    return name

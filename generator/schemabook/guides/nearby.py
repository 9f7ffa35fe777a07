"""For a name that does not exist: what was probably meant, and whether the schema was meant at all."""

from __future__ import annotations

from collections.abc import Sequence

from schemabook.guides.names import Names, Written, spelled
from schemabook.model import Name
from schemabook.nearest import nearest, nearest_name

FILES = frozenset(
    """bak bat bz2 c cfg cjs conf config cpp crt cs css csv dart db diff dockerfile dump env example ex exs
    gif go gz h html ico ini ipynb ips java jpeg jpg js json jsonc jsonl jsx key kt lock log map md mdx mjs
    parquet patch pdf pem php pl png properties ps1 pub py pyi rb rs sample scss sh sql sqlite svelte svg
    swift tar tf tmp toml ts tsv tsx txt vue wasm webp xls xlsx xml yaml yml zip zst""".split()
)
"""Words that end the names of files, as in `content.md`."""
HOSTS = frozenset("ai app biz cloud co com dev eu gov info internal io local localhost me net org".split())
SUPABASE = frozenset(("auth", "graphql", "realtime", "storage", "vault"))
"""Schemas whose names also begin keys of `config.toml` and calls of the client: `auth.site_url`."""
TYPING_ERROR = 0.8
"""How like `emial` is to `email`; `storage.objects.create`, which others have, is less like `created_at`."""


def suggestion(name: Written, names: Names) -> str | None:
    """The name that was probably meant, as a guide would write it."""
    return near(name, names) or _similar_part(name, names) or _similar_object(name, names)


def near(name: Written, names: Names, likeness: float = 0.6) -> str | None:
    """A name with the same beginning and a similar end, None if the beginning exists nowhere."""
    *schema, last = name.folded
    if name.is_routine:
        words = [n.name for n in names.routines(schema[0])] if schema else []
        found = nearest(last, words, likeness)
        return f"{spelled(*schema, found)}()" if found else None
    ends = [member for owner in names.owners(schema) for member in names.members(owner)]
    if len(schema) == 1:
        ends += [n.name for n in names.objects(schema[0])]
    found = nearest(last, ends, likeness)
    return spelled(*schema, found) if found else None


def looks_like_ours(name: Written, names: Names) -> bool:
    """Whether a name that does not exist was meant for the schema, and not for a file, a host or other code.

    It begins with a schema, a relation or an enum that exists, and is either near to one that exists, or of
    a form that is hardly anything else.
    """
    *first, last = name.folded
    if not first or name.texts != name.folded or last in FILES | HOSTS:
        return False  # userProfiles.length is a program's.
    owners = names.owners(first)
    if not (names.objects(first[0]) or owners):
        return False
    if near(name, names, TYPING_ERROR):
        return True
    if name.is_routine:
        return False
    if len(first) == 2 and not owners:
        return nearest(first[1], (n.name for n in names.objects(first[0])), TYPING_ERROR) is not None
    if any(not names.members(owner) for owner in owners):
        return False  # The columns of such a view are not known.
    schemas = {first[0], *(owner.schema for owner in owners)}
    return first[0] == "public" or ("_" in ".".join(name.folded) and not schemas & SUPABASE)


def _similar_part(name: Written, names: Names) -> str | None:
    """A similar part of a similar relation."""
    *relation, last = name.folded
    if name.is_routine or not relation:
        return None
    found = nearest_name(_full(relation), names.objects())
    part = nearest(last, names.members(found)) if found else None
    return spelled(*_short(found), part) if found and part else None


def _similar_object(name: Written, names: Names) -> str | None:
    """An object of the same name elsewhere or of another kind, or of a similar name."""
    if len(name.parts) == 3 or names.owners(name.folded[:-1]):
        return None
    is_routine = name.is_routine or _full(name.folded) in names.routines()
    found = _similar(name.folded, names.routines() if is_routine else names.objects())
    if found:
        return f"{found}()" if is_routine else found
    return nearest(name.folded[0], names.database.schemas)


def _similar(parts: tuple[str, ...], names: Sequence[Name]) -> str | None:
    if len(parts) == 2:
        found = nearest_name(Name(*parts), names)
    else:
        by_name = {name.name: name for name in sorted(names, key=lambda name: name.schema == "public")}
        found = by_name.get(nearest(parts[0], by_name) or "")
    return spelled(*_short(found)) if found else None


def _full(parts: Sequence[str]) -> Name:
    """The name of one part or two; without a schema it is of public."""
    return Name(*parts) if len(parts) == 2 else Name("public", parts[0])


def _short(name: Name) -> tuple[str, ...]:
    return (name.name,) if name.schema == "public" else tuple(name)

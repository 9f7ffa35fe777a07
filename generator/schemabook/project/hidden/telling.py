"""Whether an object may be told of: for what names objects without a database that has them alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemabook.model import KIND_OF, ObjectId, ObjectKind, Other
from schemabook.project.hidden.objects import KEYED
from schemabook.project.hidden.part import Part, has_other, has_privileges_on, publications_of
from schemabook.project.hidden.words import Unspeakable

PUBLIC = "public"


def is_told(part: Part, found: ObjectId) -> bool:
    """Whether an object of the whole database is shown as it is, neither hidden nor reduced."""
    if KIND_OF[found.kind].fact is Other:
        facts = (fact for name, fact in KIND_OF[found.kind].facts(part.whole) if name == found)
        return all(has_other(part, fact) for fact in facts)
    if rule := RULES.get(found.kind):
        return rule(part, found)
    if found.kind in KEYED:
        return found.whole in part.visible
    return not found.part or part.is_visible(found.name)


def _has_schema(part: Part, name: str) -> bool:
    return not name or name in part.schemas


RULES: Mapping[ObjectKind, Callable[[Part, ObjectId], bool]] = {
    ObjectKind.SCHEMA: lambda part, found: _has_schema(part, found.name.name),
    ObjectKind.DEFAULT_PRIVILEGE: lambda part, found: _has_schema(part, found.name.schema),
    ObjectKind.PRIVILEGE: lambda part, found: found.on is not None and has_privileges_on(part, found.on),
    ObjectKind.PUBLICATION: lambda part, found: (
        found.name.name in publications_of(part, part.whole.publications)
    ),
}
"""The kinds that are told by rules of their own."""


def unspeakable_in_prose(part: Part) -> Unspeakable:
    """What a sentence of ours may not name: such a sentence has schemas before names, or means public."""
    gone = {found.name for found in part.every if not part.stays(found)}
    shown = {found.name for found in part.every if part.stays(found)}
    of_public = (name for name in gone if name.schema == PUBLIC)
    return Unspeakable(lambda name: name in gone or part.unspeakable.hides(name), of_public, shown)


def hidden_words(part: Part) -> frozenset[str]:
    """What people may call what is hidden: its name without a schema, or that of a schema of nothing else."""
    schemas = part.whole.schemas.keys() - part.schemas
    return frozenset(part.unspeakable.words | schemas)

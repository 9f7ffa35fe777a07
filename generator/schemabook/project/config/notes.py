"""What the settings say beside the comments of the dump: notes, and foreign keys that nothing enforces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import yaml

from schemabook.errors import SchemaError
from schemabook.model import Name, ObjectId, ObjectKind, Target, VirtualForeignKey
from schemabook.project.config.names import column_of, name_of
from schemabook.project.config.section import Section, once, source_of, text_of
from schemabook.project.config.settings import Link, Note

OF_A_PART = ("note", "deprecated")
OF_AN_OBJECT = (*OF_A_PART, "owner", "links")
OF_A_TABLE = (*OF_AN_OBJECT, "columns", "policies")
KINDS = {
    "tables": ("a table", ObjectKind.RELATION, OF_A_TABLE),
    "functions": ("a function", ObjectKind.ROUTINE, OF_AN_OBJECT),
    "types": ("a type", ObjectKind.TYPE, OF_AN_OBJECT),
}
"""The keys of the notes: how one is called, the kind of its subject, and what a note may say."""
PARTS = {"columns": ObjectKind.COLUMN, "policies": ObjectKind.POLICY}


def notes_of(node: yaml.Node) -> tuple[Note, ...]:
    """All notes, each subject once."""
    section = Section(node, '"notes"', KINDS, required=())
    found = (
        note
        for key, (what, kind, keys) in KINDS.items()
        for name, value in section.pairs(key)
        for note in _notes(name, value, ObjectId(kind, name_of(name, what)), "a note", keys)
    )
    return once(found, lambda note: note.subject, lambda note: f"the note of {note.subject.words}")


def link_of(node: yaml.Node) -> Link:
    """A link: a title and where it leads."""
    section = Section(node, "a link", ("title", "url", "description"), required=("title", "url"))
    return Link(**section.texts("title", "url", "description"), source=section.source)


def virtual_foreign_keys_of(nodes: Iterable[yaml.Node]) -> tuple[VirtualForeignKey, ...]:
    """All virtual foreign keys, each once."""
    return once(
        map(_virtual_foreign_key, nodes),
        lambda key: (key.relation, key.columns, key.references),
        lambda key: f'virtual foreign key "{key}"',
    )


def _notes(
    key: yaml.Node, value: yaml.Node, subject: ObjectId, what: str, keys: tuple[str, ...]
) -> Iterator[Note]:
    """The note of an object or of a part, and those of an object's columns and policies."""
    if not isinstance(value, yaml.MappingNode):
        yield Note(subject=subject, text=text_of(value, "a note"), source=source_of(key))
        return
    section = Section(value, what, keys, required=())
    if not section.values:
        raise SchemaError("a note is empty", source=source_of(key), hint="give it a text or leave it out")
    if set(section.values) & set(OF_AN_OBJECT):
        yield Note(
            subject=subject,
            text=section.text("note"),
            owner=section.text("owner"),
            deprecated=section.text("deprecated"),
            links=tuple(link_of(node) for node in section.items("links")),
            source=source_of(key),
        )
    for parts, kind in PARTS.items():
        for name, note in section.pairs(parts):
            part = ObjectId(kind, subject.name, text_of(name, f"a {kind}"))
            yield from _notes(name, note, part, f"the note of a {kind}", OF_A_PART)


def _virtual_foreign_key(node: yaml.Node) -> VirtualForeignKey:
    section = Section(node, "a virtual foreign key", ("from", "to", "note"), required=("from", "to"))
    relation, columns = _columns(section.values["from"])
    referenced, referenced_columns = _columns(section.values["to"])
    if len(columns) != len(referenced_columns):
        counts = f"{len(columns)} columns reference {len(referenced_columns)}"
        raise SchemaError(f"a virtual foreign key is uneven: {counts}", source=section.source)
    return VirtualForeignKey(
        relation=relation,
        columns=columns,
        references=Target(referenced, referenced_columns),
        note=section.text("note"),
        source=section.source,
    )


def _columns(node: yaml.Node) -> tuple[Name, tuple[str, ...]]:
    """The table and its columns: one name, or a list of names of the same table."""
    every = (
        [column_of(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else [column_of(node)]
    )
    if not every:
        raise SchemaError("a virtual foreign key has no column", source=source_of(node), hint="table.column")
    if others := [name.relation for name in every if name.relation != every[0].relation]:
        message = (
            f'the columns of a virtual foreign key are of two tables, "{every[0].relation}" and "{others[0]}"'
        )
        raise SchemaError(message, source=source_of(node))
    return every[0].relation, tuple(name.column for name in every)

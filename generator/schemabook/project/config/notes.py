"""What the settings say beside the comments of the dump: notes, and foreign keys that nothing enforces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import yaml

from schemabook.errors import SchemaError
from schemabook.model import Name, ObjectId, ObjectKind, Target, VirtualForeignKey
from schemabook.project.config.names import column_of, name_of
from schemabook.project.config.section import Section, source_of, text_of, twice
from schemabook.project.config.settings import Link, Note

OF_A_PART = ("note", "deprecated")
OF_AN_OBJECT = (*OF_A_PART, "owner", "links")
OF_A_TABLE = (*OF_AN_OBJECT, "columns", "policies")
KINDS = {
    "tables": ("a table", ObjectKind.RELATION),
    "functions": ("a function", ObjectKind.ROUTINE),
    "types": ("a type", ObjectKind.TYPE),
}
"""The keys of the notes: how one is called, and the kind of its subject."""
PARTS = {"columns": ObjectKind.COLUMN, "policies": ObjectKind.POLICY}


def notes_of(node: yaml.Node) -> tuple[Note, ...]:
    """All notes, each subject once."""
    section = Section(node, '"notes"', KINDS, required=())
    found: dict[ObjectId, Note] = {}
    for key, (what, kind) in KINDS.items():
        for name, value in section.pairs(key):
            for note in _notes_of_object(name, value, ObjectId(kind, name_of(name, what))):
                if note.subject in found:
                    raise twice(f"the note of {note.subject.words}", found[note.subject].source, note.source)
                found[note.subject] = note
    return tuple(found.values())


def link_of(node: yaml.Node) -> Link:
    """A link: a title and where it leads."""
    section = Section(node, "a link", ("title", "url", "description"), required=("title", "url"))
    return Link(**section.texts("title", "url", "description"), source=section.source)


def virtual_foreign_keys_of(nodes: Iterable[yaml.Node]) -> tuple[VirtualForeignKey, ...]:
    """All virtual foreign keys, each once."""
    found: dict[tuple[Name, tuple[str, ...], Target], VirtualForeignKey] = {}
    for key in map(_virtual_foreign_key, nodes):
        identity = (key.relation, key.columns, key.references)
        if identity in found:
            raise twice(f'virtual foreign key "{key}"', found[identity].source, key.source)
        found[identity] = key
    return tuple(found.values())


def _notes_of_object(key: yaml.Node, value: yaml.Node, subject: ObjectId) -> Iterator[Note]:
    """The note of an object, and those of its columns and policies."""
    if not isinstance(value, yaml.MappingNode):
        yield Note(subject=subject, text=text_of(value, "a note"), source=source_of(key))
        return
    is_relation = subject.kind is ObjectKind.RELATION
    section = Section(value, "a note", OF_A_TABLE if is_relation else OF_AN_OBJECT, required=())
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
            yield _note_of_part(note, ObjectId(kind, subject.name, text_of(name, f"a {kind}")), name)


def _note_of_part(value: yaml.Node, subject: ObjectId, key: yaml.Node) -> Note:
    if not isinstance(value, yaml.MappingNode):
        return Note(subject=subject, text=text_of(value, "a note"), source=source_of(key))
    section = Section(value, f"the note of a {subject.kind}", OF_A_PART, required=())
    if not section.values:
        raise SchemaError("a note is empty", source=source_of(key), hint="give it a text or leave it out")
    text, deprecated = section.text("note"), section.text("deprecated")
    return Note(subject=subject, text=text, deprecated=deprecated, source=source_of(key))


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

"""The notes of the settings and of their folder, each with the object that it is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Name, ObjectId, ObjectKind, VirtualForeignKey, relation_id
from schemabook.model.written_names import name_parts
from schemabook.nearest import did_you_mean, nearest, nearest_name
from schemabook.project.config import Config, Note

FOLDER = "notes"
"""Beside the settings, where they name no other folder."""
ENDING = ".md"
NO_NOTE = "readme.md"
"""What may stand in the folder about the folder itself."""
KEYS = {ObjectKind.RELATION: "tables", ObjectKind.ROUTINE: "functions", ObjectKind.TYPE: "types"}
"""Under which key of the settings the notes of a kind are."""


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A note that is a file of its own."""

    path: Path
    text: str
    """Markdown with line feeds; its relative links are relative to the file."""


@dataclass(frozen=True, slots=True)
class Notes:
    """All notes by what they are about; an object may have one in the settings and a file."""

    settings: Mapping[ObjectId, Note] = field(default_factory=dict)
    files: Mapping[ObjectId, NoteFile] = field(default_factory=dict)


def note_folder(config: Config) -> Path:
    """The folder of the notes, which need not exist unless the settings name it."""
    return config.notes_folder.path if config.notes_folder else Path(config.source.path).parent / FOLDER


def is_note(path: Path) -> bool:
    """Whether a file of that folder is a note, by its name."""
    name = path.name.lower()
    return name.endswith(ENDING) and name != NO_NOTE and not name.startswith(".")


def find_notes(config: Config, files: Mapping[Path, bytes], database: Database) -> Notes:
    """The notes; SchemaError at the first that names what does not exist, or that is no text.

    Virtual foreign keys are checked as well.
    """
    for note in config.notes:
        expect(note.subject, note.source, database)
    for key in config.virtual_foreign_keys:
        expect_virtual(key, database)
    found: dict[ObjectId, NoteFile] = {}
    for path, data in files.items():
        subject = _subject_of_file(path, database)
        if subject in found:
            message = f"there are two notes of {subject.words}"
            raise SchemaError(
                message, source=path.as_posix(), hint=f"the other is {found[subject].path.as_posix()}"
            )
        found[subject] = NoteFile(path, _text(path, data))
    return Notes({note.subject: note for note in config.notes}, found)


def expect(subject: ObjectId, source: Source, database: Database) -> None:
    """SchemaError where the database does not have this."""
    kind, name = subject[:2]
    if subject.part:
        expect(relation_id(name), source, database)
        parts = database.columns_of(name) if kind is ObjectKind.COLUMN else database.policies_of(name)
        _expect_part(subject, [part.name for part in parts], source)
    elif name not in _names(kind, database):
        raise _unknown(subject, source, database)


def expect_virtual(key: VirtualForeignKey, database: Database) -> None:
    """SchemaError where a column does not exist, or a constraint enforces the reference."""
    for relation, columns in ((key.relation, key.columns), key.references):
        for column in columns:
            expect(ObjectId(ObjectKind.COLUMN, relation, column), key.source, database)
    pairs = set(zip(key.columns, key.references.columns, strict=True))
    for real in database.foreign_keys_of(key.relation):
        to, columns = real.references or key.references
        if to == key.references.relation and set(zip(real.columns, columns, strict=False)) == pairs:
            message = f'constraint "{real.name}" enforces this foreign key'
            raise SchemaError(message, source=key.source, hint="it is no longer virtual; remove it here")


def _expect_part(subject: ObjectId, parts: list[str], source: Source) -> None:
    if subject.part not in parts:
        hint = did_you_mean(
            nearest(subject.part, parts), f"there {_are(parts)}" if parts else "there is none"
        )
        raise SchemaError(f"{subject.words} does not exist", source=source, hint=hint)


def _are(names: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:10])
    return f"is {shown}" if len(names) == 1 else f"are {shown}{', …' if names[10:] else ''}"


def _names(kind: ObjectKind, database: Database) -> Iterable[Name]:
    if kind is ObjectKind.RELATION:
        return database.relations
    return database.types if kind is ObjectKind.TYPE else {signature.name for signature in database.routines}


def _unknown(subject: ObjectId, source: Source, database: Database) -> SchemaError:
    kind, name, hint = subject.kind, subject.name, ""
    for other in KEYS:
        if other != kind and name in _names(other, database):
            hint = f'"{name}" is a {other.word}; its note belongs to "{KEYS[other]}"'
    otherwise = f"the dump has no {kind.word} with a similar name; is it of the same database?"
    hint = hint or did_you_mean(nearest_name(name, _names(kind, database)), otherwise)
    return SchemaError(f"{subject.words} does not exist", source=source, hint=hint)


# Files


def _subject_of_file(path: Path, database: Database) -> ObjectId:
    """What a file's name names: a relation, or else a function or type."""
    names = list(dict.fromkeys(_names_of(path.name[: -len(ENDING)])))
    for same in (str, _normalized):
        wanted = {_same(name, same): name for name in names}
        found = [
            ObjectId(kind, name)
            for kind in KEYS
            for name in sorted(_names(kind, database))
            if _same(name, same) in wanted
        ]
        relations = [subject for subject in found if subject.kind is ObjectKind.RELATION]
        if len(relations or found) == 1:
            return (relations or found)[0]
        if found:
            raise _ambiguous(path, relations or found)
    raise _unknown_file(path, names, database)


def _names_of(text: str) -> Iterator[Name]:
    """The names that a file's name may mean: quotes are not needed there, so a dot may be anywhere."""
    if parts := name_parts(text):
        yield Name(parts[0].text if parts[0] else "public", parts[1].text)
    words = text.split(".")
    for first in range(1, len(words)):
        yield Name(".".join(words[:first]), ".".join(words[first:]))
    yield Name("public", text)


def _normalized(part: str) -> str:
    # Some file systems keep names in another normal form than the one in which they were given.
    return unicodedata.normalize("NFC", part)


def _same(name: Name, same: Callable[[str], str]) -> tuple[str, str]:
    return same(name.schema), same(name.name)


def _ambiguous(path: Path, found: list[ObjectId]) -> SchemaError:
    words = " and ".join(subject.words for subject in found)
    hint = 'say it under notes in the settings instead, or use quotes: "a.b".c.md'
    return SchemaError(f"the name of this note may mean {words}", source=path.as_posix(), hint=hint)


def _unknown_file(path: Path, names: list[Name], database: Database) -> SchemaError:
    every = {name for kind in KEYS for name in _names(kind, database)}
    hint = "a note is called as what it is about: <schema>.<name>.md"
    found = nearest_name(names[0], every)
    message = f'this note is about "{names[0]}", which does not exist'
    return SchemaError(message, source=path.as_posix(), hint=did_you_mean(found, hint))


def _text(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        source = Source(path.as_posix(), error.object.count(b"\n", 0, error.start) + 1)
        raise SchemaError("the note is not UTF-8 text", source=source, hint="save it as UTF-8") from None
    if not text.strip():
        raise SchemaError(
            "the note is empty", source=Source(path.as_posix(), 1), hint="write it or remove the file"
        )
    return text

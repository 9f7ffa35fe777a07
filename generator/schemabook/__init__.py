"""Documentation of a PostgreSQL schema, made from its DDL dump: true, searchable, and quiet in diffs."""

__version__ = "0.1.0"

from schemabook.api import check, diff, load_project, read, write_pages
from schemabook.diff import Change
from schemabook.errors import SchemaError
from schemabook.export.contract import to_json
from schemabook.model import Database, Finding, ObjectId, ObjectKind
from schemabook.project.book import Book

__all__ = [
    "Book",
    "Change",
    "Database",
    "Finding",
    "ObjectId",
    "ObjectKind",
    "SchemaError",
    "check",
    "diff",
    "load_project",
    "read",
    "to_json",
    "write_pages",
]

"""Documentation of a PostgreSQL schema, made from its DDL dump: true, searchable, and quiet in diffs."""

__version__ = "0.1.0"

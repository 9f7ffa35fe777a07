"""What PostgreSQL itself says of a schema, to hold what was read from text against it.

A throw-away server runs the dump (`server`), its catalog is read into the same `Database` (`catalog`), and
the two are compared fact by fact (`differences`). Nothing here reads SQL text: both share the model only.
"""

from schemabook.verify.catalog import read_catalog
from schemabook.verify.dependencies import read_dependencies
from schemabook.verify.differences import differences, facts
from schemabook.verify.server import Server, server

__all__ = ["Server", "differences", "facts", "read_catalog", "read_dependencies", "server"]

"""DO blocks that are certain: what PostgreSQL would do with them, given what was read before.

https://www.postgresql.org/docs/current/sql-do.html
"""

from schemabook.read.blocks.calls import call, ddl_called
from schemabook.read.blocks.failures import RunsCode
from schemabook.read.blocks.run import do

__all__ = ["RunsCode", "call", "ddl_called", "do"]

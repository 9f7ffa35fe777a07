"""What privileges there are, and who has some without any GRANT.

https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

PRIVILEGES = {
    "relation": ("delete", "insert", "maintain", "references", "select", "trigger", "truncate", "update"),
    "columns": ("insert", "references", "select", "update"),
    "sequence": ("select", "update", "usage"),
    "routine": ("execute",),
    "schema": ("create", "usage"),
    "type": ("usage",),
    "language": ("usage",),
    "foreign data wrapper": ("usage",),
    "foreign server": ("usage",),
}
"""What ALL stands for, by the kind of object: table 5.2 of the page above. An owner has them all."""
DEFAULT_TO_PUBLIC = {"routine": ("execute",), "type": ("usage",), "language": ("usage",)}
"""What PUBLIC may do without any GRANT: the same table."""
PUBLIC = "public"
"""The grantee that stands for every role."""

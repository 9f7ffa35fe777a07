"""Two databases held against each other: which objects were added, removed and changed, and in what.

An object is found by its identity, and the table of kinds says where a database keeps it (`changes`). Its
facts are the fields of its dataclass that count where two of them are compared (`facts`); no kind has a code
of its own here, but for the order of columns.
"""

from schemabook.diff.changes import Items, changes, in_order, objects, reference_changes, reordered
from schemabook.diff.facts import Change, ChangeKind, Fact, compare, values

__all__ = [
    "Change",
    "ChangeKind",
    "Fact",
    "Items",
    "changes",
    "compare",
    "in_order",
    "objects",
    "reference_changes",
    "reordered",
    "values",
]

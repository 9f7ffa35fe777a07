"""What readers ask of an object, in words of English → the heading of its page that answers.

Each row holds ways to ask, separated by commas. All words of a way are in the question, in any order, and
what is left of it, without words that say nothing, is the name of an object: `who references artist` is
*Referenced by* of the table. Where nothing is left, it is a page, or a section of one, of that title.
"""

from __future__ import annotations

import re
from string import ascii_letters

from schemabook.model import RelationKind

ASKED = {
    "Columns": "column, field, attribute",
    "Definition": "definition, defined, query, select",
    "Relationships": "relationship, relation, related, neighbour, diagram, picture",
    "Referenced by": "referenced by, who reference, what reference, which reference, reference to, who point,"
    " what point, point to, refer to, linked from, depend on, dependent, incoming",
    "References": "reference, foreign key, point, refer, link, outgoing",
    "Constraints": "constraint, check, primary key, unique, key",
    "Indexes": "index, indexes, indices, indexed",
    "Row security": "row security, row level security, rls, policy, without row security, unprotected",
    "Who can do what": "who, access, right, permission, allowed, who read, who see, who write, who change,"
    " who edit, who update, who insert, who create, who add, who delete, who remove, who select, who access",
    "Triggers": "trigger, fire, fired",
    "Rules": "rule",
    "Extended statistics": "extended statistic",
    "Used by": "used by, use, who use, what use, which use, where used, mention, call, who call, what call",
    "Privileges": "privilege, grant, granted",
    "Partitions": "partition, partitioned",
    "Inherited by": "inherited by, inherit, children, child",
    "History": "history, since, changed, who changed, when change, when add, age",
    "Rows and size": "row, size, count, number row, many row, how many, how large, how big, byte, statistic",
    "SQL": "sql, ddl, statement, create, source",
    "Uses": "use, depend, call, what does use, what does call, what does depend",
    "Security": "security, row security, without row security, unprotected, exposed, public access",
    "Labels": "label, value",
    "Attributes": "attribute, field",
    "Arguments": "argument, parameter, input",
    "Returned columns": "return, returned, result, output",
    "Properties": "property, language, volatile, volatility, increment, cache",
    "Body": "body, code, source, implementation",
    **{f"About this {kind.words}": "owner, who own, note, about" for kind in RelationKind},
}
"""The headings of the pages of objects, and that of the overview on security.

A word is in the singular where its plural has but an s more, or ies.
"""
LETTERS = dict(zip(ASKED, ascii_letters, strict=False))
HEADING = re.compile(rb"^## (.+)$", re.M)


def answers(markdown: bytes) -> str:
    """The headings of ASKED that a page has, as letters."""
    found = {heading.decode("utf-8", "replace") for heading in HEADING.findall(markdown)}
    return "".join(letter for heading, letter in LETTERS.items() if heading in found)

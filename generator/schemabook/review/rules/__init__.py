"""The rules by which changes are judged: one table, from which the documentation is printed as well."""

from schemabook.review.rule import Rule
from schemabook.review.rules import columns, constraints, others, policies, relations, routines

RULES: tuple[Rule, ...] = (
    *relations.RULES,
    *columns.RULES,
    *constraints.RULES,
    *policies.RULES,
    *routines.RULES,
    *others.RULES,
)
"""In the order in which they are documented; each has a code of its own."""

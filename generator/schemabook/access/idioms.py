"""What a policy's expression means, where it is one of the forms that people write.

Anything else stays `CUSTOM`: the expression is shown, never guessed.
"""

from __future__ import annotations

from schemabook.access.callers import Caller, Known, Scope, literal
from schemabook.access.conditions import Node, condition, flat
from schemabook.access.forms import FORMS, OF_ROW
from schemabook.access.words import GATES, Idiom, Rows
from schemabook.model import Database, Name, Policy, Sql

SERVICE_ROLE = "service_role"
OF_USER = (Rows.OWN, Rows.OWN_FOLDER, Rows.NAMING)
"""Forms that let nothing through without a user."""
OWN = frozenset({*OF_USER, Rows.IN_BUCKET, Rows.CONNECTED})
"""Forms that let a user's own rows through, or those connected to him, and no others."""
BY_RANK = (
    *OF_USER,
    Rows.CONNECTED,
    Rows.MATCHING,
    Rows.RETURNED,
    Rows.DECIDED,
    *sorted(GATES - {Rows.SIGNED_IN}),
    Rows.SIGNED_IN,
)
"""Which of several conditions that must all hold is told; of the others, that they must."""


def idiom(expression: Sql | None, relation: Name, database: Database) -> Idiom:
    """The form of an expression of a policy on *relation*; without one, no row is let through.

    https://www.postgresql.org/docs/current/sql-createpolicy.html
    """
    if not expression:
        return Idiom(Rows.NONE)
    tree = condition(expression.tokens)
    try:
        found = _idiom(tree, Scope(relation, database)) if tree else Idiom(Rows.CUSTOM)
    except RecursionError:
        return Idiom(Rows.CUSTOM)
    return found._replace(by=expression.text) if found.rows is Rows.CONDITIONAL else found


def _idiom(node: Node, scope: Scope) -> Idiom:
    node = _positive(node)
    if node.kind in ("and", "or"):
        # TRUE beside OR is all rows, FALSE beside AND none; the other way round they change nothing.
        whole, nothing = (Rows.NONE, Rows.ALL) if node.kind == "and" else (Rows.ALL, Rows.NONE)
        found = [
            part for part in (_idiom(p, scope) for p in flat(node, node.kind)) if part.rows is not nothing
        ]
        if any(part.rows is whole for part in found) or not found:
            return Idiom(whole if found else nothing)
        return found[0] if len(set(found)) == 1 else _several(node, found)
    return next((read for form in FORMS if (read := form.reads(node, scope))), Idiom(Rows.CUSTOM))


def _positive(node: Node) -> Node:
    """Without what only turns NULL into false: `coalesce(…, false)`, `… IS TRUE`."""
    if node.kind == "is true":
        return _positive(node.parts[0])
    if node.kind == "call" and node.names == ("coalesce",) and len(node.parts) == 2:
        return _positive(node.parts[0]) if literal(node.parts[1]) == "false" else node
    return node


def _several(node: Node, found: list[Idiom]) -> Idiom:
    """Several conditions: of those that must all hold the one that says most, and that more must hold."""
    if all(part.rows is Rows.CONDITIONAL for part in found):
        return Idiom(Rows.CONDITIONAL)
    if node.kind == "or":
        return Idiom(Rows.CUSTOM)
    first = min(found, key=lambda part: BY_RANK.index(part.rows) if part.rows in BY_RANK else len(BY_RANK))
    if first.rows not in BY_RANK:
        return Idiom(Rows.CUSTOM)
    others = [part for part in found if part is not first and not _goes_without_saying(part, first)]
    bucket = next((value for part in flat(node, "and") if (value := _bucket(part))), "")
    if first.rows is Rows.OWN_FOLDER and bucket:
        return Idiom(Rows.IN_BUCKET, bucket.strip("'"), further=first.further or len(others) > 1)
    return first._replace(further=first.further or bool(others))


def _goes_without_saying(part: Idiom, first: Idiom) -> bool:
    """Whether it says that there is a user, beside a form that lets nothing through without one."""
    return first.rows in OF_USER and part == Idiom(Rows.SIGNED_IN, caller=Caller(Known.ID))


def _bucket(node: Node) -> str | None:
    is_bucket = node.kind == "=" and node.parts[0].names[-1:] == ("bucket_id",)
    return literal(node.parts[1]) if is_bucket else None


def is_for_service(policy: Policy, database: Database) -> bool:
    """Whether the policy is for the service role, which bypasses row security anyway."""
    return policy.roles == (SERVICE_ROLE,) or _decisive(policy, database).rows is Rows.SERVICE


def read_by_anyone(expression: Sql | None, relation: Name, database: Database) -> frozenset[Name] | None:
    """The tables whose rows decide, where rows alone do; None where the caller counts."""
    found = idiom(expression, relation, database).rows
    if found is not Rows.CUSTOM or not expression:
        return frozenset() if found in (Rows.ALL, Rows.CONDITIONAL) else None
    tree = condition(expression.tokens)
    try:
        nodes = tuple(tree.whole()) if tree else ()
    except RecursionError:
        return None
    scope = Scope(relation, database)
    tables = {scope.table(names) for node in nodes if node.query for _, names in node.query.tables}
    knows_caller = any(n.kind == "session" or (n.kind == "call" and n.names not in OF_ROW) for n in nodes)
    return None if knows_caller or not tables else frozenset(tables)


def _decisive(policy: Policy, database: Database) -> Idiom:
    """The form of USING, or of WITH CHECK where there is no USING, as for INSERT."""
    return idiom(policy.using or policy.with_check, policy.relation, database)

"""What changes of tables and views do."""

from __future__ import annotations

from schemabook.model import Database, Name, ObjectKind, RelationKind
from schemabook.review.change import Became
from schemabook.review.effect import compatible, cosmetic, invalidates, loss, readers, security, writers
from schemabook.review.rule import Changed, Lock, Rule, Work

RELATION = ObjectKind.RELATION
EXCLUSIVE = Lock.ACCESS_EXCLUSIVE
WITH_ROWS = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE})


def _may_be_renamed(changed: Changed) -> bool:
    """Whether a table with the same columns came."""
    gone = _columns(changed.before, changed.old.name)
    come = (name for name in changed.after.relations if name not in changed.before.relations)
    return changed.old.kind in WITH_ROWS and any(_columns(changed.after, name) == gone for name in come)


def _has_swapped(changed: Changed) -> bool:
    """Whether a view gives its columns in another order the values of the same query."""
    is_other = any(fact.name == "definition" for fact in changed.change.facts)
    return bool(changed.new.definition) and not is_other


def _columns(database: Database, relation: Name) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in database.columns_of(relation)]


RULES = (
    Rule(
        code="relation-added",
        kind=RELATION,
        of=Became.ADDED,
        by_access=True,
        effects=(compatible("New: nothing refers to it yet."),),
    ),
    Rule(
        code="table-removed",
        kind=RELATION,
        of=Became.REMOVED,
        holds=lambda c: c.old.kind in WITH_ROWS,
        effects=(
            loss("Its rows are gone, with its policies, grants and triggers."),
            readers("Every query on it fails (42P01)."),
            writers("Every insert, update and delete on it fails (42P01)."),
        ),
        lock=EXCLUSIVE,
        safely="First rename it for some days; then drop it.",
    ),
    Rule(
        code="table-removed-or-renamed",
        kind=RELATION,
        of=Became.REMOVED,
        holds=_may_be_renamed,
        effects=(loss("If this is a rename, say so under `renamed` in schemabook.yml."),),
    ),
    Rule(
        code="view-removed",
        kind=RELATION,
        of=Became.REMOVED,
        holds=lambda c: c.old.kind not in WITH_ROWS,
        effects=(readers("Every query on it fails (42P01); its grants are gone."),),
    ),
    Rule(
        code="relation-renamed",
        kind=RELATION,
        of=Became.RENAMED,
        effects=(
            readers("Queries that use the old name fail (42P01); keys follow, function bodies do not."),
            writers("Inserts, updates and deletes that use the old name fail (42P01)."),
        ),
        lock=EXCLUSIVE,
        safely="Keep a view by the old name until no caller uses it.",
    ),
    Rule(
        code="relation-kind",
        kind=RELATION,
        of="kind",
        effects=(
            readers("It is dropped and created again: grants, comments, triggers and indexes go with it."),
        ),
        by_access=True,
    ),
    Rule(
        code="table-kind",
        kind=RELATION,
        of="kind",
        holds=lambda c: c.old.kind in WITH_ROWS,
        effects=(loss("It cannot be altered in place: the rows of the old one are copied or lost."),),
    ),
    Rule(
        code="view-materialized",
        kind=RELATION,
        of="kind",
        holds=lambda c: c.new.kind is RelationKind.MATERIALIZED_VIEW,
        effects=(
            readers("It holds the rows of the last REFRESH, whoever reads it: row security does not apply."),
            writers("Nothing can be written through it."),
        ),
    ),
    Rule(
        code="view-no-longer-materialized",
        kind=RELATION,
        of="kind",
        holds=lambda c: c.new.is_view and c.old.kind is RelationKind.MATERIALIZED_VIEW,
        effects=(compatible("Its query runs whenever it is read."),),
    ),
    Rule(
        code="view-becomes-table",
        kind=RELATION,
        of="kind",
        holds=lambda c: c.old.is_view and not c.new.is_view,
        effects=(readers("It is empty until rows are written to it, and follows no other table."),),
    ),
    Rule(
        code="relation-owner",
        kind=RELATION,
        of="owner",
        effects=(
            security("Row security without FORCE does not apply to the new owner; views use its privileges."),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="relation-unlogged",
        kind=RELATION,
        of="unlogged",
        holds=lambda c: c.new.unlogged,
        effects=(loss("It is empty after a crash, and absent on replicas."),),
        lock=EXCLUSIVE,
        work=Work.REWRITE,
    ),
    Rule(
        code="relation-logged",
        kind=RELATION,
        of="unlogged",
        holds=lambda c: not c.new.unlogged,
        effects=(compatible("It survives a crash, and is on replicas."),),
        lock=EXCLUSIVE,
        work=Work.REWRITE,
    ),
    Rule(
        code="row-security-off",
        kind=RELATION,
        of="row_security",
        holds=lambda c: not c.new.row_security,
        effects=(security("Policies have no effect any more: each role with a privilege reaches all rows."),),
        lock=EXCLUSIVE,
        by_access=True,
    ),
    Rule(
        code="row-security-on",
        kind=RELATION,
        of="row_security",
        holds=lambda c: c.new.row_security,
        effects=(security("Only rows that a policy allows are reached; all others silently disappear."),),
        lock=EXCLUSIVE,
        by_access=True,
    ),
    Rule(
        code="row-security-forced",
        kind=RELATION,
        of="row_security_forced",
        holds=lambda c: c.new.row_security_forced,
        effects=(
            security(
                "Policies now apply to its owner too, and to all that runs with the owner's privileges."
            ),
        ),
        lock=EXCLUSIVE,
        by_access=True,
    ),
    Rule(
        code="row-security-not-forced",
        kind=RELATION,
        of="row_security_forced",
        holds=lambda c: not c.new.row_security_forced,
        effects=(
            security("Policies no longer apply to its owner, nor to what runs with the owner's privileges."),
        ),
        lock=EXCLUSIVE,
        by_access=True,
    ),
    Rule(
        code="security-invoker-off",
        kind=RELATION,
        of="security_invoker",
        holds=lambda c: not c.new.security_invoker,
        effects=(
            security("It uses its owner's privileges, not the caller's: past row security, for writes too."),
        ),
        by_access=True,
    ),
    Rule(
        code="security-invoker-on",
        kind=RELATION,
        of="security_invoker",
        holds=lambda c: c.new.security_invoker,
        effects=(
            security(
                "Its tables are read with the caller's privileges: callers that lack them fail (42501)."
            ),
        ),
        by_access=True,
    ),
    Rule(
        code="security-barrier",
        kind=RELATION,
        of="security_barrier",
        effects=(security("Whether a caller's functions may see rows before the view's own filter."),),
    ),
    Rule(
        code="check-option",
        kind=RELATION,
        of="check_option",
        holds=lambda c: bool(c.new.check_option),
        effects=(writers("Rows that the view would not show are refused (44000)."),),
    ),
    Rule(
        code="check-option-dropped",
        kind=RELATION,
        of="check_option",
        holds=lambda c: not c.new.check_option,
        effects=(compatible("Writers may write rows that the view does not show."),),
    ),
    Rule(
        code="view-definition",
        kind=RELATION,
        of="definition",
        holds=lambda c: c.new.is_view and c.old.is_view,
        effects=(readers("The same columns may hold other rows or values: read the difference."),),
        by_access=True,
    ),
    Rule(
        code="relation-inherits",
        kind=RELATION,
        of="inherits",
        effects=(readers("Its rows appear in, or vanish from, queries on the parent."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="partition-of",
        kind=RELATION,
        of="partition_of",
        holds=lambda c: c.new.partition_of is not None,
        effects=(readers("Its rows appear in queries on the partitioned table."),),
        lock=EXCLUSIVE,
        work=Work.SCAN,
        safely="A valid CHECK that implies the bound spares the scan.",
    ),
    Rule(
        code="partition-detached",
        kind=RELATION,
        of="partition_of",
        holds=lambda c: c.new.partition_of is None,
        effects=(
            readers(
                "Its rows vanish from queries on the partitioned table; CONCURRENTLY (14) lets them go on."
            ),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="partition-bound",
        kind=RELATION,
        of="partition_bound",
        holds=lambda c: c.new.partition_of is not None,
        effects=(writers("Rows outside of all partitions fail (23514)."),),
        lock=EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="partition-key",
        kind=RELATION,
        of="partition_key",
        effects=(
            loss("It cannot be altered in place: a new table is made, and rows are copied or lost."),
            readers("Queries fail until it is there again."),
        ),
    ),
    Rule(
        code="foreign-server",
        kind=RELATION,
        of="server",
        effects=(readers("Its rows come from another server."),),
    ),
    Rule(
        code="foreign-options",
        kind=RELATION,
        of="options",
        effects=(readers("Its rows have another source on the server."),),
    ),
    Rule(
        code="columns-known",
        kind=RELATION,
        of="columns_known",
        effects=(cosmetic("Whether the dump names its columns."),),
    ),
    Rule(
        code="view-columns-swapped",
        kind=RELATION,
        of="column_order",
        holds=_has_swapped,
        effects=(readers("The query is the same: a name that has another place gives other values."),),
    ),
    Rule(
        code="column-order",
        kind=RELATION,
        of="column_order",
        holds=lambda c: not _has_swapped(c),
        effects=(cosmetic("INSERT and COPY without a list of columns, and reading by position, differ."),),
    ),
    Rule(
        code="replica-identity",
        kind=RELATION,
        of="replica_identity",
        effects=(
            invalidates("Subscribers need it to identify rows."),
            writers("With NOTHING, updates and deletes of a published table fail (55000)."),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="replica-identity-index",
        kind=RELATION,
        of="replica_identity_index",
        effects=(invalidates("Subscribers identify rows by another index."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="relation-comment",
        kind=RELATION,
        of="comment",
        effects=(cosmetic("Documentation; GraphQL and the Data API read directives in comments."),),
    ),
)

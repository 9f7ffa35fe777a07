"""What changes of constraints and indexes do."""

from __future__ import annotations

from schemabook.model import ConstraintKind, ObjectKind
from schemabook.review.change import Became
from schemabook.review.effect import compatible, cosmetic, invalidates, loss, readers, writers
from schemabook.review.rule import Changed, Holds, Lock, Rule, Work

CONSTRAINT, INDEX = ObjectKind.CONSTRAINT, ObjectKind.INDEX
EXCLUSIVE = Lock.ACCESS_EXCLUSIVE
FOREIGN_KEY = ConstraintKind.FOREIGN_KEY
DELETES = ("cascade", "set null", "set default")


def _is(*kinds: ConstraintKind, validated: bool | None = None) -> Holds:
    def holds(changed: Changed) -> bool:
        fact = changed.new or changed.old
        return fact.kind in kinds and (validated is None or fact.validated is validated)

    return holds


def _loosens_delete(changed: Changed) -> bool:
    return changed.new.on_delete in DELETES and changed.old.on_delete not in DELETES


UNIQUE_KINDS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
CONSTRAINTS = (
    Rule(
        code="key-added",
        kind=CONSTRAINT,
        of=Became.ADDED,
        holds=_is(*UNIQUE_KINDS),
        effects=(writers("Duplicates are refused (23505), and so is the change where there are some."),),
        lock=EXCLUSIVE,
        work=Work.INDEX,
        safely="Create the unique index CONCURRENTLY, then ADD CONSTRAINT … USING INDEX.",
    ),
    Rule(
        code="exclusion-added",
        kind=CONSTRAINT,
        of=Became.ADDED,
        holds=_is(ConstraintKind.EXCLUSION),
        effects=(
            writers("Rows that collide are refused (23P01), and so is the change where there are some."),
        ),
        lock=EXCLUSIVE,
        work=Work.INDEX,
    ),
    Rule(
        code="foreign-key-added",
        kind=CONSTRAINT,
        of=Became.ADDED,
        holds=_is(FOREIGN_KEY, validated=True),
        effects=(writers("Orphans are refused (23503), and so is the change where there are some."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
        safely="Both tables are locked. Add it NOT VALID, then VALIDATE CONSTRAINT.",
    ),
    Rule(
        code="foreign-key-added-not-valid",
        kind=CONSTRAINT,
        of=Became.ADDED,
        holds=_is(FOREIGN_KEY, validated=False),
        effects=(writers("New orphans are refused (23503); old ones stay until they are changed."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
    ),
    Rule(
        code="check-added",
        kind=CONSTRAINT,
        of=Became.ADDED,
        holds=_is(ConstraintKind.CHECK, validated=True),
        effects=(
            writers("Rows that break it are refused (23514), and so is the change where there are some."),
        ),
        lock=EXCLUSIVE,
        work=Work.SCAN,
        safely="Add it NOT VALID, then VALIDATE CONSTRAINT.",
    ),
    Rule(
        code="check-added-not-valid",
        kind=CONSTRAINT,
        of=Became.ADDED,
        holds=_is(ConstraintKind.CHECK, validated=False),
        effects=(writers("Rows that break it are refused (23514); old ones when they are next updated."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="primary-key-removed",
        kind=CONSTRAINT,
        of=Became.REMOVED,
        holds=_is(ConstraintKind.PRIMARY_KEY),
        effects=(
            writers("Upserts ON CONFLICT of it fail (42P10); updates of a published table fail (55000)."),
            readers("Clients and the Data API no longer know what identifies a row."),
            invalidates("It is the replica identity, unless another one is set."),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="unique-removed",
        kind=CONSTRAINT,
        of=Became.REMOVED,
        holds=_is(ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION),
        effects=(writers("Upserts ON CONFLICT of it fail (42P10); duplicates may come in."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="foreign-key-removed",
        kind=CONSTRAINT,
        of=Became.REMOVED,
        holds=_is(FOREIGN_KEY),
        effects=(readers("The Data API no longer embeds one table in the other; orphans may come in."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="check-removed",
        kind=CONSTRAINT,
        of=Became.REMOVED,
        holds=_is(ConstraintKind.CHECK),
        effects=(compatible("Rows that it refused may come in."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="constraint-renamed",
        kind=CONSTRAINT,
        of=Became.RENAMED,
        effects=(cosmetic("Clients that look for its name in errors, or embed by it, no longer find it."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="constraint-kind",
        kind=CONSTRAINT,
        of="kind",
        effects=(writers("Another constraint now has its name: other rows are refused."),),
        lock=EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="key-columns",
        kind=CONSTRAINT,
        of="columns",
        holds=_is(*UNIQUE_KINDS),
        effects=(
            readers("The key that identifies a row changes for every client."),
            writers("Other rows are refused (23505), and so may be the change."),
        ),
        lock=EXCLUSIVE,
        work=Work.INDEX,
    ),
    Rule(
        code="foreign-key-columns",
        kind=CONSTRAINT,
        of="columns",
        holds=_is(FOREIGN_KEY),
        effects=(
            readers("Another column leads to the other table, also for the Data API."),
            writers("Other rows are refused (23503), and so may be the change."),
        ),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="exclusion-columns",
        kind=CONSTRAINT,
        of="columns",
        holds=_is(ConstraintKind.EXCLUSION),
        effects=(writers("Other rows are refused (23P01), and so may be the change."),),
        lock=EXCLUSIVE,
        work=Work.INDEX,
    ),
    Rule(
        code="check-columns",
        kind=CONSTRAINT,
        of="columns",
        holds=_is(ConstraintKind.CHECK),
        effects=(writers("It checks other columns: other rows are refused (23514)."),),
    ),
    Rule(
        code="exclusion-expression",
        kind=CONSTRAINT,
        of="expression",
        holds=_is(ConstraintKind.EXCLUSION),
        effects=(writers("Other rows are refused (23P01), and so may be the change."),),
        lock=EXCLUSIVE,
        work=Work.INDEX,
    ),
    Rule(
        code="check-expression",
        kind=CONSTRAINT,
        of="expression",
        holds=_is(ConstraintKind.CHECK),
        effects=(writers("Other rows are refused (23514), and so may be the change: read the difference."),),
        lock=EXCLUSIVE,
        work=Work.SCAN,
        safely="Add the new one NOT VALID, VALIDATE it, then drop the old one.",
    ),
    Rule(
        code="foreign-key-target",
        kind=CONSTRAINT,
        of="references",
        effects=(
            writers("Rows must exist in another table or in other columns (23503)."),
            readers("The Data API embeds another table."),
        ),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="on-delete-loosened",
        kind=CONSTRAINT,
        of="on_delete",
        holds=_loosens_delete,
        effects=(loss("Deleting what it references now deletes or empties the rows here, silently."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="on-delete-changed",
        kind=CONSTRAINT,
        of="on_delete",
        holds=lambda c: not _loosens_delete(c),
        effects=(writers("Deleting what it references is refused (23503), or does something else here."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="on-update-changed",
        kind=CONSTRAINT,
        of="on_update",
        effects=(writers("Changing a referenced key is refused (23503), or does something else here."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="constraint-not-validated",
        kind=CONSTRAINT,
        of="validated",
        holds=lambda c: not c.new.validated,
        effects=(readers("Old rows may break it, and plans no longer rely on it."),),
    ),
    Rule(
        code="constraint-validated",
        kind=CONSTRAINT,
        of="validated",
        holds=lambda c: c.new.validated,
        effects=(compatible("Old rows are checked; the change fails where one breaks it."),),
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        work=Work.SCAN,
    ),
    Rule(
        code="constraint-not-enforced",
        kind=CONSTRAINT,
        of="enforced",
        holds=lambda c: not c.new.enforced,
        effects=(readers("It is no longer checked: rows that break it may come in."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="constraint-enforced",
        kind=CONSTRAINT,
        of="enforced",
        holds=lambda c: c.new.enforced,
        effects=(writers("Rows that break it are refused, and so is the change where there are some."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        work=Work.SCAN,
    ),
    *(
        Rule(
            code=f"constraint-{field.replace('_', '-')}",
            kind=CONSTRAINT,
            of=field,
            effects=(writers("Errors may come at COMMIT; a deferrable key serves no ON CONFLICT (55000)."),),
            lock=EXCLUSIVE,
        )
        for field in ("deferrable", "initially_deferred")
    ),
    *(
        Rule(
            code=f"constraint-{field.replace('_', '-')}",
            kind=CONSTRAINT,
            of=field,
            effects=(writers(words),),
            lock=lock,
            work=work,
        )
        for field, words, lock, work in (
            (
                "match",
                "Keys of several columns that are null in part are refused, or accepted.",
                Lock.SHARE_ROW_EXCLUSIVE,
                Work.SCAN,
            ),
            ("no_inherit", "Whether it holds for inheritance children.", EXCLUSIVE, Work.SCAN),
            (
                "period",
                "Whether the last column is a range of time that must not overlap.",
                EXCLUSIVE,
                Work.INDEX,
            ),
            ("nulls_not_distinct", "Whether more than one null is accepted (23505).", EXCLUSIVE, Work.INDEX),
        )
    ),
    Rule(
        code="constraint-include",
        kind=CONSTRAINT,
        of="include",
        effects=(compatible("Other columns are in its index: plans differ, rows do not."),),
        lock=EXCLUSIVE,
        work=Work.INDEX,
    ),
    Rule(code="constraint-comment", kind=CONSTRAINT, of="comment", effects=(cosmetic("Documentation."),)),
)
INDEXES = (
    Rule(
        code="index-added",
        kind=INDEX,
        of=Became.ADDED,
        holds=lambda c: not c.new.unique,
        effects=(compatible("New: queries may use it, writes keep it up to date."),),
        lock=Lock.SHARE,
        work=Work.INDEX,
        safely="CREATE INDEX CONCURRENTLY lets writers go on; not inside a transaction.",
    ),
    Rule(
        code="unique-index-added",
        kind=INDEX,
        of=Became.ADDED,
        holds=lambda c: c.new.unique,
        effects=(writers("Duplicates are refused (23505), and so is the change where there are some."),),
        lock=Lock.SHARE,
        work=Work.INDEX,
        safely="CREATE UNIQUE INDEX CONCURRENTLY lets writers go on; not inside a transaction.",
    ),
    Rule(
        code="index-removed",
        kind=INDEX,
        of=Became.REMOVED,
        holds=lambda c: not c.old.unique,
        effects=(invalidates("Queries that used it read the table instead."),),
        lock=EXCLUSIVE,
        safely="DROP INDEX CONCURRENTLY.",
    ),
    Rule(
        code="unique-index-removed",
        kind=INDEX,
        of=Became.REMOVED,
        holds=lambda c: c.old.unique,
        effects=(
            writers("Upserts ON CONFLICT of it fail (42P10); duplicates may come in."),
            invalidates("Queries that used it read the table instead."),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(code="index-renamed", kind=INDEX, of=Became.RENAMED, effects=(cosmetic("Plans do not differ."),)),
    *(
        Rule(
            code=f"index-{field.replace('_', '-')}",
            kind=INDEX,
            of=field,
            holds=lambda c: not (c.old.unique or c.new.unique),
            effects=(invalidates("A new index: queries that used the old one may not use it."),),
            lock=Lock.SHARE,
            work=Work.INDEX,
            safely="Create the new one CONCURRENTLY under another name, then drop the old one.",
        )
        for field in ("method", "keys", "include", "where", "nulls_not_distinct")
    ),
    *(
        Rule(
            code=f"unique-index-{field.replace('_', '-')}",
            kind=INDEX,
            of=field,
            holds=lambda c: c.old.unique or c.new.unique,
            effects=(
                writers("Other duplicates are refused or accepted; upserts ON CONFLICT may fail (42P10)."),
            ),
            lock=Lock.SHARE,
            work=Work.INDEX,
        )
        for field in ("method", "keys", "include", "where", "nulls_not_distinct")
    ),
    Rule(
        code="index-unique",
        kind=INDEX,
        of="unique",
        effects=(writers("Whether duplicates are refused (23505)."),),
        lock=Lock.SHARE,
        work=Work.INDEX,
    ),
    Rule(code="index-comment", kind=INDEX, of="comment", effects=(cosmetic("Documentation."),)),
)
RULES = (*CONSTRAINTS, *INDEXES)

"""What changes of columns do. Sources: the manual of ALTER TABLE, and each lock measured on PostgreSQL 18."""

from __future__ import annotations

import re
from dataclasses import replace

from schemabook.model import ColumnName, ObjectKind
from schemabook.review.change import Became
from schemabook.review.effect import compatible, cosmetic, invalidates, loss, readers, writers
from schemabook.review.rule import Changed, Lock, Rule, Work
from schemabook.review.rules.types import retyped

COLUMN = ObjectKind.COLUMN
EXCLUSIVE = Lock.ACCESS_EXCLUSIVE
VOLATILE = re.compile(
    r"\b(?:random|gen_random_uuid|uuid_generate_v\w+|clock_timestamp|timeofday|nextval)\s*\(", re.I
)
"""Functions of defaults whose value is another for each row; an unknown function counts as volatile too."""
STABLE = re.compile(r"\b(?:now|statement_timestamp|transaction_timestamp|current_\w+|localtime\w*)\b", re.I)
CALL = re.compile(r"\w+\s*\(")


def _fills(changed: Changed) -> bool:
    """Whether old and new rows get a value without being told one."""
    new = changed.new
    return bool(new.default or new.generated or new.identity)


def _demands(changed: Changed) -> bool:
    return changed.new.not_null and not _fills(changed)


def _is_volatile(changed: Changed) -> bool:
    default = changed.new.default
    if default is None or changed.new.generated:
        return False
    text = STABLE.sub("", default.text)
    return bool(VOLATILE.search(text) or CALL.search(text))


def _is_stored(changed: Changed) -> bool:
    return changed.new.generated is not None and changed.new.generated_kind != "virtual"


def _is_limited(changed: Changed) -> bool:
    """Whether the type is a domain that refuses values."""
    found = changed.after.types_by_spelling.get(changed.new.type)
    return bool(found and (found.checks or found.not_null))


def _writes_old_rows(changed: Changed) -> bool:
    return bool(_is_volatile(changed) or changed.new.identity or _is_stored(changed) or _is_limited(changed))


def _may_be_renamed(changed: Changed) -> bool:
    """Whether a column of the same type came."""
    on, was = changed.change.object.name, changed.old.relation
    return any(
        column.type == changed.old.type and ColumnName(was, column.name) not in changed.before.columns
        for column in changed.after.columns_of(on)
    )


OF_TABLES = (
    Rule(
        code="column-added",
        kind=COLUMN,
        of=Became.ADDED,
        holds=lambda c: not _demands(c) and not _writes_old_rows(c),
        effects=(compatible("New: writers need not name it; old rows get its default, or null."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-added-rewrite",
        kind=COLUMN,
        of=Became.ADDED,
        holds=lambda c: not _demands(c) and _writes_old_rows(c),
        effects=(compatible("New: every old row gets a value of its own."),),
        lock=EXCLUSIVE,
        work=Work.REWRITE,
        safely="Add it without the default, fill it in batches, then set the default.",
    ),
    Rule(
        code="column-added-required",
        kind=COLUMN,
        of=Became.ADDED,
        holds=_demands,
        effects=(
            writers("Inserts that do not name it fail (23502); adding it fails where the table has rows."),
        ),
        lock=EXCLUSIVE,
        safely="Add it as nullable or with a default, fill it, then demand it.",
    ),
    Rule(
        code="column-removed",
        kind=COLUMN,
        of=Became.REMOVED,
        effects=(
            loss("Its values are gone."),
            readers("Queries that name it fail (42703)."),
            writers("Inserts and updates that name it fail (42703)."),
        ),
        lock=EXCLUSIVE,
        safely="First release the callers that no longer name it.",
    ),
    Rule(
        code="column-removed-or-renamed",
        kind=COLUMN,
        of=Became.REMOVED,
        holds=_may_be_renamed,
        effects=(loss("If this is a rename, say so under `renamed` in schemabook.yml."),),
    ),
    Rule(
        code="column-renamed",
        kind=COLUMN,
        of=Became.RENAMED,
        effects=(
            readers("Queries that use the old name fail (42703); views follow, function bodies do not."),
            writers("Inserts and updates that use the old name fail (42703)."),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-not-null-added",
        kind=COLUMN,
        of="not_null",
        holds=lambda c: c.new.not_null,
        effects=(
            writers("Writing null fails (23502); so does the change where a row has null, but NOT VALID."),
        ),
        lock=EXCLUSIVE,
        work=Work.SCAN,
        safely="A valid CHECK (… IS NOT NULL) spares the scan (12); NOT VALID reads none (18).",
    ),
    Rule(
        code="column-not-null-dropped",
        kind=COLUMN,
        of="not_null",
        holds=lambda c: not c.new.not_null,
        effects=(readers("Readers may find nulls; generated client types become optional."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-default-set",
        kind=COLUMN,
        of="default",
        holds=lambda c: c.new.default is not None and c.old.default is None,
        effects=(compatible("Rows that do not name it get the default from now on."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-default-changed",
        kind=COLUMN,
        of="default",
        holds=lambda c: c.new.default is not None and c.old.default is not None,
        effects=(writers("Rows that do not name it get another value from now on; old rows stay."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-default-dropped",
        kind=COLUMN,
        of="default",
        holds=lambda c: c.new.default is None and not c.new.not_null,
        effects=(readers("Rows that do not name it hold null from now on."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-default-dropped-required",
        kind=COLUMN,
        of="default",
        holds=lambda c: c.new.default is None and c.new.not_null and not _fills(c),
        effects=(writers("Inserts that do not name it fail (23502)."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-default-replaced",
        kind=COLUMN,
        of="default",
        holds=lambda c: c.new.default is None and c.new.not_null and _fills(c),
        effects=(compatible("Its value comes from elsewhere now."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-identity",
        kind=COLUMN,
        of="identity",
        holds=lambda c: c.new.identity == "always",
        effects=(writers("Inserts with a value of their own fail (428C9)."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-identity-loosened",
        kind=COLUMN,
        of="identity",
        holds=lambda c: c.new.identity is not None and c.new.identity != "always",
        effects=(compatible("Inserts may bring a value of their own, which the sequence does not know of."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-identity-dropped",
        kind=COLUMN,
        of="identity",
        holds=lambda c: c.new.identity is None,
        effects=(writers("Inserts that do not name it get its default, or fail (23502)."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-generated",
        kind=COLUMN,
        of="generated",
        holds=_is_stored,
        effects=(
            readers("All its values change."),
            writers("Writing a value of one's own fails (428C9)."),
        ),
        lock=EXCLUSIVE,
        work=Work.REWRITE,
        safely="Before 17 the column is dropped and added.",
    ),
    Rule(
        code="column-generated-virtual",
        kind=COLUMN,
        of="generated",
        holds=lambda c: c.new.generated is not None and not _is_stored(c),
        effects=(
            readers("All its values change."),
            writers("Writing a value of one's own fails (428C9)."),
        ),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-generated-dropped",
        kind=COLUMN,
        of="generated",
        holds=lambda c: c.new.generated is None,
        effects=(readers("Its values stay as they are, and no longer follow the other columns."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="column-generated-kind",
        kind=COLUMN,
        of="generated_kind",
        holds=lambda c: bool(c.old.generated) and _is_stored(c),
        effects=(compatible("Stored, no longer computed when it is read: the values are the same."),),
        lock=EXCLUSIVE,
        work=Work.REWRITE,
        safely="The column is dropped and added.",
    ),
    Rule(
        code="column-generated-kind-virtual",
        kind=COLUMN,
        of="generated_kind",
        holds=lambda c: bool(c.old.generated and c.new.generated) and not _is_stored(c),
        effects=(compatible("Computed when it is read, no longer stored: the values are the same."),),
        lock=EXCLUSIVE,
    ),
    *retyped(COLUMN),
    Rule(
        code="column-collation",
        kind=COLUMN,
        of="collation",
        effects=(
            readers("Text sorts and compares differently, and what counts as unique may change."),
            invalidates("Indexes on it are rebuilt."),
        ),
        lock=EXCLUSIVE,
        work=Work.INDEX,
    ),
    *(
        Rule(
            code=f"column-{field.replace('_', '-')}",
            kind=COLUMN,
            of=field,
            effects=(compatible("How new values are stored, or plans made; no value changes."),),
            lock=Lock.SHARE_UPDATE_EXCLUSIVE if field == "statistics_target" else EXCLUSIVE,
        )
        for field in ("storage", "compression", "statistics_target")
    ),
    Rule(
        code="column-foreign-options",
        kind=COLUMN,
        of="options",
        effects=(readers("Its values have another source on the server."),),
    ),
    Rule(
        code="column-comment",
        kind=COLUMN,
        of="comment",
        effects=(cosmetic("Documentation; GraphQL and the Data API read directives in comments."),),
    ),
)
OF_VIEWS = (
    Rule(
        code="view-column-added",
        kind=COLUMN,
        of=Became.ADDED,
        effects=(compatible("New: readers need not name it."),),
    ),
    Rule(
        code="view-column-removed",
        kind=COLUMN,
        of=Became.REMOVED,
        effects=(readers("Queries that name it fail (42703); the view is dropped and created again."),),
    ),
    Rule(
        code="view-column-renamed",
        kind=COLUMN,
        of=Became.RENAMED,
        effects=(readers("Queries that use the old name fail (42703)."),),
    ),
    Rule(
        code="view-column-type",
        kind=COLUMN,
        of="type",
        effects=(readers("Values come as another type; the view is dropped and created again (42P16)."),),
    ),
)


def _is_of_view(changed: Changed) -> bool:
    name = changed.change.object.name
    return any(
        side.relations[name].is_view for side in (changed.before, changed.after) if name in side.relations
    )


def _of_table(rule: Rule) -> Rule:
    """The rule, where there is another one for views."""
    has_other = any(rule.of == other.of for other in OF_VIEWS)
    return replace(rule, holds=lambda c: rule.holds(c) and not _is_of_view(c)) if has_other else rule


RULES = (*map(_of_table, OF_TABLES), *(replace(rule, holds=_is_of_view) for rule in OF_VIEWS))

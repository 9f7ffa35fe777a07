"""What changes of triggers and policies do."""

from __future__ import annotations

from schemabook.model import ObjectKind
from schemabook.review.change import Became
from schemabook.review.effect import compatible, cosmetic, writers
from schemabook.review.rule import Lock, Rule

TRIGGER, POLICY = ObjectKind.TRIGGER, ObjectKind.POLICY
EXCLUSIVE = Lock.ACCESS_EXCLUSIVE

TRIGGERS = (
    Rule(
        code="trigger-added",
        kind=TRIGGER,
        of=Became.ADDED,
        effects=(writers("Its function now runs with these changes, and may refuse them."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
    ),
    Rule(
        code="trigger-removed",
        kind=TRIGGER,
        of=Became.REMOVED,
        effects=(writers("What its function did (a log, a time of change, rows elsewhere) silently stops."),),
        lock=EXCLUSIVE,
    ),
    Rule(
        code="trigger-renamed",
        kind=TRIGGER,
        of=Became.RENAMED,
        effects=(writers("Triggers of one kind run in the order of their names."),),
    ),
    Rule(
        code="trigger-enabled",
        kind=TRIGGER,
        of="enabled",
        holds=lambda c: c.new.enabled != "disabled",
        effects=(writers("Its function runs in other sessions: in replication, or only there."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
    ),
    Rule(
        code="trigger-disabled",
        kind=TRIGGER,
        of="enabled",
        holds=lambda c: c.new.enabled == "disabled",
        effects=(writers("What its function did (a log, a time of change, rows elsewhere) silently stops."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
    ),
    Rule(
        code="trigger-routine",
        kind=TRIGGER,
        of="routine",
        effects=(writers("It calls another function."),),
        lock=Lock.SHARE_ROW_EXCLUSIVE,
    ),
    *(
        Rule(
            code=f"trigger-{field.replace('_', '-')}",
            kind=TRIGGER,
            of=field,
            effects=(writers("Its function runs at other times, or sees other rows."),),
            lock=Lock.SHARE_ROW_EXCLUSIVE,
        )
        for field in (
            *("timing", "events", "update_columns", "level", "when", "arguments", "constraint", "deferrable"),
            *("initially_deferred", "from_relation", "old_table", "new_table"),
        )
    ),
    Rule(code="trigger-comment", kind=TRIGGER, of="comment", effects=(cosmetic("Documentation."),)),
)
POLICIES = (
    *(
        Rule(
            code=f"policy-{became}",
            kind=POLICY,
            of=became,
            effects=(compatible("Same access: no role reaches other rows."),),
            by_access=True,
        )
        for became in (Became.ADDED, Became.REMOVED)
    ),
    Rule(
        code="policy-renamed", kind=POLICY, of=Became.RENAMED, effects=(cosmetic("Only its name differs."),)
    ),
    *(
        Rule(
            code=f"policy-{field.replace('_', '-')}",
            kind=POLICY,
            of=field,
            effects=(compatible("Same access: no role reaches other rows."),),
            by_access=True,
        )
        for field in ("command", "permissive", "roles", "using", "with_check")
    ),
    Rule(code="policy-comment", kind=POLICY, of="comment", effects=(cosmetic("Documentation."),)),
)
RULES = (*TRIGGERS, *POLICIES)

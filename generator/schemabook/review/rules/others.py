"""What changes of privileges, types, sequences, schemas, roles and all other objects do."""

from __future__ import annotations

from schemabook.model import KINDS, ObjectKind, Other
from schemabook.review.change import Became
from schemabook.review.effect import (
    Effect,
    compatible,
    cosmetic,
    invalidates,
    loss,
    readers,
    security,
    writers,
)
from schemabook.review.rule import Changed, Lock, Rule, Work

DOCUMENTATION = cosmetic("Documentation.")


def _rules(kind: ObjectKind, *rows: tuple[Became | str, Effect]) -> tuple[Rule, ...]:
    """A rule for each of these, one sentence each."""
    return tuple(
        Rule(
            code=f"{kind.word}-{of}".replace(" ", "-").replace("_", "-"), kind=kind, of=of, effects=(effect,)
        )
        for of, effect in rows
    )


PRIVILEGES = (
    *_rules(
        ObjectKind.PRIVILEGE,
        (Became.ADDED, security("The role may do more.")),
        (Became.REMOVED, security("The role may do less: commands that it no longer may run fail (42501).")),
        ("privileges", security("The role may do more, or less: what it no longer may do fails (42501).")),
        ("columns", security("The role may do more, or less, with some columns.")),
        ("grantable", security("Whether the role can pass its privileges on.")),
    ),
    *_rules(
        ObjectKind.DEFAULT_PRIVILEGE,
        (
            Became.ADDED,
            security("Objects that the role creates from now on come with this grant; existing ones do not."),
        ),
        (Became.REMOVED, security("Objects that the role creates from now on come without this grant.")),
        ("privileges", security("Objects that the role creates from now on come with other privileges.")),
    ),
)


def _only_appends(changed: Changed) -> bool:
    """Whether all old labels are there in their order."""
    kept = [label for label in changed.new.labels if label in changed.old.labels]
    return kept == list(changed.old.labels)


def _adds_not_valid_only(changed: Changed) -> bool:
    added = set(changed.new.checks) - set(changed.old.checks)
    return bool(added) and not any(check.validated for check in added)


TYPE = ObjectKind.TYPE
TYPES = (
    *_rules(
        TYPE,
        (Became.ADDED, compatible("New: nothing uses it yet.")),
        (Became.REMOVED, readers("What uses it fails (42704); columns of this type are dropped with it.")),
        (Became.RENAMED, readers("What names it in a cast or a body fails (42704); columns follow.")),
        ("kind", readers("It cannot be altered in place: every column of the type is created again.")),
        ("attributes", readers("Its values have other parts; refused in place where a table uses it.")),
        ("options", readers("It cannot be altered in place: every column of the type is created again.")),
        ("base_type", readers("It cannot be altered in place: every column of the type is created again.")),
        ("default", writers("Rows that do not name a column of it get another value.")),
        ("owner", compatible("Its new owner may change it.")),
        ("comment", DOCUMENTATION),
    ),
    Rule(
        code="enum-label-added",
        kind=TYPE,
        of="labels",
        holds=_only_appends,
        effects=(
            readers("Clients with a fixed list of labels do not know it; it cannot be used before COMMIT."),
        ),
    ),
    Rule(
        code="enum-labels-changed",
        kind=TYPE,
        of="labels",
        holds=lambda c: not _only_appends(c),
        effects=(
            readers("Labels are renamed, removed or reordered: stored rows may show another label."),
            writers("Writing a label that has gone fails (22P02)."),
        ),
    ),
    Rule(
        code="domain-not-null",
        kind=TYPE,
        of="not_null",
        holds=lambda c: c.new.not_null,
        effects=(
            writers("Null is refused in all its columns (23502); the change fails where one holds a null."),
        ),
        lock=Lock.SHARE,
        work=Work.SCAN,
    ),
    Rule(
        code="domain-not-null-dropped",
        kind=TYPE,
        of="not_null",
        holds=lambda c: not c.new.not_null,
        effects=(readers("Readers may find nulls in every column of it."),),
    ),
    Rule(
        code="domain-checks",
        kind=TYPE,
        of="checks",
        holds=lambda c: any(check.validated for check in set(c.new.checks) - set(c.old.checks)),
        effects=(
            writers("Values that break it are refused (23514), and so is the change where there are some."),
        ),
        lock=Lock.SHARE,
        work=Work.SCAN,
        safely="Every table that uses it is read. Add it NOT VALID, then VALIDATE CONSTRAINT.",
    ),
    Rule(
        code="domain-checks-not-valid",
        kind=TYPE,
        of="checks",
        holds=_adds_not_valid_only,
        effects=(writers("New values that break it are refused (23514); old ones stay."),),
    ),
    Rule(
        code="domain-checks-dropped",
        kind=TYPE,
        of="checks",
        holds=lambda c: not (set(c.new.checks) - set(c.old.checks)),
        effects=(compatible("Values that it refused may come in."),),
    ),
)
SEQUENCES = (
    *_rules(
        ObjectKind.SEQUENCE,
        (Became.ADDED, compatible("New.")),
        (Became.REMOVED, writers("Defaults that call it fail (42P01).")),
        (Became.RENAMED, writers("Calls that use the old name fail; defaults follow.")),
        (
            "type",
            writers(
                "Its numbers end elsewhere (2200H); refused where it is beyond the smaller type (22023)."
            ),
        ),
        ("start", writers("Where RESTART begins.")),
        ("cache", compatible("How many numbers a session takes at once: gaps differ.")),
        ("cycle", writers("Whether numbers repeat at its end, or fail (2200H).")),
        ("owned_by", cosmetic("Whether it is dropped together with a column.")),
        ("identity", compatible("Whether an identity column has it.")),
        ("owner", compatible("Its new owner may change it.")),
        ("comment", DOCUMENTATION),
    ),
    *_rules(
        ObjectKind.SEQUENCE,
        *((field, writers("It gives other numbers.")) for field in ("increment", "min", "max")),
    ),
)
PUBLICATIONS = _rules(
    ObjectKind.PUBLICATION,
    (Became.ADDED, security("Its rows are sent to every subscriber, past row security.")),
    (Became.REMOVED, readers("Subscribers, such as Realtime, no longer get any changes.")),
    *(
        (field, security("Other rows are sent to every subscriber, past row security."))
        for field in ("all_tables", "tables", "schemas", "relations", "generated_columns")
    ),
    ("operations", readers("Subscribers get other kinds of changes.")),
    ("owner", security("Its new owner may add tables to it.")),
    ("via_root", readers("Subscribers get changes of partitions by another name.")),
    ("comment", DOCUMENTATION),
)
SCHEMAS = (
    *_rules(
        ObjectKind.SCHEMA,
        (Became.ADDED, compatible("New.")),
        (Became.REMOVED, loss("All that was in it is gone.")),
        (Became.RENAMED, readers("The name of everything in it changes.")),
        ("owner", security("Its new owner may create objects in it.")),
        ("comment", DOCUMENTATION),
    ),
    *_rules(
        ObjectKind.EXTENSION,
        (Became.ADDED, compatible("New.")),
        (
            Became.REMOVED,
            readers("Its functions, its types and the columns of these types are dropped with it."),
        ),
        ("schema", readers("Its functions and types have another schema.")),
        ("comment", DOCUMENTATION),
    ),
    *_rules(
        ObjectKind.ROLE,
        (Became.ADDED, security("A new role: check what it may do.")),
        (Became.REMOVED, security("Logging in as it fails, and so does all that relied on its privileges.")),
        ("comment", DOCUMENTATION),
        *(
            (field, security(words))
            for field, words in (
                ("bypass_rls", "Whether row security applies to it."),
                ("inherit", "Whether it has the privileges of the roles that it is a member of."),
                ("login", "Whether it can log in."),
                ("superuser", "Whether privileges and policies are checked for it."),
                ("member_of", "It gains the privileges of some roles, or loses them."),
            )
        ),
    ),
)
OF_SQL = {
    ObjectKind.STATISTICS: invalidates("Plans are made from other statistics."),
    ObjectKind.SERVER: security("Its rows have another source."),
    ObjectKind.USER_MAPPING: security("Another account is used on the server."),
    ObjectKind.SUBSCRIPTION: security("Its rows have another source."),
    ObjectKind.RULE: writers("Commands on its table are rewritten differently: read the difference."),
    ObjectKind.EVENT_TRIGGER: writers("Its function runs on other changes of the schema, or on none."),
}
OF_ADDED = {
    ObjectKind.RULE: writers("Commands on its table are rewritten: others run beside or instead of them."),
    ObjectKind.EVENT_TRIGGER: writers("Its function runs on changes of the schema, and may refuse them."),
}
OF_REMOVED = {
    ObjectKind.RULE: writers("Commands on its table run as they are written: what it did stops."),
    ObjectKind.EVENT_TRIGGER: writers("What its function did on changes of the schema silently stops."),
    ObjectKind.STATISTICS: invalidates("Plans are made without it."),
    ObjectKind.SUBSCRIPTION: readers("Its rows have this source no longer."),
}
OTHERS = tuple(
    rule
    for row in KINDS
    if row.fact is Other
    for rule in _rules(
        row.kind,
        (Became.ADDED, OF_ADDED.get(row.kind, compatible("New."))),
        (Became.REMOVED, OF_REMOVED.get(row.kind, readers("What relies on it fails."))),
        ("sql", OF_SQL.get(row.kind, readers("It does something else: read the difference."))),
        ("also", OF_SQL.get(row.kind, readers("It does something else: read the difference."))),
        ("relation", readers("It belongs to another table.")),
        ("owner", compatible("Its new owner may change it.")),
        ("comment", DOCUMENTATION),
    )
)
RULES = (*PRIVILEGES, *TYPES, *SEQUENCES, *PUBLICATIONS, *SCHEMAS, *OTHERS)

"""Facts in words: what a constraint, an index, a trigger or a policy says, in one line of Markdown."""

from __future__ import annotations

import re

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Identity,
    Index,
    IndexKey,
    RelationKind,
    Sql,
    Trigger,
    as_said,
)
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code

TABLE_KINDS = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE, RelationKind.FOREIGN_TABLE})
MODIFIER = re.compile(r"\([0-9, ]*\)")
"""Of a type: `(255)`, `(12,2)`."""
CALL = re.compile(r"[\w.]+\([^()]*\)")


def listed(items: list[Markdown] | tuple[Markdown, ...], last: str = "and") -> Markdown:
    """`a`, `b` and `c`."""
    if len(items) < 2:
        return Markdown("".join(items))
    return Markdown(f"{', '.join(items[:-1])} {last} {items[-1]}")


def count(number: int, word: str) -> str:
    """`1 table`, `20 tables`, `3 policies`."""
    return f"{number:,} {word if number == 1 else plural(word)}"


def plural(word: str) -> str:
    """`tables`, `policies`, `indexes`."""
    if word.endswith("y"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith("x") else "s")


def codes(names: tuple[str, ...]) -> Markdown:
    """Names as code, between commas."""
    return Markdown(", ".join(code(name) for name in names))


def bare(sql: Sql) -> str:
    """An expression without the parentheses around all of it, which say nothing."""
    shown, words = sql.text, sql.tokens.split(" ")
    while words[0] == "(" and _closes_last(words):
        shown, words = shown.strip()[1:-1].strip(), words[1:-1]
    return shown


def _closes_last(words: list[str]) -> bool:
    """Whether the first parenthesis is closed by the last."""
    depth = 0
    for i, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return i == len(words) - 1 and i > 1
    return False


def nullability(column: Column) -> Markdown:
    """What a row gets without a value: not null, default, identity or generated."""
    words: list[str] = []
    if column.not_null:
        words.append("not null")
    if column.identity:
        by = "by default" if column.identity is Identity.BY_DEFAULT else "always"
        words.append(f"identity, {by}")
    if column.default:
        words.append(f"default {default(column.default, column.type)}")
    if column.generated:
        words.append(f"generated {column.generated_kind}: {code(bare(column.generated))}")
    return Markdown(", ".join(words))


def default(expression: Sql, type_name: str) -> Markdown:
    """A default such as `'draft'::public.status`, without the cast to the column's own type."""
    shown = bare(expression)
    value, _, cast = shown.rpartition("::")
    types = {as_said(type_name), as_said(MODIFIER.sub("", type_name))}
    is_own = as_said(cast) in types and _is_constant(value.strip())
    return code(value.strip() if is_own else shown)


def _is_constant(value: str) -> bool:
    return value.startswith("'") and value.endswith("'") and "'" not in value[1:-1].replace("''", "")


def constraint(fact: Constraint, links: Links) -> Markdown:
    """What a constraint demands."""
    match fact.kind:
        case ConstraintKind.FOREIGN_KEY:
            words = _foreign_key(fact, links)
        case ConstraintKind.CHECK | ConstraintKind.EXCLUSION:
            words = code(bare(fact.expression)) if fact.expression else ""
        case _:
            words = _key(fact)
    return Markdown(words + "".join(_constraint_properties(fact)))


def _key(fact: Constraint) -> str:
    """The columns, the last one without overlaps if it is a period."""
    return f"{codes(fact.columns)}{' without overlaps' if fact.period else ''}"


def _foreign_key(fact: Constraint, links: Links) -> str:
    assert fact.references
    relation, columns = fact.references
    if len(columns) == 1:
        target = links.column(ColumnName(relation, columns[0]))
    else:
        target = Markdown(f"{links.relation(relation)} ({codes(columns)})")
    actions = "".join(
        f", on {event} {action}"
        for event, action in (("update", fact.on_update), ("delete", fact.on_delete))
        if action != "no action"
    )
    match_ = f", match {fact.match}" if fact.match != "simple" else ""
    period = f", {code(fact.columns[-1])} is a period" if fact.period else ""
    return f"{codes(fact.columns)} → {target}{period}{actions}{match_}"


def _constraint_properties(fact: Constraint) -> list[str]:
    found = [f", including {codes(fact.include)}"] if fact.include else []
    if fact.nulls_not_distinct:
        found.append(", nulls not distinct")
    if fact.deferrable:
        found.append(", deferrable, initially deferred" if fact.initially_deferred else ", deferrable")
    if fact.no_inherit:
        found.append(", not inherited")
    if not fact.enforced:
        found.append(", **not enforced**")
    elif not fact.validated:
        found.append(", **not validated**")
    return found


def index(fact: Index) -> Markdown:
    """What an index holds."""
    kind = f"unique {fact.method}" if fact.unique else fact.method
    words = f"{kind} on {', '.join(_index_key(key) for key in fact.keys)}"
    if fact.include:
        words += f" including {codes(fact.include)}"
    if fact.nulls_not_distinct:
        words += ", nulls not distinct"
    if fact.where:
        words += f" where {code(bare(fact.where))}"
    return Markdown(words)


def _index_key(key: IndexKey) -> str:
    words = [key.column or ""]
    if key.expression:
        shown = bare(key.expression)
        alone = key == IndexKey(expression=key.expression)
        words = [shown if alone or CALL.fullmatch(shown) else f"({shown})"]
    if key.collation:
        words.append(f"COLLATE {key.collation}")
    if key.opclass:
        words.append(key.opclass)
    if key.opclass_options:
        words.append(f"({', '.join(f'{name} = {value}' for name, value in key.opclass_options)})")
    if key.descending:
        words.append("DESC")
    if key.nulls_first is not key.descending:
        words.append("NULLS FIRST" if key.nulls_first else "NULLS LAST")
    return code(" ".join(words))


def trigger(fact: Trigger, links: Links) -> Markdown:
    """When a trigger runs which function."""
    events = [_event(event, fact) for event in fact.events]
    words = f"{fact.timing} {' or '.join(events)}, for each {fact.level}"
    if fact.when:
        words += f", when {code(bare(fact.when))}"
    words += f": {links.routine(fact.routine)}"
    if fact.arguments:
        words += f" with {codes(fact.arguments)}"
    words += "".join(_trigger_properties(fact, links))
    if fact.enabled != "origin":
        words += f", **{fact.enabled}**"
    return Markdown(words)


def _trigger_properties(fact: Trigger, links: Links) -> list[str]:
    found = [", a constraint trigger"] if fact.constraint else []
    if fact.from_relation:
        found.append(f" with {links.relation(fact.from_relation)}")
    if fact.deferrable:
        found.append(", deferrable, initially deferred" if fact.initially_deferred else ", deferrable")
    if fact.old_table:
        found.append(f", old rows as {code(fact.old_table)}")
    if fact.new_table:
        found.append(f", new rows as {code(fact.new_table)}")
    return found


def _event(event: str, fact: Trigger) -> str:
    columns = f" of {codes(fact.update_columns)}" if event == "update" and fact.update_columns else ""
    return event + columns

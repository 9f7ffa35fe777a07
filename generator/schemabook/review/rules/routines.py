"""What changes of functions, procedures and aggregates do."""

from __future__ import annotations

from schemabook.model import Argument, ObjectKind, Routine
from schemabook.read import tokens_of
from schemabook.review.change import Became
from schemabook.review.effect import compatible, cosmetic, invalidates, readers, security, writers
from schemabook.review.rule import Changed, Rule

ROUTINE = ObjectKind.ROUTINE
OF_SQL = frozenset({"sql", "plpgsql"})
"""Languages in which white space and the case of words say nothing."""


def _path(fact: Routine) -> list[str]:
    return [setting[1] for setting in fact.settings if setting[0] == "search_path"]


def _loses_path(changed: Changed) -> bool:
    return bool(_path(changed.old)) and not _path(changed.new)


def _changes_path(changed: Changed) -> bool:
    return _path(changed.old) != _path(changed.new) and not _loses_path(changed)


def is_only_spelled(old: Routine, new: Routine) -> bool:
    """Whether bodies differ in white space, comments and the case of words only, as SQL has them."""
    before, after = old.body or "", new.body or ""
    is_sql = old.language == new.language and old.language in OF_SQL
    return before == after or (is_sql and tokens_of(before) == tokens_of(after))


def _is_cosmetic(changed: Changed) -> bool:
    return is_only_spelled(changed.old, changed.new)


def _is_remade(changed: Changed) -> bool:
    """Whether CREATE OR REPLACE refuses the arguments: names, types of OUT, a default less."""
    old, new = changed.old.arguments, changed.new.arguments
    return len(old) != len(new) or not all(map(_is_kept, old, new))


def _is_kept(old: Argument, new: Argument) -> bool:
    is_named = old.name in ("", new.name)
    modes = [mode.replace("variadic", "in") for mode in (old.mode, new.mode)]
    is_same = modes[0] == modes[1] and old.type == new.type
    return is_named and is_same and not (old.default and not new.default)


def _is_variadic(fact: Routine) -> bool:
    return any(argument.mode == "variadic" for argument in fact.arguments)


def _has_defaults_only(changed: Changed) -> bool:
    return not _is_remade(changed) and _is_variadic(changed.old) == _is_variadic(changed.new)


RULES = (
    Rule(
        code="definer-added",
        kind=ROUTINE,
        of=Became.ADDED,
        holds=lambda c: c.new.security_definer,
        effects=(
            security("It runs with its owner's privileges for every role that may call it, by default all."),
        ),
    ),
    Rule(
        code="routine-added",
        kind=ROUTINE,
        of=Became.ADDED,
        holds=lambda c: not c.new.security_definer,
        effects=(
            compatible(
                "New; one of the same name whose arguments have defaults can make calls ambiguous (42725)."
            ),
        ),
    ),
    Rule(
        code="routine-removed",
        kind=ROUTINE,
        of=Became.REMOVED,
        effects=(
            readers("Calls fail (42883), also those of other functions, which nothing checks."),
            writers("Changes whose triggers or defaults call it fail."),
        ),
    ),
    Rule(
        code="routine-renamed",
        kind=ROUTINE,
        of=Became.RENAMED,
        effects=(
            readers("Calls that use the old name fail (42883); policies follow, function bodies do not."),
        ),
    ),
    Rule(
        code="routine-kind",
        kind=ROUTINE,
        of="kind",
        effects=(readers("A function is called in a query, a procedure with CALL: the old way fails."),),
    ),
    Rule(
        code="routine-arguments",
        kind=ROUTINE,
        of="arguments",
        holds=_is_remade,
        effects=(
            readers("Calls by the names of arguments, as the Data API makes them, may fail."),
            security("It is dropped and created again (42P13): without new grants everybody may execute it."),
        ),
    ),
    Rule(
        code="routine-defaults",
        kind=ROUTINE,
        of="arguments",
        holds=_has_defaults_only,
        effects=(readers("Calls that leave an argument out get another value, or can leave it out now."),),
    ),
    Rule(
        code="routine-variadic",
        kind=ROUTINE,
        of="arguments",
        holds=lambda c: _is_variadic(c.old) and not _is_variadic(c.new) and not _is_remade(c),
        effects=(readers("Calls that list the values fail (42883): it takes one array now."),),
    ),
    Rule(
        code="routine-variadic-added",
        kind=ROUTINE,
        of="arguments",
        holds=lambda c: not _is_variadic(c.old) and _is_variadic(c.new) and not _is_remade(c),
        effects=(readers("Calls may list the values; an array alone needs VARIADIC (42883)."),),
    ),
    Rule(
        code="routine-returns",
        kind=ROUTINE,
        of="returns",
        effects=(
            readers("Callers get a value of another type."),
            security("It is dropped and created again (42P13): without new grants everybody may execute it."),
        ),
    ),
    Rule(
        code="definer-on",
        kind=ROUTINE,
        of="security_definer",
        holds=lambda c: c.new.security_definer,
        effects=(security("It runs with its owner's privileges, past row security where the owner is."),),
    ),
    Rule(
        code="definer-off",
        kind=ROUTINE,
        of="security_definer",
        holds=lambda c: not c.new.security_definer,
        effects=(
            security(
                "It no longer runs with its owner's privileges: callers that lack them fail or find no rows."
            ),
        ),
    ),
    Rule(
        code="definer-search-path",
        kind=ROUTINE,
        of="settings",
        holds=lambda c: c.new.security_definer and _loses_path(c),
        effects=(security("It no longer pins search_path: a caller's schemas may shadow what it calls."),),
    ),
    Rule(
        code="definer-other-search-path",
        kind=ROUTINE,
        of="settings",
        holds=lambda c: c.new.security_definer and _changes_path(c),
        effects=(security("What it calls with its owner's privileges is looked up in other schemas."),),
    ),
    Rule(
        code="routine-search-path",
        kind=ROUTINE,
        of="settings",
        holds=lambda c: not c.new.security_definer and _loses_path(c),
        effects=(readers("It no longer pins search_path: its names mean what the caller's path says."),),
    ),
    Rule(
        code="routine-settings",
        kind=ROUTINE,
        of="settings",
        holds=lambda c: not _loses_path(c) and not (c.new.security_definer and _changes_path(c)),
        effects=(readers("It runs under other settings."),),
    ),
    Rule(
        code="routine-body-spelling",
        kind=ROUTINE,
        of="body",
        holds=_is_cosmetic,
        effects=(cosmetic("White space, comments and the case of words only."),),
    ),
    Rule(
        code="definer-body",
        kind=ROUTINE,
        of="body",
        holds=lambda c: c.new.security_definer and not _is_cosmetic(c),
        effects=(security("It does something else with its owner's privileges: read the difference."),),
    ),
    Rule(
        code="routine-body",
        kind=ROUTINE,
        of="body",
        holds=lambda c: not c.new.security_definer and not _is_cosmetic(c),
        effects=(readers("It does something else: read the difference, and what uses it."),),
    ),
    Rule(
        code="aggregate-options",
        kind=ROUTINE,
        of="options",
        effects=(readers("It computes something else."),),
    ),
    Rule(
        code="routine-owner",
        kind=ROUTINE,
        of="owner",
        holds=lambda c: c.new.security_definer,
        effects=(security("It runs with the privileges of another role."),),
    ),
    Rule(
        code="routine-owner-plain",
        kind=ROUTINE,
        of="owner",
        holds=lambda c: not c.new.security_definer,
        effects=(compatible("Its new owner may change it."),),
    ),
    Rule(
        code="routine-immutable",
        kind=ROUTINE,
        of="volatility",
        holds=lambda c: c.new.volatility == "immutable",
        effects=(invalidates("Indexes and plans rely on it: where it is not true they are silently wrong."),),
    ),
    Rule(
        code="routine-volatility",
        kind=ROUTINE,
        of="volatility",
        holds=lambda c: c.new.volatility != "immutable",
        effects=(
            readers(
                "A volatile function cannot be used in an index, and the Data API calls it with POST only."
            ),
        ),
    ),
    Rule(
        code="routine-strict",
        kind=ROUTINE,
        of="strict",
        effects=(readers("Whether a null argument returns null at once or reaches the body."),),
    ),
    Rule(
        code="routine-leakproof",
        kind=ROUTINE,
        of="leakproof",
        effects=(security("Leakproof functions run before the filter of row security, and see its rows."),),
    ),
    Rule(
        code="routine-parallel",
        kind=ROUTINE,
        of="parallel",
        effects=(compatible("Whether queries that use it may run in parallel."),),
    ),
    Rule(
        code="routine-language",
        kind=ROUTINE,
        of="language",
        effects=(readers("It was rewritten: read the difference."),),
    ),
    Rule(code="routine-comment", kind=ROUTINE, of="comment", effects=(cosmetic("Documentation."),)),
)

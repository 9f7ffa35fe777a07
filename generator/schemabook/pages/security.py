"""Row security in words."""

from __future__ import annotations

from schemabook.access.idioms import idiom
from schemabook.access.words import GATES, Idiom, Rows
from schemabook.model import PUBLIC, Command, Database, Policy, Relation, Sql
from schemabook.pages.markdown import Markdown, code
from schemabook.pages.wording import bare, listed

VERBS = {
    Command.ALL: "read, insert, update and delete",
    Command.SELECT: "read",
    Command.INSERT: "insert",
    Command.UPDATE: "update",
    Command.DELETE: "delete",
}
WHO = {Rows.SIGNED_IN: "any signed-in user", Rows.SERVICE: "the service role"}
"""Whom an expression lets through that looks at the caller only, where the policy is for everybody."""


def row_security(relation: Relation, policies: tuple[Policy, ...]) -> Markdown:
    """Whether row security limits anything, and what that means without a policy."""
    if not relation.row_security:
        if policies:
            return Markdown("Row security is **off**: the policies below have no effect.")
        return Markdown(
            "Row security is **off**: every role with a privilege on the table uses it on all rows."
        )
    forced = " It is forced: it also applies to the owner." if relation.row_security_forced else ""
    if not any(policy.permissive for policy in policies):
        owner = "" if relation.row_security_forced else "the owner and "
        who = f"only {owner}roles that bypass row security reach rows"
        return Markdown(f"Row security is **on** and no policy allows anything: {who}.{forced}")
    reach = "a role with a privilege on the table reaches only the rows that a policy allows"
    return Markdown(f"Row security is **on**: {reach}.{forced}")


def policy_words(policy: Policy, database: Database, *, is_above: bool = True) -> Markdown:
    """`authenticated` may read own rows (`user_id`); *is_above*: its expressions are shown below that."""
    everybody = policy.roles == (PUBLIC,)
    roles = Markdown("everybody") if everybody else listed([code(role) for role in policy.roles])
    verb, decisive = VERBS[policy.command], policy.using
    if policy.command is Command.INSERT or (policy.command is Command.ALL and not policy.using):
        verb, decisive = VERBS[Command.INSERT], policy.with_check
    found = idiom(decisive, policy.relation, database)
    if not policy.permissive:
        words = _limit(found, roles, verb, is_above) if decisive else "Restricts nothing"
    elif found.rows in WHO and everybody and not found.further:
        words = f"{WHO[found.rows]} may {verb} all rows"
    else:
        words = f"{roles} may {verb} {rows_words(found, is_above=is_above)}"
    if decisive and policy.with_check and policy.with_check != decisive:
        check = idiom(policy.with_check, policy.relation, database)
        if check != found or check.rows is Rows.CUSTOM or check.further:
            words += f"; {_written(check, is_above)}"
    return Markdown(f"{words[0].upper()}{words[1:]}.")


def _limit(found: Idiom, roles: str, verb: str, is_above: bool) -> str:
    """What a restrictive policy leaves of what others permit."""
    match found.rows:
        case Rows.ALL:
            return "Restricts nothing"
        case Rows.NONE:
            return f"Whatever other policies allow, {roles} may {verb} no rows"
        case rows if rows in GATES and not found.further:
            return f"Whatever other policies allow, {roles} may {verb} only if {found.said(code)}"
        case _:
            words = rows_words(found, is_above=is_above)
            return f"Whatever other policies allow, {roles} may {verb} only {words}"


def _written(found: Idiom, is_above: bool) -> str:
    """What a policy demands of new rows."""
    match found.rows:
        case Rows.ALL:
            return "any row may be written"
        case Rows.NONE:
            return "no row may be written"
        case rows if rows in GATES and not found.further:
            return f"any row may be written, if {found.said(code)}"
        case _:
            return f"new rows must be {rows_words(found, is_above=is_above)}"


def rows_words(found: Idiom, *, is_above: bool = False) -> str:
    """The rows of an idiom; *is_above*: the expression is shown below that."""
    if found.rows is Rows.CUSTOM and not is_above:
        return "rows that its expression lets through"
    shown = found._replace(by=_bare(found.by)) if found.rows is Rows.CONDITIONAL else found
    return shown.words(code, "the condition below" if is_above else "its further condition")


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.count("(") == 1 and text.endswith(")") else text


def policy_sql(policy: Policy) -> str:
    """The expressions of a policy as SQL clauses."""
    clauses: list[tuple[str, Sql | None]] = [("using", policy.using), ("with check", policy.with_check)]
    return "\n".join(f"{word} ({bare(sql)})" for word, sql in clauses if sql)

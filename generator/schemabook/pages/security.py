"""Row security in words."""

from __future__ import annotations

from schemabook.access.idioms import Idiom, Rows, idiom
from schemabook.model import Command, Policy, Relation, Sql
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
"""Whom an expression lets through that looks at the role only."""


def row_security(relation: Relation, policies: tuple[Policy, ...]) -> Markdown:
    """Whether row security limits anything, and what that means without a policy."""
    if not relation.row_security:
        if policies:
            return Markdown("Row security is **off**: the policies below have no effect.")
        return Markdown("Row security is **off**: whoever has the privilege sees and changes all rows.")
    forced = " It is forced: it also holds for the owner." if relation.row_security_forced else ""
    if not any(policy.permissive for policy in policies):
        owner = "" if relation.row_security_forced else "the owner and "
        who = f"only {owner}roles that bypass row security reach rows"
        return Markdown(f"Row security is **on** and no policy permits anything: {who}.{forced}")
    reach = "a role with the privilege reaches only the rows that a policy permits"
    return Markdown(f"Row security is **on**: {reach}.{forced}")


def policy_words(policy: Policy, *, is_above: bool = True) -> Markdown:
    """`authenticated` may read own rows (`user_id`); *is_above*: its expressions are shown below that."""
    everybody = policy.roles == ("public",)
    roles = Markdown("everybody") if everybody else listed([code(role) for role in policy.roles])
    verb, table = VERBS[policy.command], policy.relation.name
    decisive = policy.with_check if policy.command is Command.INSERT else policy.using
    found = idiom(decisive, table)
    if found.rows in WHO and everybody:
        roles = Markdown(WHO[found.rows])
    rows = "all rows" if found.rows in WHO else _rows(found, is_above)
    if not policy.permissive:
        return Markdown(f"Whatever else permits, {roles} may {verb} only {rows}.")
    words = f"{roles} may {verb} {rows}"
    if decisive and policy.with_check and policy.with_check != decisive:
        check = idiom(policy.with_check, table)
        if check != found or check.rows is Rows.CUSTOM:
            words += f"; {_written(check, is_above)}"
    return Markdown(f"{words[0].upper()}{words[1:]}.")


def _written(found: Idiom, is_above: bool) -> str:
    """What a policy demands of new rows."""
    match found.rows:
        case Rows.ALL:
            return "any row may be written"
        case Rows.NONE:
            return "no row may be written"
        case _:
            return f"what is written must be {_rows(found, is_above)}"


def _rows(found: Idiom, is_above: bool) -> str:
    condition = "the condition below" if is_above else "its further condition"
    further = f" that also meet {condition}" if found.further else ""
    match found.rows:
        case Rows.OWN:
            return f"own rows ({code(found.by)}){further}"
        case Rows.CONNECTED:
            return f"rows connected to the user through {code(found.by)}{further}"
        case Rows.OWN_FOLDER:
            bucket = f" of bucket {code(found.by)}" if found.by else ""
            return f"{found.rows}{bucket}{further}"
        case Rows.CONDITIONAL:
            return f"rows where {code(_bare(found.by))}"
        case Rows.CUSTOM if not is_above:
            return "rows that its expression lets through"
        case _:
            return found.rows.value


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.count("(") == 1 and text.endswith(")") else text


def policy_sql(policy: Policy) -> str:
    """The expressions of a policy as SQL clauses."""
    clauses: list[tuple[str, Sql | None]] = [("using", policy.using), ("with check", policy.with_check)]
    return "\n".join(f"{word} ({bare(sql)})" for word, sql in clauses if sql)

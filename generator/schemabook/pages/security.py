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


def row_security(relation: Relation, policies: tuple[Policy, ...]) -> Markdown:
    """Whether row security limits anything, and what that means without a policy."""
    if not relation.row_security:
        if policies:
            return Markdown("Row security is **off**: the policies below have no effect.")
        return Markdown("Row security is **off**: whoever has the privilege sees and changes all rows.")
    forced = " It is forced: it also holds for the owner." if relation.row_security_forced else ""
    if not any(policy.permissive for policy in policies):
        return Markdown(f"Row security is **on** and no policy permits anything: no rows.{forced}")
    return Markdown(f"Row security is **on**: a role reaches only the rows that a policy permits.{forced}")


def policy_words(policy: Policy) -> Markdown:
    """`authenticated` may read own rows (`user_id`)."""
    roles = "everybody" if policy.roles == ("public",) else listed([code(r) for r in policy.roles], "and")
    using, check = policy.using, policy.with_check
    rows = _rows(idiom(check if policy.command is Command.INSERT else using))
    if not policy.permissive:
        return Markdown(f"Restricts {roles}, to {VERBS[policy.command]}, to {rows}, whatever else permits.")
    words = f"{roles} may {VERBS[policy.command]} {rows}"
    if using and check and policy.command in (Command.ALL, Command.UPDATE) and using != check:
        words += f"; what is written must be {_rows(idiom(check))}"
    return Markdown(words[0].upper() + words[1:] + "." if words[0] != "`" else words + ".")


def _rows(found: Idiom) -> str:
    match found.rows:
        case Rows.OWN:
            return f"own rows ({code(found.by)})"
        case Rows.CONNECTED:
            return f"rows connected to the user through {code(found.by)}"
        case Rows.CONDITIONAL:
            return f"rows where {code(_bare(found.by))}"
        case Rows.CUSTOM:
            return "rows that the expression below lets through"
        case _:
            return found.rows.value


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.count("(") == 1 and text.endswith(")") else text


def policy_sql(policy: Policy) -> str:
    """The expressions of a policy as SQL clauses."""
    clauses: list[tuple[str, Sql | None]] = [("using", policy.using), ("with check", policy.with_check)]
    return "\n".join(f"{word} ({bare(sql)})" for word, sql in clauses if sql)

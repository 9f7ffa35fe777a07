"""A dump in which every name, comment, label, default and body is hostile; settings and a guide for it."""

from __future__ import annotations

import json
from collections.abc import Iterator

NAMES = (
    "</title><script>window.hit=1</script>",
    '"><img src=x onerror=window.hit=1>',
    "javascript:window.hit=1//",
    "</textarea></style><svg onload=window.hit=1>",
    "{{ 7*7 }}{% raw %}${window.hit=1}",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "' onmouseover=window.hit=1 x='|`\\",
    "../../etc/passwd",
    "--><!--]]>\u202egnp\u2066.exe",
    "[x](javascript:window.hit=1){: onclick=window.hit=1 }",
    "__proto__",
    "constructor",
    "hit<b>",
    "HIT<b>",
    "Hit<b>",
    "<a href=javascript:window.hit=1>" + "x" * 31,
)
"""All of at most 63 bytes; three differ in case only."""
TEXT = "\n\n".join(NAMES)
GUIDE = "GUIDE.md"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def cut(name: str, prefix: str) -> str:
    """Another name of the same kind, of at most 63 bytes."""
    return (prefix + name).encode()[:63].decode("utf-8", "ignore")


def dump() -> str:
    """The SQL, each kind of object once for each name."""
    columns = ", ".join(f"{quoted(name)} text default {literal(name)}" for name in NAMES)
    head = (
        f"create schema {quoted(NAMES[0])};\ncreate table public.many (id bigint primary key, {columns});\n"
    )
    return head + "".join(statement + ";\n" for name in NAMES for statement in _statements(name))


def _statements(name: str) -> Iterator[str]:
    n, comment = quoted(name), literal(f"{name}. {TEXT}")
    yield f"create role {n}"
    yield (
        f"create table public.{n} (id bigint primary key, {n} text default {literal(name)},"
        f" {quoted(cut(name, 'r_'))} bigint references public.{quoted(NAMES[0])} (id),"
        f" constraint {quoted(cut(name, 'c_'))} check ({n} <> {literal(name)}))"
    )
    yield f"comment on table public.{n} is {comment}"
    yield f"comment on column public.{n}.{n} is {comment}"
    yield f"create index {quoted(cut(name, 'i_'))} on public.{n} ({n}) where {n} <> {literal(name)}"
    yield f"alter table public.{n} enable row level security"
    yield f"create policy {n} on public.{n} to {n} using ({n} = {literal(name)})"
    yield f"comment on policy {n} on public.{n} is {comment}"
    yield f"grant select on public.{n} to {n}"
    view = f"public.{quoted(cut(name, 'v_'))}"
    yield f"create view {view} as select {n} as {n}, {literal(name)} as x from public.{n}"
    yield f"comment on view {view} is {comment}"
    yield f"create materialized view public.{quoted(cut(name, 'm_'))} as select {n} from public.{n}"
    arguments = f"({n} text default {literal(name)})"
    body = f"$body$ select {literal(name)} -- {name}\n$body$"
    yield f"create function public.{n}{arguments} returns text language sql as {body}"
    yield f"comment on function public.{n}(text) is {comment}"
    yield f"create type public.{quoted(cut(name, 'e_'))} as enum ({literal(name)}, 'other')"
    yield f"comment on type public.{quoted(cut(name, 'e_'))} is {comment}"
    yield f"create domain public.{quoted(cut(name, 'd_'))} as text check (value <> {literal(name)})"
    yield f"create sequence public.{quoted(cut(name, 's_'))}"
    trigger = f"public.{quoted(cut(name, 't_'))}()"
    yield f"create function {trigger} returns trigger language plpgsql as $$ begin return new; end $$"
    yield f"create trigger {n} before insert on public.{n} for each row execute function {trigger}"


def settings() -> str:
    """schemabook.yml, in JSON; without descriptions, which are Markdown by whoever writes them."""
    return json.dumps(
        {
            "title": NAMES[0],
            "dumps": ["dump.sql"],
            "output": "../docs/reference",
            "groups": [{"name": NAMES[1], "tables": ["public.many"]}],
            "refresh": [{"description": "Pull", "command": NAMES[0]}],
        }
    )


def guide() -> str:
    """A page by hand that names a table, so that a link to it is made."""
    return f"# Guide\n\nSee `[[{quoted(NAMES[0])}]]` and `[[many]]`.\n"

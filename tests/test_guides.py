"""Guides: names of the schema become links, and those that do not exist are found."""

from __future__ import annotations

import re

import markdown as python_markdown  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemabook.errors import Source
from schemabook.guides import Names, read_guide
from schemabook.guides.spans import Where, spans
from schemabook.model import Code, Finding
from schemabook.pages.links import part_anchor
from schemabook.read import read_files

SCHEMA = """\
create schema auth;
create schema shop;
create schema storage;
create table storage.objects (id uuid primary key, created_at timestamptz, updated_at timestamptz);
create type public.mood as enum ('sad', 'happy');
create table public.user_profiles (id uuid primary key, display_name text, mood public.mood);
create table public.content (id bigint generated always as identity primary key, body text, columns text);
create table public."Order items" ("Unit price" numeric, "a.b" text);
create table auth.users (id uuid primary key, last_sign_in_at timestamptz);
create table auth.sessions (id uuid primary key);
create table shop.invoices (id bigint primary key, total numeric);
create table auth.invoices (id bigint primary key);
create view public.names as select display_name from public.user_profiles;
create sequence public.tickets;
create index content_body_idx on public.content (body);
create policy "Own rows" on public.content using (true);
create function public.publish_story(id uuid) returns void language sql as $$ select 1 $$;
create function auth.uid() returns uuid language sql as $$ select null::uuid $$;
"""
PAGES = "reference"
PROFILES = f"{PAGES}/public/tables/user_profiles.md"
CONTENT = f"{PAGES}/public/tables/content.md"
HERE = Source("docs/guide.md", 1)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    dump = tmp_path_factory.mktemp("guides") / "dump.sql"
    dump.write_text(SCHEMA, "utf-8")
    return Names(read_files([dump]))


def problems(text: str, names: Names) -> list[Finding]:
    return list(read_guide(text, names, HERE).problems)


LINKS = {
    "[[user_profiles]]": PROFILES,
    "[[user_profiles.display_name]]": f"{PROFILES}#display_name",
    "[[public.user_profiles.id]]": f"{PROFILES}#id",
    "[[USER_PROFILES.Id]]": f"{PROFILES}#id",
    "[[content.columns]]": f"{CONTENT}#column-columns",
    "[[content.content_pkey]]": f"{CONTENT}#constraint-content_pkey",
    "[[content.content_body_idx]]": f"{CONTENT}#index-content_body_idx",
    "[[public.content_body_idx]]": f"{CONTENT}#index-content_body_idx",
    "[[public.content_pkey]]": f"{CONTENT}#constraint-content_pkey",
    '[[content."Own rows"]]': f"{CONTENT}#{part_anchor('policy', 'Own rows')}",
    "[[content_id_seq]]": CONTENT,
    "[[tickets]]": f"{PAGES}/public/sequences/tickets.md",
    "[[mood]]": f"{PAGES}/public/types/mood.md",
    "[[mood.happy]]": f"{PAGES}/public/types/mood.md#label-happy",
    "[[names.display_name]]": f"{PAGES}/public/views/names.md#display_name",
    "[[users]]": f"{PAGES}/auth/tables/users.md",
    "[[users.id]]": f"{PAGES}/auth/tables/users.md#id",
    "[[auth.users.id]]": f"{PAGES}/auth/tables/users.md#id",
    "[[auth]]": f"{PAGES}/auth/index.md",
    "[[publish_story()]]": f"{PAGES}/public/functions/publish_story.md",
    "[[public.publish_story()]]": f"{PAGES}/public/functions/publish_story.md",
    "[[uid()]]": f"{PAGES}/auth/functions/uid.md",
    "user_profiles.id": f"{PROFILES}#id",
    "public.user_profiles": PROFILES,
    "auth.users.last_sign_in_at": f"{PAGES}/auth/tables/users.md#last_sign_in_at",
    "publish_story()": f"{PAGES}/public/functions/publish_story.md",
    "auth.uid()": f"{PAGES}/auth/functions/uid.md",
}


@pytest.mark.parametrize("written", LINKS)
def test_a_name_that_exists_is_a_link(names: Names, written: str) -> None:
    guide = read_guide(f"See `{written}`, and on.", names, HERE)
    shown = re.sub(r"^\[\[|\]\]$", "", written)
    assert guide.text == f"See [`{shown}`]({LINKS[written]}), and on."
    assert guide.problems == ()


def test_an_odd_name_in_quotes_leads_to_the_anchor_of_its_page(names: Names) -> None:
    text = read_guide('`[["Order items"."Unit price"]]` `"Order items"."a.b"`', names, HERE).text
    assert re.fullmatch(
        r'\[`"Order items"\."Unit price"`\]\(reference/public/tables/order-items-\w+\.md#unit-price-\w+\) '
        r'\[`"Order items"\."a\.b"`\]\(reference/public/tables/order-items-\w+\.md#a-b-\w+\)',
        text,
    )


ERRORS = {
    "user_profile": "user_profiles",
    "user_profiles.display": "user_profiles.display_name",
    "user_profile.display_nam": "user_profiles.display_name",
    "publish_stroy()": "publish_story()",
    "publish_story": "publish_story()",
    "pubilc.content": "content",
    "auth.content": "content",
    "auth.user.id": "auth.users.id",
    "auth.users.last_signin_at": "auth.users.last_sign_in_at",
    "content.content_pky": "content.content_pkey",
    'content."own rows"': 'content."Own rows"',
    "mood.hapy": "mood.happy",
    "auht": "auth",
    "zzzqqq": None,
    "content.zzzqqq": None,
}


@pytest.mark.parametrize("written", ERRORS)
def test_a_marked_name_that_does_not_exist_is_an_error_with_the_nearest_name(
    names: Names, written: str
) -> None:
    text = f"# Guide\n\nOne\n`[[{written}]]` two"
    guide = read_guide(text, names, HERE)
    meant = ERRORS[written]
    silence = f"write <!-- schemabook: ignore [[{written}]] --> if it is no name of the schema"
    hint = f'did you mean "{meant}"?' if meant else f"nothing there has a similar name; {silence}"
    assert [(str(p), p.code) for p in guide.problems] == [
        (f'docs/guide.md:4: "{written}" does not exist\nhint: {hint}', Code.MARKED_NAME)
    ]
    assert guide.text == text


def test_a_name_of_two_schemas_is_an_error_that_names_both(names: Names) -> None:
    (found,) = problems("`[[invoices]]`", names)
    assert str(found) == (
        'docs/guide.md:1: "invoices" is ambiguous\nhint: write [[auth.invoices]] or [[shop.invoices]]'
    )
    assert problems("`[[invoices.total]]` `[[shop.invoices.id]]` `invoices.id`", names) == []


def test_what_begins_like_a_name_but_is_none_is_an_error_that_shows_the_forms(names: Names) -> None:
    (found,) = problems("`[[user_profiles,id]]`", names)
    assert found.message == '"[[user_profiles,id]]" is not a name'
    assert "table.column" in found.hint


@pytest.mark.parametrize("written", ["[[ -f .env ]]", "[[:alpha:]]", "[[1, 2], [3]]", '[["a", "b"]]', "[[]]"])
def test_other_things_in_double_brackets_stay(names: Names, written: str) -> None:
    guide = read_guide(f"`{written}`", names, HERE)
    assert guide == (f"`{written}`", ())


WARNINGS = {
    "user_profiles.emial_address": None,
    "user_profiles.display": "user_profiles.display_name",
    "public.user_profile": "public.user_profiles",
    "public.orders": None,
    "public.user_profiles.display": "public.user_profiles.display_name",
    "public.publish_stroy()": "public.publish_story()",
    "content.boddy": "content.body",
    "content.body_text": None,
    "shop.invoice": "shop.invoices",
    "shop.old_invoices": "shop.invoices",
    "auth.user": "auth.users",
    "auth.session.id": "auth.sessions.id",
}


@pytest.mark.parametrize("written", WARNINGS)
def test_a_plain_name_that_looks_like_ours_and_does_not_exist_is_a_warning(
    names: Names, written: str
) -> None:
    text = f"One\ntwo `{written}`"
    (found,) = problems(text, names)
    assert found.code is Code.PLAIN_NAME
    assert str(found).startswith(f'docs/guide.md:2: "{written}" does not exist\nhint: ')
    assert f"<!-- schemabook: ignore {written} -->" in found.hint
    if meant := WARNINGS[written]:
        assert f'did you mean "{meant}"?' in found.hint
    assert read_guide(text, names, HERE).text == text


UNTOUCHED = """
    user_profiles content id auth public publish_story now() gen_random_uuid() jsonb_build_object()
    table_stats.txt schemabook.yml config.toml schema.sql content.js content.md users.csv auth.ts
    public.pem localhost:8000 127.0.0.1 example.com auth.example.com storage.googleapis.com
    public.ecr.aws 1.2 v1.2.3 16.4 user.email session.user.id user.id window.location process.env.PORT
    req.user supabase.auth supabase.auth.getUser() auth.getUser() auth.signUp() auth.admin auth.site_url
    auth.jwt_expiry auth.email.enable_signup auth.sessions.timebox auth.mfa.totp storage.from()
    storage.rules storage.admin storage.objectAdmin storage.objects.create storage.objects.update
    storage.buckets.get storage.test.ts storage.file_size_limit auth.css content.length content.map()
    content.value userProfiles.id content.innerHTML invoices.push() User.objects new.body old.id
    excluded.total u.email p.id auth.uid auth.jwt() auth.role() realtime.messages pg_catalog.pg_class
    information_schema.tables pg_stat_statements.max request.jwt.claims role=authenticated content.*
    *.sql a.b.c.d docs/reference make user_profiles.id::text public.user_profiles(id) content.body->>'x'
    names.display_name=1 npm schema.rb .venv/bin/python user_profiles. .id user-profiles.id
    "user_profiles" mood.sad.x publish_story(uuid)
""".split()


@pytest.mark.parametrize("written", UNTOUCHED)
def test_code_that_is_no_name_of_ours_raises_no_alarm(names: Names, written: str) -> None:
    assert read_guide(f"`{written}`", names, HERE) == (f"`{written}`", ())


def test_a_comment_silences_a_name_on_the_whole_page(names: Names) -> None:
    text = (
        "`content.body_text` `[[redirects]]` `content.boddy`\n\n"
        "<!-- schemabook: ignore content.body_text, [[redirects]] -->\n"
    )
    (found,) = problems(text, names)
    assert found.message == '"content.boddy" does not exist'


@pytest.mark.parametrize(
    "comment", ["`<!-- schemabook: ignore {} -->`", "    <!-- schemabook: ignore {} -->"]
)
def test_a_comment_in_code_silences_nothing(names: Names, comment: str) -> None:
    text = comment.format("content.boddy") + "\n\n`content.boddy`"
    assert len(problems(text, names)) == 1


def test_in_a_heading_only_a_marked_name_becomes_a_link(names: Names) -> None:
    text = "# `[[content]]` and `content.id`\n\n`[[content]]`\n---\n"
    guide = read_guide(text, names, HERE)
    assert guide.text == f"# [`content`]({CONTENT}) and `content.id`\n\n[`content`]({CONTENT})\n---\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[see ", "](x.md)"),
        ("[see ", "][x]"),
        ('<a href="x.html">', "</a>"),
        ("[a [b] ", " c](<x y>)"),
        ("![", "](x.png)"),
        ("[a](x.md 'with", "')"),
    ],
)
def test_in_a_link_a_name_is_checked_and_becomes_no_second_link(
    names: Names, before: str, after: str
) -> None:
    text = f"{before}`[[content]]` `content.id` `[[conten]]`{after} `content.id`"
    guide = read_guide(text, names, HERE)
    assert guide.text == f"{before}`content` `content.id` `[[conten]]`{after} [`content.id`]({CONTENT}#id)"
    assert [problem.message for problem in guide.problems] == ['"conten" does not exist']


def test_after_an_exclamation_mark_a_name_does_not_become_a_picture(names: Names) -> None:
    assert read_guide("Look!`[[content]]`!", names, HERE).text == "Look!`content`!"


def test_a_label_that_is_defined_is_a_link_too(names: Names) -> None:
    text = "[`content.id`] [`content.body`]\n\n[`content.id`]: x.md\n"
    assert read_guide(text, names, HERE).text.startswith(
        f"[`content.id`] [[`content.body`]({CONTENT}#body)]\n"
    )


def test_links_lead_from_the_page_s_own_folder(names: Names) -> None:
    text = read_guide("`[[content]]`", names, HERE, "../../reference").text
    assert text == "[`content`](../../reference/public/tables/content.md)"


# Where spans are


CODE = """\
para `1`

    `no`

```
`no`
```

~~~~ markdown
~~~
`no`
~~~~

- item `2`

    para `3`

        `no`

    ```sql
    `no`
    ```

    - nested `4`

        para `5`

            `no`
- ```
  `no`
  ```

!!! note "title `6`"

    para `7`

        `no`

    ~~~
    `no`
    ~~~

=== "Tab"
    para `8`

after `9`

    `no`

> quote `10`
>
>     `no`
>
> ```
> `no`
> ```
>
> quote `11`

<div>
`no`

`no`
</div>

<div markdown>
para `12`
</div>

<details markdown="1"><summary>`no`</summary>
para `13`
</details>

<!-- `no` --> para `14` <!-- `no` -->

<!--
`no`

`no`
-->

| `15` | b |
|------|---|
| ` a  | b |
| `16` | c |

\\`no\\` and `17`

``a ` `18` b`` and ``` `19` ```

unpaired ` tick

# heading `20`

Setext `21`
===========
* * *

    `no`

1. one
   lazy `22`

[^1]: note `23`

    more `24`

text
    lazy `25`
"""


def test_spans_are_found_in_text_and_not_in_code_or_html() -> None:
    found = [span for span in spans(CODE) if span.where is not Where.COMMENT]
    assert [span for span in found if "no" in span.code] == []
    assert [int(n) for span in found for n in re.findall(r"\d+", span.code)] == list(range(1, 26))
    lines = CODE.splitlines()
    assert all(CODE[span.start : span.end] in lines[span.line - 1] for span in found)


BLOCKS = (
    "text {}",
    "text {}\n    of two lines {}",
    "text {}\n- and no item {}",
    "    indented {}",
    "        twice {}",
    "- item {}",
    "- item {}\n    - nested {}\nlazy {}\n- next {}",
    "    - nested {}",
    "1. first {}\n2. second {}",
    "> quote {}",
    "> quote {}\nlazy {}\n> quote {}",
    ">     code {}",
    "# heading {}",
    "heading {}\n---",
    "---",
    "!!! note",
    '??? note "title {}"\n    within {}',
    "```\n{}\n\n{}\n```",
    "~~~~ sql\n~~~\n\n{}\n~~~~",
    "    ```\n    {}\n    ```",
    "> ```\n> {}\n> ```",
    "<!-- {} -->",
    "<!-- {}\n\n{}\n-->",
    "<div>\n\n{}\n</div>",
    "<div markdown>\n\n{}\n\n</div>",
    "| {} | b |\n|---|---|\n| ` | {} |\n| {} | ` |",
    "[a {}](x.md)",
    "\\{}",
    "`` {} b`` {}",
)


def rendered(text: str) -> set[str]:
    """The numbers of the spans that Python-Markdown takes for code in text, not for a block of code."""
    extensions = ["admonition", "attr_list", "md_in_html", "tables", "toc", "pymdownx.details"]
    html = python_markdown.markdown(text, extensions=[*extensions, "pymdownx.superfences"])
    html = re.sub(r"<!--.*?-->|<pre.*?</pre>", "", html, flags=re.DOTALL)
    return set(re.findall(r"s\d+", " ".join(re.findall(r"<code>(.*?)</code>", html, re.DOTALL))))


@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=8))
def test_spans_are_those_of_python_markdown(blocks: list[str]) -> None:
    text = "\n\n".join(block.replace("{}", f"`s{i}`") for i, block in enumerate(blocks))
    found = [span for span in spans(text) if span.where is not Where.COMMENT]
    assert set(re.findall(r"s\d+", " ".join(span.code for span in found))) == rendered(text)


MARKUP = st.text(st.sampled_from("`~<>!-[]()#\\ \n\tab.|"), max_size=60)


@given(st.one_of(MARKUP, st.text(max_size=60)))
def test_text_without_names_stays_as_it_is(names: Names, text: str) -> None:
    assert read_guide(text, names, HERE) == (text, ())


@given(st.lists(st.sampled_from(["", "text", "- item", "> quote", "`code`", "# heading"]), max_size=9))
def test_the_line_of_a_problem_is_that_of_its_span(names: Names, before: list[str]) -> None:
    text = "".join(f"{line}\n" for line in before) + "\nsee `[[nothing_here]]`\n"
    (found,) = problems(text, names)
    assert found.source == Source(HERE.path, len(before) + 2)


@given(MARKUP, MARKUP)
def test_around_a_link_the_text_stays_as_it_is(names: Names, before: str, after: str) -> None:
    text = f"{before} `[[content]]` {after}"
    changed = read_guide(text, names, HERE).text
    linked = f"{before} [`content`]({CONTENT}) {after}"
    assert changed in (text, linked, linked.replace(f"[`content`]({CONTENT})", "`content`"))

"""Secrets are found wherever a dump or a page has them, and what only looks like one is not.

No secret stands here in full: other scanners would find it.
"""

from __future__ import annotations

import base64
import importlib
import json
import re
from pathlib import Path
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from schemabook.cli import cli
from schemabook.export.contract import to_json
from schemabook.model import Secret
from schemabook.pages import pages, site_pages
from schemabook.project.config import load
from schemabook.project.inputs import load_book
from schemabook.read import read
from schemabook.secrets import KINDS, SIGN, credentials, kinds, masked, secrets_in, without_secrets
from schemabook.secrets.makers import FORMS

LETTERS = ascii_lowercase + ascii_uppercase + digits
HEXADECIMAL = digits + "abcdef"
ROOT = Path(__file__).parent.parent


def made(length: int, letters: str = LETTERS, seed: int = 4) -> str:
    """A text as a maker of keys would make it, the same each time."""
    random = Random(seed)
    return "".join(random.choice(letters) for _ in range(length))


def jwt(payload: object, header: object = None) -> str:
    """A JSON Web Token with a signature that nobody made."""
    parts = (json.dumps(part).encode() for part in (header or {"alg": "HS256", "typ": "JWT"}, payload))
    encoded = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return ".".join([*encoded, made(43)])


SERVICE_KEY = jwt(
    {"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": "service_role", "exp": 2000000000}
)
ANON_KEY = jwt({"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": "anon", "exp": 2000000000})
PASSWORD = "Zq8vR2x" + "Lw!"
RANDOM = made(24)
TOKENS = {
    'Supabase key of role "service_role"': SERVICE_KEY,
    'Supabase key of role "anon"': ANON_KEY,
    'JSON Web Token of role "editor"': jwt({"role": "editor", "sub": "7"}),
    "JSON Web Token": jwt({"sub": "7"}),
    "private key": "-----BEGIN RSA PRIVATE" + " KEY-----\n" + made(64) + "\n" + made(64),
    "Supabase secret key": "sb_secret_" + made(22) + "_" + made(8),
    "Supabase access token": "sbp_" + made(40, HEXADECIMAL),
    "AWS access key": "AKIA" + made(16, ascii_uppercase + "234567"),
    "Google API key": "AIza" + made(35),
    "Google client secret": "GOCSPX-" + made(28),
    "GitHub token": "ghp_" + made(36),
    "GitLab token": "glpat-" + made(20),
    "Slack token": "xoxb-" + made(12, digits) + "-" + made(12, digits) + "-" + made(24),
    "Slack webhook": "https://hooks.slack.com/services/" + "T0" + made(7) + "/B0" + made(7) + "/" + made(24),
    "Discord webhook": "https://discord.com/api/webhooks/" + made(18, digits) + "/" + made(68),
    "Stripe key": "sk_live_" + made(24),
    "Stripe webhook secret": "whsec_" + made(32),
    'API key "sk-…"': "sk-" + made(48),
    "SendGrid key": "SG." + made(22) + "." + made(43),
    "password in a URL": f"postgresql://app:{PASSWORD}@db.internal:5432/app",
    "password in a connection string": f"host=db.internal user=app password={PASSWORD} dbname=app",
    "bearer token": f"Authorization: is Bearer {RANDOM}",
    'credential "x-hook-secret"': f'{{"Content-type":"application/json","X-Hook-Secret":"{RANDOM}"}}',
    'credential "api_key"': f"https://api.internal/run?api_key={RANDOM}",
}
"""A text with a secret by what it is called; it may stand anywhere, also between single quotes."""
UUID = "-".join(made(n, HEXADECIMAL) for n in (8, 4, 4, 4, 12))
HEX_32, HEX_64 = made(32, HEXADECIMAL), made(64, HEXADECIMAL)
OF_MAKERS = {
    "Age secret key": "AGE-SECRET-KEY-1" + made(58, digits + ascii_uppercase),
    "Airtable token": "pat" + made(14) + "." + HEX_64,
    "Atlassian token": "ATATT3" + made(186),
    "AWS secret key": "aws_secret_access_key=" + made(40, LETTERS + "/+"),
    "address of a webhook": "https://hooks.zapier.com/hooks/catch/1234567/b4k9x2q/",
    "Azure account key": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + made(86) + "==",
    "Azure shared access key": "Endpoint=sb://a/;SharedAccessKey=" + made(43) + "=",
    "Azure signature": "https://prod-1.westeurope.logic.azure.com/workflows/a?sp=%2F&sig=" + made(43),
    "Brevo key": "xkeysib-" + HEX_64 + "-" + made(16),
    "Databricks token": "dapi" + HEX_32,
    "DigitalOcean token": "dop_v1_" + HEX_64,
    "Docker token": "dckr_pat_" + made(27),
    "Doppler token": "dp.pt." + made(43),
    "Grafana token": "glsa_" + made(32) + "_" + made(8, HEXADECIMAL),
    "Groq key": "gsk_" + made(52),
    "Heroku key": "HRKU-" + UUID,
    "Hugging Face token": "hf_" + made(34),
    "Linear key": "lin_api_" + made(40),
    "Mailchimp key": HEX_32 + "-us21",
    "Mailgun key": "key-" + HEX_32,
    "Mapbox secret token": "sk.ey" + made(60) + "." + made(22),
    "Neon key": "napi_" + made(64, ascii_lowercase + digits),
    "New Relic key": "NRAK-" + made(27, ascii_uppercase + digits),
    "Notion token": "ntn_" + made(11, digits) + made(35),
    "npm token": "npm_" + made(36),
    "Perplexity key": "pplx-" + made(48),
    "Pinecone key": "pcsk_" + made(70),
    "PlanetScale token": "pscale_tkn_" + made(43),
    "PostHog key": "phx_" + made(43),
    "PyPI token": "pypi-" + "AgEIcHlwaS5vcmc" + made(80),
    "Razorpay key": "rzp_live_" + made(14),
    "Replicate token": "r8_" + made(37),
    "Resend key": "re_" + made(8) + "_" + made(24),
    "Sentry token": "sntryu_" + HEX_64,
    "Shopify token": "shpat_" + HEX_32,
    "Square token": "sq0atp-" + made(22),
    "Tailscale key": "tskey-auth-" + made(12) + "-" + made(32),
    "Teams webhook": (
        f"https://a.webhook.office.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/{HEX_32}/{UUID}"
    ),
    "Telegram token": "https://api.telegram.org/bot" + made(10, digits[1:]) + ":AA" + made(33),
    "Terraform token": made(14) + ".atlasv1." + made(67),
    "Twilio key": "SK" + HEX_32,
    "Vault token": "hvs." + made(95),
    "Vercel token": "vercel_blob_rw_" + made(16) + "_" + made(30),
    "xAI key": "xai-" + made(80),
}
TOKENS |= OF_MAKERS
VALUES = {kind: next(iter(secrets_in(text))).value for kind, text in TOKENS.items()}
"""What of it must never be shown."""

PLACES = {
    "table public.t": "CREATE TABLE public.t (a text DEFAULT\n'{}');",
    "domain public.d": "CREATE DOMAIN public.d AS text\nDEFAULT '{}';",
    "type public.e": "CREATE TYPE public.e AS ENUM ('one',\n'{}');",
    "view public.v": "CREATE VIEW public.v AS SELECT\n'{}' AS a;",
    "materialized view public.m": "CREATE MATERIALIZED VIEW public.m AS SELECT\n'{}' AS a;",
    "policy p on public.t": "CREATE POLICY p ON public.t USING (a =\n'{}');",
    "trigger g on public.t": (
        "CREATE TRIGGER g AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION\n"
        "supabase_functions.http_request('https://x.internal', 'POST', '{}');"
    ),
    "index public.i": "CREATE INDEX i ON public.t (a) WHERE a <>\n'{}';",
    "function public.f(text)": (
        "CREATE FUNCTION public.f(text) RETURNS text LANGUAGE plpgsql AS $body$\nBEGIN"
        " RETURN '{}'; END $body$;"
    ),
    "function public.q()": "CREATE FUNCTION public.q() RETURNS text LANGUAGE sql AS 'SELECT \n''{}''';",
    "function public.s()": "CREATE FUNCTION public.s() RETURNS int SET app.x =\n'{}' LANGUAGE sql AS '';",
    "procedure public.c()": "CREATE PROCEDURE public.c() LANGUAGE sql BEGIN ATOMIC\nSELECT '{}'; END;",
    "COMMENT ON SCHEMA public": "COMMENT ON SCHEMA public IS\n'{}';",
    "COMMENT ON COLUMN public.t.a": "COMMENT ON COLUMN public.t.a IS\n'{}';",
    "rule r on public.t": "CREATE RULE r AS ON UPDATE TO public.t DO ALSO NOTIFY n,\n'{}';",
    "server h": "CREATE SERVER h FOREIGN DATA WRAPPER w OPTIONS (x\n'{}');",
    "user mapping app on h": "CREATE USER MAPPING FOR app SERVER h OPTIONS (x\n'{}');",
    "subscription b": "CREATE SUBSCRIPTION b CONNECTION\n'{}' PUBLICATION p;",
    "ALTER SERVER h OPTIONS (SET x": "ALTER SERVER h OPTIONS (SET x\n'{}');",
    "ALTER ROLE app SET app.x": "ALTER ROLE app SET app.x =\n'{}';",
    "ALTER DATABASE postgres SET app.x TO": "ALTER DATABASE postgres SET app.x TO\n'{}';",
    "SELECT cron.schedule": "SELECT cron.schedule('x', '* * * * *',\n'{}');",
    "DO": "DO $$ BEGIN\nPERFORM '{}'; END $$;",
    "nonsense": "nonsense\n'{}';",
}
"""A statement with a secret in its second line, by what it is called."""


def secrets_of(sql: str) -> tuple[Secret, ...]:
    return read([("dump.sql", f"CREATE TABLE public.first (id int);\n{sql}".encode())]).secrets


# what is found


@pytest.mark.parametrize("kind", TOKENS)
def test_a_secret_of_each_kind_is_found_once(kind: str) -> None:
    assert [found.kind for found in secrets_in(f"before '{TOKENS[kind]}' after")] == [kind]


@settings(deadline=None)
@given(st.sampled_from(list(TOKENS)), st.sampled_from(list(PLACES)), st.integers(0, 9))
def test_a_secret_is_found_with_its_line_wherever_it_stands(kind: str, place: str, blank: int) -> None:
    text = TOKENS[kind]
    found = secrets_of("\n" * blank + PLACES[place].replace("{}", text))
    assert [(secret.kind, secret.place, secret.source.line) for secret in found] == [(kind, place, blank + 3)]
    assert VALUES[kind] not in str(found)


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(TOKENS)), max_size=8), st.data())
def test_every_secret_of_a_body_is_found_on_its_own_line(planted: list[str], data: st.DataObject) -> None:
    lines = [f"  perform '{TOKENS[kind].splitlines()[0]}';" for kind in planted if kind != "private key"]
    expected = [kind for kind in planted if kind != "private key"]
    plain = "  x := current_setting('app.jwt_secret') || md5(password) || 'Bearer ' || token;"
    at: list[int] = []
    body: list[str] = []
    for line in lines:
        body += [plain] * data.draw(st.integers(0, 3))
        at.append(len(body) + 3)
        body.append(line)
    sql = "CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql AS $$\n" + "\n".join(body) + "\n$$;"
    assert [(secret.kind, secret.source.line) for secret in secrets_of(sql)] == list(
        zip(expected, at, strict=True)
    )


@pytest.mark.parametrize(
    ("sql", "title"),
    [
        ("CREATE ROLE app LOGIN PASSWORD '{}';", "password in role app"),
        ("ALTER USER app WITH ENCRYPTED PASSWORD '{}';", "password in ALTER USER app"),
        (
            "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'u', password '{}');",
            "password in user mapping app on s",
        ),
        (
            "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_key '{}');",
            'option "api_key" in server s',
        ),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'dbname=a password={}' PUBLICATION p;",
            "password in a connection string in subscription s",
        ),
        (
            "DO $$ BEGIN EXECUTE 'CREATE USER x PASSWORD ''{}'''; END $$;",
            "password in DO",
        ),
    ],
)
def test_the_clauses_of_passwords_are_known(sql: str, title: str) -> None:
    assert [secret.title for secret in secrets_of(sql.replace("{}", PASSWORD))] == [title]


@pytest.mark.parametrize(
    "text",
    [
        "headers := jsonb_build_object('Authorization', 'Bearer {}')",
        'headers := \'{"Authorization": "Basic {}"}\'::jsonb',
        '\'{\\"apikey\\": \\"{}\\"}\'',
        "''apisecret'', ''{}''",
        "api_key constant text := '{}'",
        "stripe_secret text DEFAULT '{}'::text",
        "set_config('app.jwt_secret', '{}', false)",
        "ALTER DATABASE postgres SET \"app.settings.jwt_secret\" TO '{}'",
        "vault.create_secret('{}', 'name')",
        "aws_secret_access_key = '{}'",
        "curl -H 'X-Api-Key: {}'",
    ],
)
def test_a_value_with_the_name_of_a_secret_is_one(text: str) -> None:
    assert [found.value for found in secrets_in(text.replace("{}", RANDOM))] == [RANDOM]


@pytest.mark.parametrize(
    ("value", "kinds_found"),
    [
        ("md5" + made(32, HEXADECIMAL), ["password hash"]),
        (f"SCRAM-SHA-256$4096:{made(22)}==${made(43)}=:{made(43)}=", ["password hash"]),
        ("SCRAM-SHA-256$4096:salt", []),
    ],
)
def test_the_hash_of_a_password_is_told_from_one(value: str, kinds_found: list[str]) -> None:
    assert [secret.kind for secret in secrets_of(f"ALTER ROLE app PASSWORD '{value}';")] == kinds_found


# what is not


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@localhost/app",
        "postgresql://postgres:postgres@127.0.0.1:54322/postgres",
        "postgres://app:<password>@db.internal/app",
        "postgres://app:${DB_PASSWORD}@db.internal/app",
        "postgres://app:xxxxxxxx@db.internal/app",
        "postgres://app:your-password@db.internal/app",
        "postgres://app@db.internal:5432/app",
        "https://db.internal:5432/a@b",
        "format('postgres://%s:%s@%s', a, b, c)",
        "dblink('host=a user=b password=' || secret)",
        "host=a user=b password=secret",
        "UPDATE users SET user = 'a', password = 'Zq8vR2xLw' WHERE host = 'b'",
        "WHERE password = crypt(given, password)",
        "password text NOT NULL DEFAULT ''::text",
        "COMMENT ON COLUMN users.password IS 'bcrypt of the password'",
        "CREATE ROLE app PASSWORD NULL; ALTER ROLE app PASSWORD 'password'",
        "current_setting('app.jwt_secret')",
        "current_setting('app.settings.service_role_key', true)",
        "SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = 'service_role_key'",
        "get_secret('stripe_api_key_2')",
        "jsonb_build_object('Authorization', 'Bearer ' || key)",
        "'Authorization', 'Bearer <token>'",
        "Authorization: Bearer your-token-goes-here-123456",
        "bearer authentication_with_oauth2",
        "CHECK (kind IN ('authorization', 'oauth2_authorization_code', 'api_key', 'access_token_v2'))",
        "api_key text DEFAULT 'none', secret text, access_token varchar(255)",
        "secret uuid DEFAULT gen_random_uuid()",
        "encode(sha256('a'), 'hex') = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'",
        "id = '7d444840-9dc0-11d1-b245-5ffdce74fad2'",
        "decode('iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4', 'base64')",
        "replace(key, '-----BEGIN PRIVATE KEY-----', '')",
        "split_part(jwt, '.', 2), 'eyJ%', 'eyJhbGciOiJIUzI1NiJ9'",
        "eyJhbGciOi.eyJub3RfanNvbg.aaaaaaaaaaaaaaaaaaaaaaaa",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-your-api-key-here-0000000000000000",
        "sk-learn-model-version-2-with-a-long-name-of-many-words",
        "risk-7d444840-9dc0-11d1-b245-5ffdce74fad2, task-list-of-everything-that-is-open-2",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "msg.aaaaaaaaaaaaaaaaaaaaaa, SG.short.key",
        "sb_publishable_" + made(22) + "_" + made(8),
    ],
)
def test_what_only_looks_like_a_secret_is_none(text: str) -> None:
    assert list(secrets_in(text)) == []


def test_each_form_of_a_maker_is_tried_and_documented() -> None:
    names = {form.name for form in FORMS} | {"AWS secret key", "address of a webhook"}
    assert set(OF_MAKERS) == names
    guide = (ROOT / "docs" / "AUTHORING.md").read_text("utf-8")
    assert [name for name in names if name.rpartition(" ")[0].split()[0] not in guide] == []


@pytest.mark.parametrize(
    "text",
    [
        "key-" + made(32, HEXADECIMAL) + "0",
        "task-us12, secret_" + made(10),
        "before_" + made(8) + "_" + made(24),
        "re_calculate_everything_that_is_there",
        "aws_region_key = 'eu-west-1', commit_key: " + "0123456789" * 4,
        "secret_key = encode(digest('a', 'sha1'), 'hex') -- " + made(40, HEXADECIMAL),
        "https://hooks.zapier.com/hooks/catch/123456/abcdefgh/",
        "hf_transformers_are_models_of_language_2",
        "SKU" + made(32, HEXADECIMAL),
        "12:AA, 2026-01-01 10:00:AABB",
        "x.webhook.office.com/webhookb2/<id>",
        "AccountKey=<key>;SharedAccessKey=" + "x" * 43 + "=",
        "?sig=signature",
        "patient.record, patAAAAAAAAAAAAAA." + "0" * 64,
    ],
)
def test_what_only_begins_like_a_maker_s_key_is_none(text: str) -> None:
    assert list(secrets_in(text)) == []


def test_keys_that_everybody_has_are_none() -> None:
    local = jwt({"iss": "supabase-demo", "role": "service_role", "exp": 1983812996})
    tutorial = jwt({"sub": "1234567890", "name": "John Doe", "iat": 1516239022})
    assert list(secrets_in(f"{local} {tutorial}")) == []


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"alg": 1}, ["alg"], "alg"])
def test_three_parts_without_an_algorithm_are_no_token(header: object) -> None:
    assert list(secrets_in(jwt({"role": "service_role"}, header))) == []


@settings(deadline=None)
@given(
    st.sampled_from(
        [kind for kind in TOKENS if kind not in ("bearer token", "Slack webhook", "address of a webhook")]
    ),
    st.data(),
)
def test_a_beginning_of_a_token_is_none(kind: str, data: st.DataObject) -> None:
    text = TOKENS[kind]
    start = text.index(VALUES[kind])
    cut = data.draw(st.integers(0, 11 if "credential" in kind else 3 if "password" in kind else 17))
    assert list(secrets_in(f"'{text[: start + cut]}'")) == []


def test_data_is_not_searched_as_no_page_shows_it() -> None:
    key = TOKENS["Stripe key"]
    assert (
        secrets_of(f"INSERT INTO public.first VALUES ('{key}');\nCOPY public.first FROM stdin;\n{key}\n\\.\n")
        == ()
    )


def test_the_example_and_the_fixtures_hold_none() -> None:
    files = [
        ROOT / "schema" / "schema_backup.sql",
        *ROOT.glob("tests/**/*.sql"),
        *ROOT.glob("schema/**/*.sql"),
    ]
    texts = {path: path.read_text("utf-8") for path in [*files, *ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]}
    assert {path.name: list(secrets_in(text)) for path, text in texts.items() if any(secrets_in(text))} == {}


# how they are shown


@given(st.text(max_size=200))
def test_no_more_than_four_characters_and_a_quarter_are_shown(value: str) -> None:
    shown = masked(value).removesuffix("…")
    assert value.startswith(shown)
    assert len(shown) <= min(4, len(value) / 4)


@pytest.mark.parametrize("kind", TOKENS)
def test_a_masked_text_holds_no_secret(kind: str) -> None:
    text = without_secrets(f"before '{TOKENS[kind]}' after")
    assert VALUES[kind] not in text
    assert (text[:8], text[-7:]) == ("before '", "' after")


@given(st.text())
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert without_secrets(text) == text or any(secrets_in(text))


def test_the_signs_of_a_kind_are_in_what_it_finds() -> None:
    for kind, text in TOKENS.items():
        assert SIGN.search(text.lower()), kind


# in linear time


def repetitions(parsed: Any) -> list[tuple[str, Any]]:
    """Each repetition of a parsed pattern: how it repeats, and how often at most."""
    found = []
    for operator, argument in parsed:
        if str(operator).endswith("REPEAT"):
            found.append((str(operator), argument[1]))
        for part in argument if isinstance(argument, tuple) else ():
            for inner in part if isinstance(part, list) else [part]:
                if hasattr(inner, "getwidth"):
                    found += repetitions(inner)
    return found


def test_a_pattern_repeats_without_end_only_where_it_never_goes_back() -> None:
    parser = importlib.import_module("re._parser")
    patterns = [kind.pattern for kind in KINDS]
    patterns += [
        found
        for module in (kinds, credentials)
        for found in vars(module).values()
        if isinstance(found, re.Pattern)
    ]
    short = {credentials.OF_ROLE, credentials.IN_OPTIONS}  # They see a few hundred characters.
    for pattern in set(patterns) - short:
        for operator, most in repetitions(parser.parse(pattern.pattern, pattern.flags)):
            assert operator == "POSSESSIVE_REPEAT" or most <= 4000, pattern.pattern


# on the command line


class Project:
    """A folder with a dump and settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dump("")

    def dump(self, sql: str, settings: str = "") -> None:
        self.write("dump.sql", f"CREATE TABLE public.first (id int);\n{sql}")
        self.write("schemabook.yml", f"dumps: [dump.sql]\noutput: docs/reference\n{settings}")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, "utf-8")

    def run(self, command: str) -> Result:
        return CliRunner().invoke(cli, [command, "--config", "schemabook.yml"])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


KEY = TOKENS["Stripe key"]
IN_BODY = f"CREATE FUNCTION public.pay() RETURNS text LANGUAGE sql AS $$\nSELECT '{KEY}' $$;\n"


def test_a_check_fails_on_a_secret_and_never_shows_it(project: Project) -> None:
    project.dump(IN_BODY)
    assert project.run("build").exit_code == 0
    found = project.run("check")
    assert found.exit_code == 1
    assert "dump.sql:3: Stripe key in function public.pay(): sk_l…" in found.stdout.splitlines()
    assert "hint: " in found.stderr
    assert KEY not in found.output


def test_a_build_warns_and_writes(project: Project) -> None:
    project.dump(IN_BODY)
    found = project.run("build")
    assert found.exit_code == 0
    assert "warning: dump.sql:3: Stripe key in function public.pay(): sk_l…" in found.stderr.splitlines()
    assert KEY not in found.output
    assert (project.folder / "docs/reference/public/functions/pay.md").exists()


@pytest.mark.parametrize(
    "sql", [f"DO $$ BEGIN COMMIT; PERFORM '{KEY}'; END $$;", f"nonsense '{KEY}';", f"'{KEY}' x;"]
)
def test_what_is_not_understood_is_shown_without_it(project: Project, sql: str) -> None:
    project.dump(sql)
    assert KEY not in project.run("build").output
    assert KEY not in project.run("check").output
    shown = site_pages(load_book(load(Path("schemabook.yml"))))["receipt.md"]
    assert "Not understood" in shown
    assert KEY not in shown


def test_the_difference_of_a_page_is_held_back_while_it_may_show_a_secret(project: Project) -> None:
    project.run("build")
    project.dump(f"COMMENT ON TABLE public.first IS '{KEY}';")
    found = project.run("check")
    assert "docs/reference/public/tables/first.md: changed" in found.stdout.splitlines()
    assert KEY not in found.output.replace("\\", "")


def test_the_difference_to_a_page_that_still_has_a_secret_masks_it(project: Project) -> None:
    project.dump(IN_BODY)
    project.run("build")
    project.dump(IN_BODY.replace(KEY, "current_setting"))
    found = project.run("check")
    assert "  -SELECT 'sk_l…' " in found.stdout
    assert KEY not in found.output


@pytest.mark.parametrize("pattern", ["Stripe key in *", "* in function public.pay()", "stripe*"])
def test_the_settings_accept_a_secret_by_kind_or_object(project: Project, pattern: str) -> None:
    project.dump(IN_BODY, f'accept_secrets: ["{pattern}"]\n')
    built, checked = project.run("build"), project.run("check")
    assert checked.exit_code == 0
    assert "warning" not in built.stderr + checked.stderr


def test_a_pattern_that_fits_nothing_is_said(project: Project) -> None:
    project.dump("", 'accept_secrets:\n  - "Slack *"\n')
    project.run("build")
    found = project.run("check")
    assert found.exit_code == 0
    expected = 'warning: schemabook.yml:4: no secret fits "Slack *"; remove it from accept_secrets'
    assert expected in found.stderr.splitlines()


def test_a_public_key_is_said_and_fails_nothing(project: Project) -> None:
    project.dump(f"COMMENT ON TABLE public.first IS '{ANON_KEY}';")
    project.run("build")
    found = project.run("check")
    assert found.exit_code == 0
    assert (
        'note: dump.sql:2: Supabase key of role "anon" in COMMENT ON TABLE public.first: eyJh…'
        in found.stderr
    )
    assert ANON_KEY not in found.output


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("docs/SETUP.md", "guide SETUP.md"),
        ("notes/public.first.md", "note public.first.md"),
        ("templates/type.md.j2", "template type.md.j2"),
    ],
)
def test_files_that_become_pages_are_searched(project: Project, name: str, place: str) -> None:
    project.write("templates/schema.md.j2", '{% extends "schemabook/schema.md.j2" %}')
    project.dump("", "templates: templates\n")
    project.write(name, f"# Title\n\nThe key is {KEY}.\n")
    project.run("build")
    found = project.run("check")
    assert found.exit_code == 1
    assert f"{name}:3: Stripe key in {place}: sk_l…" in found.stdout.splitlines()
    assert KEY not in found.output


def test_the_settings_are_searched(project: Project) -> None:
    command = f"pg_dump postgres://app:{PASSWORD}@db.internal/app"
    project.dump("", f'refresh:\n  - command: "{command}"\n')
    project.run("build")
    found = project.run("check")
    assert found.exit_code == 1
    assert "schemabook.yml:4: password in a URL in settings schemabook.yml: Zq…" in found.stdout.splitlines()


# on the pages

OPTIONS = f"""
CREATE ROLE app LOGIN PASSWORD '{PASSWORD}1';
CREATE SERVER far FOREIGN DATA WRAPPER w OPTIONS (host 'far.internal', api_key '{PASSWORD}2',
    url 'postgres://app:{PASSWORD}3@far.internal/app');
CREATE USER MAPPING FOR app SERVER far OPTIONS (
    user 'reader', "password" '{PASSWORD}4', sslpassword E'{PASSWORD}5');
CREATE SUBSCRIPTION copy CONNECTION 'host=far password={PASSWORD}6' PUBLICATION p WITH (enabled = off);
"""


def test_pages_and_json_show_options_but_not_what_is_secret_in_them(project: Project) -> None:
    project.dump(OPTIONS)
    book = load_book(load(Path("schemabook.yml")))
    shown = "\n".join([*pages(book).values(), *site_pages(book).values(), to_json(book.database)])
    assert PASSWORD not in shown
    others = pages(book)["others.md"]
    assert "host 'far.internal', api_key '…'" in others
    assert "user 'reader', \"password\" '…', sslpassword '…'" in others
    assert "CREATE SUBSCRIPTION copy CONNECTION '…' PUBLICATION p WITH (enabled = off)" in others


def test_passwords_that_pages_hide_are_said_as_the_dump_has_them(project: Project) -> None:
    assert [secret.source.line for secret in secrets_of(OPTIONS)] == [3, 4, 5, 7, 7, 8]

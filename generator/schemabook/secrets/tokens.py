"""Secrets that their own form tells: prefixes of their makers, JSON Web Tokens, private keys.

The forms are what the makers' documentation and the public rules of secret scanners agree on.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from schemabook.secrets.kinds import Kind, Match, is_example, token

ANON = 'Supabase key of role "anon"'
"""Every visitor's browser has it; https://supabase.com/docs/guides/api/api-keys."""
LOCAL = "supabase-demo"
"""The issuer of the keys that `supabase start` gives to everybody."""
ROLE = re.compile(r"[A-Za-z0-9_-]{1,63}")
JWT = re.compile(
    r"(?<![\w-])(?P<value>(?P<header>e[wy][\w-]{8,4000}+)\.(?P<payload>e[wy][\w-]{2,16000}+)\.[\w-]{16,2000}+)",
    re.A,
)
PRIVATE_KEY = re.compile(
    r"(?P<value>-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z-]{1,30}: [^\n\\]{0,200}|\s|\\[nr]|'\s{0,20}+\|\|\s{0,20}+E?'){0,20}+[A-Za-z0-9+/=]{24,100}+)"
)
"""With the first line of the key: code that only takes the frame off is none."""


def _has_body(value: str) -> bool:
    """Whether there is a long run of letters with a digit, which words between hyphens are not."""
    return any(any(c.isdigit() for c in run) for run in re.findall(r"[A-Za-z0-9]{16,}+", value))


def _jwt(match: Match) -> str:
    """The token's name, with its role; empty where it is none, or a well-known one."""
    header, payload = _decoded(match["header"]), _decoded(match["payload"])
    if not isinstance(header.get("alg"), str) or payload.get("iss") == LOCAL or not payload:
        return ""
    if payload.get("name") == "John Doe":  # The example of jwt.io, known to every tutorial.
        return ""
    role = payload.get("role")
    if not isinstance(role, str) or not ROLE.fullmatch(role):
        return "JSON Web Token"
    is_key = payload.get("iss") == "supabase" or role in ("anon", "service_role")
    return f'{"Supabase key" if is_key else "JSON Web Token"} of role "{role}"'


def _decoded(part: str) -> dict[str, Any]:
    """The JSON object in a part of a token; empty where there is none."""
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


TOKENS = (
    Kind((".ey", ".ew"), JWT, _jwt),
    Kind(("private key",), PRIVATE_KEY, lambda match: "" if is_example(match["value"]) else "private key"),
    token("Supabase secret key", "sb_secret_", r"sb_secret_[A-Za-z0-9_-]{20,100}+"),
    token("Supabase access token", "sbp_", r"sbp_(?:oauth_)?[0-9a-f]{40}"),
    token("AWS access key", "akia asia", r"(?:AKIA|ASIA)[A-Z2-7]{16}"),
    token("Google API key", "aiza", r"AIza[A-Za-z0-9_-]{35}"),
    token("Google client secret", "gocspx-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    token("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,251}+"),
    token("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{82}"),
    token("GitLab token", "glpat-", r"glpat-[A-Za-z0-9_-]{20,100}+"),
    token("Slack token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{20,250}+", _has_body),
    token(
        "Slack webhook",
        "hooks.slack.com",
        r"[A-Za-z0-9+/]{40,80}+",
        before=r"hooks\.slack\.com/(?:services|workflows|triggers)/",
    ),
    token("Discord webhook", "/api/webhooks/", r"[A-Za-z0-9_-]{60,80}+", before=r"/api/webhooks/\d{17,20}+/"),
    token("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}+"),
    token("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/]{24,100}+"),
    token('API key "sk-…"', "sk-", r"sk-[A-Za-z0-9_-]{20,300}+", _has_body),
    token("SendGrid key", "sg.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
)

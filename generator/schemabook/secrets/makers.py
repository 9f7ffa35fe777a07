"""Keys and tokens whose makers begin them with letters of their own: one row a form.

The forms are what the makers' documentation and the public rules of secret scanners agree on.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from schemabook.secrets.kinds import WORD, Kind, called, is_password, is_random, token


class Form(NamedTuple):
    """What a maker's keys look like."""

    name: str
    signs: str
    """One of these words is in every text that holds such a key; in lower case."""
    pattern: str
    before: str = WORD
    """What comes before the key."""


HEX = "[0-9a-f]"
UUID = rf"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}"
FORMS = (
    Form("Age secret key", "age-secret-key-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    Form("Airtable token", "pat", rf"pat[A-Za-z0-9]{{14}}\.{HEX}{{64}}"),
    Form("Atlassian token", "atatt3", r"ATATT3[A-Za-z0-9_=-]{180,240}+"),
    Form("Azure account key", "accountkey=", r"[A-Za-z0-9+/]{86}==", r"(?i:AccountKey)="),
    Form("Azure shared access key", "sharedaccesskey=", r"[A-Za-z0-9+/]{43}=", r"(?i:SharedAccessKey)="),
    Form("Azure signature", "sig=", r"[A-Za-z0-9%/+_-]{40,100}+=?", r"[?&]sig="),
    Form("Brevo key", "xkeysib-", rf"xkeysib-{HEX}{{64}}-[A-Za-z0-9]{{16}}"),
    Form("Databricks token", "dapi", rf"dapi{HEX}{{32}}(?:-\d)?"),
    Form("DigitalOcean token", "doo_v1_ dop_v1_ dor_v1_", rf"do[opr]_v1_{HEX}{{64}}"),
    Form("Docker token", "dckr_", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,60}+"),
    Form(
        "Doppler token", "dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{1,40}+\.)?[A-Za-z0-9]{40,44}+"
    ),
    Form(
        "Grafana token",
        "glsa_ glc_",
        rf"(?:glsa_[A-Za-z0-9]{{32}}_{HEX}{{8}}|glc_[A-Za-z0-9+/]{{32,400}}+=*+)",
    ),
    Form("Groq key", "gsk_", r"gsk_[A-Za-z0-9]{52}"),
    Form("Heroku key", "hrku-", r"HRKU-(?:AA[A-Za-z0-9_-]{58}|" + UUID + ")"),
    Form("Hugging Face token", "hf_ api_org_", r"(?:hf_|api_org_)[A-Za-z0-9]{34}"),
    Form("Linear key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}"),
    Form("Mailchimp key", "-us", rf"{HEX}{{32}}-us\d{{1,2}}"),
    Form("Mailgun key", "key-", rf"(?:pub)?key-{HEX}{{32}}"),
    Form("Mapbox secret token", "sk.ey", r"sk\.ey[A-Za-z0-9_-]{40,200}+\.[A-Za-z0-9_-]{22}"),
    Form("Neon key", "napi_", r"napi_[a-z0-9]{50,80}+"),
    Form("New Relic key", "nrak-", r"NRAK-[A-Z0-9]{27}"),
    Form("Notion token", "ntn_ secret_", r"(?:ntn_\d{11}[A-Za-z0-9]{32,35}+|secret_[A-Za-z0-9]{43})"),
    Form("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    Form("Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{48}"),
    Form("Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9_]{60,80}+"),
    Form("PlanetScale token", "pscale_", r"pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_.=-]{32,64}+"),
    Form("PostHog key", "phx_", r"phx_[A-Za-z0-9]{43,48}+"),
    Form("PyPI token", "pypi-ageichlwas5vcmc", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,400}+"),
    Form("Razorpay key", "rzp_live_", r"rzp_live_[A-Za-z0-9]{14}"),
    Form("Replicate token", "r8_", r"r8_[A-Za-z0-9]{37}"),
    Form("Resend key", "re_", r"re_[A-Za-z0-9]{8,12}+_[A-Za-z0-9]{20,32}+"),
    Form("Sentry token", "sntryu_ sntrys_", rf"(?:sntryu_{HEX}{{64}}|sntrys_eyJ[A-Za-z0-9_=/+]{{60,400}}+)"),
    Form("Shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    Form("Square token", "sq0atp- sq0csp-", r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,60}+"),
    Form(
        "Tailscale key",
        "tskey-",
        r"tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{8,30}+-[A-Za-z0-9]{24,40}+",
    ),
    Form(
        "Teams webhook",
        "webhook.office.com",
        rf"{HEX}{{32}}/{UUID}(?:/[A-Za-z0-9_-]{{1,80}}+)?",
        (rf"webhook\.office\.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/"),
    ),
    Form("Telegram token", ":aa", r"\d{8,10}:AA[A-Za-z0-9_-]{32,33}", r"(?:(?<![A-Za-z0-9_-])|(?<=/bot))"),
    Form("Terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}+"),
    Form("Twilio key", " ".join(f"sk{first}" for first in "0123456789abcdef"), rf"SK{HEX}{{32}}"),
    Form("Vault token", "hvs. hvb.", r"hv[sb]\.[A-Za-z0-9_-]{24,300}+"),
    Form("Vercel token", "vercel_blob_rw_", r"vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}"),
    Form("xAI key", "xai-", r"xai-[A-Za-z0-9]{80}"),
)
AWS_SECRET_KEY = re.compile(
    r"(?:aws|s3|secret)[\w.-]{0,30}?key\w{0,10}+(?:\\?[\"'])*+\s{0,8}+(?:=>|:=|=|:|,|\bto\b|\bdefault\b)\s{0,8}+"
    r"(?:\\?[\"'])*+(?P<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    re.I,
)
"""Forty letters of no form: only the words before them tell what they are."""
HOOK = re.compile(
    r"(?:hooks\.zapier\.com/hooks/(?:catch|standard)/\d{1,12}+/|\bhook\.(?:[a-z0-9]{1,8}+\.)?make\.com/"
    r"|maker\.ifttt\.com/trigger/[\w-]{1,80}+/(?:json/)?with/key/)(?P<value>[A-Za-z0-9_-]{5,80}+)",
    re.I,
)
"""Addresses that whoever knows them may call."""


def _has_digit(value: str) -> bool:
    return any(c.isdigit() for c in value)


def _is_mixed(value: str) -> bool:
    return any(c.isupper() for c in value) and any(c.islower() for c in value) and is_random(value)


MAKERS = (
    *(token(form.name, form.signs, form.pattern, _has_digit, before=form.before) for form in FORMS),
    Kind(("aws", "s3", "secret"), AWS_SECRET_KEY, called("AWS secret key", _is_mixed)),
    Kind(
        ("hooks.zapier.com", "make.com", "maker.ifttt.com"), HOOK, called("address of a webhook", is_password)
    ),
)

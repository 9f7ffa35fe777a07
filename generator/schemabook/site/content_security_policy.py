"""The Content-Security-Policy that the site works with: nothing but its files and the scripts of its theme.

https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

FILE = "content-security-policy.txt"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)


class ContentSecurityPolicy:
    """What the pages of one build need."""

    def __init__(self) -> None:
        self.hashes: set[str] = set()
        """The inline scripts that are allowed."""

    @property
    def header(self) -> str:
        """The value of the header, on one line."""
        scripts = " ".join(["script-src 'self'", *sorted(self.hashes)])
        # The theme's icons are pictures in its style sheet.
        return f"default-src 'self'; {scripts}; img-src 'self' data:; base-uri 'none'; form-action 'none'\n"


def scripts(html: str, content: str = "") -> list[str]:
    """The digests of the inline scripts of a page, but of none in the *content*, which is a schema's."""
    around = html.replace(content, "") if content else html
    return sorted(map(_hash, INLINE_SCRIPT.findall(around)))


@cache
def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode('utf-8')).digest()).decode('ascii')}'"

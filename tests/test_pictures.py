"""The pictures of the README and of the first page are there, light and dark, and small."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from pictures import MOST_BYTES, PICTURES, SCHEMES, TAKEN

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"assets/pictures/([\w-]+\.webp)")


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_each_picture_is_shown_light_and_dark(page: str) -> None:
    named = NAMED.findall((ROOT / page).read_text())
    assert sorted(named) == sorted(
        f"{picture.name}-{scheme}.webp" for picture, scheme in product(TAKEN, SCHEMES)
    )


def test_they_are_webp_and_weigh_no_more_than_a_page_should() -> None:
    files = {file.name: file.read_bytes() for file in PICTURES.iterdir()}
    assert files.keys() == {f"{picture.name}-{scheme}.webp" for picture, scheme in product(TAKEN, SCHEMES)}
    assert all(content[:4] == b"RIFF" and content[8:12] == b"WEBP" for content in files.values())
    assert sum(map(len, files.values())) <= MOST_BYTES

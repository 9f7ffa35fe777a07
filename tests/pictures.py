"""Takes the pictures of the README and of the first page from the example: `make pictures`, before a release.

    python tests/pictures.py

A copy of the repository has a change of the schema that the page of changes tells. Chromium takes each
picture light and dark, as WebP, into docs/assets/pictures. Exit 1 when they weigh more than a page should.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal, NamedTuple

from conftest import CHROMIUM, FLAGS
from playwright.sync_api import Page, ViewportSize, sync_playwright
from pull_requests import cleaned, loosened

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "assets" / "pictures"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST_BYTES = 400_000
"""Of all pictures together."""
QUALITY = 50
SIZE: ViewportSize = {"width": 1240, "height": 740}


class Picture(NamedTuple):
    """A page, and what is typed into its search."""

    name: str
    page: str
    typed: str = ""


TAKEN = (
    Picture("table", "reference/public/tables/content.html"),
    Picture("map", "reference/map.html"),
    Picture("search", "reference/public/tables/content.html", typed="stories"),
    Picture("review", "reference/what-changed.html"),
)


def main() -> int:
    """Takes all pictures; 1 where they weigh too much."""
    with tempfile.TemporaryDirectory() as folder:
        site = _site(Path(folder) / "example")
        PICTURES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for scheme in SCHEMES:
                for picture in TAKEN:
                    page = browser.new_page(viewport=SIZE, color_scheme=scheme)
                    (PICTURES / f"{picture.name}-{scheme}.webp").write_bytes(_taken(page, site, picture))
                    page.close()
            browser.close()
    weight = sum(file.stat().st_size for file in PICTURES.iterdir())
    print(f"{len(TAKEN) * len(SCHEMES)} pictures, {weight // 1000} kB")
    return int(weight > MOST_BYTES)


def _site(copy: Path) -> Path:
    """The site of the example, compared with what it was before the change."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    as_somebody = ["-c", "user.name=example", "-c", "user.email=example@example.org"]
    for words in (["init", "-q"], ["add", "."], [*as_somebody, "commit", "-q", "-m", "Before"]):
        subprocess.run(["git", *words], cwd=copy, check=True)
    dump = copy / "schema" / "schema_backup.sql"
    dump.write_text(loosened(cleaned(dump.read_text())))
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(mkdocs, cwd=copy, check=True, env={**os.environ, "SCHEMABOOK_COMPARE": "HEAD"})
    return copy / "site"


def _taken(page: Page, site: Path, picture: Picture) -> bytes:
    """The picture, as WebP, which only Chromium's own protocol takes."""
    page.goto((site / picture.page).as_uri())
    if picture.typed:
        page.keyboard.press("/")
        page.keyboard.type(picture.typed)
    page.wait_for_timeout(1500)
    protocol = page.context.new_cdp_session(page)
    found = protocol.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(found["data"])


if __name__ == "__main__":
    sys.exit(main())

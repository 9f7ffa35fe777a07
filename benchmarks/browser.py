"""What a browser takes for the map and for Mermaid; Chromium without a graphics card, in software."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from schemabook.site.relation_map import COLUMNS, DATA, assets, map_element

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu"]
MOVES = {
    "pan": "s.pan(i % 40 < 20 ? -12 : 12, i % 2)",
    "zoom": "s.zoom(i % 60 < 30 ? 1.05 : 1 / 1.05, 500, 400)",
}
WORK = """move => new Promise(done => {
  const s = document.querySelector('.sb-map').viewer.stage, times = []; let i = 0, last = 0;
  const step = now => { if (last) times.push(now - last); last = now;
    if (i++ >= 120) return done(times); new Function('s', 'i', move)(s, i); requestAnimationFrame(step); };
  requestAnimationFrame(step); })"""
DRAW = """text => { mermaid.initialize({startOnLoad: false, maxTextSize: 1e8, maxEdges: 1e6});
  const start = performance.now(), done = result => { window.result = result; };
  mermaid.render('m', text).then(made => { const at = document.querySelector('#x'); at.innerHTML = made.svg;
    const box = at.querySelector('svg').viewBox.baseVal;
    done([performance.now() - start, box.width, box.height]); }, error => done(String(error))); }"""


@contextmanager
def page_of(html: str, **files: str) -> Iterator[Page]:
    """A page with these files beside it, opened from disk."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, text in {"index.html": f"<!doctype html><body>{html}", **files}.items():
            Path(folder, name).write_text(text, "utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 940})
        page.goto(Path(folder, "index.html").as_uri())
        yield page
        browser.close()


def frames(data: str, columns: str) -> Iterator[str]:
    """How long until the map is seen, and the milliseconds of a frame while it is moved, in each mode."""
    if not CHROMIUM:
        yield "Chromium: not installed, skipped"
        return
    with page_of(
        map_element("./", "./", ".html"), **dict(assets()), **{DATA: data, COLUMNS: columns}
    ) as page:
        page.wait_for_selector("[data-ready]")
        yield f"ready after {page.evaluate('performance.now()'):.0f} ms"
        for mode in ("names", "columns"):
            page.evaluate("mode => document.querySelector('.sb-map').viewer.setMode(mode)", mode)
            page.wait_for_timeout(500)
            for place, scale in (("whole", 0), ("near", 0.8)):
                page.evaluate(
                    "scale => { const s = document.querySelector('.sb-map').viewer.stage;"
                    " if (scale) s.goTo(s.extent().width / 3, s.extent().height / 3, scale); else s.fit(); }",
                    scale,
                )
                page.wait_for_timeout(300)
                yield f"{mode}, {place}: " + ", ".join(_timed(page, move) for move in MOVES)


def _timed(page: Page, move: str) -> str:
    times = page.evaluate(WORK, MOVES[move])
    return f"{move} {statistics.mean(times):.0f} ms a frame, the slowest of twenty {sorted(times)[-6]:.0f}"


def mermaid(text: str, patience: int) -> str:
    """Mermaid's layout and drawing of a diagram; MERMAID names the folder of Node that has it."""
    script = Path(os.environ.get("MERMAID", ""), "node_modules/mermaid/dist/mermaid.min.js")
    if not script.is_file() or not CHROMIUM:
        return "Mermaid: not installed, or MERMAID does not name its folder; skipped"
    start = time.perf_counter()
    with page_of("<div id=x></div>") as page:
        page.add_script_tag(path=script)
        page.evaluate(DRAW, text)
        try:
            page.wait_for_function("window.result", timeout=patience * 1000)
        except Exception as error:  # it crashed, or the time is over
            return f"Mermaid: {type(error).__name__} after {time.perf_counter() - start:.0f} s"
        result = page.evaluate("window.result")
    if isinstance(result, str):
        return f"Mermaid: {result[:80]}"
    seconds, width, height = result[0] / 1000, result[1], result[2]
    return f"Mermaid: {seconds:.2f} s, {width:.0f} × {height:.0f}, {width / height:.2f} : 1"

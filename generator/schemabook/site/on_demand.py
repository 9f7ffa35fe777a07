"""A site that is served: after a change, what a browser asks for is made when it does.

Nobody waits for a thousand pages to see one. What a build gives this is written by the first request for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import RLock
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.livereload import LiveReloadServer
from mkdocs.utils import write_file

LOG = logging.getLogger("mkdocs.plugins.schemabook")


class OnDemand:
    """The files of the last build that nobody has asked for yet."""

    def __init__(self, server: LiveReloadServer) -> None:
        self.lock = RLock()
        """Held while the site is built."""
        self.server, self.answer = server, server.serve_request
        self.waiting: dict[str, Callable[[], None]] = {}
        """What writes each."""
        server.set_app(self)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers a request as WSGI has it (PEP 3333), which MkDocs' server speaks."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        self._make(path)
        head: list[Any] = []
        body = self.answer(environ, lambda *given: head.extend(given))
        if head[0].startswith("404") and self._make(path):  # A build has come in between.
            return self.answer(environ, start_response)
        start_response(*head)
        return body

    def _make(self, path: str) -> bool:
        """Makes the file of a path; whether there was one to make."""
        file = path.removeprefix(self.server.mount_path).lstrip("/")
        return any(self.make(name) for name in (file, f"{file}index.html", f"{file}/index.html"))

    def make(self, file: str) -> bool:
        """The same by its path in the site; what is wrong with it is logged."""
        with self.lock:
            if not (make := self.waiting.get(file)):
                return False
            try:
                make()
            except BuildError as error:
                LOG.error(str(error))
                return False
            self.waiting.pop(file, None)
        return True


def write_text(config: MkDocsConfig, path: str, texts: Mapping[str, str], name: str) -> None:
    """Writes the text of a name at a path of the site."""
    write_file(texts[name].encode("utf-8", "replace"), str(Path(config.site_dir, path)))

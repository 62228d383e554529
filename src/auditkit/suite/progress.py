"""Shows how far the notebooks are: one live line each on a terminal, plain lines elsewhere."""

import sys
import threading
import time
from typing import TextIO

from auditkit.suite.shelf import Notebook


class Progress:
    """Where each notebook of a run stands; its methods may be called from any thread."""

    def __init__(self, notebooks: list[Notebook], stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._lines = {notebook.name: "waiting" for notebook in notebooks}
        self._cells = {notebook.name: notebook.cells + 1 for notebook in notebooks}  # one is injected
        self._started: dict[str, float] = {}
        self._width = max(map(len, self._lines))
        self._lock = threading.Lock()
        self._drawn = False
        if self._live:
            self._draw()

    def start(self, name: str) -> None:
        self._started[name] = time.monotonic()
        self._say(name, "started")

    def cell(self, name: str, index: int) -> None:
        if self._live:
            done, cells = index, self._cells[name]
            bar = "=" * (20 * done // cells)
            self._say(name, f"[{bar:<20}] cell {done + 1} of {cells}")

    def done(self, name: str) -> None:
        self._say(name, f"done in {time.monotonic() - self._started[name]:.1f} s")

    def failed(self, name: str) -> None:
        self._say(name, "stopped")

    def _say(self, name: str, words: str) -> None:
        with self._lock:
            self._lines[name] = words
            if self._live:
                self._draw()
            else:
                print(f"{name:<{self._width}}  {words}", file=self._stream, flush=True)

    def _draw(self) -> None:
        up = f"\x1b[{len(self._lines)}A" if self._drawn else ""
        body = "".join(f"\x1b[2K{name:<{self._width}}  {words}\n" for name, words in self._lines.items())
        self._stream.write(up + body)
        self._stream.flush()
        self._drawn = True

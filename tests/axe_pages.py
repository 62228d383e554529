"""axe-core over finished pages, in Chromium, with the network watched.

axe-core comes with the package axe-playwright-python. Pages open without scripts of their own; axe is handed to
them from outside. The rows of a table are made by one function, and a thousand of them take axe as many times
longer as two: each table and list is cut to its first rows. `publish.lint` looks at every row.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
_AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
_FEW_ROWS = """document.querySelectorAll(
    'tbody tr:nth-child(n+2), li:nth-child(n+3), footer dl > div:nth-child(n+3)').forEach(one => one.remove())"""
_RUN = """rules => axe.run(Object.assign({resultTypes: ['violations']}, rules)).then(found => found.violations.map(
    fault => `${fault.id}: ${fault.help} (${fault.nodes.length}): ${fault.nodes[0].html.slice(0, 160)}`))"""
_CONTRAST = {"runOnly": ["color-contrast"]}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def faults(browser: Browser, paths: Iterable[Path], dark: bool = False) -> dict[str, list[str]]:
    """What axe-core finds on each page, and each request that is not for the page itself; {} when nothing.

    dark: look at the contrast of the dark page as well. All pages share one style sheet.
    """
    page, asked = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("request", lambda request: asked.append(request.url))
    found = {}
    for path in paths:
        asked.clear()
        page.emulate_media(color_scheme="light")
        page.goto(path.as_uri())
        page.evaluate(_AXE.read_text(encoding="utf-8"))
        page.evaluate(_FEW_ROWS)
        sentences = page.evaluate(_RUN, {})
        if dark:
            page.emulate_media(color_scheme="dark")
            sentences += [f"dark: {sentence}" for sentence in page.evaluate(_RUN, _CONTRAST)]
        sentences += [f"asks for {url}" for url in asked if url != path.as_uri()]
        if sentences:
            found[path.name] = sentences
    page.close()
    return found

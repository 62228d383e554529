"""Pictures of the pages of a run and its releases for looking at: `make screens`, or screens.py RUN.

Light, dark, printed, 320 pixels wide (400 percent of 1,280) and with forced colours; the first screen of each.
"""

import sys
from pathlib import Path

from axe_pages import chromium

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "print": {"media": "print"},
    "narrow": {"color_scheme": "light"},
    "forced": {"forced_colors": "active"},
}
NARROW, WIDE = {"width": 320, "height": 1280}, {"width": 1280, "height": 1800}


def main(run: str) -> None:
    """Write outputs/screens/<page>_<look>.png for every page of a run and of its releases."""
    outputs = Path("outputs").resolve()
    pages = sorted((outputs / run).rglob("*.html")) + sorted((outputs / "releases").glob(f"{run}_*/*.html"))
    folder = outputs / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for path in pages:
            for look, media in LOOKS.items():
                page = browser.new_page(viewport=NARROW if look == "narrow" else WIDE)
                page.emulate_media(**media)
                page.goto(path.as_uri())
                page.screenshot(path=folder / f"{path.stem}_{look}.png")
                page.close()
    print(f"{len(pages) * len(LOOKS)} pictures of {len(pages)} pages in {folder}.")


if __name__ == "__main__":
    main(sys.argv[1])

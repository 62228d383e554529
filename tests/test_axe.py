"""The share edition in Chromium: axe-core, keyboard, narrow and enlarged, forced colours, and no request."""

import pytest
from axe_pages import CHROMIUM, chromium, faults
from share_runs import make_run

from auditkit.suite.share import share

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")

FAULTY = """<!DOCTYPE html><html><head><style>p { color: #ccc }
@media (prefers-color-scheme: dark) { body { background: #222 } p { color: #333 } }</style></head>
<body><p>pale</p><img src="https://example.org/tracker.png"></body></html>"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """The page of a share edition, alone in a folder, as it lies in a reader's mail."""
    made = share(str(make_run(tmp_path_factory.mktemp("outputs"))), "shared")
    alone = tmp_path_factory.mktemp("mail") / "edition.html"
    alone.write_bytes((made.folder / f"{made.release.name}.html").read_bytes())
    return alone


@pytest.fixture
def page(browser, page_file):
    opened = browser.new_page(viewport={"width": 320, "height": 640})
    opened.goto(page_file.as_uri())
    yield opened
    opened.close()


def test_axe_finds_nothing_on_the_share_edition(browser, page_file):
    assert faults(browser, [page_file], dark=True) == {}


def test_axe_finds_what_is_wrong_and_the_watch_sees_a_request(browser, tmp_path):
    """A page with a picture from outside, without alternative text, language and title, and with pale text."""
    (tmp_path / "faulty.html").write_text(FAULTY, encoding="utf-8")
    found = " ".join(faults(browser, [tmp_path / "faulty.html"], dark=True)["faulty.html"])
    for word in ("image-alt", "html-has-lang", "document-title", " color-contrast", "dark: color-contrast",
                 "asks for https://example.org/tracker.png"):  # fmt: skip
        assert word in found


def test_at_320_pixels_only_tables_and_figures_scroll_sideways(page):
    """WCAG 1.4.10: 320 pixels are 1,280 at 400 percent; a table of data may scroll in itself."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    outside = """[...document.querySelectorAll('main p, main li, main h2, main h3, header *, footer li, footer dd')].filter(
        one => !one.closest('.table-scroll, .figure-scroll') && one.getBoundingClientRect().right > 321).length"""
    assert page.evaluate(outside) == 0


def test_text_may_be_spaced_out(page):
    """WCAG 1.4.12: line height 1.5, letters 0.12 em, words 0.16 em, paragraphs 2 em; no text is cut off."""
    page.evaluate("""() => document.querySelectorAll('body *').forEach(one => {
        one.style.lineHeight = '1.5'; one.style.letterSpacing = '0.12em'; one.style.wordSpacing = '0.16em'; })""")
    cut = """[...document.querySelectorAll('main *, header *, footer *')].filter(one => !one.closest('svg')
        && getComputedStyle(one).overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1).length"""
    assert page.evaluate(cut) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_everything_and_is_never_caught(page):
    """The skip link comes first and is then seen; every link, table and figure is reached once, in order."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    wanted = page.evaluate("document.querySelectorAll(`a[href], summary, [tabindex='0']`).length")
    closed = page.evaluate("document.querySelectorAll(`details:not([open]) [tabindex='0']`).length")
    reached = 1
    while reached <= wanted:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached += 1
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == wanted - closed


def test_with_forced_colours_nothing_is_told_by_a_background(page):
    """The reader's own colours replace ours: words for what is suppressed and marks of figures stay."""
    page.emulate_media(forced_colors="active")
    assert page.get_by_text("suppressed (1-10)").first.is_visible()
    marks = "[...document.querySelectorAll('svg [style*=stroke]')].some(one => getComputedStyle(one).stroke !== 'none')"
    assert page.evaluate(marks)


def test_printed_it_shows_the_numbers_under_each_figure(page):
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.table-scroll')).overflowX") == "visible"
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).position") == "static"

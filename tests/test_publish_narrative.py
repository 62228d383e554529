"""An executed notebook as a self-contained, accessible narrative."""

import re

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from auditkit.errors import InputError
from auditkit.publish import markup, prose
from auditkit.publish.figures import margin_distribution
from auditkit.publish.lint import lint_html
from auditkit.publish.narrative import NarrativeExporter, render_narrative
from auditkit.publish.vector import svg_markup

FACTS = {
    "plan": "Sample Health Plan",
    "contracts": ["H9901"],
    "period": "2026-07-01 to 2026-09-30",
    "run": "sample-2026q3",
    "rules_version": "1a2b3c4d5e6f",
    "snapshot": "abc123",
    "synthetic": True,
    "policies": {"dismissals": "reported"},
    "unverified": ["34 columns are recalled."],
}
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>"


def shown(html: str) -> dict:
    return new_output("display_data", data={"text/html": html, "text/plain": "plain"})


def notebook() -> nbformat.NotebookNode:
    """A notebook as it stands after execution: prose, a table, a figure, noise and an attack."""
    margins = pd.DataFrame({"margin": [-1, 0, 2], "cases": [4, 30, 60]})
    drawing = svg_markup(margin_distribution(margins), "Margin", "Four of 94 cases end after their deadline.")
    figure = f"<figure>{drawing}{markup.table_html(margins, 'Numbers')}</figure>"
    cells = [
        new_markdown_cell("# Timeliness\n\nWhat the **quarter** shows."),
        new_code_cell(
            "secret_code()",
            outputs=[
                new_output("stream", name="stderr", text="a warning"),
                new_output("stream", name="stdout", text="12 rows <read>\n"),
            ],
        ),
        new_markdown_cell("#### Skips two levels\n\n# A second first level"),
        new_code_cell("x", outputs=[shown(figure), shown(f"<h1>loud</h1>{ATTACK}<p onclick='x()'>kept</p>")]),
        new_code_cell("y", outputs=[shown(markup.table_html(pd.DataFrame({"text": [ATTACK]}), "Free text"))]),
        new_code_cell(
            "z", outputs=[new_output("error", ename="E", evalue="member 123", traceback=["/home/me"])]
        ),
    ]
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def html() -> str:
    return NarrativeExporter().from_notebook_node(notebook(), {"facts": FACTS})[0]


def test_the_narrative_passes_its_own_lint(html):
    assert lint_html(html) == []


def test_title_and_landmarks_name_report_plan_and_period(html):
    page = BeautifulSoup(html, "html.parser")
    assert page.title.get_text() == "Timeliness, Sample Health Plan, 2026-07-01 to 2026-09-30"
    assert page.html["lang"] == "en"
    assert page.h1.get_text() == "Timeliness"
    assert page.find("a")["href"] == "#main" and page.main["id"] == "main"


def test_levels_are_mended_and_listed(html):
    page = BeautifulSoup(html, "html.parser")
    assert [(tag.name, tag.get_text()) for tag in page.main.find_all(re.compile("h[1-6]"))] == [
        ("h2", "Skips two levels"),
        ("h2", "A second first level"),
    ]
    targets = [link["href"][1:] for link in page.nav.find_all("a")]
    assert len(targets) == 2 and all(page.find(id=name) for name in targets)


def test_code_noise_and_tracebacks_stay_out(html):
    for left_out in ("secret_code", "a warning", "member 123", "/home/me"):
        assert left_out not in html
    assert "12 rows &lt;read&gt;" in html and "This step of the notebook failed" in html


def test_an_attack_in_data_is_harmless(html):
    page = BeautifulSoup(html, "html.parser")
    assert page.find("script") is None
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert not page.find_all(href=re.compile("javascript"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html  # the free text itself is still to be read
    assert page.find("p", string="kept") is not None


def test_the_policy_forbids_scripts_and_outside_calls(html):
    policy = BeautifulSoup(html, "html.parser").find("meta", attrs={"http-equiv": True})["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert "http://" not in html and "https://" not in html


def test_the_drawing_keeps_its_parts(html):
    drawing = html[html.index("<svg") : html.index("</svg>")]
    for part in (
        "viewBox=",
        "<clipPath",
        "patternUnits=",
        'clip-path="url(#margin-',
        "<title",
        "currentColor",
    ):
        assert part in drawing


def test_the_footer_says_what_the_numbers_rest_on(html):
    footer = BeautifulSoup(html, "html.parser").footer.get_text(" ")
    for fact in (
        "sample-2026q3",
        "1a2b3c4d5e6f",
        "abc123",
        "working",
        "34 columns are recalled.",
        "another format",
    ):
        assert fact in footer


def test_the_file_is_whole_and_the_same_every_time(tmp_path):
    source, target = tmp_path / "10.ipynb", tmp_path / "narratives" / "10.html"
    nbformat.write(notebook(), source)
    render_narrative(source, target, FACTS)
    first = target.read_bytes()
    render_narrative(source, target, FACTS)
    assert target.read_bytes() == first
    assert [path.name for path in target.parent.iterdir()] == ["10.html"]


def _luminance(colour: str) -> float:
    """Relative luminance of a colour written #rrggbb, WCAG 2.1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_colour_contrasts_with_its_page(html):
    palettes = [
        dict(re.findall(r"--(\w+): (#\w{6});", block)) for block in re.findall(r":root \{[^}]*", html)
    ]
    assert len(palettes) == 3  # light, dark, print
    for palette in palettes:
        for ground in ("page", "band"):
            for text in ("ink", "muted", "accent", "caution", "error", "done"):
                low, high = sorted((_luminance(palette[ground]), _luminance(palette[text])))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)  # WCAG 1.4.3


def test_missing_facts_are_said_to_be_missing():
    html = NarrativeExporter().from_notebook_node(new_notebook(cells=[new_markdown_cell("# T")]), {})[0]
    assert "not stated" in html


def test_a_missing_notebook_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="no such notebook"):
        render_narrative(tmp_path / "x.ipynb", tmp_path / "x.html", FACTS)


def test_markdown_cannot_carry_html():
    page = prose.read_page(
        new_notebook(cells=[new_markdown_cell("# T <script>x</script>\n\n<iframe src='http://e'>")])
    )
    assert "<script" not in page.title and "<iframe" not in "".join(page.parts)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('lang="en"', "", "W-01: the page does not state its language."),
        ("<h1>Timeliness</h1>", "", "W-02: 0 first-level headings"),
        ('href="#main"', 'href="#nowhere"', "W-02: the first link does not skip"),
        ("<caption>Free text</caption>", "", "W-03: table 2 has no caption."),
        ('scope="row"', "", "has a header cell without scope."),
        ('role="img"', "", "W-04: a drawing has no title and description"),
        ("</main>", "<img src='data:x' alt='figure'></main>", "W-04: an image has no alternative text."),
        ("</main>", "<img src='data:x' alt='A real one'></main>", "W-11: an image made of pixels"),
        ("</main>", "<script>1</script></main>", "W-12: <script> is not allowed."),
        ("</main>", "<p onclick='x'>x</p></main>", "W-12: <p> has the event handler onclick."),
        ("</main>", "<a href='https://example.org'>x</a></main>", "W-12: <a> points outside the file."),
        ("default-src 'none'", "default-src *", "W-12: no content security policy"),
        ("</main>", "<p id='main'>x</p></main>", "The id main is used twice."),
    ],
)
def test_the_lint_sees_each_fault(html, before, after, fault):
    assert before in html
    assert any(fault in found for found in lint_html(html.replace(before, after)))

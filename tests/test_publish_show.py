"""Tables, figures, facts and remarks as a notebook shows them."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from auditkit.errors import InputError
from auditkit.publish import figures, house, markup, show
from auditkit.publish.vector import svg_markup

WEEKS = pd.DataFrame(
    {
        "week": ["2026/07/06", "2026/07/13", "2026/07/20"],
        "timely": [180, 190, 175],
        "late": [3, 0, 9],
        "not_testable": [1, 2, 0],
        "median": [3.0, 2.5, 4.0],
        "slowest": [9, 7, 12],
    }
)
ALT = "The slowest case passes the limit of 7 days in the first and the third week."


@pytest.fixture
def shown(monkeypatch):
    """What the calls of a test display, as the bundles a notebook would store."""
    bundles = []
    monkeypatch.setattr(show, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_table_has_a_caption_scopes_and_units(shown):
    frame = pd.DataFrame({"delegate": ["Northfield", "Harbor"], "cases": [12840, 7], "share": [0.5, 0.25]})
    show.show_table(frame, "Cases by delegate", note="Counted by receipt.", units={"share": "of 1"})
    page = BeautifulSoup(shown[0]["text/html"], "html.parser")
    assert page.caption.get_text() == "Cases by delegate"
    assert [head["scope"] for head in page.find_all("th")] == ["col", "col", "col", "row", "row"]
    assert page.find_all("th")[2].get_text() == "share (of 1)"
    assert [cell.get_text() for cell in page.find_all("td")] == ["12,840", "0.50", "7", "0.25"]
    assert page.find("div", role="region")["tabindex"] == "0"
    assert shown[0]["text/plain"].splitlines()[1] == "delegate     cases  share (of 1)"


def test_years_keep_their_digits_together():
    # 2,025 would be misread; thousands are separated only where a value of the column reaches 10,000.
    assert markup.format_column([2024, 2025]) == (["2024", "2025"], True)
    assert markup.format_column([2024, 20250]) == (["2,024", "20,250"], True)


def test_missing_values_and_truth_values_are_words_not_blanks():
    assert markup.format_column([1.0, None]) == (["1", "—"], True)
    assert markup.format_column([True, None, "None"]) == (["yes", "—", "None"], False)


def test_a_cut_table_says_how_many_rows_are_left_out():
    text = markup.table_text(pd.DataFrame({"case": ["a", "b", "c"]}), "Cases", max_rows=1)
    assert text.splitlines() == ["Cases", "case", "a", "The first 1 of 3 rows; 2 rows are left out here."]


def test_markup_in_data_stays_text():
    html = markup.table_html(pd.DataFrame({"<b>": ["<script>alert(1)</script>"]}), 'a "caption" <i>')
    page = BeautifulSoup(html, "html.parser")
    assert page.script is None and page.b is None and page.i is None
    assert page.tbody.th.get_text() == "<script>alert(1)</script>"


def test_a_named_index_becomes_the_row_header():
    frame = pd.DataFrame({"cases": [2]}, index=pd.Index(["OD"], name="table"))
    assert "table  cases" in markup.table_text(frame, "By table")


def test_facts_and_remarks(shown):
    show.show_facts({"Rows in": 12840, "Rows set aside": 33}, "Reconciliation")
    show.show_note("caution", "33 rows were set aside.")
    assert shown[0]["text/plain"] == "Reconciliation\nRows in         12,840\nRows set aside  33"
    assert "<strong>Caution.</strong> 33 rows" in shown[1]["text/html"]
    with pytest.raises(KeyError):
        show.show_note("purple", "An unknown kind.")


def test_a_figure_carries_its_words_and_its_numbers(shown):
    show.show_figure(figures.timeliness_by_week(WEEKS, 7), "Timeliness by week", ALT, WEEKS)
    page = BeautifulSoup(shown[0]["text/html"], "html.parser")
    assert page.svg["role"] == "img"
    assert [page.find(id=name).get_text() for name in page.svg["aria-labelledby"].split()] == [
        "Timeliness by week",
        ALT,
    ]
    assert "limit: 7 days" in page.svg.get_text()  # text stays text
    assert page.details.table.caption.get_text() == "Numbers of the figure: Timeliness by week"
    assert ALT in shown[0]["text/plain"] and "2026/07/20" in shown[0]["text/plain"]


def test_a_figure_is_the_same_every_time_and_owns_its_ids():
    first, again = (svg_markup(figures.timeliness_by_week(WEEKS, 7), "By week", ALT) for _ in range(2))
    assert first == again
    names = [tag["id"] for tag in BeautifulSoup(first, "html.parser").find_all(id=True)]
    assert len(names) == len(set(names)) and all(name.startswith("by-week-") for name in names)
    assert "<style" not in first and "<script" not in first and "http" not in first


@pytest.mark.parametrize("alt", ["", "figure", "A chart.", "Timeliness by week"])
def test_a_figure_without_a_telling_description_is_refused(alt):
    figure, _ = house.style_figure()
    with pytest.raises(InputError, match="alternative text"):
        svg_markup(figure, "By week", alt)


def test_star_position_falls_between_its_cut_points():
    # Cuts 60, 70, 80, 90: 75 is half way through the 3-star band, which is drawn from 3 to 4.
    assert figures._band_position(75, [60, 70, 80, 90]) == pytest.approx(3.5)
    # Complaints: lower is better. Cuts 1.5, 0.9, 0.5, 0.2: 0.7 is half way through the 3-star band.
    assert figures._band_position(0.7, [1.5, 0.9, 0.5, 0.2]) == pytest.approx(3.5)
    assert 1 <= figures._band_position(1, [60, 70, 80, 90]) < 2
    assert 5 <= figures._band_position(100, [60, 70, 80, 90]) < 6


def test_every_ready_made_figure_draws():
    margins = pd.DataFrame({"margin": [-2, -1, 0, 3], "cases": [1, 4, 30, 60]})
    delegates = pd.DataFrame({"delegate": ["Plan", "Harbor"], "timely": [95, 0], "late": [5, 0]})
    stars = pd.DataFrame(
        {
            "measure": ["C01", "D02"],
            "score": [75, None],
            "state": [71, 0.4],
            "cut_2": [60, 1.5],
            "cut_3": [70, 0.9],
            "cut_4": [80, 0.5],
            "cut_5": [90, 0.2],
        }
    )
    assert "deadline" in svg_markup(figures.margin_distribution(margins), "Margin", ALT)
    assert "5 late of 100" in svg_markup(figures.delegates_compared(delegates), "Delegates", ALT)
    assert "no score" in svg_markup(figures.star_positions(stars, "H0000"), "Stars", ALT)


def contrast(first: str, second: str) -> float:
    """WCAG 2.1 contrast ratio of two colours written #rrggbb."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#14181d"])
@pytest.mark.parametrize("colour", house.VERDICT_COLOURS.values())
def test_marks_of_figures_contrast_on_light_and_dark_pages(colour, page):
    assert contrast(colour, page) >= 3  # WCAG 1.4.11


def test_the_contrast_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)

"""The finished workbook of a release: each fault by the id of its check, and a sound workbook without one."""

import pytest
from release_files import with_part, write_workbook

from auditkit.publish.lint_workbook import lint_workbook


def faults(path) -> set[str]:
    return {sentence[:4] for sentence in lint_workbook(path)}


def test_a_sound_workbook_has_no_fault(tmp_path):
    assert lint_workbook(write_workbook(tmp_path / "a.xlsx")) == []


CHANGES = {
    "hidden sheet": ("X-02", lambda book, cover, sheet: sheet.hide()),
    "hidden row": ("X-02", lambda book, cover, sheet: sheet.set_row(1, None, None, {"hidden": True})),
    "hidden column": ("X-02", lambda book, cover, sheet: sheet.set_column(1, 1, 9, None, {"hidden": True})),
    "comment": ("X-02", lambda book, cover, sheet: cover.write_comment(0, 0, "x")),
    "link outside": (
        "X-02",
        lambda book, cover, sheet: cover.write_url(1, 0, "https://x.example/", None, "x"),
    ),
    "author": ("X-03", lambda book, cover, sheet: book.set_properties({"title": "x", "author": "x"})),
    "no title": ("X-03", lambda book, cover, sheet: book.set_properties({"author": ""})),
    "merged cells": ("X-05", lambda book, cover, sheet: cover.merge_range(2, 0, 3, 1, "x")),
    "a sheet without a table": (
        "X-05",
        lambda book, cover, sheet: book.add_worksheet("More").freeze_panes(1, 0),
    ),
    "a sheet without a name": ("X-06", lambda book, cover, sheet: book.add_worksheet()),
    "header that is not frozen": (
        "X-06",
        lambda book, cover, sheet: book.add_worksheet("More").add_table(0, 0, 1, 0),
    ),
    "drawing without words": ("X-07", lambda book, cover, sheet: cover.insert_textbox(3, 0, "x")),
    "formula": ("X-09", lambda book, cover, sheet: sheet.write_formula(9, 0, "=B2")),
    "text like a formula": ("X-10", lambda book, cover, sheet: cover.write_string(1, 0, "=1+1")),
}


@pytest.mark.parametrize(("check", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_each_fault_is_told_by_its_check(tmp_path, check, change):
    assert check in faults(write_workbook(tmp_path / "a.xlsx", change))


@pytest.mark.parametrize("name", [
    "xl/pivotCache/pivotCacheDefinition1.xml", "xl/externalLinks/externalLink1.xml", "xl/connections.xml",
    "customXml/item1.xml", "docProps/custom.xml", "xl/threadedComments/threadedComment1.xml",
])  # fmt: skip
def test_parts_that_can_hide_data_are_told(tmp_path, name):
    assert faults(with_part(write_workbook(tmp_path / "a.xlsx"), name, "<a/>")) == {"X-02"}


def test_an_empty_first_sheet_is_told(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx")
    with_part(path, "xl/worksheets/sheet1.xml", "", replace=('t="s"', 't="n"'))
    assert faults(path) == {"X-04"}

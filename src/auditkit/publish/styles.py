"""The looks of cells: body, header, marks, and the lines of text pages. All text contrasts reach 4.5:1."""

import xlsxwriter
from xlsxwriter.format import Format

from auditkit.publish.sheets import MARKS

INK, MUTED, ACCENT, RULE = "#1F2933", "#4D5965", "#174F86", "#C6CED6"
_FONT = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
_MARK_LOOKS = {
    "": {},
    "error": {"bg_color": "#FBDDD9", "font_color": "#8A1C12", "bold": True},
    "warning": {"bg_color": "#FFF0C7", "font_color": "#6B4300", "italic": True},
    "info": {"bg_color": "#DFECF9", "font_color": "#123F6B", "underline": 1},
}
_KINDS = {
    "text": {"num_format": "@"},
    "wrap": {"num_format": "@", "text_wrap": True},
    "word": {"num_format": "@", "text_wrap": True, "align": "right", "indent": 1},
    "integer": {"num_format": "#,##0", "align": "right", "indent": 1},
    "decimal": {"num_format": "#,##0.0##", "align": "right", "indent": 1},
    "percent": {"num_format": "0.0%", "align": "right", "indent": 1},
    "mixed": {"num_format": "General", "align": "right", "indent": 1},
}


def cell_formats(book: xlsxwriter.Workbook) -> dict[tuple[str, str], Format]:
    """Give the format of each (column kind, mark or ""), and of ("header", "")."""
    formats = {
        (kind, mark): book.add_format(_FONT | {"border": 1, "border_color": RULE} | look | _MARK_LOOKS[mark])
        for kind, look in _KINDS.items()
        for mark in ("", *MARKS)
    }
    head = {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "num_format": "@"}
    formats["header", ""] = book.add_format(_FONT | {"border": 1, "border_color": RULE} | head)
    return formats


def page_formats(book: xlsxwriter.Workbook) -> dict[str, tuple[Format, Format]]:
    """Give the formats of label and text for each kind of line."""
    text = _FONT | {"font_size": 11, "text_wrap": True, "num_format": "@"}

    def pair(label: dict, body: dict | None = None) -> tuple[Format, Format]:
        return book.add_format(text | label), book.add_format(text | (body if body is not None else label))

    rule = {"bottom": 1, "bottom_color": RULE}
    marks = {mark: pair(_MARK_LOOKS[mark] | rule, rule) for mark in MARKS}
    big = {"bold": True, "font_color": ACCENT, "text_wrap": False}
    return marks | {
        "title": pair(big | {"font_size": 20, "valign": "vcenter"}),
        "heading": pair(big | {"font_size": 13, "valign": "bottom", "bottom": 2, "bottom_color": ACCENT}),
        "fact": pair({"font_color": MUTED} | rule, rule),
        "sentence": pair({"font_color": MUTED}, {}),
        "link": pair({"font_color": ACCENT, "underline": 1} | rule, rule),
        "blank": pair({"font_color": MUTED, "valign": "bottom"}, {"bottom": 1, "bottom_color": INK}),
    }

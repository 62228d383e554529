"""Words that a file's format brings along: names of elements, attributes, fonts and scripts."""

import zipfile
from functools import cache
from io import BytesIO

import xlsxwriter

from auditkit.publish.plain_text import WORDS, plain
from auditkit.rules.identifiers import load_identifiers


@cache
def format_words() -> frozenset[str]:
    """What stands in every workbook's parts (Roman, Hans, Minor) and in every drawing's styles (square).

    The workbook's are read from one without data by the same library, so that a new version brings its own.
    """
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Sheet")
    look = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#ffffff", "num_format": "@"}
    )
    sheet.add_table(0, 0, 1, 0, {"columns": [{"header": "Header", "header_format": look}]})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&P")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": ["Sheet", 1, 0, 1, 0], "categories": ["Sheet", 1, 0, 1, 0], "name": "Series"})
    sheet.insert_chart(3, 0, chart, {"description": "Chart"})
    book.close()
    with zipfile.ZipFile(content) as archive:
        parts = " ".join(f"{name} {archive.read(name).decode('utf-8')}" for name in archive.namelist())
    return frozenset(WORDS.findall(plain(parts))) | frozenset(load_identifiers().format_words)

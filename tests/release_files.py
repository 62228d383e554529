"""A small edition for the tests of the gate and of releases: a page, a workbook, and values of a plan."""

import io
import zipfile
from pathlib import Path

import xlsxwriter

from auditkit.publish.known_values import KnownValues, values_of
from auditkit.publish.own_words import OwnWords, own_words
from auditkit.publish.workbook import FIXED_DATE

# Invented people and numbers; the shapes are those of a plan's extracts.
FIRST, LAST, MBI, MEMBER, MASSHEALTH = "Niamhara", "Sycamorra", "1EG4TE5MK73", "00010002", "999901021224"
CASE, ASSESSMENT = "A000000001", "H00000001"
FREE_TEXT = "The enrollee says the driver left her at the wrong door in the rain."
PERIOD = ("2026-07-01", "2026-09-30")

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Shared edition, Tiny Plan, 2026-07-01 to 2026-09-30</title>
<style>
body { color: #01234f; margin: 0.12345rem; }
/* colours of the house */
</style></head>
<body><a href="#main">Skip to the report</a>
<header><p>Tiny Plan, period 2026-07-01 to 2026-09-30, rules 36899fee3df5</p></header>
<main id="main"><h1>Grievances</h1>
<p>Of 10,432 grievances 98.7 percent were timely (42 CFR 422.564(e)(1)).</p>
<figure><svg role="img" aria-labelledby="t d" viewBox="0 0 100 20"><title id="t">Grievances</title>
<desc id="d">Bars of grievances by program and quarter.</desc>
<path d="M 10.5 20.25 L 123456.789 20"/><text x="1" y="2">One Care</text></svg>
<table><caption>Grievances by program</caption>
<tr><th scope="col">Program</th><th scope="col">Grievances</th></tr>
<tr><td>One Care</td><td>10,432</td></tr><tr><td>SCO</td><td>suppressed (1-10)</td></tr></table></figure>
</main><footer><p>Accessibility: ask the plan for another format.</p></footer></body></html>
"""


def known() -> KnownValues:
    """The values of three members, two of whom have words for names."""
    names = [
        (FIRST, LAST),
        ("May", "Service"),
        ("Grace", "Period"),
        ("Anne-Lisbet", "O'Quillan"),
        ("Ng", "Roman"),
    ]
    codes = {"P-06": [ASSESSMENT], "P-07": [MEMBER, MBI, MASSHEALTH], "P-08": [CASE, "C17", "4711"]}
    return values_of(names, codes, [FREE_TEXT, "Paid."])


def own() -> OwnWords:
    """What the small edition says of itself."""
    return own_words(dates=[*PERIOD, FIXED_DATE.date()], texts=["Tiny Plan"]).with_codes("36899fee3df5")


def write_page(path: Path, old: str = "", new: str = "") -> Path:
    """The page, with `new` in the place of `old`, which must stand in it."""
    assert old in PAGE
    path.write_text(PAGE.replace(old, new, 1) if old else PAGE, encoding="utf-8")
    return path


def write_workbook(path: Path, change=None) -> Path:
    """The workbook: a cover and one table. change(book, cover, sheet) may add to it before it is closed."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": "Shared edition, Tiny Plan", "author": "", "company": "", "created": FIXED_DATE}
    )
    cover, sheet = book.add_worksheet("Cover"), book.add_worksheet("Grievances")
    cover.write_string(0, 0, "Shared edition of Tiny Plan, 2026-07-01 to 2026-09-30")
    sheet.add_table(0, 0, 2, 1, {"columns": [{"header": "Program"}, {"header": "Grievances (cases)"}]})
    sheet.freeze_panes(1, 0)
    for row, (program, cases) in enumerate([("One Care", 10432), ("SCO", "suppressed (1-10)")], start=1):
        sheet.write_string(row, 0, program)
        sheet.write(row, 1, cases)
    if change:
        change(book, cover, sheet)
    book.close()
    return path


def with_part(path: Path, name: str, content: bytes | str, replace: tuple[str, str] | None = None) -> Path:
    """The workbook with one part more; or, with `replace`, with a text in the part of that name replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, body in parts:
            if replace and info.filename == name:
                assert replace[0] in body.decode("utf-8")
                body = body.decode("utf-8").replace(replace[0], replace[1], 1).encode("utf-8")
            archive.writestr(info, body)
        if not replace:
            archive.writestr(name, content)
    return path


def archive_of(text: str) -> bytes:
    """An archive that holds one XML part with that text."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("inner.xml", f"<a>{text}</a>")
    return content.getvalue()

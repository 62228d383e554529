"""The gate: identifiers planted wherever a file can hold one, and a clean edition that raises no alarm.

Every planted case names the release check that must catch it. No report of a hit may hold the value.
"""

import base64
import gzip
import json
import zipfile
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_files import (
    ASSESSMENT,
    CASE,
    FIRST,
    FREE_TEXT,
    LAST,
    MASSHEALTH,
    MBI,
    MEMBER,
    archive_of,
    known,
    own,
    with_part,
    write_page,
    write_workbook,
)

from auditkit.publish.full_dates import without_dates
from auditkit.publish.gate import scan
from auditkit.publish.gate_match import Matcher, Piece
from auditkit.publish.known_values import known_values, values_of
from auditkit.publish.own_words import own_words
from auditkit.publish.plain_text import plain, readings
from auditkit.rules.identifiers import load_identifiers
from auditkit.rules.source_tables import load_source_tables

KNOWN, OWN = known(), own()
NAME, LAST64 = f"{FIRST} {LAST}", base64.b64encode(f"name={LAST}".encode()).decode()
CELL, TEXT, HEAD = "<td>One Care</td>", "were timely", "</head>"


def kinds(path, words=OWN, values=KNOWN) -> set[str]:
    """The release checks that a file fails; no hit tells a value."""
    hits = scan([path], values, words)
    told = " ".join(f"{hit.file} {hit.place} {hit.kind}" for hit in hits).lower()
    for value in (FIRST, LAST, MBI, MEMBER, MASSHEALTH, CASE, ASSESSMENT):
        assert value.lower() not in told
    return {hit.kind[:4] for hit in hits}


def test_a_clean_page_and_workbook_raise_no_alarm(tmp_path):
    assert kinds(write_page(tmp_path / "a.html")) == set()
    assert kinds(write_workbook(tmp_path / "a.xlsx")) == set()


def planted(check, what, old, new):
    return pytest.param(check, old, new, id=what)


@pytest.mark.parametrize(
    ("check", "old", "new"),
    [
        planted("P-07", "words", TEXT, f"{TEXT}, {MBI} too"),
        planted("P-07", "words with hyphens", TEXT, "1EG4-TE5-MK73"),
        planted("P-07", "letters apart", TEXT, " ".join(MBI)),
        planted("P-06", "title", "<title>", f"<title>{NAME}, "),
        planted("P-06", "last name first", TEXT, f"{LAST.upper()}, {FIRST}"),
        planted("P-06", "accents put on", TEXT, "Sýcamórrà"),
        planted("P-06", "possessive", TEXT, f"{LAST}'s door"),
        planted("P-06", "name of two words", TEXT, "O’Quillan"),
        planted("P-08", "table cell", CELL, f"<td>{CASE}</td>"),
        planted("P-01", "header of a column", ">Program<", ">Member ID<"),
        planted("P-07", "attribute title", "<td>One", f'<td title="{MEMBER}">One'),
        planted(
            "P-06", "attribute for screen readers", '<svg role="img"', f'<svg role="img" aria-label="{NAME}"'
        ),
        planted("P-06", "description of a drawing", "Bars of", f"Bars of {LAST} and"),
        planted(
            "P-06",
            "text of a drawing, cut",
            ">One Care</text>",
            "><tspan>Syca</tspan><tspan>morra</tspan></text>",
        ),
        planted("P-08", "coordinates", "M 10.5", f"M {CASE} 10.5"),
        planted("P-08", "comment", "<main", f"<!-- {CASE} --><main"),
        planted("P-06", "comment of a style sheet", "colours of", f"colours of {LAST}"),
        planted("P-06", "escaped in a style sheet", "margin:", r'content: "\53 ycamorra"; margin:'),
        planted("P-07", "data attribute", "<tr><td>", f'<tr data-key="{MEMBER}"><td>'),
        planted("P-06", "name of an attribute", "<tr><td>", f"<tr data-{LAST.lower()}><td>"),
        planted("P-06", "name of a tag", "<main", f"<{LAST.lower()}></{LAST.lower()}><main"),
        planted("P-06", "class", "<main", f'<main class="row {LAST}"'),
        planted(
            "P-06",
            "embedded data",
            HEAD,
            f'<script type="application/json">{{"n": "\\u0053ycamorra"}}</script>{HEAD}',
        ),
        planted("P-06", "meta tag", HEAD, f'<meta name="author" content="{NAME}">{HEAD}'),
        planted("P-06", "base64", HEAD, f'<link href="data:text/plain;base64,{LAST64}">{HEAD}'),
        planted("P-06", "compressed", TEXT, base64.b64encode(gzip.compress(NAME.encode() * 3)).decode()),
        planted("P-06", "hexadecimal", TEXT, NAME.encode().hex()),
        planted("P-06", "percent signs", 'href="#main"', 'href="#main?%53ycamorra"'),
        planted("P-06", "entities", TEXT, "&#83;ycamorr&#x61;"),
        planted("P-06", "entities twice", TEXT, "&amp;#83;ycamorra"),
        planted("P-06", "invisible characters", TEXT, "Syca\u200bmor\u00adra"),
        planted("P-06", "tags in a word", TEXT, "Syca<b>mor</b>ra"),
        planted("P-06", "comment in a word", TEXT, "Syca<!-- -->morra"),
        planted("P-06", "end tag", "</footer>", f"</footer {LAST}>"),
        planted("P-08", "processing instruction", "<main", f"<?note {CASE}?><main"),
        planted("P-08", "character data", "<main", f"<![CDATA[{CASE}]]><main"),
        planted(
            "P-07",
            "not displayed",
            TEXT,
            f'<span style="display:none">{MASSHEALTH[:4]} {MASSHEALTH[4:]}</span>',
        ),
        planted("P-08", "behind the end", "</html>", f"</html>{CASE}"),
        planted("P-06", "letter by letter", TEXT, "S y c a m o r r a"),
        planted("P-06", "names glued together", TEXT, "niamharasycamorra"),
        planted("P-06", "assessment number", TEXT, ASSESSMENT.lower()),
        planted("P-11", "free text", TEXT, "as " + FREE_TEXT[4:48].upper() + " he says"),
        planted("P-11", "finding", TEXT, "F-0a5430c5bcd9"),
        planted("P-03", "date of a person", "98.7", "on 3 August 2026 98.7"),
        planted("P-03", "own date where no reader looks", "<tr><td>", '<tr data-day="2026-07-01"><td>'),
        planted("P-03", "age", TEXT, "aged 93"),
        planted("P-04", "telephone", TEXT, "(617) 555-0123"),
        planted("P-04", "e-mail", TEXT, "someone@example.org"),
        planted("P-05", "social security number", TEXT, "123-45-6789"),
        planted("P-02", "zip", TEXT, "in 02139"),
        planted("P-02", "street", TEXT, "12 Old Harbor Street"),
        planted("P-09", "web address", TEXT, "https://portal.example.org/x"),
        planted("P-09", "network address", TEXT, "10.20.30.40"),
        planted("P-09", "path", TEXT, "/home/mlee/x.csv"),
        planted("P-10", "photograph", "<main", '<img alt="x" src="data:image/png;base64,iVBORw0KGgo="><main'),
    ],
)
def test_what_is_planted_in_a_page_is_caught(tmp_path, check, old, new):
    assert check in kinds(write_page(tmp_path / "a.html", old, new))


def hidden_sheet(book, cover, sheet):
    more = book.add_worksheet("More")
    more.write_string(0, 0, CASE)
    more.very_hidden()


def hidden_row_and_column(book, cover, sheet):
    cover.write_string(9, 9, CASE)
    cover.set_row(9, None, None, {"hidden": True})
    cover.set_column(9, 9, None, None, {"hidden": True})


WORKBOOK = {
    "shared text": ("P-06", lambda book, cover, sheet: cover.write_string(3, 0, LAST)),
    "shared text in runs": (
        "P-06",
        lambda book, cover, sheet: cover.write_rich_string(
            3, 0, "Syca", book.add_format({"bold": True}), "morra"
        ),
    ),
    "column name": (
        "P-01",
        lambda book, cover, sheet: cover.add_table(4, 0, 5, 0, {"columns": [{"header": "Member ID"}]}),
    ),
    "number": ("P-08", lambda book, cover, sheet: cover.write_number(3, 0, int(MASSHEALTH))),
    "date": (
        "P-03",
        lambda book, cover, sheet: cover.write_datetime(
            3, 0, date(1931, 3, 2), book.add_format({"num_format": "mmm yy"})
        ),
    ),
    "hidden sheet": ("P-08", hidden_sheet),
    "hidden row and column": ("P-08", hidden_row_and_column),
    "comment": ("P-06", lambda book, cover, sheet: cover.write_comment(0, 0, NAME, {"author": "x"})),
    "author of a comment": (
        "P-06",
        lambda book, cover, sheet: cover.write_comment(0, 0, "x", {"author": NAME}),
    ),
    "defined name": ("P-06", lambda book, cover, sheet: book.define_name(LAST, "=Cover!$A$1")),
    "formula of a name": ("P-08", lambda book, cover, sheet: book.define_name("Total", f'="{CASE}"')),
    "name of a sheet": ("P-06", lambda book, cover, sheet: book.add_worksheet(LAST)),
    "author": ("P-06", lambda book, cover, sheet: book.set_properties({"title": "x", "author": NAME})),
    "company": ("P-06", lambda book, cover, sheet: book.set_properties({"title": "x", "company": NAME})),
    "own property": ("P-08", lambda book, cover, sheet: book.set_custom_property("Key", CASE)),
    "header of the page": ("P-06", lambda book, cover, sheet: cover.set_header(f"&L{NAME}")),
    "prompt of a cell": (
        "P-06",
        lambda book, cover, sheet: cover.data_validation(
            0, 0, 0, 0, {"validate": "any", "input_title": "Ask", "input_message": NAME}
        ),
    ),
    "list of a cell": (
        "P-06",
        lambda book, cover, sheet: cover.data_validation(
            0, 0, 0, 0, {"validate": "list", "source": [LAST, "x"]}
        ),
    ),
    "formula": ("P-08", lambda book, cover, sheet: cover.write_formula(3, 0, f'="{CASE}"', None, 0)),
    "value of a formula": ("P-08", lambda book, cover, sheet: cover.write_formula(3, 0, "=A1", None, CASE)),
    "hyperlink": (
        "P-09",
        lambda book, cover, sheet: cover.write_url(3, 0, "https://portal.example.org/x", None, "see"),
    ),
    "tip of a link": (
        "P-06",
        lambda book, cover, sheet: cover.write_url(3, 0, "internal:Cover!A1", None, "see", NAME),
    ),
    "conditional format": (
        "P-08",
        lambda book, cover, sheet: cover.conditional_format(
            "A1",
            {
                "type": "text",
                "criteria": "containing",
                "value": CASE,
                "format": book.add_format({"bold": True}),
            },
        ),
    ),
    "text of a drawing": ("P-06", lambda book, cover, sheet: cover.insert_textbox(3, 0, NAME)),
    "alternative text": (
        "P-06",
        lambda book, cover, sheet: cover.insert_textbox(3, 0, "x", {"description": NAME}),
    ),
}


@pytest.mark.parametrize(("check", "change"), WORKBOOK.values(), ids=WORKBOOK.keys())
def test_what_is_planted_in_a_workbook_is_caught(tmp_path, check, change):
    assert check in kinds(write_workbook(tmp_path / "a.xlsx", change))


def _chart(book, cover, sheet):
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "values": "=Grievances!$B$2:$B$3",
            "values_data": [int(MASSHEALTH), 2],
            "categories": "=Grievances!$A$2:$A$3",
            "categories_data": [LAST, "x"],
            "name": "Cases",
        }
    )
    cover.insert_chart(3, 0, chart, {"description": "x"})


def test_the_values_that_a_chart_keeps_are_read(tmp_path):
    assert {"P-06", "P-08"} <= kinds(write_workbook(tmp_path / "a.xlsx", _chart))


PARTS = {
    "own XML": ("P-08", "customXml/item1.xml", f"<a>{CASE}</a>"),
    "cache of a pivot table": ("P-06", "xl/pivotCache/pivotCacheRecords1.xml", f'<r><s v="{LAST}"/></r>'),
    "name of a part": ("P-06", f"xl/{LAST}.xml", "<a/>"),
    "comment in XML": ("P-08", "xl/x.xml", f"<a><!-- {CASE} --></a>"),
    "processing instruction": ("P-08", "xl/x.xml", f"<?x {CASE}?><a/>"),
    "document type": ("P-11", "xl/x.xml", f'<!DOCTYPE a [<!ENTITY n "{CASE}">]><a>&n;</a>'),
    "namespace": ("P-08", "xl/x.xml", f'<a xmlns:b="urn:{CASE}"/>'),
    "workbook in the workbook": ("P-08", "xl/embeddings/a.xlsx", archive_of(CASE)),
    "photograph": ("P-10", "xl/media/image1.png", b"\x89PNG\r\n\x1a\n"),
    "macro": ("P-11", "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"),
}


@pytest.mark.parametrize(("check", "name", "content"), PARTS.values(), ids=PARTS.keys())
def test_what_is_planted_as_a_part_is_caught(tmp_path, check, name, content):
    assert check in kinds(with_part(write_workbook(tmp_path / "a.xlsx"), name, content))


def test_the_archive_itself_is_read(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = CASE.encode()
    assert "P-08" in kinds(path)
    clean = write_workbook(tmp_path / "b.xlsx").read_bytes()
    for content in (
        clean + b"more",
        b"more" + clean,
        clean.replace(b"PK\x01\x02", b"morePK\x01\x02", 1),
        b"PK",
    ):
        path.write_bytes(content)
        assert "P-11" in kinds(path)


def test_a_manifest_is_read_whole(tmp_path):
    path = tmp_path / "a.json"
    for text, check in (
        (json.dumps({"reason": NAME}), "P-06"),
        (json.dumps({CASE: 1}), "P-08"),
        (json.dumps({"member_id": 1}), "P-01"),
        (f'{{"a": "{CASE}", "a": 1}}', "P-08"),  # a reader of JSON keeps the second one
        (f'{{"a": [{MASSHEALTH}]}}', "P-08"),
        ("{", "P-11"),
    ):
        path.write_text(text, encoding="utf-8")
        assert check in kinds(path)


def test_names_of_files_and_kinds_that_cannot_be_read_are_told(tmp_path):
    page = write_page(tmp_path / f"{LAST}_v1.html")
    assert [(hit.file, hit.place) for hit in scan([page], KNOWN, OWN)] == [("file 1", "name of the file")]
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert kinds(tmp_path / "a.pdf") == {"P-11"}
    (tmp_path / "b.html").write_bytes(PAGE_IN_LATIN)
    assert kinds(tmp_path / "b.html") == {"P-11"}
    assert len(scan(tmp_path, KNOWN, OWN)) == 3


PAGE_IN_LATIN = "<p>Sá-Pinheira</p>".encode("latin-1")


def test_members_whose_names_are_words_raise_no_alarm_alone(tmp_path):
    """May Service, Grace Period and Ng Roman are members. The edition speaks of May, of a grace period and of
    services, and Roman is a font of every workbook; both names of one member beside each other are told."""
    words = "It may end in May; a service has a grace period of 60 days. An ng is no name."
    assert kinds(write_page(tmp_path / "a.html", TEXT, words)) == set()
    assert kinds(write_workbook(tmp_path / "a.xlsx")) == set()
    assert kinds(write_page(tmp_path / "a.html", TEXT, "ask May Service, or Roman, Ng")) == {"P-06"}
    # A word of no fixed text is a name; once the edition says that it is its own, it is one of its words.
    harbor = values_of([("Niamhara", "Harborview")], {}, [])
    page = write_page(tmp_path / "a.html", "Tiny Plan", "Harborview Physicians")
    assert kinds(page, values=harbor) == {"P-06"}
    assert kinds(page, own_words(OWN.dates, texts=["Harborview Physicians"]), harbor) == set()


def test_numbers_of_a_report_raise_no_alarm(tmp_path):
    """Counts, percentages, citations, versions, years and day counts are nobody's numbers. Codes too short to
    be told from them (C17, 4711) are counted."""
    words = (
        "104,233 of 1,234,567 cases, 12.345 percent, 4711 days; 42 CFR 438.404(c)(1), 422.2267(e)(33); "
        "CMS-10905 of 2026; version 3.11.7; 90 years; 24/7; H9901-001; 2026Q3; 72 hours (259,200 seconds); "
        "aged 90 and over; ages 85 to 89; C17."
    )
    assert kinds(write_page(tmp_path / "a.html", TEXT, words)) == set()
    assert KNOWN.too_short == 2


def test_where_codes_are_six_digits_colours_and_counts_raise_no_alarm(tmp_path):
    """Cases are numbered from 104000 on: 104,233 is a count, #104233 a colour, 104233 a case."""
    cases = values_of([], {"P-08": map(str, range(104_000, 124_000))}, [])
    page = write_page(tmp_path / "a.html", "#01234f", "#104233; background: #123456")
    assert kinds(page, values=cases) == set()
    assert kinds(write_workbook(tmp_path / "a.xlsx"), values=cases) == set()
    assert kinds(write_page(tmp_path / "a.html", TEXT, "104,233 cases"), values=cases) == set()
    assert kinds(write_page(tmp_path / "a.html", TEXT, "case 104233"), values=cases) == {"P-08"}


def test_the_editions_own_dates_and_contacts_pass(tmp_path):
    contact = own_words(
        [*OWN.dates, "2026-11-15"], ["617-555-0199", "access@plan.example"], ["https://plan.example/pa"]
    )
    page = write_page(
        tmp_path / "a.html",
        TEXT,
        "due November 15, 2026; call 617-555-0199, write to access@plan.example, read https://plan.example/pa",
    )
    assert kinds(page, contact) == set()
    assert kinds(page) == {"P-03", "P-04", "P-09"}
    other = write_page(tmp_path / "a.html", TEXT, "https://plan.example/pa-members/1")
    assert kinds(other, contact) == {"P-09"}


@pytest.mark.parametrize(
    "written",
    [
        "2026-08-03",
        "2026/8/3",
        "20260803",
        "20260803t101500",
        "8/3/2026",
        "08-03-2026",
        "3.8.2026",
        "august 3, 2026",
        "aug. 3rd, 2026",
        "3 aug 2026",
        "3rd of august 2026",
        "8/3/26",
    ],
)
def test_a_full_date_is_found_however_it_is_written(written):
    assert without_dates(f"on {written} it was", frozenset())[1]
    if "." not in written:  # 3.8.2026 is read as 3 August, as it is written where points part a date
        assert not without_dates(f"on {written} it was", frozenset({"2026-08-03"}))[1]


@pytest.mark.parametrize(
    "written", ["august 2026", "2026", "2026q3", "24/7", "422.568", "1.2.3", "2026-13-45", "may 3"]
)
def test_what_is_no_full_date_is_left(written):
    assert without_dates(written, frozenset()) == (written, False)


def test_text_is_brought_to_one_form():
    """One letter can be written in many ways: NFKD takes accents and wide forms apart, a table the rest."""
    assert plain("ＪØRGEN\u00a0\u2011\u00adDÁHL\u200d") == "jorgen -dahl"
    # %-escapes in base64 in character references: three layers
    wrapped = base64.b64encode(b"name %53ycamorra").decode().replace("b", "&#98;")
    assert "name sycamorra" in list(readings(wrapped))


def test_the_values_of_a_run_are_those_it_read_and_those_it_set_aside(tmp_path):
    """Names and numbers of the tables as read; of what was set aside, the cells of columns of identifiers. A
    word in another column is nobody's number."""
    folder = tmp_path / "data" / "snapshot"
    folder.mkdir(parents=True)
    members = {"member_id": [MEMBER], "first_name": [FIRST], "last_name": [LAST], "county": ["Hampshire"]}
    pq.write_table(pa.table(members), folder / "members.parquet")
    cases = {"case_id": [CASE], "issue_description": [FREE_TEXT], "received_at_sec": [1751364289]}
    pq.write_table(pa.table(cases), folder / "authorizations.parquet")
    rejects = {"column": ["mbi", "pbp", "last_name"], "value": ["1EG4-TE5", "12345678", "Ravensworth"]}
    pq.write_table(pa.table(rejects), folder / "_rejects.parquet")
    matcher = Matcher(known_values(tmp_path), OWN)
    for text in (MEMBER, f"{LAST} {FIRST}", CASE, FREE_TEXT, "1EG4TE5", "Ravensworth"):
        assert matcher.kinds(Piece("a place", text))
    for text in ("Hampshire", "12345678"):
        assert not matcher.kinds(Piece("a place", text))


def test_every_column_of_identifiers_is_known_to_the_gate():
    """A new column that numbers people or cases, or holds free text, must be said to be one, or not to be."""
    values = load_identifiers().values
    listed = {values.first_name, values.last_name, *values.free_text, *sum(values.identifiers.values(), ())}
    of_no_person = {"file_id", "service_description"}  # a file; the words of a service code
    columns = {
        column.name
        for table in load_source_tables().values()
        for column in table.columns
        if column.kind == "text"
    }
    looks = {
        name
        for name in columns
        if name.endswith(("_id", "_name", "_description", "_reason")) or name == "mbi"
    }
    assert looks <= listed | of_no_person
    assert listed <= columns


def hidden_letters(text):
    return "\u200b".join(text)


def entities(text):
    return "".join(f"&#x{ord(letter):x};" for letter in text)


def percent(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


def script(text):
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def encoded(text):
    return f"k={base64.b64encode(text.encode()).decode()}"


def packed(text):
    return base64.b64encode(gzip.compress(text.encode())).decode()


WRAPPINGS = [hidden_letters, entities, percent, script, encoded, packed, lambda text: text.encode().hex()]
SPELLINGS = [str.upper, str.title, "-".join, " ".join, lambda text: f"({text})", lambda text: f"id {text}."]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([MBI, MASSHEALTH, CASE, ASSESSMENT, LAST, f"{FIRST} {LAST}"]),
    st.sampled_from(SPELLINGS),
    st.lists(st.sampled_from(WRAPPINGS), max_size=3),
)
def test_a_value_is_found_however_it_is_spelled_and_wrapped(value, spell, wrappings):
    """Any spelling, wrapped up to three times over: every way back is known, so none may hide it."""
    text = spell(value)
    for wrap in wrappings:
        text = wrap(text)
    assert Matcher(KNOWN, OWN).kinds(Piece("a place", text))


def test_names_of_one_letter_and_of_digits_are_no_names():
    """A B, and a member called 100, as extracts hold them; each word of a longer name is one."""
    odd = Matcher(values_of([("A", "B"), ("Ann", "100"), ("An", "De La Cruzeiro")], {}, []), OWN)
    for text in ("a b", "section AB", "100 cases", "an estimate of la"):
        assert not odd.kinds(Piece("a place", text))
    assert odd.kinds(Piece("a place", "Cruzeiro")) == {"P-06 a name of a member"}

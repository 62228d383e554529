"""A plan's own layout versions: imported from an official file, in force by date, compared, refused."""

from datetime import date

import openpyxl
import pytest
from suite_projects import PARAMS, make_project

from auditkit.errors import InputError
from auditkit.rules import layouts
from auditkit.rules.announced import load_announced
from auditkit.rules.layouts import all_layouts, layout_in_force, load_layouts, misfit, read_layout, use_folder
from auditkit.rules.version import rule_files, rules_version
from auditkit.suite.cli import main
from auditkit.suite.params import load_params
from auditkit.universes.layout_diff import diff_layouts
from auditkit.universes.layout_import import read_official, write_own

LAYOUTS = load_layouts()
AIP = LAYOUTS["AIP"]
HEADER = ("Column ID", "Field Name", "Field Type", "Field Length", "Description")


@pytest.fixture(autouse=True)
def only_packaged_layouts():
    """Each test starts and ends with the packaged layouts alone."""
    use_folder(None)
    yield
    use_folder(None)


def official_rows(**changes):
    """The integrated plan table as CMS might list it; `B=("Last name", "30", ...)` replaces name, length, text."""
    rows = {column.id: (column.name, "CHAR", str(column.length or ""), column.rule) for column in AIP.columns}
    for column_id, (name, kind, length, text) in changes.items():
        rows[column_id] = (name, kind, length, text)
    return [(column_id, *cells) for column_id, cells in rows.items()]


def write(path, rows, header=HEADER):
    lines = ["\t".join(header), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def imported(tmp_path, first_day=date(2027, 1, 1), rows=None):
    made = read_official(write(tmp_path / "aip_2027.txt", rows or official_rows()), AIP, first_day)
    write_own(made.layout, tmp_path / "own")
    use_folder(tmp_path / "own")
    return made


def test_an_imported_layout_is_official_and_holds_from_its_first_day(tmp_path):
    imported(tmp_path)
    assert layout_in_force("AIP", date(2026, 12, 31)).version == AIP.version
    later = layout_in_force("AIP", date(2027, 1, 1))
    assert later.version == "aip_2027" and later.status_counts()["official"] == len(AIP.columns)
    assert load_layouts()["AIP"] == later
    assert [(one.effective_from, one.effective_to) for one in all_layouts() if one.code == "AIP"] == [
        (date(2022, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), None)]
    assert len(load_layouts()) == 13


def test_an_own_version_from_the_same_day_takes_the_packaged_ones_place(tmp_path):
    imported(tmp_path, AIP.effective_from)
    assert [one.version for one in all_layouts() if one.code == "AIP"] == ["aip_2027"]


def test_a_file_written_and_read_again_is_the_same_layout(tmp_path):
    made = imported(tmp_path)
    assert read_layout(tmp_path / "own" / "AIP_2027-01-01.yaml") == made.layout
    with pytest.raises(InputError, match="a version from that day is there already"):
        write_own(made.layout, tmp_path / "own")


def test_what_the_file_does_not_say_is_named(tmp_path):
    made = imported(tmp_path, rows=official_rows(B=("Enrollee Last Name", "CHAR Always Required", "", "")))
    column = made.layout.column("B")
    assert (column.length, column.none_allowed, column.rule) == (AIP.column("B").length, False, AIP.column("B").rule)
    assert "length taken from the packaged layout: B" in made.taken_over
    assert any(line.startswith("allowed values taken from the packaged layout: H") for line in made.taken_over)


def test_kind_length_values_and_none_as_the_file_states_them(tmp_path):
    header = (*HEADER, "Allowed values", "None allowed")
    rows = [("A", "Name", "text", "50", "First name.", "", "no"),
            ("B", "Date", "CHAR", "10", "Submit in CCYY/MM/DD format. Answer None if there was none.", "", ""),
            ("C", "Time", "CHAR", "8", "Submit in HH:MM:SS military time. None is not accepted.", "", ""),
            ("D", "Answer", "CHAR", "1", "Y or N.", "Y, N", "yes")]
    layout = read_official(write(tmp_path / "x.txt", rows, header), AIP, date(2027, 1, 1)).layout
    told = [(one.kind, one.length, one.values, one.none_allowed, one.time_column) for one in layout.columns]
    assert told == [("text", 50, (), False, None), ("date", 10, (), True, "C"), ("time", 8, (), True, None),
                    ("code", 1, ("Y", "N"), True, None)]
    assert layout.population_column is None  # the packaged one, column I, is no longer there


def test_a_workbook_is_read_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Table 6")
    for row in (HEADER, *official_rows()):
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(tmp_path / "odag.xlsx")
    made = read_official(tmp_path / "odag.xlsx", AIP, date(2027, 1, 1), sheet="Table 6", version="CMS 2027")
    assert made.layout.version == "CMS 2027" and made.layout.column("A").length == AIP.column("A").length
    assert "sha256" in made.layout.source


def test_a_row_that_goes_on_with_the_one_above_is_told(tmp_path):
    """A page break in CMS's table puts the rest of a description on a row of its own."""
    rows = official_rows()
    made = imported(tmp_path, rows=[rows[0], ("", "", "", "", "and the rest of it"), *rows[1:]])
    assert len(made.layout.columns) == len(AIP.columns)
    assert [line for line in made.taken_over if "left out" in line and line.endswith(": 2")]


@pytest.mark.parametrize("rows, header, reason", [
    (official_rows(), ("Letter no", *HEADER[1:]), "no column of the table is titled column id"),
    (official_rows(C=("Enrollee ID", "CHAR", "eleven", "x")), HEADER, r"column C \(row 3\): the length must be"),
    ([*official_rows()[1:], official_rows()[0]], HEADER, "column B stands where A is due"),
    (official_rows()[:3] * 2, HEADER, "column A stands there twice"),
    ([], HEADER, "no row"),
    (official_rows(A=("First\x07name", "CHAR", "50", "x")), HEADER, r"column A \(row 1\): the name holds a control"),
    ([HEADER, *official_rows()], ("Organization determinations",), "line 2 has 5 fields, not 1 as the first line; .*delete"),
], ids=["header", "length", "order", "twice", "empty", "control", "title above"])  # fmt: skip
def test_a_file_that_is_no_layout_is_refused(tmp_path, rows, header, reason):
    with pytest.raises(InputError, match=reason):
        read_official(write(tmp_path / "x.txt", rows, header), AIP, date(2027, 1, 1))


def test_a_version_with_other_columns_is_kept_but_never_used(tmp_path):
    """Column M is dropped: the suite's SQL would put its text into columns that are not there."""
    imported(tmp_path, rows=official_rows()[:-1])
    assert load_layouts()["AIP"].version == AIP.version
    assert layout_in_force("AIP", date(2026, 9, 30)).version == AIP.version
    with pytest.raises(InputError, match="is in force on 2027-03-31, and auditkit cannot build by it: it has 12"):
        layout_in_force("AIP", date(2027, 3, 31))
    assert layout_in_force("OD", date(2027, 3, 31)).code == "OD"


def test_a_column_of_another_kind_does_not_fit():
    columns = tuple(one.model_copy(update={"kind": "text"}) if one.id == "K" else one for one in AIP.columns)
    assert misfit(AIP.model_copy(update={"columns": columns})).startswith("column K (Effective date")
    assert misfit(AIP) is None
    assert misfit(AIP.model_copy(update={"code": "AIQ"})) == "auditkit has no table AIQ"


def test_an_own_version_changes_the_version_of_the_rules(tmp_path):
    before = rules_version()
    imported(tmp_path)
    assert rules_version() != before and "own/AIP_2027-01-01.yaml" in dict(rule_files())


def test_two_own_versions_of_one_day_are_refused(tmp_path):
    imported(tmp_path)
    text = (tmp_path / "own" / "AIP_2027-01-01.yaml").read_text(encoding="utf-8")
    (tmp_path / "own" / "copy.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="layout AIP: two versions begin on 2027-01-01"):
        use_folder(tmp_path / "own")


def test_a_malformed_own_version_is_refused_before_a_run_starts(tmp_path, monkeypatch, capsys):
    params = make_project(tmp_path)
    (tmp_path / "params" / "layouts").mkdir()
    (tmp_path / "params" / "layouts" / "OD.yaml").write_text("code: OD\ncolumns: []\n", encoding="utf-8")
    with pytest.raises(InputError, match="OD.yaml"):
        load_params(params)
    monkeypatch.chdir(tmp_path)
    assert main(["layouts", "list"]) == 2
    assert "OD.yaml" in capsys.readouterr().err
    assert [one.version for one in all_layouts() if one.code == "OD"] == [LAYOUTS["OD"].version]


def test_differences_column_by_column():
    """A gets a new title, B and C trade places, M is dropped, the length of G changes."""
    by_id = {one.id: one for one in AIP.columns}
    columns = [
        by_id["A"].model_copy(update={"name": "Given name"}),
        by_id["C"].model_copy(update={"id": "B"}), by_id["B"].model_copy(update={"id": "C"}),
        *(by_id[id_] for id_ in "DEF"), by_id["G"].model_copy(update={"length": 50}), *(by_id[id_] for id_ in "HIJKL"),
    ]
    found = diff_layouts(AIP, AIP.model_copy(update={"columns": tuple(columns)}))
    assert found.values.tolist() == [
        ["A", "name", AIP.column("A").name, "Given name"], ["B", "letter", "C", "B"], ["C", "letter", "B", "C"],
        ["G", "length", str(AIP.column("G").length), "50"], ["M", "removed", AIP.column("M").name, ""]]
    assert diff_layouts(AIP, AIP).empty


def test_the_commands_in_a_project(tmp_path, monkeypatch, capsys):
    params = make_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "aip.txt", official_rows(A=("Enrollee First Name", "CHAR", "60", "First name.")))
    assert main(["layouts", "import", "aip.txt", "--table", "aip", "--from", "2026-08-01"]) == 0
    said = capsys.readouterr().out
    assert "AIP from 2026-08-01 on, 13 columns, all official." in said and "A   length: 50 -> 60" in said
    assert main(["layouts", "list"]) == 0
    assert "AIP     from 2026-08-01: aip; 13 columns (13 official)" in capsys.readouterr().out
    assert main(["layouts", "show", "AIP", "--on", "2026-07-31"]) == 0
    assert AIP.version in capsys.readouterr().out
    assert main(["layouts", "diff", "AIP"]) == 0
    assert "A   status: recalled -> official" in capsys.readouterr().out
    use_folder(None)
    load_params(params)  # a run of the project goes by its own version
    assert layout_in_force("AIP", date(2026, 9, 30)).version == "aip" and "period: {start" in PARAMS


def test_a_title_that_may_mean_another_column_needs_a_persons_word(tmp_path, capsys):
    file = write(tmp_path / "aip.txt", official_rows(I=("Postmark of the appeal", "date", "10", "x")))
    words = ["layouts", "import", str(file), "--table", "AIP", "--from", "2027-01-01", "--folder", str(tmp_path / "own")]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "I ('Postmark of the appeal', here 'Date of determination" in said and not (tmp_path / "own").exists()
    assert main([*words, "--accept-titles"]) == 0
    assert "taken as the same although titled otherwise: I" in capsys.readouterr().out


@pytest.mark.parametrize("words, reason", [
    (["show", "ODD"], "no layout of this name"),
    (["show", "OD", "--on", "tomorrow"], "'tomorrow' is not a day"),
    (["diff", "OD"], "Two versions of OD are needed"),
    (["import", "nowhere.csv", "--table", "OD", "--from", "2027-01-01", "--folder", "x"], "no such file"),
])  # fmt: skip
def test_a_mistake_is_one_sentence(words, reason, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["layouts", *words]) == 2
    said = capsys.readouterr().err
    assert reason in said and len(said.splitlines()) == 1


def test_the_announced_collection_is_listed_and_never_a_layout(capsys):
    """Fourteen elements were seen in the crosswalk before it is cut off, four in a rule pack."""
    collection, = load_announced()
    elements = [one.seen for one in collection.sections[0].elements]
    assert (elements.count("crosswalk"), elements.count("rule pack")) == (14, 4)
    assert collection.status == "announced, not final"
    codes = {section.code for section in collection.sections}
    assert len(codes) == 4 and not codes & set(load_layouts())
    assert all(path.parent.name != "announced" for path in layouts.LAYOUT_FOLDER.glob("*.yaml"))
    assert main(["layouts", "show", "SLD_OD"]) == 0
    assert "announced, not final; never used in a run" in capsys.readouterr().out
    with pytest.raises(InputError, match="There is no layout SLD_OD"):
        layout_in_force("SLD_OD", date(2027, 1, 1))

"""Wrong params end in one sentence that names the file, the name in it, what was found and the mend."""

from datetime import date
from pathlib import Path

import pytest
from suite_projects import PARAMS, make_project

from auditkit.errors import InputError
from auditkit.suite.inputs import check_inputs, needed_variables
from auditkit.suite.params import DelegateFile, Extracts, Params, Period, Reports, Reviewer, Stars, load_params

PROJECT = Path(__file__).parents[1]


def refusal(tmp_path, old: str, new: str) -> str:
    """What is said about the good params file with `old` replaced by `new`."""
    file = make_project(tmp_path)
    assert old in PARAMS
    file.write_text(PARAMS.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_params(file)
    sentence = str(refused.value)
    assert sentence.startswith(str(file)) and sentence.endswith(".") and "\n" not in sentence
    return sentence


def test_a_good_file_is_typed_and_its_defaults_are_stated(tmp_path):
    setup = load_params(make_project(tmp_path))
    assert setup.params.period.end == date(2026, 9, 30)
    assert setup.params.as_of == date(2026, 9, 30)  # the period's end, as nothing else is said
    assert setup.params.time_zone == "America/New_York"
    assert setup.params.synthetic is False
    assert setup.policies["small_cell_threshold"] == 11
    assert setup.root == tmp_path
    assert setup.run_folder == tmp_path / "outputs" / "tiny"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("plan: Tiny", "plam: Tiny", "'plam' is not a name known here; did you mean 'plan'"),
        (
            "folder: extracts",
            "foldr: extracts",
            "'extracts.foldr' is not a name known here; did you mean 'folder'",
        ),
        ("run: tiny\n", "", "'run' is missing"),
        ("run: tiny", "run: My Run", "'run' must be small letters, digits and hyphens"),
        ("[H9901]", "[9901]", "'contracts.1' must be a contract number, one capital letter and four digits"),
        ("[H9901]", "H9901", "'contracts' must be a list, not 'H9901'"),
        ("[H9901]", "[]", "'contracts' must hold at least one value"),
        ("[H9901]", "[H9901, H9901]", "'contracts' names an entry twice"),
        ("[sco]", "[sno]", "'programs.1' must be 'one_care', 'sco' or 'sco_medicaid', not 'sno'"),
        ("run: tiny", "run: review", "'run' must not be 'review': the output folder keeps its review there"),
        ("end: 2026-09-30", "end: 2026-06-30", "'period' ends (2026-06-30) before it starts (2026-07-01)"),
        (
            "end: 2026-09-30",
            "end: 9/30/2026",
            "'period.end' must be a date written as 2026-01-31, not '9/30/2026'",
        ),
        ("{start: 2026-07-01, end: 2026-09-30}", "2026Q3", "'period' must be a group of names and values"),
        ("run: tiny", "run: tiny\nas_of: 2026-01-01", "'as_of' (2026-01-01) lies before the period starts"),
        ("run: tiny", "run: tiny\ntime_zone: America/NewYork", "did you mean America/New_York"),
        ("run: tiny", "run: tiny\nsynthetic: perhaps", "'synthetic' must be true or false, not 'perhaps'"),
        ("run: tiny", "run: tiny\npolicies: {approval_stp: first_notice}", "did you mean approval_stop"),
        ("run: tiny", "run: tiny\npolicies: {approval_stop: never}", "approval_stop must be"),
        ("run: tiny", "run: tiny\nreviewer: {name: K. Osei, role: king}", "'reviewer.role' must be"),
        ("run: tiny", "run: tiny\nstars: {year: soon}", "'stars.year' must be a star year such as 2025"),
    ],
)
def test_each_wrong_entry_is_refused_by_name(tmp_path, old, new, words):
    assert words in refusal(tmp_path, old, new)


def test_leading_zeros_and_times_are_never_retyped(tmp_path):
    """YAML itself reads 012 as ten and 12:30 as 750; a plan called 012 stays 012."""
    file = make_project(tmp_path)
    file.write_text(PARAMS.replace("plan: Tiny Plan", "plan: 012"), encoding="utf-8")
    assert load_params(file).params.plan == "012"


def test_a_file_that_is_missing_or_no_yaml_or_no_list_of_names(tmp_path):
    file = make_project(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        load_params(tmp_path / "params" / "absent.yaml")
    for text in ("- a\n- b\n", "just words"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="must hold lines `name: value`"):
            load_params(file)
    file.write_text("run: [tiny\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        load_params(file)


def test_a_value_that_looks_like_an_address_is_not_repeated(tmp_path):
    """A database URL put in the wrong place must not show its password on the screen."""
    sentence = refusal(tmp_path, "run: tiny", "run: postgresql://me:secret@host/db")
    assert "secret" not in sentence


def test_what_a_run_needs_and_lacks_is_named_before_it_starts(tmp_path, monkeypatch):
    file = make_project(tmp_path)
    setup = load_params(file)
    check_inputs(setup)  # all there

    (tmp_path / "extracts" / "delegates.csv").unlink()
    with pytest.raises(InputError, match=r"extracts/delegates.csv \(extract\) is not there"):
        check_inputs(setup)

    mapping = tmp_path / "params" / "mapping.yaml"
    mapping.write_text(
        mapping.read_text(encoding="utf-8").replace(
            "file: delegates.csv", "connection: TINY_DATABASE\n    query: SELECT NAME FROM D"
        ),
        encoding="utf-8",
    )
    monkeypatch.delenv("TINY_DATABASE", raising=False)
    assert needed_variables(setup) == ["TINY_DATABASE"]
    with pytest.raises(InputError, match="environment variable TINY_DATABASE is not set"):
        check_inputs(setup)
    monkeypatch.setenv("TINY_DATABASE", "sqlite:///x.db")
    check_inputs(setup)

    mapping.unlink()
    with pytest.raises(InputError, match=r"params/mapping.yaml \(mapping of column names\) is not there"):
        check_inputs(setup)


def test_params_outside_a_project_are_refused(tmp_path, monkeypatch):
    file = make_project(tmp_path)
    (tmp_path / "notebooks").rmdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="keep params files inside the project"):
        load_params(file)


def test_a_run_folder_is_not_taken_for_the_project(tmp_path, monkeypatch):
    """nbval and JupyterLab work inside outputs/<run>/notebooks, which has a notebooks folder above it too."""
    make_project(tmp_path / "project")
    inside = tmp_path / "project" / "outputs" / "tiny" / "notebooks"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(PARAMS, encoding="utf-8")
    assert load_params(elsewhere).root == tmp_path / "project"


def test_the_sample_params_are_good():
    assert load_params(PROJECT / "params" / "sample.yaml").params.synthetic is True


def test_every_name_is_described_in_the_docs():
    page = (PROJECT / "docs" / "params.md").read_text(encoding="utf-8")
    names = list(Params.model_fields)
    names += [
        f"{group}.{name}"
        for group, model in (
            ("period", Period), ("extracts", Extracts), ("stars", Stars), ("delegate_files", DelegateFile),
            ("reports", Reports), ("reviewer", Reviewer))
        for name in model.model_fields
    ]
    assert [name for name in names if f"| `{name}` |" not in page] == []

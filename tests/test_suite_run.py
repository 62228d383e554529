"""A run appears whole or not at all, and says in one sentence what went wrong."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from suite_projects import OPEN, make_project, notebook

from auditkit.errors import InputError
from auditkit.suite import kernels
from auditkit.suite.failures import RunFailed
from auditkit.suite.record import recorded_in
from auditkit.suite.run import run_suite

INTAKE = notebook(
    OPEN,
    "import pandas as pd\nrun.save('cases', pd.DataFrame({'case_id': ['007', None], 'day': [20000, 20001]}))",
    "run.record('snapshot', '007')\nrun.record('rows_in', 2)",
    "run.record('rows_out', 1)\nrun.record('rows_set_aside', 1)",
)
REPORT = notebook(
    OPEN,
    "cases = run.table('cases')\nrun.record('findings', {'error': len(cases), 'info': 0})",
    "with run.new_file('workbooks', 'cases.xlsx') as path:\n    path.write_text('sheet')",
    "print(run, list(run.recorded()['01_intake']))",
    "import warnings; warnings.warn('careful')",
    needs=("01_intake",),
)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a run but its manifest, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def left_over(outputs: Path) -> list[str]:
    """What a run must not leave beside its folder; the lock file is empty and stays."""
    return [
        path.name
        for path in outputs.iterdir()
        if path.name.startswith(".") and not path.name.endswith(".lock")
    ]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project whose two notebooks have run, and the summary of that run."""
    root = tmp_path_factory.mktemp("finished")
    params = make_project(root, n_01_intake=INTAKE, n_10_report=REPORT)
    return params, run_suite(params)


def test_the_summary_names_files_totals_and_time(finished):
    _, summary = finished
    assert summary.rows == {"rows_in": 2, "rows_out": 1, "rows_set_aside": 1}
    assert summary.findings == {"error": 2, "warning": 0, "info": 0}
    assert [Path(path).name for path in summary.open_first] == ["10_report.html", "cases.xlsx"]
    assert "2 in, 1 out, 1 set aside" in summary.text()


def test_a_rendered_notebook_tells_nothing_about_the_machine(finished):
    """papermill writes absolute paths and times into the metadata; jupyter writes times into each cell."""
    params, _ = finished
    root = params.parents[1]
    text = (root / "outputs" / "tiny" / "notebooks" / "10_report.ipynb").read_text(encoding="utf-8")
    stored = json.loads(text)
    assert str(root) not in text
    assert "this cell:1: UserWarning: careful" in text and "ipykernel_" not in text  # else it names a process
    assert set(stored["metadata"]) == {"auditkit", "kernelspec", "language_info"}
    assert {key for cell in stored["cells"] for key in cell["metadata"]} == {"tags"}
    injected = [cell for cell in stored["cells"] if "injected-parameters" in cell["metadata"].get("tags", [])]
    assert [(cell["id"], "".join(cell["source"]).splitlines()[-1]) for cell in injected] == [
        ("injected-parameters", 'params_file = "params/x.yaml"')
    ]


def test_equal_inputs_give_equal_bytes_and_only_keeps_the_rest(finished):
    params, _ = finished
    run = params.parents[1] / "outputs" / "tiny"
    before = files(run)
    assert len(before) == 6  # two notebooks, two narratives, a table, a workbook
    again = run_suite(params, only=["10"])
    assert files(run) == before
    assert again.kept == ["01_intake"] and again.outdated == []
    assert run_suite(params, only=["01"]).outdated == ["10_report"]
    assert files(run) == before
    assert left_over(run.parent) == []


def test_only_is_refused_when_there_is_nothing_to_keep_or_the_params_changed(tmp_path):
    params = make_project(
        tmp_path, n_01_intake=notebook("1"), n_10_report=notebook("2", needs=("01_intake",))
    )
    with pytest.raises(InputError, match="does not exist yet; run without --only first"):
        run_suite(params, only=["10"])
    with pytest.raises(InputError, match="the numbers are 01, 10"):
        run_suite(params, only=["11"])
    run_suite(params)
    params.write_text(params.read_text(encoding="utf-8").replace("Tiny Plan", "Other Plan"), encoding="utf-8")
    with pytest.raises(InputError, match="was made with other params"):
        run_suite(params, only=["10"])


def test_kernels_talk_over_ipc(tmp_path):
    """A Unix socket has no port to race for and no traffic for others to read."""
    ask = "import ipykernel.kernelapp as k\nprint(k.IPKernelApp.instance().transport)"
    params = make_project(tmp_path, n_01_intake=notebook(ask))
    run_suite(params)
    assert '"ipc\\n"' in (tmp_path / "outputs" / "tiny" / "notebooks" / "01_intake.ipynb").read_text(
        encoding="utf-8"
    )


@pytest.fixture
def standing(tmp_path, monkeypatch):
    """A project with a finished run, and a way to try another notebook that must leave it as it was."""
    params = make_project(tmp_path, n_01_intake=notebook("'first'"))
    run_suite(params)
    run = tmp_path / "outputs" / "tiny"
    before = files(run)
    monkeypatch.chdir(tmp_path)

    def attempt(cell: str, error: type[Exception]) -> str:
        make_project(tmp_path, n_01_intake=notebook(OPEN, cell))
        with pytest.raises(error) as stopped:
            run_suite(params)
        assert files(run) == before
        assert left_over(run.parent) == []
        return str(stopped.value)

    return attempt


def test_an_error_in_a_notebook_is_logged_without_any_value(standing):
    """The failing value is a member's name: it must be neither in the sentence nor in the log."""
    sentence = standing("member = 'Josefina Quiroz'\nrun.path(member, 'x')", RunFailed)
    assert sentence.startswith("notebook 01_intake stopped in cell 4 (ValueError); the log is outputs/logs/")
    log = Path(sentence.rsplit("the log is ", 1)[1]).read_text(encoding="utf-8")
    assert "auditkit/suite/notebook.py" in log and "in Run.path" in log
    assert "Josefina" not in log + sentence


def test_the_users_mistake_inside_a_notebook_keeps_its_sentence(standing):
    assert standing("run.table('appeals')", InputError) == (
        "run tiny has no table appeals; run the notebook that makes it first."
    )


def test_a_full_disk_is_one_sentence(standing):
    """/dev/full gives the system's own "no space left" on every write."""
    assert standing("open('/dev/full', 'w').write('x' * 100_000)", InputError).startswith("the disk is full:")


def test_a_lost_process_and_a_long_cell_are_told_apart(standing, monkeypatch):
    assert "lost its Python process" in standing("import os; os._exit(9)", RunFailed)
    monkeypatch.setattr(kernels, "CELL_SECONDS", 1)
    assert "because a cell ran longer" in standing("import time; time.sleep(60)", RunFailed)


def test_the_first_failure_ends_the_others_and_only_it_is_logged(tmp_path, capfd):
    sleeping = notebook("import time; time.sleep(60)")
    params = make_project(tmp_path, n_01_failing=notebook("1 / 0"), n_02_sleeping=sleeping)
    started = time.monotonic()
    with pytest.raises(RunFailed, match="notebook 01_failing stopped in cell 3 .ZeroDivisionError."):
        run_suite(params)
    assert time.monotonic() - started < 50  # well before the other would have ended by itself
    assert [log.name.split("-", 2)[2] for log in (tmp_path / "outputs" / "logs").iterdir()] == [
        "01_failing.log"
    ]
    assert "Kernel died" not in capfd.readouterr().err


def start_sleeping_run(root: Path) -> tuple[subprocess.Popen, Path]:
    """A run in a process of its own whose only notebook sleeps, and the folder it is made in."""
    params = make_project(
        root,
        n_01_intake=notebook("from pathlib import Path\nimport time\nPath('asleep').touch(); time.sleep(60)"),
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "auditkit.suite.cli", "run", params.relative_to(root)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up = time.monotonic() + 30
    while not (root / "asleep").exists():
        assert process.poll() is None and time.monotonic() < give_up
        time.sleep(0.05)
    return process, root / "outputs" / f".tiny.partial-{process.pid}"


def test_a_killed_run_leaves_the_earlier_one_and_is_cleared_by_the_next(tmp_path):
    params = make_project(tmp_path, n_01_intake=notebook("'first'"))
    run_suite(params)
    before = files(tmp_path / "outputs" / "tiny")
    process, stage = start_sleeping_run(tmp_path)
    assert stage.is_dir()
    process.kill()
    process.communicate()
    assert files(tmp_path / "outputs" / "tiny") == before
    assert stage.is_dir()  # nothing could be cleared by a process that was killed
    run_suite(make_project(tmp_path, n_01_intake=notebook("'first'")))
    assert files(tmp_path / "outputs" / "tiny") == before
    assert left_over(tmp_path / "outputs") == []


def test_an_interrupted_run_says_so_and_clears_up(tmp_path):
    process, stage = start_sleeping_run(tmp_path)
    with pytest.raises(InputError, match="run tiny is being made by another process"):
        run_suite(tmp_path / "params" / "x.yaml")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Stopped; what was there before is unchanged."
    assert "Traceback" not in said
    assert not stage.exists() and not (tmp_path / "outputs" / "tiny").exists()


def test_a_run_killed_between_its_two_renames_is_brought_back(tmp_path):
    """The swap renames the old run away, then the new one in; a kill between the two must lose nothing."""
    params = make_project(tmp_path, n_01_intake=notebook("'first'"))
    run_suite(params)
    run = tmp_path / "outputs" / "tiny"
    before = files(run)
    run.rename(run.with_name(".tiny.former-1"))
    make_project(tmp_path, n_01_intake=notebook("1 / 0"))
    with pytest.raises(RunFailed):
        run_suite(params)
    assert files(run) == before


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("params_file = 'x'\nyear = 2026", "must be one line"),  # papermill retypes numbers
        ("import os\nparams_file = 'x'", "must be one line"),
        ("params_file = 'params/' + 'x.yaml'", "must be one line"),  # a derived value goes stale
        ("file = 'params/x.yaml'", "must be one line"),
    ],
)
def test_a_parameters_cell_that_is_not_plain_is_refused_before_any_kernel_starts(tmp_path, cell, words):
    params = make_project(tmp_path, n_01_intake=notebook("1", parameters=cell))
    with pytest.raises(InputError, match=words):
        run_suite(params)
    assert not (tmp_path / "outputs").exists()


def test_needs_that_cannot_be_met_are_refused(tmp_path):
    params = make_project(tmp_path, n_01_a=notebook("1", needs=("02_b",)))
    with pytest.raises(InputError, match="01_a.ipynb: needs 02_b, and there is no such notebook"):
        run_suite(params)
    make_project(tmp_path, n_02_b=notebook("1", needs=("01_a",)))
    with pytest.raises(InputError, match="in a circle"):
        run_suite(params)


def test_progress_lines_are_plain_where_there_is_no_terminal(tmp_path, capfd):
    params = make_project(tmp_path, n_01_intake=notebook("1"))
    run_suite(params)
    said = capfd.readouterr().err
    assert "01_intake  started" in said and "01_intake  done in" in said
    assert "\x1b" not in said


def test_recorded_values_are_read_without_scrapbook(finished):
    params, _ = finished
    folder = params.parents[1] / "outputs" / "tiny" / "notebooks"
    assert recorded_in(folder / "01_intake.ipynb") == {
        "snapshot": "007",
        "rows_in": 2,
        "rows_out": 1,
        "rows_set_aside": 1,
    }

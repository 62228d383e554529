"""The command line: one sentence and the right exit code, whatever happens."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from suite_projects import make_project, notebook

from auditkit.errors import InputError
from auditkit.suite import cli
from auditkit.suite.failures import RunFailed

COMMANDS = ("run", "sample", "check", "explain", "doctor", "rules", "selftest", "stars")


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    """Exit code, what went to standard output, what went to standard error."""
    code = cli.main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def raising(error: Exception):
    def command(*_):
        raise error

    return command


def test_the_command_alone_prints_help(capsys):
    code, out, err = said(capsys)
    assert (code, err) == (0, "")
    assert all(re.search(rf"^    {command} ", out, re.MULTILINE) for command in COMMANDS)
    assert "exit codes: 0 done" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_page_with_an_example(capsys, command):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert "auditkit " + command in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "invalid choice: 'rnu'"),
        (["run"], "the following arguments are required: PARAMS"),
        (["run", "params/x.yaml", "--job", "x"], "invalid int value"),
        (["run", "params/x.yaml", "--jobs", "0"], "--jobs must be 1 or more"),
        (["run", "absent.yaml"], "absent.yaml: no such file"),
        (["sample", "somewhere", "--members", "0"], "--members must be 1 or more"),
        (["check", "OD", "absent.txt", "--out", "x", "--program", "two_care"], "invalid choice: 'two_care'"),
        (["explain", "no-such-run", "1"], "no-such-run: there is no such run in outputs"),
        (["rules", "show", "aproval_stop"], "nearest are approval_stop"),
        (["doctor", "absent.yaml"], "absent.yaml: no such file"),
        (["doctor", "."], ".: this is a folder"),
        (["selftest", "--source", "postgresql://reader:secret@host/plan"], "the name of an environment variable"),
    ],
)
def test_the_users_mistake_is_one_sentence_and_code_2(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = said(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err and len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []  # nothing written


@pytest.mark.parametrize("arguments", [
    ["check", "OD", "absent.txt", "--out", "taken"],
    ["sample", "taken/deeper", "--members", "1000"],
    ["universes", "compare", "a.txt", "b.txt", "--table", "OD", "--out", "taken"],
])  # fmt: skip
def test_a_file_where_a_folder_should_be_is_left_alone(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    code, _, err = said(capsys, *arguments)
    assert code == 2 and "taken is a file, so nothing can be written into it" in err
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError("x.csv: is empty."), 2, "x.csv: is empty."),
        (KeyboardInterrupt(), 130, "Stopped; what was there before is unchanged."),
        (OSError(28, "No space left on device"), 2, "the disk is full: a file could not be written"),
        (
            RunFailed("notebook 10 stopped; the log is y"),
            1,
            "Something went wrong on our side: notebook 10 stopped",
        ),
        (ValueError("Josefina Quiroz"), 1, "Something went wrong on our side (ValueError); the log is"),
    ],
)
def test_each_kind_of_error_has_its_code(capsys, monkeypatch, tmp_path, error, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(cli, "_do_doctor", raising(error))
    ended, _, err = said(capsys, "doctor")
    assert ended == code
    assert err.startswith(words) and len(err.splitlines()) == 1
    logs = list((tmp_path / "outputs").rglob("*.log")) if (tmp_path / "outputs").exists() else []
    assert len(logs) == isinstance(error, ValueError)
    for log in logs:  # where it happened, and nothing of what was in it
        text = log.read_text(encoding="utf-8")
        assert text.startswith("ValueError\n") and "in command" in text and "Josefina" not in text


def test_a_run_ends_with_its_summary_on_standard_output(capfd, tmp_path, monkeypatch):
    params = make_project(tmp_path, n_01_intake=notebook("1"))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run", str(params.relative_to(tmp_path))]) == 0
    out, err = capfd.readouterr()
    assert "outputs/tiny/narratives/01_intake.html" in out
    assert "01_intake  done in" in err


def test_the_doctor_names_what_params_need(capsys, tmp_path, monkeypatch):
    params = make_project(tmp_path, n_01_intake=notebook("1"))
    monkeypatch.chdir(tmp_path)
    code, out, _ = said(capsys, "doctor", str(params.relative_to(tmp_path)))
    assert code == 0
    assert "ok       pandas: " in out and "ok       extracts/delegates.csv: extract" in out
    (tmp_path / "extracts" / "delegates.csv").unlink()
    _, out, _ = said(capsys, "doctor", str(params.relative_to(tmp_path)))
    assert "MISSING  extracts/delegates.csv: extract; not there" in out
    assert "What is marked MISSING is needed." in out


def test_rules_are_printed_for_a_person(capsys):
    _, out, _ = said(capsys, "rules", "list")
    assert "Timeframes (142)" in out and "Record layouts (13)" in out
    assert re.search(r"AIP-IOD-STD-PA +7 calendar days", out)
    _, out, _ = said(capsys, "rules", "show", "OD")
    assert "Standard and Expedited Pre-service Organization Determinations" in out


def test_output_into_a_closed_pipe_is_no_error():
    process = subprocess.run(
        f"{sys.executable} -m auditkit.suite.cli rules list | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        timeout=60,
    )
    assert process.stdout.startswith("Rules version") and process.stderr == ""

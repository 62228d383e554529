"""The whole suite on a small sample plan: whole, repeatable, and true when it is executed again."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from axe_pages import CHROMIUM, chromium, faults
from report_tables import assert_adds_up

from auditkit.publish.lint import lint_html
from auditkit.publish.manifest import read_manifest, verify_manifest
from auditkit.reports.walk import walk_faults
from auditkit.stars.position import star_folders
from auditkit.suite.cli import main
from auditkit.suite.environment import variables
from auditkit.suite.params import load_params
from auditkit.suite.run import run_suite
from auditkit.suite.share import share

PROJECT = Path(__file__).parents[1]
STORED = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def test_the_run_holds_everything_its_manifest_names(rendered):
    run, _, summary = rendered
    assert verify_manifest(run) == []
    assert {path.stem for path in (run / "notebooks").iterdir()} == {path.stem for path in STORED}
    assert {path.stem for path in (run / "narratives").iterdir()} == {path.stem for path in STORED}
    assert list((run / "workbooks").glob("*.xlsx")) and list((run / "submissions").iterdir())
    assert summary.rows["rows_in"] == summary.rows["rows_out"] + summary.rows["rows_set_aside"]
    assert read_manifest(run)["facts"]["inputs"]


def test_cmss_public_tables_are_inputs_with_their_hashes(rendered):
    """Where the folder of public data is at hand, its star tables were read and the manifest names each."""
    run, params, _ = rendered
    folders = star_folders(load_params(params).data_folder)
    if not folders:
        pytest.skip("no public Star Ratings tables: set AUDITKIT_DATA to the folder that holds star_ratings/")
    named = read_manifest(run)["facts"]["public_inputs"]
    assert {one["file"].split("/")[1] for one in named} == {str(year) for year in folders}
    assert all(len(one["sha256"]) == 64 for one in named)


def test_every_narrative_is_self_contained_and_accessible(rendered):
    run, _, _ = rendered
    faults = {
        path.name: lint_html(path.read_text(encoding="utf-8")) for path in (run / "narratives").iterdir()
    }
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_page_to_post_is_held_to_the_same(rendered):
    run, _, _ = rendered
    (page,) = (run / "submissions").glob("prior_authorization_*.html")
    assert lint_html(page.read_text(encoding="utf-8")) == []


def test_the_numbers_of_the_reports_add_up_and_each_count_is_its_case_list(rendered):
    run, _, _ = rendered
    assert_adds_up(*(pd.read_parquet(run / "data" / f"report_{name}.parquet") for name in ("elements", "cases")))


def test_the_walk_from_report_to_report_leaves_no_appeal_unexplained(rendered):
    run, _, _ = rendered
    assert walk_faults(pd.read_parquet(run / "data" / "appeals_walk.parquet")) == []


def test_nothing_in_the_run_tells_about_the_machine(rendered):
    run, _, _ = rendered
    texts = [path for kind in ("notebooks", "narratives", "submissions") for path in (run / kind).iterdir()]
    assert [path.name for path in texts if str(PROJECT) in path.read_text(encoding="utf-8")] == []


def test_a_second_run_gives_the_same_bytes(rendered):
    """Equal params, extracts and rules: the manifests of both runs carry one hash over all outputs."""
    run, params, _ = rendered
    first = read_manifest(run)
    extracts = params.parent / "extracts"
    with variables(AUDITKIT_SAMPLE_DATABASE=f"sqlite:///{extracts}/plan.db"):
        run_suite(params)
    second = read_manifest(run)
    assert second["outputs"] == first["outputs"]
    assert second["content_sha256"] == first["content_sha256"]


def test_the_rendered_notebooks_say_the_same_when_nbval_executes_them_again(rendered):
    """nbval runs every cell of a copy of the run and compares each output with the one stored."""
    run, params, _ = rendered
    # The copy lies in the project, because nbval starts kernels in the notebook's folder and params are
    # looked for from there upwards. Without its manifest it may be written to.
    copy = PROJECT / "outputs" / f".nbval-{os.getpid()}"
    shutil.copytree(run, copy)
    (copy / "manifest.json").unlink()
    environment = os.environ | {
        "AUDITKIT_RUN_FOLDER": str(copy),
        "TQDM_DISABLE": "1",
        "PYTHONHASHSEED": "0",
        "AUDITKIT_SAMPLE_DATABASE": f"sqlite:///{params.parent}/extracts/plan.db",
    }
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "--nbval",
                "--nbval-current-env",
                "-p",
                "no:cacheprovider",
                copy / "notebooks",
            ],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_notebook_has_no_outputs_and_its_needs_stand_in_its_metadata(path):
    stored = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert isinstance(stored["metadata"]["auditkit"]["needs"], list)
    assert stored["metadata"]["auditkit"]["title"]


def test_monitoring_tables_hold_reconsiderations_of_the_quarter_only(rendered, tmp_path, capsys):
    _, params, _ = rendered
    assert main(["universes", "tmp", str(params), "--year", "2026", "--out", str(tmp_path / "tmp")]) == 0
    said = capsys.readouterr().out
    assert "RECON:" in said and "PYMT_C:" in said and "reconsiderations only" in said
    payment = pd.read_csv(tmp_path / "tmp" / "TMP_PYMT_C.txt", sep="\t", dtype=str, keep_default_na=False)
    assert set(payment.iloc[:, 10]) <= {"RECON"}  # column K: type of request
    recon = pd.read_csv(tmp_path / "tmp" / "TMP_RECON.txt", sep="\t", dtype=str, keep_default_na=False)
    assert recon.iloc[:, 15].between("2026/01/01", "2026/03/31").all()  # column P: date of determination
    assert {path.name for path in (tmp_path / "tmp").iterdir()} == {
        "TMP_RECON.txt", "TMP_PYMT_C.txt", "TMP_findings.csv", "TMP_verdicts.csv"}


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")
def test_axe_finds_nothing_on_any_page_and_the_share_edition_passes_the_gate(rendered, tmp_path, monkeypatch):
    """Every page of the run, the posted one among them, and the public edition made from it."""
    run, _, _ = rendered
    monkeypatch.setenv("AUDITKIT_REVIEWER", "Ana Cho")
    monkeypatch.setenv("AUDITKIT_ROLE", "compliance officer")
    made = share(str(run), "public", to=tmp_path)
    assert {check.result for check in made.checks} == {"passed", "by hand"}
    pages = [*sorted(run.rglob("*.html")), *made.folder.glob("*.html")]
    assert len(pages) == len(STORED) + 2
    with chromium() as browser:
        assert faults(browser, pages) == {}

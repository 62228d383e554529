"""A delegate's file that a run of another period already read is named when a run ends."""

import json
from types import SimpleNamespace

import pytest

from auditkit.suite.reused_files import delegate_files_used_before

OURS, THEIRS = "a" * 64, "b" * 64


def keep_manifest(folder, run: str, period: str, hashes: dict[str, str]) -> None:
    """The manifest of a run with the plan's own members.csv and the delegate's ipa.xlsx."""
    delegates = {"members.csv": "", "ipa.xlsx [Cases]": "Harborview"}
    facts = {
        "run": run,
        "period": period,
        "inputs": [{"extract": name, "sha256": digest} for name, digest in hashes.items()],
        "reconciliation": [{"extract": name, "delegate": delegates[name]} for name in hashes],
    }
    (folder / run).mkdir(parents=True)
    (folder / run / "manifest.json").write_text(json.dumps({"facts": facts}), encoding="utf-8")


@pytest.fixture
def setup(tmp_path):
    """Run q3, which read the same two files as run q2; a third folder holds no readable manifest."""
    same = {"members.csv": OURS, "ipa.xlsx [Cases]": THEIRS}
    keep_manifest(tmp_path, "q2", "2026-04-01 to 2026-06-30", same)
    keep_manifest(tmp_path, "q3", "2026-07-01 to 2026-09-30", same)
    keep_manifest(tmp_path, "q3-again", "2026-07-01 to 2026-09-30", same)
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "manifest.json").write_text("{", encoding="utf-8")
    return SimpleNamespace(run_folder=tmp_path / "q3", params=SimpleNamespace(delegate_files=[]))


def test_the_same_file_for_another_period_is_named(setup):
    """The delegate's file, not the plan's own members file, and not the second run of the same quarter."""
    (sentence,) = delegate_files_used_before(setup)
    assert sentence.startswith("ipa.xlsx [Cases] is the same file that run q2 read for 2026-04-01 to 2026-06-30")


def test_a_reuse_the_params_state_is_a_finding_already(setup):
    setup.params.delegate_files = [SimpleNamespace(extract="ipa.xlsx", reused_from="the second quarter")]
    assert delegate_files_used_before(setup) == []


def test_another_file_of_the_same_name_is_none(setup, tmp_path):
    keep_manifest(tmp_path, "q4", "2026-10-01 to 2026-12-31", {"ipa.xlsx [Cases]": "c" * 64})
    setup.run_folder = tmp_path / "q4"
    assert delegate_files_used_before(setup) == []

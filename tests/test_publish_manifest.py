"""The manifest: what two equal runs share, and what a changed file gives away."""

import hashlib
import json

import pytest

from auditkit.errors import InputError
from auditkit.publish.manifest import verify_manifest, write_manifest
from auditkit.rules.version import rules_version


@pytest.fixture
def run(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "od.parquet").write_bytes(b"rows")
    (tmp_path / "index.html").write_bytes(b"page")
    return tmp_path


def test_outputs_stand_with_their_hashes_and_rules_with_their_version(run):
    write_manifest(run, {"run": "q3", "inputs": [{"name": "auth.csv", "sha256": "00", "rows": 5}]})
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["outputs"][0] == {
        "file": "data/od.parquet",
        "bytes": 4,
        "sha256": hashlib.sha256(b"rows").hexdigest(),
    }
    assert manifest["rules"]["version"] == rules_version()
    assert manifest["facts"]["inputs"][0]["rows"] == 5
    assert manifest["facts"]["output_class"] == "working"
    assert manifest["code"]["python"].startswith("3.")


def test_two_equal_runs_share_everything_but_their_times(run):
    first = write_manifest(run, {"run": "q3", "started": "2026-11-22T10:00:00Z"})
    second = write_manifest(run, {"run": "q3", "started": "2026-11-23T11:00:00Z"})
    assert first["content_sha256"] == second["content_sha256"]
    assert first.pop("times") != second.pop("times")
    assert first == second


def test_an_untouched_run_agrees_with_its_manifest(run):
    write_manifest(run, {})
    assert verify_manifest(run) == []


def test_each_change_after_the_run_is_told(run):
    write_manifest(run, {})
    (run / "index.html").write_bytes(b"changed")
    (run / "data" / "od.parquet").unlink()
    (run / "extra.txt").write_bytes(b"new")
    assert verify_manifest(run) == [
        "data/od.parquet: stands in the manifest but not in the run.",
        "extra.txt: stands in the run but not in the manifest.",
        "index.html: was changed after the run ended.",
    ]


def test_a_manifest_whose_list_was_changed_is_told(run):
    manifest = write_manifest(run, {})
    (run / "index.html").write_bytes(b"changed")
    manifest["outputs"][1]["sha256"] = hashlib.sha256(b"changed").hexdigest()
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert verify_manifest(run) == ["manifest.json: the list of outputs was changed after the run ended."]


def test_a_missing_or_broken_manifest_is_one_sentence(run):
    with pytest.raises(InputError, match="no manifest there"):
        verify_manifest(run)
    (run / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="is not JSON"):
        verify_manifest(run)

"""Releases: what stops one, what stays behind it, how it is verified, and that nothing released changes."""

import json
import os
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from release_files import CASE, FIRST, LAST, own, write_page, write_workbook

from auditkit.errors import InputError
from auditkit.findings.identity import Identity
from auditkit.publish.draft import Edition, Waiver
from auditkit.publish.manifest import write_manifest
from auditkit.publish.register import (
    latest,
    next_version,
    register_held,
    register_path,
    released_cells,
    releases,
    superseded_by,
)
from auditkit.publish.release import drafted, place
from auditkit.publish.retention import retained_until
from auditkit.publish.sign import make_keys, read_public_key, read_signing_key
from auditkit.publish.verify import verify
from auditkit.rules.policies import resolve_policies

REVIEWER = Identity("M. Lee", "reviewer", "mlee@here")
OFFICER = Identity("P. Ortiz", "compliance officer", "portiz@here")
CELLS = {"grievances|all|one_care|2026Q3": 10432, "grievances|all|sco|2026Q3": "primary"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """The plan's pair of keys."""
    folder = tmp_path_factory.mktemp("keys") / "pair"
    make_keys(folder)
    return SimpleNamespace(
        secret=read_signing_key(folder / "release.key"), public=read_public_key(folder / "release.pub")
    )


@pytest.fixture
def run(tmp_path):
    """A finished run that read one member."""
    return make_run(tmp_path / "outputs" / "tiny")


def make_run(folder):
    (folder / "data" / "snapshot").mkdir(parents=True)
    members = pa.table({"member_id": ["00010002"], "first_name": [FIRST], "last_name": [LAST]})
    pq.write_table(members, folder / "data" / "snapshot" / "members.parquet")
    write_manifest(
        folder,
        {
            "run": "tiny",
            "plan": "Tiny Plan",
            "period": "2026-07-01 to 2026-09-30",
            "policies": resolve_policies({}),
            "inputs": [{"extract": "members.csv", "table": "members", "sha256": "00", "rows": 1}],
            "started": "2026-10-05T12:00:00+00:00",
            "ended": "2026-10-05T12:01:00+00:00",
        },
    )
    return folder


def release(run, output_class="shared", reason="", page=("", ""), key=None, **given):
    """A release of the small edition; given: fields of the Edition."""
    with drafted(run, output_class, reason=reason) as draft:
        write_page(draft.page, *page)
        write_workbook(draft.workbook)
        log = pd.DataFrame(
            [
                {
                    "id": "grievances|all|sco|2026Q3",
                    "value": 4,
                    "kind": "primary",
                    "reason": "a count of 1 to 10",
                }
            ]
        )
        edition = Edition(**{"cells": CELLS, "log": log, "own": own(), "who": REVIEWER, "key": key} | given)
        return place(draft, edition)


@pytest.fixture(scope="module")
def signed(tmp_path_factory, keys):
    """A signed release, for those who only look at it."""
    return release(make_run(tmp_path_factory.mktemp("signed") / "outputs" / "tiny"), key=keys.secret).folder


def test_a_release_and_what_replaces_it(run, keys):
    """Version 2 says why it is there and what it replaces; version 1 stays as it was; a statement says so."""
    first = release(run, key=keys.secret)
    assert first.folder == run.resolve().parent / "releases" / "tiny_shared_v1"
    names = [f"tiny_shared_v1.{kind}{sig}" for kind in ("html", "json", "xlsx") for sig in ("", ".minisig")]
    assert sorted(path.name for path in first.folder.iterdir()) == names
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    with pytest.raises(
        InputError, match="tiny_shared_v1 was released before; say why it is made again with --reason"
    ):
        release(run)
    second = release(
        run,
        reason="Grievances of a delegate came late.",
        key=keys.secret,
        cells=CELLS | {"grievances|all|one_care|2026Q3": 10450},
    )
    manifest = json.loads((second.folder / "tiny_shared_v2.json").read_text(encoding="utf-8"))
    assert manifest["evidence"]["R-13"] == {
        "version": 2,
        "replaces": "tiny_shared_v1",
        "reason": "Grievances of a delegate came late.",
    }
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
    statement = (first.folder.parent / "tiny_shared_v1_superseded.txt").read_text(encoding="utf-8")
    assert statement.startswith(
        "tiny_shared_v1 is superseded: tiny_shared_v2 replaces it.\nReason: Grievances"
    )
    assert "This release is superseded" in verify(first.folder, keys.public).text()
    made = releases(register_path(run.parent))
    assert [each.name for each in made] == ["tiny_shared_v1", "tiny_shared_v2"]
    assert (
        superseded_by(made, "tiny_shared_v1").name == "tiny_shared_v2"
        and superseded_by(made, "tiny_shared_v2") is None
    )
    assert released_cells(made) == {
        "grievances|all|one_care|2026Q3": (10432, 10450),
        "grievances|all|sco|2026Q3": "primary",
    }
    assert latest(made, "tiny", "public") is None


def test_what_a_release_leaves_behind(run):
    """The manifest that leaves holds no row counts; log, checks and the run's manifest stay with the plan."""
    made = release(run)
    text = (made.folder / "tiny_shared_v1.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["class"] == "shared" and manifest["retained_until"] == "2040-12-31"
    assert list(manifest["evidence"]) == [f"R-{number:02}" for number in range(1, 14)]
    assert manifest["cells"] == {"shown": 1, "hidden": 1} and manifest["small_cell_threshold"] == 11
    assert '"rows"' not in text and "members.csv" not in text
    results = {check["id"]: check["result"] for check in manifest["evidence"]["R-07"]}
    assert set(results.values()) == {"passed", "by hand"} and results["P-07"] == "passed"
    kept = run.parent / "review" / "releases" / "tiny_shared_v1"
    assert sorted(path.name for path in kept.iterdir()) == [
        "checks.csv",
        "gate_report.csv",
        "manifest.json",
        "suppression_log.csv",
    ]
    assert "primary" in (kept / "suppression_log.csv").read_text(encoding="utf-8")
    assert (run.parent / "review").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o222 == 0 for path in made.folder.iterdir())


def test_the_day_until_which_a_release_is_kept():
    """The end of the final contract period, 2030 unless said otherwise, and ten years."""
    assert retained_until(resolve_policies({})) == date(2040, 12, 31)
    assert retained_until(resolve_policies({"final_contract_year": "2032", "retention_years": "12"})) == date(
        2044, 12, 31
    )


def stopped(run, sentence, **given):
    """Nothing is released, and nothing is registered."""
    with pytest.raises(InputError, match=sentence) as refusal:
        release(run, **given)
    assert not list((run.parent / "releases").iterdir())
    assert not register_path(run.parent).exists()
    return str(refusal.value)


def test_the_gate_stops_a_release_and_tells_no_value(run):
    told = stopped(
        run,
        r"Nothing was released: tiny_shared_v1.html, line \d+, text of td holds P-06 a name",
        page=("<td>One Care</td>", f"<td>{LAST}</td>"),
    )
    report = (run.parent / "review" / "releases" / "tiny_shared_v1" / "gate_report.csv").read_text(
        encoding="utf-8"
    )
    assert LAST not in told + report and report.startswith("file,place,kind\ntiny_shared_v1.html,")
    # The reason leaves with the manifest, so it is read as well.
    assert "tiny_shared_v1.json" in stopped(run, "P-07", limits=(f"Known for {FIRST[:0]}00010002 only.",))


def test_a_failed_check_stops_a_release_unless_it_is_waived(run):
    no_caption = {"page": ("<caption>Grievances by program</caption>", "")}
    stopped(
        run,
        r"check W-03 failed \(table 1 has no caption\); mend it, or have a compliance officer",
        **no_caption,
    )
    for waivers, sentence in (
        (
            {"W-03": Waiver(REVIEWER, "One table.")},
            "W-03: a release check is waived by a compliance officer, not by a reviewer",
        ),
        ({"W-03": Waiver(OFFICER, " ")}, "W-03: a waiver needs a reason"),
        ({"P-07": Waiver(OFFICER, "x")}, "P-07 is never waived"),
        ({"W-99": Waiver(OFFICER, "x")}, "W-99: there is no such release check"),
    ):
        stopped(run, sentence, waivers=waivers, **no_caption)
    made = release(run, waivers={"W-03": Waiver(OFFICER, "The heading says it.")}, **no_caption)
    manifest = json.loads((made.folder / "tiny_shared_v1.json").read_text(encoding="utf-8"))
    told = next(check for check in manifest["evidence"]["R-07"] if check["id"] == "W-03")
    assert (told["result"], told["who"], told["why"]) == (
        "waived",
        "P. Ortiz, compliance officer",
        "The heading says it.",
    )


def test_a_small_count_is_stopped_a_second_time(run):
    """Suppression decides; the checklist looks again. 4 cases, and 10,432 that become 10,436, tell four.
    A count of rules is nobody's."""
    stopped(
        run,
        "check P-20 failed .cell grievances.all.sco.2026Q3 shows a count below 11",
        cells=CELLS | {"grievances|all|sco|2026Q3": 4},
    )
    release(run, cells=CELLS | {"rules|late|plan|2026Q3": 4}, of_nobody=frozenset({"rules|late|plan|2026Q3"}))
    with pytest.raises(
        InputError, match="check P-22 failed .*differs by less than 11 from what was released"
    ):
        release(run, reason="Four more.", cells=CELLS | {"grievances|all|one_care|2026Q3": 10436})


def test_a_public_edition_needs_a_compliance_officer(run):
    stopped(run, "check R-11 failed .a public edition needs a compliance officer", output_class="public")
    made = release(
        run, output_class="public", signed=(("compliance officer", "P. Ortiz", "2026-10-06T09:00:00Z"),)
    )
    assert made.release.name == "tiny_public_v1"


def test_a_register_that_was_changed_or_taken_away_stops_every_release(run):
    release(run)
    register = register_path(run.parent)
    whole = register.read_bytes()
    register.write_bytes(whole.replace(b"10432", b"10433"))
    with pytest.raises(InputError, match="line 1 was changed after it was written; put the register back"):
        release(run, reason="x")
    register.unlink()
    with pytest.raises(InputError, match="is gone, and what was released before is no longer known"):
        release(run, reason="x")
    register.write_bytes(whole)
    assert release(run, reason="Same again.").release.version == 2


def test_one_release_at_a_time_and_never_over_another(run, monkeypatch):
    with (
        register_held(register_path(run.parent)),
        pytest.raises(InputError, match="another release is being made"),
    ):
        release(run)
    folder = run.parent / "releases"
    (folder / "tiny_shared_v4").mkdir(
        parents=True
    )  # of a register that is lost: its number is not used again
    assert next_version([], "tiny", "shared", folder) == 5
    assert release(run).release.name == "tiny_shared_v5"

    def refused(*_):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr("pathlib.Path.rename", refused)
        with pytest.raises(OSError):
            release(run, reason="x")
    # What was registered and could not be placed is taken back, and its number can be used.
    assert [each.name for each in releases(register_path(run.parent))] == ["tiny_shared_v5"]
    assert release(run, reason="x").release.name == "tiny_shared_v6"
    assert [each.name for each in releases(register_path(run.parent))] == ["tiny_shared_v5", "tiny_shared_v6"]


@pytest.mark.parametrize("name", ["tiny_shared_v1.html", "tiny_shared_v1.xlsx", "tiny_shared_v1.json"])
def test_a_changed_byte_is_noticed_wherever_it_stands(signed, keys, tmp_path, name):
    """One bit flipped at thirty places; the recipient has the file, its signature and the public key."""
    content = (signed / name).read_bytes()
    (tmp_path / f"{name}.minisig").write_bytes((signed / f"{name}.minisig").read_bytes())
    target = tmp_path / name
    target.write_bytes(content)
    assert verify(target, keys.public).holds
    for at in range(0, len(content), len(content) // 30):
        target.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        verdict = verify(target, keys.public)
        assert not verdict.holds and verdict.faults[0].startswith(
            f"{name}: it was changed after it was signed"
        )


def test_a_page_alone_carries_its_signature(signed, keys, tmp_path):
    page = tmp_path / "tiny_shared_v1.html"
    page.write_bytes((signed / page.name).read_bytes())
    assert "is as it was signed at" in verify(page, keys.public).text()
    page.write_bytes(page.read_bytes().replace(b"10,432", b"10,433"))
    assert verify(page, keys.public).faults == ["tiny_shared_v1.html: it was changed after it was signed."]
    renamed = tmp_path / "tiny_shared_v2.html"
    renamed.write_bytes((signed / page.name).read_bytes())
    assert "under the name tiny_shared_v1.html" in verify(renamed, keys.public).text()
    # Cut off its signature, and nothing is left to verify against.
    renamed.write_bytes((signed / page.name).read_bytes().split(b"\n<!-- auditkit")[0])
    assert not verify(renamed, keys.public).holds
    with pytest.raises(InputError, match="there is neither a signature nor a release manifest"):
        verify(renamed)


def test_a_whole_release_is_verified_against_manifest_and_key(signed, keys, tmp_path):
    folder = tmp_path / "tiny_shared_v1"
    folder.mkdir()
    for path in signed.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert verify(folder, keys.public).holds and verify(folder).holds
    assert "give the plan's public key with --key" in verify(folder).text()
    page = folder / "tiny_shared_v1.html"
    content = page.read_bytes()
    at = content.index(b"10,432")
    page.write_bytes(content[:at] + b"10,433" + content[at + 6 :])
    block = at // 4096
    assert verify(folder).faults == [
        f"tiny_shared_v1.html: was changed after it was released; the first change lies in bytes "
        f"{block * 4096 + 1:,} to {min((block + 1) * 4096, len(content)):,}."
    ]
    (folder / "note.txt").write_text("x", encoding="utf-8")
    (folder / "tiny_shared_v1.xlsx").unlink()
    page.write_bytes(content)
    assert verify(folder, keys.public).faults == [
        "tiny_shared_v1.xlsx: stands in the release manifest, and is not there.",
        "note.txt: is no part of the release.",
    ]


def test_a_release_remade_by_somebody_else_does_not_pass(run, keys, tmp_path):
    """Whoever changes the page can make its manifest anew, but has not the key."""
    folder = release(run).folder
    assert verify(folder).holds
    assert "carries no signature" in verify(folder, keys.public).faults[0]
    make_keys(tmp_path / "other")
    other = read_public_key(tmp_path / "other" / "release.pub")
    signed_again = release(run, reason="x", key=keys.secret).folder
    assert f"the signature is by another key than {other.name}" in verify(signed_again, other).faults[0]


def test_a_run_is_verified_against_its_manifest(run):
    assert verify(run).holds
    (run / "data" / "snapshot" / "members.parquet").write_bytes(b"x")
    assert verify(run).faults == ["data/snapshot/members.parquet: was changed after the run ended."]


def test_what_is_no_release_is_refused(tmp_path, run):
    with pytest.raises(InputError, match="there is no such file or folder"):
        verify(tmp_path / "nothing")
    with pytest.raises(InputError, match="is neither a run nor a release"):
        verify(tmp_path)
    with pytest.raises(InputError, match="a release is of class shared or public"), drafted(run, "working"):
        pass
    os.remove(run / "data" / "snapshot" / "members.parquet")
    with pytest.raises(InputError, match="holds no members as read"):
        release(run)
    assert CASE not in str(list(tmp_path.iterdir()))

"""The review desk in a real browser: JupyterLab on this machine, driven by Chromium.

A tiny run of its own is reviewed, the page is loaded again, the plan's records change, the run is made
again, and the note and the corrective action are found where they were written. Then the run is signed off:
refused first, waived, given.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect, sync_playwright
from suite_projects import OPEN, make_project, notebook

from auditkit.findings.annotations import log_path, open_log, verify
from auditkit.suite.run import run_suite

PROJECT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TOKEN, PATIENCE = "only-on-this-machine", 60
NOTE = "The letter is in the file; <b>not late</b> =1+1"

# The findings of the tiny run; the day of A1's decision stands in a file, which the test changes.
FINDINGS = """\
import sys
sys.path.insert(0, {tests!r})
from desk_findings import three_findings, two_verdicts
findings = three_findings()
findings.loc[0, "found"] = (run.root / "decided.txt").read_text(encoding="ascii").strip()
run.save("findings", findings)
run.save("verdicts", two_verdicts())"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")


@pytest.fixture
def project(tmp_path):
    """A project whose first notebook makes three findings, with the review notebook of the suite."""
    review = nbformat.read(PROJECT / "notebooks" / "80_review.ipynb", as_version=4)
    review.metadata["auditkit"]["needs"] = ["20_findings"]
    found = notebook(OPEN, FINDINGS.format(tests=str(Path(__file__).parent)))
    params = make_project(tmp_path, **{"n_20_findings": found, "n_80_review": review})
    (tmp_path / "decided.txt").write_text("2026/07/16", encoding="ascii")
    run_suite(params)
    return params


@contextmanager
def jupyter_lab(root: Path):
    """The address of the desk; the server listens on this machine only and is ended with its kernels."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(root / name.lower()) for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR",
    )}  # fmt: skip
    who = {"AUDITKIT_REVIEWER": "Dr. Reyes", "AUDITKIT_ROLE": "medical director"}
    command = [sys.executable, "-m", "auditkit.suite.lab", "tiny", "--no-browser", "--ServerApp.ip=127.0.0.1",
               f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
               "--allow-root"]  # fmt: skip
    with open(root / "lab.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=root, env=os.environ | own | who, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until = time.monotonic() + PATIENCE
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert server.poll() is None and time.monotonic() < until, (root / "lab.log").read_text("utf-8")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab/tree/outputs/review/tiny_desk.ipynb?token={TOKEN}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@contextmanager
def browser_page():
    """A page of a headless Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 1100})
            page.set_default_timeout(PATIENCE * 1000)
            yield page
        finally:
            browser.close()


def open_desk(page, address: str) -> None:
    """Open the notebook and run all its cells, as a reviewer does."""
    page.goto(address)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    page.get_by_label("Conditions", exact=True).wait_for()


def test_annotate_reload_run_again_and_find_the_note(project):
    root = project.parents[1]
    with browser_page() as page, jupyter_lab(root) as address:
        conditions, text = (page.get_by_label(name, exact=True) for name in ("Conditions", "Text"))
        open_desk(page, address)
        every_control_has_its_label(page)
        page.get_by_label("Kind", exact=True).select_option(label="explained")
        text.fill(NOTE)
        page.get_by_text("Not saved yet.").wait_for()
        expect(conditions.locator("option").first).to_contain_text("UNSAVED TEXT")

        open_desk(page, address)  # nothing was saved: the draft comes back with the desk
        page.get_by_text("Not saved yet.").wait_for()
        expect(text).to_have_value(NOTE)
        page.get_by_role("button", name="Save note").press("Enter")
        page.get_by_text("is in the log.").wait_for()
        expect(text).to_have_value("")
        assert [record.text for record in open_log(log_path(root / "outputs", "tiny")).records()] == [NOTE]

        start_a_corrective_action(page)

        (root / "decided.txt").write_text("2026/07/18", encoding="ascii")
        run_suite(project)
        narrative = (root / "outputs" / "tiny" / "narratives" / "80_review.html").read_text(encoding="utf-8")
        assert "&lt;b&gt;not late&lt;/b&gt; =1+1" in narrative and "facts changed since" in narrative

        open_desk(page, address)
        expect(conditions.locator("option").first).to_contain_text("error, 2 cases, facts changed since")
        desk = page.locator(".auditkit-desk").first
        desk.get_by_text(NOTE).wait_for()  # as text: an element <b> would break it up
        desk.get_by_text("(facts changed since)").wait_for()
        page.get_by_role("radio", name="corrective action").check()
        page.get_by_role("region", name="Corrective actions").get_by_text("owner UM operations").wait_for()
        sign_off_after_a_waiver(page)
    kinds = [record.kind for record in open_log(log_path(root / "outputs", "tiny")).records()]
    assert kinds == ["explained", "action", "waiver", "sign_off"]
    assert verify(log_path(root / "outputs", "tiny")) == []


def start_a_corrective_action(page) -> None:
    """By keyboard: from the switch into the form, from field to field, and Enter on its button."""
    page.get_by_role("radio", name="corrective action").check()
    for name, words in (("Owner", "UM operations"), ("Step", "Second shift."), ("Cause", "The queue.")):
        page.get_by_label(name, exact=True).fill(words)
    page.get_by_role("button", name="Save corrective action").press("Enter")
    page.get_by_text("write it as 2026-12-15").wait_for()  # the day is missing: nothing typed is lost
    expect(page.get_by_label("Cause", exact=True)).to_have_value("The queue.")
    page.get_by_text("Not saved yet.").wait_for()
    page.get_by_label("Due", exact=True).fill("2026-12-15")
    page.get_by_role("button", name="Save corrective action").press("Enter")
    page.get_by_text("corrective action on").wait_for()
    expect(page.get_by_label("Owner", exact=True)).to_have_value("")


def sign_off_after_a_waiver(page) -> None:
    """The late cases have other facts than the note saw: they stand in the way until they are waived."""
    remark = page.get_by_label("Remark", exact=True)
    page.get_by_role("radio", name="sign-off").check()
    page.get_by_text("2 of 2 cases without a disposition").wait_for()
    remark.fill("Read on 22 November.")
    page.get_by_role("button", name="Sign off as medical director").press("Enter")
    page.get_by_text("1 critical condition lacks a disposition").wait_for()
    expect(remark).to_have_value("Read on 22 November.")

    page.get_by_role("radio", name="waiver").check()
    page.get_by_text("There is unsaved text in 1 other place.").wait_for()
    page.get_by_label("Reason", exact=True).fill("Reported to CMS on 2 October.")
    page.get_by_role("button", name="Waive this condition").press("Enter")
    page.get_by_text("waived until its facts change").wait_for()

    page.get_by_role("button", name="Go to other unsaved text").press("Enter")
    page.get_by_text("Nothing stands in the way").wait_for()
    expect(remark).to_have_value("Read on 22 November.")
    page.get_by_role("button", name="Sign off as medical director").press("Enter")
    page.get_by_text("signed off by Dr. Reyes, medical director").wait_for()


def every_control_has_its_label(page) -> None:
    """Each list, menu and text box is named by a label that points at it."""
    for name in (
        "Severity",
        "Table",
        "Review",
        "Words",
        "Conditions",
        "Cases of the condition",
        "Action",
        "Kind",
        "Text",
    ):
        assert page.get_by_label(name, exact=True).count() == 1, name
    names = ("note", "waiver", "corrective action", "sign-off", "the whole condition", "the selected case")
    assert [page.get_by_role("radio", name=name, exact=True).count() for name in names] == [1] * len(names)

"""What several test files share: the suite rendered once, on a small sample plan of its own."""

from pathlib import Path

import pytest

from auditkit.suite.environment import variables
from auditkit.suite.run import run_suite
from auditkit.suite.sample import sample_extracts

PROJECT = Path(__file__).parents[1]
MEMBERS, SEED = 1_000, 7


@pytest.fixture(scope="session")
def rendered(tmp_path_factory):
    """The folder of a run of all notebooks on 1,000 invented members, its params file and its summary."""
    base = tmp_path_factory.mktemp("rendered")
    sample_extracts(base / "extracts", MEMBERS, SEED)
    sample = (PROJECT / "params" / "sample.yaml").read_text(encoding="utf-8")
    params = base / "test.yaml"
    params.write_text(
        sample.replace("run: sample-2026q3", "run: test").replace(
            "outputs/sample-extracts", f"{base}/extracts"
        )
        + f"output: {base}/outputs\n",
        encoding="utf-8",
    )
    with (
        variables(AUDITKIT_SAMPLE_DATABASE=f"sqlite:///{base}/extracts/plan.db"),
        pytest.MonkeyPatch.context() as at,
    ):
        at.chdir(PROJECT)
        summary = run_suite(params)
    return base / "outputs" / "test", params, summary


@pytest.fixture
def measured(record_property):
    """Say a measured figure; it is printed at the end, also when the tests run in several processes."""
    return lambda text: record_property("measured", str(text))


def pytest_collection_modifyitems(items):
    """The file that takes longest comes first, so that the other process works through the rest meanwhile."""
    items.sort(key=lambda item: item.path.name != "test_suite_rendered.py")


def pytest_terminal_summary(terminalreporter):
    """Print what the tests measured."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for name, text in report.user_properties:
                    if name == "measured":
                        terminalreporter.write_line(text)

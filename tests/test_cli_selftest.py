"""`auditkit selftest` compares an engine's verdicts with an answer key no engine had a part in."""

import pandas as pd
import pytest
from engines import open_engine

from auditkit.suite import cli, selftest


def test_the_built_in_engine_agrees_on_every_boundary_case(capsys):
    assert cli.main(["selftest"]) == 0
    said = capsys.readouterr().out
    found, wanted = said.split(": ")[1].split(" boundary")[0].split(" of ")
    assert found == wanted and int(wanted.replace(",", "")) > 1_000
    assert said.splitlines()[-1] == "This database agrees."


def test_a_database_of_the_plans_own_is_tested_by_name(capsys):
    with open_engine("PostgreSQL"):  # skipped, with its reason, where there is none
        assert cli.main(["selftest", "--source", "AUDITKIT_TEST_POSTGRES"]) == 0
    assert capsys.readouterr().out.startswith("postgresql: ")


def test_a_wrong_verdict_is_told_with_its_rule_and_no_case_number():
    """One case at the limit is read as late: the report names rule and place, and nobody's case."""
    key = pd.DataFrame(
        {
            "table": "grievances",
            "case_id": ["C1", "C2"],
            "rule": "AIP-G-STD",
            "kind": ["on_limit", "past_limit"],
            "verdict": ["timely", "late"],
        }
    )
    verdicts = pd.DataFrame(
        {"table": "grievances", "case_id": ["C1", "C2"], "rule": "AIP-G-STD", "verdict": "late"}
    )
    report, agrees = selftest._report("Their database", selftest._compared(key, verdicts))
    assert not agrees
    assert "1 of 2 boundary cases of 1 rules" in report
    assert "grievances AIP-G-STD, on limit: late instead of timely" in report
    assert "C1" not in report


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "the environment variable MY_DATABASE is not set"),
        ("no url", "the database named by MY_DATABASE cannot be used"),
        (
            "postgresql+psycopg://me:secret@127.0.0.1:1/none",
            "the database named by MY_DATABASE cannot be used",
        ),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_url(capsys, monkeypatch, url, words):
    monkeypatch.delenv("MY_DATABASE", raising=False)
    if url:
        monkeypatch.setenv("MY_DATABASE", url)
    assert cli.main(["selftest", "--source", "MY_DATABASE"]) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1 and "secret" not in said

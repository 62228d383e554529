"""MH-14 and the critical incident measures of MH-06, worked out by hand on four incidents around April 2026.

    incident  known             reported          investigation begun   closed
    I1        04-10 10:00       04-10 12:00       04-11 10:00 (24 h)    05-10 (30 days), substantiated, action done 06-24
    I2        04-10 10:00       04-10 16:00       04-11 10:00:01        05-11 (31 days)
    I3        06-29 10:00       not reported      -                     open
    I4        03-31 22:00       04-01 02:00       -                     04-05 (5 days)
"""

from datetime import date

import pytest

from auditkit.rules.report_catalogue import load_catalogue
from report_tables import elements, result, value

REPORTS = load_catalogue()
JUNE = {"through": date(2026, 6, 30)}
LIMITS = {"incident_investigation_hours": "24", "incident_resolution_days": "30", "incident_corrective_action": "45"}
LTSS = [{"service_id": "L1", "member_id": "O1", "service": "homemaker", "service_from": "2025-01-01"}]
INCIDENTS = [
    {"incident_id": "I1", "member_id": "O1", "known_at": "2026-04-10 10:00:00", "reported_at": "2026-04-10 12:00:00",
     "investigation_started_at": "2026-04-11 10:00:00", "closed_at": "2026-05-10 10:00:00", "substantiated": "Y",
     "corrective_action_due": "2026-06-01", "corrective_action_done": "2026-06-24"},
    {"incident_id": "I2", "member_id": "O2", "known_at": "2026-04-10 10:00:00", "reported_at": "2026-04-10 16:00:00",
     "investigation_started_at": "2026-04-11 10:00:01", "closed_at": "2026-05-11 09:00:00", "substantiated": "N"},
    {"incident_id": "I3", "member_id": "S1", "known_at": "2026-06-29 10:00:00"},
    {"incident_id": "I4", "member_id": "O2", "known_at": "2026-03-31 22:00:00", "reported_at": "2026-04-01 02:00:00",
     "closed_at": "2026-04-05 12:00:00", "substantiated": "N"},
]  # fmt: skip


@pytest.fixture(scope="module")
def counted():
    return result(REPORTS["MH-14"], critical_incidents=INCIDENTS, ltss_services=LTSS, policies=LIMITS, **JUNE)


def numbers(worked, *codes, unit="all", period="2026Q2"):
    return tuple(value(worked, code, unit, period) for code in codes)


def verdict(worked, check_id, period="2026Q2"):
    rows = worked.checks
    mine = (rows["check"] == check_id) & (rows["unit"] == "all") & (rows["period"] == period)
    return rows.loc[mine, "result"].item()


def test_counts_of_the_quarter(counted):
    """I4 became known in the first quarter and was reported in the second."""
    assert numbers(counted, "KNOWN", "KNOWN.LTSS", "REPORTED", "NOT_REPORTED", "OPEN") == (3, 1, 3, 1, 1)
    assert numbers(counted, "KNOWN", "NOT_REPORTED", "OPEN", period="2026Q1") == (1, 1, 1)
    assert numbers(counted, "KNOWN", "REPORTED", unit="sco") == (1, 0)
    assert (verdict(counted, "MH-14.REPORTED"), verdict(counted, "MH-14.REPORTED", "2026Q1")) == ("fails", "fails")


def test_average_times(counted):
    """Reports after 2, 6 and 4 hours: 4.00. Closed after 30, 31 and 5 days: 22.00. One substantiated."""
    assert numbers(counted, "REPORT.HOURS", "CLOSED", "CLOSED.DAYS", "SUBSTANTIATED") == (4, 3, 22, 1)


def test_the_rates_by_the_limits_of_the_run(counted):
    """Begun in 24 hours: I1 of three (33.33); I2 is a second late, I4 never began.

    Resolved in 30 days: I1 and I4 of three (66.67). Action of I1: 45 days after 2026-05-10 is 2026-06-24, on time.
    """
    assert numbers(counted, "INCID-1", "INCID-2", "INCID-3.D", "INCID-3") == (33.33, 66.67, 1, 100)
    assert [verdict(counted, f"MH-14.INCID-{n}") for n in (1, 2, 3)] == ["fails", "fails", "holds"]


def test_the_day_recorded_as_the_states_day():
    worked = result(REPORTS["MH-14"], critical_incidents=INCIDENTS,
                    policies=LIMITS | {"incident_corrective_action": "recorded"}, **JUNE)  # fmt: skip
    assert numbers(worked, "INCID-3.D", "INCID-3") == (1, 0)  # due 2026-06-01, done 2026-06-24
    assert verdict(worked, "MH-14.INCID-3") == "fails"


@pytest.mark.parametrize("report", ["MH-06", "MH-14"])
def test_without_the_states_timeframes_no_rate_is_computed(report):
    worked = result(REPORTS[report], critical_incidents=INCIDENTS, ltss_services=LTSS, **JUNE)
    for code, policy in zip(("INCID-1", "INCID-2", "INCID-3"), LIMITS, strict=True):
        row = elements(worked, code).iloc[-1]
        assert (row["state"], row["value"]) == ("not computed", pytest.approx(float("nan"), nan_ok=True))
        assert "The State's timeframe is not set" in row["reason"] and policy in row["reason"]
    checks = worked.checks[worked.checks["check"].str.contains("INCID")]
    assert set(checks["result"]) == {"not checked"}


def test_the_hcbs_measures_take_users_of_ltss_only():
    """I1 alone is of a member with LTSS: begun, resolved and acted on in time."""
    worked = result(REPORTS["MH-06"], critical_incidents=INCIDENTS, ltss_services=LTSS, policies=LIMITS)
    codes = ("INCID.D", "INCID-1", "INCID-2", "INCID-3")
    assert numbers(worked, *codes, period="2026") == (1, 100, 100, 100)
    late = LIMITS | {"incident_investigation_hours": "23", "incident_resolution_days": "29",
                     "incident_corrective_action": "44"}  # fmt: skip
    worked = result(REPORTS["MH-06"], critical_incidents=INCIDENTS, ltss_services=LTSS, policies=late)
    assert numbers(worked, *codes, period="2026") == (1, 0, 0, 0)
    assert [verdict(worked, f"MH-06.INCID-{n}", "2026") for n in (1, 2, 3)] == ["fails"] * 3

"""What holds for every case, whatever its dates: drawn by hypothesis, read in one go."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from worked import members, source_table

from auditkit.clocks import source_verdicts

OD = {"member_id": "M1", "request_type": "pre_service", "part_b_drug": "N", "requester": "enrollee",
      "status": "decided", "determination": "approved"}  # fmt: skip
RANK = {"timely": 0, "late": 1}
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(lambda m: m.replace(microsecond=0))
QUIET = settings(max_examples=15, deadline=None)


def read(rows):
    """The decision verdicts of the rows, in their order."""
    rows = [{"case_id": f"A{n:04d}"} | OD | row for n, row in enumerate(rows)]
    frame = source_verdicts("authorizations", {"authorizations": source_table("authorizations", rows),
                                               "members": members()})  # fmt: skip
    return frame[frame["clock"] == "decision"].sort_values("row").reset_index(drop=True)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


@QUIET
@given(MOMENTS, st.sampled_from(["standard", "expedited"]), st.sampled_from("YN"),
       st.lists(st.integers(0, 40 * 24 * 3600), min_size=2, max_size=12))  # fmt: skip
def test_a_later_notice_is_never_more_timely(received, priority, drug, delays):
    stops = [received + timedelta(seconds=delay) for delay in sorted(delays)]
    verdicts = read([{"priority": priority, "part_b_drug": drug, "received_at": text(received),
                      "written_notified_at": text(stop)} for stop in stops])["verdict"]  # fmt: skip
    # the wall clock repeats an hour each November: only stops that are later on both clocks are compared
    tested = [RANK[v] for v in verdicts if v in RANK]
    assert tested == sorted(tested) or _repeated_hour(stops)


def _repeated_hour(stops) -> bool:
    return any(stop.month == 11 and stop.day <= 7 and stop.weekday() == 6 and stop.hour == 1 for stop in stops)


@QUIET
@given(MOMENTS, st.integers(0, 23 * 3600 + 3599), st.integers(0, 23 * 3600 + 3599))
def test_a_day_clock_does_not_look_at_the_time_of_day(received, start, stop):
    day = received.replace(hour=0, minute=0, second=0)
    due = day + timedelta(days=7 if day >= datetime(2026, 1, 1) else 14)
    rows = [{"priority": "standard", "received_at": text(day + timedelta(seconds=start)),
             "written_notified_at": text(due + timedelta(days=late, seconds=stop))} for late in (0, 1)]  # fmt: skip
    assert list(read(rows)["verdict"]) == ["timely", "late"]


@QUIET
@given(MOMENTS, st.integers(1, 13))
def test_an_extension_never_makes_a_case_late(received, days):
    plain = {"priority": "standard", "received_at": text(received),
             "written_notified_at": text(received + timedelta(days=days))}  # fmt: skip
    extended = plain | {"extension_taken": "Y", "extension_notice_at": text(received + timedelta(days=1))}
    without, with_extension = (RANK[v] for v in read([plain, extended])["verdict"])
    assert with_extension <= without


@QUIET
@given(MOMENTS, st.integers(0, 30), st.integers(0, 60))
def test_an_appointment_received_later_only_gives_time_and_an_earlier_one_none(received, aor, taken):
    plain = {"priority": "standard", "requester": "enrollee_representative", "received_at": text(received),
             "written_notified_at": text(received + timedelta(days=taken))}  # fmt: skip
    rows = [plain, plain | {"aor_received_at": text(received + timedelta(days=aor))},
            plain | {"aor_received_at": text(received - timedelta(days=aor + 1))}]  # fmt: skip
    alone, later, earlier = read(rows)["verdict"]
    assert RANK[later] <= RANK[alone] and earlier == alone


@QUIET
@given(MOMENTS)
def test_the_margin_is_the_distance_to_the_deadline(received):
    stops = [received + timedelta(days=days) for days in (1, 7, 14, 15, 30)]
    frame = read([{"priority": "standard", "received_at": text(received), "written_notified_at": text(stop)}
                  for stop in stops])  # fmt: skip
    for row in frame.itertuples():
        deadline = datetime.strptime(row.deadline, "%Y/%m/%d").date()
        stopped = datetime.strptime(row.clock_stop, "%Y/%m/%d").date()
        assert row.margin == (deadline - stopped).days
        assert (row.margin >= 0) == (row.verdict == "timely")

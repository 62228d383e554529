"""The clock engine on five million organization determinations, beside what an analyst would otherwise write.

The other side is idiomatic pandas: merge-free, np.select over the rule matrix, timestamps in the
plan's time zone. It handles less (no reasons, no policies, one table) and is given the same cases.
Both run in this process, one after the other, several times; the ratio of the medians is printed.
"""

import statistics
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa

from auditkit.clocks.run import clock_steps, load_rules, with_case_rows
from auditkit.rules.policies import resolve_policies
from auditkit.rules.source_tables import load_source_tables
from auditkit.sources.engine import DuckDBEngine, run_steps
from auditkit.sources.moments import SECONDS_A_DAY, day_number, utc_seconds

ZONE = "America/New_York"
CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
RUNS = 3


def sample_cases(count: int) -> pa.Table:
    """Approved and denied authorizations with receipt and written notice, drawn at random."""
    draw = np.random.default_rng(2026)
    first = day_number(pd.Timestamp("2025-10-01").date())
    received, of_day = first + draw.integers(0, 365, count), draw.integers(0, SECONDS_A_DAY, count)
    start = utc_seconds(received, of_day, ZONE)
    stop = start + draw.integers(0, 20 * SECONDS_A_DAY, count)
    wall = pd.to_datetime(stop, unit="s", utc=True).tz_convert(ZONE).tz_localize(None)
    columns = {
        "case_id": pa.array(np.char.mod("A%08d", np.arange(count))),
        "member_id": pa.array(np.full(count, "M1")),
        "part_b_drug": pa.array(np.where(draw.random(count) < 0.06, "Y", "N")),
        "prior_authorization": pa.array(np.where(draw.random(count) < 0.9, "Y", "N")),
        "priority": pa.array(np.where(draw.random(count) < 0.12, "expedited", "standard")),
        "determination": pa.array(np.where(draw.random(count) < 0.9, "approved", "denied")),
        "status": pa.array(np.full(count, "decided")),
        "requester": pa.array(np.full(count, "contract_provider")),
        "received_at_day": pa.array(received), "received_at_sec": pa.array(start),
        "written_notified_at_day": pa.array((wall.astype("int64") // 10**6 // SECONDS_A_DAY).to_numpy()
                                            if wall.unit == "us" else (wall.as_unit("s").astype("int64")
                                                                       // SECONDS_A_DAY).to_numpy()),
        "written_notified_at_sec": pa.array(stop),
        "extract": pa.array(np.full(count, "x")), "extract_row": pa.array(np.arange(1, count + 1)),
    }  # fmt: skip
    for column in load_source_tables()["authorizations"].columns:
        for name in column.typed_columns():
            kind = pa.int64() if name.endswith(("_day", "_sec")) else pa.string()
            columns.setdefault(name, pa.nulls(count, kind))
    return pa.table(columns)


def members() -> pa.Table:
    row = {"member_id": ["M1"], "program": ["one_care"], "enrolled_from_day": [0], "enrolled_to_day": [None]}
    return pa.table({k: pa.array(v, pa.int64() if k.endswith("day") else pa.string()) for k, v in row.items()})


def with_auditkit(cases: pa.Table) -> dict[str, int]:
    engine = DuckDBEngine()
    engine.load("authorizations", with_case_rows(cases))
    engine.load("members", members())
    load_rules(engine, resolve_policies({}), None, ZONE)
    run_steps(engine, clock_steps("authorizations"))
    counted = engine.fetch("SELECT verdict, COUNT(*) AS n FROM verdicts WHERE clock = 'decision' GROUP BY verdict")
    return dict(zip(counted["verdict"].to_pylist(), counted["n"].to_pylist()))


def with_pandas(frame: pd.DataFrame) -> dict[str, int]:
    """What a careful analyst writes: np.select for the limit, timestamps for hour clocks, dates for day clocks."""
    drug, expedited = frame["part_b_drug"] == "Y", frame["priority"] == "expedited"
    received = pd.to_datetime(frame["received_at_sec"], unit="s", utc=True)
    stopped = pd.to_datetime(frame["written_notified_at_sec"], unit="s", utc=True)
    received_day = received.dt.tz_convert(ZONE).dt.normalize().dt.tz_localize(None)
    stopped_day = stopped.dt.tz_convert(ZONE).dt.normalize().dt.tz_localize(None)
    new = received_day >= "2026-01-01"
    hours = np.select([drug & expedited, drug, expedited], [24, 72, 72], default=0)
    days = np.select([(frame["prior_authorization"] == "Y") & new], [7], default=14)
    by_hours = stopped <= received + pd.to_timedelta(hours, unit="h")
    by_days = stopped_day <= received_day + pd.to_timedelta(days, unit="D")
    timely = np.where(hours > 0, by_hours, by_days)
    return {"timely": int(timely.sum()), "late": int((~timely).sum())}


def median_seconds(work, argument) -> tuple[float, dict[str, int]]:
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work(argument)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def main() -> None:
    cases = sample_cases(CASES)
    frame = cases.select(["part_b_drug", "prior_authorization", "priority", "received_at_sec",
                          "written_notified_at_sec"]).to_pandas()  # fmt: skip
    ours, found = median_seconds(with_auditkit, cases)
    theirs, wanted = median_seconds(with_pandas, frame)
    if found != wanted:
        sys.exit(f"the two sides disagree: {found} and {wanted}")
    print(f"clocks, {CASES:,} cases, {found['late']:,} late: auditkit {ours:.2f} s, pandas {theirs:.2f} s, "
          f"ratio {theirs / ours:.2f} (above 1: auditkit is faster)")


if __name__ == "__main__":
    main()

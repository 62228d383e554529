"""The rule matrix and the policies as two small tables, ready to be joined in SQL."""

from datetime import date
from itertools import product

import numpy as np
import pyarrow as pa

from auditkit.rules.clock_rules import ClockTable, load_clock_table
from auditkit.rules.timeframes import Timeframe, load_timeframes
from auditkit.sources.moments import SECONDS_A_DAY, day_number, utc_seconds

_FIRST_DAY, _LAST_DAY = -(10**6), 10**6
"""Day numbers before and after every case: the ends of a rule whose dates are open."""
_CALENDAR = (date(2000, 1, 1), date(2049, 12, 31))
"""The days whose beginning and end the clocks may ask for."""


def rule_rows(policies: dict[str, str | int]) -> pa.Table:
    """One row a clock, line, request, priority, item and outcome: the rule and its numbers.

    Columns: clock, line, request, priority, item, outcome, rule, start_event, stop_event, needs,
    test, limit_days or limit_seconds, extension_days (null where none is permitted), from_day and
    to_day (days since 1970-01-01 of the receipts it governs).
    """
    table, timeframes = load_clock_table(), load_timeframes()
    replaced = {x.rule: x.by for x in table.rule_policies if str(policies[x.policy]) == x.value}
    rows = []
    for clock in table.clocks:
        rule = timeframes[replaced.get(clock.rule, clock.rule)]
        numbers = _numbers(rule, table, policies)
        for line, priority, item, outcome in product(clock.line, clock.priority, clock.item, clock.outcome):
            rows.append({
                "clock": clock.clock, "line": line, "request": clock.request, "priority": priority, "item": item,
                "outcome": outcome, "rule": rule.id, "start_event": clock.start, "stop_event": clock.stop,
                "needs": clock.condition, **numbers,
            })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_RULES_SCHEMA)


def _numbers(rule: Timeframe, table: ClockTable, policies: dict[str, str | int]) -> dict:
    chosen = {x.rule: policies[x.policy] for x in table.limit_policies}
    days = chosen.get(rule.id, rule.limit_days)
    first, last = rule.effective.first, rule.effective.last
    return {
        "test": rule.test,
        "limit_days": None if days is None else int(days),
        "limit_seconds": rule.limit_seconds,
        "extension_days": rule.extension.days if rule.extension.permitted else None,
        "from_day": day_number(first) if first else _FIRST_DAY,
        "to_day": day_number(last) if last else _LAST_DAY,
    }


def policy_row(policies: dict[str, str | int], as_of: date | None, time_zone: str) -> pa.Table:
    """The named settings the law leaves open, as one row, with the day on which open cases are judged.

    as_of: cases still open after their deadline on this day are late; None leaves them pending.
    """
    table, timeframes = load_clock_table(), load_timeframes()
    as_of_day = None if as_of is None else day_number(as_of)
    end_of_day = None
    if as_of_day is not None:
        end_of_day = int(utc_seconds(np.array([as_of_day]), np.array([SECONDS_A_DAY - 1]), time_zone)[0])
    subject = policies["unknown_prior_authorization"] == "subject"
    row = {
        "approval_stop": policies["approval_stop"],
        "denial_stop": policies["denial_stop"],
        "confirmation_days": timeframes[table.confirmation_rule].limit_days,
        "part_d_confirmation_days": timeframes[table.part_d_confirmation_rule].limit_days,
        "statement_wait_days": table.statement_wait.days,
        "unknown_item": "prior_authorization" if subject else "no_prior_authorization",
        "dismissals_tested": int(policies["dismissals"] == "tested"),
        "flag_is_enough": int(policies["extension_notice_not_in_layout"] == "accepted"),
        "as_of_day": as_of_day,
        "as_of_sec": end_of_day,
    }
    return pa.Table.from_pylist([row], schema=_POLICY_SCHEMA)


def calendar_rows(time_zone: str) -> pa.Table:
    """One row a day of 2000 to 2049: day (days since 1970-01-01), begin_sec and end_sec.

    begin_sec, end_sec: UTC epoch seconds of 00:00:00 and 23:59:59 in the plan's time zone. A clock that
    starts at the end of a day reads them here, so that the SQL needs no time zone.
    """
    days = np.arange(day_number(_CALENDAR[0]), day_number(_CALENDAR[1]) + 1, dtype=np.int64)
    begin = utc_seconds(days, np.zeros_like(days), time_zone)
    end = utc_seconds(days, np.full_like(days, SECONDS_A_DAY - 1), time_zone)
    return pa.table({"day": days, "begin_sec": begin, "end_sec": end})


_RULES_SCHEMA = pa.schema(
    [(name, pa.string()) for name in
     ("clock", "line", "request", "priority", "item", "outcome", "rule", "start_event", "stop_event", "needs", "test")]
    + [(name, pa.int64()) for name in ("limit_days", "limit_seconds", "extension_days", "from_day", "to_day")]
)  # fmt: skip
_POLICY_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("approval_stop", "denial_stop", "unknown_item")]
    + [(name, pa.int64()) for name in
       ("confirmation_days", "part_d_confirmation_days", "statement_wait_days", "dismissals_tested", "flag_is_enough",
        "as_of_day", "as_of_sec")]
)  # fmt: skip

"""One case followed through the plan: its moments in order, its clocks with their arithmetic, what was found.

The moments come from the source table where the case was filled from one, because it knows times and
extension notices that a record layout has no column for; else from the universe row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.rules.audit_elements import AuditRules
from auditkit.rules.clock_rules import CaseSource, load_case_sources
from auditkit.rules.layouts import Layout

EVENT_WORDS = {
    "received": "Request received",
    "aor": "Appointment of representative (AOR) received",
    "waiver": "Waiver of liability received",
    "statement": "Supporting statement received",
    "extension_notice": "Extension notice sent",
    "decided": "Decided",
    "oral": "Oral notice",
    "written": "Written notice",
    "provider_notice": "Notice to the provider",
    "effectuated": "Effectuated",
    "paid": "Paid",
    "ire_forwarded": "Forwarded to the IRE",
    "reversal": "Overturn received",
    "notice_sent": "Notice of the reduction sent",
    "effective": "Reduction in effect",
}
MOMENT_COLUMNS = ("what", "date", "time", "day", "kind")
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Tracer:
    """The worksheet of one case.

    table, row, case_id: which case. drawn: a sentence for each draw that took it.
    facts: column title and value.
    moments: MOMENT_COLUMNS in order of time; `day` counts from the midnight before receipt, with decimals
        where the time of day is known; `kind` is event or deadline.
    clocks: its verdicts. findings: what the checks found on its row. blanks: what the reviewer writes down.
    """

    table: str
    row: int
    case_id: str
    drawn: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    moments: pd.DataFrame
    clocks: pd.DataFrame
    findings: pd.DataFrame
    blanks: tuple[str, ...]

    @property
    def name(self) -> str:
        """Table and row, as OD 723: names the case without saying whose it is."""
        return f"{self.table} {self.row}"


def trace_cases(
    samples: pd.DataFrame,
    universes: Mapping[str, pd.DataFrame],
    layouts: Mapping[str, Layout],
    verdicts: pd.DataFrame,
    findings: pd.DataFrame,
    sources: Mapping[str, pa.Table],
    rules: AuditRules,
) -> list[Tracer]:
    """A worksheet for every case of the samples, once, however many draws took it, by table and row.

    samples: as `sampling.draw_samples`. sources: typed source tables by name; those the cases do not come
    from may be there too.
    """
    elements = {element.id: element for element in rules.elements}
    moments = _source_moments(samples, universes, sources)
    clocks, found = _by_case(verdicts, samples), _by_case(findings, samples)
    tracers = []
    order = {table: place for place, table in enumerate(universes)}
    places = sorted(set(zip(samples["table"], samples["row"])), key=lambda place: (order[place[0]], place[1]))
    for table, row in places:
        drawn = samples[(samples["table"] == table) & (samples["row"] == row)]
        cells = universes[table].iloc[row - 1]
        mine = clocks.get((table, row), verdicts.head(0))
        events = moments.get((table, row)) or _layout_moments(cells, layouts[table])
        looked = [field for element in dict.fromkeys(drawn["element"]) for field in elements[element].look_at]
        tracers.append(
            Tracer(
                table,
                row,
                drawn["case_id"].iloc[0],
                _drawn(drawn),
                tuple((column.name, cells[column.id]) for column in layouts[table].columns),
                _in_order(events, mine),
                mine,
                found.get((table, row), findings.head(0)),
                tuple(dict.fromkeys((*looked, *rules.worksheet))),
            )
        )
    return tracers


def _by_case(rows: pd.DataFrame, samples: pd.DataFrame) -> dict[tuple[str, int], pd.DataFrame]:
    sampled = rows.merge(samples[["table", "row"]].drop_duplicates(), on=["table", "row"])
    return dict(tuple(sampled.groupby(["table", "row"])))


def _drawn(drawn: pd.DataFrame) -> tuple[str, ...]:
    return tuple(
        f"{one['element']} {one['name']} ({one['cases']} cases), number {one['order']}: {one['reasons']}"
        for one in drawn.to_dict("records")
    )


def _source_moments(samples: pd.DataFrame, universes, sources) -> dict[tuple[str, int], list[tuple]]:
    """The moments of the sampled cases by table and row, read from the source tables their rows came from."""
    wanted = {}
    for table, row in set(zip(samples["table"], samples["row"])):
        cells = universes[table].iloc[row - 1]
        if "extract_row" in cells and pd.notna(cells["extract_row"]):
            wanted[cells["extract"], int(cells["extract_row"]), cells["case_id"]] = (table, row)
    rows = pa.array([place[1] for place in wanted], pa.int64())
    moments = {}
    for name, source in load_case_sources().items():
        if source.kind != "source" or name not in sources:
            continue
        near = sources[name].filter(pc.is_in(sources[name]["extract_row"], rows))
        for record in near.to_pylist():
            place = wanted.get((record["extract"], record["extract_row"], record["case_id"]))
            if place:
                moments[place] = _record_moments(record, source)
    return moments


def _record_moments(record: dict, source: CaseSource) -> list[tuple]:
    moments = []
    for event, column in source.events.items():
        date = record.get(f"{column}_date", record.get(column))
        if date is not None:
            moments.append(
                (
                    EVENT_WORDS.get(event, event.replace("_", " ").capitalize()),
                    date,
                    record.get(f"{column}_time") or "",
                )
            )
    return moments


def _layout_moments(cells: pd.Series, layout: Layout) -> list[tuple]:
    """The readable dates of a universe row under the titles of their columns."""
    moments = []
    for column in layout.columns:
        if column.kind == "date" and _day(cells[column.id]) is not None:
            time = cells[column.time_column] if column.time_column else ""
            moments.append((column.name, cells[column.id], time if _second(time) is not None else ""))
    return moments


def _in_order(events: list[tuple], clocks: pd.DataFrame) -> pd.DataFrame:
    """Events and deadlines in order of time, with the days since the midnight before receipt.

    Without a time of day an event stands at the start of its day, and a deadline at the end of it: a day
    clock runs through the end of its last day.
    """
    rows = [(*event, "event") for event in events]
    for clock in clocks.to_dict("records"):
        date, _, time = clock["deadline"].partition(" ")
        if date:
            rows.append((f"Deadline of the {clock['clock']} clock", date, time, "deadline"))
    first = _day(rows[0][1]) if rows else 0
    placed = [
        (what, date, time, round(_day(date) - first + _part_of_day(time, kind), 5), kind)
        for what, date, time, kind in rows
    ]
    frame = pd.DataFrame(placed, columns=MOMENT_COLUMNS).astype({"day": "float64"})
    return frame.sort_values("day", kind="stable", ignore_index=True)


def _part_of_day(time: str, kind: str) -> float:
    second = _second(time)
    if second is None:
        second = SECONDS_A_DAY - 1 if kind == "deadline" else 0
    return second / SECONDS_A_DAY


def _day(text: str) -> int | None:
    """The day number of a date CCYY/MM/DD, None when it is none."""
    day = pd.to_datetime(text, format="%Y/%m/%d", errors="coerce")
    return None if pd.isna(day) else (day - pd.Timestamp("1970-01-01")).days


def _second(text: str) -> int | None:
    """The second of the day of a time HH:MM:SS, None when it is none."""
    time = pd.to_datetime(text, format="%H:%M:%S", errors="coerce")
    return None if pd.isna(time) else time.hour * 3600 + time.minute * 60 + time.second

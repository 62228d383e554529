"""Share edition: members, universes, rows of the extracts and care coordination, from the run's counts.

A count of cases is treated as a count of people: most people have one.
"""

import pandas as pd

from auditkit.publish.release_cells import Relation
from auditkit.publish.share_tables import Ref, share_table
from auditkit.rules.describe import PROGRAM_NAMES
from auditkit.suite.share_numbers import ALL, Numbers, Tables, sums_of, titled


def add_members(numbers: Numbers, tables: Tables, period: str) -> None:
    """Members on the last day of the period by program and age group, with both totals."""
    saved = tables("members_by_age")
    if saved is None:
        numbers.absent.append("Members: the run counted none by age.")
        return
    programs, groups = list(saved["program"].unique()), list(saved["age"].unique())
    ids = {(row.program, row.age): f"members|{row.age}|{row.program}|{period}" for row in saved.itertuples()}
    for row in saved.itertuples():
        numbers.count(ids[row.program, row.age], row.members)
    rows = []
    for group in groups:
        mine = [ids[program, group] for program in programs]
        rows.append((group, *map(Ref, mine), numbers.total(f"members|{group}|{ALL}|{period}", mine)))
    whole = [numbers.total(f"members|{ALL}|{program}|{period}", [ids[program, group] for group in groups])
             for program in programs]  # fmt: skip
    every = numbers.total(f"members|{ALL}|{ALL}|{period}", [one.id for one in whole])
    numbers.relations.append(Relation(every.id, tuple(f"members|{group}|{ALL}|{period}" for group in groups)))
    rows.append(("All", *whole, every))
    columns = ["Age", *(PROGRAM_NAMES[program] for program in programs), "All"]
    numbers.tables.append(share_table(
        "Members", "Members", "Members on the last day of the period, by age and program",
        pd.DataFrame(rows, columns=columns), "All members of 90 and over are one group."))  # fmt: skip


def add_universes(numbers: Numbers, tables: Tables, codes: dict[str, str], period: str) -> None:
    """Cases that belong in each universe, and cases left out by reason.

    codes: code and title of each record layout.
    """
    held = {code: tables(f"exclusions_{code}") for code in codes}
    rows = []
    for code, counts in held.items():
        if counts is None:
            continue
        ids = [f"universe|{code}/{reason}|{ALL}|{period}" for reason in counts["reason"]]
        for name, row in zip(ids, counts.itertuples(), strict=True):
            rows.append((titled(code, codes), row.sentence, row.cite, numbers.count(name, row.rows)))
        total = numbers.total(f"universe|{code}/considered|{ALL}|{period}", ids)
        rows.append((titled(code, codes), "All cases considered", "", total))
    if not rows:
        numbers.absent.append("Universes: the run filled none.")
        return
    _link_reasons(numbers, {code: counts for code, counts in held.items() if counts is not None}, period)
    frame = pd.DataFrame(rows, columns=["Universe", "Reason", "Citation", "Cases"])
    note = "The first line of each universe counts the cases in it; every other reason says why a case is not."
    numbers.tables.append(share_table(
        "Universes", "Universes", "Cases in each universe, and cases left out by reason",
        frame, note, split_by="Universe"))  # fmt: skip


def _link_reasons(numbers: Numbers, held: dict[str, pd.DataFrame], period: str) -> None:
    """Universes made from the same cases tell of each other: what one leaves out, the other considers.

    Grievances left out of the Part C universe as Part D, and those the Part D universe leaves out as Part C,
    are together all grievances. Where two such counts (or one and those of one reason in two universes) make up
    all cases considered, they are said to.
    """
    by_reason: dict[str, list[tuple[str, str, int]]] = {}
    for code, counts in held.items():
        for reason, rows in zip(counts["reason"], counts["rows"], strict=True):
            if rows and reason not in ("included", "outside-period"):
                by_reason.setdefault(reason, []).append((code, f"universe|{code}/{reason}|{ALL}|{period}", int(rows)))
    single = [entry for entries in by_reason.values() for entry in entries]
    for code, name, rows in single:
        whole = f"universe|{code}/considered|{ALL}|{period}"
        rest = numbers.cells[whole].value - rows
        others = [[other] for other in single] + [list(pair) for pair in by_reason.values() if len(pair) == 2]
        for parts in others:
            if code not in [part[0] for part in parts] and sum(part[2] for part in parts) == rest:
                numbers.balance([whole], [name, *(part[1] for part in parts)])


def link_intake(numbers: Numbers, period: str) -> None:
    """All cases considered for a universe are the rows used of the one or two source tables it is made from."""
    used = [(name,) for name in numbers.cells if name.startswith("intake|") and "/rows_used|" in name]
    for name in [name for name in numbers.cells if name.startswith("universe|") and "/considered|" in name]:
        numbers.link(name, sums_of(used, 2))


def add_intake(numbers: Numbers, tables: Tables, period: str) -> None:
    """Rows of the plan's extracts by source table: delivered, used, set aside."""
    reconciled = tables("reconciliation")
    if reconciled is None:
        numbers.absent.append("Rows of the extracts: the run holds no reconciliation.")
        return
    counted = reconciled.groupby("table", sort=True)[["rows_in", "rows_used", "rows_set_aside"]].sum()
    rows = []
    for table, row in counted.iterrows():
        about_people = table not in ("delegates", "quality")
        ids = {name: f"intake|{table}/{name}|{ALL}|{period}" for name in counted.columns}
        references = [numbers.count(ids[name], row[name], about_people) for name in counted.columns]
        numbers.balance([ids["rows_in"]], [ids["rows_used"], ids["rows_set_aside"]])
        rows.append((table.replace("_", " "), *references))
    frame = pd.DataFrame(rows, columns=["Source table", "Rows delivered", "Rows used", "Rows set aside"])
    note = "A row is set aside when what it must hold cannot be read or when it stands twice; none is dropped silently."
    numbers.tables.append(share_table(
        "Rows of the extracts", "Rows of the extracts", "Rows of the plan's extracts by source table",
        frame, note))  # fmt: skip


def add_care(numbers: Numbers, tables: Tables, period: str) -> None:
    """Enrollees by test of care coordination: passed, excused, not passed."""
    saved = tables("care_coordination_rates")
    if saved is None:
        numbers.absent.append("Care coordination: the run holds no rates.")
        return
    rows, enrolled = [], []
    for row in saved.itertuples():
        base = f"care|{row.test}"
        ids = {name: f"{base}/{name}|{ALL}|{period}" for name in
               ("met", "excused", "not_met", "enrollees", "met_or_excused", "percent_met", "percent_met_or_excused")}
        shown = [numbers.count(ids[name], getattr(row, name)) for name in ("met", "excused", "not_met")]
        numbers.total(ids["enrollees"], [ids["met"], ids["excused"], ids["not_met"]])
        shown.append(numbers.total(ids["met_or_excused"], [ids["met"], ids["excused"]]))
        shown.append(numbers.rate(ids["percent_met"], ids["met"], ids["enrollees"], 1, down=True))
        shown.append(numbers.rate(ids["percent_met_or_excused"], ids["met_or_excused"], ids["enrollees"], 1, down=True))
        for other in enrolled:
            numbers.link(ids["enrollees"], [(other,)])
        enrolled.append(ids["enrollees"])
        rows.append((row.title, row.passes, numbers.count(ids["enrollees"], row.enrollees), *shown, row.citation))
    frame = pd.DataFrame(rows, columns=[
        "Test", "Passed when", "Enrollees", "Met", "Excused", "Not met", "Met or excused", "Percent met",
        "Percent met or excused", "Citation"])  # fmt: skip
    known = sorted(set(saved["known"]))
    note = f"Percentages are rounded down. How well the rules of these tests are known: {', '.join(known)}."
    numbers.tables.append(share_table(
        "Care coordination", "Care coordination", "Care coordination of Special Needs Plan enrollees", frame, note))


def link_care(numbers: Numbers, tables: Tables, period: str) -> None:
    """The enrollees of a test are nearly those of the universe of Special Needs Plan enrollees."""
    saved, universe = tables("care_coordination_rates"), f"universe|SNPE/included|{ALL}|{period}"
    if saved is not None and universe in numbers.cells:
        for test in saved["test"]:
            numbers.link(universe, [(f"care|{test}/enrollees|{ALL}|{period}",)])

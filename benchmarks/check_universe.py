"""`auditkit check` on an OD universe, beside the same done with pandas and openpyxl.

    python benchmarks/check_universe.py [ROWS]

Both sides get one file (25 columns, invented rows, some with faults) and give findings.csv, verdicts.csv
and a workbook with the universe marked cell by cell, the clocks with their arithmetic and the findings.
The other side is written as a careful analyst would: vectorised checks, openpyxl in its write-only mode.
It does less: the faults this file has, one timeframe rule, no policies, no cover. Both must find the same
faults and the same late cases, else nothing is printed. Each side runs in a process of its own, so that
its peak memory is its own; the same rows on both sides, 100,000 unless a number is given.

auditkit runs on a quarter of the rows as well: its memory should hardly differ. Above Excel's limit of
1,048,575 rows a sheet it runs alone, for the other side has no workbook to put the rows in.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import PatternFill

from auditkit.publish.sheets import MAX_DATA_ROWS
from auditkit.rules.layouts import load_layouts
from auditkit.suite.check import check_file

ROWS = 100_000
LAYOUT = load_layouts()["OD"]
IDS = [column.id for column in LAYOUT.columns]
LIMIT_DAYS = 7  # standard request subject to prior authorization, from 2026-01-01 (42 CFR 422.122)
_CONSTANT = {
    "B": "Silva", "D": "H9901", "F": "None", "I": "None", "J": "N", "K": "None", "L": "None", "M": "Approved",
    "N": "S", "O": "N", "Q": "None", "R": "None", "S": "None", "U": "None", "V": "E", "X": "N", "Y": "None",
}  # fmt: skip
_LETTERS = np.array(list("ACDEFGHJKMNPQRTUVWXY"))
_MBI = r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]" \
       r"[AC-HJKMNP-RT-Y]{2}[0-9]{2}"  # fmt: skip


def write_universe(path: Path, count: int) -> None:
    """Requests received in the third quarter of 2026; one in fifty has lost the zeros of its PBP."""
    for first in range(0, count, ROWS):
        number = np.arange(first, min(first + ROWS, count))
        frame = _requests(number, np.random.default_rng([2026, first]))
        frame.to_csv(path, sep="\t", index=False, lineterminator="\n", mode="a", header=first == 0)


def _requests(number: np.ndarray, draw: np.random.Generator) -> pd.DataFrame:
    count = len(number)
    received = np.datetime64("2026-07-01") + draw.integers(0, 92, count)
    told = received + draw.integers(0, 10, count)
    columns = _CONSTANT | {
        "A": draw.choice(["Ana", "Bo", "Cai", "Dee"], count),
        "C": [_mbi(n) for n in number],
        "E": np.where(draw.random(count) < 0.02, "1", "001"),
        "G": np.char.mod("A-%08d", number),
        "H": pd.Series(received).dt.strftime("%Y/%m/%d"),
        "P": pd.Series(told).dt.strftime("%Y/%m/%d"),
        "T": pd.Series(told).dt.strftime("%Y/%m/%d"),
        "W": np.char.mod("Home health aide hours, case %d", number),
    }  # fmt: skip
    frame = pd.DataFrame(columns, index=np.arange(count))[IDS]
    frame.columns = [column.name for column in LAYOUT.columns]
    return frame


def _mbi(number: int) -> str:
    """A well-formed Medicare Beneficiary Identifier; 3,600,000 differ."""
    first, second = 1 + number % 9, _LETTERS[number // 9 % 20]
    later = _LETTERS[number // 1800 % 20]
    return f"{first}{second}{number // 180 % 10}4TE5M{later}{number // 36000 % 100:02d}"


def with_auditkit(file: Path, out: Path) -> dict[str, int]:
    checked = check_file("OD", file, out, "one_care")
    return {"findings": sum(checked.severities.values()), "late": checked.verdicts["late"]}


def with_pandas(file: Path, out: Path) -> dict[str, int]:
    frame = pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False)
    frame.columns = IDS
    findings, verdicts = _findings(frame), _verdicts(frame)
    out.mkdir()
    findings.to_csv(out / "findings.csv", index=False)
    verdicts.to_csv(out / "verdicts.csv", index=False)
    _write_workbook(out / "marked.xlsx", frame, findings, verdicts)
    return {"findings": len(findings), "late": int((verdicts["verdict"] == "late").sum())}


def _findings(frame: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for column in LAYOUT.columns:
        cells = frame[column.id]
        if column.kind == "code":
            good = cells.isin(column.values)
        elif column.kind == "date":
            good = pd.to_datetime(cells, format="%Y/%m/%d", errors="coerce").notna()
        elif column.kind == "text":
            short = cells.str.len() <= (column.length or 10**6)
            good = (cells != "") & (cells == cells.str.strip()) & short
        else:
            patterns = {"mbi": _MBI, "contract": "[A-Z][0-9]{4}", "pbp": "[0-9]{3}",
                        "time": "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"}  # fmt: skip
            good = cells.str.fullmatch(patterns[column.kind])
        bad = cells[~(good | (column.none_allowed & (cells == "None")))]
        parts.append(pd.DataFrame({
            "row": bad.index + 1, "column_id": column.id, "column_name": column.name, "severity": "error",
            "found": bad, "expected": column.kind, "sentence": "The cell is not written as the layout asks.",
        }))  # fmt: skip
    again = frame[frame.duplicated(["C", "G"])]
    parts.append(pd.DataFrame({"row": again.index + 1, "column_id": "G", "found": again["G"]}))
    return pd.concat(parts, ignore_index=True).sort_values(["row", "column_id"])


def _verdicts(frame: pd.DataFrame) -> pd.DataFrame:
    start = pd.to_datetime(frame["H"], format="%Y/%m/%d")
    stop = pd.to_datetime(frame["T"], format="%Y/%m/%d")
    deadline = start + pd.Timedelta(days=LIMIT_DAYS)
    verdict = np.where(stop <= deadline, "timely", "late")
    due = deadline.dt.strftime("%Y/%m/%d")
    told = frame["H"] + f" + {LIMIT_DAYS} calendar days = due by " + due + ". Stopped " + frame["T"]
    return pd.DataFrame({
        "row": frame.index + 1, "case_id": frame["G"], "rule": "AIP-IOD-STD-PA", "clock_start": frame["H"],
        "clock_stop": frame["T"], "limit": f"{LIMIT_DAYS} calendar days", "deadline": due, "verdict": verdict,
        "margin": (deadline - stop).dt.days, "margin_unit": "days", "arithmetic": told + ": " + verdict,
        "citation": "42 CFR 422.122",
    })  # fmt: skip


def _write_workbook(path: Path, frame: pd.DataFrame, findings: pd.DataFrame, verdicts: pd.DataFrame) -> None:
    book, red = Workbook(write_only=True), PatternFill("solid", fgColor="FFC7CE")
    marked = set(zip(findings["row"], findings["column_id"], strict=True))
    late = {(row, "verdict") for row in verdicts.loc[verdicts["verdict"] == "late", "row"]}
    sheets = (("OD", frame, marked), ("Timeliness", verdicts, late), ("Findings", findings, set()))
    for name, table, marks in sheets:
        sheet = book.create_sheet(name)
        sheet.append(list(table.columns))
        rows_marked = {row for row, _ in marks}
        for number, values in enumerate(table.itertuples(index=False), start=1):
            cells = list(values)
            if number in rows_marked:
                for place, column in enumerate(table.columns):
                    if (number, column) in marks:
                        cells[place] = WriteOnlyCell(sheet, value=cells[place])
                        cells[place].fill = red
            sheet.append(cells)
    book.save(path)


def measured(side: Callable, file: Path, out: Path) -> dict:
    """What one side found, its seconds, and the peak memory of this process in megabytes."""
    start = time.perf_counter()
    found = side(file, out)
    use = resource.getrusage(resource.RUSAGE_SELF)
    return found | {
        "seconds": time.perf_counter() - start,
        "cpu": use.ru_utime + use.ru_stime,
        "megabytes": use.ru_maxrss / 1024,
    }


def in_own_process(side: str, file: Path, out: Path | int) -> dict:
    command = [sys.executable, __file__, side, str(file), str(out)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    if len(sys.argv) == 4:
        print(json.dumps(_one_side(sys.argv[1], Path(sys.argv[2]), sys.argv[3])))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        quarter, ours = (_with_auditkit(Path(folder), rows) for rows in (count // 4, count))
        print(f"check OD: auditkit, {count // 4:,} rows: {_told(quarter)}")
        print(f"check OD: auditkit, {count:,} rows: {_told(ours)}, "
              f"{ours['megabytes'] / quarter['megabytes']:.2f} times the memory for 4 times the rows")
        if count > MAX_DATA_ROWS:
            return
        theirs = in_own_process("pandas", Path(folder) / f"{count}.txt", Path(folder) / "pandas")
    if (ours["findings"], ours["late"]) != (theirs["findings"], theirs["late"]):
        sys.exit(f"the two sides disagree: {ours} and {theirs}")
    print(f"check OD: pandas and openpyxl, {count:,} rows: {_told(theirs)}")
    print(f"ratio {theirs['seconds'] / ours['seconds']:.2f} (above 1: auditkit is faster), "
          f"of processor seconds {theirs['cpu'] / ours['cpu']:.2f}, "
          f"of peak memory {theirs['megabytes'] / ours['megabytes']:.2f}")


def _one_side(side: str, file: Path, out: str) -> dict:
    if side == "write":  # in a process of its own: a child's peak counts what its parent held as it began
        write_universe(file, int(out))
        return {}
    return measured({"auditkit": with_auditkit, "pandas": with_pandas}[side], file, Path(out))


def _with_auditkit(folder: Path, count: int) -> dict:
    file = folder / f"{count}.txt"
    in_own_process("write", file, count)
    return in_own_process("auditkit", file, folder / f"auditkit{count}")


def _told(side: dict) -> str:
    return (f"{side['findings']:,} findings, {side['late']:,} late, {side['seconds']:.1f} s "
            f"({side['cpu']:.1f} s of processor), peak {side['megabytes']:,.0f} MB")


if __name__ == "__main__":
    main()

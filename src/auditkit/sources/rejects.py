"""The reject records: one line for every value or row that was set aside or is worth a look."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.sources.cells import Fault
from auditkit.sources.mapping import Extract
from auditkit.sources.text_table import BadLine

COLUMNS = [
    "extract", "table", "row", "column", "source_column", "value", "rule", "expected", "action",
    "delegate", "case_key",
]  # fmt: skip

VALUE_SET_ASIDE, ROW_SET_ASIDE = "value set aside", "row set aside"
VALUE_KEPT, ROW_KEPT, FILE_KEPT = "value kept", "row kept", "file kept"


def reject_frame(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All parts as one frame with every column, text but for the nullable whole number `row`."""
    filled = [part for part in parts if len(part)]
    frame = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=COLUMNS)
    frame = frame.reindex(columns=COLUMNS)
    kinds = {name: "Int64" if name == "row" else "str" for name in COLUMNS}
    return frame.astype(kinds)


def sort_rejects(frame: pd.DataFrame, extracts: tuple[Extract, ...]) -> pd.DataFrame:
    """In the order of the mapping's extracts, then by row; what concerns the whole file comes first."""
    order = {f"{extract.table}\n{extract.name}": place for place, extract in enumerate(extracts)}
    place = (frame["table"] + "\n" + frame["extract"]).map(order)
    keys = pd.DataFrame({"place": place, "row": frame["row"].fillna(0)}, index=frame.index)
    return frame.loc[keys.sort_values(["place", "row"], kind="stable").index].reset_index(drop=True)


def delegates_of(rows: pa.Table, extracts: dict[str, Extract]) -> np.ndarray:
    """Who delivered or processed each typed row; '' where the plan did. `extracts` by name."""
    if "delegate" in rows.column_names:
        texts = pc.fill_null(rows["delegate"], "").to_pylist()
    else:
        texts = [extracts[name].delegate or "" for name in rows["extract"].to_pylist()]
    return np.asarray(texts, dtype=object)


def of_fault(
    fault: Fault,
    column: str,
    extract: Extract,
    rows: pa.Table,
    gone: np.ndarray,
    delegates: np.ndarray,
    case_keys: np.ndarray,
) -> pd.DataFrame:
    """The records of one fault of one canonical column.

    rows: all typed rows of the extract. gone: rows set aside for this fault.
    delegates, case_keys: of every row.
    """
    kept = VALUE_SET_ASIDE if fault.lost else VALUE_KEPT
    return pd.DataFrame(
        {
            "extract": extract.name,
            "table": extract.table,
            "row": rows["extract_row"].take(pa.array(fault.rows)).to_pylist(),
            "column": column,
            "source_column": fault.source_column,
            "value": fault.values,
            "rule": fault.rule,
            "expected": fault.expected,
            "action": np.where(gone[fault.rows], ROW_SET_ASIDE, kept),
            "delegate": delegates[fault.rows],
            "case_key": case_keys[fault.rows],
        }
    )


def of_bad_lines(lines: list[BadLine], extract: Extract) -> pd.DataFrame:
    """The records of lines with a wrong number of fields."""
    return pd.DataFrame(
        {
            "extract": extract.name,
            "table": extract.table,
            "row": [line.row for line in lines],
            "column": "",
            "source_column": "",
            "value": [line.text for line in lines],
            "rule": "IN-FIELDS",
            "expected": [
                f"{line.fields_expected} fields; line {line.line_number} has {line.fields_found}"
                for line in lines
            ],
            "action": ROW_SET_ASIDE,
            "delegate": extract.delegate or "",
            "case_key": "",
        }
    )


def of_file(extract: Extract, rule: str, value: str, expected: str) -> pd.DataFrame:
    """A record about the file as a whole; its row is empty."""
    record = {
        "extract": extract.name, "table": extract.table, "row": pd.NA, "column": "", "source_column": "",
        "value": value, "rule": rule, "expected": expected, "action": FILE_KEPT,
        "delegate": extract.delegate or "", "case_key": "",
    }  # fmt: skip
    return pd.DataFrame([record])

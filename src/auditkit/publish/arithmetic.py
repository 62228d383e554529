"""Clock verdicts in a workbook: each case's arithmetic in a sentence."""

import numpy as np
import pandas as pd
import pyarrow as pa

from auditkit.clocks.explain import verdict_words


def with_arithmetic(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Give the verdicts with the column `arithmetic`: start + limit = deadline, stop, verdict.

    Each different sentence is made once: of a million day clocks few thousand differ.
    """
    names = [
        "clock_start", "start_reason", "clock_stop", "stop_reason", "limit", "extension", "deadline",
        "verdict", "margin", "margin_unit", "reason",
    ]
    number = verdicts.groupby(names, dropna=False, sort=False).ngroup().to_numpy()
    _, first = np.unique(number, return_index=True)
    columns = [verdicts[name].iloc[first].tolist() for name in names]
    sentences = pa.array([_sentence(*values) for values in zip(*columns, strict=True)], pa.string())
    return verdicts.assign(arithmetic=pd.Series(sentences.take(pa.array(number)), verdicts.index, "str"))


def _sentence(
    start, start_reason, stop, stop_reason, limit, extension, deadline, verdict, margin, unit, reason
) -> str:
    words = verdict_words(str(verdict), margin, unit)
    if not _given(deadline):
        return f"Verdict {words}: {reason}."
    longer = str(extension).removeprefix("taken, ")
    taken = f" + extension of {longer}" if str(extension).startswith("taken") else ""
    because = f" ({start_reason})" if _given(start_reason) else ""
    due = f"{start}{because} + {limit}{taken} = due by {deadline}."
    if not _given(stop):
        return f"{due} No stop recorded: {words}."
    stopped = f" Stopped {stop}" + (f" ({stop_reason})" if _given(stop_reason) else "")
    return f"{due}{stopped}: {words}."


def _given(value: object) -> bool:
    return not pd.isna(value) and str(value) not in ("", "None")

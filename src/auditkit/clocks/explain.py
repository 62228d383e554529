"""One case's clocks, told the way a person would write the arithmetic."""

import pandas as pd

from auditkit.rules.timeframe_meta import load_timeframe_meta
from auditkit.rules.timeframes import load_timeframes


def explain_case(verdicts: pd.DataFrame) -> str:
    """The clocks of one case as text: rule, start, limit, deadline, stop, verdict, citation.

    verdicts: rows of one case, with the columns of `wording.verdict_frame`.
    """
    return "\n\n".join(_explain_clock(clock) for _, clock in verdicts.iterrows())


def _explain_clock(clock: pd.Series) -> str:
    lines = [f"{clock['table']}, row {clock['row']}: {clock['clock']} clock"]
    rule = load_timeframes().get(clock["rule"])
    if rule is None:
        return "\n".join(lines + [f"  Verdict   {_verdict(clock)}", f"  Why       {clock['reason']}"])
    lines += [
        f"  Rule      {rule.id}: {rule.item}",
        f"  Law       {rule.cite}",
        f"  Known     {_how_known(rule)}",
        f"  Started   {clock['clock_start'] or 'not recorded'} ({clock['start_reason'] or rule.start.event})",
        f"  Limit     {clock['limit']}; extension: {clock['extension']}",
        f"  Deadline  {_deadline(clock)}",
        f"  Stopped   {_stop(clock, rule.stop.event)}",
        f"  Verdict   {_verdict(clock)}",
        f"  Why       {clock['reason']}",
    ]
    return "\n".join(lines)


def _verdict(clock: pd.Series) -> str:
    return verdict_words(str(clock["verdict"]), clock["margin"], clock["margin_unit"])


def _how_known(rule) -> str:
    meta = load_timeframe_meta()
    return f"{meta.verification[rule.verification]}. Before use: {meta.sign_off[rule.sign_off]}."


def _deadline(clock: pd.Series) -> str:
    if not clock["deadline"]:
        return "cannot be worked out"
    extra = f" + {clock['extension'].removeprefix('taken, ')}" if clock["extension"].startswith("taken") else ""
    end = " (through the end of that day)" if clock["margin_unit"] == "days" else ""
    return f"{clock['deadline']}{end} = {clock['clock_start']} + {clock['limit']}{extra}"


def _stop(clock: pd.Series, event: str) -> str:
    return f"{clock['clock_stop']} ({clock['stop_reason']})" if clock["clock_stop"] else f"not recorded ({event})"


def verdict_words(verdict: str, margin: float, unit: str) -> str:
    """'late by 1 day', 'timely with 3 hours 30 minutes to spare', or the verdict alone."""
    if verdict not in ("timely", "late") or pd.isna(margin):
        return verdict.replace("_", " ")
    size = margin_words(abs(margin), unit)
    return f"late by {size}" if margin < 0 else f"timely with {size} to spare"


def margin_words(size: float, unit: str) -> str:
    """A number of days or hours as people say it: '1 day', '2 hours 5 minutes', '1 second'."""
    if unit == "days":
        return _counted(round(size), "day")
    seconds = round(size * 3600)
    parts = (("hour", seconds // 3600), ("minute", seconds % 3600 // 60), ("second", seconds % 60))
    return " ".join(_counted(count, name) for name, count in parts if count) or "0 seconds"


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"

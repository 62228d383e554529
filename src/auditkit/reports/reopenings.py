"""The file of reopened decisions that goes with Part C and Part D reporting: one row a case."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from auditkit.clocks.run import with_case_rows
from auditkit.reports.views import placed_steps
from auditkit.sources.engine import DuckDBEngine, Engine, run_steps

_SELECT = """SELECT
    unit_contract AS contract,
    unit_pbp AS plan,
    case_id,
    original_case_id,
    part,
    level,
    original_decided_date,
    original_determination,
    expedited,
    request_kind,
    provider_contracted,
    reopened_date,
    reopening_reason,
    new_decided_date,
    new_determination
FROM placed_reopenings
ORDER BY part, reopened_date, case_id"""


def reopened_rows(
    tables: Mapping[str, pa.Table], cases: pd.DataFrame, engine: Engine | None = None
) -> pd.DataFrame:
    """The cases a report counted as reopened, with what the form asks of each (its columns are recalled).

    tables: typed source tables. cases: as `compute.ReportResult.cases`; those of II.5.A and V.3.A count.
    Gives period, contract, plan, case_id, original_case_id, part, level, original_decided_date,
    original_determination, expedited, request_kind, provider_contracted, reopened_date, reopening_reason,
    new_decided_date, new_determination. The reason is free text: for the working class only.
    """
    engine = engine or DuckDBEngine()
    engine.load("reopenings", with_case_rows(tables["reopenings"]))
    engine.load("members", with_case_rows(tables["members"]))
    run_steps(engine, placed_steps("reopenings"))
    counted = cases.loc[cases["code"].isin(["II.5.A", "V.3.A"]), ["period", "case_id"]]
    return counted.merge(engine.fetch(_SELECT).to_pandas(), on="case_id").reset_index(drop=True)

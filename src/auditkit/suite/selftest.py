"""`auditkit selftest`: does a plan's own database read the clocks as the rules say?

The sample plan holds cases one unit inside, on and one unit past every limit, and an answer key
that was worked out when they were made, by none of the engines. The same SQL runs in the named
database, in temporary tables, and each verdict is compared with the key.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from auditkit.clocks import has_clocks, source_verdicts
from auditkit.errors import InputError
from auditkit.sources.engine import DatabaseEngine, DuckDBEngine, Engine
from auditkit.sources.intake import intake
from auditkit.sources.mapping import load_mapping
from auditkit.sources.sample import make_sample
from auditkit.suite.environment import variables

_MEMBERS, _SEED, _TIME_ZONE = 1_000, 2026, "America/New_York"
_SHOWN = 10


def selftest(source: str | None) -> tuple[str, bool]:
    """Give a report on the boundary cases and whether every verdict agrees with the key.

    source: environment variable that holds the database's SQLAlchemy URL; without it the built-in
        engine is tested. The database needs the right to make temporary tables and nothing else.
    Raises InputError when the database cannot be reached or refuses a step.
    """
    with _engine(source) as engine:
        tables, key = _boundary_cases()
        found = [source_verdicts(table, tables, engine=engine) for table in sorted(key["table"].unique())]
        name = engine.name
    return _report(name, _compared(key, pd.concat(found)))


@contextmanager
def _engine(source: str | None) -> Iterator[Engine]:
    if source is None:
        yield DuckDBEngine()
        return
    if "://" in source:  # not shown again: it may hold a password
        raise InputError(
            "--source takes the name of an environment variable, not the database's URL; "
            "put the URL into a variable and give its name."
        )
    url = os.environ.get(source)
    if not url:
        raise InputError(
            f"the environment variable {source} is not set; set it to the database's SQLAlchemy URL."
        )
    try:
        with create_engine(url).connect() as connection:
            yield DatabaseEngine(connection)
    except (SQLAlchemyError, ImportError) as error:
        # Neither the URL nor the driver's message: both may hold a password.
        raise InputError(
            f"the database named by {source} cannot be used ({type(error).__name__}); "
            "try its URL with your own client."
        ) from None


def _boundary_cases() -> tuple[dict[str, pa.Table], pd.DataFrame]:
    """Source tables with the cases at a limit and their members, and the answer key for them."""
    with tempfile.TemporaryDirectory(prefix="auditkit-selftest-") as folder:
        make_sample(Path(folder), members=_MEMBERS, seed=_SEED)
        key = pd.read_csv(Path(folder) / "answer_key.csv", dtype=str, keep_default_na=False)
        with variables(AUDITKIT_SAMPLE_DATABASE=f"sqlite:///{folder}/plan.db"):
            mapping = load_mapping(Path(str(files("auditkit.sources.sample") / "mapping.yaml")))
            tables = intake(mapping, folder, _TIME_ZONE).tables
    key = key[(key["found_by"] == "clock") & (key["verdict"] != "") & key["table"].map(has_clocks)]
    wanted = {name: _only(tables[name], "case_id", cases["case_id"]) for name, cases in key.groupby("table")}
    return wanted | {"members": _only(tables["members"], "member_id", key["member_id"])}, key


def _only(table: pa.Table, column: str, values: pd.Series) -> pa.Table:
    return table.filter(pc.is_in(table[column], pa.array(values.unique(), table[column].type)))


def _compared(key: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row an entry of the key with the verdict `found` under its rule; empty where there was none."""
    found = verdicts[["table", "case_id", "rule", "verdict"]].rename(columns={"verdict": "found"})
    both = key.merge(found.astype(str), on=["table", "case_id", "rule"], how="left")
    return both.fillna({"found": "no verdict"})


def _report(engine: str, compared: pd.DataFrame) -> tuple[str, bool]:
    wrong = compared[compared["verdict"] != compared["found"]]
    lines = [
        f"{engine}: {len(compared) - len(wrong):,} of {len(compared):,} boundary cases "
        f"of {compared['rule'].nunique()} rules read as the answer key says."
    ]
    lines += [
        f"  {row.table} {row.rule}, {row.kind.replace('_', ' ')}: {row.found} instead of {row.verdict}"
        for row in wrong.head(_SHOWN).itertuples()
    ]
    if len(wrong) > _SHOWN:
        lines.append(f"  and {len(wrong) - _SHOWN:,} more")
    lines.append(
        "This database agrees."
        if wrong.empty
        else "This database does not agree: read no clocks with it, and send this to the maintainers."
    )
    return "\n".join(lines), wrong.empty

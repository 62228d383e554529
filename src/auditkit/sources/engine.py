"""Runs the suite's plain SQL: in process on DuckDB, in a plan's own database, or on Spark.

A step is one SELECT in the subset the engines share (joins, CASE, COALESCE, CAST to VARCHAR(n)
and BIGINT, CONCAT, window functions, integer arithmetic). The runner only decides how a
result gets its name; the SQL text is the same everywhere.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from auditkit.errors import InputError


MEMORY = "256MB"
"""What DuckDB may take where it is given a folder for the rest; each of its threads needs some of it."""


class Engine(Protocol):
    """What a step needs of the place it runs in."""

    name: str

    def load(self, name: str, table: pa.Table) -> None:
        """Make `table` known as `name`."""

    def step(self, name: str, select: str) -> None:
        """Keep the rows of `select` as `name`."""

    def fetch(self, select: str) -> pa.Table:
        """Give the rows of `select`."""


class DuckDBEngine:
    """DuckDB in process: the default. Tables are read where they stand, in memory or as Parquet.

    folder: takes what does not fit into `MEMORY`; without it, memory is not bounded.
    """

    name = "DuckDB"

    def __init__(self, folder: Path | None = None) -> None:
        bounds = {"memory_limit": MEMORY, "threads": 2, "temp_directory": str(folder)} if folder else {}
        self.connection = duckdb.connect(config=bounds)

    def load(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def load_parquet(self, name: str, path: Path) -> None:
        """Make a Parquet file known as `name` without reading it into memory."""
        quoted = str(path).replace("'", "''")
        self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{quoted}')")

    def keep_parquet(self, select: str, path: Path) -> None:
        """Write the rows of `select` to a Parquet file without holding them."""
        self.connection.sql(select).write_parquet(str(path))

    def step(self, name: str, select: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {select}")

    def fetch(self, select: str) -> pa.Table:
        return self.connection.sql(select).to_arrow_table()


class DatabaseEngine:
    """A database behind a SQLAlchemy connection. Everything it makes is a temporary table of the session."""

    def __init__(self, connection) -> None:
        self.connection = connection
        self.name = connection.dialect.name

    def load(self, name: str, table: pa.Table) -> None:
        from sqlalchemy import text

        types = {"int64": "BIGINT", "double": "DOUBLE PRECISION"}
        columns = ", ".join(f"{f.name} {types.get(str(f.type), 'VARCHAR(4000)')}" for f in table.schema)
        self.connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
        self.connection.execute(text(f"CREATE TEMPORARY TABLE {name} ({columns})"))
        if table.num_rows:
            values = ", ".join(f":{column}" for column in table.column_names)
            self.connection.execute(text(f"INSERT INTO {name} VALUES ({values})"), table.to_pylist())

    def step(self, name: str, select: str) -> None:
        self._run(f"DROP TABLE IF EXISTS {name}")
        self._run(f"CREATE TEMPORARY TABLE {name} AS {select}")

    def fetch(self, select: str) -> pa.Table:
        result = self._run(select)
        names, rows = list(result.keys()), result.fetchall()
        return pa.table([pa.array([row[place] for row in rows]) for place in range(len(names))], names=names)

    def _run(self, sql: str):
        # exec_driver_sql: the text goes to the database as it stands, colons and percents untouched
        return self.connection.exec_driver_sql(sql.replace("%", "%%"))


class SparkEngine:
    """A Spark session. Every step is a temporary view; nothing is written to a catalog."""

    name = "Spark"

    def __init__(self, session) -> None:
        self.session = session

    def load(self, name: str, table: pa.Table) -> None:
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def step(self, name: str, select: str) -> None:
        self.session.sql(select).cache().createOrReplaceTempView(name)

    def fetch(self, select: str) -> pa.Table:
        return self.session.sql(select).toArrow()


def read_sql(path: Path) -> str:
    """The text of one SQL step, as an auditor can read and run it."""
    return Path(path).read_text(encoding="utf-8").strip()


def run_steps(engine: Engine, steps: Iterable[tuple[str, str]]) -> None:
    """Run named SELECTs in order; each may read what the ones before it made.

    Raises InputError when a plan's own database refuses a step, naming the step but not the data.
    """
    for name, select in steps:
        try:
            engine.step(name, select)
        except Exception as error:
            if isinstance(engine, DuckDBEngine):
                raise
            raise InputError(
                f"{engine.name} refused step '{name}' ({type(error).__name__}); "
                "send its SQL and the database version to the maintainers."
            ) from None

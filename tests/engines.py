"""The engines the SQL must agree on; one that is not installed here is skipped with the reason."""

import importlib.util
import os
import shutil
from contextlib import contextmanager
from functools import lru_cache

import pytest

from auditkit.sources.engine import DatabaseEngine, DuckDBEngine, SparkEngine

ENGINES = ("DuckDB", "PostgreSQL", "Spark")


@contextmanager
def open_engine(name: str):
    """An engine by name, closed afterwards; skips the test where the engine is not installed."""
    if name == "DuckDB":
        yield DuckDBEngine()
    elif name == "PostgreSQL":
        with _postgres() as connection:
            yield DatabaseEngine(connection)
    else:
        yield SparkEngine(_spark())


@contextmanager
def _postgres():
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (pip install -r requirements-warehouse.lock)")
    url = os.environ.get("AUDITKIT_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL: set AUDITKIT_TEST_POSTGRES to a SQLAlchemy URL (.ci/run starts one)")
    from sqlalchemy import create_engine

    with create_engine(url).connect() as connection:
        yield connection


@lru_cache
def _spark():
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (pip install -r requirements-warehouse.lock)")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java 17, which is not installed")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("auditkit-tests")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        # a few rows a query: compiling a class for each, and planning anew on the way, costs more than it saves
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session

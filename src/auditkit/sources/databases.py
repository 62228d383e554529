"""The answer to a query, as text, from any database SQLAlchemy reaches.

The address of the database stands in an environment variable. It is never written, printed or
put into a message, and neither is what the driver says, for drivers quote addresses.
"""

import hashlib
import os
from pathlib import Path

import pyarrow as pa
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from auditkit.errors import InputError
from auditkit.sources.text_table import TextTable, cell_text, column_names, numbered, text_columns

_ROWS_AT_ONCE = 50_000


def read_query(connection: str, query: str, place: str) -> TextTable:
    """The rows a query gives, every column as text, a missing cell as ''.

    connection: name of the environment variable that holds the SQLAlchemy URL.
    place: names the extract in messages.
    Facts: format, header, sha256 (of the rows as text). Raises InputError when the variable is
    missing, the connection or the query fails, or the query gives no rows to read.
    """
    engine = _engine(connection, place)
    try:
        with engine.connect() as opened:
            names, table = _rows(opened, query, place)
    except SQLAlchemyError as error:
        raise InputError(
            f"{place}: the database named by {connection} cannot be reached or refuses the query "
            f"({type(error).__name__}); try address and query in your own client."
        ) from None
    finally:
        engine.dispose()
    column_names(names, place)
    facts = {"format": f"query ({engine.dialect.name})", "header": "in the answer", "sha256": _digest(table)}
    return TextTable(table, facts, numbered(table.num_rows))


def _engine(connection: str, place: str) -> Engine:
    address = os.environ.get(connection, "")
    if not address:
        raise InputError(f"{place}: the environment variable {connection} is not set; "
                         "set it to the database's SQLAlchemy URL.")
    try:
        url = make_url(address)
        _refuse_missing_file(url, connection, place)
        return create_engine(url)
    except (NoSuchModuleError, ImportError):
        raise InputError(f"{place}: the driver that the URL in {connection} asks for is not installed; "
                         "install it or use another.") from None
    except (ArgumentError, ValueError):
        raise InputError(f"{place}: {connection} does not hold a SQLAlchemy URL (dialect://...).") from None


def _refuse_missing_file(url: URL, connection: str, place: str) -> None:
    """SQLite would make an empty database where there is none."""
    name = url.database
    if url.get_backend_name() == "sqlite" and name and name != ":memory:" and not Path(name).is_file():
        raise InputError(f"{place}: the SQLite file that {connection} points to is not there; "
                         "check the URL.")


def _rows(opened, query: str, place: str) -> tuple[list[str], pa.Table]:
    result = opened.execution_options(stream_results=True).exec_driver_sql(query)
    if not result.returns_rows:
        raise InputError(f"{place}: the query gives no rows to read; it must be a SELECT.")
    names = list(result.keys())
    parts = [text_columns(names, [[] for _ in names])]
    while rows := result.fetchmany(_ROWS_AT_ONCE):
        parts.append(text_columns(names, [[cell_text(value) for value in column] for column in zip(*rows)]))
    return names, pa.concat_tables(parts)


def _digest(table: pa.Table) -> str:
    """sha256 over the column names and the rows, in the order given."""
    digest = hashlib.sha256("\x1f".join(table.column_names).encode())
    for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns):
            digest.update(("\x1e" + "\x1f".join(row)).encode("utf-8", errors="surrogatepass"))
    return digest.hexdigest()

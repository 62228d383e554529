"""A Parquet file as text, some rows at a time."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from auditkit.errors import InputError
from auditkit.sources.bounds import BLOCK, check_unpacked
from auditkit.sources.text_table import Batch, TextStream, cell_text, column_names, numbered

_ROWS_AT_ONCE = 20_000
_DAMAGED = (pa.ArrowException, OSError, ValueError, OverflowError)


def open_parquet(file: BinaryIO, place: str) -> TextStream:
    """Every column as text, a missing cell as ''; `place` names the file in messages.

    Texts stay coded until it is known how much they take: a few bytes of a Parquet file can stand for
    gigabytes. Raises InputError when the file is damaged, takes more than `bounds.LARGEST_FILE` once it
    is unpacked, or two columns have the same name.
    """
    file.seek(0)
    try:
        schema = pyarrow.parquet.read_schema(file)
        texts = [field.name for field in schema if _is_text(field.type)]
        parquet = pyarrow.parquet.ParquetFile(file, read_dictionary=texts)
        groups = range(parquet.metadata.num_row_groups)
        told = sum(parquet.metadata.row_group(number).total_byte_size for number in groups)
    except _DAMAGED:
        raise _damaged(place) from None
    check_unpacked(told, place)
    column_names(schema.names, place)
    facts = {"format": "Parquet", "header": "in the file"}
    a_row = told // max(parquet.metadata.num_rows, 1)
    at_once = parquet.iter_batches(_rows_in(a_row), use_threads=False)
    return TextStream(schema.names, facts, _batches(at_once, schema.names, place))


def _rows_in(a_row: int) -> int:
    """How many rows of so many bytes are read at once."""
    return max(1, min(_ROWS_AT_ONCE, BLOCK // max(a_row, 1)))


def _batches(at_once: Iterator[pa.RecordBatch], names: list[str], place: str) -> Iterator[Batch]:
    rows, unpacked = 0, 0
    while True:
        try:
            coded = next(at_once, None)
            if coded is None:
                break
            size = sum(_text_size(column) for column in coded.columns)
            unpacked += size
            check_unpacked(unpacked, place)
            few = _rows_in(size // max(coded.num_rows, 1))
            for start in range(0, coded.num_rows, few):
                table = _as_table(coded.slice(start, few), names)
                yield Batch(table, numbered(table.num_rows, rows))
                rows += table.num_rows
        except _DAMAGED:
            raise _damaged(place) from None
    if rows == 0:
        yield Batch(pa.table([pa.array([], pa.string()) for _ in names], names=names), numbered(0))


def _as_table(coded: pa.RecordBatch, names: list[str]) -> pa.Table:
    table = pa.table([_as_text(column) for column in coded.columns], names=names)
    table.validate(full=True)  # text that is not UTF-8 is found here and not by whoever reads it
    return table


def _damaged(place: str) -> InputError:
    return InputError(f"{place}: this is not a Parquet file or it is damaged; ask for it again.")


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _text_size(column: pa.Array) -> int:
    """The bytes of a column written as delimited text, one delimiter a cell; told before it is unpacked."""
    if not pa.types.is_dictionary(column.type) or not _is_text(column.type.value_type):
        return column.nbytes
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return len(column) + (pc.sum(lengths.take(column.indices)).as_py() or 0)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    texts = coded.dictionary
    if not pa.types.is_string(texts.type):
        texts = pa.array([cell_text(value) for value in texts.to_pylist()], type=pa.string())
    return pc.fill_null(texts.take(coded.indices), "")

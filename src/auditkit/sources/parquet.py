"""A Parquet file as text, some rows at a time."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from auditkit.errors import InputError
from auditkit.sources.bounds import check_unpacked
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
    return TextStream(schema.names, facts, _batches(parquet, schema.names, place))


def _batches(parquet: pyarrow.parquet.ParquetFile, names: list[str], place: str) -> Iterator[Batch]:
    rows, unpacked = 0, 0
    batches = parquet.iter_batches(_ROWS_AT_ONCE, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                break
            unpacked += sum(_text_size(column) for column in batch.columns)
            check_unpacked(unpacked, place)
            table = pa.table([_as_text(column) for column in batch.columns], names=names)
            table.validate(full=True)  # text that is not UTF-8 is found here and not by whoever reads it
        except _DAMAGED:
            raise _damaged(place) from None
        yield Batch(table, numbered(table.num_rows, rows))
        rows += table.num_rows
    if rows == 0:
        yield Batch(pa.table([pa.array([], pa.string()) for _ in names], names=names), numbered(0))


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

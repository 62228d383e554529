"""A Parquet file as text."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from auditkit.errors import InputError
from auditkit.sources.text_table import TextTable, cell_text, column_names, numbered


def read_parquet(content: bytes, place: str) -> TextTable:
    """Every column as text, a missing cell as ''; `place` names the file in messages.

    Raises InputError when the file is damaged or two columns have the same name.
    """
    try:
        typed = pyarrow.parquet.read_table(pa.BufferReader(content))
        names = typed.column_names
        table = pa.table([_as_text(column) for column in typed.columns], names=names)
        table.validate(full=True)  # text that is not UTF-8 is found here and not by whoever reads it
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise InputError(f"{place}: this is not a Parquet file or it is damaged; ask for it again.") from None
    column_names(names, place)
    return TextTable(table, {"format": "Parquet", "header": "in the file"}, numbered(table.num_rows))


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):
        return pc.fill_null(column, "")
    if pa.types.is_large_string(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    coded = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        coded = coded.dictionary_encode()
    texts = pa.array([cell_text(value) for value in coded.dictionary.to_pylist()], type=pa.string())
    return pa.chunked_array([pc.fill_null(texts.take(coded.indices), "")])

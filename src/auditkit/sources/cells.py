"""The cells of one extract column: each distinct text once, and what is said about the bad ones."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Fault:
    """One thing wrong with some cells of a column.

    rule: its code. rows: places in the table (from 0). values: the cells as they came. expected: what should
    stand there, one text a cell. lost: was the value set aside (else it is kept and reported)?
    """

    rule: str
    source_column: str
    rows: np.ndarray
    values: list[str]
    expected: list[str]
    lost: bool


@dataclass(frozen=True)
class TypedColumn:
    """columns: typed arrays by name. missing: rows without a value. unread: rows with an unreadable one."""

    columns: dict[str, pa.Array | pa.ChunkedArray]
    missing: np.ndarray
    unread: np.ndarray
    faults: list[Fault]


class Texts:
    """The distinct texts of a column: as they came, trimmed, where each stands, which mean "no value"."""

    def __init__(self, cells: pa.ChunkedArray, name: str, missing: tuple[str, ...]) -> None:
        self.name = name
        encoded = cells.dictionary_encode().unify_dictionaries()
        chunks = encoded.chunks
        self.raw = chunks[0].dictionary if chunks else pa.array([], type=pa.string())
        places = [chunk.indices.to_numpy() for chunk in chunks]
        self.places = np.concatenate(places) if places else np.array([], dtype=np.int32)
        self.trimmed = pc.utf8_trim_whitespace(self.raw)
        self.is_missing = means_missing(self.trimmed, missing)

    def spread(self, values: np.ndarray, valid: np.ndarray, kind: pa.DataType) -> pa.Array:
        """A number a distinct text, spread over the rows; null where not valid."""
        return pa.array(values[self.places], type=kind, mask=~valid[self.places])

    def spread_texts(self, texts: list[str | None]) -> pa.Array:
        """A text a distinct text, spread over the rows."""
        return pa.array(texts, type=pa.string()).take(pa.array(self.places))

    def fault(self, rule: str, bad: np.ndarray, expected: list[str]) -> list[Fault]:
        """The fault, if any, of the rows whose distinct text is bad; one expectation a distinct text."""
        rows = np.flatnonzero(bad[self.places])
        return self._fault(rule, rows, [expected[place] for place in self.places[rows]])

    def fault_of_rows(self, rule: str, bad: np.ndarray, expected: str) -> list[Fault]:
        """The fault, if any, of these rows."""
        rows = np.flatnonzero(bad)
        return self._fault(rule, rows, [expected] * len(rows))

    def _fault(self, rule: str, rows: np.ndarray, expected: list[str]) -> list[Fault]:
        if not len(rows):
            return []
        raw = self.raw.take(pa.array(self.places[rows])).to_pylist()
        return [Fault(rule, self.name, rows, raw, expected, lost=True)]


def means_missing(trimmed: pa.Array | pa.ChunkedArray, missing: tuple[str, ...]) -> np.ndarray:
    """A cell of nothing but spaces holds nothing; the mapping may name other texts."""
    words = pa.array(sorted({"", *(word.strip() for word in missing)}), type=pa.string())
    return pc.is_in(trimmed, value_set=words).to_numpy(zero_copy_only=False)

"""The trailer of a file: its last line, which says how many rows there should be."""

import re
from dataclasses import dataclass

from auditkit.sources.text_table import BadLine, TextTable


@dataclass(frozen=True)
class Trailer:
    """stated: the number of rows it gives, None when it gives none. fault: what is wrong; '' if nothing."""

    stated: int | None
    text: str
    fault: str


def take_trailer(read: TextTable, word: str) -> tuple[TextTable, Trailer]:
    """The table without its trailer, and what the trailer says against the rows that are there.

    A trailer that is missing or states another number means that the file may be cut off.
    """
    text, rest = _last_line(read, word)
    rows = rest.table.num_rows + len(rest.set_aside)
    if text is None:
        said = f"a last line that begins with {word}; none follows {rows} rows, so the file may be cut off"
        return rest, Trailer(None, "", f"{said}: ask for it again")
    number = re.search(r"\d+", text[len(word) :].replace(",", ""))
    stated = int(number[0]) if number else None
    if stated == rows:
        return rest, Trailer(stated, text, "")
    said = "no number" if stated is None else f"{stated} rows"
    fault = f"the number of rows, {rows}; the trailer says {said}: ask for the file again"
    return rest, Trailer(stated, text, fault)


def _last_line(read: TextTable, word: str) -> tuple[str | None, TextTable]:
    """The trailer's text, None when the last line is no trailer, and the table without it."""
    last_row = read.row_numbers[-1].as_py() if read.table.num_rows else 0
    bad = read.set_aside[-1] if read.set_aside else BadLine(0, 0, 0, 0, "")
    if bad.row > last_row:
        if not bad.text.lstrip('"').startswith(word):
            return None, read
        return bad.text.lstrip('"'), TextTable(read.table, read.facts, read.row_numbers, read.set_aside[:-1])
    cells = [column[-1].as_py() for column in read.table.columns] if last_row else [""]
    if not cells[0].startswith(word):
        return None, read
    rows = read.table.num_rows - 1
    rest = TextTable(read.table.slice(0, rows), read.facts, read.row_numbers.slice(0, rows), read.set_aside)
    return "|".join(cells), rest

"""Cells of CMS's Star Ratings tables: numbers, known messages, names that mean the same."""

import re
from functools import cache

import numpy as np
import pandas as pd

from auditkit.errors import InputError
from auditkit.rules.star_years import FOLDER
from auditkit.rules.yamlfile import read_yaml
from auditkit.stars.grids import Place

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?|-?\.\d+)\s*(%?)")


def plain(text: str) -> str:
    """Lower-case words of a text, without punctuation; % stays."""
    return " ".join(re.sub(r"[^a-z0-9%]+", " ", text.lower()).split())


@cache
def messages() -> dict[str, str]:
    """Kind of every known message (not_required, no_star, one_star, star_only) by its text."""
    entries = read_yaml(FOLDER / "messages.yaml")["messages"]
    return {plain(entry["text"]): entry["kind"] for entry in entries}


def message_kind(texts: pd.Series) -> pd.Series:
    """Kind of each message text, missing where there is no message."""
    return texts.map({text: messages()[plain(text)] for text in texts.dropna().unique()})


def same_name(one: str, other: str) -> bool:
    """Whether two measure names mean one measure: either may leave words out, none may differ.

    CMS writes 'Controlling Blood Pressure' in one year and 'Controlling High Blood Pressure' in
    the next.
    """
    ours, theirs = set(plain(one).split()), set(plain(other).split())
    return len(ours & theirs) >= 2 and (ours <= theirs or theirs <= ours)


def numbers_and_messages(long: pd.DataFrame, name: str, value: str, place: Place) -> pd.DataFrame:
    """Split text into number and message; refuse a text that is neither, and a star out of range."""
    uniques = pd.Series(long["text"].unique())
    matched = {text: _NUMBER.fullmatch(text) for text in uniques}
    for text, match in matched.items():
        wrong = _wrong_cell(text, match, value)
        if wrong:
            row = long[long["text"].eq(text)].iloc[0]
            raise InputError(f"{place}, contract {row['contract_id']}, column {row[name]}: '{text}' {wrong}.")
    numbers = {text: float(match[1]) if match else np.nan for text, match in matched.items()}
    messages_ = {text: None if match else text for text, match in matched.items()}
    return pd.DataFrame(
        {
            "contract_id": long["contract_id"],
            name: long[name],
            value: long["text"].map(numbers).astype(float),
            "message": long["text"].map(messages_).astype("str"),
        }
    )


def _wrong_cell(text: str, match: re.Match | None, value: str) -> str | None:
    if match is None:
        if plain(text) in messages():
            return None
        return (
            "is neither a number nor a known message; add the message with its meaning to "
            "rules/stars/messages.yaml"
            if text
            else "is empty; a number or a message is expected"
        )
    if value == "star" and (match[2] or float(match[1]) not in (1, 2, 3, 4, 5)):
        return "is no star from 1 to 5; mend the cell"
    return None

"""What the timeframe rules refer to: vocabularies, sources and counting conventions.

Everything stands in `timeframes/meta.yaml`: the words a rule may use for its line of business,
request type, stage and unit, each with its meaning; the sources a rule's provenance names; and
the conventions by which days and hours are counted.
"""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from auditkit.rules.checked import Day, Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

TIMEFRAME_FOLDER = Path(__file__).parent / "timeframes"

Words = Annotated[dict[Text, Text], Field(min_length=1)]


class LineSelection(Strict):
    """When a line of business governs a case. `when` is the case, `use` the lines, `note` the rest."""

    when: Text
    use: Text | None = None
    note: Text | None = None


class Change(Strict):
    """A change of the law that touches these rules.

    rule: the publication; what: what changed; first_day: first day it applies, where one is
    known; timing: the timing in words; sources: provenance keys or a source in words;
    uncertain: what was not read.
    """

    rule: Text
    what: Text
    first_day: Day | None = None
    timing: Text
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    uncertain: Text | None = None


class TimeframeMeta(Strict):
    """The vocabularies and conventions of the timeframe rules; see the comments in meta.yaml."""

    title: Text
    as_of: Day
    standing: Text
    lines: Words
    request_types: Words
    stages: Words
    priorities: Words
    units: Words
    tests: Words
    confidence: Words
    verification: Words
    sign_off: Words
    sources: Words
    effective_dates: Text
    notice_form: Text
    line_selection: Annotated[tuple[LineSelection, ...], Field(min_length=1)]
    counting: Words
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]


def load_timeframe_meta(folder: Path | None = None) -> TimeframeMeta:
    """The vocabularies and conventions that stand in a timeframe folder's `meta.yaml`.

    folder: where the file is; the packaged one when none is given.
    Raises InputError naming file, entry and reason when it is malformed.
    """
    return _packaged() if folder is None else _load(Path(folder))


@cache
def _packaged() -> TimeframeMeta:
    return _load(TIMEFRAME_FOLDER)


def _load(folder: Path) -> TimeframeMeta:
    path = folder / "meta.yaml"
    return checked(TimeframeMeta, read_yaml(path), path)

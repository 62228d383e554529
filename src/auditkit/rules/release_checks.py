"""The release checklist: what must be clean before a shared or public edition leaves the plan."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

CHECKLIST_FILE = Path(__file__).parent / "release_checks.yaml"


class ReleaseCheck(Strict):
    """One check. id: stable name. by: what decides it. waivable: may a compliance officer let it pass, with a
    reason? what: what is checked."""

    id: Annotated[str, StringConstraints(pattern=r"^[PWXR]-\d\d$")]
    by: Literal["gate", "page", "workbook", "cells", "manifest", "people", "hand"]
    waivable: bool
    what: Text


class _Checklist(Strict):
    version: Text
    source: Text
    checks: Annotated[tuple[ReleaseCheck, ...], Field(min_length=1)]


@cache
def load_release_checks() -> dict[str, ReleaseCheck]:
    """Every check by id, in the order of the file. Raises InputError when the file is malformed."""
    listed = checked(_Checklist, read_yaml(CHECKLIST_FILE), CHECKLIST_FILE).checks
    return {check.id: check for check in listed}

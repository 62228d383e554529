"""When an MDS-HC assessment is due: the loader of mds_hc.yaml."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

MDS_HC_FILE = Path(__file__).parent / "mds_hc.yaml"


class MdsHcLimit(Strict):
    """One entry: program, beginning of the rating category, occasion, days, status, and the rule in words."""

    program: Literal["one_care", "sco", "sco_medicaid"]
    category: Text
    occasion: Literal["enrollment", "annual", "category_change", "transitional_living"]
    days: Annotated[int, Field(ge=0)]
    status: Literal["read_current", "read_secondary", "read_older", "recalled"]
    rule: Text


class MdsHcRules(Strict):
    """The whole of mds_hc.yaml."""

    version: Text
    status: Text
    source: Text
    limits: Annotated[tuple[MdsHcLimit, ...], Field(min_length=1)]


@lru_cache
def load_mds_hc(path: Path = MDS_HC_FILE) -> MdsHcRules:
    """The limits of the MDS-HC. Raises InputError naming file, entry and reason when malformed."""
    return checked(MdsHcRules, read_yaml(path), path, "MDS-HC")

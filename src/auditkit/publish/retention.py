"""How long what was released is kept."""

from collections.abc import Mapping
from datetime import date


def retained_until(policies: Mapping[str, str | int]) -> date:
    """The day until which a release and what it rests on are kept, at the least.

    policies: the run's, by name; `final_contract_year` and `retention_years` are used. The end of an audit,
    when it is later, and a hold for litigation or audit move the day further out; the program knows neither.
    42 CFR 423.505(d) (read), 422.504(d) and 438.3(u) (recalled).
    """
    return date(int(policies["final_contract_year"]) + int(policies["retention_years"]), 12, 31)

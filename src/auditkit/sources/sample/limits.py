"""Limits of the timeframe rules, as the sample's generators need them: read, never written here."""

from functools import cache

from auditkit.rules.timeframes import Timeframe, load_timeframes


@cache
def rule(rule_id: str) -> Timeframe:
    """The timeframe rule with this id."""
    return load_timeframes()[rule_id]


def days(rule_id: str) -> int:
    """Its limit in calendar days."""
    return rule(rule_id).limit.value


def seconds(rule_id: str) -> int:
    """Its limit in seconds, for a rule counted in hours."""
    return rule(rule_id).limit_seconds


def extension(rule_id: str) -> int:
    """Days by which it may be extended."""
    return rule(rule_id).extension_days

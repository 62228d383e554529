"""Words in the place of what is hidden, and the numbers that rates come to where they are shown.

Words and rules: house rules after CMS's cell size suppression policy (version of 2024-01-26, as published by
ResDAC and HHS): never blank, never zero, and a bound only where it says something.
"""

from fractions import Fraction
from math import ceil, floor

from auditkit.publish.release_cells import Kind, Rate

TELLING_BOUND = Fraction(9, 10)
"""A bound is given when it lies within a tenth of all or nothing; a wider one would read as a result."""


def cell_words(kind: Kind, threshold: int) -> str:
    """Give the words for a hidden cell. threshold: smallest count shown, 11 unless the plan raised it."""
    return f"suppressed (1-{threshold - 1})" if kind == "primary" else "suppressed (secondary)"


def rate_number(rate: Rate, numerator: int, denominator: int) -> float | None:
    """Give the rate rounded as it says (38 of 40 is 95.0); None of nothing."""
    if denominator == 0:
        return None
    scale = 10**rate.decimals
    half = Fraction(0) if rate.down else Fraction(1, 2)
    return floor(Fraction(numerator * rate.per * scale, denominator) + half) / scale


def rate_words(
    rate: Rate, numerator: int | None, denominator: int | None, hidden: dict[str, Kind], threshold: int
) -> str:
    """Give the words for a hidden rate: a bound where one may be told, else those of its hidden cell.

    A bound follows from the rule alone, not from the count: with 1,000 as shown denominator and 1 to 10 not
    met, "at least 99.0%" (990 of 1,000), whichever of the ten numbers it is. Rounded away from the rate.
    """
    bound = _bound(rate, numerator, denominator, threshold) if rate.denominator not in hidden else None
    if bound:
        return bound
    kinds = (hidden.get(rate.numerator), hidden.get(rate.denominator))
    return cell_words("primary" if "primary" in kinds else "secondary", threshold)


def _bound(rate: Rate, numerator: int | None, denominator: int | None, threshold: int) -> str | None:
    most = threshold - 1
    if rate.per != 100 or numerator is None or not denominator or denominator < threshold:
        return None
    scale = 10**rate.decimals
    share = Fraction(denominator - most, denominator)
    if share < TELLING_BOUND:
        return None
    if 1 <= denominator - numerator <= most:
        return f"at least {floor(share * 100 * scale) / scale:.{rate.decimals}f}%"
    if 1 <= numerator <= most:
        return f"at most {ceil((1 - share) * 100 * scale) / scale:.{rate.decimals}f}%"
    return None

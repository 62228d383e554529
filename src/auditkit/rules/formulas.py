"""Formulas over report elements: codes, numbers, + - * / and parentheses, worked out in exact fractions.

A formula is data (`rules/reports/*.yaml`), so it is read by this small parser and never by Python's own eval.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_NUMBER = re.compile(r"\d+(\.\d+)?")
_SIGNS = "+-*/()"


@dataclass(frozen=True)
class Formula:
    """A formula that was read: `sign` with `left` and `right`, or one `code`, or one `number`."""

    sign: str = ""
    left: "Formula | None" = None
    right: "Formula | None" = None
    code: str = ""
    number: Fraction | None = None

    def codes(self) -> set[str]:
        """The codes it uses."""
        if self.sign:
            return self.left.codes() | self.right.codes()
        return {self.code} if self.code else set()


def parse_formula(text: str, codes: Iterable[str]) -> Formula:
    """Read a formula.

    text: as "100 * (D1.IV.5a + D1.IV.5b) / D1.IV.1". codes: the element codes it may use; where one code
        begins another (D1.IV.1, D1.IV.1a) the longest is meant.
    Raises ValueError with a sentence naming the place when a code is unknown or the formula is not whole.
    """
    return _parsed(text, tuple(codes))


@lru_cache(maxsize=4096)
def _parsed(text: str, codes: tuple[str, ...]) -> Formula:
    tokens = _tokens(text, sorted(codes, key=len, reverse=True))
    formula = _sum(tokens, text)
    if tokens:
        raise ValueError(f"the formula '{text}' goes on where it should end, at '{tokens[0]}'")
    return formula


def formula_value(formula: Formula, values: Mapping[str, Fraction | None]) -> Fraction | None:
    """The value of a formula, exact; None where a value is missing or a denominator is zero.

    values: value by code, for every code the formula uses.
    """
    if not formula.sign:
        return values[formula.code] if formula.code else formula.number
    left, right = formula_value(formula.left, values), formula_value(formula.right, values)
    if left is None or right is None or (formula.sign == "/" and right == 0):
        return None
    if formula.sign == "+":
        return left + right
    if formula.sign == "-":
        return left - right
    return left * right if formula.sign == "*" else left / right


def round_half_up(value: Fraction, places: int) -> Fraction:
    """`value` with so many decimals; exactly half goes away from zero (2.345 to 2.35, -0.5 to -1)."""
    scale = 10**places
    whole = (abs(value) * scale + Fraction(1, 2)).__floor__()
    return Fraction(whole if value >= 0 else -whole, scale)


def _tokens(text: str, codes: list[str]) -> list[str]:
    tokens, place = [], 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        token = _token(text, place, codes)
        tokens.append(token)
        place += len(token)
    return tokens


def _token(text: str, place: int, codes: list[str]) -> str:
    for code in codes:
        if text.startswith(code, place) and not re.match(r"[\w.]", text[place + len(code):][:1]):
            return code
    number = _NUMBER.match(text, place)
    if number:
        return number.group()
    if text[place] in _SIGNS:
        return text[place]
    unknown = re.match(r"[^\s()]+", text[place:]).group()
    raise ValueError(f"the formula '{text}' uses '{unknown}', which is no element that stands before it")


def _sum(tokens: list[str], text: str) -> Formula:
    formula = _product(tokens, text)
    while tokens and tokens[0] in "+-":
        formula = Formula(sign=tokens.pop(0), left=formula, right=_product(tokens, text))
    return formula


def _product(tokens: list[str], text: str) -> Formula:
    formula = _atom(tokens, text)
    while tokens and tokens[0] in "*/":
        formula = Formula(sign=tokens.pop(0), left=formula, right=_atom(tokens, text))
    return formula


def _atom(tokens: list[str], text: str) -> Formula:
    if not tokens or tokens[0] in "+-*/)":
        found = f"at '{tokens[0]}'" if tokens else "at its end"
        raise ValueError(f"the formula '{text}' lacks an element or a number {found}")
    token = tokens.pop(0)
    if token == "(":
        inner = _sum(tokens, text)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError(f"the formula '{text}' lacks a closing parenthesis")
        return inner
    return Formula(number=Fraction(token)) if _NUMBER.fullmatch(token) else Formula(code=token)

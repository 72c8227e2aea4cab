"""Numbers: decimal arithmetic with 34 digits (DMN 1.5, 10.3.2.3.1)."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from .errors import FeelNull

_MAX_DIGITS = 40
_EXACT = 10**30
MATH = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
# Rounding to a scale may need more digits than the result of arithmetic has.
WIDE = Context(prec=12_400, rounding=ROUND_HALF_EVEN, Emin=-12_400, Emax=12_400, traps=[InvalidOperation])

ZERO = Decimal(0)
ONE = Decimal(1)


def number_from(raw: int | float | Decimal) -> Decimal | None:
    """A FEEL number from a Python one, floats by their shortest text; None for NaN, infinity and overflow."""
    if isinstance(raw, int):
        if -_EXACT < raw < _EXACT:
            return Decimal(raw)
        if raw.bit_length() > 20_000:
            return None
        number = Decimal(raw)
    else:
        number = Decimal(repr(raw)) if isinstance(raw, float) else raw
        if not number.is_finite():
            return None
    try:
        return MATH.plus(number)
    except Overflow:
        return None


def parse_number(text: str) -> Decimal | None:
    """A FEEL numeral without separators; None when it is none."""
    try:
        number = MATH.create_decimal(text)
    except (InvalidOperation, Overflow):
        return None
    return number if number.is_finite() else None


def plain(number: Decimal) -> str:
    """The number without exponent, as a FEEL numeral; -0 is 0."""
    return format(number if number else abs(number), "f")


def as_int(number: Decimal) -> int:
    """The whole part. Raises FeelNull for numbers that count nothing, such as 1e6000."""
    if number.adjusted() > _MAX_DIGITS:
        raise FeelNull("Die Zahl ist dafür zu groß.")
    return int(number)


def is_integer(number: Decimal) -> bool:
    return number == number.to_integral_value()

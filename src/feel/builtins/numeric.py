"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from ..decimals import MATH, WIDE, ZERO, as_int
from ..errors import FeelNull
from ..runtime import Run
from ..temporal.types import Duration, YearsMonthsDuration
from ..values import Value
from .registry import builtin

MIN_SCALE, MAX_SCALE = -6111, 6176


def rounded(number: Decimal, scale: Decimal | None, rounding: str) -> Decimal:
    """The number with `scale` digits after the point."""
    places = as_int(scale) if scale is not None else 0
    if not MIN_SCALE <= places <= MAX_SCALE:
        raise FeelNull(f"Die Anzahl der Stellen muss zwischen {MIN_SCALE} und {MAX_SCALE} liegen.")
    exponent = number.as_tuple().exponent
    if places > 0 and isinstance(exponent, int) and -exponent <= places:
        return number
    result = number.quantize(Decimal(1).scaleb(-places, WIDE), rounding=rounding, context=WIDE)
    return MATH.plus(result if places >= 0 else result.quantize(Decimal(1), context=WIDE))


@builtin("decimal", "n: number", "scale: number")
def decimal(run: Run, n: Decimal, scale: Decimal) -> Value:
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number", "scale?: number")
def floor(run: Run, n: Decimal, scale: Decimal | None) -> Value:
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number", "scale?: number")
def ceiling(run: Run, n: Decimal, scale: Decimal | None) -> Value:
    return rounded(n, scale, ROUND_CEILING)


@builtin("round up", "n: number", "scale: number")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    return rounded(n, scale, ROUND_UP)


@builtin("round down", "n: number", "scale: number")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up", "n: number", "scale: number")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number", "scale: number")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: number|days|months")
def absolute(run: Run, n: Decimal | Duration | YearsMonthsDuration) -> Value:
    if isinstance(n, Duration):
        return Duration(abs(n.nanoseconds))
    if isinstance(n, YearsMonthsDuration):
        return YearsMonthsDuration(abs(n.months))
    return n.copy_abs()


@builtin("modulo", "dividend: number", "divisor: number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    if not divisor:
        raise FeelNull("Teilen durch null ist nicht möglich.")
    # dividend - divisor * floor(dividend / divisor) without the rounding of the quotient
    rest = WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = WIDE.add(rest, divisor)
    return MATH.plus(rest)


@builtin("sqrt", "number: number")
def sqrt(run: Run, number: Decimal) -> Value:
    if number < 0:
        raise FeelNull("Aus einer negativen Zahl gibt es keine Wurzel.")
    return MATH.sqrt(number)


@builtin("log", "number: number")
def log(run: Run, number: Decimal) -> Value:
    if number <= 0:
        raise FeelNull("Den Logarithmus gibt es nur von Zahlen über 0.")
    return MATH.ln(number)


@builtin("exp", "number: number")
def exp(run: Run, number: Decimal) -> Value:
    return MATH.exp(number)


@builtin("odd", "number: number")
def odd(run: Run, number: Decimal) -> Value:
    return WIDE.remainder(number, Decimal(2)).copy_abs() == 1


@builtin("even", "number: number")
def even(run: Run, number: Decimal) -> Value:
    return WIDE.remainder(number, Decimal(2)) == ZERO

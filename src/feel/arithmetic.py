"""The operators + - * / ** and negation over all kinds (DMN 1.5, 10.3.2.13.3, tables 53 to 58)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException

from .decimals import MATH, as_int
from .errors import FeelNull
from .runtime import Run
from .temporal import arithmetic as temporal
from .temporal.types import DateTime, Duration, Time, YearsMonthsDuration
from .values import DATE_KINDS, Value, kind_of

_TEXT_IS_LONG = 256


def _refuse(sign: str, left: Value, right: Value) -> FeelNull:
    return FeelNull(
        f"{kind_of(left)} {sign} {kind_of(right)} lässt sich nicht berechnen. Bitte die Werte prüfen."
    )


def add(left: Value, right: Value, run: Run) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return MATH.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > _TEXT_IS_LONG:
            run.text_room(len(left) + len(right))
        return left + right
    if isinstance(right, (Duration, YearsMonthsDuration)):
        return _plus_duration(left, right, 1)
    if isinstance(left, (Duration, YearsMonthsDuration)):
        return _plus_duration(right, left, 1)
    raise _refuse("+", left, right)


def subtract(left: Value, right: Value, run: Run) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return MATH.subtract(left, right)
    if isinstance(right, (Duration, YearsMonthsDuration)):
        return _plus_duration(left, right, -1)
    if isinstance(left, DATE_KINDS) and isinstance(right, DATE_KINDS):
        return temporal.days_between(left, right)
    if isinstance(left, Time) and isinstance(right, Time):
        return temporal.time_difference(left, right)
    first, second = _as_moment(left), _as_moment(right)
    if first is not None and second is not None:
        return temporal.moment_difference(first, second)
    raise _refuse("-", left, right)


def _as_moment(value: Value) -> DateTime | None:
    if isinstance(value, DATE_KINDS):
        return temporal.at_midnight_utc(value)
    return value if isinstance(value, DateTime) else None


def _plus_duration(left: Value, right: Duration | YearsMonthsDuration, sign: int) -> Value:
    if isinstance(right, YearsMonthsDuration):
        months = sign * right.months
        if isinstance(left, YearsMonthsDuration):
            return YearsMonthsDuration(left.months + months)
        if isinstance(left, DATE_KINDS):
            return temporal.date_plus_months(left, months)
        if isinstance(left, DateTime):
            return temporal.moment_plus_months(left, months)
        raise _refuse("+" if sign > 0 else "-", left, right)
    return _plus_nanos(left, right, sign)


def _plus_nanos(left: Value, right: Duration, sign: int) -> Value:
    nanos = sign * right.nanoseconds
    if isinstance(left, Duration):
        return Duration(left.nanoseconds + nanos)
    if isinstance(left, DATE_KINDS):
        return temporal.date_plus_nanos(left, nanos)
    if isinstance(left, DateTime):
        return temporal.moment_plus_nanos(left, nanos)
    if isinstance(left, Time):
        return temporal.time_plus_nanos(left, nanos)
    raise _refuse("+" if sign > 0 else "-", left, right)


def multiply(left: Value, right: Value, run: Run) -> Value:
    if isinstance(left, Decimal):
        if isinstance(right, Decimal):
            return MATH.multiply(left, right)
        left, right = right, left
    if isinstance(right, Decimal):
        if isinstance(left, Duration):
            return Duration(_scaled(left.nanoseconds, right))
        if isinstance(left, YearsMonthsDuration):
            return YearsMonthsDuration(_scaled(left.months, right))
    raise _refuse("*", left, right)


def _scaled(amount: int, factor: Decimal) -> int:
    return as_int(MATH.multiply(Decimal(amount), factor))


def divide(left: Value, right: Value, run: Run) -> Value:
    if right == Decimal(0) and isinstance(right, Decimal):
        raise FeelNull("Teilen durch null ist nicht möglich. Bitte vorher prüfen, ob der Teiler 0 ist.")
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return MATH.divide(left, right)
    if isinstance(right, Decimal):
        if isinstance(left, Duration):
            return Duration(as_int(MATH.divide(Decimal(left.nanoseconds), right)))
        if isinstance(left, YearsMonthsDuration):
            return YearsMonthsDuration(as_int(MATH.divide(Decimal(left.months), right)))
    if isinstance(left, Duration) and isinstance(right, Duration) and right.nanoseconds:
        return MATH.divide(Decimal(left.nanoseconds), Decimal(right.nanoseconds))
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration) and right.months:
        return MATH.divide(Decimal(left.months), Decimal(right.months))
    raise _refuse("/", left, right)


def power(left: Value, right: Value, run: Run) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return Decimal(1) if not right else MATH.power(left, right)
    raise _refuse("**", left, right)


def negate(value: Value) -> Value:
    if isinstance(value, Decimal):
        return MATH.minus(value)
    if isinstance(value, Duration):
        return Duration(-value.nanoseconds)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    raise FeelNull(f"Das Vorzeichen - passt nicht zu: {kind_of(value)}.")


ARITHMETIC: dict[str, Callable[[Value, Value, Run], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}

ARITHMETIC_ERRORS = (FeelNull, DecimalException, OverflowError)

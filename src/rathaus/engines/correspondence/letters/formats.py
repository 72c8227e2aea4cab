"""How a FEEL value is written in a German letter: ``{{ x | euro }}``, ``{{ d | datum }}``, ``{{ n | zahl }}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

import feel
from rathaus.kernel.public import money, text


class NoValue(ValueError):
    """There is nothing that could be written in this format; the message completes a German sentence."""


def as_text(value: object, format_name: str) -> str:
    """Raises NoValue where a format needs a value and there is none of its kind."""
    value = _native(value)
    return FORMATS[format_name](value) if format_name else plain(value)


def _native(value: object) -> object:
    """FEEL's own kinds as Python's, or as the words that a letter needs."""
    match value:
        case feel.DateTime():
            return value.to_python() if isinstance(value.date, date) else str(feel.to_json(value))
        case feel.Time():
            return time(value.hour, value.minute, value.second)
        case feel.Duration():
            return _duration(value)
        case feel.YearsMonthsDuration():
            years, months = divmod(abs(value.months), 12)
            return _amounts((years, "Jahr", "Jahre"), (months, "Monat", "Monate"))
        case feel.FarDate() | feel.Range():
            return str(feel.to_json(value))
    return value


def _duration(value: feel.Duration) -> str:
    minutes = abs(value.nanoseconds) // 60_000_000_000
    days, rest = divmod(minutes, 24 * 60)
    return _amounts(
        (days, "Tag", "Tage"), (rest // 60, "Stunde", "Stunden"), (rest % 60, "Minute", "Minuten")
    )


def _amounts(*amounts: tuple[int, str, str]) -> str:
    parts = [f"{count} {one if count == 1 else many}" for count, one, many in amounts if count]
    return " und ".join(parts) or f"0 {amounts[-1][2]}"


def plain(value: object) -> str:
    """Without a format: each type as one would write it; nothing for null."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "ja" if value else "nein"
        case Decimal() | int() | float():
            return _plain_number(Decimal(str(value)))
        case datetime() | date():
            return _date(value)
        case time():
            return f"{value:%H:%M} Uhr"
        case list() | tuple():
            return ", ".join(as_text(item, "") for item in value)
        case Mapping():
            return ", ".join(as_text(item, "") for item in value.values() if item is not None)
    return str(value)


def _plain_number(value: Decimal) -> str:
    """Ungrouped: without a format it may be a year or the number of something."""
    return f"{value:f}".replace(".", ",") if value.is_finite() else ""


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise NoValue("ist keine Zahl.")
    shortest = value.normalize() if value == value.to_integral_value() else value
    return f"{shortest:,f}".translate(str.maketrans(",.", ".,"))


def _decimal(value: object) -> Decimal:
    try:
        if isinstance(value, Decimal | int | str) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and abs(number) < Decimal(10) ** 15:
                return number
    except InvalidOperation:
        pass
    raise NoValue("hat keinen Wert." if value is None else "ist keine Zahl.")


def _euro(value: object) -> str:
    return money.format_euro(_decimal(value), "de")


def _moment(value: object) -> date | datetime:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            raise NoValue("ist kein Datum.") from None
    if isinstance(value, date):
        return value
    raise NoValue("hat keinen Wert." if value is None else "ist kein Datum.")


def _date(value: object) -> str:
    return text.format_date(_moment(value), "de")


def _datetime(value: object) -> str:
    moment = _moment(value)
    return (
        text.format_datetime(moment, "de") if isinstance(moment, datetime) else text.format_date(moment, "de")
    )


def _time(value: object) -> str:
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise NoValue("ist keine Uhrzeit.") from None
    if isinstance(value, time | datetime):
        return f"{value:%H:%M} Uhr"
    raise NoValue("hat keinen Wert." if value is None else "ist keine Uhrzeit.")


def _yes_no(value: object) -> str:
    if not isinstance(value, bool):
        raise NoValue("hat keinen Wert." if value is None else "ist weder ja noch nein.")
    return "ja" if value else "nein"


FORMATS: Mapping[str, Callable[[object], str]] = {
    "euro": _euro,
    "datum": _date,
    "zeitpunkt": _datetime,
    "uhrzeit": _time,
    "zahl": lambda value: _number(_decimal(value)),
    "ja_nein": _yes_no,
}

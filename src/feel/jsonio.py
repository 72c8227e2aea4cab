"""Values as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from .decimals import is_integer, number_from
from .limits import Limits
from .runtime import Run
from .texts import scalar_text, text_of
from .values import Range, Value

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
_MAX_INTEGER_DIGITS = 400
_MAX_ITEMS = 1_000_000


def to_json(value: Value) -> Json:
    """What `json.dumps` takes. Raises FeelLimitError for values of endless size.

    Numbers become int or float where that is exact, else text; temporal values ISO text; a range its FEEL
    text; a function null.
    """
    return _Writer(_number).write(value)


class _Writer:
    """Counts what it writes: a small value may hold the same list many times over."""

    def __init__(self, number: Callable[[Decimal], Json]) -> None:
        self._number = number
        self._run = Run(Limits(steps=_MAX_ITEMS))

    def write(self, value: Value) -> Json:
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, Decimal):
            return self._number(value)
        if isinstance(value, (list, dict)):
            self._run.enter()
            self._run.charge(len(value))
            written = self._nested(value)
            self._run.leave()
            return written
        return text_of(value, self._run) if isinstance(value, Range) else scalar_text(value)

    def _nested(self, value: list[Value] | dict[str, Value]) -> Json:
        if isinstance(value, list):
            return [self.write(item) for item in value]
        return {key: self.write(item) for key, item in value.items()}


def _number(number: Decimal) -> Json:
    if number.adjusted() < _MAX_INTEGER_DIGITS and is_integer(number):
        return int(number)
    rounded = float(number)
    return rounded if Decimal(repr(rounded)) == number else format(number, "f")


def from_json(data: object) -> Value:
    """FEEL's value of what `json.loads` gave: numbers as Decimal; texts stay texts, also those of dates."""
    if isinstance(data, Mapping):
        return {str(key): from_json(item) for key, item in data.items()}
    if isinstance(data, (list, tuple)):
        return [from_json(item) for item in data]
    if data is None or isinstance(data, (bool, str)):
        return data
    if isinstance(data, (int, float, Decimal)):
        return number_from(data)
    raise TypeError(f"Kein JSON: {type(data).__name__}")


class _Exact(float):
    """A number that `json` writes with all its digits."""

    def __new__(cls, number: Decimal) -> _Exact:
        made = super().__new__(cls, 0.0)
        made.text = format(number, "f") if abs(number.adjusted()) < _MAX_INTEGER_DIGITS else str(number)
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


def dumps(value: Value) -> str:
    """One line of JSON with every number exact."""
    return "".join(_pieces(_Writer(_Exact).write(value)))


def _pieces(data: Json) -> list[str]:
    if isinstance(data, _Exact):
        return [data.text]
    if isinstance(data, list):
        return ["[", ", ".join("".join(_pieces(item)) for item in data), "]"]
    if isinstance(data, dict):
        entries = (
            f"{json.dumps(key, ensure_ascii=False)}: {''.join(_pieces(item))}" for key, item in data.items()
        )
        return ["{", ", ".join(entries), "}"]
    return [json.dumps(data, ensure_ascii=False)]

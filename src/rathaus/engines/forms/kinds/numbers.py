"""Whole numbers, decimal numbers and amounts of money. Decimal throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from rathaus.kernel.public import money

from ..definition.spec import Spec
from ..definition.texts import NO_TEXT, Texts
from .base import Evaluate, Invalid
from .bounds import NO_BOUNDS, Bounds, read_bounds
from .single import SingleInput

_CANONICAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
_TYPED = re.compile(r"[+-]?[0-9][0-9.,]*", re.ASCII)
_CURRENCY = re.compile(r"\s*(€|EUR|Euro)\s*\Z", re.IGNORECASE)
_GROUPS = {",": re.compile(r"[0-9]{1,3}(,[0-9]{3})+"), ".": re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")}
_BLANKS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "'": None, "’": None, " ": None, "\u00a0": None, "\u202f": None}
)
MAX_TYPED = 40
MAX_INTEGER = 10**15


def read_number(text: str, language: str) -> str | None:
    """Return a typed number in canonical form ("1234.5"), None when it is none.

    German: "1.234,50" and also "1234.5"; three digits after a single point are a group ("1.234" is 1234).
    English: "1,234.50", with points and commas the other way round.
    """
    text = text.strip()[:MAX_TYPED].translate(_BLANKS)
    if not _TYPED.fullmatch(text):
        return None
    sign = "-" if text[0] == "-" else ""
    digits = _ungrouped(text.lstrip("+-"), "." if language == "en" else ",")
    return f"{sign}{digits}" if digits is not None and _CANONICAL.fullmatch(sign + digits) else None


def _ungrouped(text: str, point: str) -> str | None:
    """Return the digits with a point before the decimals."""
    group = "," if point == "." else "."
    if point in text and group in text:
        point = max(point, group, key=text.rfind)
        group = "," if point == "." else "."
    elif text.count(point) > 1 or (group in text and not _GROUPS[group].fullmatch(text)):
        point, group = group, point
    whole, mark, decimals = text.rpartition(point) if point in text else (text, "", "")
    if group in decimals or point in whole or (group in whole and not _GROUPS[group].fullmatch(whole)):
        return None
    return whole.replace(group, "") + ("." + decimals if mark and decimals else "")


def plain(number: Decimal) -> str:
    """Return the number without exponent and without needless zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True)
class Number(SingleInput):
    """What all numbers share."""

    partial: ClassVar[str] = "number"
    inputmode: ClassVar[str] = "decimal"
    bounds: Bounds = NO_BOUNDS
    unit: Texts = NO_TEXT

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(read_bounds(spec, _literal, "eine Zahl"), spec.texts("unit"))

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        return self.bounds.check(self, value, evaluate)

    def typed(self, value: Any) -> object:
        return Decimal(value)

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        inner = super(Number, self).widget(value, typed, language)
        return {**inner, "inputmode": self.inputmode, "unit": self.unit.in_language(language)}


def _literal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    text = str(value)
    return Decimal(text) if _CANONICAL.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class DecimalNumber(Number):
    """A number with decimals, canonical as text: "12.5"."""

    type: ClassVar[str] = "decimal"

    def parse(self, text: str, language: str) -> Any:
        number = read_number(text, language)
        if number is None:
            raise Invalid(_("Enter “%(label)s” as a number, for example 12.5."))
        return self.clean(number)

    def clean(self, value: Any) -> Any:
        if isinstance(value, Decimal) and value.is_finite():
            value = format(value, "f")
        if not isinstance(value, str) or not _CANONICAL.fullmatch(value):
            raise Invalid(_('“%(label)s” must be a number as text with a point, for example "12.5".'))
        return self._normal(Decimal(value))

    def _normal(self, number: Decimal) -> str:
        return plain(number)

    def untyped(self, value: object) -> Any:
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= MAX_INTEGER:
            return None
        return plain(round(value, 9))

    def shown(self, value: Any, language: str) -> str:
        text = _grouped(value, language)
        unit = self.unit.in_language(language)
        return f"{text} {unit}" if unit else text

    def entered(self, value: Any, language: str) -> str:
        return str(value) if language == "en" else str(value).replace(".", ",")


@dataclass(frozen=True, slots=True)
class Money(DecimalNumber):
    """An amount in euro, canonical as text with two decimals: "60.00"."""

    type: ClassVar[str] = "money"

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(read_bounds(spec, _literal, "ein Betrag"))

    def parse(self, text: str, language: str) -> Any:
        number = read_number(_CURRENCY.sub("", text), language)
        if number is None:
            raise Invalid(_("Enter “%(label)s” as an amount in euro, for example 1,234.50."))
        return self.clean(number)

    def _normal(self, number: Decimal) -> str:
        if number != round(number, 2):
            raise Invalid(_("“%(label)s” may have at most two decimal places."))
        return format(round(number or abs(number), 2), "f")

    def untyped(self, value: object) -> Any:
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= MAX_INTEGER:
            return None
        return format(money.round_cents(value), "f")

    def shown(self, value: Any, language: str) -> str:
        return money.format_euro(Decimal(value), language)

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {**super(Money, self).widget(value, typed, language), "unit": "€"}


@dataclass(frozen=True, slots=True)
class Integer(Number):
    """A whole number, canonical as JSON number."""

    type: ClassVar[str] = "integer"
    inputmode: ClassVar[str] = "numeric"

    def parse(self, text: str, language: str) -> Any:
        number = read_number(text, language)
        if number is None or Decimal(number) != int(Decimal(number)):
            raise Invalid(_("Enter “%(label)s” as a whole number, for example 3."))
        return int(Decimal(number))

    def clean(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_INTEGER:
            raise Invalid(_("“%(label)s” must be a whole number."))
        return value

    def untyped(self, value: object) -> Any:
        if (
            not isinstance(value, Decimal)
            or not value.is_finite()
            or abs(value) > MAX_INTEGER
            or value != int(value)
        ):
            return None
        return int(value)

    def shown(self, value: Any, language: str) -> str:
        unit = self.unit.in_language(language)
        text = _grouped(str(value), language) if abs(value) > 9999 else str(value)
        return f"{text} {unit}" if unit else text


def _grouped(canonical: str, language: str) -> str:
    text = f"{Decimal(canonical):,f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))

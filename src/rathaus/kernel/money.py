"""Euro amounts: always Decimal, two places, commercial rounding."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["InvalidAmount", "format_euro", "parse", "round_cents"]

CENT = Decimal("0.01")
_GERMAN = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[. \u00a0\u202f]\d{3})+|\d+)(?:,(?P<cents>\d{1,2}))?"
)
_POINT = re.compile(r"(?P<sign>[-+]?)(?P<whole>\d+)\.(?P<cents>\d{1,2})")
MAX_LENGTH = 24


class InvalidAmount(ValueError):
    """The text is no amount of money; the message is German and says what to write."""


def round_cents(amount: Decimal) -> Decimal:
    """Round to cents, half away from zero (kaufmännisch)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def parse(text: str) -> Decimal:
    """Read what people write: ``1.234,50``, ``1234,5``, ``60 €``, ``60.00``. Raises InvalidAmount."""
    plain = text.strip().removesuffix("€").removesuffix("EUR").removeprefix("€").strip()
    match = len(plain) <= MAX_LENGTH and (_GERMAN.fullmatch(plain) or _POINT.fullmatch(plain))
    if not match:
        raise InvalidAmount("Bitte geben Sie einen Betrag in Euro ein, zum Beispiel 1.234,50.")
    whole = re.sub(r"\D", "", match["whole"])
    return Decimal(f"{match['sign']}{whole}.{(match['cents'] or '').ljust(2, '0')}")


def format_euro(amount: Decimal, language: str = "de") -> str:
    """``1.234,50 €`` in German, ``€1,234.50`` in English."""
    rounded = round_cents(amount)
    sign = "-" if rounded < 0 else ""
    english = f"{abs(rounded):,.2f}"
    if language.startswith("en"):
        return f"{sign}€{english}"
    return f"{sign}{english.translate(_SWAP)} €"


_SWAP = str.maketrans(",.", ".,")

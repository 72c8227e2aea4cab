"""Gapless numbers: file references, case references, payment references.

The counter's row stays locked until the transaction ends, so draw as late in it as you can.
"""

from __future__ import annotations

from functools import lru_cache
from string import Formatter

from django.db import connection, transaction

from .models import Counter

__all__ = ["InvalidPattern", "check_pattern", "draw"]

_DRAW = (
    f"INSERT INTO {Counter._meta.db_table} (key, value) VALUES (%s, 1) "  # noqa: S608 -- own table name
    f"ON CONFLICT (key) DO UPDATE SET value = {Counter._meta.db_table}.value + 1 RETURNING value"
)


class InvalidPattern(ValueError):
    """The pattern is not usable; the message is German and says why."""


@lru_cache(maxsize=512)
def _prefix_pattern(pattern: str) -> str:
    """The pattern with its number replaced by ``#``: what makes two numbers share a counter."""
    parts: list[str] = []
    numbers = 0
    try:
        fields = list(Formatter().parse(pattern))
    except ValueError as error:
        raise InvalidPattern(f"Das Muster „{pattern}“ ist fehlerhaft: Klammern prüfen.") from error
    for literal, name, spec, conversion in fields:
        parts.append(literal.replace("{", "{{").replace("}", "}}"))
        if name is None:
            continue
        if not name.isidentifier() or conversion or "{" in (spec or ""):
            raise InvalidPattern(f"Das Muster „{pattern}“ enthält den ungültigen Platzhalter „{name}“.")
        numbers += name == "n"
        parts.append("#" if name == "n" else f"{{{name}:{spec}}}" if spec else f"{{{name}}}")
    if numbers != 1:
        raise InvalidPattern(f"Das Muster „{pattern}“ braucht genau einen Platzhalter {{n}} für die Nummer.")
    return "".join(parts)


def check_pattern(pattern: str, **example: object) -> str:
    """The first number that the pattern would give. Raises InvalidPattern."""
    _prefix_pattern(pattern)
    try:
        return pattern.format(n=1, **example)
    except (KeyError, ValueError, TypeError) as error:
        raise InvalidPattern(f"Das Muster „{pattern}“ lässt sich nicht anwenden: {error}.") from error


def draw(sequence: str, pattern: str, **values: object) -> str:
    """Draw the next number, such as ``2026-BUE-00017`` for ``{year}-{unit}-{n:05d}``.

    Each rendered prefix counts for itself. Gapless: the number returns if the transaction is rolled back, so
    drawing outside a transaction is refused.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("numbering.draw() needs a transaction")
    key = f"{sequence}:{_prefix_pattern(pattern).format(**values)}"
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [key])
        (number,) = cursor.fetchone()
    return pattern.format(n=number, **values)

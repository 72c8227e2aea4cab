"""Dates in words, folding for search, slugs, and texts in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

__all__ = ["fold", "format_date", "format_datetime", "localized", "sheet_cell", "slug"]

DEFAULT_LANGUAGE = "de"
_GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_ENGLISH = "January February March April May June July August September October November December"
_MONTHS = {"de": _GERMAN.split(), "en": _ENGLISH.split()}
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "ł": "l"}
)
_BEGINS_FORMULA = tuple("=+-@|\t\r\n＝＋－＠")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def format_date(day: date, language: str = DEFAULT_LANGUAGE) -> str:
    """``4. Dezember 2026`` or ``4 December 2026``."""
    if isinstance(day, datetime):
        day = _local(day).date()
    if language.startswith("en"):
        return f"{day.day} {_MONTHS['en'][day.month - 1]} {day.year}"
    return f"{day.day}. {_MONTHS['de'][day.month - 1]} {day.year}"


def format_datetime(moment: datetime, language: str = DEFAULT_LANGUAGE) -> str:
    """``4. Dezember 2026, 14:30 Uhr`` or ``4 December 2026, 14:30``, in the town's time zone."""
    local = _local(moment)
    suffix = "" if language.startswith("en") else " Uhr"
    return f"{format_date(local.date(), language)}, {local:%H:%M}{suffix}"


def _local(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(timezone.get_default_timezone())


def fold(text: str) -> str:
    """How names and words are compared: lower case, umlauts spelled out, no accents, single spaces."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    if not lowered.isascii():
        lowered = "".join(
            sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign)
        ).casefold()
    return " ".join(lowered.split())


def slug(text: str) -> str:
    """A name for URLs and files: ``Straße & Grün`` becomes ``strasse-gruen``."""
    return _NO_WORD.sub("-", fold(text)).strip("-")


def localized(value: Mapping[str, str] | str | None, language: str = DEFAULT_LANGUAGE) -> str:
    """The text in the language asked for, else German, else whatever there is."""
    if value is None or isinstance(value, str):
        return value or ""
    return (
        value.get(language)
        or value.get(DEFAULT_LANGUAGE)
        or next((text for text in value.values() if text), "")
    )


def sheet_cell(value: object) -> str:
    """A cell of a table for spreadsheets, as text whatever it begins with: no program takes it for a formula.

    Spreadsheets run what begins with = + - @ (also full-width), a tab or a line break; an apostrophe before stops them.
    """
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \xa0\u200b\ufeff")[:1] in _BEGINS_FORMULA else text

"""The types of fields."""

from __future__ import annotations

from .address import Address
from .base import Kind
from .choices import Choice, MultipleChoice, YesNo
from .contacts import Email, Iban, Phone
from .files import File
from .numbers import DecimalNumber, Integer, Money
from .structure import Computed, Group, Note, Repeat
from .temporal import Date, Time
from .text import LongText, Text

ALL: tuple[type[Kind], ...] = (
    Text, LongText, Integer, DecimalNumber, Money, Date, Time, YesNo, Choice, MultipleChoice, Email, Phone, Iban,
    Address, File, Computed, Note, Group, Repeat,
)  # fmt: skip
__all__ = [
    "ALL",
    "KINDS",
    "Address",
    "Choice",
    "Computed",
    "File",
    "Kind",
    "MultipleChoice",
    "Note",
    "Repeat",
    "YesNo",
]

KINDS: dict[str, type[Kind]] = {kind.type: kind for kind in ALL}

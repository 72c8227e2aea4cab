"""Who writes to whom, about what: the parts of a letter that are not its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from uuid import UUID

from .enums import Remedy

DEFAULT_COLOUR = "#1f4e79"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class FooterColumn:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """The town and the unit that write, as the letterhead shows them; `sender_for` builds it from the town's data."""

    town: str
    unit: str
    header: str = ""
    sender_line: str = ""
    contact: str = ""
    room: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    address: str = ""
    footer: tuple[FooterColumn, ...] = ()
    coat_of_arms: str = ""
    colour: str = DEFAULT_COLOUR
    remedies: Mapping[Remedy, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.colour):
            object.__setattr__(self, "colour", DEFAULT_COLOUR)

    def context(self) -> dict[str, object]:
        """What letters know as `stadt`."""
        return {
            "name": self.town,
            "dienststelle": self.unit,
            "anschrift": self.address,
            "telefon": self.phone,
            "email": self.email,
            "internet": self.website,
            "ansprechperson": self.contact,
        }


@dataclass(frozen=True, slots=True)
class Recipient:
    """The addressee (Empfänger). `salutation` is a whole line; empty means the neutral "Guten Tag …,"."""

    name: str
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    addition: str = ""
    country: str = ""
    email: str = ""
    salutation: str = ""
    remark: str = ""
    account_id: UUID | None = None

    @property
    def greeting(self) -> str:
        return self.salutation or f"Guten Tag {self.name},"

    @property
    def address_lines(self) -> tuple[str, ...]:
        """At most six lines, as the window has room for (DIN 5008)."""
        street = f"{self.street} {self.house_number}".strip()
        place = f"{self.postcode} {self.city}".strip()
        lines = (self.name, *self.addition.split("\n"), street, place, self.country.upper())
        return tuple(line.strip() for line in lines if line.strip())[:6]

    def context(self) -> dict[str, object]:
        """What letters know as `empfaenger`."""
        return {
            "name": self.name,
            "anrede": self.greeting,
            "strasse": self.street,
            "hausnummer": self.house_number,
            "plz": self.postcode,
            "ort": self.city,
            "zusatz": self.addition,
            "email": self.email,
        }

    def to_json(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Recipient:
        known = {item.name for item in fields(cls)} - {"account_id"}
        account_id = UUID(data["account_id"]) if data.get("account_id") else None
        return cls(**{key: value for key, value in data.items() if key in known}, account_id=account_id)


@dataclass(frozen=True, slots=True)
class References:
    """Aktenzeichen and dates of the information block; `on` is the letter's date (default: today)."""

    file_reference: str = ""
    case_reference: str = ""
    your_reference: str = ""
    your_letter_of: date | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs; `on_behalf` is the addition "Im Auftrag" or "In Vertretung"."""

    name: str
    unit: str = ""
    on_behalf: str = "Im Auftrag"


MACHINE_MADE = "Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig."
EMPFAENGER_NAMES = tuple(Recipient(name="").context())
STADT_NAMES = tuple(Sender(town="", unit="").context())

"""The letterhead from the town's data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rathaus.identity.public import OrganizationalUnit, Town, town
from rathaus.kernel.public import xml

from ..enums import Remedy
from ..parties import DEFAULT_COLOUR, FooterColumn, Sender
from ..rendering.typst_pdf import TEMPLATES

_OWN_ARMS = TEMPLATES / "coat_of_arms.svg"


def sender_for(
    unit: OrganizationalUnit | None = None, *, contact: str = "", phone: str = "", email: str = ""
) -> Sender:
    """The town as sender, for a unit and, where known, a contact person; what the unit has not, the town has."""
    home = town()
    colour = str((home.colours or {}).get("primary") or DEFAULT_COLOUR)
    return Sender(
        town=str(home),
        unit=unit.name if unit else "",
        header=home.letter_header or home.slogan,
        sender_line=home.letter_sender_line or _sender_line(home),
        contact=contact,
        room=unit.room.removeprefix("Zimmer").strip() if unit else "",
        phone=phone or (unit.phone if unit else "") or home.phone,
        email=email or (unit.email if unit else "") or home.email,
        website=home.website,
        address=home.address_line,
        footer=_footer(home),
        coat_of_arms=_arms(home.coat_of_arms, colour),
        colour=colour,
        remedies=remedy_notices(home),
    )


def _sender_line(home: Town) -> str:
    return " · ".join(part for part in (str(home), *home.address_line.split(", ")) if part)


def _footer(home: Town) -> tuple[FooterColumn, ...]:
    columns = (
        FooterColumn("Anschrift", _filled(str(home), *home.address_line.split(", "))),
        FooterColumn(
            "Kontakt", _filled(home.phone, home.email, home.website.removeprefix("https://").rstrip("/"))
        ),
        FooterColumn("Öffnungszeiten", _opening_hours(home.opening_hours)),
        FooterColumn(
            "Bankverbindung", _filled(home.bank_name, _grouped(home.iban), home.bic and f"BIC {home.bic}")
        ),
        FooterColumn("Hinweise", _filled(*home.letter_footer.split("\n"))),
    )
    return tuple(column for column in columns if column.lines)


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line and line.strip())[:4]


def _grouped(iban: str) -> str:
    compact = iban.replace(" ", "")
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def _opening_hours(entries: object) -> tuple[str, ...]:
    """Texts, or mappings such as {"days": "Mo, Di", "hours": "8–12 Uhr"}; other shapes are left to the website."""
    if not isinstance(entries, list):
        return ()
    lines = (entry if isinstance(entry, str) else _hours_line(entry) for entry in entries)
    return _filled(*lines)


def _hours_line(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return ""
    return " ".join(str(value) for value in entry.values() if isinstance(value, str))


@lru_cache(maxsize=8)
def _arms(drawing: str, colour: str) -> str:
    """The town's coat of arms; where it has none that can be read, a shield in the town's colour."""
    if drawing:
        try:
            xml.parse(drawing.encode())
        except (xml.UnsafeXml, xml.BrokenXml):
            pass
        else:
            return drawing
    return Path(_OWN_ARMS).read_text(encoding="utf-8").replace("COLOUR", colour)


def remedy_notices(home: Town) -> dict[Remedy, str]:
    """Rechtsbehelfsbelehrungen (§§ 58, 70, 74 VwGO, §§ 355, 357 AO), with the offices of this town."""
    office = ", ".join(_filled(home.remedy_office or str(home), home.remedy_address or home.address_line))
    court = ", ".join(_filled(home.court or "dem zuständigen Verwaltungsgericht", home.court_address))
    return {
        Remedy.OBJECTION: _OBJECTION.format(office=office),
        Remedy.ACTION: _ACTION.format(court=court),
        Remedy.TAX_OBJECTION: _TAX_OBJECTION.format(office=office),
    }


_OBJECTION = (
    "Gegen diesen Bescheid können Sie innerhalb eines Monats nach seiner Bekanntgabe Widerspruch erheben.\n\n"
    "Der Widerspruch ist schriftlich, in elektronischer Form nach § 3a Absatz 2 des Verwaltungsverfahrensgesetzes, "
    "schriftformersetzend nach § 3a Absatz 3 des Verwaltungsverfahrensgesetzes und § 9a Absatz 5 des "
    "Onlinezugangsgesetzes oder zur Niederschrift zu erheben bei: {office}."
)
_ACTION = (
    "Gegen diesen Bescheid können Sie innerhalb eines Monats nach seiner Bekanntgabe Klage erheben.\n\n"
    "Die Klage ist schriftlich, als elektronisches Dokument nach § 55a der Verwaltungsgerichtsordnung oder zur "
    "Niederschrift der Urkundsbeamtin oder des Urkundsbeamten der Geschäftsstelle zu erheben bei: {court}."
)
_TAX_OBJECTION = (
    "Gegen diesen Bescheid können Sie innerhalb eines Monats nach seiner Bekanntgabe Einspruch einlegen.\n\n"
    "Der Einspruch ist schriftlich oder elektronisch einzureichen oder zur Niederschrift zu erklären bei: {office}."
)

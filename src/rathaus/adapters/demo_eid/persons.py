"""The made-up people of the demonstration."""

from __future__ import annotations

from datetime import date

from rathaus.identity.public import AssuranceLevel, ElectronicIdentity

KEY = "demo"


def _person(
    subject: str,
    level: AssuranceLevel,
    given_name: str,
    family_name: str,
    birth_date: date,
    street: str,
    house_number: str,
) -> ElectronicIdentity:
    return ElectronicIdentity(
        provider=KEY, subject=subject, assurance=level, given_name=given_name, family_name=family_name,
        birth_date=birth_date, street=street, house_number=house_number, postcode="99999",
        city="Musterstadt",
    )  # fmt: skip


PERSONS = {
    person.subject: person
    for person in (
        _person("erika", AssuranceLevel.HIGH, "Erika", "Muster", date(1984, 8, 12), "Lindenstraße", "7"),
        _person("max", AssuranceLevel.HIGH, "Max", "Beispiel", date(1990, 1, 31), "Marktplatz", "2"),
        _person("leyla", AssuranceLevel.SUBSTANTIAL, "Leyla", "Aydın", date(1997, 5, 3), "Am Bach", "14a"),
        _person("otto", AssuranceLevel.SUBSTANTIAL, "Otto", "Grünwald", date(1949, 11, 9), "Kirchweg", "31"),
    )
}

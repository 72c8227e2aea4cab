"""What the cases are made of: the examples of the services, retold with the people of the town and other days.

An example is known to work, since it is tested; each becomes many cases by other persons, dogs, feasts and dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from rathaus.blueprints import public as blueprints
from rathaus.modules.demo.data import Citizen

_DOGS = (
    "Bella", "Luna", "Balu", "Emma", "Rocky", "Nala", "Sam", "Frieda", "Milo", "Lotte", "Bruno", "Amy", "Oskar",
    "Kira", "Henry", "Mila", "Charly", "Paula", "Anton", "Lilly", "Max", "Ronja", "Buddy", "Greta",
)  # fmt: skip
_BREEDS = (
    "australian_shepherd", "beagle", "border_collie", "cocker_spaniel", "dackel", "dalmatiner", "golden_retriever",
    "havaneser", "hovawart", "jack_russell", "labrador", "magyar_vizsla", "mops", "pudel", "schnauzer",
)  # fmt: skip
_FEASTS = (
    "Sommerfest", "Herbstmarkt", "Flohmarkt", "Jubiläumskonzert", "Kinderfest", "Hallenturnier", "Weinfest",
    "Theaterabend", "Lauf durch den Taunus", "Tag der offenen Tür", "Kleidermarkt", "Chorkonzert",
)  # fmt: skip
_PLACES = (
    "Bürgerhaus Taunus, Hahn", "Sporthalle Wehen", "Silberbachhalle Wehen", "Dorfgemeinschaftshaus Orlen",
    "Otfried-Preußler-Schule Bleidenstadt", "Aubachhalle Wingsbach",
)  # fmt: skip
_OLDER_THAN = date(1962, 1, 1)
_YEARS_APART = timedelta(days=16 * 365)


@dataclass(frozen=True)
class Script:
    """An example of a service that the town accepts."""

    service: str
    key: str
    roles: Mapping[str, blueprints.Role]
    example: blueprints.Example

    @property
    def name(self) -> str:
        return f"{self.service}/{self.key}"


def scripts_of(bundles: Mapping[str, blueprints.Bundle]) -> dict[str, Script]:
    """Every example that is not about a refusal, by ``slug/example``."""
    scripts = [
        Script(slug, key, bundle.descriptor.roles, example)
        for slug, bundle in sorted(bundles.items())
        for key, example in sorted(bundle.examples.items())
        if not example.refused
    ]
    return {script.name: script for script in scripts}


def suits(script: Script, person: Citizen) -> bool:
    """Whether this person could have sent the application of the script."""
    data = script.example.data
    if data.get("anlass"):
        return person.kind == ("club" if data["anlass"] in {"vereinsfest", "wahl"} else "business")
    if data.get("firma") or (data.get("schuldner") or {}).get("firma"):
        return person.kind == "business"
    if person.kind != "person" or person.birth_date is None:
        return False
    if script.service == "wohnberatung":
        return person.birth_date < _OLDER_THAN
    if "mitglied" in data:
        born = date.fromisoformat(data["mitglied"]["geburtsdatum"])
        return born - _YEARS_APART <= person.birth_date <= born
    return True


def retell(script: Script, person: Citizen, *, opened: date, number: int, random: Random) -> dict[str, Any]:
    """The form data of the script as sent by ``person`` on the day ``opened``; ``number`` makes what is unique."""
    days = (opened - script.example.at.date()).days
    teller = _Teller(person, number, random)
    return teller.tell(shifted(script.example.data, days))


def retell_step(data: Mapping[str, Any], *, days: int, number: int) -> dict[str, Any]:
    """What a clerk enters: dates moved by ``days``, running numbers made unique."""
    result: dict[str, Any] = shifted(data, days)
    for key, make in _NUMBERS.items():
        if key in result:
            result[key] = make(str(result[key]), number)
    return result


_NUMBERS: Mapping[str, Callable[[str, int], str]] = {
    "markennummer": lambda text, number: f"T-{number:05d}",
    "kassenzeichen": lambda text, number: f"{text.rsplit('-', 1)[0]}-{number:06d}",
    "belegnummer": lambda text, number: f"{text.rsplit('-', 1)[0]}-{number:06d}",
    "stundungsnummer": lambda text, number: f"{text.rsplit('-', 1)[0]}-{number}",
}


def shifted(data: Any, days: int, key: str = "") -> Any:
    """A copy of ``data`` in which every date but those of birth lies ``days`` later."""
    if isinstance(data, Mapping):
        return {name: shifted(value, days, name) for name, value in data.items()}
    if isinstance(data, list):
        return [shifted(value, days, key) for value in data]
    if isinstance(data, str) and key != "geburtsdatum" and len(data) == len("2026-12-01"):
        try:
            return (date.fromisoformat(data) + timedelta(days=days)).isoformat()
        except ValueError:
            return data
    return data


class _Teller:
    """Puts one person's data where the example has those of its own."""

    def __init__(self, person: Citizen, number: int, random: Random) -> None:
        self.person = person
        self.number = number
        self.random = random

    def tell(self, data: dict[str, Any]) -> dict[str, Any]:
        result = {key: self._value(key, value) for key, value in data.items()}
        if "titel" in result and "anlass" in result and result["anlass"] != "wahl":
            result["titel"] = f"{self.random.choice(_FEASTS)} {self.person.district}".strip()
        if "ort" in result:
            result["ort"] = self.random.choice(_PLACES)
        return result

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            inner = {name: self._value(name, part) for name, part in value.items()}
            return self._person(inner) if {"vorname", "nachname"} <= inner.keys() else inner
        if isinstance(value, list):
            if key == "hunde":
                return [self._dog(dog, place) for place, dog in enumerate(value)]
            return value
        if key == "kontoinhaber":
            return self.person.name
        if key == "firma":
            return self.person.organisation
        if key == "stadtteil":
            return self.person.district or value
        return value

    def _person(self, block: dict[str, Any]) -> dict[str, Any]:
        person = self.person
        address = {name: getattr(person, name) for name in ("street", "house_number", "postcode", "city")}
        known = {
            "vorname": person.given_name,
            "nachname": person.family_name,
            "geburtsdatum": person.birth_date.isoformat() if person.birth_date else None,
            "anschrift": address,
            "email": person.email,
            "telefon": person.phone,
            "name": person.organisation or None,
        }
        return {key: known.get(key) or value for key, value in block.items()}

    def _dog(self, dog: Mapping[str, Any], place: int) -> dict[str, Any]:
        breed = self.random.choice(_BREEDS) if dog["rasse"] == "labrador" else dog["rasse"]
        chip = f"276098{self.number:06d}{place:03d}"
        return {**dog, "name": self.random.choice(_DOGS), "rasse": breed, "chipnummer": chip}


def people_for(script: Script, people: Sequence[Citizen]) -> list[Citizen]:
    """Those of the town's people whom the script suits."""
    return [person for person in people if suits(script, person)]

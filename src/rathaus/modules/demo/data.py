"""The files of a demonstration town: their shape, and reading them with errors that say where and what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rathaus.kernel.public import yaml

DEFAULT_FOLDER = Path(settings.BLUEPRINT_DIR).parent / "demo/taunusstein"
ShapeT = TypeVar("ShapeT", bound="Shape")
_MESSAGES = {
    "missing": "Diese Angabe fehlt.",
    "extra_forbidden": "Diesen Schlüssel kennt das Format nicht. Prüfen Sie die Schreibweise.",
    "string_type": "Hier muss ein Text stehen. Setzen Sie den Wert in Anführungszeichen.",
    "list_type": "Hier muss eine Liste stehen.",
}


class BrokenTownData(ValueError):
    """A file of the town cannot be used; the text is German and names file, place and reason."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Shape):
    given_name: str
    family_name: str
    email: str
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Citizen(Person):
    """Somebody who applies. ``organisation`` is the club or business that the person acts for."""

    birth_date: date | None = None
    street: str
    house_number: str
    postcode: str
    city: str
    district: str = ""
    assurance: Literal["low", "substantial", "high"] = "low"
    language: Literal["de", "en"] = "de"
    kind: Literal["person", "club", "business"] = "person"
    organisation: str = Field(default="", alias="name")

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Employee(Person):
    posts: list[str]


class Unit(Shape):
    code: str
    name: str
    name_en: str = ""
    parent: str = ""
    room: str = ""
    phone: str = ""
    email: str = ""
    opening_hours: list[dict[str, str]] = []


class Post(Shape):
    code: str
    title: str
    title_en: str = ""
    unit: str
    roles: list[str]
    is_head: bool = False

    @property
    def signing_role(self) -> str:
        """The role by which the post signs: the highest that it has."""
        return next((role for role in ("head", "case_worker") if role in self.roles), self.roles[0])


class StandIn(Shape):
    absent: str
    substitute: str
    from_days: int
    to_days: int
    note: str = ""


class SigningAuthority(Shape):
    unit: str
    post: str
    letter_kinds: list[str]
    limit: Decimal | None = None


class _File(Shape):
    schema_version: Literal[1] = Field(alias="schema")


class Organisation(_File):
    units: list[Unit]
    posts: list[Post]
    persons: list[Employee]
    stand_ins: list[StandIn] = []
    signing_authorities: list[SigningAuthority] = []


class FilePlanEntry(Shape):
    code: str
    title: str
    title_en: str = ""
    parent: str = ""
    retention_years: int
    unit: str = ""


class FilePlan(_File):
    entries: list[FilePlanEntry]


class LifeSituation(Shape):
    key: str
    icon: str = ""
    title: dict[str, str]
    summary: dict[str, str] = {}


class LifeSituations(_File):
    life_situations: list[LifeSituation]


class Citizens(_File):
    citizens: list[Citizen]
    organisations: list[Citizen] = []


class PrintedAccount(Shape):
    email: str
    role: dict[str, str]
    shows: dict[str, str]


class Accounts(_File):
    printed_accounts: list[PrintedAccount]


class TownData:
    """The folder of a town. Each part is read when asked for; raises BrokenTownData."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "town.yaml").is_file():
            raise BrokenTownData(f"{folder}: Hier liegt keine Stadt. Es fehlt die Datei town.yaml.")

    def town(self) -> Mapping[str, Any]:
        content = self._content("town.yaml")
        return {key: value for key, value in content.items() if key != "schema"}

    def organisation(self) -> Organisation:
        return self._read("organisation.yaml", Organisation)

    def file_plan(self) -> list[FilePlanEntry]:
        return self._read("file-plan.yaml", FilePlan).entries

    def life_situations(self) -> list[LifeSituation]:
        return self._read("life-situations.yaml", LifeSituations).life_situations

    def citizens(self) -> list[Citizen]:
        found = self._read("citizens.yaml", Citizens)
        return [*found.citizens, *found.organisations]

    def printed_accounts(self) -> list[PrintedAccount]:
        return self._read("accounts.yaml", Accounts).printed_accounts

    def process(self, name: str) -> bytes:
        return self._bytes(name)

    def _read(self, name: str, shape: type[ShapeT]) -> ShapeT:
        try:
            return shape.model_validate(self._content(name))
        except ValidationError as error:
            raise BrokenTownData(f"{name}: {_explain(error)}") from error

    def _content(self, name: str) -> dict[str, Any]:
        try:
            content = yaml.load(self._bytes(name))
        except yaml.BrokenYaml as error:
            raise BrokenTownData(f"{name}: {error}") from error
        if not isinstance(content, dict):
            raise BrokenTownData(f"{name}: Die Datei muss aus Schlüsseln mit Werten bestehen.")
        return content

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise BrokenTownData(f"{name}: Die Datei fehlt oder lässt sich nicht lesen.") from error


def _explain(error: ValidationError) -> str:
    lines = []
    for detail in error.errors(include_url=False)[:10]:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
        lines.append(f"{place.lstrip('.')}: {_MESSAGES.get(detail['type'], 'Der Wert passt hier nicht.')}")
    return "\n".join(lines)

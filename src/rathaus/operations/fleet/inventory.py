"""The inventory: one YAML file that lists a provider's towns. Whatever two towns would share is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rathaus.kernel.public import findings, yaml

Finding = findings.Finding
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
SETTING = re.compile(r"RATHAUS_[A-Z_]+")
TOP = frozenset({"fleet", "program", "settings", "towns"})
OWN = ("RATHAUS_DATA_DIR", "RATHAUS_DATABASE_URL", "RATHAUS_SECRET_KEY", "RATHAUS_BLOB_KEY")
TEXTS = ("title", "official_name", "administrator", "version", "program", "database", "data", "keys")
NUMBERS = ("wave", "port")
LISTS = ("hosts", "blueprints")
KEYS = frozenset({"name", "settings", "canary", *TEXTS, *NUMBERS, *LISTS})
UNSHARED = {
    "name": "Namen",
    "data": "Ordner",
    "database": "Datenbank",
    "keys": "Schlüssel",
    "port": "Anschluss",
}


@dataclass(frozen=True, slots=True)
class FleetTown:
    """One town of the inventory, paths made absolute. ``program``: the command of the release it runs on."""

    name: str
    data: Path
    keys: Path
    database: str
    hosts: tuple[str, ...] = ()
    title: str = ""
    official_name: str = ""
    administrator: str = ""
    blueprints: tuple[Path, ...] = ()
    program: str = ""
    version: str = ""
    wave: int = 1
    is_canary: bool = False
    port: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


class InventoryRefused(ValueError):
    """The inventory cannot be used; ``report`` says where and why."""

    def __init__(self, report: findings.FileReport) -> None:
        super().__init__(findings.as_text([report]))
        self.report = report


def read(file: Path) -> list[FleetTown]:
    """The towns in the order of the file. Raises InventoryRefused."""
    try:
        content = yaml.load(file.read_bytes())
    except OSError as error:
        raise _refused(
            file, [Finding("", "fleet.unreadable", f"Die Datei ist nicht lesbar: {error.strerror}.")]
        ) from None
    except yaml.BrokenYaml as error:
        raise _refused(file, [Finding(getattr(error, "place", ""), "fleet.yaml", str(error))]) from None
    found = list(_problems(content))
    if found or not isinstance(content, dict):
        raise _refused(file, found)
    towns = [_town(entry, content, file.resolve().parent) for entry in content["towns"]]
    found = list(_shared(towns))
    if found:
        raise _refused(file, found)
    return towns


def _refused(file: Path, found: Iterable[Finding]) -> InventoryRefused:
    return InventoryRefused(findings.FileReport.of(str(file), found))


def _problems(content: object) -> Iterator[Finding]:
    if not isinstance(content, dict) or content.get("fleet") != 1:
        yield Finding("fleet", "fleet.version", "Die Datei muss mit »fleet: 1« beginnen.")
        return
    for key in sorted(set(map(str, content)) - TOP):
        yield Finding(key, "fleet.unknown_key", f"Den Schlüssel »{key}« gibt es nicht.")
    yield from _settings_problems("settings", content.get("settings", {}))
    if not isinstance(content.get("program", ""), str):
        yield Finding("program", "fleet.type", "»program« muss ein Text sein.")
    towns = content.get("towns")
    if not isinstance(towns, list) or not towns:
        yield Finding("towns", "fleet.no_towns", "Unter »towns« muss mindestens eine Stadt stehen.")
        return
    for number, entry in enumerate(towns):
        yield from _town_problems(f"towns[{number}]", entry)


def _town_problems(place: str, entry: object) -> Iterator[Finding]:
    if not isinstance(entry, dict):
        yield Finding(place, "fleet.type", "Eine Stadt besteht aus Schlüsseln und Werten.")
        return
    for key in sorted(set(map(str, entry)) - KEYS):
        yield Finding(f"{place}.{key}", "fleet.unknown_key", f"Den Schlüssel »{key}« gibt es nicht.")
    if not NAME.fullmatch(str(entry.get("name", ""))):
        text = "»name« fehlt oder ist nicht aus Kleinbuchstaben, Ziffern und Bindestrichen (höchstens 40)."
        yield Finding(f"{place}.name", "fleet.name", text)
    if not entry.get("data"):
        yield Finding(f"{place}.data", "fleet.data", "»data« fehlt: der Ordner der Stadt.")
    for key in TEXTS:
        if not isinstance(entry.get(key, ""), str):
            yield Finding(
                f"{place}.{key}", "fleet.type", f"»{key}« muss ein Text sein (in Anführungszeichen)."
            )
    for key in NUMBERS:
        value = entry.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 65_536:
            yield Finding(f"{place}.{key}", "fleet.type", f"»{key}« muss eine ganze Zahl sein.")
    for key in LISTS:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            yield Finding(f"{place}.{key}", "fleet.type", f"»{key}« muss eine Liste von Texten sein.")
    if not isinstance(entry.get("canary", False), bool):
        yield Finding(f"{place}.canary", "fleet.type", "»canary« muss true oder false sein.")
    yield from _settings_problems(f"{place}.settings", entry.get("settings", {}))


def _settings_problems(place: str, value: object) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield Finding(place, "fleet.type", "»settings« besteht aus Einstellungen und ihren Werten.")
        return
    for key in value:
        if not SETTING.fullmatch(str(key)) or key in OWN:
            text = f"»{key}« kann hier nicht stehen. Erlaubt sind RATHAUS_…, ohne Ordner, Datenbank und Schlüssel."
            yield Finding(f"{place}.{key}", "fleet.setting", text)


def _town(entry: Mapping[str, Any], content: Mapping[str, Any], base: Path) -> FleetTown:
    name, data = entry["name"], base / entry["data"]
    merged = {**content.get("settings", {}), **entry.get("settings", {})}
    return FleetTown(
        name=name,
        data=data,
        keys=base / entry.get("keys", data / "keys.env"),
        database=entry.get("database") or f"sqlite://{data / 'rathaus.sqlite3'}",
        hosts=tuple(entry.get("hosts", ())),
        title=entry.get("title") or name.replace("-", " ").title(),
        official_name=entry.get("official_name", ""),
        administrator=entry.get("administrator", ""),
        blueprints=tuple(base / folder for folder in entry.get("blueprints", ())),
        program=entry.get("program") or content.get("program", ""),
        version=entry.get("version", ""),
        wave=entry.get("wave", 1),
        is_canary=entry.get("canary", False),
        port=entry.get("port"),
        settings={key: _as_text(value) for key, value in merged.items()},
    )


def _as_text(value: object) -> str:
    return "1" if value is True else "0" if value is False else str(value)


def _shared(towns: list[FleetTown]) -> Iterator[Finding]:
    """What two towns have in common and must not."""
    for attribute, noun in UNSHARED.items():
        owners: dict[object, str] = {}
        for number, town in enumerate(towns):
            value = getattr(town, attribute)
            if value is None:
                continue
            other = owners.setdefault(value, town.name)
            if other != town.name or (attribute == "name" and number != _first(towns, town.name)):
                text = f"{noun} wie bei »{other}«. Jede Stadt braucht eigene."
                yield Finding(f"towns[{number}].{attribute}", "fleet.shared", text)
    hosts: dict[str, str] = {}
    for number, town in enumerate(towns):
        for host in town.hosts:
            if hosts.setdefault(host.lower(), town.name) != town.name:
                text = f"{host} gehört schon zu »{hosts[host.lower()]}«."
                yield Finding(f"towns[{number}].hosts", "fleet.shared", text)


def _first(towns: list[FleetTown], name: str) -> int:
    return next(number for number, town in enumerate(towns) if town.name == name)

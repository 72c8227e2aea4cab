"""From bytes to the mapping of a definition: JSON's types only, whatever stands in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rathaus.kernel.public import yaml

from .report import Report

MAX_DEPTH = 40
_SCALARS = (str, int, bool, Decimal, float, type(None))


def read_source(source: str | bytes | Mapping[str, Any], report: Report) -> Mapping[str, Any] | None:
    """Return the definition's mapping, None (with a finding) when there is none."""
    raw = source if isinstance(source, Mapping) else _read_text(source, report)
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        report.add(
            "Zeile 1, Spalte 1", "yaml", "Die Datei muss mit „schema: 1“ und weiteren Schlüsseln beginnen."
        )
        return None
    problem = _unstorable(raw, "", 0)
    if problem is not None:
        report.add(problem[0] or "Formular", "wrong_type", problem[1])
        return None
    return raw


def _read_text(source: str | bytes, report: Report) -> object:
    known = _read_json(source)
    if known is not None:
        return known
    try:
        raw = yaml.load(source)
    except yaml.BrokenYaml as error:
        report.add(error.place, "yaml", error.message)
        return None
    if raw is None:
        report.add("Zeile 1, Spalte 1", "yaml", "Die Datei ist leer.")
    return raw


def _read_json(source: str | bytes) -> object:
    """Return the data of a JSON object, None for anything else; YAML then says where the mistake is."""
    start = source[:64].lstrip()
    if len(source) > yaml.MAX_BYTES or start[:1] not in ("{", b"{"):
        return None
    try:
        return json.loads(source, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("duplicate key")
    return data


def _unstorable(value: object, place: str, depth: int) -> tuple[str, str] | None:
    """Return place and message of the first thing that cannot be stored as JSON."""
    if depth > MAX_DEPTH:
        return place, f"Mehr als {MAX_DEPTH} Ebenen sind nicht erlaubt."
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            return place, "Alle Schlüssel müssen Texte sein. Setzen Sie Zahlen in Anführungszeichen."
        inner = [(f"{place}.{key}" if place else str(key), item) for key, item in value.items()]
        return _first(inner, depth) or next(
            (found for key in value if (found := _bad_text(key, place))), None
        )
    if isinstance(value, list):
        return _first([(f"{place}[{index}]", item) for index, item in enumerate(value)], depth)
    if not isinstance(value, _SCALARS):
        return (
            place,
            "Hier steht ein Wert, den es in JSON nicht gibt. Erlaubt sind Text, Zahl, true und false.",
        )
    return _bad_text(value, place) if isinstance(value, str) else None


def _first(inner: list[tuple[str, object]], depth: int) -> tuple[str, str] | None:
    for place, item in inner:
        found = _unstorable(item, place, depth + 1)
        if found is not None:
            return found
    return None


def _bad_text(text: str, place: str) -> tuple[str, str] | None:
    """Databases store neither NUL nor half of a surrogate pair."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        return place, "Der Text enthält Zeichen, die nicht gespeichert werden können. Schreiben Sie ihn neu."
    return None

"""Turns what pydantic finds into findings that a designer can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rathaus.kernel.public import findings

ModelT = TypeVar("ModelT", bound=BaseModel)

_MESSAGES = {
    "missing": "Diese Angabe fehlt.",
    "extra_forbidden": "Diesen Schlüssel kennt das Format nicht. Prüfen Sie die Schreibweise.",
    "string_type": "Hier muss ein Text stehen. Setzen Sie den Wert in Anführungszeichen.",
    "string_too_short": "Der Text darf nicht leer sein.",
    "string_too_long": "Der Text ist zu lang (höchstens {max_length} Zeichen).",
    "string_pattern_mismatch": "Der Wert hat nicht die erwartete Form ({pattern}).",
    "literal_error": "Erlaubt sind hier nur: {expected}.",
    "bool_type": "Hier muss true oder false stehen.",
    "bool_parsing": "Hier muss true oder false stehen.",
    "int_type": "Hier muss eine ganze Zahl stehen.",
    "int_parsing": "Hier muss eine ganze Zahl stehen.",
    "greater_than_equal": "Der Wert muss mindestens {ge} sein.",
    "less_than_equal": "Der Wert darf höchstens {le} sein.",
    "too_short": "Hier fehlt mindestens ein Eintrag.",
    "list_type": "Hier muss eine Liste stehen.",
    "dict_type": "Hier müssen Schlüssel mit Werten stehen.",
    "model_type": "Hier müssen Schlüssel mit Werten stehen.",
    "model_attributes_type": "Hier müssen Schlüssel mit Werten stehen.",
    "datetime_parsing": "Hier muss ein Zeitpunkt stehen, zum Beispiel 2026-12-01T10:00:00.",
    "datetime_from_date_parsing": "Hier muss ein Zeitpunkt stehen, zum Beispiel 2026-12-01T10:00:00.",
    "decimal_parsing": "Hier muss eine Zahl stehen.",
}


def validate(model: type[ModelT], data: object) -> tuple[ModelT | None, list[findings.Finding]]:
    """Return the checked object, or None and what is wrong with ``data``, place by place."""
    if not isinstance(data, Mapping):
        return None, [findings.Finding("", "structure", "Die Datei muss aus Schlüsseln mit Werten bestehen.")]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_finding(detail) for detail in error.errors(include_url=False)]


def _finding(detail: Any) -> findings.Finding:
    place = ""
    for part in detail["loc"]:
        if isinstance(part, int):
            place += f"[{part}]"
        elif not part[:1].isupper():  # a union's member class is no place
            place += f".{part}" if place else part
    return findings.Finding(place, detail["type"], _message(detail))


def _message(detail: Any) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    template = _MESSAGES.get(detail["type"], "Der Wert passt hier nicht.")
    return template.format(**detail.get("ctx", {}))

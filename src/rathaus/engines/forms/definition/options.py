"""Options of choices, given in place or by a code list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .report import suggestion
from .spec import Spec
from .texts import Option

MAX_OPTIONS = 2_000
_SHAPE = "value und label je Auswahl"


def read_options(spec: Spec) -> tuple[Option, ...]:
    """Take ``options`` or ``code_list`` of a field."""
    name = spec.string("code_list")
    if name and spec.has("options"):
        spec.take("options")
        spec.refuse("bad_value", "Geben Sie „options“ oder „code_list“ an, nicht beides.", "options")
        return ()
    if not name:
        return read_list(spec, "options")
    lists = spec.reading.code_lists
    if name not in lists:
        hint = suggestion(name, lists)
        spec.refuse("unknown_code_list", f"Die Codeliste „{name}“ gibt es nicht.{hint}", "code_list")
        return ()
    return lists[name]


def read_list(spec: Spec, key: str) -> tuple[Option, ...]:
    """Take a list of options under ``key``."""
    options = []
    seen: set[str] = set()
    for item in spec.specs(key, what=_SHAPE, most=MAX_OPTIONS):
        value = _value(item)
        option = Option(value, item.texts("label", required=True), item.texts("help"))
        if not isinstance(item.take("data"), Mapping | None):
            item.refuse("wrong_type", "Unter „data“ müssen Schlüssel mit Werten stehen.", "data")
        item.close("bei einer Auswahl")
        if value in seen:
            item.refuse("duplicate_option", f"Die Auswahl „{value}“ steht zweimal da.", "value")
        elif value:
            seen.add(value)
            options.append(option)
    return tuple(options)


def _value(item: Spec) -> str:
    raw: Any = item.raw.get("value")
    if isinstance(raw, int) and not isinstance(raw, bool):
        item.take("value")
        return str(raw)
    value = item.string("value", required=True)
    if value != value.strip() or len(value) > 200 or (item.has("value") and not value):
        item.refuse(
            "bad_value",
            "Der Wert darf nicht leer sein, keine Leerzeichen am Rand und höchstens 200 Zeichen haben.",
            "value",
        )
        return ""
    return value

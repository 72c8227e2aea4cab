"""Reading one mapping of a definition: every key is asked for once, every mistake becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .expressions import BrokenExpression, Expression
from .report import Report, suggestion
from .scope import Scope
from .texts import NO_TEXT, Option, Texts

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
MAX_TEXT = 20_000


@dataclass(slots=True)
class Reading:
    """What all parts of a definition share while it is read."""

    report: Report
    code_lists: dict[str, tuple[Option, ...]] = field(default_factory=dict)


class Spec:
    """A mapping of the definition at ``place`` (like ``pages[1].fields[2]``), with the names in scope."""

    def __init__(self, raw: Mapping[str, Any], place: str, reading: Reading, scope: Scope) -> None:
        self.raw = raw
        self.place = place
        self.reading = reading
        self.report = reading.report
        self.scope = scope
        self._asked: set[str] = set()

    def refuse(self, rule: str, message: str, key: str = "") -> None:
        place = f"{self.place}.{key}" if self.place and key else self.place or key
        self.report.add(place or "Formular", rule, message)

    def take(self, key: str) -> Any:
        self._asked.add(key)
        return self.raw.get(key)

    def has(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def close(self, what: str) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.raw:
            if key not in self._asked:
                hint = suggestion(str(key), self._asked)
                self.refuse("unknown_key", f"Der Schlüssel „{key}“ ist {what} nicht bekannt.{hint}", str(key))

    def string(self, key: str, *, required: bool = False) -> str:
        value = self.take(key)
        if value is None:
            if required:
                self.refuse("missing_key", f"Der Schlüssel „{key}“ fehlt.")
            return ""
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            self.refuse("wrong_type", "Hier muss ein Text stehen, nötigenfalls in Anführungszeichen.", key)
            return ""
        return value

    def identifier(self) -> str:
        value = self.string("id", required=True)
        if value and not _ID.fullmatch(value):
            self.refuse(
                "bad_id",
                f"„{value}“ ist keine Kennung. Erlaubt sind Kleinbuchstaben a bis z, Ziffern und Unterstrich, "
                "beginnend mit einem Buchstaben.",
                "id",
            )
            return ""
        return value

    def texts(self, key: str, *, required: bool = False) -> Texts:
        value = self.take(key)
        if value is None:
            if required:
                self.refuse("missing_text", f"Der Text „{key}“ fehlt.", key)
            return NO_TEXT
        if isinstance(value, str) and value.strip():
            return Texts(value)
        if not isinstance(value, Mapping):
            self.refuse("wrong_type", "Hier muss ein Text stehen, etwa {de: …, en: …}.", key)
            return NO_TEXT
        return self._texts_by_language(key, value)

    def _texts_by_language(self, key: str, value: Mapping[str, Any]) -> Texts:
        others = []
        for language, text in value.items():
            if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
                self.refuse("wrong_type", f"„{language}“ ist keine Sprache. Üblich sind de und en.", key)
            elif not isinstance(text, str) or len(text) > MAX_TEXT:
                self.refuse("wrong_type", "Hier muss ein Text stehen.", f"{key}.{language}")
            elif language != "de" and text.strip():
                others.append((language, text))
        german = value.get("de")
        if not isinstance(german, str) or not german.strip():
            self.refuse("missing_text", "Der deutsche Text fehlt. Ergänzen Sie ihn unter „de“.", key)
            return NO_TEXT
        return Texts(german, tuple(others))

    def flag(self, key: str, default: bool) -> bool:
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse("wrong_type", "Hier muss true oder false stehen.", key)
            return default
        return value

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse("wrong_type", f"Hier muss eine ganze Zahl von {least} bis {most} stehen.", key)
            return default
        return value

    def one_of(self, key: str, allowed: Iterable[str], default: str) -> str:
        value = self.take(key)
        if value is None:
            return default
        choices = list(allowed)
        if value not in choices:
            self.refuse(
                "bad_value", f"Erlaubt sind: {', '.join(choices)}.{suggestion(str(value), choices)}", key
            )
            return default
        return str(value)

    def specs(self, key: str, *, what: str, most: int, required: bool = True) -> list[Spec]:
        """Return the mappings of a list, each with its own place."""
        value = self.take(key)
        if value is None and not required:
            return []
        if not isinstance(value, list) or (required and not value):
            self.refuse(
                "missing_key", f"Unter „{key}“ muss eine Liste stehen: {what}.", "" if value is None else key
            )
            return []
        if len(value) > most:
            self.refuse("too_many", f"Mehr als {most} Einträge sind nicht erlaubt.", key)
        found = []
        for index, raw in enumerate(value[:most]):
            place = f"{self.place}.{key}[{index}]" if self.place else f"{key}[{index}]"
            if isinstance(raw, Mapping):
                found.append(Spec(raw, place, self.reading, self.scope))
            else:
                self.report.add(place, "wrong_type", f"Hier müssen Schlüssel mit Werten stehen: {what}.")
        return found

    def expression(self, key: str, *, required: bool = False) -> Expression | None:
        """Return the FEEL text under ``key``, checked for unknown names."""
        value = self.take(key)
        if isinstance(value, bool | int | Decimal):
            value = str(value).lower()
        if value is None:
            if required:
                self.refuse("missing_key", f"Der Schlüssel „{key}“ fehlt. Er braucht einen FEEL-Ausdruck.")
            return None
        if not isinstance(value, str):
            self.refuse("wrong_type", "Hier muss ein FEEL-Ausdruck als Text stehen.", key)
            return None
        return self.compile(key, value.strip().removeprefix("="))

    def compile(self, key: str, source: str) -> Expression | None:
        try:
            expression = Expression.compile(source, self.scope)
        except BrokenExpression as error:
            self.refuse("feel_syntax", str(error), key)
            return None
        known = self.scope.known()
        for name, line, column in expression.unknown:
            hint = suggestion(name, known)
            self.refuse(
                "unknown_name",
                f"Zeile {line}, Spalte {column}: Der Name „{name}“ ist im Formular nicht bekannt.{hint}",
                key,
            )
        return expression

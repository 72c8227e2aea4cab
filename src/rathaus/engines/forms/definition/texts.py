"""Texts by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """A text in German and, where given, in other languages. German stands in for a missing one."""

    german: str = ""
    others: tuple[tuple[str, str], ...] = ()

    def in_language(self, language: str) -> str:
        if language != "de":
            for code, text in self.others:
                if code == language:
                    return text
        return self.german

    def __bool__(self) -> bool:
        return bool(self.german)


NO_TEXT = Texts()


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field or an entry of a code list."""

    value: str
    label: Texts
    help: Texts = NO_TEXT

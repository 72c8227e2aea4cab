"""Yes or no, one of several, several of several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..definition.options import read_options
from ..definition.spec import Spec
from ..definition.texts import Option
from ..results import unreadable
from .base import NOT_POSTED, Evaluate, Invalid, Kind, Posted

RADIO_LIMIT = 7
MAX_TYPED = 200


@dataclass(frozen=True, slots=True)
class ShownOption:
    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class YesNo(Kind):
    """A question with yes or no; ``display: checkbox`` is a declaration to tick."""

    type: ClassVar[str] = "yes_no"
    display: str = "radio"

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(spec.one_of("display", ("radio", "checkbox"), "radio"))

    @property
    def is_declaration(self) -> bool:
        return self.display == "checkbox"

    def parse(self, text: str, language: str) -> Any:
        answer = {"true": True, "false": False}.get(text.strip())
        if answer is None:
            raise Invalid(_("Choose yes or no for “%(label)s”."))
        return answer

    def clean(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise Invalid(_("“%(label)s” must be true or false."))
        return value

    def missing(self, value: Any) -> Iterator[Invalid]:
        if self.is_declaration:
            yield Invalid(_("Tick the box to confirm: “%(label)s”"))
        else:
            yield Invalid(_("Choose yes or no for “%(label)s”."))

    def shown(self, value: Any, language: str) -> str:
        return _("Yes") if value else _("No")

    def entered(self, value: Any, language: str) -> str:
        return "true" if value else "false"

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        if not posted.has(name):
            return NOT_POSTED
        text = posted.text(name)
        if not text.strip():
            return False if self.is_declaration else None
        try:
            return self.parse(text, posted.language)
        except Invalid:
            return unreadable(text)

    def anchor(self, element_id: str) -> str:
        return element_id if self.is_declaration else f"{element_id}-0"

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        if self.is_declaration:
            return {"value": value is True, "checkbox_value": "true", "attributes": {}}
        options = [ShownOption("true", _("Yes")), ShownOption("false", _("No"))]
        shown = "" if value is None else self.entered(value, language)
        return {"value": shown, "options": options, "horizontal": True, "attributes": {}}


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of several options, canonical as the option's value."""

    type: ClassVar[str] = "choice"
    options: tuple[Option, ...] = ()
    display: str = "radio"

    @classmethod
    def read(cls, spec: Spec) -> Self:
        options = read_options(spec)
        default = "radio" if len(options) <= RADIO_LIMIT else "select"
        return cls(options, spec.one_of("display", ("radio", "select"), default))

    def label_of(self, value: str, language: str) -> str:
        return next(
            (option.label.in_language(language) for option in self.options if option.value == value), value
        )

    def has(self, value: object) -> bool:
        return any(option.value == value for option in self.options)

    def clean(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise Invalid(_("“%(label)s” must be one of the options, as text."))
        if not value:
            return None
        if not self.has(value):
            raise Invalid(
                _("Choose one of the options for “%(label)s”; “%(value)s” is not offered."), value=value[:50]
            )
        return value

    def missing(self, value: Any) -> Iterator[Invalid]:
        yield Invalid(_("Choose an option for “%(label)s”."))

    def shown(self, value: Any, language: str) -> str:
        return self.label_of(value, language)

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        if not posted.has(name):
            return NOT_POSTED
        text = posted.text(name)[:MAX_TYPED]
        return (text if self.has(text) else unreadable(text)) if text else None

    def anchor(self, element_id: str) -> str:
        return f"{element_id}-0" if self.display == "radio" else element_id

    def _shown_options(self, language: str) -> list[ShownOption]:
        return [
            ShownOption(option.value, option.label.in_language(language), option.help.in_language(language))
            for option in self.options
        ]

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {
            "value": value or "",
            "options": self._shown_options(language),
            "empty_option": True,
            "attributes": {},
        }


@dataclass(frozen=True, slots=True)
class MultipleChoice(Choice):
    """Several of several options, canonical as list of values in the order of the options."""

    type: ClassVar[str] = "multiple_choice"
    partial: ClassVar[str] = "checkboxes"
    least: int = 0
    most: int = 0

    @classmethod
    def read(cls, spec: Spec) -> Self:
        options = read_options(spec)
        count = max(len(options), 1)
        least = spec.whole("min", 0, least=0, most=count)
        most = spec.whole("max", count, least=1, most=count)
        if least > most:
            spec.refuse("bad_value", "„min“ ist größer als „max“.", "min")
        return cls(options, "radio", least, most)

    def clean(self, value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Invalid(_("“%(label)s” must be a list of options."))
        wrong = next((item for item in value if not self.has(item)), None)
        if wrong is not None:
            raise Invalid(
                _("Choose only options offered for “%(label)s”; “%(value)s” is not."), value=wrong[:50]
            )
        return [option.value for option in self.options if option.value in value] or None

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        if len(value) < self.least:
            yield Invalid(
                ngettext(
                    "Choose at least %(limit)s option for “%(label)s”.",
                    "Choose at least %(limit)s options for “%(label)s”.",
                    self.least,
                ),
                limit=self.least,
            )
        elif len(value) > self.most:
            yield Invalid(
                ngettext(
                    "Choose at most %(limit)s option for “%(label)s”.",
                    "Choose at most %(limit)s options for “%(label)s”.",
                    self.most,
                ),
                limit=self.most,
            )

    def shown(self, value: Any, language: str) -> str:
        return ", ".join(self.label_of(item, language) for item in value)

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        if not posted.has(name):
            return NOT_POSTED
        chosen = posted.texts(name)
        return [option.value for option in self.options if option.value in chosen] or None

    def anchor(self, element_id: str) -> str:
        return f"{element_id}-0"

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {"value": value or [], "options": self._shown_options(language), "attributes": {}}

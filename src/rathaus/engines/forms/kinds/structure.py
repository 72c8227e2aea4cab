"""Groups, repeats, computed values and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..definition.expressions import Expression
from ..definition.spec import Spec
from ..definition.texts import NO_TEXT, Texts
from .base import NOT_POSTED, Evaluate, Invalid, Kind, Posted
from .choices import YesNo
from .numbers import DecimalNumber, Integer, Money
from .temporal import Date
from .text import Text

MAX_ITEMS = 100
DEFAULT_ITEMS = 10
RESULTS: dict[str, Kind] = {
    "money": Money(),
    "decimal": DecimalNumber(),
    "integer": Integer(),
    "text": Text(max_length=2_000),
    "date": Date(),
    "yes_no": YesNo(),
}


@dataclass(frozen=True, slots=True)
class Group(Kind):
    """Fields that belong together."""

    type: ClassVar[str] = "group"
    is_container: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Repeat(Kind):
    """A list of items with the same fields."""

    type: ClassVar[str] = "repeat"
    is_container: ClassVar[bool] = True
    item_label: Texts = NO_TEXT
    add_label: Texts = NO_TEXT
    least: int = 0
    most: int = DEFAULT_ITEMS

    @classmethod
    def read(cls, spec: Spec) -> Self:
        default = 0 if spec.raw.get("required") is False else 1
        least = spec.whole("min", default, least=0, most=MAX_ITEMS)
        most = spec.whole("max", max(DEFAULT_ITEMS, least), least=1, most=MAX_ITEMS)
        if least > most:
            spec.refuse("bad_value", "„min“ ist größer als „max“.", "min")
        return cls(spec.texts("item_label", required=True), spec.texts("add_label"), least, most)

    def item_title(self, index: int, language: str) -> str:
        return f"{self.item_label.in_language(language)} {index + 1}"

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        """Check the number of items."""
        if value < self.least:
            yield Invalid(
                ngettext(
                    "Add at least %(limit)s entry to “%(label)s”.",
                    "Add at least %(limit)s entries to “%(label)s”.",
                    self.least,
                ),
                limit=self.least,
            )
        elif value > self.most:
            yield Invalid(
                ngettext(
                    "“%(label)s” may have at most %(limit)s entry. Remove the others.",
                    "“%(label)s” may have at most %(limit)s entries. Remove the others.",
                    self.most,
                ),
                limit=self.most,
            )


@dataclass(frozen=True, slots=True)
class Silent(Kind):
    """A field that nobody fills in."""

    takes_answer: ClassVar[bool] = False
    required_by_default: ClassVar[bool] = False

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        return NOT_POSTED


@dataclass(frozen=True, slots=True)
class Computed(Silent):
    """A value worked out by FEEL from other fields."""

    type: ClassVar[str] = "computed"
    partial: ClassVar[str] = "computed"
    value: Expression | None = None
    result: Kind = RESULTS["text"]
    show: bool = True

    @classmethod
    def read(cls, spec: Spec) -> Self:
        result = RESULTS[spec.one_of("result", RESULTS, "text")]
        if not spec.has("result"):
            spec.refuse("missing_key", f"„result“ fehlt. Möglich: {', '.join(RESULTS)}.")
        return cls(spec.expression("value", required=True), result, spec.flag("show", True))

    def clean(self, value: Any) -> Any:
        return self.result.clean(value)

    def typed(self, value: Any) -> object:
        return self.result.typed(value)

    def untyped(self, value: object) -> Any:
        return None if value is None else self.result.untyped(value)

    def shown(self, value: Any, language: str) -> str:
        return self.result.shown(value, language)

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {"value": _("not known yet") if value is None else self.shown(value, language)}


@dataclass(frozen=True, slots=True)
class Note(Silent):
    """A text between the fields."""

    type: ClassVar[str] = "note"
    partial: ClassVar[str] = "note"
    text: Texts = NO_TEXT
    tone: str = "info"

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(spec.texts("text", required=True), spec.one_of("kind", ("info", "warning"), "info"))

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {"text": self.text.in_language(language), "kind": self.tone}

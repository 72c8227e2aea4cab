"""What every type of field can do. The one place that rendering, page posts, API data and import share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, Self

from django.utils.translation import gettext as _

from ..definition.expressions import Expression
from ..definition.spec import Spec


class Invalid(Exception):
    """A value cannot be accepted. The message is translated and names the field by ``%(label)s``."""

    def __init__(self, message: str, part: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.part = part
        self.values = values

    def text(self, label: str) -> str:
        return self.message % {"label": label, **self.values}


class _NotPosted:
    """The page did not show the field, so what is known of it stays."""


NOT_POSTED: Final = _NotPosted()

Evaluate = Callable[[Expression], object]


class Posted(Protocol):
    """The inputs of a page."""

    language: str

    def has(self, name: str) -> bool: ...

    def text(self, name: str) -> str: ...

    def texts(self, name: str) -> list[str]: ...

    def files(self, name: str) -> list[Any]: ...

    def removed(self) -> str: ...

    def added(self) -> str: ...

    def store(self, kind: Any, name: str, label: str, present: int) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of field with its settings. Values are canonical JSON; None means: no answer."""

    type: ClassVar[str] = ""
    partial: ClassVar[str] = "text"
    is_container: ClassVar[bool] = False
    takes_answer: ClassVar[bool] = True
    required_by_default: ClassVar[bool] = True

    @classmethod
    def read(cls, spec: Spec) -> Self:
        """Take the settings from a definition, reporting what is wrong."""
        return cls()

    def parse(self, text: str, language: str) -> Any:
        """Return the canonical value of what somebody typed. Raises Invalid."""
        return self.clean(text)

    def reread(self, typed: Any, language: str) -> Any:
        """Return the canonical value of what was kept as unreadable. Raises Invalid, as it did before."""
        return self.parse(typed if isinstance(typed, str) else "", language)

    def clean(self, value: Any) -> Any:
        """Return the canonical value, normalised. Raises Invalid for anything else, whatever its type.

        A container has no value of its own.
        """
        raise Invalid(_("“%(label)s” must have values by field."))

    def typed(self, value: Any) -> object:
        """Return the FEEL value of a canonical one."""
        return value

    def untyped(self, value: object) -> Any:
        """Return the canonical value of a FEEL one, None when it does not fit."""
        try:
            return self.clean(value)
        except Invalid:
            return None

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        """Yield what is wrong with a clean value beyond its type."""
        return iter(())

    def missing(self, value: Any) -> Iterator[Invalid]:
        """Yield the error of a required field without an answer; a field of parts may yield several."""
        return iter(())

    def shown(self, value: Any, language: str) -> str:
        """Return the value as a reader expects it."""
        return str(value)

    def entered(self, value: Any, language: str) -> str:
        """Return the value as it stands in its input; ``parse`` reads it back."""
        return str(value)

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        """Return canonical value, marker of something unreadable, None, or NOT_POSTED."""
        return NOT_POSTED

    def anchor(self, element_id: str) -> str:
        """Return the id of the first input."""
        return element_id

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        """Return what the partial needs; ``typed`` is what stands there unread."""
        shown = typed if isinstance(typed, str) else "" if value is None else self.entered(value, language)
        return {"value": shown, "attributes": self.attributes()}

    def attributes(self) -> dict[str, object]:
        return {}

    def help_text(self) -> str:
        """Return the translated hint that stands when the definition gives none."""
        return ""


def is_mapping_of(value: object, keys: frozenset[str]) -> bool:
    return isinstance(value, Mapping) and all(isinstance(key, str) and key in keys for key in value)

"""Short and long text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import regex
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..definition.spec import Spec
from ..definition.texts import NO_TEXT, Texts
from .base import Evaluate, Invalid
from .single import SingleInput

PATTERN_SECONDS = 0.05
PATTERN_INPUT = 1_000
MAX_PATTERN = 500
# Control characters, halves of surrogate pairs, and marks that turn the reading direction: they hide what a text says.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def tidy(text: str) -> str:
    """Return the text in NFC, with plain line ends and without blanks around it."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def has_controls(text: str) -> bool:
    return _CONTROLS.search(text) is not None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that a whole value must match, stopped after a time limit."""

    compiled: regex.Pattern[str]
    message: Texts

    def matches(self, text: str) -> bool:
        if len(text) > PATTERN_INPUT:
            return False
        try:
            return self.compiled.fullmatch(text, timeout=PATTERN_SECONDS) is not None
        except TimeoutError:
            return False


def read_pattern(spec: Spec) -> Pattern | None:
    source = spec.string("pattern")
    message = spec.texts("pattern_message", required=bool(source))
    if not source:
        if message:
            spec.refuse("missing_key", "„pattern_message“ braucht ein „pattern“.", "pattern_message")
        return None
    if len(source) > MAX_PATTERN:
        spec.refuse("bad_pattern", f"Das Muster ist länger als {MAX_PATTERN} Zeichen.", "pattern")
        return None
    try:
        pattern = Pattern(regex.compile(source), message)
    except regex.error as error:
        spec.refuse("bad_pattern", f"Das Muster ist kein regulärer Ausdruck ({error}).", "pattern")
        return None
    if _is_slow(pattern.compiled):
        spec.refuse(
            "slow_pattern",
            "Das Muster braucht zu lange. Vermeiden Sie Wiederholungen in Wiederholungen.",
            "pattern",
        )
    return pattern


def _is_slow(compiled: regex.Pattern[str]) -> bool:
    """Try inputs on which nested repetitions take for ever; a test, no proof: matching has its time limit too."""
    for probe in ("a" * 60 + "!", "1" * 60 + "!", "aA1 " * 15 + "!", " " * 60 + "!", "a-" * 30 + "!"):
        try:
            compiled.fullmatch(probe, timeout=PATTERN_SECONDS)
        except TimeoutError:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Text(SingleInput):
    """One line of text."""

    type: ClassVar[str] = "text"
    default_length: ClassVar[int] = 500
    longest: ClassVar[int] = 2_000
    min_length: int = 0
    max_length: int = 500
    pattern: Pattern | None = None
    unit: Texts = NO_TEXT

    @classmethod
    def read(cls, spec: Spec) -> Self:
        least = spec.whole("min_length", 0, least=0, most=cls.longest)
        most = spec.whole("max_length", cls.default_length, least=1, most=cls.longest)
        if least > most:
            spec.refuse("bad_value", "„min_length“ ist größer als „max_length“.", "min_length")
        return cls(least, most, read_pattern(spec), spec.texts("unit"))

    def clean(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise Invalid(_("“%(label)s” must be text."))
        text = self._tidy(value)
        if not text:
            return None
        if has_controls(text):
            raise Invalid(_("“%(label)s” contains characters that cannot be shown. Type the text anew."))
        return text

    def _tidy(self, value: str) -> str:
        return " ".join(tidy(value).split("\n")).replace("\t", " ")

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        length = len(value)
        if length > self.max_length:
            yield Invalid(
                _("“%(label)s” has %(length)s characters. Shorten it to at most %(limit)s."),
                length=length,
                limit=self.max_length,
            )
        elif length < self.min_length:
            yield Invalid(
                ngettext(
                    "“%(label)s” must have at least %(limit)s character.",
                    "“%(label)s” must have at least %(limit)s characters.",
                    self.min_length,
                ),
                limit=self.min_length,
            )
        elif self.pattern is not None and not self.pattern.matches(value):
            message = self.pattern.message.in_language(get_language() or "de")
            yield Invalid("%(explanation)s", explanation=message)

    def attributes(self) -> dict[str, object]:
        return {"maxlength": self.max_length}


@dataclass(frozen=True, slots=True)
class LongText(Text):
    """Several lines of text."""

    type: ClassVar[str] = "long_text"
    partial: ClassVar[str] = "textarea"
    default_length: ClassVar[int] = 10_000
    longest: ClassVar[int] = 20_000

    def _tidy(self, value: str) -> str:
        return tidy(value)

    def attributes(self) -> dict[str, object]:
        # Browsers count a line end as two characters in some places: no maxlength, the server says it.
        return {}

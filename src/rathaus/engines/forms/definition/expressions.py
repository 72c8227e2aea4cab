"""FEEL texts of a definition, compiled once. The only module here that knows the FEEL package."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import feel
from rathaus.kernel.public import clock

from .scope import Path, Scope

logger = logging.getLogger(__name__)
MAX_SOURCE = 4_000
LIMITS = feel.Limits(steps=20_000, text_length=MAX_SOURCE, list_size=5_000, string_size=100_000)


class BrokenExpression(ValueError):
    """The text is not FEEL. The message is German and says where."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL text; ``reads`` are the fields it depends on, ``unknown`` the names nobody knows."""

    source: str
    compiled: feel.Expression
    reads: frozenset[Path]
    unknown: tuple[tuple[str, int, int], ...]

    @classmethod
    def compile(cls, source: str, scope: Scope) -> Expression:
        """Raises BrokenExpression."""
        if not source.strip():
            raise BrokenExpression("Der Ausdruck ist leer.")
        try:
            compiled = feel.compile_expression(source, names=scope.known(), limits=LIMITS)
        except feel.FeelError as error:
            raise BrokenExpression(str(error)) from error
        reads, unknown = set(), []
        for reference in sorted(compiled.paths):
            path = scope.resolve(reference)
            if path is None:
                unknown.append((".".join(reference), *_position(source, reference)))
            elif path:
                reads.add(path)
        return cls(source, compiled, frozenset(reads), tuple(unknown))

    def value(self, context: Mapping[str, object], now: datetime | None = None) -> object:
        """Return the FEEL value in Python's types; null where it cannot be worked out."""
        try:
            return _python(self.compiled.evaluate(context, now=now or clock.now()))
        except feel.FeelLimitError as error:
            logger.warning("form_expression_too_costly", extra={"source": self.source, "reason": str(error)})
            return None

    def holds(self, context: Mapping[str, object], now: datetime | None = None) -> bool:
        return self.value(context, now) is True


def _python(value: object) -> object:
    if isinstance(value, feel.Time):
        return value.to_python()
    if isinstance(value, feel.DateTime) and isinstance(value.date, date):
        return value.date
    return value


def _position(source: str, reference: Path) -> tuple[int, int]:
    """Return line and column of the first place where the reference stands."""
    pattern = r"(?<![\w.\"])" + r"\s*\.\s*".join(re.escape(name) for name in reference)
    match = re.search(pattern, source)
    offset = match.start() if match else 0
    return source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset)

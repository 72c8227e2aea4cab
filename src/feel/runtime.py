"""What an evaluation carries along: the names in scope, the budget and the warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from .decimals import number_from
from .errors import NOWHERE, FeelNull, Place
from .limits import DEFAULT_LIMITS, Limits
from .temporal.convert import from_python
from .values import Value

_SHORT = 1024
_MAX_PARTS = 300_000


class Run:
    """Budget, clock and warnings of one evaluation."""

    __slots__ = ("_memo", "_now", "calls", "limits", "steps", "warnings")

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        warnings: list[str] | None = None,
        now: datetime | None = None,
    ) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.calls = limits.calls
        self.warnings = warnings
        self._now = now
        self._memo: dict[int, tuple[object, Value]] | None = None

    def charge(self, steps: int, place: Place = NOWHERE) -> None:
        """Take `steps` off the budget. Raises FeelLimitError when nothing is left."""
        self.steps -= steps
        if self.steps < 0:
            raise place.limit(
                f"Die Berechnung braucht mehr als {self.limits.steps} Schritte. Bitte die Listen verkleinern "
                "oder den Ausdruck vereinfachen."
            )

    def scan(self, size: int) -> None:
        """Pay for reading a string of `size` characters."""
        if size > _SHORT:
            self.charge(size >> 10)

    def enter(self, place: Place = NOWHERE) -> None:
        """One function call deeper. Raises FeelLimitError when the calls are nested too deep."""
        self.charge(place.weight, place)
        self.calls -= 1
        if self.calls < 0:
            raise place.limit(
                f"Funktionen rufen einander mehr als {self.limits.calls}-mal verschachtelt auf. "
                "Bitte prüfen, ob eine Funktion sich ohne Ende selbst aufruft."
            )

    def leave(self) -> None:
        self.calls += 1

    def list_room(self, size: int, place: Place = NOWHERE) -> None:
        """Pay for a list of `size` items before it is made."""
        if size > self.limits.list_size:
            raise place.limit(f"Die Liste hätte mehr als {self.limits.list_size} Einträge. Bitte kürzen.")
        self.charge(size, place)

    def text_room(self, size: int, place: Place = NOWHERE) -> None:
        """Pay for a string of `size` characters before it is made."""
        if size > self.limits.string_size:
            raise place.limit(f"Der Text hätte mehr als {self.limits.string_size} Zeichen. Bitte kürzen.")
        self.charge(size >> 6, place)

    def warn(self, place: Place, message: str) -> None:
        if self.warnings is not None and len(self.warnings) < 100:
            self.warnings.append(place.describe(message))

    @property
    def now(self) -> datetime:
        """The same moment during the whole evaluation, with offset."""
        if self._now is None:
            self._now = datetime.now().astimezone()
        return self._now

    def adopt(self, raw: object) -> Value:
        """The FEEL value of what a caller handed in; each list and mapping is converted once."""
        if self._memo is None:
            self._memo = {}
        known = self._memo.get(id(raw))
        if known is None:
            known = (raw, adopt(raw, self.limits.depth))
            self._memo[id(raw)] = known
        return known[1]


def bounded(value: Value) -> Value:
    """The value itself. Raises FeelLimitError when it would be too large if written out.

    Lists that hold the same list twice, many levels deep, are small in memory and endless on paper.
    """
    room = _MAX_PARTS
    waiting: list[Value] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
        room -= 1
        if room < len(waiting):
            raise NOWHERE.limit("Das Ergebnis ist zu groß. Bitte die Listen verkleinern.")
    return value


class Frame:
    """One layer of names. `raw` marks the caller's own mapping, whose values are converted when read."""

    __slots__ = ("names", "parent", "raw", "run")

    def __init__(self, names: Mapping[str, Any], parent: Frame | None, run: Run, raw: bool = False) -> None:
        self.names = names
        self.parent = parent
        self.run = run
        self.raw = raw


Thunk: TypeAlias = Callable[[Frame], Value]

NUMBERS: frozenset[type] = frozenset({int, float, Decimal})
READY: frozenset[type] = frozenset({type(None), bool, str, date})


def adopt(raw: Any, depth: int) -> Value:
    """Python input as FEEL values: int and float to Decimal, datetime, time, timedelta to FEEL's kinds."""
    if depth < 0:
        raise NOWHERE.limit("Die Eingabedaten sind zu tief verschachtelt.")
    if isinstance(raw, Mapping):
        return {str(key): adopt(item, depth - 1) for key, item in raw.items()}
    if isinstance(raw, (list, tuple, set, frozenset)):
        return [adopt(item, depth - 1) for item in raw]
    return adopt_scalar(raw)


def adopt_scalar(raw: Any) -> Value:
    if raw is None or isinstance(raw, (bool, str)):
        return raw
    if isinstance(raw, (int, float, Decimal)):
        return number_from(raw)
    if isinstance(raw, (date, time, timedelta)):
        return from_python(raw)
    if type(raw).__module__.startswith(_OWN):
        value: Value = raw
        return value
    raise FeelNull(f"Ein Wert der Art {type(raw).__name__} ist in Ausdrücken nicht erlaubt.")


_OWN = __name__.rpartition(".")[0]

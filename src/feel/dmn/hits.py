"""Hit policies: which of the rules that apply decide, and how (DMN 1.5, 8.2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..builtins import FUNCTIONS
from ..compare import equals, same
from ..errors import FeelNull
from ..invocation import invoke
from ..runtime import Frame, Run, Thunk
from ..values import Value

_AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max"}
_COLLECTING = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
POLICIES = frozenset(
    {"UNIQUE", "ANY", "PRIORITY", "FIRST", *_COLLECTING, "COLLECT COUNT"}
    | {f"COLLECT {aggregation}" for aggregation in _AGGREGATIONS}
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that applies, with the values of its outputs."""

    number: int
    id: str
    values: tuple[Value, ...]


class Ranking:
    """The order of outputs by the lists of their output values."""

    def __init__(self, lists: Sequence[Thunk | None]) -> None:
        self._lists = lists

    def sort(self, hits: list[Hit], run: Run) -> list[Hit]:
        """Best first; the order of the rules decides between equals."""
        frame = Frame({}, None, run)
        ranks = [None if ranked is None else ranked(frame) for ranked in self._lists]

        def key(hit: Hit) -> list[int]:
            return [_place(value, ranked) for value, ranked in zip(hit.values, ranks, strict=False)]

        return sorted(hits, key=key)


def _place(value: Value, ranked: Value) -> int:
    if not isinstance(ranked, list):
        return 0
    return next((place for place, item in enumerate(ranked) if same(item, value)), len(ranked))


def choose_hits(
    policy: str, hits: list[Hit], names: list[str], ranking: Ranking, run: Run
) -> tuple[Value, list[Hit]]:
    """The table's value and the rules behind it. Raises FeelNull where the policy is violated."""
    if policy.startswith("COLLECT "):
        return _aggregated(policy.partition(" ")[2], hits, names, run), hits
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        hits = ranking.sort(hits, run)
    if policy in _COLLECTING:
        return [_value(hit, names) for hit in hits], hits
    if policy == "UNIQUE" and len(hits) > 1:
        raise FeelNull(f"Die Regeln {_numbers(hits)} treffen zugleich zu, obwohl nur eine zutreffen darf.")
    first = _value(hits[0], names)
    if policy == "ANY":
        if any(equals(first, _value(hit, names)) is not True for hit in hits[1:]):
            raise FeelNull(f"Die Regeln {_numbers(hits)} treffen zugleich zu und widersprechen sich.")
        return first, hits
    return first, hits[:1]


def _numbers(hits: list[Hit]) -> str:
    return ", ".join(str(hit.number) for hit in hits)


def _value(hit: Hit, names: list[str]) -> Value:
    return hit.values[0] if len(names) == 1 else dict(zip(names, hit.values, strict=False))


def _aggregated(aggregation: str, hits: list[Hit], names: list[str], run: Run) -> Value:
    if aggregation == "COUNT":
        return Decimal(len(hits))
    function = FUNCTIONS[_AGGREGATIONS[aggregation]]
    columns: list[list[Value]] = [[hit.values[index] for hit in hits] for index in range(len(names))]
    totals = [invoke(function, [column], run) for column in columns]
    return totals[0] if len(names) == 1 else dict(zip(names, totals, strict=True))

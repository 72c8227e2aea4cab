"""What a compiled condition costs, beside the same condition in bare Python: ``conditions.py [--short]``.

Conditions as they stand at gateways and in forms; the context is a plain mapping, as the engine hands it in. Each
figure is the cheapest of several rounds, in CPU. Prints one JSON object a line. Floor: the same condition as a Python
function over the same mapping, with Decimal numbers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import feel

SHORT = "--short" in sys.argv
ROUNDS = 5 if SHORT else 15
CALLS = 4_000 if SHORT else 20_000
GOAL = 5.0
Names = Mapping[str, Any]

CONTEXT: dict[str, Any] = {
    "antrag": {
        "art": "b",
        "beginn": date(2026, 12, 4),
        "hund": {"rasse": "Pudel", "alter": Decimal(3)},
        "liter": Decimal(80),
    },
    "heute": date(2026, 11, 24),
    "pruefung": {"ergebnis": "genehmigt", "betrag": Decimal("120.50")},
}
LIMIT = Decimal(60)
CONDITIONS: dict[str, tuple[str, Callable[[Names], bool]]] = {
    "outcome": ('pruefung.ergebnis = "genehmigt"', lambda c: c["pruefung"]["ergebnis"] == "genehmigt"),
    "number": ("antrag.liter > 60", lambda c: c["antrag"]["liter"] > LIMIT),
    "date": ("antrag.beginn >= heute", lambda c: c["antrag"]["beginn"] >= c["heute"]),
    "both": (
        'pruefung.ergebnis = "genehmigt" and antrag.liter > 60',
        lambda c: c["pruefung"]["ergebnis"] == "genehmigt" and c["antrag"]["liter"] > LIMIT,
    ),
    "between": (
        "pruefung.betrag between 100 and 500",
        lambda c: Decimal(100) <= c["pruefung"]["betrag"] <= Decimal(500),
    ),
    "in": ('antrag.art in ("a", "b", "c")', lambda c: c["antrag"]["art"] in ("a", "b", "c")),
    "range": ("antrag.hund.alter in [1..10]", lambda c: 1 <= c["antrag"]["hund"]["alter"] <= 10),
    "missing": ("antrag.fehlt = null", lambda c: c["antrag"].get("fehlt") is None),
    "arithmetic": ("antrag.liter * 2 + 10 > 100", lambda c: c["antrag"]["liter"] * 2 + 10 > 100),
}


def main() -> None:
    worst = 0.0
    for name, (text, bare) in CONDITIONS.items():
        expression = feel.compile_expression(text, names=CONTEXT)
        assert expression.evaluate(CONTEXT) is True and bare(CONTEXT), text
        cost = _microseconds(lambda evaluate=expression.evaluate: evaluate(CONTEXT))
        floor = _microseconds(lambda bare=bare: bare(CONTEXT))
        worst = max(worst, cost)
        _report(f"condition_{name}", cost, floor, f"{text}, evaluated {ROUNDS} times {CALLS}")
    _report("condition_worst", worst, None, f"the dearest of the {len(CONDITIONS)} above")


def _microseconds(work: Callable[[], object]) -> float:
    """CPU of a call; other programs make a round dearer, never cheaper, so the cheapest counts."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(CALLS):
            work()
        rounds.append((time.process_time() - begin) / CALLS * 1e6)
    return min(rounds)


def _report(figure: str, value: float, floor: float | None, note: str) -> None:
    line = {
        "bench": "feel", "figure": figure, "value": round(value, 3), "unit": "us", "goal": GOAL, "better": "lower",
        "floor": None if floor is None else round(floor, 3), "peer": None, "note": note,
    }  # fmt: skip
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

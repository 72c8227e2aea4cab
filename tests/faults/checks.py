"""What must hold after any fault: acknowledged is stored, once; effects once; nothing half."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.faults.browser import Crowd
from tests.faults.town import FaultTown


def assert_nothing_lost_nothing_twice(
    town: FaultTown, crowd: Crowd, stored: dict[str, Any], *, letters: tuple[str, ...] = ("eingang",)
) -> None:
    """Receipts, cases, numbers, documents, letters, messages and mails agree; the audit log verifies."""
    assert crowd.refused == []
    applications = stored["applications"]
    assert Counter(crowd.receipts.values()) == Counter(one["reference"] for one in applications)
    assert stored["cases"] == len(applications)
    assert _gaps(stored["numbers"]) == []
    assert stored["jobs"]["dead"] == 0, stored["errors"]
    for one in applications:
        assert one["letters"] == sorted(letters), one
        assert one["documents"] == {"application": 1, "letter": len(letters)}, one
        # Whoever has an account gets one receipt and each letter into the inbox, others one mail and paper.
        expected = (1, len(letters)) if one["has_account"] else (0, 0)
        assert (one["receipts"], one["messages"]) == expected, one
    hints = sum(one["receipts"] + one["messages"] for one in applications)
    assert stored["mails"] == hints + sum(not one["has_account"] for one in applications)
    assert stored["blobs"]["read"] == stored["blobs"]["known"]
    town.assert_audit_holds()


def _gaps(numbers: list[str]) -> list[str]:
    """Numbers that are missing before the last of each row, such as 2026-WOHN-00007."""
    rows: dict[str, set[int]] = {}
    for number in numbers:
        prefix, _, last = number.rpartition("-")
        rows.setdefault(prefix, set()).add(int(last))
    return [f"{prefix}-{n}" for prefix, known in rows.items() for n in range(1, max(known)) if n not in known]

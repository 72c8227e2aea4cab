"""The record of a destruction (Löschprotokoll) as a table."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from rathaus.engines.records import public as records
from rathaus.kernel.public import text

BOM = "\ufeff"


def as_csv(made: records.DisposalList) -> str:
    """One line for each case that was destroyed, and for each dossier that was treated otherwise; for spreadsheets."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(
        [
            _("List"), _("File reference"), _("Case reference"), _("File plan"), _("Legal basis"), _("Kept until"),
            _("Decision"), _("Decided by"), _("Confirmed by"), _("State"), _("Done at"), _("Deleted"),
        ]
    )  # fmt: skip
    for item in made.items.prefetch_related("results"):
        for result in item.results.all() or [None]:
            writer.writerow([text.sheet_cell(cell) for cell in _row(made, item, result)])
    return BOM + buffer.getvalue()


def _row(
    made: records.DisposalList, item: records.DisposalItem, result: records.DestructionResult | None
) -> list[str]:
    counts = result.counts if result else {}
    return [
        made.number,
        item.file_reference,
        result.case_reference if result else "",
        f"{item.plan_code} {item.plan_title}",
        item.legal_basis,
        item.retain_until.isoformat(),
        str(item.get_decision_display()),
        made.decided_by_name,
        made.confirmed_by_name,
        str(item.get_state_display()) + (f": {item.note}" if item.note else ""),
        _moment(result.done_at if result else item.done_at),
        ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())),
    ]


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""

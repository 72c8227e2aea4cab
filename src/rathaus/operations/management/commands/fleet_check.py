"""``rathaus fleet check FILE…``: can these inventories be used?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rathaus.kernel.public import commands, findings
from rathaus.operations.fleet.inventory import InventoryRefused, read


class Command(commands.FilesCommand):
    help = "Prüft Bestandsdateien: Fehler, und was zwei Städte nicht gemeinsam haben dürfen."

    def reports_of(self, name: str) -> Iterable[findings.FileReport]:
        try:
            read(Path(name))
        except InventoryRefused as refusal:
            return [refusal.report]
        return [findings.FileReport.of(name, [])]

"""``rathaus keys rotate``: have everything wrapped by the new master key. May be broken off and begun again."""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from rathaus.kernel import audit, keys
from rathaus.kernel.blobs import checking
from rathaus.kernel.models import KeptKey
from rathaus.kernel.progress import Progress

NOTHING_TO_DO = (
    "Es ist kein früherer Schlüssel gesetzt. So geht es: »rathaus keys« zieht einen neuen Schlüssel; ihn als "
    "RATHAUS_BLOB_KEY setzen, den bisherigen als RATHAUS_BLOB_KEYS_OLD, alle Dienste neu starten, dann noch einmal "
    "»rathaus keys rotate«."
)


class Command(BaseCommand):
    help = "Stellt Dokumente und Schlüssel auf einen neuen Hauptschlüssel um (bei laufendem Betrieb, wiederholbar)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not keys.old_keys():
            raise CommandError(NOTHING_TO_DO)
        try:
            keep_anew()
        except keys.WrongKey as error:
            raise CommandError(str(error)) from None
        progress = Progress("Umstellen")
        count, broken = 0, 0
        for finding in checking.rewrap_all(progress):
            count += finding is None
            if finding is not None:
                broken += 1
                self.stderr.write(f"{finding.place}: {finding.message}")
        progress.end()
        self.stdout.write(f"{count} Dokumente umgestellt.")
        if broken:
            self.stderr.write(
                f"{broken} Dokumente ließen sich nicht umstellen. RATHAUS_BLOB_KEYS_OLD bitte noch nicht entfernen."
            )
            sys.exit(1)
        self.stdout.write(
            "Fertig: RATHAUS_BLOB_KEYS_OLD kann entfernt werden. Frühere Sicherungen brauchen den früheren "
            "Schlüssel; bewahren Sie ihn so lange auf wie sie."
        )


@transaction.atomic
def keep_anew() -> None:
    """Wrap the kept keys by the present master key, and note it where it was not so before."""
    mark = keys.fingerprint(keys.master_key()).hex()
    values = {purpose: keys.kept_key(purpose) for purpose in keys.KEPT}
    if KeptKey.objects.filter(fingerprint=mark).count() == len(values):
        return
    for purpose, value in values.items():
        keys.keep(purpose, value, secrets.token_bytes(keys.NONCE))
    audit.append(actor="system", action="kernel.master_key_exchanged", details={"fingerprint": mark})

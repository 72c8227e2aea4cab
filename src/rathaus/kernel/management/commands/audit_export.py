"""``rathaus audit export``: write the signed end of the chain now, not only once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rathaus.kernel import audit


class Command(BaseCommand):
    help = "Versiegelt das Protokoll und schreibt sein unterschriebenes Kettenende in den Ausfuhrordner."

    def handle(self, *args: Any, **options: Any) -> None:
        audit.seal()
        try:
            path = audit.export()
        except OSError as error:
            raise CommandError(
                f"Das Kettenende ließ sich nicht schreiben: {error.strerror} ({error.filename}). "
                "Bitte RATHAUS_AUDIT_HEAD_DIR und die Rechte daran prüfen."
            ) from None
        self.stdout.write(str(path) if path else "Das Protokoll ist noch leer.")

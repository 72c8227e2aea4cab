"""``rathaus sessions end``: sign one person out everywhere, or everybody."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.identity.public import SYSTEM, UserAccount
from rathaus.identity.services.sessions import end_all_sessions, end_sessions


class Command(BaseCommand):
    help = "Beendet Sitzungen: die eines Nutzerkontos oder alle. Wer angemeldet war, muss sich neu anmelden."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--account", metavar="E-MAIL", help="alle Sitzungen dieses Nutzerkontos")
        who.add_argument("--all", action="store_true", help="die Sitzungen aller Nutzerkonten")

    def handle(self, *args: Any, account: str | None, all: bool, **options: Any) -> None:
        if all:
            count = end_all_sessions(actor=SYSTEM)
        else:
            count = end_sessions(actor=SYSTEM, account=self._account(account or ""))
        self.stdout.write("1 Sitzung beendet." if count == 1 else f"{count} Sitzungen beendet.")

    def _account(self, email: str) -> UserAccount:
        found = UserAccount.objects.filter(email=email.lower()).first()
        if found is None:
            raise CommandError(f"Ein Nutzerkonto mit der E-Mail-Adresse »{email}« gibt es nicht.")
        return found

"""``rathaus submit SLUG --data FILE.json --channel online|counter [--json]``: an application by the one door."""

from __future__ import annotations

import hashlib
import json as jsonlib
import secrets
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rathaus.blueprints.public import ServiceUnknown
from rathaus.identity.public import SYSTEM, UserAccount
from rathaus.intake.public import Channel, Envelope, InvalidSubmission, NotAccepted, Receipt, receive
from rathaus.intake.services.attachments import UnusableAttachment, with_uploads
from rathaus.kernel.public import findings

MAX_BYTES = 5_000_000


class Refused(Exception):
    """Nothing was stored; ``found`` says why, place by place."""

    def __init__(self, *found: findings.Finding) -> None:
        super().__init__("refused")
        self.found = found


class Command(BaseCommand):
    help = "Reicht einen Antrag ein: Formulardaten aus einer JSON-Datei, durch dieselbe Tür wie das Portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="Kurzname der Leistung, zum Beispiel hund-anmelden")
        parser.add_argument("--data", required=True, type=Path, metavar="DATEI.json")
        parser.add_argument("--channel", choices=Channel.values, default=Channel.ONLINE.value)
        parser.add_argument("--account", metavar="E-MAIL", help="für wen: ein Konto dieser Stadt")
        parser.add_argument("--token", help="gleiches Zeichen, gleiche Quittung (sonst wird eines gezogen)")
        parser.add_argument("--language", choices=["de", "en"], default="de")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        file = str(options["data"])
        try:
            receipt = _submit(options)
        except Refused as refusal:
            self._print(findings.FileReport.of(file, refusal.found), None, options["json"])
            sys.exit(1)
        self._print(findings.FileReport.of(file, ()), receipt, options["json"])

    def _print(self, report: findings.FileReport, receipt: Receipt | None, as_json: bool) -> None:
        if as_json:
            data = {**findings.as_data([report]), "receipt": _as_data(receipt) if receipt else None}
            self.stdout.write(jsonlib.dumps(data, ensure_ascii=False))
        elif receipt is None:
            self.stdout.write(findings.as_text([report]))
        else:
            self.stdout.write(f"Eingegangen als {receipt.case_reference}: {receipt.title}")


def _submit(options: dict[str, Any]) -> Receipt:
    try:
        raw = _read(options["data"])
        data = with_uploads(raw, actor=SYSTEM, folder=options["data"].parent)
    except UnusableAttachment as error:
        raise Refused(findings.Finding(error.place, "file", error.message)) from error
    except RecursionError as error:
        message = "Die Angaben sind zu tief ineinander verschachtelt."
        raise Refused(findings.Finding("", "structure", message)) from error
    envelope = Envelope(
        service=options["slug"],
        data=data,
        channel=Channel(options["channel"]),
        token=options["token"] or secrets.token_urlsafe(24),
        fingerprint=hashlib.sha256(jsonlib.dumps(raw, sort_keys=True).encode()).hexdigest(),
        actor=SYSTEM,
        language=options["language"],
        account=_account(options["account"]),
    )
    try:
        return receive(envelope)
    except ServiceUnknown as error:
        message = f"Die Leistung „{options['slug']}“ ist nicht installiert."
        raise Refused(findings.Finding("slug", "service", message)) from error
    except NotAccepted as error:
        raise Refused(findings.Finding("slug", "not_accepted", str(error))) from error
    except InvalidSubmission as error:
        raise Refused(
            *(findings.Finding(item.path, "field", item.message) for item in error.errors)
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(findings.Finding("", "unreadable", "Die Datei lässt sich nicht öffnen.")) from error
    if len(content) > MAX_BYTES:
        raise Refused(findings.Finding("", "size", "Die Datei ist größer als 5 MB."))
    try:
        data = jsonlib.loads(content)
    except jsonlib.JSONDecodeError as error:
        place = f"Zeile {error.lineno}, Spalte {error.colno}"
        raise Refused(findings.Finding(place, "json", "Hier ist die Datei kein gültiges JSON.")) from error
    except (ValueError, RecursionError) as error:
        message = "Die Datei ist kein lesbares JSON in UTF-8."
        raise Refused(findings.Finding("", "json", message)) from error
    if not isinstance(data, dict):
        message = "Die Datei muss ein JSON-Objekt mit den Feldern des Formulars enthalten."
        raise Refused(findings.Finding("", "structure", message))
    return data


def _account(email: str | None) -> UserAccount | None:
    if email is None:
        return None
    account = UserAccount.objects.filter(email=email.lower()).first()
    if account is None:
        message = f"Es gibt hier kein Konto mit der Adresse {email}."
        raise Refused(findings.Finding("--account", "account", message))
    return account


def _as_data(receipt: Receipt) -> dict[str, object]:
    return {
        "application_id": str(receipt.application_id),
        "case_id": str(receipt.case_id),
        "reference": receipt.case_reference,
        "service": receipt.service,
        "title": receipt.title,
        "received_at": timezone.localtime(receipt.received_at).isoformat(),
        "due_on": receipt.due_on.isoformat() if receipt.due_on else None,
        "repeated": receipt.is_repeated,
    }

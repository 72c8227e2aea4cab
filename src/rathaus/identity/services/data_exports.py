"""Auskunft und Datenübertragbarkeit (Art. 15, 20 GDPR): everything an account holds, as a ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.enums import ExportState
from rathaus.identity.events import ExportRequested
from rathaus.identity.models import DataExport, LinkedIdentity, UserAccount
from rathaus.identity.personal_data import AccountExport, account_holders
from rathaus.identity.queries.sessions import sessions_of
from rathaus.identity.services.accounts import PROFILE_FIELDS
from rathaus.identity.services.cleanup import rule_days
from rathaus.kernel.public import audit, blobs, clock, events, handing_out

SCHEMA = "rathaus-account/1"
MOST_A_DAY = 3
RULE = "identity.exports"


class ExportRefused(ValueError):
    """No further export now; the text says why."""


@transaction.atomic
def request_export(*, actor: Actor, account: UserAccount) -> DataExport:
    """Have the archive built by a job. Raises ExportRefused: one is under way, or too many today."""
    policies.check(actor, "identity.edit_profile", account.pk)
    UserAccount.objects.select_for_update().get(pk=account.pk)
    recent = DataExport.objects.filter(account=account, requested_at__gt=clock.now() - timedelta(days=1))
    if recent.filter(state=ExportState.WAITING).exists():
        raise ExportRefused(_("We are preparing your data already. Please come back in a few minutes."))
    if recent.count() >= MOST_A_DAY:
        raise ExportRefused(_("You have asked for your data several times today. Please try again tomorrow."))
    export = DataExport.objects.create(account=account, requested_at=clock.now())
    _audit(actor.audit_name, export, "identity.export_requested")
    events.emit(ExportRequested(export_id=export.pk))
    return export


def build_export(export_id: UUID) -> None:
    """The job: collect, pack, store encrypted. Run again it does nothing."""
    export = DataExport.objects.select_related("account").filter(pk=export_id).first()
    if export is None or export.state != ExportState.WAITING:
        return
    with translation.override(export.account.language):
        content = packed(collect(export.account))
    blob = blobs.store(content, "application/zip")
    with transaction.atomic():
        now = clock.now()
        DataExport.objects.filter(pk=export.pk, state=ExportState.WAITING).update(
            state=ExportState.READY,
            finished_at=now,
            expires_on=(now + timedelta(days=rule_days(RULE))).date(),
            blob=blob,
        )
        _audit("system", export, "identity.export_built")


@transaction.atomic
def note_download(*, actor: Actor, export: DataExport) -> None:
    policies.check(actor, "identity.edit_profile", export.account_id)
    export.downloaded_at = clock.now()
    export.save(update_fields=["downloaded_at"])
    _audit(actor.audit_name, export, "identity.export_downloaded")


def collect(account: UserAccount) -> AccountExport:
    """What every app holds of an account; never secrets, never data of others, never notes of the office."""
    export = AccountExport()
    export.sections["profile"] = {
        "email": account.email,
        "registered_at": account.date_joined,
        "assurance": account.assurance,
        **{name: getattr(account, name) for name in PROFILE_FIELDS},
    }
    export.sections["sign_in"] = _sign_in(account)
    for holder in account_holders:
        holder.export(account, export)
    return export


def _sign_in(account: UserAccount) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=account).order_by("pk")
    authenticators = Authenticator.objects.filter(user=account).order_by("pk")
    identities = LinkedIdentity.objects.filter(account=account).order_by("pk")
    return {
        "has_password": account.has_usable_password(),
        "last_sign_in": account.last_login,
        "addresses": [{"email": row.email, "is_confirmed": row.verified} for row in addresses],
        "second_factors": [{"kind": row.type, "added_at": row.created_at} for row in authenticators],
        "identities": [
            {"provider": row.provider, "assurance": row.assurance, "linked_at": row.linked_at}
            for row in identities
        ],
        "sessions": [
            {"device": row.device, "started_at": row.started_at, "seen_at": row.seen_at}
            for row in sessions_of(account)
        ],
    }


def packed(export: AccountExport) -> bytes:
    """The ZIP: ``daten.json``, a page to read, the files; in place of one that the virus scan holds lies a note."""
    held = {place for place, sha256 in export.files.items() if handing_out.is_held(sha256)}
    files = sorted(f"{place}.gesperrt.txt" if place in held else place for place in export.files)
    data = {"schema": SCHEMA, "created_at": clock.now(), **export.sections, "files": files}
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_plain)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("daten.json", text)
        page = render_to_string(
            "identity/export.html",
            {
                "sections": _readable(json.loads(text)),
                "files": files,
                "created_at": clock.now(),
            },
        )
        archive.writestr("uebersicht.html", page)
        for place, sha256 in sorted(export.files.items()):
            if place in held:
                archive.writestr(f"{place}.gesperrt.txt", handing_out.HELD_NOTE)
            else:
                archive.writestr(place, blobs.read(sha256))
    return buffer.getvalue()


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _readable(data: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each section as lines of path and value, for people."""
    titles = {holder.key: str(holder.title) for holder in account_holders}
    titles |= {"profile": _("My details"), "sign_in": _("Sign-in and security")}
    return [
        (titles.get(name, name), list(_lines(value)))
        for name, value in data.items()
        if isinstance(value, dict | list) and name != "files"
    ]


def _lines(value: object, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            line
            for name, inner in value.items()
            for line in _lines(inner, f"{path} / {name}" if path else name)
        ]
    if isinstance(value, list):
        return [line for number, inner in enumerate(value, 1) for line in _lines(inner, f"{path} {number}")]
    return [] if value in (None, "") else [(path, str(value))]


def _audit(actor: str, export: DataExport, action: str) -> None:
    audit.append(
        actor=actor,
        action=action,
        subject=f"identity.account:{export.account_id}",
        details={"export": export.pk},
    )

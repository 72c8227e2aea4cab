"""Drafts of an account: handed out, let go, and deleted by rule with a reminder before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rathaus.engines.forms.models import Draft, Upload
from rathaus.engines.forms.queries.scans import held_files
from rathaus.engines.forms.services.drafts import DRAFT_DAYS, RULE
from rathaus.engines.forms.services.erasure import erase_drafts, idle_drafts
from rathaus.identity.public import (
    AccountExport,
    AccountHolder,
    CleanupRule,
    UserAccount,
    account_holders,
    cleanup_rules,
    enqueue_mail,
)
from rathaus.kernel.public import blobs, clock

REMIND_BEFORE = timedelta(days=5)


def export(account: UserAccount, found: AccountExport) -> None:
    """Drafts that were not sent, with their files."""
    drafts = Draft.objects.filter(owner=account, submitted_at=None).order_by("created_at")
    found.sections["drafts"] = [
        {
            "for": draft.purpose,
            "begun_at": draft.created_at,
            "changed_at": draft.updated_at,
            "answers": draft.data,
        }
        for draft in drafts
    ]
    uploads = list(Upload.objects.filter(draft__in=drafts).order_by("draft_id", "created_at", "pk"))
    held = held_files(upload.blob_id for upload in uploads)  # what the virus scan holds is not handed out
    for number, upload in enumerate(uploads, 1):
        if upload.blob_id not in held:
            found.files[f"entwuerfe/{upload.draft_id}/{number}-{upload.file_name}"] = upload.blob_id


def erase(account: UserAccount) -> set[str]:
    return erase_drafts(Draft.objects.filter(owner=account).values_list("pk", flat=True))[1]


def delete_idle(before: datetime) -> int:
    """Delete what nobody has changed since; tell the owners of those whose turn comes in some days."""
    _remind(before + REMIND_BEFORE)
    count = 0
    while ids := idle_drafts(before):
        counts, hashes = erase_drafts(ids)
        blobs.discard(hashes)
        count += counts["drafts"]
    return count


@transaction.atomic
def _remind(before: datetime) -> None:
    soon = Draft.objects.filter(
        submitted_at=None, reminded_at=None, updated_at__lt=before, owner__email__isnull=False
    ).exclude(purpose="")
    for draft in soon.select_related("owner")[:500]:
        assert draft.owner is not None and draft.owner.email is not None  # by the filter above
        with translation.override(draft.language):
            body = _(
                "You have begun an application and not sent it. In a few days we delete it. "
                "To keep it, open it and save it:"
            )
            enqueue_mail(
                _("Your draft is about to be deleted"),
                f"{body}\n\n{settings.RATHAUS_PUBLIC_URL}/konto/",
                draft.owner.email,
            )
        Draft.objects.filter(pk=draft.pk).update(reminded_at=clock.now())


def register() -> None:
    account_holders.register(AccountHolder("drafts", gettext_lazy("Drafts"), export, erase))
    cleanup_rules.register(
        CleanupRule(
            key=RULE, title=gettext_lazy("Drafts that were not sent"),
            basis=gettext_lazy("Time to finish them; the owner is told before (Art. 5 (1) (e) GDPR)."),
            days=getattr(settings, "RATHAUS_DRAFT_DAYS", DRAFT_DAYS), least=7, most=365, run=delete_idle,
        )
    )  # fmt: skip

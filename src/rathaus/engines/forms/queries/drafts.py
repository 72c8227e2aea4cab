"""Drafts and files that an actor may see."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import clock

from ..models import Draft, Submission, Upload


class DraftNotFound(LookupError):
    """There is no such draft for this actor; whether there is one for another is not said."""


def open_drafts() -> QuerySet[Draft]:
    return Draft.objects.filter(submitted_at=None, expires_on__gte=clock.today())


def draft_for(actor: Actor, draft_id: uuid.UUID | str, secret: str = "") -> Draft:
    """Return an open draft of the actor, or of the browser that knows the secret. Raises DraftNotFound. One query."""
    try:
        draft = open_drafts().select_related("form_version").filter(pk=draft_id).first()
    except (ValidationError, ValueError):
        draft = None
    if draft is None or not policies.allows(actor, "forms.use_draft", (draft, secret)):
        raise DraftNotFound(str(draft_id))
    return draft


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """Return the actor's open drafts, the latest first."""
    drafts = open_drafts().select_related("form_version__definition")
    if actor.account_id is None:
        return drafts.none()
    return drafts.filter(owner_id=actor.account_id).order_by("-updated_at")


def uploads_of(submission: Submission) -> QuerySet[Upload]:
    """Return the files of a submission with their blobs. Rights are those of its case: ask there first."""
    return Upload.objects.filter(submission=submission).select_related("blob").order_by("created_at", "id")


def draft_upload(draft: Draft, upload_id: uuid.UUID | str) -> Upload | None:
    """Return a file of a draft that the caller has got by ``draft_for``."""
    try:
        return draft.uploads.select_related("blob").filter(pk=upload_id).first()
    except (ValidationError, ValueError):
        return None

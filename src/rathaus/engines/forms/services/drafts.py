"""Starting, saving, taking over and discarding drafts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from rathaus.identity.public import Actor, policies, rule_days
from rathaus.kernel.public import clock

from ..compiled.posts import IncomingFile
from ..models import Draft, FormVersion, Upload
from ..queries.versions import compiled
from ..results import ParsedPage
from ..rules import hash_secret, knows_secret
from .uploads import store_upload

DRAFT_DAYS = 30
RULE = "forms.drafts"
MAX_DATA = 1_000_000


class DraftTooLarge(ValueError):
    """More was typed than a draft may hold."""


class StartedDraft(NamedTuple):
    """A new draft; ``secret`` goes into the session of a browser that is not signed in, else it is empty."""

    draft: Draft
    secret: str


@transaction.atomic
def start_draft(
    *,
    actor: Actor,
    form_version: FormVersion,
    language: str = "de",
    purpose: str = "",
    data: Mapping[str, Any] | None = None,
    page: str = "",
) -> StartedDraft:
    """Begin to fill in a form. It is kept until ``expires_on``, counted from the last change."""
    secret = "" if actor.account_id else secrets.token_urlsafe(32)
    draft = Draft(
        form_version=form_version,
        owner_id=actor.account_id,
        secret_hash=hash_secret(secret) if secret else "",
        purpose=purpose,
        data=dict(data or {}),
        page=page,
        language=language,
        expires_on=_expiry(),
    )
    draft.save(force_insert=True)
    return StartedDraft(draft, secret)


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    draft: Draft,
    data: Mapping[str, Any],
    page: str | None = None,
    language: str | None = None,
    secret: str = "",
) -> Draft:
    """Keep what has been filled in, right or wrong. Raises DraftTooLarge."""
    _check(actor, draft, secret)
    if len(json.dumps(data, ensure_ascii=False)) > MAX_DATA:
        raise DraftTooLarge
    draft.data = dict(data)
    draft.page = draft.page if page is None else page
    draft.language = language or draft.language
    draft.updated_at = clock.now()
    draft.expires_on, draft.reminded_at = _expiry(), None
    draft.save(update_fields=["data", "page", "language", "updated_at", "expires_on", "reminded_at"])
    return draft


def save_page(
    *,
    actor: Actor,
    draft: Draft,
    page_id: str,
    post: QueryDict | MultiValueDict[str, str],
    files: MultiValueDict[str, Any] | None = None,
    language: str = "",
    secret: str = "",
) -> ParsedPage:
    """Read a page post, store its files at once, and save the draft, also where something is wrong.

    Files are stored before the draft's transaction. Raises KeyError for an unknown page, DraftTooLarge.
    """
    _check(actor, draft, secret)

    def store(file: IncomingFile) -> dict[str, object]:
        upload = store_upload(
            actor=actor, draft=draft, field=file.field_name, name=file.upload.name or "", data=file.upload,
            kind=file.kind, label=file.label,
        )  # fmt: skip
        return upload.as_value()

    parsed = compiled(draft.form_version).parse_post(
        page_id, post, draft.data, files=files, store_file=store, language=language or draft.language
    )
    save_draft(actor=actor, draft=draft, data=parsed.data, page=page_id, secret=secret)
    return parsed


@transaction.atomic
def claim_draft(*, actor: Actor, draft: Draft, secret: str) -> Draft:
    """Make a draft that was begun without signing in the actor's own. From then on the secret opens nothing."""
    if actor.account_id is None or draft.owner_id is not None or not knows_secret(draft, secret):
        raise PermissionDenied("forms.use_draft")
    draft.owner_id = actor.account_id
    draft.secret_hash = ""
    draft.updated_at = clock.now()
    draft.save(update_fields=["owner", "secret_hash", "updated_at"])
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor, draft: Draft, secret: str = "") -> None:
    """Delete a draft with the files that nothing else holds."""
    _check(actor, draft, secret)
    _delete([draft.pk])


@transaction.atomic
def delete_expired_drafts() -> int:
    """Delete the drafts whose time has passed, and files that never came to belong to anything."""
    today = clock.today()
    expired = list(
        Draft.objects.filter(submitted_at=None, expires_on__lt=today).values_list("pk", flat=True)[:500]
    )
    _delete(expired)
    stale = clock.now() - timedelta(days=_days())
    orphans = Q(draft=None) | Q(draft__submitted_at__isnull=False)
    Upload.objects.filter(orphans, submission=None, created_at__lt=stale).delete()
    return len(expired)


def _delete(ids: list[Any]) -> None:
    Upload.objects.filter(draft_id__in=ids, submission=None).delete()
    Draft.objects.filter(pk__in=ids).delete()


def _check(actor: Actor, draft: Draft, secret: str) -> None:
    policies.check(actor, "forms.use_draft", (draft, secret))
    if draft.submitted_at is not None:
        raise PermissionDenied("forms.use_draft")


def _days() -> int:
    return rule_days(RULE)


def _expiry() -> Any:
    return clock.today() + timedelta(days=_days())

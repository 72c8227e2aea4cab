"""Drafts of applications: which browser holds which, and bringing one to the form of today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from rathaus.engines.forms import public as forms
from rathaus.identity.public import UserAccount, actor_of
from rathaus.intake import public as intake

SECRETS = "portal_drafts"
MAX_SECRETS = 20


@dataclass(frozen=True, kw_only=True)
class Applying:
    """A draft that is being filled in, with all that its pages need."""

    plan: intake.ServicePlan
    draft: forms.Draft
    secret: str

    @property
    def form(self) -> forms.CompiledForm:
        return self.plan.form

    @property
    def token(self) -> str:
        return token_of(self.draft.pk)


def token_of(draft_id: UUID) -> str:
    """A draft is sent once: however often somebody clicks, the same token gives the same receipt."""
    return f"draft:{draft_id}"


def secret_of(request: HttpRequest, draft_id: UUID) -> str:
    secrets: dict[str, str] = request.session.get(SECRETS, {})
    return secrets.get(str(draft_id), "")


def remember(request: HttpRequest, draft_id: UUID, secret: str) -> None:
    """Keep the secret of a draft begun without signing in, in the session of its browser."""
    secrets: dict[str, str] = {**request.session.get(SECRETS, {}), str(draft_id): secret}
    request.session[SECRETS] = dict(list(secrets.items())[-MAX_SECRETS:])


def start(request: HttpRequest, plan: intake.ServicePlan, language: str) -> forms.Draft:
    started = forms.start_draft(
        actor=actor_of(request),
        form_version=plan.version.form_version,
        language=language,
        purpose=plan.service.slug,
        page=plan.form.pages[0].id,
    )
    if started.secret:
        remember(request, started.draft.pk, started.secret)
    return started.draft


def open_drafts_of(request: HttpRequest, slug: str) -> list[forms.Draft]:
    """The drafts of this service that the person, or without an account this browser, may go on with."""
    actor = actor_of(request)
    if actor.account_id is not None:
        return list(forms.drafts_of(actor).filter(purpose=slug)[:MAX_SECRETS])
    found = []
    for draft_id, secret in request.session.get(SECRETS, {}).items():
        try:
            draft = forms.draft_for(actor, draft_id, secret)
        except forms.DraftNotFound:
            continue
        if draft.purpose == slug:
            found.append(draft)
    return found


def find(request: HttpRequest, plan: intake.ServicePlan, draft_id: UUID) -> Applying:
    """The draft, made the person's own once they are signed in. Raises forms.DraftNotFound."""
    actor, secret = actor_of(request), secret_of(request, draft_id)
    draft = forms.draft_for(actor, draft_id, secret)
    if draft.purpose != plan.service.slug:
        raise forms.DraftNotFound(str(draft_id))
    if actor.account_id is not None and draft.owner_id is None:
        draft = forms.claim_draft(actor=actor, draft=draft, secret=secret)
    return Applying(plan=plan, draft=draft, secret=secret)


def is_outdated(applying: Applying) -> bool:
    """Whether the service has got a new form since the draft was begun."""
    return applying.draft.form_version_id != applying.plan.version.form_version_id


def renew(request: HttpRequest, applying: Applying, language: str) -> forms.Draft:
    """Take the answers over into a draft of today's form; what it does not ask is dropped when it is sent."""
    draft = start(request, applying.plan, language)
    forms.save_draft(
        actor=actor_of(request), draft=draft, data=applying.draft.data, secret=secret_of(request, draft.pk)
    )
    forms.discard_draft(actor=actor_of(request), draft=applying.draft, secret=applying.secret)
    return draft


def account_of(request: HttpRequest) -> UserAccount | None:
    return request.user if isinstance(request.user, UserAccount) else None


def known_of(request: HttpRequest) -> dict[str, Any]:
    """What the account knows of the person, by the names that forms use for prefilling."""
    account = account_of(request)
    if account is None:
        return {}
    names = ("given_name", "family_name", "email", "phone", "street", "house_number", "postcode", "city")
    known: dict[str, Any] = {name: getattr(account, name) for name in names if getattr(account, name)}
    if account.birth_date:
        known["birth_date"] = account.birth_date.isoformat()
    return known

"""Entering an application for somebody: the same pages as in the portal, sent by the clerk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rathaus.blueprints import public as blueprints
from rathaus.casework.models import CounterEntry
from rathaus.casework.queries.case_file import language
from rathaus.casework.services import entries as services
from rathaus.casework.web.forms import BeginEntryForm
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, staff_required
from rathaus.intake import public as intake

CHECK = "pruefen"
"""Value of ``?zurueck=``: after this page back to the summary."""


@dataclass(frozen=True)
class Offer:
    slug: str
    title: str
    summary: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    message: str
    href: str


def _in_language(text: Any) -> str:
    """One of a descriptor's texts."""
    return str(text.en if language() == "en" else text.de)


@require_safe
@staff_required
def entries(request: ActorRequest) -> HttpResponse:
    """The services that can be entered, and what was begun."""
    offers = [_offer(found) for found in blueprints.installed_services() if found.is_active]
    context = {
        "offers": sorted((offer for offer in offers if offer.channels), key=lambda offer: offer.title),
        "begun": services.open_entries(request.actor),
    }
    return render(request, "casework/entries.html", context)


def _offer(service: blueprints.Service) -> Offer:
    assert service.current is not None  # installed services have a version
    descriptor = service.current.descriptor
    channels = tuple(str(known.label) for known in services.CHANNELS if known.value in descriptor.channels)
    return Offer(service.slug, _in_language(descriptor.title), _in_language(descriptor.summary), channels)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def begin(request: ActorRequest, slug: str) -> HttpResponse:
    """By which channel it came; a POST begins."""
    try:
        plan = intake.plan_for(slug)
    except blueprints.ServiceUnknown:
        raise Http404 from None
    channels = [known for known in services.CHANNELS if known.value in plan.descriptor.channels]
    form = BeginEntryForm(request.POST if request.method == "POST" else None, channels=channels)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.begin_entry(
                actor=request.actor,
                plan=plan,
                channel=intake.Channel(form.cleaned_data["channel"]),
                language=language(),
            )
        except intake.NotAccepted as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("casework:entry", entry.pk)
    context = {
        "form": form,
        "title": _in_language(plan.descriptor.title),
        "needs": [_in_language(need) for need in plan.descriptor.needs],
        "has_channels": bool(channels),
    }
    return render(request, "casework/begin_entry.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Entering:
    """An entry with its form."""

    entry: CounterEntry
    form: forms.CompiledForm
    plan: intake.ServicePlan

    @property
    def title(self) -> str:
        return _in_language(self.plan.descriptor.title)


def with_entry(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the clerk's own entry; one that was sent leads to its receipt."""

    @staff_required
    @wraps(view)
    def guarded(request: ActorRequest, entry_id: UUID, **kwargs: Any) -> HttpResponse:
        try:
            entry = services.entry_for(request.actor, entry_id)
        except services.EntryNotFound:
            raise Http404 from None
        if entry.case_id is not None:
            return redirect("casework:entry_receipt", entry.pk)
        plan = intake.plan_for(entry.service.slug)
        return view(request, Entering(entry, forms.compiled(entry.draft.form_version), plan), **kwargs)

    return guarded  # type: ignore[no-any-return]  # staff_required decorates with and without arguments


@require_safe
@with_entry
def resume(request: ActorRequest, entering: Entering) -> HttpResponse:
    draft = entering.entry.draft
    visible = [page.id for page in entering.form.visible_pages(draft.data)]
    page_id = draft.page if draft.page in visible else visible[0]
    return redirect("casework:entry_page", entering.entry.pk, page_id)


@require_http_methods(["GET", "HEAD", "POST"])
@with_entry
def page(request: ActorRequest, entering: Entering, page_id: str) -> HttpResponse:
    """One page of the form. A POST keeps what was typed, right or wrong."""
    if page_id not in {known.id for known in entering.form.pages}:
        raise Http404
    if request.method != "POST":
        return _show(request, entering, page_id)
    try:
        parsed = forms.save_page(
            actor=request.actor,
            draft=entering.entry.draft,
            page_id=page_id,
            post=request.POST,
            files=request.FILES,
            language=language(),
        )
    except forms.DraftTooLarge:
        message = _("That is more text than one application may hold. Please shorten it.")
        return _show(request, entering, page_id, (forms.FieldError("", "", message),))
    if parsed.action or parsed.errors:
        return _show(request, entering, page_id, parsed.errors)
    return redirect(_next_url(request, entering, page_id))


def _next_url(request: ActorRequest, entering: Entering, page_id: str) -> str:
    pages = [known.id for known in entering.form.visible_pages(entering.entry.draft.data)]
    following = pages[pages.index(page_id) + 1 :] if page_id in pages else pages
    if not following or request.GET.get("zurueck") == CHECK:
        return reverse("casework:entry_check", args=[entering.entry.pk])
    return reverse("casework:entry_page", args=[entering.entry.pk, following[0]])


def _show(
    request: ActorRequest, entering: Entering, page_id: str, errors: tuple[forms.FieldError, ...] = ()
) -> HttpResponse:
    draft = entering.entry.draft
    pages = [known.id for known in entering.form.visible_pages(draft.data)]
    number = pages.index(page_id) + 1 if page_id in pages else 1
    context = {
        "entering": entering,
        "page_title": entering.form.page(page_id).title.in_language(language()),
        "number": number,
        "total": len(pages) + 1,
        "back": reverse("casework:entry_page", args=[entering.entry.pk, pages[number - 2]])
        if number > 1
        else "",
        "errors": errors,
        "fields": forms.render_page(
            entering.form, page_id, data=draft.data, errors=errors, language=language()
        ),
        "channel": intake.Channel(entering.entry.channel).label,
    }
    return render(request, "casework/entry_page.html", context, status=422 if errors else 200)


@require_safe
@with_entry
def check_answers(request: ActorRequest, entering: Entering) -> HttpResponse:
    validation = entering.form.validate(entering.entry.draft.data, language=language())
    return _summary(request, entering, validation.errors)


def _summary(
    request: ActorRequest, entering: Entering, errors: tuple[forms.FieldError, ...], refused: str = ""
) -> HttpResponse:
    data = entering.entry.draft.data
    pages = entering.form.visible_pages(data)
    context = {
        "entering": entering,
        "sections": entering.form.summary(data, language()),
        "missing": [_missing(entering, error) for error in errors],
        "refused": refused,
        "fee": intake.fee_for(entering.plan.version, entering.form, data),
        "total": len(pages) + 1,
        "last_page": pages[-1].id,
        "channel": intake.Channel(entering.entry.channel).label,
    }
    return render(request, "casework/entry_check.html", context, status=422 if refused else 200)


def _missing(entering: Entering, error: forms.FieldError) -> Missing:
    """An error with the way to the page on which it can be put right."""
    top = error.path.partition(".")[0].partition("[")[0]
    for known in entering.form.pages:
        if any(field.id == top for field in known.fields):
            url = reverse("casework:entry_page", args=[entering.entry.pk, known.id])
            return Missing(error.message, f"{url}?zurueck={CHECK}#{error.anchor}")
    return Missing(error.message, "")


@require_POST
@with_entry
def send(request: ActorRequest, entering: Entering) -> HttpResponse:
    """Hand it in. However often this is repeated, there is one case."""
    try:
        services.send_entry(actor=request.actor, entry=entering.entry, language=language())
    except intake.InvalidSubmission as invalid:
        return _summary(request, entering, invalid.errors)
    except intake.NotAccepted as refused:
        return _summary(request, entering, (), refused=str(refused))
    return redirect("casework:entry_receipt", entering.entry.pk)


@require_POST
@with_entry
def discard(request: ActorRequest, entering: Entering) -> HttpResponse:
    services.discard_entry(actor=request.actor, entry=entering.entry)
    messages.success(request, _("What you had entered is deleted."))
    return redirect("casework:entries")


@require_safe
@staff_required
def receipt(request: ActorRequest, entry_id: UUID) -> HttpResponse:
    """What to tell the person at the counter: reference, office, by when."""
    try:
        entry = services.entry_for(request.actor, entry_id)
    except services.EntryNotFound:
        raise Http404 from None
    if entry.case is None:
        return redirect("casework:entry", entry.pk)
    context = {
        "case": entry.case,
        "can_open": records.cases_visible_to(request.actor).filter(pk=entry.case.pk).exists(),
    }
    return render(request, "casework/entry_receipt.html", context)

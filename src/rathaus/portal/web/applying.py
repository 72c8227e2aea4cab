"""Filling in an application: begin, one page a request, check the answers, send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.engines.forms import public as forms
from rathaus.identity.public import actor_of
from rathaus.intake import public as intake
from rathaus.portal.queries import catalogue
from rathaus.portal.web import drafts, files
from rathaus.portal.web.drafts import Applying
from rathaus.portal.web.guard import plan_or_404, refusal, take_pending, with_draft

CHECK = "pruefen"
"""Value of ``?zurueck=``: after this page back to the summary."""


@dataclass(frozen=True, slots=True)
class MissingAnswer:
    message: str
    href: str


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on with a draft, or begin anew. Only a POST begins."""
    plan = plan_or_404(slug)
    if not plan.service.is_active or "online" not in plan.descriptor.channels:
        return redirect("portal:service", slug)
    refused = refusal(request, plan)
    if refused is not None:
        return refused
    found = drafts.open_drafts_of(request, slug)
    if request.method == "POST" and (not found or "neu" in request.POST):
        draft = drafts.start(request, plan, catalogue.language())
        return redirect("portal:page", slug, draft.pk, draft.page)
    context = {"offer": catalogue.offer(plan.service), "descriptor": plan.descriptor, "drafts": found}
    return render(request, "portal/begin.html", context)


@require_safe
@with_draft
def resume(request: HttpRequest, applying: Applying) -> HttpResponse:
    """To the page where the draft was left."""
    visible = [page.id for page in applying.form.visible_pages(applying.draft.data)]
    page_id = applying.draft.page if applying.draft.page in visible else visible[0]
    return redirect("portal:page", applying.plan.service.slug, applying.draft.pk, page_id)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def page(request: HttpRequest, applying: Applying, page_id: str) -> HttpResponse:
    """One page of the form. A POST keeps what was typed, right or wrong, and goes on when it is right."""
    if page_id not in {known.id for known in applying.form.pages}:
        raise Http404
    if request.method == "POST":
        return _save(request, applying, page_id, request.POST, request.FILES)
    pending = take_pending(request, applying.draft.pk, page_id)
    if pending is not None:
        messages.success(request, _("You are signed in again. What you had typed has been kept."))
        return _save(request, applying, page_id, pending, MultiValueDict())
    if page_id not in {shown.id for shown in applying.form.visible_pages(applying.draft.data)}:
        return redirect("portal:resume", applying.plan.service.slug, applying.draft.pk)
    return _show(request, applying, page_id)


def _save(
    request: HttpRequest,
    applying: Applying,
    page_id: str,
    post: QueryDict,
    uploads: MultiValueDict[str, Any],
) -> HttpResponse:
    try:
        parsed = forms.save_page(
            actor=actor_of(request),
            draft=applying.draft,
            page_id=page_id,
            post=post,
            files=uploads,
            language=catalogue.language(),
            secret=applying.secret,
        )
    except forms.DraftTooLarge:
        message = _("That is more text than one application may hold. Please shorten it; nothing was saved.")
        return _show(request, applying, page_id, (forms.FieldError("", "", message),))
    if "_later" in post:
        return redirect("portal:later", applying.plan.service.slug, applying.draft.pk)
    if parsed.action:
        return _again(request, applying, page_id, parsed)
    if parsed.errors:
        return _show(request, applying, page_id, parsed.errors)
    return redirect(_next_url(request, applying, page_id))


def _again(request: HttpRequest, applying: Applying, page_id: str, parsed: forms.ParsedPage) -> HttpResponse:
    """The same page after a button inside of it: an item more or less, other questions."""
    if parsed.errors or request.headers.get("HX-Request") == "true":
        return _show(request, applying, page_id, parsed.errors)
    fragment = f"#{parsed.focus}" if parsed.focus else ""
    return redirect(request.get_full_path() + fragment)


def _next_url(request: HttpRequest, applying: Applying, page_id: str) -> str:
    """The next page that is shown; from a change, the next page that is not complete, else the summary."""
    slug, draft = applying.plan.service.slug, applying.draft
    pages = [shown.id for shown in applying.form.visible_pages(draft.data)]
    following = pages[pages.index(page_id) + 1 :] if page_id in pages else pages
    query = ""
    if request.GET.get("zurueck") == CHECK:
        following = [later for later in following if not _is_complete(applying, later)]
        query = f"?zurueck={CHECK}"
    if not following:
        return reverse("portal:check_answers", args=[slug, draft.pk])
    return reverse("portal:page", args=[slug, draft.pk, following[0]]) + query


def _is_complete(applying: Applying, page_id: str) -> bool:
    return applying.form.validate(applying.draft.data, pages=(page_id,)).ok


def _show(
    request: HttpRequest, applying: Applying, page_id: str, errors: tuple[forms.FieldError, ...] = ()
) -> HttpResponse:
    form, draft, slug = applying.form, applying.draft, applying.plan.service.slug
    language = catalogue.language()
    pages = list(form.visible_pages(draft.data))
    numbers = {shown.id: number for number, shown in enumerate(pages, start=1)}
    number = numbers.get(page_id, 1)
    back = reverse("portal:page", args=[slug, draft.pk, pages[number - 2].id]) if number > 1 else ""
    if request.GET.get("zurueck") == CHECK:
        back = reverse("portal:check_answers", args=[slug, draft.pk])
    context = {
        "offer": catalogue.offer(applying.plan.service),
        "draft": draft,
        "page_title": form.page(page_id).title.in_language(language),
        "number": number,
        "total": len(pages) + 1,
        "back": back,
        "errors": errors,
        "fee": _fee(applying),
        "fields": forms.render_page(
            form,
            page_id,
            data=draft.data,
            errors=errors,
            language=language,
            prefill=drafts.known_of(request),
        ),
    }
    return render(request, "portal/page.html", context)


def _fee(applying: Applying) -> intake.Fee | None:
    return intake.fee_for(applying.plan.version, applying.form, applying.draft.data)


@require_safe
@with_draft
def check_answers(request: HttpRequest, applying: Applying) -> HttpResponse:
    """Bitte prüfen Sie Ihre Angaben."""
    validation = applying.form.validate(applying.draft.data, language=catalogue.language())
    return _summary(request, applying, validation.errors)


def _summary(
    request: HttpRequest,
    applying: Applying,
    errors: tuple[forms.FieldError, ...],
    *,
    refused: str = "",
) -> HttpResponse:
    form, draft = applying.form, applying.draft
    pages = form.visible_pages(draft.data)
    context = {
        "offer": catalogue.offer(applying.plan.service),
        "descriptor": applying.plan.descriptor,
        "draft": draft,
        "sections": form.summary(draft.data, catalogue.language()),
        "missing": [_missing(applying, error) for error in errors],
        "refused": refused,
        "fee": _fee(applying),
        "total": len(pages) + 1,
        "last_page": pages[-1].id,
        "change": f"?zurueck={CHECK}",
    }
    return render(request, "portal/check_answers.html", context)


def _missing(applying: Applying, error: forms.FieldError) -> MissingAnswer:
    """An error with the way to the page on which it can be put right."""
    top = error.path.partition(".")[0].partition("[")[0]
    for known in applying.form.pages:
        if any(field.id == top for field in known.fields):
            url = reverse("portal:page", args=[applying.plan.service.slug, applying.draft.pk, known.id])
            return MissingAnswer(error.message, f"{url}?zurueck={CHECK}#{error.anchor}")
    return MissingAnswer(error.message, "")


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def send(request: HttpRequest, applying: Applying) -> HttpResponse:
    """Hand the application in. However often this is repeated, there is one case and one receipt."""
    slug, draft = applying.plan.service.slug, applying.draft
    if request.method != "POST":
        return redirect("portal:check_answers", slug, draft.pk)
    envelope = intake.Envelope(
        service=slug,
        data=draft.data,
        channel=intake.Channel.ONLINE,
        token=applying.token,
        actor=actor_of(request),
        language=catalogue.language(),
        account=drafts.account_of(request),
        draft=draft,
    )
    try:
        intake.receive(envelope)
    except intake.InvalidSubmission as invalid:
        return _summary(request, applying, invalid.errors)
    except intake.NotAccepted as refused:
        return _summary(request, applying, (), refused=str(refused))
    return redirect("portal:receipt", slug, draft.pk)


@require_safe
@with_draft
def later(request: HttpRequest, applying: Applying) -> HttpResponse:
    """Saved: how to go on another time, also on another device."""
    context = {"offer": catalogue.offer(applying.plan.service), "draft": applying.draft}
    return render(request, "portal/later.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def discard(request: HttpRequest, applying: Applying) -> HttpResponse:
    if request.method != "POST":
        context = {"offer": catalogue.offer(applying.plan.service), "draft": applying.draft}
        return render(request, "portal/discard.html", context)
    forms.discard_draft(actor=actor_of(request), draft=applying.draft, secret=applying.secret)
    messages.success(request, _("The draft has been deleted."))
    if actor_of(request).is_authenticated:
        return redirect("citizen:overview")
    return redirect("portal:service", applying.plan.service.slug)


@require_safe
@with_draft
def draft_file(request: HttpRequest, applying: Applying, upload_id: UUID) -> HttpResponse:
    upload = forms.draft_upload(applying.draft, upload_id)
    if upload is None:
        raise Http404
    return files.file_response(request, upload.blob, upload.file_name, upload.media_type)

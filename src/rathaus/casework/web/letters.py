"""A letter outside the process: choose, write, see the real PDF, issue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.casework.services import letters
from rathaus.casework.services.tasks import SignatureMissing
from rathaus.casework.web.forms import LetterForm
from rathaus.casework.web.frame import frame, here
from rathaus.casework.web.guard import may_work, with_case
from rathaus.casework.web.pdf import letter_response
from rathaus.engines.correspondence import public as correspondence
from rathaus.identity.public import ActorRequest, UserAccount
from rathaus.intake import public as intake

WRITTEN = "casework_letters"


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def letter(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """What is written is kept in the session until the letter is issued."""
    if not may_work(request, application):
        messages.warning(request, _("This is not possible in this case any more."))
        return redirect(here(request, application))
    choices = letters.letters_of_service(application.service_version)
    form = LetterForm(
        request.POST if request.method == "POST" else None,
        choices=[(choice.key, choice.title) for choice in choices],
        free=letters.FREE,
        initial=_written(request, application),
    )
    is_ready = False
    if request.method == "POST" and form.is_valid():
        _keep(request, application, form.cleaned_data)
        if "_issue" in request.POST and _issue(request, application, form):
            return redirect(here(request, application))
        is_ready = True
    context = {**frame(request, application, ""), "form": form, "is_ready": is_ready}
    return render(request, "casework/letter.html", context, status=422 if form.errors else 200)


def _written(request: ActorRequest, application: intake.Application) -> dict[str, str]:
    written: dict[str, dict[str, str]] = request.session.get(WRITTEN, {})
    return written.get(str(application.case_id), {})


def _keep(request: ActorRequest, application: intake.Application, given: dict[str, Any]) -> None:
    kept = dict(list(request.session.get(WRITTEN, {}).items())[-9:])
    request.session[WRITTEN] = {**kept, str(application.case_id): dict(given)}


def _draft(application: intake.Application, written: dict[str, str]) -> letters.Draft:
    if written["brief"] == letters.FREE:
        return letters.free_letter(application, title=written["titel"], text=written["text"])
    return letters.service_letter(application, written["brief"])


def _issue(request: ActorRequest, application: intake.Application, form: LetterForm) -> bool:
    assert isinstance(request.user, UserAccount)  # staff are signed in
    draft = _draft(application, form.cleaned_data)
    try:
        issued = letters.issue(actor=request.actor, application=application, draft=draft, worker=request.user)
    except SignatureMissing as refused:
        form.add_error(None, str(refused))
        return False
    except correspondence.LetterNotFillable as refused:
        form.add_error(None, _("The letter cannot be written yet: %(why)s") % {"why": refused})
        return False
    written = dict(request.session.get(WRITTEN, {}))
    written.pop(str(application.case_id), None)
    request.session[WRITTEN] = written
    messages.success(request, _("The letter “%(title)s” is issued.") % {"title": issued.title})
    return True


@require_safe
@with_case
def letter_pdf(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """The letter as written so far."""
    written = _written(request, application)
    if not written or not isinstance(request.user, UserAccount):
        raise Http404
    try:
        draft = _draft(application, written)
    except LookupError:
        raise Http404 from None
    return letter_response(letters.render_preview(application, draft, worker=request.user))

"""My data: taking them along, and deleting the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rathaus.identity.enums import ExportState
from rathaus.identity.guards import citizen_required
from rathaus.identity.models import DataExport, UserAccount
from rathaus.identity.services.data_exports import ExportRefused, note_download, request_export
from rathaus.identity.services.erasure import (
    TAKE_BACK_DAYS,
    ErasureRefused,
    cancel_erasure,
    request_erasure,
)
from rathaus.identity.sessions import actor_of
from rathaus.identity.web.forms import DeletionForm
from rathaus.kernel.public import blobs

SHOWN = 5
View = Callable[..., HttpResponse]
# The library is untyped: the password once more, before what is asked for by POST, or by any method.
confirmed_post: Callable[[View], View] = cast(Any, reauthentication_required(allow_get=True))
confirmed: Callable[[View], View] = cast(Any, reauthentication_required)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required
@confirmed_post
def my_data(request: HttpRequest) -> HttpResponse:
    """What was asked for so far, and the button to ask anew."""
    account = cast("UserAccount", request.user)
    if request.method == "POST":
        try:
            request_export(actor=actor_of(request), account=account)
            messages.success(request, _("We are putting your data together. This takes a few minutes."))
        except ExportRefused as refused:
            messages.warning(request, str(refused))
        return HttpResponseRedirect(reverse("identity:my_data"))
    context = {"exports": DataExport.objects.filter(account=account)[:SHOWN], "account": account}
    return render(request, "identity/my_data.html", context)


@require_safe
@citizen_required
@confirmed
def download(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The archive, for its owner alone and for some days."""
    export = (
        DataExport.objects.filter(
            pk=export_id, account=cast("UserAccount", request.user), state=ExportState.READY
        )
        .select_related("blob")
        .first()
    )
    if export is None or export.blob is None:
        raise Http404
    note_download(actor=actor_of(request), export=export)
    headers = {
        "Content-Disposition": content_disposition_header(True, "meine-daten.zip") or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(blobs.read(export.blob), content_type="application/zip", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required
@confirmed_post
def delete_account(request: HttpRequest) -> HttpResponse:
    """What is deleted and what stays; the account ends after some days in which it can be kept."""
    account = cast("UserAccount", request.user)
    if request.method == "POST":
        form = DeletionForm(request.POST)
        if not form.is_valid():
            return _deletion_page(request, account, form)
        try:
            request_erasure(
                actor=actor_of(request), account=account, keep_session=request.session.session_key
            )
        except ErasureRefused as refused:
            messages.warning(request, str(refused))
        return HttpResponseRedirect(reverse("identity:delete_account"))
    return _deletion_page(request, account, DeletionForm())


def _deletion_page(request: HttpRequest, account: UserAccount, form: DeletionForm) -> HttpResponse:
    context = {"account": account, "days": TAKE_BACK_DAYS, "form": form}
    return render(request, "identity/delete_account.html", context, status=422 if form.errors else 200)


@require_POST
@citizen_required
def keep_account(request: HttpRequest) -> HttpResponse:
    """The account stays after all."""
    cancel_erasure(actor=actor_of(request), account=cast("UserAccount", request.user))
    messages.success(request, _("Your account stays."))
    return HttpResponseRedirect(reverse("identity:delete_account"))

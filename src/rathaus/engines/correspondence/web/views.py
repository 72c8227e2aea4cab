"""The print room: what waits, batches to print, what was posted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rathaus.identity.public import ActorRequest, Role, staff_required
from rathaus.ui.public import page_of

from ..confidential import protected_among
from ..models import PrintBatch, PrintItem
from ..parties import Recipient
from ..queries.printing import print_batch_for, print_batches, waiting_items
from ..services.printing import (
    MAX_ITEMS,
    NothingToPrint,
    NotPostable,
    create_print_batch,
    mark_posted,
    print_file,
)
from .forms import PostedForm

View = Callable[..., HttpResponse]
BATCHES_A_PAGE = 20
mailroom_only: Callable[[View], View] = staff_required(role=Role.MAILROOM)


@dataclass(frozen=True)
class WaitingRow:
    """A letter that waits; of a protected case neither the recipient nor the title is shown."""

    item: PrintItem
    recipient: Recipient
    is_protected: bool


@dataclass(frozen=True)
class BatchRow:
    """A batch and, until it is posted, the form that notes the day."""

    batch: PrintBatch
    form: PostedForm | None


def _waiting(items: Sequence[PrintItem]) -> list[WaitingRow]:
    protected = protected_among({item.letter.subject for item in items})
    return [
        WaitingRow(item, Recipient.from_json(item.letter.recipient), item.letter.subject in protected)
        for item in items
    ]


def _printed(batch: PrintBatch) -> BatchRow:
    form = None if batch.posted_on else PostedForm(auto_id=f"batch-{batch.number}-%s")
    return BatchRow(batch, form)


@require_safe
@mailroom_only
def print_room(request: ActorRequest) -> HttpResponse:
    page = page_of(request, print_batches(request.actor), moment="created_at", size=BATCHES_A_PAGE)
    context = {
        "waiting": _waiting(list(waiting_items(request.actor)[:MAX_ITEMS])),
        "page": page,
        "batches": [_printed(batch) for batch in page.rows],
    }
    return render(request, "correspondence/print_room.html", context)


@require_POST
@mailroom_only
def make_batch(request: ActorRequest) -> HttpResponse:
    chosen = [int(value) for value in request.POST.getlist("brief") if value.isdecimal() and len(value) < 19]
    try:
        batch = create_print_batch(actor=request.actor, item_ids=chosen)
    except NothingToPrint:
        messages.warning(request, _("Please choose at least one letter that is still waiting."))
    else:
        messages.success(request, _("Print batch %(number)s is ready.") % {"number": batch.number})
    return redirect("correspondence:print_room")


@require_safe
@mailroom_only
def download_batch(request: ActorRequest, batch_id: UUID) -> HttpResponse:
    batch = _batch(request, batch_id)
    data = print_file(actor=request.actor, batch=batch)
    disposition = f'attachment; filename="Druckauftrag-{batch.number}.pdf"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


@require_POST
@mailroom_only
def post_batch(request: ActorRequest, batch_id: UUID) -> HttpResponse:
    batch = _batch(request, batch_id)
    form = PostedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please enter the day of posting, for example 04.12.2026."))
        return redirect("correspondence:print_room")
    try:
        mark_posted(actor=request.actor, batch=batch, posted_on=form.cleaned_data["posted_on"])
    except NotPostable:
        text = _("The batch was posted already, or the day lies in the future or before the batch was made.")
        messages.error(request, text)
    else:
        messages.success(request, _("Noted: batch %(number)s is posted.") % {"number": batch.number})
    return redirect("correspondence:print_room")


def _batch(request: ActorRequest, batch_id: UUID) -> PrintBatch:
    batch = print_batch_for(request.actor, batch_id)
    if batch is None:
        raise Http404
    return batch

"""Information blocks (Auskunftssperren): for whoever works in the resident registration."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rathaus.casework.services import protection as service
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, Role, staff_required
from rathaus.kernel.public import clock

from .forms import BlockForm

for_registration: Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]] = staff_required(
    role=Role.RESIDENT_REGISTRATION
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_registration
def blocks(request: ActorRequest) -> HttpResponse:
    """Those that hold, the next to end first; and a form for another."""
    form = BlockForm(request.POST or None)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            service.set_block(actor=request.actor, case=values.pop("case_reference"), **values)
        except records.ProtectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The block holds from now on; the cases of this person are protected.")
            )
            return redirect("casework:blocks")
    running = records.running_blocks().select_related("account", "case").order_by("valid_until", "pk")
    context = {"form": form, "blocks": running, "soon": clock.today() + records.REMIND_BEFORE}
    return render(request, "casework/privacy/blocks.html", context, status=422 if form.errors else 200)


@require_POST
@for_registration
def end(request: ActorRequest, block_id: int) -> HttpResponse:
    if not records.running_blocks().filter(pk=block_id).exists():
        raise Http404
    service.end_block(actor=request.actor, block_id=block_id)
    messages.success(request, _("The block has ended."))
    return redirect("casework:blocks")

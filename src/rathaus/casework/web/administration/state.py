"""How the town hall is: what `rathaus doctor` says, for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from rathaus.identity.public import ActorRequest
from rathaus.kernel.public import doctor

from .guards import for_administrators

LABELS = {
    "fail": (_("Fault"), "danger"), "warn": (_("Warning"), "warning"), "ok": (_("All right"), "success"),
}  # fmt: skip
ORDER = tuple(LABELS)


@require_safe
@for_administrators
def state(request: ActorRequest) -> HttpResponse:
    """What is not well comes first. Other machines are asked only on request, as that may take seconds."""
    is_whole = request.GET.get("umfang") == "alles"
    seen = sorted(doctor.observe(outward=is_whole), key=lambda item: ORDER.index(item.level))
    rows = [(item, *LABELS[item.level]) for item in seen]
    counts = {level: sum(item.level == level for item in seen) for level in ORDER}
    context = {"rows": rows, "counts": counts, "is_whole": is_whole}
    return render(request, "casework/administration/state.html", context)

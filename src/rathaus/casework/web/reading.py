"""Protected cases: each reading is noted, and where the head wants it so, the reader is asked what for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest
from rathaus.kernel.public import clock

PURPOSES = "casework_read_purposes"


def note_reading(request: ActorRequest, case: records.Case) -> HttpResponse | None:
    """Write the entry of this reading; or send the reader to the question for the purpose first."""
    match = request.resolver_match
    page = match.url_name if match is not None and match.url_name else ""
    purpose = purpose_of(request, case)
    if not purpose and records.CaseProtection.objects.filter(case=case, asks_purpose=True).exists():
        return redirect("casework:read_purpose", case.pk)
    records.note_read(actor=request.actor, case=case, page=page, purpose=purpose)
    return None


def purpose_of(request: ActorRequest, case: records.Case) -> str:
    """What the reader has said today."""
    day, purpose = request.session.get(PURPOSES, {}).get(str(case.pk), ("", ""))
    return str(purpose) if day == clock.today().isoformat() else ""


def keep_purpose(request: ActorRequest, case: records.Case, purpose: str) -> None:
    given = dict(request.session.get(PURPOSES, {}))
    given[str(case.pk)] = (clock.today().isoformat(), records.ReadPurpose(purpose).value)
    request.session[PURPOSES] = given

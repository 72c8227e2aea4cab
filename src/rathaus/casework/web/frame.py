"""What every page of a case shows above its own part."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from rathaus.casework.queries import case_file
from rathaus.casework.web.guard import may_work
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest
from rathaus.intake import public as intake


def frame(
    request: ActorRequest, application: intake.Application, current: str, *, mark: int | None = None
) -> dict[str, Any]:
    """The case, its service, which page this is, and the way back to the list it was opened from.

    ``mark`` is the number of the last line of the timeline, where the page has read it anyway.
    """
    case = application.case
    return {
        "application": application,
        "case": case,
        "service_title": _title(application),
        "current": current,
        "can_work": may_work(request, application),
        "information_block": records.running_block(case) if case.is_protected else None,
        "mark": case_file.state_mark(case.pk) if mark is None else mark,
        "back_to": _tray_link(request),
        "query": _list_query(request),
    }


def _title(application: intake.Application) -> str:
    title = application.service_version.descriptor.title
    return title.en if case_file.language() == "en" else title.de


def _tray_link(request: ActorRequest) -> str:
    wanted = request.GET.get("liste", "")
    return reverse("casework:tray") + (f"?liste={wanted}" if wanted.isalpha() else "")


def _list_query(request: ActorRequest) -> str:
    wanted = request.GET.get("liste", "")
    return f"?liste={wanted}" if wanted.isascii() and wanted.isalpha() else ""


def here(request: ActorRequest, application: intake.Application) -> str:
    """The case's own page, still knowing the list."""
    return reverse("casework:case", args=[application.case_id]) + _list_query(request)

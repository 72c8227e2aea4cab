"""Answers with files: as what they are, never as something that runs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from .embedding import allow_embedding

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""What browsers may show in our pages; everything else is saved."""
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
"""For what is saved, and for pictures. A PDF has the policy of pages: browsers show none in a sandbox."""
HELD_SECONDS = 60
_MARK = "rathaus_file_policy"


def file_response(content: bytes, name: str, media_type: str, *, save: bool = False) -> HttpResponse:
    """A file with its name. PDF and pictures open in the window or in a frame of our pages, unless ``save``."""
    is_saved = save or media_type not in SHOWN
    response = HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(is_saved, name) or "attachment",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
    setattr(response, _MARK, is_saved or media_type != "application/pdf")
    return response if is_saved else allow_embedding(response)


def held_response(request: HttpRequest, *, is_infected: bool) -> HttpResponse:
    """Instead of a file that nobody may open: 403 where it is infected, 423 until the virus scan has looked at it."""
    context = {"is_infected": is_infected}
    response = render(request, "ui/file_held.html", context, status=403 if is_infected else 423)
    if not is_infected:
        response["Retry-After"] = str(HELD_SECONDS)
    return allow_embedding(response)


def needs_file_policy(response: HttpResponseBase) -> bool:
    return bool(getattr(response, _MARK, False))

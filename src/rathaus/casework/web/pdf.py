"""Answers with files, shown in our pages where browsers can."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.kernel.public import blobs
from rathaus.ui import public as ui


def letter_response(rendered: correspondence.RenderedLetter) -> HttpResponse:
    """A letter's PDF for a frame of our own pages."""
    return ui.file_response(rendered.pdf, f"{rendered.title[:80]}.pdf", "application/pdf")


def file_response(
    request: HttpRequest, blob: blobs.Blob, name: str, media_type: str, *, save: bool
) -> HttpResponse:
    """A stored file; shown in our pages where browsers can, unless ``save``. A page where it is held."""
    try:
        content = forms.read_file(blob)
    except forms.FileHeld as held:
        return ui.held_response(request, is_infected=held.is_infected)
    return ui.file_response(content, name, media_type, save=save)

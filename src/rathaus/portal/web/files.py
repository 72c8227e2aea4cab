"""Handing out stored files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rathaus.engines.forms import public as forms
from rathaus.kernel.public import blobs
from rathaus.ui import public as ui


def file_response(
    request: HttpRequest, blob: blobs.Blob, name: str, media_type: str, *, save: bool = False
) -> HttpResponse:
    """The file with its name; PDF and pictures open in the window unless ``save``. A page where it is held."""
    try:
        content = forms.read_file(blob)
    except forms.FileHeld as held:
        return ui.held_response(request, is_infected=held.is_infected)
    return ui.file_response(content, name, media_type, save=save)

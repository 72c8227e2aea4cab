"""Handing out files: as what they are, never as something that runs."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from rathaus.kernel.public import blobs

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""What browsers may show in the window; everything else is saved."""


def file_response(blob: blobs.Blob, name: str, media_type: str, *, save: bool = False) -> HttpResponse:
    """The file with its name. PDF and pictures open in the window unless ``save``."""
    disposition = content_disposition_header(save or media_type not in SHOWN, name)
    return HttpResponse(
        blobs.read(blob),
        content_type=media_type,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )

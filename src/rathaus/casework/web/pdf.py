"""Answers with files: as what they are, never as something that runs."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from rathaus.engines.correspondence import public as correspondence
from rathaus.kernel.public import blobs
from rathaus.ui.public import allow_embedding

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""What browsers may show inside our pages; everything else is saved.

No CSP sandbox for these: browsers do not show PDF in one. None of them runs script, and the type is not guessed.
"""


def letter_response(rendered: correspondence.RenderedLetter) -> HttpResponse:
    """A letter's PDF for a frame of our own pages."""
    return _response(rendered.pdf, f"{rendered.title[:80]}.pdf", "application/pdf", save=False)


def file_response(blob: blobs.Blob, name: str, media_type: str, *, save: bool) -> HttpResponse:
    """A stored file; shown in our pages where browsers can, unless ``save``."""
    return _response(blobs.read(blob), name, media_type, save=save or media_type not in SHOWN)


def _response(content: bytes, name: str, media_type: str, *, save: bool) -> HttpResponse:
    response = HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(save, name) or "attachment",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
    return response if save else allow_embedding(response)

"""Which answers may be shown in a frame of our own pages (a PDF beside the case)."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)
MARK = "rathaus_embeddable"


def allow_embedding(response: Response) -> Response:
    """Allow that our own pages (and no others) show this answer in a frame."""
    setattr(response, MARK, True)
    return response


def is_embeddable(response: HttpResponseBase) -> bool:
    return bool(getattr(response, MARK, False))

"""Which kind is looked at how."""

from __future__ import annotations

from importlib import import_module

from .verdicts import Reason, Refusal


def look(data: bytes, extension: str) -> bytes:
    """The bytes to store. Raises Refusal. Each kind's parser is loaded only where it is needed: that is the time."""
    here = __package__
    if extension == "pdf":
        import_module(f"{here}.pdf").check(data)
    elif extension in ("jpg", "png", "tiff"):
        rewritten: bytes = import_module(f"{here}.pictures").rewrite(data, extension)
        return rewritten
    elif extension in ("docx", "xlsx", "odt"):
        import_module(f"{here}.office").check(data, extension)
    elif extension == "heic":
        blanked: bytes = import_module(f"{here}.heif").without_metadata(data)
        return blanked
    elif extension == "txt":
        import_module(f"{here}.text").check(data)
    else:
        raise Refusal(Reason.WRONG_TYPE)
    return data

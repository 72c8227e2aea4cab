"""Why a file was not taken, in words that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .inspection.verdicts import Reason


def refusal_text(reason: Reason) -> str:
    """The translated text, with the placeholders ``file`` and ``accepted``."""
    texts = {
        Reason.WRONG_TYPE: _(
            "The content of “%(file)s” is not what its ending says. Open it and save it again as %(accepted)s."
        ),
        Reason.BROKEN: _("“%(file)s” is damaged. Open it, save it anew and choose it again."),
        Reason.FOREIGN: _(
            "“%(file)s” holds more than one file, which can hide something. Open it, save it anew and choose it again."
        ),
        Reason.ENCRYPTED: _(
            "“%(file)s” is protected by a password or against changes. Save it without protection, for example by"
            " “Print as PDF”, and choose it again."
        ),
        Reason.ACTIVE: _(
            "“%(file)s” contains program code, such as macros or a script. Save it without, for example by"
            " “Print as PDF”, and choose it again."
        ),
        Reason.EMBEDDED: _("“%(file)s” contains other files. Take them out and attach each by itself."),
        Reason.EXTERNAL: _(
            "“%(file)s” fetches contents from elsewhere. Save it without these links, for example by “Print as PDF”."
        ),
        Reason.BOMB: _("“%(file)s” becomes far too large when it is opened. Save it anew, or as PDF."),
        Reason.PIXELS: _(
            "The picture “%(file)s” has too many pixels. Make it smaller: 64 megapixels are enough."
        ),
        Reason.COSTLY: _("“%(file)s” takes too long to check. Save it anew, smaller or in several parts."),
        Reason.UNAVAILABLE: _("Files cannot be checked at the moment. Try again in a few minutes."),
    }
    return texts[reason]

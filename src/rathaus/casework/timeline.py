"""The words of what the desk writes into a case's timeline; applicants see none of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.public import timeline_texts


def register() -> None:
    say = timeline_texts.register
    say("task_done", staff=_("{task}: {outcome}"))
    say("co_signature_requested", staff=_("Co-signature asked for: {signer}"))
    say("co_signature_signed", staff=_("Co-signed by {signer}"))
    say("co_signature_declined", staff=_("Co-signature declined by {signer}"))
    say("co_signature_withdrawn", staff=_("Request for co-signature taken back: {signer}"))

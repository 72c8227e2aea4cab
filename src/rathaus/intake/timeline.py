"""What intake adds to the words of a case's timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.public import timeline_texts


def register_texts() -> None:
    say = timeline_texts.register
    say("inquiry_sent", staff=_("Question to the applicant"), citizen=_("We have asked you a question."))
    say("inquiry_answered", staff=_("The applicant has answered"), citizen=_("Your answer has arrived."))
    say(
        "documents_added",
        staff=_("The applicant has sent documents"),
        citizen=_("Your documents have arrived."),
    )
    say(
        "withdrawn",
        staff=_("The applicant has withdrawn the application"),
        citizen=_("You have withdrawn your application."),
    )
    say(
        "file_infected",
        staff=_("Harmful software found, file locked: {title}"),
        citizen=_("A file contained harmful software and is locked: {title}"),
    )
    say("account_erased", staff=_("The applicant has deleted their account; letters go by post from now on"))

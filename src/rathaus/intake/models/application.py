from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from rathaus.intake.enums import Channel


class Application(models.Model):
    """Antrag: ties a case to the data that opened it and to the service's version.

    Its process is the one whose subject is the case.

    The data stand once, in the submission; the state stands once, in the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.OneToOneField("records.Case", on_delete=models.PROTECT, related_name="application")
    service_version = models.ForeignKey(
        "blueprints.ServiceVersion", on_delete=models.PROTECT, related_name="+"
    )
    submission = models.OneToOneField("forms.Submission", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications", null=True, blank=True
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    token = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",  # a process of the version before may still write without it
        help_text="what the sender says this token stands for; empty: no say",
    )
    applicant = models.JSONField(
        help_text="name, given_name, family_name, email, phone, address of who applies"
    )
    pdf_document_id = models.UUIDField(null=True, blank=True)
    received_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def language(self) -> str:
        """The language in which the applicant filled the form."""
        return self.submission.language

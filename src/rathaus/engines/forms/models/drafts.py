from __future__ import annotations

import uuid

from django.db import models

from rathaus.kernel.public import clock


class Draft(models.Model):
    """A form being filled in: by a signed-in owner, or by a browser that knows the secret.

    ``data`` are canonical where they could be read, else they keep what was typed (``results.TYPED``).
    ``secret_hash`` is SHA-256 of the secret in the browser's session. ``purpose`` says what the draft is for,
    such as the slug of a service.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_version = models.ForeignKey("forms.FormVersion", on_delete=models.PROTECT, related_name="drafts")
    owner = models.ForeignKey(
        "identity.UserAccount", on_delete=models.CASCADE, null=True, blank=True, related_name="form_drafts"
    )
    secret_hash = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    page = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2, default="de")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField(db_index=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # When its owner was told by e-mail that it is about to be deleted; cleared by the next change.
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-updated_at"], name="forms_draft_owner")]

    def __str__(self) -> str:
        return str(self.id)

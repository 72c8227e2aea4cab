from __future__ import annotations

import uuid

from django.db import models

from rathaus.kernel.public import clock


class Submission(models.Model):
    """Validated data of a form, as they were handed in. Never changed; the version is pinned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_version = models.ForeignKey(
        "forms.FormVersion", on_delete=models.PROTECT, related_name="submissions"
    )
    draft = models.OneToOneField(
        "forms.Draft", on_delete=models.SET_NULL, null=True, blank=True, related_name="submission"
    )
    data = models.JSONField()
    language = models.CharField(max_length=2, default="de")
    submitted_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return str(self.id)

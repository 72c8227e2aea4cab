from __future__ import annotations

import uuid

from django.db import models

from rathaus.kernel.public import clock

from ..enums import UploadStatus


class Upload(models.Model):
    """A file that came with a form, checked and encrypted. It belongs to a draft, then to a submission."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blob = models.ForeignKey("kernel.Blob", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=UploadStatus, default=UploadStatus.CLEAN)
    scan_note = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=300, blank=True)
    draft = models.ForeignKey(
        "forms.Draft", on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    submission = models.ForeignKey(
        "forms.Submission", on_delete=models.PROTECT, null=True, blank=True, related_name="uploads"
    )
    uploaded_by = models.ForeignKey(
        "identity.UserAccount", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.file_name

    def as_value(self) -> dict[str, object]:
        """The canonical data of a file field."""
        return {
            "upload": str(self.id),
            "name": self.file_name,
            "media_type": self.media_type,
            "size": self.size,
        }

"""A file field that takes several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import ngettext


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Cleans to a list of files. Whether they are acceptable, the forms engine decides when it stores them."""

    widget = FilesInput

    def __init__(self, *, max_files: int, **options: Any) -> None:
        super().__init__(**options)
        self.max_files = max_files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        sent = [file for file in data or () if file]
        if not sent:
            super().clean(None, initial)
            return []
        if len(sent) > self.max_files:
            text = ngettext(
                "Choose at most %(limit)s file.", "Choose at most %(limit)s files.", self.max_files
            )
            raise forms.ValidationError(text % {"limit": self.max_files})
        return [super(FilesField, self).clean(file, initial) for file in sent]

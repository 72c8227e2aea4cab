"""What an applicant sees when disk or database cannot take anything: a page that says so, and nothing half stored."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from rathaus.engines.forms.public import Draft, Upload
from rathaus.kernel.public import blobs
from tests.factories.forms import png
from tests.portal import walking

PICTURE = png()


def failing(fault: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **options: Any) -> Any:
        raise fault

    return fail


def stored_files() -> set[Path]:
    return {path for path in Path(settings.BLOB_DIR).rglob("*") if path.is_file()}


def test_a_full_disk_stores_no_half_of_a_file(
    citizen: Client, dogs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = walking.begin(citizen)
    citizen.raise_request_exception = False
    before = stored_files()
    monkeypatch.setattr("os.fsync", failing(OSError(errno.ENOSPC, "No space left on device")))

    page = {"grundsicherung": "true", "nachweise": SimpleUploadedFile("bescheid.png", PICTURE)}
    answer = citizen.post(walking.url(draft_id, "ermaessigungsseite"), page)

    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "kann gerade nichts speichern" in answer.content.decode()
    assert (Upload.objects.count(), blobs.Blob.objects.count(), stored_files()) == (0, 0, before)
    assert walking.draft(draft_id).data == {}


def test_a_busy_database_asks_to_try_again(
    citizen: Client, dogs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = walking.begin(citizen)
    citizen.raise_request_exception = False
    monkeypatch.setattr(Draft, "save", failing(OperationalError("database is locked")))

    answer = citizen.post(walking.url(draft_id, "haushalt"), {"weitere_hunde": "0"})

    assert answer.status_code == 503
    assert "default-src 'self'" in answer["Content-Security-Policy"]

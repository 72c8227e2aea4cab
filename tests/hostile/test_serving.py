"""How files leave the house: as what they were checked to be, as something that cannot run, and for nobody to keep."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import blobs
from rathaus.ui.middleware import SecurityHeadersMiddleware
from rathaus.ui.public import file_response
from tests.factories import identity
from tests.factories.records import case as open_case

SOURCES = Path(__file__).resolve().parents[2] / "src/rathaus"


def through_the_middleware(response: HttpResponse) -> Any:
    return SecurityHeadersMiddleware(lambda request: response)(RequestFactory().get("/"))


@pytest.mark.parametrize(
    ("media_type", "save", "inline", "sandbox"),
    [
        ("application/pdf", False, True, False),
        ("application/pdf", True, False, True),
        ("image/jpeg", False, True, True),
        ("image/png", False, True, True),
        ("image/svg+xml", False, False, True),
        ("text/html", False, False, True),
        ("text/plain", False, False, True),
        ("image/tiff", False, False, True),
    ],
)
def test_only_pdf_and_pictures_open_and_nothing_runs(
    media_type: str, save: bool, inline: bool, sandbox: bool
) -> None:
    answer = through_the_middleware(file_response(b"x", "a.x", media_type, save=save))
    policy = answer["Content-Security-Policy"]
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"].split(";")[0] == ("inline" if inline else "attachment")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert ("sandbox" in policy) == sandbox
    assert "unsafe" not in policy and ("default-src 'none'" in policy) == sandbox


@pytest.mark.parametrize(
    "name", ['a"; filename="b.exe', "a\r\nSet-Cookie: x=y.pdf", "ä\u202e.pdf", "%0d%0a.pdf", ""]
)
def test_a_name_stays_inside_its_header(name: str) -> None:
    try:
        value = file_response(b"x", name, "text/plain")["Content-Disposition"]
    except ValueError:  # Django refuses a header of several lines
        assert "\n" in name
    else:
        assert value.isascii() and "\n" not in value
        assert value.startswith("attachment") and '"; filename="b' not in value.replace('\\"', "")


def test_a_stored_page_is_only_saved(db: None) -> None:
    """Even if one came in by another way than the checks: as a document of a case it is a download in a sandbox."""
    citizen = identity.account()
    document = records.file_document(
        actor=SYSTEM, case=open_case(applicant=citizen), title="Seite", kind="attachment", direction="in",
        blob=blobs.store(b"<script>alert(1)</script>", "text/html"), file_name="a.html", media_type="text/html",
        visible_to_applicant=True,
    )  # fmt: skip
    client = Client()
    client.force_login(citizen)
    answer = client.get(f"/konto/dokumente/{document.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="a.html"'
    assert answer["Content-Security-Policy"].endswith("; sandbox")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


def test_pages_read_files_only_past_the_virus_scan() -> None:
    """No view reads contents by itself: `forms.read_file` asks for the scan's verdict first. One hands out an archive
    that the town made itself, and left held files out of.
    """
    found = [
        f"{path.relative_to(SOURCES)}:{node.lineno}"
        for path in SOURCES.rglob("*.py")
        if {"web", "api"} & set(path.relative_to(SOURCES).parts)
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr == "read"
        and isinstance(node.value, ast.Name) and node.value.id == "blobs"
    ]  # fmt: skip
    assert [place for place in found if not place.startswith("identity/web/privacy.py")] == []

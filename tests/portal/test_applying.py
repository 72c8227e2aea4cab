"""A whole application without JavaScript, and everything that can happen on the way."""

from __future__ import annotations

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rathaus.intake.public import Application
from tests.factories import identity
from tests.factories.identity import Cast
from tests.portal import walking
from tests.portal.walking import url


def test_a_whole_application(citizen: Client, dogs: str, cast: Cast) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    summary = citizen.get(url(draft_id, "angaben-pruefen")).content.decode()
    assert "Bella" in summary
    assert "Aarstraße 12" in summary
    answer = walking.send(citizen, draft_id)
    assert answer["Location"] == url(draft_id, "antrag-eingegangen")
    application = Application.objects.select_related("case").get()
    assert application.account == cast.citizen
    receipt = citizen.get(answer["Location"]).content.decode()
    assert application.case.case_reference in receipt
    assert "15. Dezember 2026" in receipt

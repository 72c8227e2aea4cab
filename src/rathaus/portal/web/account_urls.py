"""Mounted at /konto/: what belongs to the person who is signed in."""

from __future__ import annotations

from django.urls import path

from rathaus.portal.web import account, cases, inbox

app_name = "citizen"

urlpatterns = [
    path("", account.overview, name="overview"),
    path("vorgaenge/<uuid:case_id>/", cases.case, name="case"),
    path("vorgaenge/<uuid:case_id>/antwort/", cases.answer, name="answer"),
    path("vorgaenge/<uuid:case_id>/unterlagen/", cases.add_documents, name="add_documents"),
    path("vorgaenge/<uuid:case_id>/zuruecknehmen/", cases.withdraw, name="withdraw"),
    path("dokumente/", account.documents, name="documents"),
    path("dokumente/<uuid:document_id>/", account.download, name="download"),
    path("postfach/", inbox.inbox, name="inbox"),
    path("postfach/<uuid:message_id>/", inbox.message, name="message"),
]

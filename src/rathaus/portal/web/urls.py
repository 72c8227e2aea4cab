"""Mounted at the root: what everybody may see, and applying."""

from __future__ import annotations

from django.urls import path

from rathaus.portal.web import applying, catalogue, legal, receipts

app_name = "portal"

_DRAFT = "leistungen/<slug:slug>/antrag/<uuid:draft_id>/"

urlpatterns = [
    path("", catalogue.start, name="start"),
    path("suche/", catalogue.search, name="search"),
    path("lebenslagen/<slug:key>/", catalogue.life_situation, name="life_situation"),
    path("leistungen/", catalogue.services, name="services"),
    path("leistungen/<slug:slug>/", catalogue.service, name="service"),
    path("aemter/", catalogue.offices, name="offices"),
    # Names of pages have no hyphen, so those of the steps around them cannot collide.
    path("leistungen/<slug:slug>/antrag/", applying.begin, name="apply"),
    path(_DRAFT, applying.resume, name="resume"),
    path(_DRAFT + "angaben-pruefen/", applying.check_answers, name="check_answers"),
    path(_DRAFT + "antrag-senden/", applying.send, name="send"),
    path(_DRAFT + "spaeter-weiter/", applying.later, name="later"),
    path(_DRAFT + "entwurf-loeschen/", applying.discard, name="discard"),
    path(_DRAFT + "antrag-eingegangen/", receipts.receipt, name="receipt"),
    path(_DRAFT + "antrag.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path(_DRAFT + "datei/<uuid:upload_id>/", applying.draft_file, name="draft_file"),
    path(_DRAFT + "<slug:page_id>/", applying.page, name="page"),
    path("impressum/", legal.imprint, name="imprint"),
    path("datenschutz/", legal.data_protection, name="data_protection"),
    path("barrierefreiheit/", legal.accessibility, name="accessibility"),
]

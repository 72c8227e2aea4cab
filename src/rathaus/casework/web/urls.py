"""Mounted at /amt/: the clerks' desk."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from rathaus.casework.web import actions, cases, documents, entries, letters, search, tasks, tray
from rathaus.casework.web.privacy import blocks, disposal, oversight, subjects
from rathaus.casework.web.privacy import cases as case_privacy

app_name = "casework"

_CASE = "vorgaenge/<uuid:case_id>/"
_TASK = _CASE + "aufgaben/<uuid:task_id>/"
_ENTRY = "antrag/entwurf/<uuid:entry_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", tray.tray, name="tray"),
    path("zuweisen/", tray.assign, name="assign"),
    path("zuweisen/zurueck/", tray.undo, name="undo_assign"),
    path("suche/", search.search, name="search"),
    path("antrag/", entries.entries, name="entries"),
    path("antrag/<slug:slug>/", entries.begin, name="begin_entry"),
    path(_ENTRY, entries.resume, name="entry"),
    path(_ENTRY + "angaben-pruefen/", entries.check_answers, name="entry_check"),
    path(_ENTRY + "antrag-senden/", entries.send, name="entry_send"),
    path(_ENTRY + "loeschen/", entries.discard, name="entry_discard"),
    path(_ENTRY + "antrag-eingegangen/", entries.receipt, name="entry_receipt"),
    path(_ENTRY + "<slug:page_id>/", entries.page, name="entry_page"),
    path(_CASE, cases.case, name="case"),
    path(_CASE + "unterlagen/", documents.documents, name="documents"),
    path(_CASE + "unterlagen/<uuid:document_id>/", documents.content, name="document"),
    path(_CASE + "verlauf/", cases.timeline, name="timeline"),
    path(_CASE + "ablauf/", cases.process, name="process"),
    path(_CASE + "ablauf.xml", cases.process_xml, name="process_xml"),
    path(_CASE + "uebernehmen/", cases.take, name="take"),
    path(_CASE + "zurueckgeben/", cases.release, name="release"),
    path(_CASE + "schreiben/", letters.letter, name="letter"),
    path(_CASE + "schreiben.pdf", letters.letter_pdf, name="letter_pdf"),
    path(_CASE + "mitzeichnungen/<uuid:co_signature_id>/", cases.co_signature, name="co_signature"),
    path(_CASE + "wiedervorlagen/<int:follow_up_id>/", cases.follow_up_done, name="follow_up_done"),
    path(_TASK, tasks.work, name="work"),
    path(_TASK + "entscheiden/", tasks.decide, name="decide"),
    path(_TASK + "brief.pdf", tasks.preview, name="task_letter"),
    path(_CASE + "schutz/", case_privacy.protection, name="protection"),
    path(_CASE + "schutz/aufheben/", case_privacy.lift, name="lift_protection"),
    path(_CASE + "schutz/zweck/", case_privacy.read_purpose, name="read_purpose"),
    path(_CASE + "schutz/auskunft/", case_privacy.disclosure, name="disclosure"),
    path(_CASE + "schutz/loeschsperre/", case_privacy.hold, name="hold"),
    path("aussonderung/", disposal.lists, name="disposals"),
    path("aussonderung/<uuid:list_id>/", disposal.disposal, name="disposal"),
    path("aussonderung/<uuid:list_id>/entscheiden/", disposal.decide, name="decide_disposal"),
    path("aussonderung/<uuid:list_id>/bestaetigen/", disposal.confirm, name="confirm_disposal"),
    path("aussonderung/<uuid:list_id>/protokoll.csv", disposal.record, name="disposal_record"),
    path("aussonderung/<uuid:list_id>/abgabe/<int:item_id>.zip", disposal.package, name="transfer_package"),
    path("aussonderung/<uuid:list_id>/abgabe/<int:item_id>/", disposal.handed_over, name="handed_over"),
    path("sperrvermerke/", blocks.blocks, name="blocks"),
    path("sperrvermerke/<int:block_id>/beenden/", blocks.end, name="end_block"),
    path("datenschutz/zugriffe/", oversight.readings, name="readings"),
    path("datenschutz/auskunft/", subjects.subject_request, name="subject_request"),
    path("datenschutz/loeschregeln/", oversight.rules, name="cleanup_rules"),
    path("datenschutz/loeschregeln/<str:key>/", oversight.change_rule, name="change_rule"),
    path(_CASE + "<slug:name>/", actions.action, name="action"),
]

if find_spec("rathaus.casework.web.administration") and find_spec("rathaus.casework.web.administration.urls"):
    urlpatterns.append(path("", include("rathaus.casework.web.administration.urls")))

"""Jobs, the audit log, services and signing authorities through their pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from unittest.mock import ANY

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from rathaus.casework.queries import audit_log
from rathaus.casework.queries.audit_log import Filters, log_page
from rathaus.casework.web.administration import audit_log as audit_pages
from rathaus.engines.correspondence.public import SigningAuthority
from rathaus.kernel.public import append_only, audit, clock, jobs
from tests.factories import identity
from tests.factories.identity import Cast
from tests.factories.portal import install_service


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


def page(name: str, *args: object) -> str:
    return reverse(f"casework:{name}", args=args)


@pytest.fixture
def client(cast: Cast) -> Client:
    return identity.sign_in(Client(), cast.administrator)


def job(state: str, *, error: str = "", task: str = "rathaus.intake.tasks.hand_over_case") -> jobs.Job:
    moment = clock.now()
    return jobs.Job.objects.create(
        task=task, state=state, enqueued_at=moment, run_after=moment, last_error=error, attempts=5
    )


def test_failed_jobs_first_with_their_reason(client: Client) -> None:
    job(jobs.JobState.DEAD, error="Traceback\n  File x\nOSError: Die Platte ist voll")
    job(jobs.JobState.READY, task="rathaus.kernel.mail.send_mail")
    text = client.get(page("admin_jobs")).content.decode()
    assert ("OSError: Die Platte ist voll" in text, "hand over case" in text) == (True, True)
    assert "E-Mail versenden" not in text
    waiting = client.get(page("admin_jobs"), {"zustand": "ready"}).content.decode()
    assert ("E-Mail versenden" in waiting, "hand over case" in waiting) == (True, False)


def test_known_reasons_are_told_in_words(client: Client) -> None:
    job(
        jobs.JobState.DEAD,
        error="Traceback\n  File x\nConnectionRefusedError: [Errno 111] Connection refused",
    )
    job(jobs.JobState.DEAD, error="Traceback\nOSError: [Errno 28] No space left on device")
    text = client.get(page("admin_jobs")).content.decode()
    assert "Prüfen Sie seine Adresse" in text
    assert "Schaffen Sie Platz" in text


def test_all_failed_jobs_run_once_more(cast: Cast, client: Client) -> None:
    failed = [job(jobs.JobState.DEAD) for _ in range(3)]
    text = client.post(page("admin_retry_jobs"), follow=True).content.decode()
    assert "3 Jobs laufen noch einmal." in text
    assert jobs.state_counts()["dead"] == 0
    actions = [entry.action for one in failed for entry in audit.entries_for(f"kernel.job:{one.pk}")]
    assert actions == ["kernel.job_retried"] * 3


def test_jobs_that_return_show_when(client: Client) -> None:
    jobs.tick()
    sealing = jobs.Job.objects.filter(task="rathaus.kernel.audit.tasks.seal_entries")
    sealing.update(state=jobs.JobState.DONE, finished_at=clock.wall())
    text = client.get(page("admin_jobs")).content.decode()
    assert ("Wiederkehrende Jobs" in text, "alle 5 Sekunden" in text, "täglich" in text) == (True,) * 3


def test_a_state_that_does_not_exist(client: Client) -> None:
    assert client.get(page("admin_jobs"), {"zustand": "egal"}).status_code == 404


def test_a_failed_job_runs_once_more(cast: Cast, client: Client) -> None:
    failed = job(jobs.JobState.DEAD)
    address = page("admin_retry_job", failed.pk)
    assert client.post(address).status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (jobs.JobState.READY, 0)
    (entry,) = audit.entries_for(f"kernel.job:{failed.pk}")
    assert (entry.action, entry.actor) == ("kernel.job_retried", f"staff:{cast.administrator.pk}")
    assert "nicht mehr aufgegeben" in client.post(address, follow=True).content.decode()


def test_jobs_come_in_pages(client: Client) -> None:
    first = job(jobs.JobState.DEAD)
    for _ in range(50):
        job(jobs.JobState.DEAD)
    text = client.get(page("admin_jobs")).content.decode()
    older = f"zustand=dead&amp;vor={first.pk + 1}"
    assert (older in text, page("admin_retry_job", first.pk) in text) == (True, False)
    second = client.get(page("admin_jobs"), {"zustand": "dead", "vor": str(first.pk + 1)}).content.decode()
    assert second.count("/wiederholen/") == 2  # the one, and all


def subjects(filters: Filters, before: int | None = None) -> list[str]:
    return [row.entry.subject for row in log_page(filters, before).rows]


def test_filters_of_the_log(cast: Cast) -> None:
    actor = f"staff:{cast.case_worker.pk}"
    audit.append(actor=actor, action="records.case_opened", subject="records.case:1")
    audit.append(actor="system", action="records.case_closed", subject="records.case:2")
    mine = Filters(subject="records.case:")
    assert subjects(mine) == ["records.case:2", "records.case:1"]
    assert subjects(Filters(subject="records.case:", actor="system")) == ["records.case:2"]
    assert subjects(Filters(subject="records.case:", actor=actor)) == ["records.case:1"]
    assert subjects(Filters(subject="records.case:", actor="sabine steuer")) == ["records.case:1"]
    assert subjects(Filters(action="records.case_opened")) == ["records.case:1"]
    today, step = clock.wall().date(), timedelta(days=1)
    assert subjects(Filters(subject="records.case:", first=today, last=today)) == subjects(mine)
    assert subjects(Filters(subject="records.case:", first=today + step)) == []
    assert subjects(Filters(subject="records.case:", last=today - step)) == []


def test_pages_of_the_log_follow_each_other(db: None) -> None:
    for number in range(audit_log.PAGE_SIZE + 3):
        audit.append(actor="system", action="a.b", subject=f"reihe:{number}")
    first = log_page(Filters(subject="reihe:"))
    second = log_page(Filters(subject="reihe:"), first.older)
    assert (len(first.rows), len(second.rows), second.older) == (audit_log.PAGE_SIZE, 3, None)
    seen = [row.entry.subject for row in (*first.rows, *second.rows)]
    assert seen == [f"reihe:{number}" for number in reversed(range(audit_log.PAGE_SIZE + 3))]


def test_the_log_shows_names_texts_and_details(cast: Cast, client: Client) -> None:
    audit.append(
        actor=f"staff:{cast.case_worker.pk}", action="records.case_opened", subject="records.case:1",
        details={"art": "hund", "leer": ""},
    )  # fmt: skip
    text = client.get(page("admin_audit"), {"subject": "records.case:1"}).content.decode()
    shown = [part in text for part in ("Sabine Steuer", "Vorgang eröffnet", "hund", "leer")]
    assert shown == [True, True, True, False]


def test_a_wrong_filter_is_said(client: Client) -> None:
    answer = client.get(page("admin_audit"), {"first": "2026-12-02", "last": "2026-12-01"})
    assert (answer.status_code, "vor dem ersten" in answer.content.decode()) == (422, True)


def test_the_chain_is_checked_and_the_check_is_on_record(cast: Cast, client: Client) -> None:
    audit.seal()
    answer = client.post(page("admin_verify_audit"))
    assert "nichts wurde geändert" in answer.content.decode()
    (entry,) = audit.entries_for("kernel.audit")
    assert (entry.action, entry.actor) == ("kernel.audit_verified", f"staff:{cast.administrator.pk}")


def test_a_forged_entry_is_named(cast: Cast, client: Client) -> None:
    audit.append(actor="system", action="a.b", subject="x:1")
    audit.seal()
    entry = audit.entries_for("x:1").get()
    append_only.remove(connection, (type(entry)._meta.db_table,))
    type(entry).objects.filter(pk=entry.pk).update(subject="x:2")
    text = client.post(page("admin_verify_audit")).content.decode()
    assert (f"Eintrag {entry.pk}" in text, "wurde geändert" in text) == (True, True)


def test_a_very_long_chain_is_not_checked_in_the_browser(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.seal()
    monkeypatch.setattr(audit_pages, "MAX_CHECKED", 0)
    assert "audit verify" in client.post(page("admin_verify_audit")).content.decode()
    assert audit.entries_for("kernel.audit").count() == 0


def test_a_service_goes_off_with_reasons_and_on_again(client: Client) -> None:
    service = install_service()
    address = page("admin_service", service.slug)
    reasons = {"reason_de": "Umbau bis Mai.", "reason_en": "Rebuilding until May."}
    assert client.post(address, reasons).status_code == 302
    service.refresh_from_db()
    assert (service.is_active, service.inactive_reason) == (
        False,
        {"de": "Umbau bis Mai.", "en": "Rebuilding until May."},
    )
    assert "Umbau bis Mai." in client.get(page("admin_services")).content.decode()
    assert "Umbau bis Mai." in client.get(f"/leistungen/{service.slug}/").content.decode()
    assert client.post(address, {}).status_code == 302
    service.refresh_from_db()
    assert service.is_active
    found = audit.entries_for(f"blueprints.service:{service.slug}").values_list("action", flat=True)
    assert list(found)[-2:] == ["blueprints.switched_off", "blueprints.switched_on"]


def test_switching_off_needs_both_reasons(client: Client) -> None:
    service = install_service()
    answer = client.post(page("admin_service", service.slug), {"reason_de": "Umbau bis Mai."})
    service.refresh_from_db()
    text = answer.content.decode()
    assert (answer.status_code, service.is_active) == (422, True)
    assert ("auf Englisch" in text, "Umbau bis Mai." in text) == (True, True)


def test_an_authority_is_granted_replaced_and_revoked(cast: Cast, client: Client) -> None:
    data = {"unit": "steueramt", "post_role": "case_worker", "kinds": ["notice"], "amount_limit": "1.234,50"}
    assert client.post(page("admin_grant_signing"), data).status_code == 302
    data["amount_limit"] = ""
    assert client.post(page("admin_grant_signing"), data).status_code == 302
    (authority,) = SigningAuthority.objects.all()
    assert (authority.unit, authority.kinds, authority.amount_limit) == (cast.steueramt, ["notice"], None)
    assert "Steueramt" in client.get(page("admin_signing")).content.decode()
    assert client.post(page("admin_revoke_signing", authority.pk)).status_code == 302
    assert SigningAuthority.objects.count() == 0
    entries = audit.entries_for(f"identity.unit:{cast.steueramt.code}")
    found = entries.filter(action__startswith="correspondence.").values_list("action", flat=True)
    assert list(found) == [*["correspondence.signing_granted"] * 2, "correspondence.signing_revoked"]


def test_the_limit_is_german_money(cast: Cast, client: Client) -> None:
    data = {"unit": "steueramt", "post_role": "head", "amount_limit": "1.234,50"}
    client.post(page("admin_grant_signing"), data)
    assert SigningAuthority.objects.get().amount_limit == Decimal("1234.50")


@pytest.mark.parametrize("amount", ("viel", "-5", "99999999999"))
def test_no_amount(cast: Cast, client: Client, amount: str) -> None:
    data = {"unit": "steueramt", "post_role": "head", "amount_limit": amount}
    answer = client.post(page("admin_grant_signing"), data)
    assert (answer.status_code, SigningAuthority.objects.count()) == (422, 0)
    assert f'value="{amount}"' in answer.content.decode()


def test_the_start_page_counts_what_matters(client: Client) -> None:
    job(jobs.JobState.DEAD)
    service = install_service()
    client.post(page("admin_service", service.slug), {"reason_de": "Umbau.", "reason_en": "Rebuilding."})
    figures = client.get(page("admin_start")).context["figures"]
    found = {figure.href: (figure.count, figure.is_urgent) for figure in figures}
    assert found == {
        page("admin_jobs"): (1, True),
        reverse("processes:incidents"): (0, False),
        page("admin_audit"): (ANY, False),
        page("admin_services"): (1, False),
    }


@pytest.mark.parametrize("key", ("9" * 30, "9" * 6000, "-1", "abc", "٣"))
def test_odd_keys_of_pages_do_no_harm(client: Client, key: str) -> None:
    answers = (client.get(page("admin_jobs"), {"vor": key}), client.get(page("admin_audit"), {"vor": key}))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert client.post(page("admin_retry_job", 10**25)).status_code == 302
    assert client.get(page("admin_end", 10**25)).status_code == 404

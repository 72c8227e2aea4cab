"""My data: taken along completely, without what belongs to others; the account deleted; rules carried out."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.models import CleanupRun, DataExport, UserSession
from rathaus.identity.public import SYSTEM, UserAccount, actor_for, rule_days, run_cleanup, set_rule_days
from rathaus.identity.services import data_exports, erasure
from rathaus.intake import public as intake
from rathaus.kernel.public import blobs, clock, jobs
from tests.factories import applications, identity
from tests.factories.identity import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> records.Case:
    found = records.case_by_id(applications.application(cast.citizen).case_id)
    jobs.run_pending()
    return found


def _exported(person: UserAccount) -> zipfile.ZipFile:
    data_exports.request_export(actor=actor_for(person), account=person)
    jobs.run_pending(raise_errors=True)
    export = DataExport.objects.get(account=person)
    assert export.blob is not None
    return zipfile.ZipFile(io.BytesIO(blobs.read(export.blob)))


def test_the_archive_holds_everything_of_mine(cast: Cast, case: records.Case) -> None:
    version = intake.plan_for(case.case_type).version.form_version
    forms.start_draft(
        actor=cast.actor("citizen"), form_version=version, purpose="x", data={"wort": "Entwurfswort"}
    )
    archive = _exported(cast.citizen)
    data = json.loads(archive.read("daten.json"))
    assert data["schema"] == "rathaus-account/1"
    assert data["profile"]["street"] == "Lindenstraße"
    assert [found["reference"] for found in data["cases"]] == [case.case_reference]
    assert data["cases"][0]["answers"]
    assert [draft["answers"] for draft in data["drafts"]] == [{"wort": "Entwurfswort"}]
    assert len(data["messages"]) == correspondence.message_count(case.pk)
    assert sorted(data["files"]) == sorted(set(archive.namelist()) - {"daten.json", "uebersicht.html"})
    assert any(place.startswith("vorgaenge/") for place in data["files"])
    assert case.case_reference in archive.read("uebersicht.html").decode()


def test_the_archive_holds_nothing_of_others_and_no_secrets(cast: Cast, case: records.Case) -> None:
    records.add_note(actor=SYSTEM, case=case, text="Vermerkswort")
    applications.application(cast.other_citizen)
    UserAccount.objects.filter(pk=cast.citizen.pk).update(password="hash$geheim")
    archive = _exported(UserAccount.objects.get(pk=cast.citizen.pk))
    everything = archive.read("daten.json").decode() + archive.read("uebersicht.html").decode()
    for word in ("Vermerkswort", cast.other_citizen.email or "", "hash$geheim"):
        assert word not in everything


def test_the_file_is_its_owners_alone_and_for_some_days(
    cast: Cast, case: records.Case, client: Client
) -> None:
    _exported(cast.citizen)
    page = reverse("identity:my_data_file", args=[DataExport.objects.get().pk])
    sign_in(client, cast.citizen)
    answer = client.get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    sign_in(client, cast.other_citizen)
    assert client.get(page).status_code == 404
    sha256 = DataExport.objects.get().blob_id
    with clock.travel(clock.now() + timedelta(days=8)):
        run_cleanup()
    sign_in(client, cast.citizen)
    assert client.get(page).status_code == 404
    assert not blobs.exists(str(sha256))


def test_nobody_asks_without_end(cast: Cast) -> None:
    actor = cast.actor("citizen")
    for _turn in range(data_exports.MOST_A_DAY):
        data_exports.request_export(actor=actor, account=cast.citizen)
        with pytest.raises(data_exports.ExportRefused):
            data_exports.request_export(actor=actor, account=cast.citizen)
        jobs.run_pending()
    with pytest.raises(data_exports.ExportRefused):
        data_exports.request_export(actor=actor, account=cast.citizen)


def test_the_password_is_asked_for_again(cast: Cast, client: Client) -> None:
    cast.citizen.set_password(identity.PASSWORD)
    cast.citizen.save()
    sign_in(client, cast.citizen)
    for name in ("my_data", "delete_account"):
        answer = client.post(reverse(f"identity:{name}"), {"verstanden": "ja"})
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not DataExport.objects.exists()


def test_an_account_ends_after_some_days_and_can_be_kept(cast: Cast, case: records.Case) -> None:
    actor = cast.actor("citizen")
    version = intake.plan_for(case.case_type).version.form_version
    forms.start_draft(actor=actor, form_version=version, purpose="x", data={})
    erasure.request_erasure(actor=actor, account=cast.citizen)
    erasure.cancel_erasure(actor=actor, account=cast.citizen)
    erasure.request_erasure(actor=actor, account=cast.citizen)
    assert not UserSession.objects.filter(account=cast.citizen).exists()
    assert erasure.erase_due_accounts() == 0
    with clock.travel(clock.now() + timedelta(days=14)):
        assert erasure.erase_due_accounts() == 1
        assert erasure.erase_due_accounts() == 0
    shell = UserAccount.objects.get(pk=cast.citizen.pk)
    assert (shell.email, shell.name, shell.street, shell.is_active) == (None, "", "", False)
    assert not shell.has_usable_password()
    assert not forms.drafts_of(actor).exists()
    assert correspondence.message_count(case.pk) == 0
    case.refresh_from_db()
    assert case.applicant_name == "Erika Muster", "the office's file stays as it is"
    application = intake.application_for(SYSTEM, case.pk)
    assert application.account is None, "letters go by post"


def test_an_account_without_cases_leaves_nothing(cast: Cast) -> None:
    person = cast.other_citizen
    erasure.request_erasure(actor=actor_for(person), account=person)
    jobs.run_pending()
    assert mail.outbox[-1].to == [person.email]
    with clock.travel(clock.now() + timedelta(days=14)):
        erasure.erase_due_accounts()
    assert not UserAccount.objects.filter(pk=person.pk).exists()


def test_whoever_works_here_is_not_deleted(cast: Cast) -> None:
    with pytest.raises(erasure.ErasureRefused):
        erasure.request_erasure(actor=cast.actor("case_worker"), account=cast.case_worker)


def test_drafts_go_by_rule_with_a_reminder_before(cast: Cast, case: records.Case) -> None:
    version = intake.plan_for(case.case_type).version.form_version
    set_rule_days(actor=cast.actor("administrator"), key="forms.drafts", days=20)
    draft = forms.start_draft(
        actor=cast.actor("citizen"), form_version=version, purpose=case.case_type, data={}
    ).draft
    assert draft.expires_on == clock.today() + timedelta(days=20)
    sent = len(mail.outbox)
    with clock.travel(clock.now() + timedelta(days=16)):
        run_cleanup()
        run_cleanup()
        jobs.run_pending()
        assert [message.to for message in mail.outbox[sent:]] == [[cast.citizen.email]]
    with clock.travel(clock.now() + timedelta(days=21)):
        run_cleanup()
        assert CleanupRun.objects.filter(rule="forms.drafts").latest("pk").count == 1
    assert not forms.drafts_of(cast.actor("citizen")).exists()


def test_days_stay_within_the_bounds_of_the_rule(cast: Cast) -> None:
    with pytest.raises(ValueError, match="1 to 60"):
        set_rule_days(actor=cast.actor("administrator"), key="identity.exports", days=0)
    assert rule_days("identity.exports") == 7


def test_idle_and_unconfirmed_accounts_go_by_rule(cast: Cast) -> None:
    unconfirmed = identity.account("Nora", "Neu")
    unconfirmed.emailaddress_set.update(verified=False)
    with clock.travel(clock.now() + timedelta(days=31)):
        run_cleanup()
    assert not UserAccount.objects.filter(pk=unconfirmed.pk).exists()
    assert UserAccount.objects.get(pk=cast.citizen.pk).erase_on is None
    with clock.travel(clock.now() + timedelta(days=1100)):
        run_cleanup()
        assert UserAccount.objects.get(pk=cast.citizen.pk).erase_on == clock.today() + timedelta(days=30)
    assert UserAccount.objects.get(pk=cast.case_worker.pk).erase_on is None

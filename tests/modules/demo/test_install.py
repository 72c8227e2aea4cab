"""``rathaus demo install``: everything is there, in every state, and a second time changes nothing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.test import Client

from rathaus.blueprints.public import installed_services
from rathaus.casework.public import CoSignature
from rathaus.engines.correspondence.public import Letter, SigningAuthority
from rathaus.engines.processes.public import UserTask, open_incidents
from rathaus.engines.records.public import (
    Case,
    CaseState,
    DisposalItem,
    DisposalList,
    FollowUp,
    Hold,
    InformationBlock,
    TimelineEntry,
)
from rathaus.identity.public import Membership, StandIn, UserAccount, actor_for, town
from rathaus.kernel.public import audit, clock, jobs
from rathaus.modules.demo.services.town import PASSWORD
from tests.modules.demo.conftest import CASES

pytestmark = pytest.mark.django_db


def rows() -> dict[str, int]:
    models = (
        Case,
        Letter,
        UserAccount,
        Membership,
        StandIn,
        SigningAuthority,
        UserTask,
        TimelineEntry,
        jobs.Job,
    )
    return {model.__name__: model.objects.count() for model in models}


def test_every_state_is_there(demo_town: str) -> None:
    assert f"{CASES} Vorgänge sind angelegt" in demo_town
    assert set(Case.objects.values_list("state", flat=True)) == set(CaseState.values)
    assert town().is_demo
    assert len(installed_services()) == 6


def test_what_clerks_meet_is_there(demo_town: str) -> None:
    assert Case.objects.filter(due_on__lt=clock.today(), state=CaseState.IN_PROGRESS).exists()
    assert FollowUp.objects.filter(done_at=None, due_on__lte=clock.today()).exists()
    assert TimelineEntry.objects.filter(kind="handed_on").count() == 1
    assert len(open_incidents()) == 1
    assert CoSignature.objects.filter(state="open").count() == 1
    assert Letter.objects.exclude(signed_by=None).exists()
    assert not Case.objects.filter(opened_at__gt=clock.now()).exists()


def test_the_time_of_each_case_runs_forward(demo_town: str) -> None:
    for case in Case.objects.prefetch_related("timeline"):
        moments = [entry.at for entry in case.timeline.order_by("id")]
        assert moments == sorted(moments)
        assert moments[0] >= case.opened_at


def test_the_audit_trail_verifies(demo_town: str) -> None:
    assert audit.verify() == []


def test_no_job_failed_but_the_one_to_repeat(demo_town: str) -> None:
    (given_up,) = jobs.Job.objects.filter(state="dead")
    assert "send_account_mail" in given_up.task
    assert jobs.retry(given_up.pk, "system")
    jobs.run_pending()
    given_up.refresh_from_db()
    assert given_up.state == "done"


def test_data_protection_has_something_to_show(demo_town: str) -> None:
    assert set(DisposalList.objects.values_list("state", flat=True)) == {"open", "decided", "running"}
    assert DisposalItem.objects.exclude(package=None).count() == 1
    assert Case.objects.filter(protection__origin="by_hand", state__in=["received", "in_progress"]).exists()
    assert InformationBlock.objects.filter(case__disclosures__was_refused=True).count() == 1
    assert Hold.objects.filter(lifted_at=None).count() == 1


def test_a_second_time_changes_nothing(demo_town: str) -> None:
    before = rows()
    said = StringIO()
    call_command("demo_install", cases=CASES, stdout=said)
    assert "gibt es schon" in said.getvalue()
    after = rows()
    # Installing a service again only notes that it was done.
    after["Job"] = before["Job"]
    assert after == before


def test_the_printed_accounts_can_sign_in(demo_town: str, client: Client) -> None:
    said = StringIO()
    call_command("demo_accounts", stdout=said)
    emails = [line.split()[0] for line in said.getvalue().splitlines()[1:]]
    assert "erika.muster@example.org" in emails
    assert len(emails) == 18
    for email in (emails[0], "deniz.aksoy@taunusstein.example"):
        response = client.post("/zugang/login/", {"login": email, "password": PASSWORD})
        assert response.status_code == 302
        assert client.session["_auth_user_id"]
        client.logout()


def test_roles_of_the_staff(demo_town: str) -> None:
    clerk = actor_for(UserAccount.objects.get(email="oliver.brandt@taunusstein.example"))
    assert [person.name for person in clerk.stands_in_for] == ["Sabine Keller"]
    assert actor_for(UserAccount.objects.get(email="deniz.aksoy@taunusstein.example")).has_role(
        "administrator"
    )
    assert Case.objects.aggregate(people=Count("applicant", distinct=True))["people"] > 5

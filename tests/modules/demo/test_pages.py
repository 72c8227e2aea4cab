"""Every page answers on the demonstration's data, for each kind of person: none fails, none is closed to all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from rathaus.engines.correspondence.public import InboxMessage
from rathaus.engines.processes.public import UserTask, open_incidents, open_tasks
from rathaus.engines.records.public import (
    DisposalItem,
    Document,
    FollowUp,
    InformationBlock,
    cases_visible_to,
)
from rathaus.identity.public import Actor, Membership, Post, StandIn, UserAccount, actor_for
from rathaus.kernel.public import jobs

pytestmark = pytest.mark.django_db

AREAS = {"portal", "citizen", "casework", "processes", "correspondence", "ui", "identity", "demo_eid", "api"}
PEOPLE = (
    "",  # nobody has signed in
    "erika.muster@example.org",
    "oliver.brandt@taunusstein.example",
    "bernd.schlosser@taunusstein.example",
    "rolf.steinmetz@taunusstein.example",
    "sandra.lohmann@taunusstein.example",
    "laura.seibert@taunusstein.example",
    "ines.faber@taunusstein.example",
    "deniz.aksoy@taunusstein.example",
)
ORDERLY = {200, 302, 303, 400, 403, 404, 405}
# What the demonstration has none of: drafts and uploads of somebody at work, print batches, co-signatures.
MADE_ELSEWHERE = {
    "draft_id", "upload_id", "entry_id", "page_id", "batch_id", "co_signature_id", "provider", "name",
    "export_id",
}  # fmt: skip
OF_A_POST = {"casework:admin_edit_post", "casework:admin_assign"}
# They lead on where nothing was typed before, or there is nothing to show (no coat of arms, the API's bare root).
LEAD_ON = {
    "identity:second_factor",
    "ui:set_language", "ui:coat_of_arms", "api:api-root", "citizen:answer", "citizen:add_documents",
    "casework:letter_pdf", "casework:work", "casework:decide", "casework:task_letter",
}  # fmt: skip


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and arguments of every address of our own apps."""
    yield from _addresses(get_resolver().url_patterns, "")


def _addresses(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, pattern.namespace or space)
        elif space in AREAS and pattern.name:
            yield f"{space}:{pattern.name}", tuple(pattern.pattern.converters)


def values_for(actor: Actor, name: str) -> dict[str, object]:
    """An argument of each kind, of things that the actor has to do with where there are any."""
    cases = cases_visible_to(actor).order_by("opened_at")
    tasks = open_tasks(actor).order_by("created_at")
    task = tasks.filter(subject__in=cases.values("pk")).first() or UserTask.objects.latest("created_at")
    wants_task = "task" in name or name in {"casework:work", "casework:decide"}
    case_id = task.subject if wants_task else getattr(cases.last(), "pk", task.subject)
    documents = Document.objects.filter(versions__isnull=False)
    document = documents.filter(case_id=case_id).first() or documents.latest("created_at")
    item = DisposalItem.objects.exclude(package=None).get()
    own = InboxMessage.objects.filter(account_id=actor.account_id)
    return {
        "case_id": document.case_id if name.endswith((":document", ":download")) else case_id,
        "task_id": task.pk,
        "document_id": document.pk,
        "message_id": (own.first() or InboxMessage.objects.latest("created_at")).pk,
        "incident_id": open_incidents()[0].pk,
        "follow_up_id": FollowUp.objects.latest("created_at").pk,
        "membership_id": Membership.objects.latest("pk").pk,
        "stand_in_id": StandIn.objects.latest("pk").pk,
        "authority_id": 1,
        "job_id": jobs.Job.objects.latest("pk").pk,
        "slug": "hund-anmelden",
        "key": "identity.exports" if name == "casework:change_rule" else "haustiere",
        "list_id": item.disposal_list_id,
        "item_id": item.pk,
        "block_id": InformationBlock.objects.latest("pk").pk,
        "code": Post.objects.earliest("pk").code if name in OF_A_POST else "steueramt",
    }


def test_every_page_answers(demo_town: str) -> None:
    accounts = {account.email: account for account in UserAccount.objects.filter(email__in=PEOPLE)}
    seen: dict[str, set[int]] = {}
    for email in PEOPLE:
        client = Client(raise_request_exception=False)
        if email:
            client.force_login(accounts[email])
        actor = actor_for(accounts[email]) if email else actor_for(accounts[PEOPLE[1]])
        for name, arguments in addresses():
            if MADE_ELSEWHERE.isdisjoint(arguments):
                known = values_for(actor, name)
                address = reverse(name, kwargs={argument: known[argument] for argument in arguments})
                seen.setdefault(name, set()).add(client.get(address).status_code)
    assert {name: codes for name, codes in seen.items() if not codes <= ORDERLY} == {}
    # A page that nobody can open is none; an address for sending only says so by 405.
    closed = {name for name, codes in seen.items() if not codes & {200, 405}}
    assert closed - LEAD_ON == set()


def test_addresses_have_names() -> None:
    for name, arguments in addresses():
        if not arguments:
            try:
                reverse(name)
            except NoReverseMatch:
                pytest.fail(name)

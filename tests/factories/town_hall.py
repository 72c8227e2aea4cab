"""A whole town with one of everything: who works in it, and an object for every address that names one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from rathaus.adapters.demo_eid.persons import KEY as EID_PROVIDER
from rathaus.casework.examples.files import sample
from rathaus.casework.services import cases, entries, task_drafts
from rathaus.casework.services.co_signatures import request_co_signature
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.models import DataExport, Membership, Post, StandIn
from rathaus.identity.public import SYSTEM, UserAccount, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.models import Job, JobState
from rathaus.kernel.public import blobs, clock, jobs
from tests.factories import correspondence as letters
from tests.factories import identity, portal
from tests.factories.blueprints import example_data, install
from tests.factories.processes import end, exclusive, flow, path, playground, start

SLUG = "hund-anmelden"
EXAMPLE = "erster-hund"
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Secret:
    """A word that only stands in one case or draft, and the roles that may come to read it."""

    word: str
    readers: frozenset[str]
    only_in_the_account: frozenset[str] = frozenset()


AT_THE_DESK = ("clerk", "stand_in", "head", "co_signer")
SECRETS = (
    Secret("Wolkenhund", frozenset({"owner", "involved", *AT_THE_DESK})),
    Secret("Sternenhund", frozenset({"involved", *AT_THE_DESK}), frozenset({"involved"})),
    Secret("Mondenhund", frozenset({"other", "stranger"})),
    Secret("Nebelhund", frozenset({"owner"})),
    Secret("Tresenhund", frozenset({"clerk"})),
)
"""The dogs of the owner's case, of the involved person's, of the one elsewhere, of the draft, and of the entry."""


@dataclass(frozen=True)
class TownHall:
    """People by role (``None`` is a guest) and objects by the name that addresses give them.

    ``objects`` belong to the role "owner" and lie in the unit of the role "clerk"; ``own_matter`` is the same, but
    the applicant is the role "involved", who works in that unit. ``elsewhere`` is a case of the citizen "other" that
    the unit of "stranger" handles.
    """

    people: Mapping[str, UserAccount | None]
    objects: Arguments
    own_matter: Arguments
    elsewhere: uuid.UUID
    by_address: Mapping[str, Arguments] = field(default_factory=dict)

    @property
    def cases(self) -> tuple[uuid.UUID, ...]:
        return (self.objects["case_id"], self.own_matter["case_id"], self.elsewhere)

    def known(self, address: str, role: str) -> dict[str, Any]:
        """Everything that an address may name, for a role."""
        own = self.own_matter if role == "involved" else {}
        return {**self.objects, **self.by_address.get(address, {}), **own}


@dataclass(frozen=True)
class Applied:
    """What applying leaves behind."""

    draft_id: uuid.UUID
    case_id: uuid.UUID


def build() -> TownHall:
    """Found the town, receive three applications, and leave something behind in every corner of the house."""
    cast = identity.cast()
    identity.town(name="Musterstadt")
    install(SLUG)
    portal.set_life_situations()
    people = _people(cast)
    own = _apply(cast.citizen, "Wolkenhund")
    involved = _apply(cast.colleague, "Sternenhund")
    elsewhere = _apply(cast.other_citizen, "Mondenhund")
    for case_id in (own.case_id, involved.case_id):
        _ask(cast, case_id)
    elsewhere_case = records.case_by_id(elsewhere.case_id)
    cases.hand_on_case(actor=SYSTEM, case=elsewhere_case, unit=cast.ordnungsamt, note="Zuständig")
    entry, sent_entry = (
        _entry(cast.case_worker, "Tresenhund"),
        _entry(cast.case_worker, "Hasso", send=True),
    )
    workers = [person for role, person in people.items() if role in {"clerk", "stand_in", "head", "involved"}]
    return TownHall(
        people=people,
        objects={
            "slug": SLUG,
            "page_id": "halterin",
            "provider": EID_PROVIDER,
            **_objects_of(cast, own.case_id, cast.citizen, workers),
            **_draft_with_file(cast.citizen),
            **_organization(cast),
            "entry_id": entry.pk,
            "incident_id": _incident(cast, elsewhere.case_id),
            "batch_id": _print_batch(people["mailroom"]),
            "job_id": _dead_job(),
            **_data_protection(cast, own.case_id),
        },
        own_matter=_objects_of(cast, involved.case_id, cast.colleague, workers),
        elsewhere=elsewhere.case_id,
        by_address=_by_address(cast, own, sent_entry.pk),
    )


def _people(cast: identity.Cast) -> dict[str, UserAccount | None]:
    kaemmerei = identity.unit("kaemmerei", name="Kämmerei")
    return {
        "guest": None,
        "owner": cast.citizen,
        "other": cast.other_citizen,
        "clerk": cast.case_worker,
        "involved": cast.colleague,
        "stranger": cast.stranger,
        "stand_in": cast.stand_in,
        "head": cast.head,
        "co_signer": identity.employee(
            kaemmerei, "Konrad", "Kämmerer", roles=("head",), email="konrad.kaemmerer@stadt.example"
        ),
        "administrator": cast.administrator,
        "designer": cast.designer,
        "mailroom": identity.employee(
            cast.zentrale_dienste, "Paul", "Post", roles=("mailroom",), email="paul.post@stadt.example"
        ),
    }


def _by_address(cast: identity.Cast, own: Applied, sent_entry: uuid.UUID) -> dict[str, Arguments]:
    """Where one name means several kinds of things."""
    sent = {"draft_id": own.draft_id}
    unit, post = (
        {"code": cast.steueramt.code},
        {"code": Post.objects.get(memberships__account=cast.stranger).code},
    )
    unconfirmed = EmailAddress.objects.get(user=identity.account("Nora", "Neu"))
    unconfirmed.verified = False
    unconfirmed.save()
    passkey = identity.passkey(cast.citizen)
    return {
        "portal:life_situation": {"key": "haustiere"},
        "portal:receipt": sent,
        "portal:receipt_pdf": sent,
        "account_confirm_email": {"key": EmailConfirmationHMAC.create(unconfirmed).key},
        "account_reset_password_from_key": {"uidb36": "1", "key": "erfunden"},
        "mfa_remove_webauthn": {"pk": passkey.pk},
        "mfa_edit_webauthn": {"pk": passkey.pk},
        "casework:change_rule": {"key": "identity.exports"},
        "casework:entry_receipt": {"entry_id": sent_entry},
        "casework:admin_unit": unit,
        "casework:admin_edit_unit": unit,
        "casework:admin_new_post": unit,
        "casework:admin_edit_post": post,
        "casework:admin_assign": post,
    }


def _data(dog: str) -> dict[str, Any]:
    data = example_data(SLUG, EXAMPLE)
    data["hunde"][0] |= {"name": dog, "gehalten_seit": "2025-10-15"}
    return data


def _apply(person: UserAccount, dog: str) -> Applied:
    """Send an application in as the portal does, and let the jobs file and answer it."""
    actor = actor_for(person)
    version = intake.plan_for(SLUG).version
    data = _data(dog)
    started = forms.start_draft(actor=actor, form_version=version.form_version, purpose=SLUG, data=data)
    receipt = intake.receive(
        intake.Envelope(
            service=SLUG,
            data=data,
            channel=intake.Channel.ONLINE,
            token=f"draft:{started.draft.pk}",
            actor=actor,
            account=person,
            draft=started.draft,
        )
    )
    jobs.run_pending()
    return Applied(started.draft.pk, receipt.case_id)


def _ask(cast: identity.Cast, case_id: uuid.UUID) -> None:
    intake.ask_applicant(
        actor=cast.actor("case_worker"),
        case_id=case_id,
        text="Welche Farbe hat der Hund?",
        due_on=clock.today() + timedelta(days=14),
    )
    jobs.run_pending()


def _objects_of(
    cast: identity.Cast, case_id: uuid.UUID, applicant: UserAccount, workers: list[UserAccount | None]
) -> dict[str, Any]:
    """What lies in a case: question, task with what was typed into it, follow-up, request to co-sign, document."""
    clerk, case = cast.actor("case_worker"), records.case_by_id(case_id)
    (task,) = processes.open_tasks_of(case_id)
    for person in workers:
        assert person is not None
        task_drafts.keep(
            actor=actor_for(person),
            task=task,
            form_version=None,
            post=QueryDict("ergebnis=festsetzen"),
            files=MultiValueDict(),
            language="de",
        )
    follow_up = records.schedule_follow_up(
        actor=clerk, case=case, due_on=clock.today(), text="Marke bestellt?"
    )
    signer = UserAccount.objects.get(email="konrad.kaemmerer@stadt.example")
    wanted = request_co_signature(actor=clerk, case=case, signer=signer, is_required=False)
    jobs.run_pending()
    return {
        "case_id": case_id,
        "inquiry_id": intake.inquiries_of(case_id)[0].pk,
        "task_id": task.pk,
        "document_id": records.documents_of(SYSTEM, case)[0].pk,
        "message_id": correspondence.inbox_of(actor_for(applicant))[0].pk,
        "follow_up_id": follow_up.pk,
        "co_signature_id": wanted.pk,
    }


def _entry(clerk: UserAccount, dog: str, *, send: bool = False) -> entries.CounterEntry:
    """An application that the clerk enters for somebody at the counter."""
    actor = actor_for(clerk)
    plan = intake.plan_for(SLUG)
    entry = entries.begin_entry(actor=actor, plan=plan, channel=intake.Channel.COUNTER, language="de")
    forms.save_draft(actor=actor, draft=entry.draft, data=_data(dog))
    entry = entries.entry_for(actor, entry.pk)
    if send:
        entries.send_entry(actor=actor, entry=entry, language="de")
    return entry


def _draft_with_file(person: UserAccount) -> dict[str, Any]:
    """A draft that has not been sent, with a file in it."""
    actor = actor_for(person)
    draft = forms.start_draft(
        actor=actor,
        form_version=intake.plan_for(SLUG).version.form_version,
        purpose=SLUG,
        data=_data("Nebelhund"),
        page="halterin",
    ).draft
    upload = forms.store_upload(
        actor=actor, draft=draft, field="nachweis", name="nachweis.pdf", data=sample("pdf")
    )
    return {"draft_id": draft.pk, "upload_id": upload.pk}


def _organization(cast: identity.Cast) -> dict[str, Any]:
    return {
        "unit_id": cast.buergerbuero.pk,
        "clerk_id": cast.case_worker.pk,
        "stranger_id": cast.stranger.pk,
        "membership_id": Membership.objects.get(account=cast.stranger).pk,
        "stand_in_id": StandIn.objects.get(absent=cast.case_worker).pk,
        "authority_id": correspondence.SigningAuthority.objects.filter(unit=cast.steueramt)[0].pk,
    }


def _incident(cast: identity.Cast, case_id: uuid.UUID) -> uuid.UUID:
    """A second process in a case, standing at a fork without a way on."""
    ground = replace(playground(), subject=case_id)
    ground.run(
        start(), exclusive("w"), end("a"), end("b"),
        path("start", "w"), flow("w", "a", "x = 1"), flow("w", "b", "x = 2"),
    )  # fmt: skip
    return processes.incidents_of(case_id)[0].pk


def _dead_job() -> int:
    """A job that was given up."""
    now = clock.now()
    return Job.objects.create(
        task="rathaus.kernel.tasks.seal_audit", state=JobState.DEAD, enqueued_at=now, run_after=now
    ).pk


def _print_batch(mailroom: UserAccount | None) -> uuid.UUID:
    """A batch that is not posted yet; another letter still waits for the next."""
    assert mailroom is not None
    correspondence.deliver(actor=SYSTEM, letter=letters.letter())
    batch = correspondence.create_print_batch(actor=actor_for(mailroom))
    correspondence.deliver(actor=SYSTEM, letter=letters.letter())
    return batch.pk


def _data_protection(cast: identity.Cast, case_id: uuid.UUID) -> dict[str, Any]:
    """A list that waits for the second person, with a file that the archive gets; a block; the owner's export."""
    blob = blobs.store(b"PK und so weiter", "application/zip")
    made = records.DisposalList.objects.create(
        number="AUS-2026-0001",
        unit_id=cast.steueramt.pk,
        unit_name=cast.steueramt.name,
        state="decided",
        decided_by="staff:somebody",
    )
    item = records.DisposalItem.objects.create(
        disposal_list=made,
        dossier_id=uuid.uuid4(),
        file_reference="20.3/2015/0001",
        plan_code="20.3",
        plan_title="Hundesteuer",
        rule="offer",
        retention_years=10,
        filed_on=clock.today(),
        retain_until=clock.today(),
        cases=1,
        documents=1,
        decision="archive",
        package=blob,
    )
    block = records.InformationBlock.objects.create(
        case_id=case_id,
        kind="full",
        valid_from=clock.today() - timedelta(days=9),
        valid_until=clock.today() - timedelta(days=1),
        source="Meldebehörde",
    )
    export = DataExport.objects.create(
        account=cast.citizen, state="ready", blob=blob, expires_on=clock.today()
    )
    return {"list_id": made.pk, "item_id": item.pk, "block_id": block.pk, "export_id": export.pk}

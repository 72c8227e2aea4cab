"""Retention and disposal: proposed by rule, decided by two, carried out completely, with a record that stays."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from rathaus.engines.records import public as records
from rathaus.engines.records.services import destruction
from rathaus.engines.records.services.states import file_withdrawn_cases
from rathaus.engines.records.services.transfer import build_package
from rathaus.identity.public import SYSTEM, Actor, actor_for
from rathaus.kernel.public import audit, blobs, clock, handing_out, jobs
from tests.factories import identity
from tests.factories import records as factories

pytestmark = pytest.mark.django_db
CLOSED = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = datetime(2032, 1, 4, 10, tzinfo=ZoneInfo("Europe/Berlin"))


@dataclass(frozen=True)
class World:
    case: records.Case
    document: records.Document
    head: Actor
    manager: Actor


@pytest.fixture
def world() -> Iterator[World]:
    """A case closed in 2026 that is kept for five years; today is January 2032."""
    with clock.travel(CLOSED):
        unit = identity.unit()
        head = identity.employee(unit, "Lena", "Leitung", roles=("head",))
        manager = identity.employee(identity.unit(), "Rosa", "Registratur", roles=("records_manager",))
        case = factories.case(
            unit=unit, entry=factories.plan_entry(retention_years=5), applicant_name="Kanarie"
        )
        document = factories.document(case, blob=factories.blob(b"%PDF-1.7 nur in diesem Vorgang"))
        records.close_case(actor=SYSTEM, case=case)
    with clock.travel(LATER):
        yield World(case, document, actor_for(head), actor_for(manager))


def _proposed() -> records.DisposalList:
    assert records.propose_disposals() == 1
    return records.DisposalList.objects.get()


def _decide(world: World, decision: str = "destroy", **more: object) -> records.DisposalList:
    made = _proposed()
    item = made.items.get()
    return records.decide_disposal(
        actor=world.head,
        list_id=made.pk,
        choices={item.pk: records.Choice(decision, **more)},  # type: ignore[arg-type]  # a day
    )


def test_what_is_due_is_proposed_once(world: World) -> None:
    made = _proposed()
    (item,) = made.items.all()
    assert (item.file_reference, item.cases, item.documents) == (world.case.dossier.file_reference, 1, 1)
    assert item.decision == "undecided"
    assert records.propose_disposals() == 0


def test_nothing_is_proposed_before_the_year_is_over(world: World) -> None:
    with clock.travel(LATER.replace(year=2031, month=12, day=31)):
        assert records.propose_disposals() == 0


def test_a_hold_keeps_a_file(world: World) -> None:
    records.place_hold(actor=SYSTEM, case=world.case, reason="Klage")
    assert records.propose_disposals() == 0
    with pytest.raises(records.DisposalRefused):
        records.place_hold(actor=SYSTEM, case=world.case, reason="Noch einmal")
    assert records.lift_hold(actor=SYSTEM, case=world.case)
    assert records.propose_disposals() == 1


def test_a_hold_that_comes_after_the_confirmation_still_counts(world: World) -> None:
    made = _decide(world)
    records.confirm_disposal(actor=world.manager, list_id=made.pk)
    records.place_hold(actor=SYSTEM, case=world.case, reason="Klage")
    jobs.run_pending()
    assert made.items.get().state == "skipped"
    assert records.Case.objects.filter(pk=world.case.pk).exists()


def test_the_second_person_is_another_one(world: World) -> None:
    made = _decide(world)
    assert made.state == "decided"
    with pytest.raises(records.DisposalRefused):
        records.confirm_disposal(actor=world.head, list_id=made.pk)
    stranger = actor_for(identity.employee(identity.unit(), roles=("head",)))
    with pytest.raises(PermissionDenied):
        records.confirm_disposal(actor=stranger, list_id=made.pk)


def test_destruction_deletes_everything_and_leaves_a_result(world: World) -> None:
    sha256 = world.document.versions.get().blob_id
    made = _decide(world)
    records.confirm_disposal(actor=world.manager, list_id=made.pk)
    jobs.run_pending(raise_errors=True)
    made.refresh_from_db()
    (result,) = records.DestructionResult.objects.all()
    assert made.state == "done"
    assert (result.case_reference, result.counts["documents"]) == (world.case.case_reference, 1)
    assert not records.Case.objects.filter(pk=world.case.pk).exists()
    assert not records.Dossier.objects.filter(pk=world.case.dossier_id).exists()
    assert not blobs.exists(sha256)
    details = [entry.details for entry in audit.entries_for(world.case.audit_subject)]
    assert details
    assert "Kanarie" not in "".join(details)


def test_content_that_another_case_has_as_well_stays(world: World) -> None:
    other = factories.document(factories.case(), blob=factories.blob(b"%PDF-1.7 nur in diesem Vorgang"))
    made = _decide(world)
    records.confirm_disposal(actor=world.manager, list_id=made.pk)
    jobs.run_pending(raise_errors=True)
    assert blobs.read(other.versions.get().blob) == b"%PDF-1.7 nur in diesem Vorgang"


def test_a_run_that_was_killed_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _decide(world)
    records.confirm_disposal(actor=world.manager, list_id=made.pk)

    def killed(hashes: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(destruction.blobs, "discard", killed)
        with pytest.raises(KeyboardInterrupt):
            records.carry_out(made.pk)
    records.carry_out(made.pk)
    made.refresh_from_db()
    assert made.state == "done"
    assert records.DestructionResult.objects.count() == 1


def test_keeping_longer_moves_the_end(world: World) -> None:
    made = _decide(world, "keep", keep_until=LATER.date().replace(year=2040))
    records.confirm_disposal(actor=world.manager, list_id=made.pk)
    jobs.run_pending(raise_errors=True)
    world.case.dossier.refresh_from_db()
    assert world.case.dossier.retain_until == LATER.date().replace(year=2040)


def test_the_archive_has_it_before_it_is_destroyed(world: World) -> None:
    made = _decide(world, "archive")
    records.confirm_disposal(actor=world.manager, list_id=made.pk)
    jobs.run_pending(raise_errors=True)
    item = made.items.get()
    assert item.package is not None
    assert blobs.read(item.package)[:2] == b"PK"
    assert records.Case.objects.filter(pk=world.case.pk).exists()
    records.confirm_transfer(actor=world.manager, item_id=item.pk)
    records.carry_out(made.pk)
    assert not records.Case.objects.filter(pk=world.case.pk).exists()
    assert not blobs.exists(item.package.sha256)


def test_a_package_says_which_file_the_virus_scan_holds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _decide(world, "archive")
    monkeypatch.setattr(handing_out, "is_held", lambda sha256: True)
    package = zipfile.ZipFile(io.BytesIO(build_package(made.items.get())))
    (case,) = json.loads(package.read("uebergabe.json"))["cases"]
    versions = [version for document in case["documents"] for version in document["versions"]]
    assert versions
    for version in versions:
        assert (version["is_missing"], version["reason"]) == (True, handing_out.HELD_NOTE)
        assert package.read(version["file"]).decode() == handing_out.HELD_NOTE


def test_a_decision_about_no_file_of_the_list_is_refused(world: World) -> None:
    made = _proposed()
    with pytest.raises(records.DisposalRefused):
        records.decide_disposal(
            actor=world.manager, list_id=made.pk, choices={987_654: records.Choice("destroy")}
        )
    made.refresh_from_db()
    assert made.decided_by == ""


def test_a_filed_version_is_not_deleted_in_any_other_way(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        records.DocumentVersion.objects.filter(document=world.document).delete()


def test_what_was_withdrawn_is_filed(world: World) -> None:
    case = factories.case()
    records.set_case_state(actor=SYSTEM, case=case, state="withdrawn")
    case.refresh_from_db()
    assert case.filed_on == clock.today()
    assert case.dossier.retain_until is not None
    records.Case.objects.filter(pk=case.pk).update(filed_on=None)
    assert (file_withdrawn_cases(), file_withdrawn_cases()) == (1, 0)

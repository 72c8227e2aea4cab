"""Carrying a confirmed disposal list out, case by case, so that a killed run goes on where it was."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from rathaus.engines.records.enums import DisposalDecision, DisposalState, ItemState
from rathaus.engines.records.errors import DisposalRefused
from rathaus.engines.records.events import DisposalConfirmed
from rathaus.engines.records.models import Case, DestructionResult, DisposalItem, DisposalList, Dossier, Hold
from rathaus.engines.records.services.disposal import made_subject
from rathaus.engines.records.services.erasure import erase_case
from rathaus.engines.records.services.transfer import build_package
from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, blobs, clock, events

logger = logging.getLogger(__name__)


def carry_out(list_id: UUID) -> None:
    """Do what was confirmed. Called again after a crash it does what is left; what failed is tried once more."""
    made = DisposalList.objects.filter(pk=list_id, state=DisposalState.RUNNING).first()
    if made is None:
        return
    for item in made.items.exclude(state__in=[ItemState.DONE, ItemState.SKIPPED]).order_by("pk"):
        _carry_out_item(item)
    _finish(made)
    wipe_traces()


def _carry_out_item(item: DisposalItem) -> None:
    try:
        if item.decision == DisposalDecision.KEEP:
            _keep(item)
        elif item.decision == DisposalDecision.ARCHIVE and item.handed_over_at is None:
            _prepare_transfer(item)
        else:
            _destroy(item)
    except (DatabaseError, OSError) as error:  # one dossier that cannot be deleted holds up no other
        logger.exception("disposal_item_failed item=%s", item.pk)
        DisposalItem.objects.filter(pk=item.pk).update(
            state=ItemState.FAILED, note=type(error).__name__[:300]
        )


@transaction.atomic
def _keep(item: DisposalItem) -> None:
    Dossier.objects.filter(pk=item.dossier_id).update(retain_until=item.keep_until)
    _mark(item, ItemState.DONE)


def _prepare_transfer(item: DisposalItem) -> None:
    """The package for the archive; the dossier is destroyed when the archive has confirmed that it has it."""
    if item.package_id is None:
        package = blobs.store(build_package(item), "application/zip")
        DisposalItem.objects.filter(pk=item.pk).update(package=package)


def _destroy(item: DisposalItem) -> None:
    refused = _obstacle(item)
    if refused:
        _mark(item, ItemState.SKIPPED, refused)
        return
    for case_id in list(Case.objects.filter(dossier_id=item.dossier_id).values_list("pk", flat=True)):
        if not _destroy_case(item, case_id):
            _mark(item, ItemState.SKIPPED, _("A hold was placed meanwhile."))
            return
    with transaction.atomic():
        package = item.package_id
        Dossier.objects.filter(pk=item.dossier_id).delete()
        DisposalItem.objects.filter(pk=item.pk).update(package=None)
        _mark(item, ItemState.DONE)
    if package:
        blobs.discard([package])


def _obstacle(item: DisposalItem) -> str:
    dossier = Dossier.objects.filter(pk=item.dossier_id).first()
    if dossier is None:
        return ""
    if Hold.objects.filter(dossier=dossier, lifted_at=None).exists():
        return _("A hold was placed meanwhile.")
    if dossier.filed_on is None or dossier.retain_until is None or dossier.retain_until >= clock.today():
        return _("The file was taken up again, or its period was prolonged.")
    if dossier.cases.filter(filed_on=None).exists():
        return _("The file was taken up again, or its period was prolonged.")
    return ""


def _destroy_case(item: DisposalItem, case_id: UUID) -> bool:
    """One case in one transaction with its result row; its files after the commit. False where a hold stands."""
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=item.dossier_id)
        if Hold.objects.filter(dossier_id=item.dossier_id, lifted_at=None).exists():
            return False
        case = Case.objects.only("case_reference", "case_type").get(pk=case_id)
        erased = erase_case(case_id)
        DestructionResult.objects.create(
            item=item,
            case_id=case_id,
            case_reference=case.case_reference,
            case_type=case.case_type,
            counts=erased.counts,
            done_at=clock.now(),
        )
        audit.append(
            actor="system",
            action="records.case_destroyed",
            subject=case.audit_subject,
            details={
                "list": item.disposal_list.number,
                "reference": case.case_reference,
                **erased.counts,
            },
        )
    blobs.discard(erased.blobs)
    return True


def _mark(item: DisposalItem, state: ItemState, note: str = "") -> None:
    item.state, item.note, item.done_at = state, note[:300], clock.now()
    DisposalItem.objects.filter(pk=item.pk).update(state=state, note=note[:300], done_at=item.done_at)


def _finish(made: DisposalList) -> None:
    """The list is done when nothing waits, be it for the archive or for another try."""
    if made.items.filter(state__in=[ItemState.PENDING, ItemState.FAILED]).exists():
        return
    with transaction.atomic():
        finished = DisposalList.objects.filter(pk=made.pk, state=DisposalState.RUNNING).update(
            state=DisposalState.DONE, finished_at=clock.now()
        )
        if finished:
            audit.append(actor="system", action="records.disposal_finished", subject=made_subject(made))


def unfinished_lists() -> list[UUID]:
    """Lists that are being carried out, for the nightly job that goes on with them."""
    return list(DisposalList.objects.filter(state=DisposalState.RUNNING).values_list("pk", flat=True))


@transaction.atomic
def confirm_transfer(*, actor: Actor, item_id: int) -> DisposalItem:
    """The archive has the dossier: from now on it may be destroyed here. Raises DisposalRefused."""
    item = DisposalItem.objects.select_for_update().select_related("disposal_list").get(pk=item_id)
    policies.check(actor, "records.dispose", item.disposal_list.unit_id)
    if item.package_id is None or item.handed_over_at is not None:
        raise DisposalRefused(_("There is nothing to confirm for this file."))
    item.handed_over_at = clock.now()
    item.save(update_fields=["handed_over_at"])
    audit.append(
        actor=actor.audit_name,
        action="records.transfer_confirmed",
        subject=made_subject(item.disposal_list),
        details={"file_reference": item.file_reference},
    )
    events.emit(DisposalConfirmed(list_id=item.disposal_list.pk))
    return item


@transaction.atomic
def note_package_taken(*, actor: Actor, item: DisposalItem) -> None:
    """The package for the archive was downloaded: it holds the whole dossier."""
    policies.check(actor, "records.dispose", item.disposal_list.unit_id)
    audit.append(
        actor=actor.audit_name,
        action="records.transfer_package_taken",
        subject=made_subject(item.disposal_list),
        details={"file_reference": item.file_reference},
    )


def wipe_traces() -> None:
    """Leave nothing of what was deleted in index segments, free pages and the write-ahead log.

    SQLite: the full-text index is merged into one segment, deleted cells are overwritten (``secure_delete``), and
    the log is emptied. PostgreSQL: VACUUM of the tables; old log segments and backups expire by themselves.
    """
    if connection.in_atomic_block:
        return  # only in tests; a job runs outside any transaction
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO records_casesearchentry_fts(records_casesearchentry_fts) VALUES ('optimize')"
            )
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for model in (Case, Dossier):
                cursor.execute(f'VACUUM "{model._meta.db_table}"')
            cursor.execute("VACUUM records_casesearchentry, records_document, records_documentversion")

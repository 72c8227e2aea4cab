"""What data protection leaves behind in a town: old files due for disposal, a protected case, a block, an export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from rathaus.casework import public as casework
from rathaus.engines.records import public as records
from rathaus.identity import public as identity
from rathaus.identity.public import SYSTEM, Actor, UserAccount
from rathaus.kernel.public import clock, jobs

_BLOCK_YEARS = 2
_RECORDS_MANAGER_POST = "zd-leitung"
_REGISTRATION_POST = "bb-sach-1"
_GIVEN_UP_AFTER = 8


@dataclass(frozen=True)
class _OldFile:
    """A file of the time before the town hall went digital; it was closed ``years`` years before this one."""

    plan: str
    case_type: str
    title: str
    applicant: str
    years: int


_OLD_FILES = (
    _OldFile("20.3", "hund-anmelden", "Hundesteuer: Anmeldung Hasso", "Wilhelm Krämer", 13),
    _OldFile("20.3", "hund-anmelden", "Hundesteuer: Anmeldung Waldi", "Gerda Thielmann", 12),
    _OldFile("20.3", "hund-anmelden", "Hundesteuer: Anmeldung Asta und Cora", "Heinz Bäcker", 12),
    _OldFile("10.2", "plakatierung", "Plakatierung Frühjahrskonzert", "Gesangverein Orlen", 8),
    _OldFile("10.2", "plakatierung", "Plakatierung Kerb in Wehen", "Kerbegesellschaft Wehen", 7),
    _OldFile("50.2", "wohnberatung", "Wohnberatung Hausbesuch", "Elfriede Moos", 6),
    _OldFile("50.2", "wohnberatung", "Wohnberatung Umbau Bad", "Karl Wirth", 5),
)


def file_old_cases() -> None:
    """File the old files, each on a day of its year, as they were taken over on paper."""
    this_year = clock.today().year
    for old in sorted(_OLD_FILES, key=lambda entry: -entry.years):
        moment = timezone.make_aware(datetime.combine(date(this_year - old.years, 4, 14), time(10, 0)))
        with clock.travel(moment):
            _file(old)


def _file(old: _OldFile) -> None:
    entry = records.file_plan_entry(old.plan)
    assert entry.unit is not None  # the town's plan names the unit that leads
    case = records.open_case(
        actor=SYSTEM,
        case_type=old.case_type,
        title=old.title,
        plan_entry=entry,
        unit=entry.unit,
        applicant_name=old.applicant,
        channel="paper",
    )
    records.set_case_state(actor=SYSTEM, case=case, state="decided")
    records.close_case(actor=SYSTEM, case=case, reason="Abgeschlossen und abgelegt.")


def dispose_of_old_files() -> None:
    """Three lists: one to be decided, one that waits for the second person, one that was carried out."""
    records.propose_disposals()
    manager = holder_of(_RECORDS_MANAGER_POST)
    lists = {made.unit_name: made for made in records.lists_for(manager)}
    order_office, advice = (
        identity.unit_by_code("ordnungsamt"),
        identity.unit_by_code("leitstelle-aelterwerden"),
    )
    _decide(head_of(order_office), lists[order_office.name], ("destroy",))
    _decide(head_of(advice), lists[advice.name], ("destroy", "archive"))
    records.confirm_disposal(actor=manager, list_id=lists[advice.name].pk)
    jobs.run_pending()


def _decide(actor: Actor, made: records.DisposalList, decisions: Sequence[str]) -> None:
    choices = {
        item.pk: records.Choice(decisions[place % len(decisions)])
        for place, item in enumerate(made.items.order_by("pk"))
    }
    records.decide_disposal(actor=actor, list_id=made.pk, choices=choices)


def protect(case: records.Case, worker: UserAccount) -> None:
    """The head protects the case; the worker may go on with it. Both have read it."""
    head = head_of(case.lead_unit)
    reason = "Wer den Antrag gestellt hat, wird bedroht. Die Anschrift darf niemand sonst erfahren."
    casework.protect_case(actor=head, case=case, reason=reason, people=[worker], asks_purpose=True)
    case.refresh_from_db()
    records.note_read(actor=identity.actor_for(worker), case=case, page="case", purpose="work")
    records.note_read(actor=head, case=case, page="case", purpose="supervision")


def block(case: records.Case) -> None:
    """The registration office marks an information block; a collector who asks is refused."""
    today = clock.today()
    casework.set_information_block(
        actor=holder_of(_REGISTRATION_POST),
        case=case,
        kind=records.BlockKind.FULL,
        valid_until=today.replace(year=today.year + _BLOCK_YEARS, day=min(today.day, 28)),
        source="Polizeipräsidium Westhessen",
        reason="Gefahr für Leib und Leben, § 51 Absatz 1 BMG",
    )
    case.refresh_from_db()
    records.note_disclosure(
        actor=head_of(case.lead_unit),
        case=case,
        recipient="Inkasso Beispiel GmbH",
        note="Fragt nach der Anschrift. Keine Auskunft wegen Auskunftssperre (§ 51 BMG).",
        was_refused=True,
        is_confirmed=False,
    )


def hold(case: records.Case, worker: UserAccount) -> None:
    reason = "Klage vor dem Verwaltungsgericht ist angekündigt."
    records.place_hold(actor=identity.actor_for(worker), case=case, reason=reason)


def export_data(account: UserAccount) -> None:
    """Somebody has asked for everything that the account holds."""
    identity.request_export(actor=identity.actor_for(account), account=account)
    jobs.run_pending()


def give_up_a_job(account: UserAccount) -> None:
    """A mail that could not be sent at the time, so that there is a job to repeat; once more it succeeds."""
    known = set(jobs.Job.objects.values_list("pk", flat=True))
    assert account.email
    identity.enqueue_mail(
        "Ihre Daten liegen bereit", "Sie finden sie in Ihrem Konto unter „Meine Daten“.", account.email
    )
    jobs.Job.objects.exclude(pk__in=known).update(
        state="dead",
        attempts=_GIVEN_UP_AFTER,
        last_error="ConnectionRefusedError: [Errno 111] Der Mailserver hat die Verbindung abgelehnt.",
    )


def head_of(unit: identity.OrganizationalUnit) -> Actor:
    """Whoever leads the unit, or the one above it."""
    above: identity.OrganizationalUnit | None = unit
    while above is not None:
        found = identity.Membership.objects.filter(post__unit=above, post__is_head=True).first()
        if found is not None:
            return identity.actor_for(found.account)
        above = above.parent
    raise LookupError(unit.code)


def holder_of(post: str) -> Actor:
    return identity.actor_for(identity.Membership.objects.get(post__code=post).account)

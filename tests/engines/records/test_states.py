from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from rathaus.engines.records import public as records
from rathaus.engines.records.rules import TRANSITIONS
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.kernel.public import audit, clock
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
STATES = list(records.CaseState)


def _in_state(state: records.CaseState) -> records.Case:
    case = factory.case()
    records.Case.objects.filter(pk=case.pk).update(state=state)
    return records.case_by_id(case.id)


@pytest.mark.parametrize(("start", "target"), list(product(STATES, STATES)))
def test_every_transition_is_allowed_or_refused(start: records.CaseState, target: records.CaseState) -> None:
    case = _in_state(start)
    if target == start or target in TRANSITIONS[start]:
        records.set_case_state(actor=SYSTEM, case=case, state=target)
        assert records.case_by_id(case.id).state == target
        return
    with pytest.raises(records.TransitionRefused, match="kann nicht den Stand"):
        records.set_case_state(actor=SYSTEM, case=case, state=target)
    assert records.case_by_id(case.id).state == start


def test_every_state_says_where_it_leads() -> None:
    assert set(TRANSITIONS) == set(STATES)


def test_an_unknown_state_is_refused_with_those_that_exist() -> None:
    with pytest.raises(records.TransitionRefused, match="in_progress"):
        records.set_case_state(actor=SYSTEM, case=factory.case(), state="erledigt")


def test_the_same_state_again_changes_nothing() -> None:
    case = factory.case()
    records.set_case_state(actor=SYSTEM, case=case, state="received")
    assert len(records.timeline_of(SYSTEM, case)) == 1


def test_deciding_notes_the_moment() -> None:
    case = factory.case()
    with clock.travel(NOON):
        records.set_case_state(actor=SYSTEM, case=case, state="decided")
    assert records.case_by_id(case.id).decided_at == NOON


def test_closing_files_the_case_and_starts_the_retention_at_the_years_end() -> None:
    case = factory.case(retention_years=10)
    with clock.travel(NOON):
        records.close_case(actor=SYSTEM, case=case, reason="erledigt")
        records.close_case(actor=SYSTEM, case=case, reason="noch einmal")
    stored = records.case_by_id(case.id)
    assert (stored.state, stored.filed_on) == ("closed", date(2026, 12, 1))
    assert (stored.dossier.filed_on, stored.dossier.retain_until) == (date(2026, 12, 1), date(2036, 12, 31))
    assert [entry.action for entry in audit.entries_for(case.audit_subject)] == [
        "records.case_opened", "records.case_state_changed",
    ]  # fmt: skip
    last = records.timeline_of(SYSTEM, case)[-1]
    assert last.text == "Vorgang abgeschlossen (z. d. A.); aufzubewahren bis 31. Dezember 2036"


def test_retention_waits_for_the_last_case_of_the_dossier() -> None:
    first = factory.case()
    second = factory.case(dossier=first.dossier)
    records.close_case(actor=SYSTEM, case=first)
    assert records.case_by_id(first.id).dossier.retain_until is None
    records.close_case(actor=SYSTEM, case=second)
    assert records.case_by_id(first.id).dossier.retain_until is not None


def test_a_closed_case_is_edited_no_more_until_it_is_reopened() -> None:
    unit = identity.unit()
    clerk = actor_for(identity.employee(unit))
    case = factory.case(unit=unit)
    records.close_case(actor=clerk, case=case)
    with pytest.raises(PermissionDenied):
        records.add_note(actor=clerk, case=case, text="noch etwas")
    records.reopen_case(actor=clerk, case=case, reason="Widerspruch")
    stored = records.case_by_id(case.id)
    assert (stored.state, stored.filed_on, stored.dossier.retain_until) == ("in_progress", None, None)
    records.add_note(actor=clerk, case=case, text="noch etwas")
    with pytest.raises(PermissionDenied):
        records.reopen_case(actor=clerk, case=case, reason="ist schon offen")


APPLICANTS_WAYS = {("waiting", "in_progress")} | {
    (state, "withdrawn") for state in ("received", "in_progress", "waiting", "withdrawn")
}


@pytest.mark.parametrize(("start", "target"), list(product(STATES, STATES)))
def test_the_applicant_may_withdraw_and_answer_and_nothing_else(
    start: records.CaseState, target: records.CaseState
) -> None:
    citizen = identity.account()
    case = factory.case(applicant=citizen)
    records.Case.objects.filter(pk=case.pk).update(state=start)
    if (start, target) in APPLICANTS_WAYS:
        records.set_case_state(actor=actor_for(citizen), case=case, state=target)
    elif start != "closed" or target != "closed":  # what is closed already stays so, without a word
        with pytest.raises((PermissionDenied, records.TransitionRefused)):
            records.set_case_state(actor=actor_for(citizen), case=case, state=target)
    expected = target if (start, target) in APPLICANTS_WAYS else start
    assert records.case_by_id(case.id).state == expected


def test_a_state_read_long_ago_does_not_win() -> None:
    case = factory.case()
    stale = records.case_by_id(case.id)
    records.close_case(actor=SYSTEM, case=case)
    with pytest.raises(records.TransitionRefused):
        records.set_case_state(actor=SYSTEM, case=stale, state="decided")
    assert stale.state == "closed"


def _withdraw(case_id: Any) -> str:
    try:
        records.set_case_state(actor=SYSTEM, case=records.case_by_id(case_id), state="withdrawn")
        return "withdrawn"
    except records.TransitionRefused:
        return "refused"
    finally:
        connection.close()


def _decide(case_id: Any) -> str:
    try:
        records.set_case_state(actor=SYSTEM, case=records.case_by_id(case_id), state="decided")
        return "decided"
    except records.TransitionRefused:
        return "refused"
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_two_contradicting_changes_one_wins() -> None:
    for _ in range(6):
        case = factory.case()
        with ThreadPoolExecutor(max_workers=2) as threads:
            futures = [threads.submit(change, case.id) for change in (_withdraw, _decide)]
            outcomes = [future.result() for future in futures]
        winner = records.case_by_id(case.id).state
        assert sorted(outcomes) == sorted([winner, "refused"])

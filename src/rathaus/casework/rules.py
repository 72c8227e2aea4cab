"""Who may do what at the desk. Who may open a case at all, the records decide."""

from __future__ import annotations

from rathaus.casework.models import CoSignature, CounterEntry
from rathaus.engines.processes import public as processes
from rathaus.engines.records.public import Case
from rathaus.identity.public import Actor, Role, policies

WORK = "casework.work_on_case"
CO_SIGN = "casework.co_sign"
USE_ENTRY = "casework.use_counter_entry"
ANSWER_SUBJECT = "casework.answer_subject_request"


def may_work(actor: Actor, case: Case) -> bool:
    """Whose case it is: people, heads and stand-ins of the lead unit, and whoever has a task in it; never in their
    own matter. Others who may open it (to co-sign, or after their task) read it."""
    if not actor.is_staff or not policies.allows(actor, "records.edit_case", case):
        return False
    if case.lead_unit_id in actor.reachable_unit_ids:
        return True
    return processes.open_tasks(actor).filter(subject=case.id).exists()


def may_co_sign(actor: Actor, wanted: CoSignature) -> bool:
    """The person asked or who stands in for them; for a unit its head. Nobody signs their own request."""
    if not actor.is_staff or not wanted.is_open:
        return False
    if wanted.requested_by_id == actor.account_id and wanted.signer_id != actor.account_id:
        return False
    people = {actor.account_id, *(person.account_id for person in actor.stands_in_for)}
    if wanted.signer_id is not None:
        return wanted.signer_id in people
    return wanted.unit_id in actor.headed_unit_ids


def may_use_entry(actor: Actor, entry: CounterEntry) -> bool:
    return actor.is_staff and entry.clerk_id == actor.account_id


def may_answer_subject(actor: Actor, obj: object = None) -> bool:
    """Data protection alone: it sees of cases what their applicants may see, and each is named in the audit."""
    return actor.has_role(Role.DATA_PROTECTION)


def register_policies() -> None:
    policies.register(WORK, may_work)
    policies.register(CO_SIGN, may_co_sign)
    policies.register(USE_ENTRY, may_use_entry)
    policies.register(ANSWER_SUBJECT, may_answer_subject)

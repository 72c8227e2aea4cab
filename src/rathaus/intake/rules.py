"""What holds for applications, whatever the service."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import feel
from rathaus.blueprints.public import PERSON_NAMES, Descriptor
from rathaus.engines.records.public import Case
from rathaus.identity.public import Actor, AssuranceLevel, UserAccount

ASK = "intake.ask_applicant"
REPLY = "intake.reply"
COUNTER = "intake.receive_at_counter"

_ENDED = {"decided", "closed", "withdrawn"}


def is_trusted_enough(actor: Actor, needed: AssuranceLevel) -> bool:
    """Staff and the command line speak for others; citizens need the level the service asks for."""
    return actor.kind in {"staff", "system"} or actor.assurance >= needed


def is_withdrawable(case: Case) -> bool:
    """Until it is decided, an application can be taken back."""
    return case.state not in _ENDED


def may_ask(actor: Actor, subject: object) -> bool:
    """Asking the applicant is for whoever handles cases; which cases, the records' policy decides."""
    return actor.kind == "system" or actor.is_staff


def may_reply(actor: Actor, case: object) -> bool:
    """Applicants reply in their own case; staff enter what came by phone or on paper."""
    if actor.kind in {"system", "staff"}:
        return True
    return isinstance(case, Case) and actor.account_id is not None and case.applicant_id == actor.account_id


def may_receive_at_counter(actor: Actor, subject: object) -> bool:
    """Whoever works for a unit; who only runs or designs the system takes no applications."""
    return actor.kind == "system" or bool(actor.unit_ids)


@lru_cache(maxsize=2048)
def _expression(text: str) -> feel.Expression:
    return feel.compile_expression(text)


def case_title(descriptor: Descriptor, context: Mapping[str, object]) -> str:
    """The case's title by the blueprint's expression; the service's title where it gives nothing."""
    value = _expression(descriptor.case_title).evaluate(context)
    return value[:200] if isinstance(value, str) and value.strip() else descriptor.title.de


def person_context(account: UserAccount | None) -> dict[str, Any]:
    """What an account knows of its person, by the names that FEEL and prefill use; empty without an account."""
    if account is None:
        return {}
    known = {name: getattr(account, name) or None for name in PERSON_NAMES if name != "address"}
    address = {name: known[name] for name in ("street", "house_number", "postcode", "city") if known[name]}
    return {**known, "address": address or None}


def applicant_of(
    descriptor: Descriptor, context: Mapping[str, object], account: UserAccount | None
) -> dict[str, Any]:
    """Who applies: what the form says, else what the account knows. JSON with name, e-mail, phone, address."""
    found = person_context(account)
    for key, expression in descriptor.applicant.model_dump(exclude_none=True).items():
        value = _expression(expression).evaluate(context)
        if value is not None:
            found[key] = value
    if "name" not in descriptor.applicant.model_dump(exclude_none=True):
        full_name = f"{found.get('given_name') or ''} {found.get('family_name') or ''}".strip()
        found["name"] = full_name or found.get("name") or ""
    return feel.to_json(found)  # type: ignore[return-value]  # a context becomes a JSON object

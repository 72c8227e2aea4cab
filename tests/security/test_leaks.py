"""What somebody may not see leaves no trace: not a row, not a number, not a difference, wherever they look."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, models, transaction
from django.test import Client

from rathaus.casework.services import cases
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.public import clock, jobs
from tests.architecture.rights import REFUSED, Row, Visitors
from tests.factories import town_hall
from tests.security.attack import LONG, ROWS, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
DAYS = timedelta(days=14)
CANARY = "Kanarienvogel"
HIDDEN_DOG = "Mondenhund"
KNOWING = {"other", "stranger"}
"""The citizen whose case it is, and the case worker of the unit that handles it."""
ALL_ROLES = (
    "guest", "owner", "clerk", "head", "co_signer", "administrator", "involved", "stand_in", "designer", "mailroom",
)  # fmt: skip
ROLES = ALL_ROLES if LONG else ALL_ROLES[:6]
TECHNICAL = {
    "administrator": (
        "casework:admin_start",
        "casework:admin_start",
        "casework:admin_audit",
        "casework:admin_jobs",
        "processes:incidents",
        "processes:incident",
    )
}
"""Pages about the whole house, which name cases by number and say nothing of them."""
DRAWN_ANEW = ("mfa_activate_totp", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "account_confirm_email")
LISTS = [
    row for row in ROWS if (LONG or not row.parameters - {"slug", "key"}) and row.address not in DRAWN_ANEW
]
VARYING = re.compile(r'nonce(?:-|=")[\w-]+|name="csrfmiddlewaretoken" value="\w+"|value="[\w-]{64}"')


def opened_by(role: str) -> list[Row]:
    rows = [row for row in LISTS if row.outcomes["GET"][role] not in REFUSED]
    return [row for row in rows if row.address not in TECHNICAL.get(role, ())]


def look(visitors: Visitors, role: str, rows: list[Row], query: str = "") -> dict[str, str]:
    """What the pages show to a role, without what is drawn anew each time; and where they lead."""
    seen = {}
    for row in rows:
        known = {**visitors.town.known(row.address, role), **row.fixed}
        path, _, own = row.url(known).partition("?")
        answer: Any = send(
            visitors.browser(role), "GET", path, QUERY_STRING="&".join(filter(None, (own, query)))
        )
        if not answer.streaming:
            text = answer.content.decode(errors="replace") + str(answer.get("Location", ""))
            seen[row.name] = f"{answer.status_code} {VARYING.sub('', text)}"
    return seen


@pytest.fixture
def more(visitors: Visitors) -> Iterator[Any]:
    """Adds to what is hidden: three more cases of the other citizen at the other office, a draft and an entry."""
    with transaction.atomic():
        yield lambda: _add_hidden(visitors)
        transaction.set_rollback(True)


def _add_hidden(visitors: Visitors) -> None:
    town, other, stranger = visitors.town, visitors.town.people["other"], visitors.town.people["stranger"]
    assert other is not None and stranger is not None
    unit = records.case_by_id(town.elsewhere).lead_unit
    for number in range(3):
        applied = town_hall._apply(other, f"{HIDDEN_DOG}{number}")
        case = records.case_by_id(applied.case_id)
        cases.hand_on_case(actor=SYSTEM, case=case, unit=unit, note=CANARY)
        records.add_note(actor=actor_for(stranger), case=case, text=CANARY)
    town_hall._draft_with_file(other)
    town_hall._entry(stranger, HIDDEN_DOG)
    jobs.run_pending()


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_the_same_with_more_that_is_hidden(visitors: Visitors, more: Any, role: str) -> None:
    """No list, number, badge, filter or search result changes by what others have."""
    rows = opened_by(role)
    before = look(visitors, role, rows)
    more()
    after = look(visitors, role, rows)
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.parametrize("role", sorted(KNOWING))
def test_who_may_see_it_sees_the_difference(visitors: Visitors, more: Any, role: str) -> None:
    """So that the test above does not pass because nothing was added."""
    rows = opened_by(role)
    before = look(visitors, role, rows)
    more()
    after = look(visitors, role, rows)
    assert {name for name in before if before[name] != after[name]} & {
        "citizen:overview",
        "casework:tray ?liste=amt",
    }


# ---- A word in every text of a case


def _is_marked(field: models.Field[Any, Any]) -> bool:
    is_text = isinstance(field, models.TextField) or (
        isinstance(field, models.CharField) and (field.max_length or 0) >= 60
    )
    return is_text and not field.choices and not field.unique and not field.primary_key


def _belonging(start: uuid.UUID) -> list[models.Model]:
    """The case and every row of ours that hangs on it, however far."""
    known: dict[object, models.Model] = {start: records.case_by_id(start)}
    candidates = [
        row for model in apps.get_models() if _is_ours(model) for row in model._default_manager.all()
    ]
    while True:
        found = {(type(row), row.pk): row for row in candidates if _hangs_on(row, known)}
        fresh = {key: row for key, row in found.items() if key not in known and row.pk not in known}
        if not fresh:
            return list(known.values())
        known |= fresh
        known |= {row.pk: row for row in fresh.values() if isinstance(row.pk, uuid.UUID)}


def _is_ours(model: type[models.Model]) -> bool:
    shared = {"UserAccount", "UserSession", "AuditEntry", "Blob", "Job", "Event"}
    return model.__module__.startswith("rathaus.") and model.__name__ not in shared


def _hangs_on(row: models.Model, known: dict[object, models.Model]) -> bool:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey):
            if (field.related_model, value) in known or (isinstance(value, uuid.UUID) and value in known):
                return True
        elif isinstance(value, uuid.UUID) and not field.primary_key and value in known:
            return True
    return False


def mark(case_id: uuid.UUID) -> set[str]:
    """Write the canary into every text that belongs to a case; returns which fields those were."""
    marked = set()
    for row in _belonging(case_id):
        fields = [field for field in row._meta.concrete_fields if _is_marked(field)]
        texts = {field.attname: f"{getattr(row, field.attname)}"[:40] + CANARY for field in fields}
        with suppress(IntegrityError), transaction.atomic():  # tables that only grow keep what they have
            type(row)._default_manager.filter(pk=row.pk).update(**texts)
            marked |= {f"{type(row).__name__}.{name}" for name in texts}
    return marked


@pytest.fixture
def canary(visitors: Visitors) -> Iterator[set[str]]:
    stranger = visitors.town.people["stranger"]
    assert stranger is not None
    with transaction.atomic():
        actor, case = actor_for(stranger), records.case_by_id(visitors.town.elsewhere)
        records.add_note(actor=actor, case=case, text="Vermerk")
        records.schedule_follow_up(actor=actor, case=case, due_on=clock.today(), text="Nachsehen")
        intake.ask_applicant(actor=actor, case_id=case.pk, text="Welche Farbe?", due_on=clock.today() + DAYS)
        jobs.run_pending()
        yield mark(case.pk)
        transaction.set_rollback(True)


def test_the_canary_sits_in_all_kinds_of_things(canary: set[str]) -> None:
    kinds = {name.partition(".")[0] for name in canary}
    assert kinds >= {"Case", "Document", "FileNote", "FollowUp", "Inquiry", "CaseSearchEntry"}, sorted(canary)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_else_hears_the_canary(visitors: Visitors, canary: set[str], role: str) -> None:
    """Neither in pages nor when they search for it, for the dog, the number or the id of the case."""
    case = records.case_by_id(visitors.town.elsewhere)
    hidden = (CANARY, HIDDEN_DOG, str(case.pk), case.case_reference)
    pages = look(visitors, role, opened_by(role))
    assert [name for name, page in pages.items() if any(word in page for word in hidden)] == []


SEARCHES = [row for row in ROWS if row.name in ("casework:search", "casework:tray", "citizen:inbox")]


@pytest.mark.parametrize("role", ROLES)
def test_searching_for_what_is_hidden_finds_what_searching_for_nothing_finds(
    visitors: Visitors, role: str
) -> None:
    case = records.case_by_id(visitors.town.elsewhere)
    rows = [row for row in SEARCHES if row.outcomes["GET"][role] not in REFUSED]
    absent = look(visitors, role, rows, "q=Quastenflosser&seite=1")
    for word in (HIDDEN_DOG, case.case_reference, str(case.pk)):
        found = look(visitors, role, rows, f"q={word}&seite=1")
        shown = {name: page.replace(word, "Quastenflosser") for name, page in found.items()}
        assert {name for name in shown if shown[name] != absent[name]} == set()


# ---- Foreign and made-up numbers


OBJECTS = ("case_id", "task_id", "document_id", "message_id", "inquiry_id", "draft_id", "upload_id", "entry_id",
           "follow_up_id", "co_signature_id", "batch_id", "incident_id", "job_id", "membership_id", "stand_in_id",
           "authority_id", "pk")  # fmt: skip
NAMED = [row for row in ROWS if row.parameters & set(OBJECTS)]
STRANGERS = ("guest", "other", "stranger", "designer", "mailroom") if LONG else ("guest", "other", "stranger")


def made_up(known: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: uuid.uuid4() if isinstance(known[name], uuid.UUID) else 987_654 for name in names}


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row.name)
def test_foreign_things_and_made_up_ones_are_answered_alike(visitors: Visitors, row: Row) -> None:
    for role in STRANGERS:
        known = {**visitors.town.known(row.address, role), **row.fixed}
        names = set(row.parameters & set(OBJECTS))
        for method in ("GET", "POST"):
            if row.outcomes[method][role] not in REFUSED:
                continue
            client = visitors.browser(role)
            foreign = answer_to(client, method, row.url(known), known)
            unknown = answer_to(client, method, row.url({**known, **made_up(known, names)}), known)
            assert foreign == unknown, f"{role} {method}"


def answer_to(client: Client, method: str, url: str, known: dict[str, Any]) -> tuple[int, str, str]:
    """Status, where to, and page, without the numbers that stand in the address itself."""
    answer: Any = send(client, method, url)
    text = "" if answer.streaming else answer.content.decode(errors="replace")
    text = text.replace(url.partition("?")[0], "ADDRESS")
    where = re.sub(r"[\da-f]{8}-[\da-f-]{27}|(?<=%2F)\d+(?=%2F)", "ID", answer.get("Location", ""))
    return answer.status_code, where, VARYING.sub("", text)


# ---- Mails


def test_mails_tell_nothing_of_what_a_case_is_about(visitors: Visitors, more: Any) -> None:
    """A hint leads to the inbox; what is in it stands there only."""
    mail.outbox.clear()
    more()
    assert mail.outbox, "no hint was sent"
    texts = [f"{message.subject}\n{message.body}" for message in mail.outbox]
    assert [text for text in texts if CANARY in text or HIDDEN_DOG in text] == []

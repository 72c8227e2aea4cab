"""Other people's things named in a body, or under an address of one's own: no effect, and no hint that they exist."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import models, transaction

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms.models import Draft, Upload
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.models import Post, UserSession
from rathaus.identity.public import SYSTEM, UserAccount, actor_for
from rathaus.identity.queries.sessions import sessions_of
from rathaus.intake import public as intake
from rathaus.kernel.models import AuditEntry
from rathaus.kernel.public import clock, jobs
from tests.architecture.rights import Row, Visitors, _filled, send, table
from tests.factories import town_hall
from tests.factories.identity import sign_in
from tests.security.attack import LONG, names_in_requests
from tests.security.test_leaks import VARYING, _belonging

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
SOON = timedelta(days=14)
Things = Mapping[str, Any]


# ---- Things that belong to somebody else


@pytest.fixture(scope="module")
def foreign(visitors: Visitors) -> Things:
    """One of everything of the citizen "other" and of the office of "stranger", by kind."""
    town, other, stranger = visitors.town, visitors.town.people["other"], visitors.town.people["stranger"]
    assert other is not None and stranger is not None
    case, actor = records.case_by_id(town.elsewhere), actor_for(stranger)
    intake.ask_applicant(actor=actor, case_id=case.pk, text="Farbe?", due_on=clock.today() + SOON)
    follow_up = records.schedule_follow_up(actor=actor, case=case, due_on=clock.today(), text="Nachsehen")
    jobs.run_pending()
    session = sign_in(visitors.browser("guest"), other).session.session_key
    made = correspondence.PrintBatch.objects.get(pk=town.objects["batch_id"])
    return {
        "case": case.pk,
        "task": processes.open_tasks_of(case.pk)[0].pk,
        "document": records.documents_of(SYSTEM, case)[0].pk,
        "inquiry": intake.inquiries_of(case.pk)[0].pk,
        "follow_up": follow_up.pk,
        "message": correspondence.inbox_of(actor_for(other))[0].pk,
        **{name.removesuffix("_id"): value for name, value in town_hall._draft_with_file(other).items()},
        "person": other.pk,
        "colleague elsewhere": stranger.pk,
        "post": Post.objects.get(memberships__account=stranger).code,
        "access_set": case.access_set_id,
        "letter_template": correspondence.LetterTemplateVersion.objects.order_by("-pk")[0].pk,
        "session": next(row.handle for row in sessions_of(other) if row.session_key == session),
        "printed": made.items.get().pk,
        "disposal_item": _disposal_item(stranger).pk,
    }


def _disposal_item(stranger: UserAccount) -> records.DisposalItem:
    """A file on the disposal list of the other office."""
    unit = Post.objects.get(memberships__account=stranger).unit
    made = records.DisposalList.objects.create(number="AUS-2026-0002", unit_id=unit.pk, unit_name=unit.name)
    return records.DisposalItem.objects.create(
        disposal_list=made, dossier_id=uuid.uuid4(), file_reference="32/2015/0001", plan_code="32",
        plan_title="Ordnung", rule="offer", retention_years=10, filed_on=clock.today(),
        retain_until=clock.today(), cases=1, documents=1,
    )  # fmt: skip


def made_up(value: Any) -> Any:
    """Something of the same shape that does not exist."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    return 987_654 if isinstance(value, int) else "erfunden"


# ---- In bodies


@dataclass(frozen=True)
class Attack:
    """A body that names a foreign thing of a ``kind`` in one place, where everything else is as it should be."""

    row: str
    role: str
    kind: str
    body: Callable[[Any], Mapping[str, Any]]
    acts: bool = False
    """Whether the request does something of one's own in spite of it, such as saving the page of a draft."""

    def __str__(self) -> str:
        return f"{self.row} {self.role} {self.kind}"


def _stands_in(value: Any) -> dict[str, Any]:
    return {"substitute": value, "valid_from": "2027-02-01", "valid_to": "2027-02-05"}


def _application(value: Any) -> dict[str, Any]:
    """What a program sends, with somebody else's file in it."""
    file = {"upload": str(value), "name": "nachweis.pdf", "media_type": "application/pdf", "size": 9}
    return {"data": {**town_hall._data("Hasso"), "nachweis": [file]}}


ATTACKS = [
    Attack("casework:assign", "clerk", "task", lambda it: {"aufgabe": it, "person": "$clerk_id"}),
    Attack("casework:assign", "clerk", "task", lambda it: {"aufgabe": ["$task_id", str(it)],
           "person": "$clerk_id"}, acts=True),
    Attack("casework:assign", "clerk", "task", lambda it: {"aufgabe": it, "person": "niemand"}),
    Attack("casework:assign", "clerk", "person", lambda it: {"aufgabe": "$task_id", "person": it}),
    Attack("casework:assign", "clerk", "colleague elsewhere", lambda it: {"aufgabe": "$task_id", "person": it}),
    Attack("casework:action name=zuteilen", "clerk", "person", lambda it: {"person": it}),
    Attack("casework:action name=zuteilen", "clerk", "colleague elsewhere", lambda it: {"person": it}),
    Attack("casework:action name=mitzeichnung", "clerk", "person", lambda it: {"signer": f"person:{it}"}),
    Attack("casework:admin_stand_ins", "clerk", "person", _stands_in),
    Attack("casework:admin_stand_ins", "stranger", "person", _stands_in),
    Attack("casework:admin_stand_ins", "head", "colleague elsewhere",
           lambda it: {**_stands_in("$clerk_id"), "absent": it}),
    Attack("casework:protection", "head", "person", lambda it: {"reason": "Gefahr", "people": it}),
    Attack("casework:protection", "head", "colleague elsewhere", lambda it: {"reason": "Gefahr", "people": it}),
    Attack("casework:letter", "clerk", "letter_template", lambda it: {"brief": it, "_issue": "1"}),
    Attack("casework:decide_disposal", "head", "disposal_item", lambda it: {f"entscheidung-{it}": "destroy"}),
    Attack("correspondence:make_batch", "mailroom", "printed", lambda it: {"brief": it}),
    Attack("identity:end_sessions", "owner", "session", lambda it: {"sitzung": it}),
    Attack("portal:page", "owner", "upload", lambda it: {"_remove": f"nachweis:{it}", "nachweis": it}, acts=True),
    Attack("casework:entry_page", "clerk", "upload", lambda it: {"_remove": f"nachweis:{it}"}, acts=True),
    Attack("casework:work", "clerk", "upload", lambda it: {"_remove": f"datei:{it}", "_save": "1"}, acts=True),
    Attack("api:create_application", "owner", "upload", _application),
]  # fmt: skip


ANY_OF_THE_HOUSE = {"casework:action name=weitergeben"}
"""A case may be handed on to every unit; there is no foreign one."""


def test_every_body_with_an_id_is_attacked() -> None:
    """A new row of the table whose body names an object wants an attack."""
    named = {row.name for row in table().values() if "_id" in str(row.sends)}
    assert named <= {attack.row for attack in ATTACKS} | ANY_OF_THE_HOUSE


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_a_foreign_id_in_a_body_is_as_good_as_none(
    visitors: Visitors, foreign: Things, attack: Attack
) -> None:
    thing = foreign[attack.kind]
    before = snapshot(visitors)
    real, acted = _answer(visitors, attack, thing, lambda: snapshot(visitors) == before)
    unknown, _ = _answer(visitors, attack, made_up(thing), lambda: True)
    assert acted == attack.acts
    assert real == unknown


def _answer(
    visitors: Visitors, attack: Attack, thing: Any, is_untouched: Callable[[], bool]
) -> tuple[tuple[Any, ...], bool]:
    """Status, where to, messages and page, without the id itself; and whether the audit has an entry of it."""
    row = table()[attack.row]
    known = {**visitors.town.known(row.address, attack.role), **row.fixed}
    body = {
        key: [_filled({key: part}, known)[key] for part in value] if isinstance(value, list) else value
        for key, value in _filled(attack.body(thing), known).items()
    }
    cache.clear()  # limits of how often one may try count for everybody together
    with transaction.atomic():
        entries, drafts = AuditEntry.objects.count(), _drafts()
        answer: Any = send(visitors.browser(attack.role), "POST", row.url(known), body)
        acted = AuditEntry.objects.count() > entries or attack.acts
        assert is_untouched()
        assert not (str(thing) in _drafts() and str(thing) not in drafts)
        transaction.set_rollback(True)
    page = "" if answer.streaming else answer.content.decode()
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    shown = _without_ids(VARYING.sub("", page).replace(str(thing), "ID"))
    return (answer.status_code, answer.get("Location", ""), said, shown), acted


def _drafts() -> str:
    return str(list(Draft.objects.exclude(owner__email="max@example.org").values_list("data", flat=True)))


def snapshot(visitors: Visitors) -> dict[str, list[Any]]:
    """Every row that hangs on the foreign case, and the other citizen's drafts, files and sessions."""
    other = visitors.town.people["other"]
    assert other is not None
    rows: dict[type[models.Model], set[Any]] = _rows_of(visitors.town.elsewhere)
    found = {
        model.__name__: sorted(map(repr, model._default_manager.filter(pk__in=keys).values_list()))
        for model, keys in rows.items()
    }
    found["drafts"] = list(Draft.objects.filter(owner=other).order_by("pk").values_list())
    found["uploads"] = list(Upload.objects.filter(draft__owner=other).order_by("pk").values_list())
    found["sessions"] = sorted(
        UserSession.objects.filter(account=other).values_list("session_key", flat=True)
    )
    return found


_known_rows: dict[uuid.UUID, dict[type[models.Model], set[Any]]] = {}


def _rows_of(case_id: uuid.UUID) -> dict[type[models.Model], set[Any]]:
    """Searched for once: attacks do not add to what a case has, they would change or delete it."""
    if case_id not in _known_rows:
        rows: dict[type[models.Model], set[Any]] = {}
        for row in _belonging(case_id):
            rows.setdefault(type(row), set()).add(row.pk)
        _known_rows[case_id] = rows
    return _known_rows[case_id]


# ---- In fields that nobody asked for


ABOUT_THAT_CASE = {"processes:retry_incident", "processes:resolve_incident"}
"""The incident of the town lies in the case elsewhere, and administrators may handle it."""
POSTS = [
    row
    for row in table().values()
    if set(row.outcomes["POST"].values()) & {"done", "go", "ok"} and row.address not in ABOUT_THAT_CASE
]


def doer(row: Row) -> str:
    """Who gets something done there; else who gets in."""
    outcomes = row.outcomes["POST"]
    for wanted in ("done", "go", "ok"):
        for role, outcome in outcomes.items():
            if outcome == wanted and role not in ("other", "stranger"):
                return role
    return "clerk"


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.name)
def test_ids_in_fields_that_nobody_asked_for_do_nothing(
    visitors: Visitors, foreign: Things, row: Row
) -> None:
    """Every name that any view reads, and every name of an id, with foreign things as values."""
    role, known = doer(row), {**visitors.town.known(row.address, doer(row)), **row.fixed}
    names = [name for name in (*names_in_requests(), *ID_NAMES) if name not in row.sends]
    before, things = snapshot(visitors), list(foreign.values())
    start = POSTS.index(row)
    for turn in range(len(things) if LONG else 2):
        smuggled = {
            name: str(things[(start + place + turn) % len(things)]) for place, name in enumerate(names)
        }
        cache.clear()
        client = visitors.browser(role)
        client.raise_request_exception = False
        with transaction.atomic():
            answer: Any = send(client, "POST", row.url(known), {**smuggled, **_filled(row.sends, known)})
            page = "" if answer.streaming else answer.content.decode(errors="replace")
            assert snapshot(visitors) == before
            transaction.set_rollback(True)
        assert answer.status_code < 500
        assert "Mondenhund" not in page


ID_NAMES = (
    "id", "pk", "case", "case_id", "vorgang", "task", "task_id", "document", "document_id", "draft", "draft_id",
    "upload", "upload_id", "message", "message_id", "inquiry", "inquiry_id", "follow_up", "follow_up_id", "account",
    "account_id", "owner", "applicant", "assignee", "access_set", "access_set_id", "unit_id", "post", "letter",
    "template", "template_version", "is_employee", "is_superuser", "roles", "state", "lead_unit",
)  # fmt: skip


# ---- Under an address of one's own


NESTED = {
    "task_id": "own_matter", "document_id": "own_matter", "follow_up_id": "own_matter", "co_signature_id": "own_matter",
    "upload_id": "foreign", "item_id": "foreign",
}  # fmt: skip
"""Ids that stand below another in an address, and whose thing is put there: of another case that the same person may
read (so that the case in the address has to be compared), or of somebody else."""
OUTER = {"case_id", "draft_id", "list_id"}
PAIRS = [
    (row, name)
    for row in table().values()
    for name in sorted(row.parameters & NESTED.keys())
    if row.parameters & OUTER
]
READERS = {
    "case_id": ("clerk", "head", "stand_in", "co_signer"),
    "draft_id": ("owner",),
    "list_id": ("head",),
}


@pytest.fixture
def inner(visitors: Visitors, foreign: Things) -> Iterator[Callable[[str], Any]]:
    things = {"upload_id": foreign["upload"], "item_id": foreign["disposal_item"]}
    yield lambda name: things[name] if name in things else visitors.town.own_matter[name]


@pytest.mark.parametrize(("row", "name"), PAIRS, ids=lambda part: getattr(part, "name", part))
def test_things_of_one_case_are_not_found_under_another(
    visitors: Visitors, inner: Callable[[str], Any], row: Row, name: str
) -> None:
    (outer,) = row.parameters & OUTER
    for role in READERS[outer]:
        known = {**visitors.town.known(row.address, role), **row.fixed}
        for method in ("GET", "POST"):
            asked = [
                _shown(visitors, role, method, row, {**known, name: value})
                for value in (inner(name), made_up(inner(name)))
            ]
            assert asked[0] == asked[1], f"{role} {method}"
            assert asked[0][0] in (302, 403, 404, 405), f"{role} {method}"


def _shown(visitors: Visitors, role: str, method: str, row: Row, known: Mapping[str, Any]) -> tuple[Any, ...]:
    url = row.url(known)
    with transaction.atomic():
        entries = AuditEntry.objects.count()
        answer: Any = send(visitors.browser(role), method, url, _filled(row.sends, known))
        assert AuditEntry.objects.count() == entries
        transaction.set_rollback(True)
    page = "" if answer.streaming else VARYING.sub("", answer.content.decode())
    where = answer.get("Location", "")
    return answer.status_code, *(_without_ids(text.replace(url, "ADDRESS")) for text in (where, page))


def _without_ids(text: str) -> str:
    return re.sub(r"[\da-f]{8}-[\da-f-]{27}", "ID", text)


def test_a_citizens_document_is_found_only_in_its_own_case(visitors: Visitors, foreign: Things) -> None:
    for name, key in (("citizen:download", "document"), ("citizen:message", "message")):
        row = table()[name]
        known = {**visitors.town.known(row.address, "owner"), f"{key}_id": foreign[key]}
        for value in (foreign[key], made_up(foreign[key])):
            known[f"{key}_id"] = value
            answer = send(visitors.browser("owner"), "GET", row.url(known), {})
            assert answer.status_code == 404

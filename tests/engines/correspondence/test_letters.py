from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

import feel
from rathaus.engines.correspondence.events import LetterIssued, MessageDelivered
from rathaus.engines.correspondence.models import InboxMessage, Letter, LetterTemplateVersion, PrintItem
from rathaus.engines.correspondence.public import (
    DeliveryWay,
    InvalidLetter,
    LetterKind,
    MessageNotFound,
    Signature,
    current_version,
    deliver,
    grant_signing_authority,
    inbox_of,
    issue_letter,
    letters_of,
    mark_read,
    may_sign,
    message_count,
    message_for,
    publish_letter,
    render_letter,
    revoke_signing_authority,
    send_message,
    sender_for,
    unread_count,
)
from rathaus.identity.public import ANONYMOUS, SYSTEM, actor_for
from rathaus.kernel.public import audit, blobs, clock, jobs
from tests.factories import correspondence as make
from tests.factories import identity as people

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=BERLIN)


def test_the_same_text_is_the_same_version() -> None:
    first = make.template(make.source("eins"), key="hund/bescheid")
    second = make.template(make.source("zwei"), key="hund/bescheid")
    again = make.template(make.source("eins"), key="hund/bescheid")
    other = make.template(make.source("eins"), key="katze/bescheid")
    assert (first.number, second.number, again.pk, other.number) == (1, 2, first.pk, 1)
    assert current_version("hund/bescheid") == second
    assert current_version("niemand") is None


def test_a_wrong_text_is_not_published() -> None:
    with pytest.raises(InvalidLetter, match="Zeile 8, Spalte 1"):
        make.template(make.source("::: wenn true"))
    assert LetterTemplateVersion.objects.count() == 0


def test_who_may_publish() -> None:
    cast = people.cast()
    publish_letter(actor=cast.actor("designer"), key="a", source=make.source())
    for name in ("citizen", "case_worker", "head"):
        with pytest.raises(PermissionDenied):
            publish_letter(actor=cast.actor(name), key="a", source=make.source())


def test_pdf_and_html_of_a_published_letter() -> None:
    people.town(name="Musterstadt", official_name="Stadt Musterstadt", remedy_office="Magistrat")
    version = make.template(make.source("{{ empfaenger.name }} am {{ heute | datum }} von {{ stadt.name }}"))
    with clock.travel(FRIDAY):
        letter = render_letter(version, {}, sender=sender_for(), recipient=make.recipient())
    assert "<p>Erika Muster am 4. Dezember 2026 von Stadt Musterstadt</p>" in letter.html
    assert "zu erheben bei: Magistrat" in letter.html
    assert letter.pdf[:5] == b"%PDF-"


def test_only_a_letter_that_asks_for_it_is_signed() -> None:
    signature = Signature("Sabine Steuer")
    frame: dict[str, Any] = {"sender": make.sender(), "recipient": make.recipient(), "signature": signature}
    signed = render_letter(make.template(make.source(more="signature: sachbearbeitung")), {}, **frame)
    unsigned = render_letter(make.template(make.source(more="signature: none")), {}, **frame)
    assert ["Sabine Steuer" in letter.html for letter in (signed, unsigned)] == [True, False]
    assert ["maschinell erstellt" in letter.html for letter in (signed, unsigned)] == [False, True]


def test_issue_keeps_everything() -> None:
    subject = uuid.uuid4()
    context = {"b": Decimal("60.00"), "frist": feel.evaluate('duration("P14D")'), "am": date(2026, 12, 4)}
    letter = make.letter(text=make.source("Sie zahlen {{ b | euro }}."), context=context, subject=subject)
    stored = letters_of(subject).get()
    assert (stored.key, stored.kind, stored.title, stored.reference) == (
        "bescheid",
        LetterKind.DECISION,
        "Bescheid",
        "20.3-2026-00017",
    )
    assert "Sie zahlen 60,00 €." in stored.text
    assert Letter.objects.get(pk=letter.pk).context == {"b": "60.00", "frist": "P14D", "am": "2026-12-04"}
    assert blobs.read(stored.pdf_id)[:5] == b"%PDF-"
    assert [entry.action for entry in audit.entries_for(f"correspondence.letter:{letter.pk}")] == [
        "correspondence.letter_issued"
    ]


def test_issue_finds_the_title_itself() -> None:
    version = make.template(make.source(title="Bescheid für {{ empfaenger.name }}"))
    letter = issue_letter(
        actor=SYSTEM,
        subject=uuid.uuid4(),
        template_version=version,
        context={},
        pdf=blobs.store(b"%PDF-", "application/pdf"),
        html="",
        recipient=make.recipient(),
    )
    assert letter.title == "Bescheid für Erika Muster"


def test_only_staff_issues() -> None:
    cast = people.cast()
    letter = make.letter()
    for actor in (ANONYMOUS, cast.actor("citizen"), cast.actor("administrator")):
        with pytest.raises(PermissionDenied):
            deliver(actor=actor, letter=letter)
    deliver(actor=cast.actor("case_worker"), letter=letter)


def test_with_an_account_it_goes_to_the_inbox_once() -> None:
    citizen = people.account("Erika", "Muster", email="erika@example.org")
    letter = make.letter()
    with clock.travel(FRIDAY):
        message = deliver(actor=SYSTEM, letter=letter, account=citizen)
        assert deliver(actor=SYSTEM, letter=Letter.objects.get(pk=letter.pk), account=citizen) == message
        assert deliver(actor=SYSTEM, letter=Letter.objects.get(pk=letter.pk)) == message
    stored = Letter.objects.get(pk=letter.pk)
    assert (stored.way, stored.sent_on, stored.notified_on) == (
        DeliveryWay.INBOX,
        date(2026, 12, 4),
        date(2026, 12, 8),
    )
    assert (InboxMessage.objects.count(), PrintItem.objects.count()) == (1, 0)


def test_a_tax_notice_is_not_notified_on_a_sunday() -> None:
    citizen = people.account()
    letter = make.letter(text=make.source(more="law: tax"))
    with clock.travel(datetime(2026, 12, 2, 10, 0, tzinfo=BERLIN)):
        deliver(actor=SYSTEM, letter=letter, account=citizen)
    assert letter.notified_on == date(2026, 12, 7)


def test_without_an_account_it_is_printed_once() -> None:
    letter = make.letter()
    item = deliver(actor=SYSTEM, letter=letter)
    assert deliver(actor=SYSTEM, letter=Letter.objects.get(pk=letter.pk)) == item
    stored = Letter.objects.get(pk=letter.pk)
    assert (stored.way, stored.sent_on, stored.notified_on) == (DeliveryWay.PRINT, None, None)


def test_the_email_says_nothing_about_the_content(settings: object) -> None:
    settings.RATHAUS_PUBLIC_URL = "https://rathaus.example"  # type: ignore[attr-defined]  # the fixture is untyped
    people.town(name="Musterstadt", official_name="Stadt Musterstadt")
    citizen = people.account("Erika", "Muster", email="erika@example.org")
    deliver(actor=SYSTEM, letter=make.letter(), account=citizen)
    jobs.run_pending(raise_errors=True)
    (hint,) = mail.outbox
    assert (hint.to, hint.subject) == (["erika@example.org"], "Neue Nachricht von Stadt Musterstadt")
    assert "Sie haben eine neue Nachricht in Ihrem Postfach." in hint.body
    assert "https://rathaus.example/konto/" in hint.body
    assert "Bescheid" not in hint.body
    assert InboxMessage.objects.get().hinted_at is not None


def test_a_repeated_job_does_not_write_again() -> None:
    from rathaus.engines.correspondence.receivers import hint_by_email

    citizen = people.account(email="erika@example.org")
    message = send_message(actor=SYSTEM, account=citizen, subject=None, title="T", text="x")
    event = MessageDelivered(message.pk, citizen.pk, None, None)
    hint_by_email(event)
    hint_by_email(event)
    assert len(mail.outbox) == 1


def test_the_hint_speaks_the_reader_s_language() -> None:
    citizen = people.account(email="erika@example.org")
    citizen.language = "en"
    citizen.save()
    send_message(actor=SYSTEM, account=citizen, subject=None, title="T", text="x")
    jobs.run_pending(raise_errors=True)
    assert "You have a new message in your inbox." in mail.outbox[0].body


def test_a_message_is_escaped_and_sent_once_for_each_key() -> None:
    citizen, subject = people.account(), uuid.uuid4()
    message = send_message(
        actor=SYSTEM, account=citizen, subject=subject, title="T", text="<b>eins</b>\n\nzwei", key="a"
    )
    again = send_message(actor=SYSTEM, account=citizen, subject=subject, title="T", text="x", key="a")
    assert again == message
    assert message.body_html == "<p>&lt;b&gt;eins&lt;/b&gt;</p>\n\n<p>zwei</p>"
    assert (message_count(subject), message_count(subject, citizen), message_count(uuid.uuid4())) == (1, 1, 0)


def test_the_inbox_is_one_s_own() -> None:
    cast = people.cast()
    message = send_message(actor=SYSTEM, account=cast.citizen, subject=None, title="T", text="x")
    owner = cast.actor("citizen")
    assert [item.pk for item in inbox_of(owner)] == [message.pk]
    assert message_for(owner, message.pk) == message
    for other in (ANONYMOUS, cast.actor("other_citizen"), cast.actor("head"), cast.actor("administrator")):
        assert list(inbox_of(other)) == []
        assert unread_count(other) == 0
        with pytest.raises(MessageNotFound):
            message_for(other, message.pk)
        with pytest.raises(PermissionDenied):
            mark_read(actor=other, message=message)


def test_reading_is_noted_once() -> None:
    citizen = people.account()
    actor = actor_for(citizen)
    message = send_message(actor=SYSTEM, account=citizen, subject=None, title="T", text="x")
    assert unread_count(actor) == 1
    with clock.travel(FRIDAY):
        first = mark_read(actor=actor, message=message).read_at
    assert mark_read(actor=actor, message=message_for(actor, message.pk)).read_at == first
    assert unread_count(actor) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_inbox(count: int, django_assert_num_queries: object) -> None:
    citizen = people.account()
    for number in range(count):
        send_message(actor=SYSTEM, account=citizen, subject=None, title=str(number), text="x")
    actor = actor_for(citizen)
    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture is untyped
        assert len([(message.title, message.summary) for message in inbox_of(actor)]) == count


def test_events_can_be_read_back() -> None:
    issued = LetterIssued(uuid.uuid4(), uuid.uuid4(), "decision", "Bescheid", None)
    assert LetterIssued.from_json(issued.to_json()) == issued


def test_signing_without_rules_follows_the_unit() -> None:
    cast = people.cast()
    version = make.template()
    allowed = {name for name in people.ROLES if may_sign(cast.actor(name), version)}
    assert allowed == {"case_worker", "colleague", "stranger", "stand_in", "head"}


def test_signing_by_rule() -> None:
    cast = people.cast()
    admin = cast.actor("administrator")
    version = make.template()
    notice = make.template(make.source(kind="notice"))
    authority = grant_signing_authority(
        actor=admin,
        unit=cast.steueramt,
        post_role="case_worker",
        kinds=[LetterKind.DECISION],
        amount_limit=Decimal("500"),
    )
    worker = cast.actor("case_worker")
    assert [may_sign(worker, version, Decimal(amount)) for amount in ("499.99", "500", "500.01")] == [
        True,
        True,
        False,
    ]
    assert may_sign(worker, version) is True
    assert may_sign(worker, notice) is False
    revoke_signing_authority(actor=admin, authority=authority)
    assert may_sign(worker, notice) is True
    for name in ("case_worker", "head", "designer"):
        with pytest.raises(PermissionDenied):
            grant_signing_authority(actor=cast.actor(name), unit=cast.steueramt, post_role="head")

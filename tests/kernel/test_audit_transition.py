"""The last release writes entries without a stamp, and seals them, while this one is rolled out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from rathaus.kernel import append_only
from rathaus.kernel.audit import transition
from rathaus.kernel.audit.digests import digest_of
from rathaus.kernel.audit.sealing import fields_of, unsealed
from rathaus.kernel.models import AuditEntry, AuditHead, AuditSeal
from rathaus.kernel.public import audit, clock

pytestmark = pytest.mark.django_db
A_DAY = transition.GRACE


def _old_entry(action: str = "test.done", **more: Any) -> AuditEntry:
    """What the last release writes; so could anybody with access to the database."""
    return AuditEntry.objects.create(at=clock.wall(), actor="staff:1", action=action, **more)


def _old_seal() -> None:
    """What the sealer of the last release does: it knows the key, but neither stamps nor a beginning."""
    end, _ = AuditHead.objects.get_or_create()
    for entry in unsealed(end.highest_entry):
        end.position += 1
        end.digest = digest_of(end.digest, entry.id, fields_of(entry))
        end.highest_entry = max(end.highest_entry, entry.id)
        AuditSeal.objects.create(
            position=end.position, entry_id=entry.id, digest=end.digest, sealed_at=clock.wall()
        )
    end.save()


def _new_entry() -> None:
    audit.append(actor="staff:1", action="test.done")


def _verified() -> list[tuple[str, str]]:
    return [(found.place, found.rule) for found in audit.verify() if found.rule != "audit.unprotected"]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the clock of the wall."""
    real = clock.wall

    def move(by: timedelta) -> None:
        def moved() -> datetime:
            return real() + by

        monkeypatch.setattr(clock, "wall", moved)

    return move


@pytest.fixture
def old_chain() -> list[AuditEntry]:
    """What the last release wrote and sealed."""
    entries = [_old_entry() for _ in range(4)]
    _old_seal()
    return entries


def test_what_the_last_release_wrote_and_sealed_is_no_finding(old_chain: list[AuditEntry]) -> None:
    _old_entry()
    assert audit.verify() == []
    audit.seal()
    assert audit.verify() == []


def test_both_releases_write_and_seal_side_by_side(old_chain: list[AuditEntry]) -> None:
    for sealer in (audit.seal, _old_seal, audit.seal, _old_seal):
        _new_entry()
        _old_entry()
        sealer()
        assert audit.verify() == []


def test_a_day_later_stamps_are_required(
    old_chain: list[AuditEntry], later: Callable[[timedelta], None]
) -> None:
    _new_entry()
    audit.seal()
    later(A_DAY)
    _old_entry()  # sealed before the requirement
    audit.seal()
    assert _verified() == []
    false = _old_entry()
    assert _verified() == [(f"Eintrag {false.pk}", "audit.inserted")]
    audit.seal()
    assert _verified() == [(f"Eintrag {false.pk}", "audit.inserted")]
    later(timedelta(days=-9))  # a clock that leaps back opens nothing again
    assert _verified() == [(f"Eintrag {false.pk}", "audit.inserted")]
    assert list(AuditEntry.objects.filter(subject=transition.SUBJECT).values_list("action", flat=True)) == [
        transition.ANNOUNCED,
        transition.REQUIRED,
    ]


def test_a_chain_begun_by_this_release_never_takes_entries_without_a_stamp() -> None:
    _new_entry()
    audit.seal()
    false = [_old_entry(), _old_entry(transition.ANNOUNCED, subject=transition.SUBJECT)]
    expected = [(f"Eintrag {entry.pk}", "audit.inserted") for entry in false]
    assert _verified() == expected
    audit.seal()
    assert _verified() == expected
    append_only.remove(connection, ["kernel_auditentry"])
    AuditEntry.objects.update(stamp="")
    assert len(_verified()) == 3


def test_who_has_the_database_only_cannot_take_the_requirement_back(
    old_chain: list[AuditEntry], later: Callable[[timedelta], None]
) -> None:
    audit.seal()
    _new_entry()
    audit.seal()
    later(A_DAY)
    _new_entry()
    audit.seal()
    assert _verified() == []
    append_only.remove(connection, ["kernel_auditentry", "kernel_auditseal"])
    required = AuditEntry.objects.get(action=transition.REQUIRED)
    required.delete()
    _old_entry()
    audit.seal()
    assert [rule for _, rule in _verified()] == ["audit.deleted"]


def test_a_copied_announcement_or_requirement_is_named(
    old_chain: list[AuditEntry], later: Callable[[timedelta], None]
) -> None:
    _new_entry()
    audit.seal()
    note = AuditEntry.objects.get(action=transition.ANNOUNCED)
    note.pk = AuditEntry.objects.order_by("-pk")[0].pk + 1
    note.save(force_insert=True)
    audit.seal()
    assert _verified() == [(f"Eintrag {note.pk}", "audit.reordered")]


def test_an_edited_entry_of_the_last_release_is_named(old_chain: list[AuditEntry]) -> None:
    audit.seal()
    append_only.remove(connection, ["kernel_auditentry"])
    for number in (0, 2):
        AuditEntry.objects.filter(pk=old_chain[number].pk).update(actor="forged")
        assert (f"Eintrag {old_chain[number].pk}", "audit.edited") in _verified()


def test_the_migration_announces_where_there_are_entries_and_touches_none() -> None:
    migration = import_module("rathaus.kernel.migrations.0004_stamps_keys_backups")
    editor = SimpleNamespace(connection=connection)
    migration.announce(apps, editor)
    assert AuditEntry.objects.count() == 0
    _old_entry()
    migration.announce(apps, editor)
    assert audit.verify() == []
    assert audit.seal() == 2
    assert audit.verify() == []
    assert transition.ANNOUNCED in transition.notes()


def test_clocks_may_leap_over_midnight_and_back(later: Callable[[timedelta], None]) -> None:
    _new_entry()
    audit.seal()
    for days in (2, -3, 0, -1):
        later(timedelta(days=days))
        _new_entry()
        audit.seal()
        assert audit.export() is not None
        assert _verified() == []
    assert [item.head.position for item in audit.exported()[0]] == [2, 3, 4, 5]
    later(timedelta())
    # From a day on: everything behind the first seal that says so, whatever the hours behind it say.
    append_only.remove(connection, ["kernel_auditentry"])
    last = AuditEntry.objects.order_by("-pk")[0]
    AuditEntry.objects.filter(pk=last.pk).update(actor="forged")
    found = [item.place for item in audit.verify(since=clock.wall() + timedelta(days=1))]
    assert f"Eintrag {last.pk}" in found

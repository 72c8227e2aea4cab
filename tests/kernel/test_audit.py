from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from rathaus.kernel import append_only, keys
from rathaus.kernel.audit import heads, sealing
from rathaus.kernel.audit.tasks import export_head
from rathaus.kernel.models import AuditEntry, AuditHead, AuditSeal, KeptKey
from rathaus.kernel.public import audit, clock

pytestmark = pytest.mark.django_db
TABLES = ("kernel_auditentry", "kernel_auditseal")


def _entries(count: int = 5) -> list[AuditEntry]:
    for number in range(count):
        audit.append(actor="staff:1", action="test.done", subject="test:1", details={"number": number})
    return list(AuditEntry.objects.order_by("id"))


@pytest.fixture
def chain() -> list[AuditEntry]:
    """Five sealed entries in tables without their protection, as somebody with the database password has them."""
    entries = _entries()
    audit.seal()
    append_only.remove(connection, TABLES)
    return entries


def _verified() -> list[tuple[str, str]]:
    return [(found.place, found.rule) for found in audit.verify() if found.rule != "audit.unprotected"]


def test_an_entry_says_who_did_what_to_what() -> None:
    audit.append(
        actor="staff:1", action="records.case_opened", subject="records.case:7", details={"id": UUID(int=7)}
    )
    audit.append(actor="system", action="other.thing")
    entry = audit.entries_for("records.case:7").get()
    assert (entry.actor, entry.action, entry.subject) == ("staff:1", "records.case_opened", "records.case:7")
    assert entry.details == '{"id": "00000000-0000-0000-0000-000000000007"}'
    assert abs(entry.at - clock.wall()) < timedelta(seconds=5)


def test_appending_costs_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        audit.append(actor="staff:1", action="test.done", subject="test:1", details={"a": 1})


def test_an_entry_goes_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.append(actor="staff:1", action="test.done")
        raise RuntimeError
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_changes(table: str, statement: str) -> None:
    _entries()
    audit.seal()
    column = "id" if table == "kernel_auditentry" else "position"
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, column, column))


def test_a_sealed_chain_is_whole_and_sealing_again_adds_nothing() -> None:
    _entries(5)
    assert audit.seal() == 5
    assert audit.seal() == 0
    _entries(2)
    assert audit.seal() == 2
    assert audit.verify() == []
    assert audit.head().position == 7


def test_entries_not_sealed_yet_are_no_finding() -> None:
    _entries(2)
    audit.seal()
    _entries(2)
    assert audit.verify() == []


@pytest.mark.parametrize("field", ["actor", "action", "subject", "details"])
def test_an_edited_entry_is_named(chain: list[AuditEntry], field: str) -> None:
    AuditEntry.objects.filter(pk=chain[2].pk).update(**{field: "forged"})
    assert _verified() == [(f"Eintrag {chain[2].pk}", "audit.edited")]


def test_a_changed_moment_is_an_edited_entry(chain: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=chain[1].pk).update(at=chain[1].at + timedelta(microseconds=1))
    assert _verified() == [(f"Eintrag {chain[1].pk}", "audit.edited")]


def test_each_of_several_edited_entries_is_named(chain: list[AuditEntry]) -> None:
    for entry in (chain[0], chain[1], chain[4]):
        AuditEntry.objects.filter(pk=entry.pk).update(actor="forged")
    assert _verified() == [(f"Eintrag {chain[n].pk}", "audit.edited") for n in (0, 1, 4)]


def test_a_deleted_entry_is_named(chain: list[AuditEntry]) -> None:
    chain[2].delete()
    assert _verified() == [(f"Eintrag {chain[2].id or chain[1].id + 1}", "audit.deleted")]


def test_an_entry_deleted_with_its_seal_leaves_a_gap(chain: list[AuditEntry]) -> None:
    AuditSeal.objects.filter(position=3).delete()
    AuditEntry.objects.filter(pk=chain[2].pk).delete()
    assert ("Siegel 3", "audit.seal_deleted") in _verified()


def _cut_off(chain: list[AuditEntry]) -> None:
    AuditSeal.objects.filter(position__gte=4).delete()
    AuditEntry.objects.filter(pk__in=[chain[3].pk, chain[4].pk]).delete()


def _with_gaps(chain: list[AuditEntry], *findings: tuple[str, str]) -> list[tuple[str, str]]:
    """What is found besides on SQLite, which never leaves a number out."""
    span = (f"Eintrag {chain[3].pk} bis {chain[4].pk}", "audit.truncated")
    return [*findings, span] if connection.vendor == "sqlite" else list(findings)


def test_a_cut_off_end_is_noticed(chain: list[AuditEntry]) -> None:
    noted = audit.head()
    _cut_off(chain)
    assert _verified() == _with_gaps(chain, ("Siegel 3", "audit.truncated"))
    # Even where the head was bent as well, a head noted elsewhere shows it.
    last = AuditSeal.objects.order_by("-position")[0]
    AuditHead.objects.update(position=3, digest=last.digest)
    assert _verified() == _with_gaps(chain)
    found = [(item.place, item.rule) for item in audit.verify(expected=noted)]
    assert ("Siegel 3", "audit.truncated") in found


def _bend_head() -> None:
    last = AuditSeal.objects.order_by("-position")[0]
    AuditHead.objects.update(position=last.position, digest=last.digest)


def test_a_cut_off_end_is_noticed_by_the_exported_head(chain: list[AuditEntry]) -> None:
    assert audit.export() is not None
    _cut_off(chain)
    _bend_head()
    assert ("Siegel 3", "audit.truncated") in _verified()
    _entries(3)
    audit.seal()
    assert ("Siegel 5", "audit.rewritten") in _verified()


def test_an_exported_head_proves_itself(chain: list[AuditEntry], tmp_path: Path) -> None:
    path = audit.export()
    assert path is not None
    assert audit.export() == path
    assert audit.read_file(path).head == audit.head()
    assert json.loads(path.read_text())["key"] == audit.public_key()
    forged = tmp_path / "forged.json"
    forged.write_text(path.read_text().replace('"position": 5', '"position": 3'))
    with pytest.raises(audit.InvalidHead, match="Unterschrift"):
        audit.read_file(forged)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": 1}', b"[" * 9000])
def test_what_is_no_head_is_a_finding(chain: list[AuditEntry], content: bytes, settings: Any) -> None:
    settings.AUDIT_HEAD_DIR.mkdir(parents=True)
    (settings.AUDIT_HEAD_DIR / "x.json").write_bytes(content)
    assert _verified() == [("x.json", "audit.head_invalid")]


def test_the_head_is_sent_out_of_the_house(
    chain: list[AuditEntry], settings: Any, mailoutbox: list[Any]
) -> None:
    settings.AUDIT_HEAD_MAIL = "revision@kreis.example"
    export_head.call()
    (message,) = mailoutbox
    assert message.to == ["revision@kreis.example"]
    assert heads.read_head(message.body, "mail").head == audit.head()


@pytest.mark.parametrize("field", ["actor", "action", "subject", "details"])
def test_an_entry_edited_before_it_was_sealed_is_named(field: str) -> None:
    entries = _entries()
    append_only.remove(connection, TABLES)
    AuditEntry.objects.filter(pk=entries[2].pk).update(**{field: "forged"})
    expected = [(f"Eintrag {entries[2].pk}", "audit.edited")]
    assert _verified() == expected
    audit.seal()
    assert _verified() == expected


def test_an_entry_inserted_before_the_sealer_came_is_named() -> None:
    entries = _entries()
    false = AuditEntry.objects.create(id=entries[-1].pk + 1, at=clock.wall(), actor="forged", action="x")
    assert _verified() == [(f"Eintrag {false.pk}", "audit.inserted")]
    audit.seal()
    assert _verified() == [(f"Eintrag {false.pk}", "audit.inserted")]


def test_a_stamp_of_another_entry_proves_nothing() -> None:
    entries = _entries()
    append_only.remove(connection, TABLES)
    AuditEntry.objects.filter(pk=entries[1].pk).update(stamp=entries[0].stamp)
    assert _verified() == [(f"Eintrag {entries[1].pk}", "audit.edited")]


def test_entries_exchanged_before_they_were_sealed_are_named() -> None:
    entries = _entries()
    append_only.remove(connection, TABLES)
    one, other = entries[1], entries[3]
    one.pk, other.pk = other.pk, one.pk
    one.save()
    other.save()
    found = _verified()
    assert {rule for _, rule in found} == {"audit.reordered"}
    audit.seal()
    assert _verified() == found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL also counts what was rolled back")
def test_an_entry_deleted_before_it_was_sealed_is_named_on_sqlite() -> None:
    entries = _entries()
    append_only.remove(connection, TABLES)
    gone = [entries[2].pk, entries[4].pk]
    AuditEntry.objects.filter(pk__in=gone).delete()
    expected = [(f"Eintrag {gone[0]}", "audit.deleted"), (f"Eintrag {gone[1]}", "audit.truncated")]
    assert _verified() == expected


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses such values")
@pytest.mark.parametrize("value", ["x'ff00fe'", "'gestern'", "7", "x'00'"])
@pytest.mark.parametrize("column", ["at", "actor", "details", "stamp"])
def test_whatever_was_written_is_a_finding_and_no_fault(
    chain: list[AuditEntry], column: str, value: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE kernel_auditentry SET {column} = {value} WHERE id = {chain[2].pk}")
    ((place, rule),) = _verified()
    assert place == f"Eintrag {chain[2].pk}"
    assert rule in {"audit.edited", "audit.inserted"}


def test_who_has_the_database_only_writes_no_chain(chain: list[AuditEntry]) -> None:
    """All seals are made anew without the key, with the triggers away and the head bent."""
    AuditEntry.objects.filter(pk=chain[0].pk).update(actor="forged")
    previous = ""
    for seal in AuditSeal.objects.order_by("position"):
        previous = hashlib.sha256(previous.encode()).hexdigest()
        AuditSeal.objects.filter(pk=seal.pk).update(digest=previous)
    _bend_head()
    assert {rule for _, rule in _verified()} == {"audit.edited"}


def test_from_a_day_on_only_what_came_later_is_looked_at(chain: list[AuditEntry]) -> None:
    AuditSeal.objects.update(sealed_at=clock.wall() - timedelta(days=9))
    later = _entries(6)[5:]
    audit.seal()
    AuditEntry.objects.filter(pk__in=[chain[1].pk, later[3].pk]).update(actor="forged")
    since = clock.wall() - timedelta(days=1)
    found = [
        (item.place, item.rule) for item in audit.verify(since=since) if item.rule != "audit.unprotected"
    ]
    assert found == [(f"Eintrag {later[3].pk}", "audit.edited")]


def test_a_wrong_master_key_seals_nothing(settings: Any) -> None:
    _entries()
    audit.seal()
    settings.BLOB_KEY = bytes(32)
    with pytest.raises(keys.WrongKey, match="RATHAUS_BLOB_KEY"):
        audit.append(actor="staff:1", action="test.done")


def test_very_many_deviations_are_counted(chain: list[AuditEntry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rathaus.kernel.audit.verification.MAX_FINDINGS", 2)
    AuditEntry.objects.update(actor="forged")
    assert [rule for _, rule in _verified()] == ["audit.edited", "audit.edited", "audit.more"]


def test_entries_that_changed_places_are_named(chain: list[AuditEntry]) -> None:
    one, other = AuditEntry.objects.get(pk=chain[1].pk), AuditEntry.objects.get(pk=chain[3].pk)
    one.pk, other.pk = other.pk, one.pk
    one.save()
    other.save()
    assert _verified() == [
        (f"Eintrag {chain[1].pk}", "audit.reordered"),
        (f"Eintrag {chain[3].pk}", "audit.reordered"),
    ]


def test_seals_that_changed_places_are_named(chain: list[AuditEntry]) -> None:
    AuditSeal.objects.filter(position=2).update(position=99)
    AuditSeal.objects.filter(position=4).update(position=2)
    AuditSeal.objects.filter(position=99).update(position=4)
    rules = {rule for _, rule in _verified()}
    assert rules == {"audit.reordered"}
    assert {place for place, _ in _verified()} == {f"Eintrag {chain[1].pk}", f"Eintrag {chain[3].pk}"}


def test_an_edited_seal_is_told_from_an_edited_entry(chain: list[AuditEntry]) -> None:
    AuditSeal.objects.filter(position=3).update(digest="0" * 64)
    assert _verified() == [("Siegel 3", "audit.seal_edited")]


def test_an_entry_slipped_in_later_is_named_before_and_after_sealing(chain: list[AuditEntry]) -> None:
    slipped = AuditEntry.objects.create(
        id=chain[0].pk - 1000, at=chain[0].at - timedelta(days=3), actor="forged", action="x", details="{}"
    )
    assert _verified() == [(f"Eintrag {slipped.pk}", "audit.inserted")]
    audit.seal()
    assert _verified() == [(f"Eintrag {slipped.pk}", "audit.inserted")]


def test_an_entry_far_behind_the_sealer_is_not_sealed_but_reported(
    chain: list[AuditEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LOOK_BACK", 2)
    monkeypatch.setattr("rathaus.kernel.audit.verification.LOOK_BACK", 2)
    AuditEntry.objects.create(id=chain[0].pk - 1, at=clock.wall(), actor="forged", action="x", details="{}")
    assert audit.seal() == 0
    assert _verified() == [(f"Eintrag {chain[0].pk - 1}", "audit.inserted")]


def test_without_the_key_nobody_writes_a_new_chain(chain: list[AuditEntry], settings: Any) -> None:
    AuditEntry.objects.filter(pk=chain[2].pk).update(actor="forged")
    AuditSeal.objects.all().delete()
    AuditHead.objects.all().delete()
    KeptKey.objects.all().delete()
    key, settings.BLOB_KEY = settings.BLOB_KEY, bytes(32)
    audit.seal()
    settings.BLOB_KEY = key
    KeptKey.objects.all().delete()
    assert {rule for _, rule in _verified()} == {"audit.edited"}


def test_missing_triggers_are_a_finding() -> None:
    append_only.remove(connection, ["kernel_auditseal"])
    assert [(found.place, found.rule) for found in audit.verify()] == [
        ("kernel_auditseal", "audit.unprotected")
    ]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets in one writer at a time")
def test_a_latecomer_is_sealed_after_what_overtook_it() -> None:
    """A transaction that drew its number early and commits late."""
    early, *_, last = _entries(4)
    append_only.remove(connection, TABLES)
    AuditEntry.objects.filter(pk=last.pk).update(id=last.pk + 10)
    audit.seal()
    audit.append(actor="a", action="late.commit")
    AuditEntry.objects.filter(action="late.commit").update(id=early.pk + 5)
    assert audit.seal() == 1
    assert _verified() == []
    assert AuditSeal.objects.order_by("-position")[0].entry_id == early.pk + 5


def test_long_chains_are_sealed_and_verified_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr("rathaus.kernel.audit.reading.CHUNK", 4)
    _entries(10)
    assert audit.seal() == 10
    assert audit.verify() == []


def _append_and_seal(number: int) -> None:
    try:
        audit.append(actor="system", action="test.done", details={"number": number})
        audit.seal()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_sealers_write_one_chain() -> None:
    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(_append_and_seal, range(24)))
    audit.seal()
    assert audit.head().position == 24
    assert list(AuditSeal.objects.order_by("position").values_list("position", flat=True)) == list(
        range(1, 25)
    )
    assert audit.verify() == []

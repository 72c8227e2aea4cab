"""The master key is exchanged while the town works: nothing becomes unreadable, and the chain goes on."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rathaus.identity.allauth_adapter import MfaAdapter
from rathaus.kernel import keys
from rathaus.kernel.blobs.checking import verify
from rathaus.kernel.blobs.envelope import mark_of
from rathaus.kernel.blobs.places import place
from rathaus.kernel.models import KeptKey
from rathaus.kernel.public import audit, blobs

pytestmark = pytest.mark.django_db
OLD, NEW, THIRD = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))


@pytest.fixture
def town(settings: Any, tmp_path: Path) -> blobs.Blob:
    """A town with a document, a sealed entry and a second factor, under the old key; the new one is set."""
    settings.BLOB_DIR = tmp_path / "blobs"
    settings.BLOB_KEY, settings.BLOB_KEYS_OLD = OLD, []
    keys.forget()
    blob = blobs.store(b"Bescheid", "text/plain")
    audit.append(actor="staff:1", action="test.done")
    settings.BLOB_KEY, settings.BLOB_KEYS_OLD = NEW, [OLD]
    keys.forget()
    return blob


def rotated() -> str:
    said = io.StringIO()
    call_command("keys_rotate", stdout=said, stderr=said)
    return said.getvalue()


def test_both_keys_open_everything_before_the_exchange(town: blobs.Blob) -> None:
    new = blobs.store(b"danach", "text/plain")
    assert (blobs.read(town), blobs.read(new)) == (b"Bescheid", b"danach")
    assert mark_of(place().read(town.sha256)) == keys.fingerprint(OLD)
    assert mark_of(place().read(new.sha256)) == keys.fingerprint(NEW)
    assert audit.verify() == []


@pytest.mark.parametrize("is_sealed", [True, False])
def test_after_the_exchange_the_new_key_is_enough(town: blobs.Blob, settings: Any, is_sealed: bool) -> None:
    factor = MfaAdapter().encrypt("geheim")
    public = audit.public_key()
    if is_sealed:
        audit.seal()
    assert "1 Dokumente umgestellt" in rotated()
    settings.BLOB_KEYS_OLD = []
    keys.forget()
    assert blobs.read(town) == b"Bescheid"
    assert MfaAdapter().decrypt(factor) == "geheim"
    assert audit.public_key() == public
    audit.append(actor="staff:1", action="test.done")
    audit.seal()
    assert audit.verify() == []


def test_doing_it_again_changes_nothing(town: blobs.Blob) -> None:
    rotated()
    before = place().read(town.sha256)
    assert "0 Dokumente umgestellt" in rotated()
    assert place().read(town.sha256) == before
    assert audit.AuditEntry.objects.filter(action="kernel.master_key_exchanged").count() == 1


def test_a_second_exchange_follows_the_first(town: blobs.Blob, settings: Any) -> None:
    audit.seal()
    rotated()
    settings.BLOB_KEY, settings.BLOB_KEYS_OLD = THIRD, [NEW]
    keys.forget()
    rotated()
    settings.BLOB_KEYS_OLD = []
    keys.forget()
    assert blobs.read(town) == b"Bescheid"
    assert audit.verify() == []


def test_without_the_exchange_the_new_key_alone_opens_nothing(town: blobs.Blob, settings: Any) -> None:
    settings.BLOB_KEYS_OLD = []
    keys.forget()
    with pytest.raises(blobs.BlobBroken, match="anderen Schlüssel"):
        blobs.read(town)
    assert [found.rule for found in audit.verify()] == ["audit.edited"]


def test_a_damaged_document_is_named_and_the_others_are_done(town: blobs.Blob) -> None:
    broken = blobs.store(b"kaputt", "text/plain")
    raw = bytearray(place().read(broken.sha256))
    raw[4:12] = keys.fingerprint(OLD)
    place().write(broken.sha256, bytes(raw))
    with pytest.raises(SystemExit):
        rotated()
    assert mark_of(place().read(town.sha256)) == keys.fingerprint(NEW)
    assert [finding.place for finding in verify()] == [broken.sha256]


def test_a_changed_kept_key_is_noticed(town: blobs.Blob) -> None:
    audit.seal()
    rotated()
    stored = KeptKey.objects.get(pk=keys.AUDIT_SEAL)
    KeptKey.objects.filter(pk=stored.pk).update(wrapped="00" + stored.wrapped[2:])
    keys.forget()
    with pytest.raises(keys.WrongKey, match="verändert"):
        audit.verify()


def test_without_a_former_key_it_says_how_it_goes(settings: Any) -> None:
    with pytest.raises(CommandError, match="RATHAUS_BLOB_KEYS_OLD"):
        rotated()

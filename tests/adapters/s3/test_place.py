"""Contents in an object storage, against a server that speaks S3."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from moto.server import ThreadedMotoServer

from rathaus.adapters.s3.place import Bucket
from rathaus.kernel import keys
from rathaus.kernel.blobs import checking
from rathaus.kernel.blobs.places import place
from rathaus.kernel.public import blobs, clock

pytestmark = [
    pytest.mark.django_db,
    # boto3 and the server are strangers' code; what they warn of is not ours to mend.
    pytest.mark.filterwarnings("default"),
]
DATA = b"Bescheid " * 500


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch, request: Any) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    name = "rathaus-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    made = boto3.resource("s3", endpoint_url=server, region_name="us-east-1").create_bucket(Bucket=name)
    settings.BLOB_URL = f"s3://{name}/town?endpoint={server}&region=us-east-1"
    with blobs.places.temporarily(Bucket, key="s3"):
        yield made


def test_content_comes_back_and_lies_there_sealed(bucket: Any) -> None:
    blob = blobs.store(DATA, "text/plain")
    assert blobs.read(blob) == DATA
    (item,) = bucket.objects.all()
    assert item.key == f"town/{blob.pk[:2]}/{blob.pk[2:4]}/{blob.pk}"
    assert b"Bescheid" not in item.get()["Body"].read()
    assert [found.sha256 for found in place().found()] == [blob.pk]


def test_the_same_content_is_sent_once(bucket: Any) -> None:
    blobs.store(DATA, "text/plain")
    (first,) = (item.e_tag for item in bucket.objects.all())
    blobs.store(DATA, "text/plain")
    assert [item.e_tag for item in bucket.objects.all()] == [first]


def test_what_is_missing_or_damaged_is_named(bucket: Any) -> None:
    missing, broken = blobs.store(b"fehlt", "text/plain"), blobs.store(b"kaputt", "text/plain")
    place().delete(missing.pk)
    place().delete(missing.pk)
    place().write(broken.pk, place().read(broken.pk)[:-1] + b"x")
    assert not blobs.exists(missing)
    with pytest.raises(blobs.BlobMissing):
        blobs.read(missing)
    with pytest.raises(blobs.BlobBroken):
        blobs.read(broken)
    assert {(found.place, found.rule) for found in checking.verify()} == {
        (missing.pk, "blob.missing"),
        (broken.pk, "blob.broken"),
    }


def test_a_storage_that_does_not_answer_is_told_from_a_missing_content(bucket: Any, settings: Any) -> None:
    blob = blobs.store(DATA, "text/plain")
    settings.BLOB_URL = settings.BLOB_URL.replace("/town", "x/town")
    with pytest.raises(blobs.BlobAway, match="NoSuchBucket"):
        blobs.read(blob)


def test_what_nothing_refers_to_goes(bucket: Any) -> None:
    blobs.store(DATA, "text/plain")
    blobs.Blob.objects.update(touched_at=clock.wall() - timedelta(days=9))
    assert blobs.sweep() == (1, len(DATA))
    assert list(bucket.objects.all()) == []


def test_the_master_key_is_exchanged(bucket: Any, settings: Any) -> None:
    blob = blobs.store(DATA, "text/plain")
    settings.BLOB_KEY, settings.BLOB_KEYS_OLD = bytes(32), [settings.BLOB_KEY]
    call_command("keys_rotate")
    settings.BLOB_KEYS_OLD = []
    keys.forget()
    assert blobs.read(blob) == DATA


def test_its_self_test_writes_reads_and_deletes(bucket: Any, settings: Any) -> None:
    assert [seen.level for seen in Bucket(settings.BLOB_URL).check()] == ["ok"]
    assert list(bucket.objects.all()) == []
    (seen,) = Bucket(settings.BLOB_URL.replace("/town", "x/town")).check()
    assert (seen.level, "NoSuchBucket" in seen.message) == ("fail", True)


@pytest.mark.parametrize(
    "url", ["s3://", "s3:///ordner", "s3://key:secret@bucket/", "s3://bucket/?acl=public"]
)
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="RATHAUS_BLOB_URL"):
        Bucket(url)

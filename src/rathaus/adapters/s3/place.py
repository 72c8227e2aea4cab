"""A bucket as the place of contents, through django-storages."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ImproperlyConfigured
from storages.backends.s3 import S3Storage

from rathaus.kernel.public import blobs, doctor

MISSING = {"404", "NoSuchKey", "NotFound"}
PARAMETERS = {"endpoint", "region"}
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 30, 4
TRIAL = "0" * 64  # a name that no content will have
ADVICE = "RATHAUS_BLOB_URL, Zugangsdaten und die Rechte an diesem Bucket prüfen."


class Bucket:
    """``s3://bucket/prefix?endpoint=https://…&region=…``. Raises ImproperlyConfigured for another URL.

    Faults of the network and of the storage are OSError, as with a disk.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        parameters = dict(parse_qsl(parts.query))
        if not parts.hostname or set(parameters) - PARAMETERS or parts.username:
            raise ImproperlyConfigured(
                "RATHAUS_BLOB_URL muss s3://bucket/ordner?endpoint=https://…&region=… sein; die Zugangsdaten gehören "
                "in AWS_ACCESS_KEY_ID und AWS_SECRET_ACCESS_KEY."
            )
        self._name = parts.hostname
        self._prefix = unquote(parts.path).strip("/")
        self._endpoint = parameters.get("endpoint")
        retries: Any = {"max_attempts": ATTEMPTS, "mode": "standard"}
        self._storage = S3Storage(
            bucket_name=self._name,
            location=self._prefix,
            endpoint_url=self._endpoint,
            region_name=parameters.get("region"),
            file_overwrite=True,
            default_acl=None,
            client_config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries=retries,
                s3={"addressing_style": "path" if self._endpoint else "auto"},
            ),
        )

    def read(self, sha256: str) -> bytes:
        try:
            content: bytes = self._object(sha256).get()["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise _as_os_error(error, sha256) from error
        return content

    def write(self, sha256: str, raw: bytes) -> None:
        try:
            self._object(sha256).put(Body=raw, ContentType="application/octet-stream")
        except (ClientError, BotoCoreError) as error:
            raise _as_os_error(error, sha256) from error

    def size(self, sha256: str) -> int | None:
        try:
            return int(self._object(sha256).content_length)
        except (ClientError, BotoCoreError) as error:
            fault = _as_os_error(error, sha256)
            if isinstance(fault, FileNotFoundError):
                return None
            raise fault from error

    def delete(self, sha256: str) -> None:
        try:
            self._object(sha256).delete()
        except (ClientError, BotoCoreError) as error:
            raise _as_os_error(error, sha256) from error

    def found(self) -> Iterator[blobs.Found]:
        start = f"{self._prefix}/" if self._prefix else ""
        try:
            for item in self._storage.bucket.objects.filter(Prefix=start):
                name = item.key.rpartition("/")[2]
                if len(name) == 64 and item.key == self._key(name):
                    yield blobs.Found(name, item.size, item.last_modified)
        except (ClientError, BotoCoreError) as error:
            raise _as_os_error(error, self._name) from error

    def sweep(self, before: datetime) -> int:
        """Nothing is ever left half written."""
        return 0

    def check(self) -> Iterator[doctor.Observation]:
        """Write, read and delete a trial object, as the town does with contents."""
        trial, name = secrets.token_bytes(64), TRIAL
        try:
            self.write(name, trial)
            is_whole = self.read(name) == trial
            self.delete(name)
        except OSError as error:
            yield doctor.fail("S3", f"{self.describe()}: {error.strerror}.", ADVICE)
            return
        if is_whole:
            yield doctor.ok("S3", f"{self.describe()} schreibt, liest und löscht.")
        else:
            yield doctor.fail("S3", f"{self.describe()} gibt anderes zurück als geschrieben wurde.", ADVICE)

    def describe(self) -> str:
        return f"s3://{self._name}/{self._prefix}" + (f" ({self._endpoint})" if self._endpoint else "")

    def _key(self, sha256: str) -> str:
        return "/".join(part for part in (self._prefix, sha256[:2], sha256[2:4], sha256) if part)

    def _object(self, sha256: str) -> Any:
        return self._storage.bucket.Object(self._key(sha256))


def _as_os_error(error: Exception, name: str) -> OSError:
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in MISSING:
        return FileNotFoundError(2, "fehlt", name)
    return OSError(5, f"S3 meldet {code or type(error).__name__}")

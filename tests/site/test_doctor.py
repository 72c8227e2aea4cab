"""The doctor finds what is wrong, names it, and says what to do."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from rathaus.kernel import append_only, keys
from rathaus.kernel.blobs.store import path_of
from rathaus.kernel.doctor import database, keeping, working
from rathaus.kernel.models import AuditSeal, BackupRun, Job
from rathaus.kernel.public import audit, blobs, clock, doctor, jobs
from rathaus.site import doctor_checks
from tests.factories import identity

pytestmark = pytest.mark.django_db


def seen(check: Callable[[], Any]) -> set[tuple[str, str]]:
    """Level and beginning of what a check tells."""
    return {(item.level, item.message) for item in check()}


def levels(check: Callable[[], Any]) -> list[str]:
    return [item.level for item in check()]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.BLOB_DIR = tmp_path / "blobs"


def test_everything_that_is_not_well_says_what_to_do() -> None:
    found = list(doctor.observe(outward=False))
    assert {"Datenbank", "Schema", "Platte", "Schlüssel", "Ablage", "Sicherung", "Uhr"} <= {
        item.place for item in found
    }
    assert [item for item in found if item.level != "ok" and not item.advice] == []


def test_a_check_that_breaks_is_a_finding_and_stops_no_other() -> None:
    def broken() -> Any:
        raise RuntimeError("kaputt")

    with doctor.checks.temporarily(doctor.Check("Probe", broken)):
        found = list(doctor.observe(outward=False))
    assert [(item.level, item.message) for item in found if item.place == "Probe"] == [
        ("fail", "ließ sich nicht prüfen: kaputt.")
    ]
    assert len({item.place for item in found}) > 5


def test_the_database_is_as_the_house_wants_it() -> None:
    found = levels(database.check_database)
    # The throw-away server of the tests works without waiting for the disk, which the doctor notices.
    assert ("fail" in found) == (connection.vendor == "postgresql")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")
def test_settings_of_sqlite_are_read_from_the_connection(settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=100")
    try:
        found = [item.message for item in database.check_database() if item.level == "fail"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=20000")
    assert found == ["Schreibende warten nur 100 ms aufeinander."]


def test_a_disk_that_is_full_or_closed_is_named(settings: Any, tmp_path: Path) -> None:
    assert "fail" not in levels(keeping.check_disks)
    settings.MIN_FREE_MB = 10**9
    assert set(levels(keeping.check_disks)) == {"fail"}


def test_a_wrong_key_is_named(settings: Any) -> None:
    audit.append(actor="system", action="test.done")
    audit.seal()
    assert "fail" not in levels(keeping.check_keys)
    settings.BLOB_KEY = bytes(32)
    keys.forget()
    assert levels(keeping.check_keys) == ["fail"]


def test_keys_that_others_can_read_are_named(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/blob_key").write_text("x")
    (tmp_path / "keys/blob_key").chmod(0o644)
    assert levels(keeping.check_keys) == ["fail", "ok"]


def test_a_document_that_does_not_open_is_named() -> None:
    blob = blobs.store(b"Bescheid", "text/plain")
    assert levels(keeping.check_blobs) == ["ok"]
    path_of(blob.pk).write_bytes(b"nichts")
    assert levels(keeping.check_blobs) == ["fail"]


def test_a_log_that_is_not_sealed_or_contradicts_its_head_is_named() -> None:
    assert levels(keeping.check_audit) == []
    audit.append(actor="system", action="test.done")
    audit.seal()
    assert levels(keeping.check_audit) == ["warn"]
    audit.export()
    assert levels(keeping.check_audit) == ["ok"]
    append_only.remove(connection, ["kernel_auditseal"])
    AuditSeal.objects.all().update(digest="0" * 64)
    assert levels(keeping.check_audit) == ["fail", "fail"]


def test_backups_grow_old() -> None:
    assert levels(keeping.check_backup) == ["warn"]
    run = BackupRun.objects.create(name="x", started_at=clock.wall(), finished_at=clock.wall())
    assert levels(keeping.check_backup) == ["ok"]
    run.started_at -= timedelta(days=3)
    run.save()
    assert levels(keeping.check_backup) == ["warn"]


def test_a_worker_shows_that_it_is_there() -> None:
    assert seen(working.check_worker) == {("fail", "Hat sich noch nie gemeldet.")}
    jobs.tick()
    jobs.run_pending()
    assert seen(working.check_worker) == {("ok", "arbeitet.")}
    Job.objects.update(finished_at=clock.wall() - timedelta(minutes=30))
    assert seen(working.check_worker) == {("fail", "Hat sich seit 30 Minuten nicht gemeldet.")}


def test_jobs_that_wait_or_were_given_up_are_counted() -> None:
    audit_task = "rathaus.kernel.audit.tasks.seal_entries"
    old = clock.wall() - timedelta(minutes=40)
    Job.objects.create(task=audit_task, enqueued_at=old, run_after=old)
    Job.objects.create(task=audit_task, enqueued_at=old, run_after=old, state="dead")
    assert {
        ("warn", "Der älteste Job wartet seit 40 Minuten."),
        ("warn", "Ein Job ist aufgegeben."),
    } <= seen(working.check_worker)


def test_an_operation_needs_https_names_and_no_demonstration(settings: Any) -> None:
    settings.PRODUCTION, settings.DEMO_IDENTITY, settings.TLS = True, True, False
    settings.ALLOWED_HOSTS, settings.RATHAUS_PUBLIC_URL = ["*"], "http://localhost:8000"
    assert levels(doctor_checks.check_settings) == ["fail"] * 4 + ["ok"]
    settings.DEMO_IDENTITY, settings.TLS = False, True
    settings.ALLOWED_HOSTS, settings.RATHAUS_PUBLIC_URL = ["rathaus.example"], "https://rathaus.example"
    assert levels(doctor_checks.check_settings) == ["ok"]


@pytest.fixture
def mail_server(settings: Any) -> Any:
    """A server that greets and takes leave."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        visitor, _ = server.accept()
        with visitor, visitor.makefile("rwb") as lines:
            lines.write(b"220 mail\r\n")
            lines.flush()
            for line in lines:
                lines.write(b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250 mail\r\n")
                lines.flush()

    thread = threading.Thread(target=serve)
    thread.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
    yield server
    thread.join(30)
    server.close()


def test_a_mail_server_is_asked_whether_it_would_take_something(mail_server: socket.socket) -> None:
    assert levels(doctor_checks.check_mail) == ["ok"]


def test_a_mail_server_that_is_away_is_named(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert levels(doctor_checks.check_mail) == ["fail"]
    assert doctor_checks.send_test_mail("a@example.org").level == "fail"


def test_the_command_ends_with_one_where_something_fails() -> None:
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--quick", "--json", "--send", "amt@example.org", stdout=said)
    report = json.loads(said.getvalue())
    assert report["ok"] is False
    assert report["checks"][-1] == {
        "level": "ok", "place": "E-Mail", "message": "Die Probe an amt@example.org ist abgegeben.", "advice": "",
    }  # fmt: skip


def test_administrators_see_it_and_nobody_sees_a_secret(client: Client, settings: Any) -> None:
    settings.EMAIL_HOST_PASSWORD = "ganz-geheim"
    page = identity.sign_in(client, identity.cast().administrator).get(reverse("casework:admin_state"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Hat sich noch nie gemeldet." in text
    for secret in (settings.SECRET_KEY, settings.BLOB_KEY.hex(), "ganz-geheim"):
        assert secret not in text

"""Health, readiness and metrics: what strangers learn, what monitoring learns, what happens when something is wrong."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from rathaus.operations import metrics, readiness
from rathaus.operations.gauges import GAUGES

TOKEN = "nur-fuer-die-ueberwachung"


@pytest.fixture
def client() -> Client:
    return Client(REMOTE_ADDR="198.51.100.7")


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness._Server, "is_current", False)


def lines_of(text: str) -> dict[str, float]:
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_health_needs_no_database_and_no_host_name(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["rathaus.example"]
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8000"})  # without a database for this test
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_a_full_disk_is_not_ready_and_only_monitoring_learns_why(client: Client, settings: Any) -> None:
    settings.MIN_FREE_MB = 10**9
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"not ready\n", "10")
    answer = client.get("/readyz", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.content == b"not ready disk\n"


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration_is_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, app, name, applied FROM django_migrations WHERE app = 'operations'")
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operations'")
    try:
        assert list(readiness.obstacles()) == ["migrations"]
    finally:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO django_migrations VALUES (%s, %s, %s, %s)", rows)


@pytest.mark.django_db
def test_draining_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness._Server, "draining", None)
    readiness.begin()
    assert list(readiness.obstacles()) == []
    readiness.start_draining()
    assert list(readiness.obstacles()) == ["draining"]


def test_metrics_are_not_there_unless_somebody_set_them_up(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


def test_metrics_are_not_there_for_strangers(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_ALLOW = [ip_network("10.0.0.0/8")]
    for headers in ({}, {"authorization": "Bearer falsch"}, {"x-forwarded-for": "10.0.0.1"}):
        assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.django_db
def test_every_figure_is_told_and_known_to_monitoring_only(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    names = {name.partition("{")[0] for name in lines_of(answer.content.decode())}
    expected = {f"rathaus_{gauge.name}" for gauge in GAUGES} | {"rathaus_build"}
    assert expected - names <= {"rathaus_jobs_failing"}  # no job has failed: then it has no line


@pytest.mark.django_db
def test_behind_a_proxy_the_address_that_it_saw_counts(client: Client, settings: Any) -> None:
    settings.METRICS_ALLOW = [ip_network("10.0.0.0/8")]
    settings.BEHIND_PROXY, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    inside = Client(REMOTE_ADDR="10.0.0.2")  # the proxy itself
    claimed = {"x-forwarded-for": "10.0.0.1, 203.0.113.9"}
    assert inside.get("/metrics", headers=claimed).status_code == 404
    assert inside.get("/metrics", headers={"x-forwarded-for": "203.0.113.9, 10.0.0.5"}).status_code == 200
    assert inside.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_figures_count_what_is_there() -> None:
    from rathaus.kernel.jobs.tasks import purge_jobs
    from rathaus.kernel.models import Job, JobState

    purge_jobs.enqueue()
    Job.objects.create(
        task="rathaus.intake.receivers.tell_applicant", state=JobState.DEAD, attempts=10,
        enqueued_at="2026-01-01T00:00Z", run_after="2026-01-01T00:00Z",
    )  # fmt: skip
    found = lines_of(metrics.exposition(fresh=True).decode())
    assert found['rathaus_jobs{state="ready"}'] == 1
    assert found['rathaus_jobs{state="dead"}'] == 1
    assert found['rathaus_jobs_failing{task="intake.receivers.tell_applicant"}'] == 1
    assert found["rathaus_database_bytes"] > 0

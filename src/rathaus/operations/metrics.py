"""Metrics for Prometheus: counters of all web processes together, and figures from the database.

The counters of a web process lie in a file of its slot, which its successor continues; the one that is asked adds up.
"""

from __future__ import annotations

import hmac
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from . import gauges

PREFIX = "rathaus_"
KEEP_SECONDS = 15
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


class _Slot:
    """Where this process counts."""

    folder: Path | None = None
    name = "start"


class RequestCounters:
    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.requests = Counter(
            "requests", "Requests answered.", ("route", "method", "status"),
            namespace="rathaus", registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "request_seconds", "How long answering took.", ("route",),
            namespace="rathaus", registry=registry, buckets=BUCKETS,
        )  # fmt: skip


class _Counting:
    counters: RequestCounters | None = None


def begin() -> None:
    """Make room for the counters of this server; before its first web process. Nothing where metrics are off."""
    if not is_offered():
        return
    _Slot.folder = Path(tempfile.mkdtemp(prefix="rathaus-metrics-"))
    values.ValueClass = values.MultiProcessValue(lambda: _Slot.name)  # type: ignore[no-untyped-call]  # prometheus_client is untyped
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_Slot.folder)
    _Counting.counters = RequestCounters()


def end() -> None:
    """Take the counters away again, when the server ends."""
    if _Slot.folder is not None and _Slot.name == "start":
        shutil.rmtree(_Slot.folder, ignore_errors=True)


def count_in_slot(number: int) -> None:
    """In a web process: go on in the file of this slot."""
    _Slot.name = f"web{number}"


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. ``route`` is a name from the table of addresses, never a path that somebody typed."""
    if _Counting.counters is None:
        return
    known = method if method in METHODS else "other"
    _Counting.counters.requests.labels(route, known, str(status)).inc()
    _Counting.counters.seconds.labels(route).observe(seconds)


def is_offered() -> bool:
    return bool(settings.METRICS_TOKEN or settings.METRICS_ALLOW)


def may_read(request: HttpRequest) -> bool:
    """By the token in ``Authorization: Bearer …``, or by an address of the allowed networks."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
            return True
    try:
        address = ip_address(sender_of(request))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ALLOW)


def sender_of(request: HttpRequest) -> str:
    """The sender's address: behind proxies the one that the outermost of ours saw, never what a client claims."""
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not settings.BEHIND_PROXY or count < 1:
        return str(request.META.get("REMOTE_ADDR", ""))
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return chain[-count] if len(chain) >= count else ""


class _Figures:
    """The gauges as Prometheus collects them; kept for some seconds, so that asking often costs nothing."""

    def __init__(self) -> None:
        self._read_at = 0.0
        self._found: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        if not self._found or time.monotonic() - self._read_at > KEEP_SECONDS:
            self._found = [*_read_gauges(), _build()]
            self._read_at = time.monotonic()
        return self._found


def _read_gauges() -> Iterable[Metric]:
    for gauge, reading in gauges.readings():
        labels = [gauge.label] if gauge.label else []
        family = GaugeMetricFamily(PREFIX + gauge.name, gauge.help, labels=labels)
        for key, value in reading.items():
            family.add_metric([key] if labels else [], value)
        yield family


def _build() -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}build", "The running program.", labels=["version"])
    family.add_metric([metadata.version("rathaus")], 1)
    return family


_figures = _Figures()


def exposition(*, fresh: bool = False) -> bytes:
    """Everything in the text form of Prometheus. ``fresh``: read the figures anew."""
    registry = CollectorRegistry()
    registry.register(_Figures() if fresh else _figures)
    if _Slot.folder is not None:
        MultiProcessCollector(registry, str(_Slot.folder))  # type: ignore[no-untyped-call]  # prometheus_client is untyped
    return generate_latest(registry)

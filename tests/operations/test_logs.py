"""Log lines: one a request, with its number, and never anything about a person."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from rathaus.operations import requests
from rathaus.site.logs import JsonFormatter, PairFormatter, without_personal_data

PERSONAL = ("Mustermann", "erika@example.org", "198.51.100.7", "0171 5550123")


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Everything that is logged meanwhile, by our own formatter."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def record(error: Exception | None = None, **extra: object) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("rathaus.test", logging.WARNING, "file.py", 1, "went_wrong", (), info)
    vars(made).update(extra)
    return made


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_number(written: StringIO) -> None:
    answer = Client().get("/healthz-gibt-es-nicht?mail=erika@example.org", REMOTE_ADDR="198.51.100.7")
    (line,) = [line for line in lines(written) if line["logger"] == "rathaus.request"]
    assert line["request"] == answer["X-Request-ID"]
    assert (line["event"], line["method"], line["route"], line["status"]) == (
        "request_done",
        "GET",
        "unknown",
        404,
    )
    assert not [word for word in PERSONAL if word in written.getvalue()]


def test_the_number_of_a_stranger_is_not_taken_over_but_that_of_our_proxy(settings: Any) -> None:
    given = {"x-request-id": "von-draussen-1234"}
    assert Client().get("/healthz", headers=given)["X-Request-ID"] != given["x-request-id"]
    settings.BEHIND_PROXY = True
    assert Client().get("/healthz", headers=given)["X-Request-ID"] == given["x-request-id"]
    for broken in ("kurz", "x" * 65, "mit leerzeichen drin", "a\nb: c-dddddd"):
        assert re.fullmatch(
            r"[0-9a-f]{16}", Client().get("/healthz", headers={"x-request-id": broken})["X-Request-ID"]
        )


@pytest.mark.django_db
def test_a_fault_bears_its_number_on_the_page_and_no_data_in_the_log(
    written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object, **options: object) -> None:
        try:
            raise ValueError(f"cannot read {PERSONAL[0]} {PERSONAL[3]}")
        except ValueError as cause:
            raise IntegrityError(f"Key (email)=({PERSONAL[1]}) already exists.") from cause

    monkeypatch.setattr("rathaus.portal.web.catalogue.render", break_down)
    client = Client(raise_request_exception=False, REMOTE_ADDR=PERSONAL[2])
    answer = client.post("/sprache/", {"name": PERSONAL[0]}, query_params={"q": PERSONAL[1]})
    answer = client.get("/suche/", {"q": "Erika Mustermann erika@example.org"})
    assert answer.status_code == 500
    number = answer["X-Request-ID"]
    assert f"Fehlernummer: <code>{number}</code>" in answer.content.decode()
    fault = next(line for line in lines(written) if line["event"] == "request_failed")
    assert (fault["request"], fault["route"], fault["status"]) == (number, "portal:search", 500)
    assert fault["error"] == "django.db.utils.IntegrityError"
    assert "caused by ValueError" in fault["trace"]
    assert "catalogue.py:" in fault["trace"]
    assert not [word for word in PERSONAL if word in written.getvalue()]


def test_line_breaks_cannot_forge_a_line() -> None:
    text = PairFormatter().format(record(reason='eins\n2026 error forged x="1"'))
    assert "\n" not in text
    assert 'reason="eins\\\\n2026 error forged x=\\"1\\""' in text


def test_what_can_point_to_a_person_is_taken_out() -> None:
    given = (
        "sent to erika@example.org from 198.51.100.7 and 2001:db8:0:1:2:3:4:5 by /konto/?name=Erika&x=1 ok"
    )
    assert without_personal_data(given) == "sent to [e-mail] from 198.51.100.x and [ip] by /konto/ ok"


def test_an_error_of_the_system_keeps_its_number() -> None:
    line = json.loads(JsonFormatter().format(record(OSError(28, "No space left", "/akten/Mustermann.pdf"))))
    assert line["error"] == "OSError(28)"
    assert "Mustermann" not in json.dumps(line)


def test_a_route_is_a_name_never_a_path(rf: Any) -> None:
    assert requests.route_of(rf.get("/konto/erika@example.org/")) == "unknown"
    assert requests.route_of(rf.get("/static/ui/app.css")) == "static"

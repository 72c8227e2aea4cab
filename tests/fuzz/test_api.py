"""The JSON API beside its own description: no fault, and no answer that the description does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import given, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)

from rathaus.site.wsgi import application
from tests.factories import identity, portal

# Not among them: that data which fit the description are taken. What a form asks for is said by the form itself.
SLUGS = ("wohnberatung", "hund-anmelden")
CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, negative_data_rejection, missing_required_header, unsupported_method,
    use_after_free,
)  # fmt: skip


@pytest.fixture
def described(db: None) -> Iterator[Any]:
    """The description, and a server in this process that leaves the test's connection open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    identity.cast()
    for slug in SLUGS:
        portal.install_service(slug)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_api_keeps_to_its_description(mode: GenerationMode, described: Any) -> None:
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and operation.method.upper() == "GET":
            continue  # takes nothing that could be wrong

        @given(case=operation.as_strategy(generation_mode=mode), slug=strategies.sampled_from(SLUGS))
        def ask(case: Any, slug: str) -> None:
            if mode is GenerationMode.POSITIVE and "slug" in case.path_parameters:
                case.path_parameters["slug"] = slug
            case.call_and_validate(checks=CHECKS)

        ask()


URL = "/api/v1/services/wohnberatung/applications"
BODIES = {
    "deep-list": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep-object": b'{"data": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "open": b'{"data": ' + b"[" * 1_000_000,
    "long-number": b'{"data": {"a": ' + b"9" * 100_000 + b"}}",
    "nan": b'{"data": {"a": NaN, "b": Infinity}}',
    "half": b'{"data": {"\\ud800": "\\udfff"}}',
    "nul": b'{"data": {"a\\u0000": "\\u0000"}}',
    "twice": b'{"data": {}, "data": []}',
    "many": b'{"data": {' + b",".join(b'"a%d": 1' % number for number in range(50_000)) + b"}}",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "nothing": b"",
    "bytes": bytes(range(256)),
    "utf16": '{"data": {}}'.encode("utf-16"),
    "mark": b'\xef\xbb\xbf{"data": {}}',
    "huge": b'{"data": {"a": "' + b"x" * 6_000_000 + b'"}}',
    "language": b'{"data": {}, "language": "../../x"}',
}


def answer_to(body: bytes, kind: str = "application/json", key: str = "schluessel") -> int:
    return Client().post(URL, body, content_type=kind, headers={"Idempotency-Key": key}).status_code


def test_a_wild_body_or_key_is_refused(described: Any) -> None:
    for name, body in BODIES.items():
        assert answer_to(body) in (400, 413, 422), name
        assert answer_to(body, kind="multipart/form-data") in (400, 413, 422), name
    for key in ("", "x", "ä" * 20, "x" * 100_000, "\x00" * 20, "a b\tc d e f"):
        assert answer_to(b'{"data": {}}', key=key) in (400, 422), key

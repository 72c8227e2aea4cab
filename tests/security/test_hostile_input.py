"""Whatever stands in an address, a query, a form or a body: an answer, never a fault of ours, never an echo."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rathaus.identity.models import UserAccount
from tests.architecture.rights import Row, Visitors
from tests.security.attack import LONG, ROWS, ask, insider, paths_with, payloads, pieces, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
PARTS = "multipart/form-data; boundary=x"
FORM = "application/x-www-form-urlencoded"
ECHO = b"<script>alert(1)</script>"


def faults(answers: dict[str, Any]) -> dict[str, Any]:
    return {how: answer.status_code for how, answer in answers.items() if answer.status_code >= 500}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_queries(visitors: Visitors, row: Row) -> None:
    role = insider(row)
    answers = {what: ask(visitors, row, role, "GET", query=query) for what, query in payloads()}
    assert faults(answers) == {}
    assert [how for how, answer in answers.items() if ECHO in getattr(answer, "content", b"")] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_forms(visitors: Visitors, row: Row) -> None:
    role = insider(row)
    answers = {
        what: ask(visitors, row, role, "POST", data=body, content_type=FORM) for what, body in payloads()
    }
    assert faults(answers) == {}
    assert [how for how, answer in answers.items() if ECHO in getattr(answer, "content", b"")] == []
    assert UserAccount.objects.exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.parameters], ids=lambda row: row.name)
def test_addresses(visitors: Visitors, row: Row) -> None:
    role = insider(row)
    known = {**visitors.town.known(row.address, role), **row.fixed}
    client = visitors.browser(role)
    answers = {
        path: send(client, method, path)
        for piece in pieces(row)
        for path in paths_with(row, known, piece)
        for method in ("GET", "POST")
    }
    assert faults(answers) == {}


BODIES = {
    "nothing": (b"", FORM),
    "ten thousand fields": (b"&".join(b"f%d=1" % number for number in range(10_000)), FORM),
    "one name ten thousand times": (b"a=1&" * 10_000, FORM),
    "percent signs": (b"%&%%=%zz&=&&;", FORM),
    "no boundary": (b"--x\r\n\r\n--x--", "multipart/form-data"),
    "broken parts": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x', PARTS),
    "a part without a head": (b"--x\r\n\r\n1\r\n--x--\r\n", PARTS),
    "a boundary of controls": (b"", "multipart/form-data; boundary=\x01\x02"),
    "base64 that is none": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%\r\n--x--\r\n',
        PARTS,
    ),
    "an unknown charset": (b"a=%E4", FORM + "; charset=klingon"),
    "another charset": (b"a=%E4", FORM + "; charset=utf-16"),
    "JSON for a form": (b'{"a": 1}', "application/json"),
    "XML for a form": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "no type": (b"\xff\x00", ""),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_bodies(visitors: Visitors, row: Row) -> None:
    role = insider(row)
    answers = {
        what: ask(visitors, row, role, "POST", data=body, content_type=kind)
        for number, (what, (body, kind)) in enumerate(BODIES.items())
        if LONG or number % 4 == ROWS.index(row) % 4
    }
    assert faults(answers) == {}


JSON = {
    "deep": b'{"data": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    "deep lists": b'{"data": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "a key twice": b'{"data": {}, "data": {"a": 1}}',
    "NaN": b'{"data": {"hunde": NaN, "b": Infinity, "c": -Infinity}}',
    "a huge number": b'{"data": {"hunde": ' + b"9" * 100_000 + b"}}",
    "a huge exponent": b'{"data": {"hunde": 1e999999999}}',
    "not an object": b"[]",
    "a word": b'"data"',
    "null": b"null",
    "half": b'{"data": {',
    "bytes": b"\xff\xfe\x00",
    "half a surrogate": b'{"data": {"halter": "\\ud800", "\\udfff": "\\u0000"}}',
    "wrong types": b'{"data": {"hunde": "x", "halterin": [], "adresse": 5, "nachweis": {"a": {}}}, "language": []}',
    "a prototype": b'{"data": {"__proto__": {"x": 1}, "constructor": {"prototype": {}}, "__class__": "x"}}',
    "files of others": b'{"data": {"nachweis": ["00000000-0000-0000-0000-000000000000"]}}',
    "many keys": json.dumps({"data": {f"k{number}": number for number in range(20_000)}}).encode(),
    "typed": b'{"data": {"hunde": [{"$typed": "x"}], "$typed": {"$typed": 1}}}',
}
KEYS = ("0123456789", "x" * 5000, "\x7fäöü 123456", "' OR 1=1 --")


@pytest.mark.parametrize("what", JSON)
@pytest.mark.parametrize("role", ["guest", "owner"])
def test_json_in_the_api(visitors: Visitors, what: str, role: str) -> None:
    path = f"/api/v1/services/{visitors.town.objects['slug']}/applications"
    answers = {
        key: send(
            visitors.browser(role), "POST", path, data=JSON[what], content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        for key in KEYS
    }  # fmt: skip
    assert faults(answers) == {}
    assert {answer.status_code for answer in answers.values()} <= {400, 409, 413, 422}

"""What is too large is refused before it is read."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client

from rathaus.ui.body_limit import WholeBody

pytestmark = pytest.mark.django_db


class Untouched:
    """A body that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def ask(path: str, **meta: Any) -> Any:
    return Client().generic("POST", path, **{"wsgi.input": Untouched(), "CONTENT_TYPE": "text/plain", **meta})


def test_a_body_that_is_too_large_is_refused_in_german_before_it_is_read() -> None:
    page = ask("/leistungen/", CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert (page.status_code, page["Connection"]) == (413, "close")
    assert "höchstens 110 MB" in page.content.decode()
    assert "Content-Security-Policy" in page
    answer = ask("/api/v1/services/hund/applications", CONTENT_LENGTH="9" * 400)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/json")
    assert "höchstens 110 MB" in answer.json()["errors"][0]["message"]


def test_a_body_without_a_length_could_have_no_end() -> None:
    assert ask("/leistungen/", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="").status_code == 411


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "٣"])
def test_a_length_that_is_no_number(length: str) -> None:
    assert ask("/leistungen/", CONTENT_LENGTH=length).status_code == 413


def test_what_fits_passes() -> None:
    assert Client().post("/sprache/", {"language": "de"}).status_code != 413


def multipart(name: str, content: bytes) -> bytes:
    head = f'Content-Disposition: form-data; name="datei"; filename="{name}"'
    return b"--g\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n--g--\r\n"


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.jpg"])
@pytest.mark.parametrize("came", [0, 30, 200, 90_000])
def test_a_file_that_was_cut_off_on_the_way_is_refused_whatever_its_kind(name: str, came: int) -> None:
    whole = multipart(name, b"Zeile\n" * 20_000)
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=g", "CONTENT_LENGTH": str(len(whole))}
    for path in ("/sprache/", "/api/v1/services/hund/applications"):
        cut = ask(path, **{**meta, "wsgi.input": BytesIO(whole[:came])})
        assert cut.status_code in (400, 403, 415, 422), path
    with pytest.raises(BadRequest):
        WholeBody(BytesIO(whole[:came]), len(whole)).read()


def test_a_body_is_read_to_its_end_in_any_way() -> None:
    body = WholeBody(BytesIO(b"eins\nzwei"), 9)
    assert (body.read(0), body.readline(), body.read(2), body.read(), body.read(5)) == (
        b"",
        b"eins\n",
        b"zw",
        b"ei",
        b"",
    )
    short = WholeBody(BytesIO(b"eins\nzw"), 9)
    assert (short.readline(), short.read(5)) == (b"eins\n", b"zw")
    with pytest.raises(BadRequest):
        short.readline()

"""What is too large is refused before it is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

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

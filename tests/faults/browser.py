"""A browser and a crowd of applicants over real HTTP, who try again until they have their receipt."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 60
TRY_AGAIN = frozenset({502, 503, 504})


class NoAnswer(Exception):
    """The connection was refused, broken off, or nothing came back."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Browser:
    """Keeps cookies; one connection a request, as after a crash."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port = port
        self.cookies = {"sessionid": session} if session else {}

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post_form(self, path: str, fields: dict[str, str]) -> Answer:
        body = urlencode({**fields, "csrfmiddlewaretoken": self.token()}).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, data: Any, **headers: str) -> Answer:
        more = {
            "Content-Type": "application/json",
            **{key.replace("_", "-"): headers[key] for key in headers},
        }
        if "sessionid" in self.cookies:
            more["X-CSRFToken"] = self.token()
        return self.ask("POST", path, json.dumps(data).encode(), more)

    def token(self) -> str:
        return self.cookies.setdefault("csrftoken", "a" * 32)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Raises NoAnswer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(
                method, path, body, {**(headers or {}), "Cookie": cookies, "Host": "localhost"}
            )
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        finally:
            connection.close()
        for morsel in SimpleCookie("; ".join(response.headers.get_all("Set-Cookie") or [])).values():
            if morsel.key in ("csrftoken", "sessionid") and morsel.value:
                self.cookies[morsel.key] = morsel.value
        return Answer(response.status, text, dict(response.headers))


@dataclass
class Crowd:
    """Applicants, every other one signed in; each repeats the same application until it has a receipt."""

    port: int
    data: dict[str, Any]
    session: str
    prefix: str = "antrag"
    receipts: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)
    given_up: threading.Event = field(default_factory=threading.Event)

    def apply(self, number: int, *, patience: float = 300) -> None:
        """Hand in application ``number``; note case and moment of the receipt."""
        browser = Browser(self.port, self.session if number % 2 else "")
        data = {**self.data, "person": {**self.data["person"], "email": f"person{number}@example.org"}}
        end = time.monotonic() + patience
        while time.monotonic() < end and not self.given_up.is_set():
            try:
                answer = browser.post_json(
                    "/api/v1/services/wohnberatung/applications",
                    {"data": data},
                    Idempotency_Key=f"{self.prefix}-{number:05d}",
                )
            except NoAnswer:
                time.sleep(0.05)
                continue
            if answer.status in (200, 201):
                self.receipts[f"{self.prefix}-{number:05d}"] = answer.json["case_reference"]
                return
            if answer.status not in TRY_AGAIN:
                self.refused.append((answer.status, answer.body[:2000]))
                return
            time.sleep(0.05)

    def start(self, numbers: range, size: int = 4) -> list[threading.Thread]:
        """``size`` applicants at a time hand in all ``numbers``."""
        shares = [numbers[start::size] for start in range(size)]
        threads = [
            threading.Thread(target=lambda share=share: [self.apply(n) for n in share], daemon=True)
            for share in shares
        ]
        for thread in threads:
            thread.start()
        return threads


def mark_of(page: str) -> str:
    """The state of the case that a page of the desk remembers."""
    found = re.search(r'name="stand" value="([^"]*)"', page)
    assert found is not None, page[:2000]
    return found.group(1)

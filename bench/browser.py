"""A browser without JavaScript that keeps cookies, fills forms and times every answer, for ``load.py``.

Run alone, this file does nothing.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

GOOD = frozenset({200, 302, 303})


@dataclass(frozen=True, slots=True)
class Timing:
    """One answer: what was asked, how long it took (seconds), and what was wrong, if anything."""

    kind: str
    seconds: float
    error: str = ""


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and its buttons as pairs of name and value."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        if not self.forms:
            return
        form, name, kind = self.forms[-1], given.get("name", ""), given.get("type", "text")
        if tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name and kind not in ("submit", "file"):
            if kind not in ("checkbox", "radio") or "checked" in given:
                form.fields.append((name, given.get("value", "")))
        elif tag == "textarea" and name:
            self._text = name
            form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.fields.append((self._select, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.forms[-1].fields[-1] = (self._text, data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None


@dataclass
class Answer:
    status: int
    text: str
    location: str

    def form(self, part: str) -> Form | None:
        """The first form whose address holds ``part``."""
        reader = _Forms()
        reader.feed(self.text)
        return next((found for found in reader.forms if part in found.action), None)


class Browser:
    """One person at one address, on one connection that is kept."""

    def __init__(self, port: int, address: str, cookies: Mapping[str, str] | None = None) -> None:
        self.timings: list[Timing] = []
        self._port, self._address = port, address
        self._cookies = dict(cookies or {})
        self._connection: http.client.HTTPConnection | None = None

    def get(self, kind: str, url: str) -> Answer:
        return self._ask(kind, "GET", url, None)

    def post(
        self,
        kind: str,
        url: str,
        fields: Iterable[tuple[str, str]] | Mapping[str, object],
        token: str = "",
        *,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """Send a form. ``also`` are refusals that may come, such as 409 where somebody else was faster."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        if token:
            pairs.append(("csrfmiddlewaretoken", token))
        return self._ask(kind, "POST", url, urlencode(pairs, doseq=True), also)

    def follow(self, kind: str, answer: Answer) -> Answer:
        return self.get(kind, answer.location) if answer.location else answer

    def _ask(
        self, kind: str, method: str, url: str, body: str | None, also: frozenset[int] = frozenset()
    ) -> Answer:
        started = time.perf_counter()
        try:
            answer = self._exchange(method, url, body)
        except (OSError, http.client.HTTPException) as error:
            self._connection = None
            self.timings.append(Timing(kind, time.perf_counter() - started, f"{type(error).__name__} {url}"))
            raise
        error = "" if answer.status in GOOD | also else f"{answer.status} {method} {url}"
        self.timings.append(Timing(kind, time.perf_counter() - started, error))
        return answer

    def _exchange(self, method: str, url: str, body: str | None) -> Answer:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-Forwarded-For": self._address,
            "Accept-Language": "de",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=90)
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closed a connection that was idle, as servers do; a browser opens another one.
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=90)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        text = response.read().decode(errors="replace")
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value
        return Answer(response.status, text, response.headers.get("Location", ""))


def token_of(answer: Answer) -> str:
    """The token against forged requests that a page's forms bear."""
    _before, _mark, rest = answer.text.partition('name="csrfmiddlewaretoken" value="')
    return rest.partition('"')[0]

"""Log lines as ``time level logger event key=value`` or as JSON objects, one line an event.

Nothing personal gets into them: of an exception its kind and the places in our code, never its text, which may quote
what somebody typed; of a request its route; e-mail addresses, IP addresses and queries are taken out of the rest.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "status_code"}
# Their messages quote addresses, host names and parameters; the kind of the event is all that we keep.
_QUOTING = ("django.request", "django.security", "django.db", "django.server", "gunicorn")
_EMAIL = re.compile(r"[^\s<>\"'=,;:]+@[^\s<>\"',;]+")
_QUERY = re.compile(r"(?<=\w)\?[^\s\"']+=[^\s\"']*|(?<=/)\?[^\s\"']+")
_IPV4 = re.compile(r"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b")
_IPV6 = re.compile(r"\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}\b")
MAX_FRAMES = 40
MAX_CAUSES = 5


class SafeFormatter(logging.Formatter):
    """What both forms share: the pairs of a record without anything personal.

    ``context`` adds the number and the route of a request; it is set when the apps are loaded.
    """

    context: Callable[[logging.LogRecord], Mapping[str, object]] = staticmethod(lambda record: {})

    def pairs(self, record: logging.LogRecord) -> Iterator[tuple[str, object]]:
        yield "time", datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        yield "level", record.levelname.lower()
        yield "logger", record.name
        yield "event", _event(record)
        yield from _extras(record)
        yield from self.context(record).items()
        if record.exc_info and record.exc_info[1] is not None:
            yield "error", _named(record.exc_info[1])
            yield "trace", "; ".join(_trace(record.exc_info[1]))


class PairFormatter(SafeFormatter):
    """For people. Line breaks cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        found = dict(self.pairs(record))
        first = [str(found.pop(name)) for name in ("time", "level", "logger", "event")]
        return " ".join(first + [f"{key}={_value(value)}" for key, value in found.items()])


class JsonFormatter(SafeFormatter):
    """For programs: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(dict(self.pairs(record)), ensure_ascii=False, default=str)


def without_personal_data(text: str) -> str:
    """Take out what can point to a person, and line breaks."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _QUERY.sub("", text)
    text = _IPV4.sub(r"\1.x", text)
    text = _IPV6.sub("[ip]", text)
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _event(record: logging.LogRecord) -> str:
    if record.name == "django.request":
        return "request_failed"
    if record.name.startswith(_QUOTING):
        return _first_words(str(record.msg))
    return without_personal_data(record.getMessage())


def _first_words(template: str) -> str:
    """The fixed words of a message, without what would be filled in."""
    words = re.sub(r"%[-#0 +]*[\w.*]*[sdrfixa]|\{[^}]*\}", "", template.splitlines()[0] if template else "")
    return without_personal_data(" ".join(words.replace(":", " ").split())) or "message"


def _extras(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    for key, value in vars(record).items():
        if key in _STANDARD:
            continue
        yield key, value if isinstance(value, bool | int | float) else without_personal_data(str(value))


def _named(error: BaseException) -> str:
    """The kind of an error, with the number that a system or a database gives to its kind."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    number = getattr(error, "errno", None) if isinstance(error, OSError) else None
    state = getattr(error.__cause__, "sqlstate", None) or getattr(error.__cause__, "sqlite_errorname", None)
    return f"{name}({number or state})" if number or state else name


def _trace(error: BaseException) -> Iterator[str]:
    """Places in the code, outermost first; of what caused it the same."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen and len(seen) < MAX_CAUSES:
        if seen:
            yield f"caused by {_named(current)}"
        seen.append(current)
        for frame in traceback.extract_tb(current.__traceback__)[-MAX_FRAMES:]:
            yield f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _short(file: str) -> str:
    for mark in ("/site-packages/", "/src/"):
        if mark in file:
            return file.rpartition(mark)[2]
    return file.rpartition("/")[2]


def _value(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or any(sign in text for sign in ' "=') else text

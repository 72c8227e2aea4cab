"""Log lines as ``time level logger event key=value``: easy to read, easy to search, easy to parse."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "status_code"}


class PairFormatter(logging.Formatter):
    """Formats a record; what a caller gives as ``extra`` becomes pairs. Line breaks cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = [moment, record.levelname.lower(), record.name, _one_line(record.getMessage())]
        parts += [f"{key}={_value(value)}" for key, value in vars(record).items() if key not in _STANDARD]
        line = " ".join(parts)
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _value(value: object) -> str:
    text = _one_line(str(value))
    return f'"{text}"' if " " in text or not text else text

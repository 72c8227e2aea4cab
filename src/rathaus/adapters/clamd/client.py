"""The protocol of clamd (clamd(8)): commands ended by NUL, a file as chunks with their length before them."""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

CHUNK = 256 * 1024
MAX_ANSWER = 4096
_FOUND = re.compile(r"stream: (.{1,150}) FOUND")


class ClamdAway(Exception):
    """The scanner cannot be reached, or broke off before it answered."""


class ClamdError(Exception):
    """The scanner answered, but gave no verdict on this file."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where clamd listens: ``tcp://host:port`` or ``unix:/path``."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def read(cls, text: str) -> Address:
        """Raises ImproperlyConfigured for anything else."""
        if text.startswith("unix:/"):
            return cls(path=text.removeprefix("unix:"))
        parts = urlsplit(text)
        try:
            if parts.scheme == "tcp" and parts.hostname and parts.port:
                return cls(host=parts.hostname, port=parts.port)
        except ValueError:
            pass
        raise ImproperlyConfigured(
            f"RATHAUS_CLAMD muss tcp://Rechner:Port oder unix:/Pfad sein, angegeben ist »{text}«."
        )

    def connect(self, seconds: float) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), timeout=seconds)
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(seconds)
            opened.connect(self.path)
        except BaseException:
            opened.close()
            raise
        return opened


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd. Each question has a connection of its own and ``seconds`` for all of it."""

    address: Address
    connect_seconds: float = 2.0
    seconds: float = 20.0

    def signature_in(self, data: bytes) -> str:
        """The name of the harmful thing in the bytes, "" for none. Raises ClamdAway or ClamdError."""
        answer = self._ask(b"zINSTREAM\x00", data)
        if answer == "stream: OK":
            return ""
        found = _FOUND.fullmatch(answer)
        if found:
            return found[1]
        raise ClamdError(answer[:150] or "no answer")

    def ping(self) -> bool:
        """Raises ClamdAway."""
        return self._ask(b"zPING\x00") == "PONG"

    def version(self) -> str:
        """As ``ClamAV 1.4.2/27800/Mon Nov 23 09:41:52 2026``. Raises ClamdAway."""
        return self._ask(b"zVERSION\x00")

    def _ask(self, command: bytes, data: bytes | None = None) -> str:
        deadline = time.monotonic() + self.seconds
        try:
            with self.address.connect(self.connect_seconds) as connection:
                _send(connection, command, data, deadline)
                return _read(connection, deadline)
        except OSError as error:
            raise ClamdAway(str(error) or type(error).__name__) from error


def _send(connection: socket.socket, command: bytes, data: bytes | None, deadline: float) -> None:
    """Send it all. Where the scanner has had enough and closes, its answer may still be there to read."""
    try:
        _send_in_time(connection, command, deadline)
        if data is None:
            return
        for start in range(0, len(data), CHUNK):
            chunk = data[start : start + CHUNK]
            _send_in_time(connection, struct.pack("!I", len(chunk)) + chunk, deadline)
        _send_in_time(connection, struct.pack("!I", 0), deadline)
    except (BrokenPipeError, ConnectionResetError):
        return


def _send_in_time(connection: socket.socket, part: bytes, deadline: float) -> None:
    connection.settimeout(_left(deadline))
    connection.sendall(part)


def _read(connection: socket.socket, deadline: float) -> str:
    """The answer up to its NUL. One that ends without is cut off, and says nothing."""
    answer = bytearray()
    while len(answer) <= MAX_ANSWER:
        connection.settimeout(_left(deadline))
        part = connection.recv(MAX_ANSWER)
        if not part:
            raise ClamdAway("the connection ended before the answer did")
        answer += part
        if b"\x00" in part:
            return bytes(answer).partition(b"\x00")[0].decode("utf-8", "replace").strip()
    raise ClamdError("an answer without end")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left

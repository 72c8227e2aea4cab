"""A clamd on a real socket, as well or as ill behaved as a test wants it."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rathaus.adapters.clamd.client import Address
from rathaus.adapters.clamd.scanner import EICAR

VERSION = "ClamAV 1.4.2/27800/Mon Nov 23 09:41:52 2026"


class FakeClamd(socketserver.ThreadingTCPServer):
    """``mode``: well, drop (closes), silent (never answers), limit, garbage, endless, or half (an answer cut off)."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mode = "well"
        self.version = VERSION
        self.seen: list[bytes] = []
        self.over = threading.Event()

    @property
    def address(self) -> Address:
        return Address(host="127.0.0.1", port=self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the play."""


class Conversation(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\x00"):
            command += self.rfile.read(1)
        mode = self.server.mode
        if mode == "drop":
            return
        if command == b"zPING\x00":
            self.wfile.write(b"PONG\x00" if mode != "garbage" else b"220 mail.example ESMTP\x00")
        elif command == b"zVERSION\x00":
            self.wfile.write(self.server.version.encode() + b"\x00")
        elif command == b"zINSTREAM\x00":
            self._scan(mode)

    def _scan(self, mode: str) -> None:
        if mode == "limit":
            self.rfile.read(4)
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\x00")
            return
        data = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
        self.server.seen.append(data)
        if mode == "silent":
            self.server.over.wait(30)
        elif mode == "garbage":
            self.wfile.write(b"\xff\xfestream: OK, more or less\x00")
        elif mode == "half":
            self.wfile.write(b"stream: OK")
        elif mode == "endless":
            self.wfile.write(b"stream: " * 10_000)
        else:
            self.wfile.write(
                b"stream: Eicar-Test-Signature FOUND\x00" if EICAR in data else b"stream: OK\x00"
            )


@contextmanager
def fake_clamd() -> Iterator[FakeClamd]:
    with FakeClamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()

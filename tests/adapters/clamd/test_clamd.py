"""The protocol over a real socket: only the exact words of a verdict are one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from rathaus.adapters.clamd.client import Address, Clamd, ClamdAway, ClamdError
from rathaus.adapters.clamd.scanner import EICAR, REST, ClamdScanner
from rathaus.engines.forms.public import ScanResult, UploadStatus
from rathaus.kernel.public import clock
from tests.factories.clamd import FakeClamd, fake_clamd

BIG = bytes(1_000_003)


@pytest.fixture
def server() -> Iterator[FakeClamd]:
    with fake_clamd() as running:
        yield running


def scanner_of(server: FakeClamd, seconds: float = 20.0) -> ClamdScanner:
    scanner = ClamdScanner(server.address)
    scanner.clamd = replace(scanner.clamd, seconds=seconds)
    return scanner


def test_a_clean_file_arrives_whole_and_is_clean(server: FakeClamd) -> None:
    assert scanner_of(server).scan("a.pdf", BIG) == ScanResult(UploadStatus.CLEAN, "clamd")
    assert server.seen == [BIG]


def test_eicar_is_found_by_name(server: FakeClamd) -> None:
    result = scanner_of(server).scan("a.pdf", b"%PDF" + EICAR)
    assert result == ScanResult(UploadStatus.INFECTED, "Eicar-Test-Signature")


@pytest.mark.parametrize("mode", ["drop", "half"])
def test_a_scanner_that_breaks_off_is_away(server: FakeClamd, mode: str) -> None:
    server.mode = mode
    with pytest.raises(ClamdAway):
        Clamd(server.address).signature_in(BIG)


@pytest.mark.parametrize("mode", ["garbage", "endless"])
def test_other_words_are_no_verdict(server: FakeClamd, mode: str) -> None:
    server.mode = mode
    with pytest.raises(ClamdError):
        Clamd(server.address).signature_in(b"x")
    assert scanner_of(server).scan("a.pdf", b"x").status == UploadStatus.PENDING


def test_a_file_above_the_scanners_limit_is_never_clean(server: FakeClamd) -> None:
    server.mode = "limit"
    assert scanner_of(server).scan("a.pdf", BIG).status == UploadStatus.PENDING


def test_a_scanner_without_an_answer_is_waited_for_only_so_long(server: FakeClamd) -> None:
    server.mode = "silent"
    result = scanner_of(server, seconds=0.3).scan("a.pdf", b"x")
    assert (result.status, result.is_away) == (UploadStatus.PENDING, True)


def test_after_it_was_away_nobody_waits_for_it_for_a_while(server: FakeClamd) -> None:
    now = [100.0]
    scanner = ClamdScanner(server.address, ticks=lambda: now[0])
    server.mode = "drop"
    assert scanner.scan("a.pdf", b"x").is_away
    server.mode = "well"
    assert scanner.scan("a.pdf", b"x").is_away
    assert server.seen == []
    now[0] += REST
    assert scanner.scan("a.pdf", b"x").status == UploadStatus.CLEAN


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address(host="127.0.0.1", port=taken.getsockname()[1])
    assert ClamdScanner(address).scan("a.pdf", b"x").is_away
    assert "antwortet nicht" in ClamdScanner(address).check()
    assert ClamdScanner(Address(path="/nirgends/clamd.sock")).scan("a.pdf", b"x").is_away


def test_a_unix_socket(tmp_path: Path) -> None:
    place = tmp_path / "clamd.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()

        def answer() -> None:
            with listening.accept()[0] as opened:
                assert opened.recv(100) == b"zPING\x00"
                opened.sendall(b"PONG\x00")

        thread = threading.Thread(target=answer)
        thread.start()
        assert Clamd(Address.read(f"unix:{place}")).ping()
        thread.join()


def test_the_self_test(server: FakeClamd) -> None:
    scanner = scanner_of(server)
    with clock.travel(datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))):
        assert scanner.check() == ""
        server.version = "ClamAV 1.4.2/27700/Mon Nov  2 09:41:52 2026"
        assert scanner.check().startswith("Die Signaturen des Virenscanners sind 22 Tage alt.")
    server.mode = "garbage"
    assert "etwas anderes als clamd" in scanner.check()
    server.mode = "limit"
    assert "prüft nicht" in scanner.check()


@pytest.mark.parametrize(
    "text", ["tcp://localhost", "localhost:3310", "unix:clamd", "tcp://h:99999", "http://h:1"]
)
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        Address.read(text)


def test_addresses() -> None:
    assert Address.read("tcp://[::1]:3310") == Address(host="::1", port=3310)
    assert Address.read("unix:/run/clamd.sock") == Address(path="/run/clamd.sock")

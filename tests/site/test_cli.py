"""The command line's contract: exit codes, German messages, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import BaseCommand, CommandError

from rathaus.site import cli

Fake = Callable[[type[BaseCommand]], None]


@pytest.fixture
def fake_command(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Let ``rathaus probe`` run a command of the test."""

    def install(command: type[BaseCommand]) -> None:
        monkeypatch.setattr("django.core.management.get_commands", lambda: {"probe": command()})

    return install


class Refusing(BaseCommand):
    def handle(self, *args: object, **options: object) -> None:
        raise CommandError("Die Datei ist leer.")


class Failing(BaseCommand):
    def add_arguments(self, parser: object) -> None:
        parser.add_argument("--json", action="store_true")  # type: ignore[attr-defined]  # an argparse parser

    def handle(self, *args: object, **options: object) -> None:
        raise RuntimeError("secret inner matter")


def test_words_name_a_command_the_longest_first() -> None:
    assert cli.resolve(["makemigrations", "forms"]) == ("makemigrations", ["forms"])
    assert cli.resolve(["worker", "--once"]) == ("worker", ["--once"])
    assert cli.resolve(["nothing", "here"]) == (None, ["nothing", "here"])


def test_all_well_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["keys"]) == 0
    names = [line.partition("=")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["RATHAUS_SECRET_KEY", "RATHAUS_BLOB_KEY"]


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["gibtsnicht"]) == 2
    assert capsys.readouterr().err == "Den Befehl »gibtsnicht« gibt es nicht. »rathaus hilfe« zeigt alle.\n"


def test_an_unknown_switch_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["keys", "--geheim"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--geheim" in captured.err


def test_a_refusal_is_1_and_says_why(fake_command: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    fake_command(Refusing)
    assert cli.main(["probe"]) == 1
    assert capsys.readouterr().err == "Die Datei ist leer.\n"


def test_a_fault_of_ours_gives_a_sentence_and_leaves_the_traceback_in_the_log(
    fake_command: Fake, capsys: pytest.CaptureFixture[str], settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]  # the fixture is untyped
    fake_command(Failing)
    assert cli.main(["probe"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == cli.FAULT.format(file=tmp_path / "log/cli.log") + "\n"
    assert "secret inner matter" in (tmp_path / "log/cli.log").read_text()


def test_under_json_a_fault_is_json_too(
    fake_command: Fake, capsys: pytest.CaptureFixture[str], settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]  # the fixture is untyped
    fake_command(Failing)
    assert cli.main(["probe", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"files": [], "error": cli.FAULT.format(file=tmp_path / "log/cli.log")}


def test_help_lists_our_commands_in_german(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["hilfe"]) == 0
    assert "  serve                     Startet den Webserver.\n" in capsys.readouterr().out


def test_no_command_at_all_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert capsys.readouterr().out.startswith("Aufruf: rathaus BEFEHL")


def test_production_without_keys_is_refused_in_one_sentence(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RATHAUS_")}
    answer = subprocess.run(
        [sys.executable, "-c", "from rathaus.site.cli import entry; entry()", "keys"],
        env={**kept, "RATHAUS_PRODUCTION": "1", "RATHAUS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("RATHAUS_SECRET_KEY fehlt.")
    assert answer.stderr.count("\n") == 1

"""``rathaus process check``: the contract of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rathaus.site.cli import main
from tests.factories.processes import bpmn, end, path, service, start, tag, user

GOOD = bpmn(start(), end(), path("start", "end"))


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = main(["process", "check", *map(str, words)])
    return code, capsys.readouterr().out


def test_one_entry_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"gut.bpmn": GOOD, "leer.bpmn": b"", "bild.png": b"\x89PNG\r\n\x1a\n\x00", "schlecht.bpmn": bpmn(
        start(), tag("scriptTask", "skript"), end(), path("start", "skript", "end"))}  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "ordner").mkdir()
    names = [*files, "ordner", "fehlt.bpmn"]
    code, out = run(capsys, *(tmp_path / name for name in names), "--json")
    answer = json.loads(out)["files"]
    assert code == 1
    assert [Path(entry["file"]).name for entry in answer] == names
    assert [entry["ok"] for entry in answer] == [True, False, False, False, False, False]
    assert all(entry["findings"] for entry in answer if not entry["ok"])
    assert ("skript", "element.unsupported") in [(f["place"], f["rule"]) for f in answer[3]["findings"]]


def test_all_ok(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gut.bpmn").write_bytes(GOOD)
    assert run(capsys, tmp_path / "gut.bpmn", "--json")[0] == 0


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--json")[0] == 2


def test_a_file_on_its_own_knows_no_roles_but_the_usual_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "allein.bpmn").write_bytes(
        bpmn(
            start(),
            user("tun"),
            service("b", text="antrag.hund.name + fremd"),
            end(),
            path("start", "tun", "b", "end"),
        )
    )
    _code, out = run(capsys, tmp_path / "allein.bpmn", "--json")
    found = [(f["place"], f["rule"]) for f in json.loads(out)["files"][0]["findings"]]
    assert found == [("tun", "role.unknown"), ("b", "action.unknown"), ("b", "feel.unknown")]


def test_text_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kaputt.bpmn").write_bytes(b"<a>")
    code, out = run(capsys, tmp_path / "kaputt.bpmn")
    assert (code, "abgelehnt" in out, "Zeile 1" in out) == (1, True, True)

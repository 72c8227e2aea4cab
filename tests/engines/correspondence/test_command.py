from __future__ import annotations

import json
from pathlib import Path

import pytest

from rathaus.site.cli import main
from tests.factories import correspondence as make


def test_each_file_has_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, binary = tmp_path / "gut.md", tmp_path / "schlecht.md", tmp_path / "binär.md"
    good.write_text(make.source(), encoding="utf-8")
    bad.write_text(make.source("::: wenn true"), encoding="utf-8")
    binary.write_bytes(b"---\n\xff\xfe\x00")
    missing = tmp_path / "fehlt.md"
    files = [str(path) for path in (good, bad, binary, missing, tmp_path)]
    assert main(["letter", "check", *files, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [(entry["file"], entry["ok"], len(entry["findings"])) for entry in report["files"]] == [
        (files[0], True, 0),
        (files[1], False, 1),
        (files[2], False, 1),
        (files[3], False, 1),
        (files[4], False, 1),
    ]
    assert report["files"][1]["findings"] == [
        {
            "place": "Zeile 8, Spalte 1",
            "rule": "letter.block",
            "message": "Der Block „wenn“ wird nicht geschlossen. Ergänzen Sie eine Zeile mit :::",
        }
    ]


def test_all_right_is_zero_and_no_file_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "gut.md"
    good.write_text(make.source(), encoding="utf-8")
    assert main(["letter", "check", str(good)]) == 0
    assert "in Ordnung" in capsys.readouterr().out
    assert main(["letter", "check"]) == 2

"""The check of a blueprint names every file with its findings, whatever stands in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from rathaus.blueprints import public as blueprints
from tests.factories.blueprints import FOLDER, SLUGS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER / "wohnberatung", tmp_path / "wohnberatung"))


def findings_of(folder: Path) -> dict[str, list[tuple[str, str]]]:
    return {
        str(Path(report.file).relative_to(folder)): [(item.place, item.rule) for item in report.findings]
        for report in blueprints.check_blueprint(folder)
        if not report.ok
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_delivered_blueprints_pass(slug: str) -> None:
    assert findings_of(FOLDER / slug) == {}


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


UNKNOWN_NAME = "case_title: 'antrag.gibtesnicht'\nx: "
DAMAGES = {
    "unknown key": (replace("blueprint.yaml", "kind: ", "kindd: x\nkind: "), "blueprint.yaml", "kindd"),
    "broken yaml": (replace("blueprint.yaml", "kind: ", "kind: : "), "blueprint.yaml", "Zeile"),
    "case title replaced": (replace("blueprint.yaml", "case_title: ", UNKNOWN_NAME), "blueprint.yaml", "x"),
    "role gone": (replace("blueprint.yaml", "  koordination:", "  andere:"), "process.bpmn", ""),
    "letter names nothing": (
        replace("letters/absage.md", "Die Leitstelle", "{{ antrag.gibtesnicht }} Die Leitstelle"),
        "letters/absage.md",
        "Zeile",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_with_file_and_place(folder: Path, name: str) -> None:
    damage, file, place = DAMAGES[name]
    damage(folder)

    found = findings_of(folder)

    assert file in found
    assert any(where.startswith(place) for where, _rule in found[file])


@pytest.mark.parametrize("junk", [b"", b"\x00\xff\xfe", b"<" * 5000, b"a: [" * 3000, "ü".encode("latin-1")])
@pytest.mark.parametrize("name", ["blueprint.yaml", "form.yaml", "process.bpmn"])
def test_junk_is_refused_without_a_traceback(folder: Path, name: str, junk: bytes) -> None:
    (folder / name).write_bytes(junk)

    assert name in findings_of(folder)


def test_command_answers_in_the_agreed_shape(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "form.yaml").unlink()

    with pytest.raises(SystemExit) as stopped:
        call_command("blueprint_check", str(folder), str(folder / "nirgends"), "--json")

    answer = json.loads(capsys.readouterr().out)
    files = {Path(entry["file"]).name: entry for entry in answer["files"]}
    assert stopped.value.code == 1
    assert files["blueprint.yaml"]["ok"] is True
    assert files["form.yaml"]["findings"][0]["rule"] == "missing"
    assert files["nirgends"]["ok"] is False


def test_a_pipe_in_the_folder_is_refused_at_once(folder: Path) -> None:
    (folder / "form.yaml").unlink()
    os.mkfifo(folder / "form.yaml")

    assert findings_of(folder)["form.yaml"] == [("", "no_file")]

"""``rathaus forms check`` and ``rathaus forms import``."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from rathaus.engines.forms.models import FormVersion
from tests.factories.forms import DOG, definition, field, page


def run(command: str, *paths: Path) -> tuple[int, list[dict[str, Any]]]:
    out = StringIO()
    code = 0
    try:
        call_command(command, *(str(path) for path in paths), json=True, stdout=out)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    return code, json.loads(out.getvalue())["files"]


def test_one_entry_for_each_file_and_a_reason_for_each_that_is_not_ok(tmp_path: Path) -> None:
    good, bad, noise = tmp_path / "gut.json", tmp_path / "schlecht.yaml", tmp_path / "bytes"
    good.write_text(json.dumps(DOG))
    bad.write_text("schema: 1\npages: [")
    noise.write_bytes(bytes(range(256)))
    code, reports = run("forms_check", good, bad, noise, tmp_path / "fehlt", tmp_path)
    assert code == 1
    assert [(Path(report["file"]).name, report["ok"]) for report in reports] == [
        ("gut.json", True),
        ("schlecht.yaml", False),
        ("bytes", False),
        ("fehlt", False),
        (tmp_path.name, False),
    ]
    assert all(report["ok"] or report["findings"][0]["message"] for report in reports)
    assert reports[1]["findings"][0]["place"] == "Zeile 2, Spalte 9"
    assert run("forms_check", good)[0] == 0


def test_code_lists_beside_the_file_are_found(tmp_path: Path) -> None:
    (tmp_path / "code_lists").mkdir()
    (tmp_path / "forms").mkdir()
    (tmp_path / "code_lists/farben.yaml").write_text("[{value: rot, label: Rot}]")
    content = json.dumps(definition(page("a", field("f", "choice", code_list="farben"))))
    for path in (tmp_path / "form.yaml", tmp_path / "forms/aufgabe.yaml"):
        path.write_text(content)
        assert run("forms_check", path)[0] == 0
    (tmp_path / "code_lists/farben.yaml").write_text("[")
    code, reports = run("forms_check", tmp_path / "form.yaml")
    assert (code, reports[0]["findings"][0]["place"]) == (1, "code_lists/farben.yaml: Zeile 1, Spalte 2")


@pytest.mark.django_db
def test_import_publishes_what_is_all_right(tmp_path: Path) -> None:
    good, bad = tmp_path / "gut.json", tmp_path / "schlecht.json"
    good.write_text(json.dumps(DOG))
    bad.write_text(json.dumps({**DOG, "pages": []}))
    code, reports = run("forms_import", good, bad)
    assert (code, [report["ok"] for report in reports]) == (1, [True, False])
    assert [kept.definition.key for kept in FormVersion.objects.select_related("definition")] == ["hund"]

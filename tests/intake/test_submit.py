"""``rathaus submit``: the command line goes through the same door and answers in the agreed shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from rathaus.casework.examples.files import sample
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM
from tests.factories.blueprints import bundle, install

pytestmark = pytest.mark.django_db
SLUG = "wohnberatung"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    install(SLUG)
    path = tmp_path / "antrag.json"
    path.write_text(json.dumps(bundle(SLUG).examples["hausbesuch"].data), encoding="utf-8")
    return path


def submit(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code = 0
    try:
        call_command("submit", *map(str, arguments), "--json")
    except SystemExit as stopped:
        code = int(str(stopped.code))
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, answer


@pytest.mark.parametrize("channel", ["online", "counter"])
def test_an_application_is_taken_once_a_token(
    file: Path, channel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (SLUG, "--data", file, "--channel", channel, "--token", "same")

    code, first = submit(capsys, *arguments)
    _code, second = submit(capsys, *arguments)

    assert code == 0
    assert first["files"] == [{"file": str(file), "ok": True, "findings": []}]
    assert second["receipt"] == {**first["receipt"], "repeated": True}
    assert records.Case.objects.get().case_reference == first["receipt"]["reference"]


def test_bad_fields_are_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(file.read_text(encoding="utf-8"))
    data["themen"] = ["gibtesnicht"]
    file.write_text(json.dumps(data), encoding="utf-8")

    code, answer = submit(capsys, SLUG, "--data", file)

    assert (code, answer["receipt"]) == (1, None)
    assert [item["place"].split("[")[0] for item in answer["files"][0]["findings"]] == ["themen"]
    assert not records.Case.objects.exists()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"\xff\xfe{}", "json"),
        (b"[]", "structure"),
        (b"[" * 100_000, "json"),
        (b'{"a":' + b"9" * 10_000 + b"}", "json"),
        (b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", "structure"),
        (b'{"a": {"name": "x.pdf", "path": "\\u0000"}}', "file"),
    ],
)
def test_unreadable_data_are_refused(
    file: Path, content: bytes, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)

    code, answer = submit(capsys, SLUG, "--data", file)

    assert (code, [item["rule"] for item in answer["files"][0]["findings"]]) == (1, [rule])


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [(("gibtesnicht",), "service"), ((SLUG, "--account", "niemand@example.org"), "account")],
)
def test_unknown_service_and_account_are_refused(
    file: Path, arguments: tuple[str, ...], rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = submit(capsys, *arguments, "--data", file)

    assert (code, [item["rule"] for item in answer["files"][0]["findings"]]) == (1, [rule])


def test_missing_file_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = submit(capsys, SLUG, "--data", file.with_name("weg.json"))

    assert (code, [item["rule"] for item in answer["files"][0]["findings"]]) == (1, ["unreadable"])


def test_files_beside_the_data_become_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slug = "hund-anmelden"
    install(slug)
    key, data = _example_with_file(slug)
    (tmp_path / "nachweis.pdf").write_bytes(sample("pdf"))
    file = tmp_path / "antrag.json"
    file.write_text(json.dumps(_with_paths(data)), encoding="utf-8")

    code, answer = submit(capsys, slug, "--data", file, "--channel", "counter")

    assert code == 0, (key, answer)
    case = records.Case.objects.get()
    assert "nachweis.pdf" in [document.title for document in records.documents_of(SYSTEM, case)]


def _example_with_file(slug: str) -> tuple[str, Any]:
    for key, example in bundle(slug).examples.items():
        if not example.refused and '"content"' in json.dumps(example.data):
            return key, example.data
    raise AssertionError("no example with a file")


def _with_paths(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"name", "content"}:
            return {"name": "nachweis.pdf", "path": "nachweis.pdf"}
        return {key: _with_paths(item) for key, item in value.items()}
    return [_with_paths(item) for item in value] if isinstance(value, list) else value


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(SLUG)
    file = tmp_path / "antrag.json"
    file.write_text(json.dumps({"nachweis": [{"path": "../../etc/passwd"}]}), encoding="utf-8")

    code, answer = submit(capsys, SLUG, "--data", file)

    assert (code, answer["files"][0]["findings"][0]["place"]) == (1, "nachweis[0]")

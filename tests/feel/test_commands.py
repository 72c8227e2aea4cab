"""The commands: output, exit codes, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from feel.__main__ import main

Capture = pytest.CaptureFixture[str]


def test_eval_prints_json(capsys: Capture) -> None:
    code = main(["eval", '{a: x * 3, b: [1/3, "ä", date("2024-01-01")]}', "--context", '{"x": 0.1}'])
    assert (code, capsys.readouterr().out) == (
        0,
        '{"a": 0.3, "b": [0.3333333333333333333333333333333333, "ä", "2024-01-01"]}\n',
    )


def test_eval_reads_the_context_from_a_file(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "context.json"
    file.write_text('{"Höhe der Gebühr": 5}', encoding="utf-8")
    assert main(["eval", "Höhe der Gebühr + 1", "--context", f"@{file}"]) == 0
    assert capsys.readouterr().out == "6\n"


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["eval", "1 +"], 1, "Zeile 1, Spalte 4"),
        (["eval", "for i in 1..10**9 return i"], 1, "Einträge"),
        (["eval", "1", "--context", "[]"], 2, "JSON-Objekt"),
        (["eval", "1", "--context", "{"], 2, "JSON"),
        (["eval", "1", "--context", "[" * 100_000], 2, "JSON"),
        (["eval", "1", "--context", '{"a": 1e99999999999}'], 0, ""),
        (["eval", "1", "--context", "@/gibt/es/nicht"], 2, "lässt sich nicht lesen"),
        (["eval", "a", "--context", '{"a": ' + "[" * 200 + "]" * 200 + "}"], 1, "verschachtelt"),
        (["eval"], 2, "Falscher Aufruf"),
        (["nichts"], 2, "Falscher Aufruf"),
        ([], 2, "Falscher Aufruf"),
        (["tck", "/gibt/es/nicht"], 2, "gibt es nicht"),
    ],
)
def test_exit_codes_and_messages(capsys: Capture, arguments: list[str], code: int, part: str) -> None:
    assert main(arguments) == code
    assert part in capsys.readouterr().err


def suite(folder: Path, model: bytes, expected: str) -> Path:
    case = folder / "compliance-level-2" / "0001-x"
    case.mkdir(parents=True)
    (case / "0001-x.dmn").write_bytes(model)
    (case / "0001-x-test-01.xml").write_text(
        '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>0001-x.dmn</modelName>'
        '<testCase id="001"><inputNode name="a"><value xsi:type="xsd:decimal">2</value></inputNode>'
        f'<resultNode name="d"><expected>{expected}</expected></resultNode></testCase></testCases>',
        encoding="utf-8",
    )
    return folder


MODEL = (
    '<inputData id="a" name="a"/><decision id="d" name="d"><informationRequirement><requiredInput href="#a"/>'
    "</informationRequirement><literalExpression><text>{x: [a / 3, null]}</text></literalExpression></decision>"
)
RIGHT = (
    '<component name="x"><list><item><value xsi:type="xsd:double">0.66666666667</value></item>'
    '<item><value xsi:nil="true"/></item></list></component>'
)


def test_tck_passes(capsys: Capture, tmp_path: Path, wrap: Callable[..., bytes]) -> None:
    assert main(["tck", str(suite(tmp_path, wrap(MODEL), RIGHT)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"passed": 1, "failed": 0, "failures": []}


def test_tck_tells_what_failed(capsys: Capture, tmp_path: Path, wrap: Callable[..., bytes]) -> None:
    folder = suite(tmp_path, wrap(MODEL), RIGHT.replace("0.6666", "0.6667")) / "compliance-level-2" / "0001-x"
    assert main(["tck", str(folder), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["passed"], report["failed"]) == (0, 1)
    failure = report["failures"][0]
    assert [failure[key] for key in ("folder", "file", "case", "node")] == [
        "0001-x",
        "0001-x-test-01.xml",
        "001",
        "d",
    ]
    assert failure["message"].startswith("erwartet {x: [0.66676666667, null]}, erhalten {x: [0.666666666")


def test_tck_survives_broken_files(capsys: Capture, tmp_path: Path) -> None:
    assert main(["tck", str(suite(tmp_path, b"<kaputt", RIGHT))]) == 1
    assert "wohlgeformt" in capsys.readouterr().out


def test_tck_refuses_a_folder_without_tests(capsys: Capture, tmp_path: Path) -> None:
    assert main(["tck", str(tmp_path)]) == 1
    assert "liegen keine Tests" in capsys.readouterr().err

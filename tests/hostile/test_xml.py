"""XML that parsers choke on, by every door that reads XML."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import feel
from rathaus.engines.processes.public import check_process
from rathaus.kernel.public import xml
from tests.factories.processes import environment

BLUEPRINTS = Path(__file__).resolve().parents[2] / "blueprints"
MANY = xml.MAX_ELEMENTS + 1
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12))
DOCTYPES: dict[str, bytes] = {
    "plain": b"<!DOCTYPE a><a/>",
    "file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "net": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
    "parameter": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>',
    "laughs": f"<!DOCTYPE a [{ENTITIES}]><a>&e11;</a>".encode(),
    "quadratic": b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 100_000 + b'">]><a>' + b"&x;" * 10_000 + b"</a>",
    "late": b"<?xml version='1.0'?><!-- x --><?a b?><!DOCTYPE a><a/>",
    "utf16": "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16"),
    "utf16-without-mark": "<!DOCTYPE a><a/>".encode("utf-16-be"),
}
UNSAFE: dict[str, bytes] = {
    **DOCTYPES,
    "include": b'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file:///etc/passwd"/></a>',
    "stylesheet": b'<?xml-stylesheet type="text/xsl" href="x.xsl"?><a/>',
    "deep": b"<a>" * 1_000_000,
    "many": b"<a>" + b"<b/>" * MANY + b"</a>",
    "attributes": b"<a " + b" ".join(b'a%d="x"' % number for number in range(5_000)) + b"/>",
    "long-name": b"<" + b"a" * 4_000_000 + b"/>",
    "long-comment": b"<a><!--" + b"-x" * 2_000_000 + b"--></a>",
    "namespaces": b"<a " + b" ".join(b'xmlns:a%d="x"' % number for number in range(200_000)) + b"/>",
}
BROKEN: dict[str, bytes] = {
    "utf7": b"<?xml version='1.0' encoding='utf-7'?><a>+ADw-x</a>",
    "utf32": "<a/>".encode("utf-32"),
    "says-utf16": b"<?xml version='1.0' encoding='utf-16'?><a/>",
    "unknown": b"<?xml version='1.0' encoding='klingon'?><a/>",
    "zlib": b"<?xml version='1.0' encoding='zlib'?><a/>",
    "ebcdic": "<?xml version='1.0' encoding='cp037'?><a/>".encode("cp037"),
    "nul": b"<a>\x00</a>",
    "nul-reference": b"<a>&#0;</a>",
    "entity": b"<a>&lol;</a>",
    "two-roots": b"<a/><b/>",
    "prefix": b"<x:a/>",
    "empty": b"",
    "mark-only": b"\xef\xbb\xbf",
    "overlong": b"<a>\xc0\xbc</a>",
    "half": "<a>\ud800</a>".encode("utf-8", "surrogatepass"),
}
ALL = {**UNSAFE, **BROKEN}


@pytest.mark.parametrize("name", UNSAFE)
def test_what_does_more_than_describe_is_unsafe_and_has_a_place(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(xml.UnsafeXml) as caught:
            xml.parse(UNSAFE[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.place.startswith("Zeile ")
    assert peak < 200_000_000


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_xml_is_broken_and_has_a_place(name: str) -> None:
    with pytest.raises(xml.BrokenXml) as caught:
        xml.parse(BROKEN[name])
    assert caught.value.place.startswith("Zeile ")


@pytest.mark.parametrize("name", ALL)
def test_a_process_made_of_it_is_a_finding(name: str) -> None:
    findings = check_process(ALL[name], environment=environment())
    assert findings
    assert all(finding.place and finding.message.endswith(".") for finding in findings)
    assert "root:" not in str(findings)


@pytest.mark.parametrize("name", ALL)
def test_a_decision_made_of_it_is_a_feel_error(name: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.load_model(ALL[name])
    assert caught.value.message.endswith(".")


def reports_of(command: str, capsys: Any, *given: str) -> list[dict[str, Any]]:
    with pytest.raises(SystemExit) as ended:
        call_command(command, *given, "--json")
    assert ended.value.code == 1
    reports: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["files"]
    return reports


def test_process_check_answers_with_findings(tmp_path: Path, capsys: Any) -> None:
    for name, data in ALL.items():
        if len(data) < 1_000_000:
            (tmp_path / f"{name}.bpmn").write_bytes(data)
    given = sorted(str(path) for path in tmp_path.iterdir())
    reports = reports_of("process_check", capsys, *given)
    assert [report["file"] for report in reports] == given
    assert [report for report in reports if report["ok"] or not report["findings"][0]["place"]] == []


@pytest.mark.parametrize("name", ["laughs", "include", "utf7"])
def test_blueprint_check_answers_with_findings(name: str, tmp_path: Path, capsys: Any) -> None:
    folder = shutil.copytree(BLUEPRINTS / "hund-anmelden", tmp_path / "hund-anmelden")
    decision = next((folder / "decisions").glob("*.dmn"))
    for file in (folder / "process.bpmn", decision):
        file.write_bytes(ALL[name])
    refused = {
        Path(report["file"]).name
        for report in reports_of("blueprint_check", capsys, str(folder))
        if not report["ok"]
    }
    assert {"process.bpmn", decision.name} <= refused

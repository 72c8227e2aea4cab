"""What we are made of: licenses that go with ours, and reading what the auditors say."""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from importlib.util import module_from_spec, spec_from_file_location
from subprocess import CompletedProcess
from types import ModuleType

import pytest

from tests.architecture import tree

GOOD = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General|EUPL|Unlicense|Zlib|"
    r"CC0|OFL|Open Font|HPND|Zope|ZPL|BSL|Public Domain|BlueOak)", re.IGNORECASE
)  # fmt: skip
BAD = re.compile(
    r"\b(AGPL|Affero|SSPL|BUSL|Commons Clause|Proprietary|non-?commercial|CC-BY-NC)", re.IGNORECASE
)
NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", re.MULTILINE)


def scripts_module() -> ModuleType:
    spec = spec_from_file_location("supply_chain", tree.ROOT / "scripts/supply_chain.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["supply_chain"] = module
    spec.loader.exec_module(module)
    return module


def license_of(name: str) -> str:
    """What a package says of its license, in whatever place it says it; empty where it is not installed here."""
    try:
        known = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [line for line in known.get_all("Classifier") or () if line.startswith("License")]
    return " ".join([known.get("License-Expression") or "", *classifiers, (known.get("License") or "")[:200]])


def test_licenses_of_python_packages_go_with_ours() -> None:
    names = NAME.findall((tree.ROOT / "requirements-data-centre.lock").read_text())
    # qrcode names the license of its logo besides its own, BSD; the logo is not used here.
    said = {name: license_of(name) for name in names if name != "qrcode"}
    assert len([text for text in said.values() if text]) > 40
    assert {
        name: text for name, text in said.items() if text and (BAD.search(text) or not GOOD.search(text))
    } == {}


def test_licenses_of_browser_packages_go_with_ours() -> None:
    packages = json.loads((tree.ROOT / "frontend/package-lock.json").read_text())["packages"]
    said = {
        name: str(entry.get("license", ""))
        for name, entry in packages.items()
        if name and not entry.get("dev")
    }
    assert said
    # The license of bpmn.io is MIT with the duty to show its mark.
    own = {name for name in said if "bpmn" in name or "diagram" in name}
    wrong = {
        name for name, text in said.items() if BAD.search(text) or not (GOOD.search(text) or name in own)
    }
    assert wrong == set()


@pytest.mark.parametrize("reader", ["read_pip_audit", "read_npm_audit"])
def test_who_cannot_be_asked_is_no_failure(reader: str) -> None:
    read = getattr(scripts_module(), reader)
    for output in ("", "not JSON", '{"error": {"code": "ENOTFOUND"}}', "[]"):
        answer = read(CompletedProcess([], 1, output, "npm error audit endpoint returned an error"))
        assert (answer.gaps, "endpoint" in answer.skipped) == ((), True)


def test_known_gaps_are_named() -> None:
    module = scripts_module()
    gap = {"id": "PYSEC-1", "fix_versions": ["2"]}
    packages = [{"name": "a", "version": "1", "vulns": [gap]}, {"name": "b", "version": "1", "vulns": []}]
    found = {"dependencies": packages}
    answer = module.read_pip_audit(CompletedProcess([], 1, json.dumps(found), ""))
    assert (answer.gaps, answer.skipped) == (("a 1: PYSEC-1, behoben in 2",), "")
    browser = {"vulnerabilities": {"left-pad": {"severity": "high"}}}
    assert module.read_npm_audit(CompletedProcess([], 1, json.dumps(browser), "")).gaps == ("left-pad: high",)
    assert module.read_npm_audit(CompletedProcess([], 0, '{"vulnerabilities": {}}', "")).gaps == ()


def test_the_list_for_the_browser_has_license_and_hash() -> None:
    lock = json.loads((tree.ROOT / "frontend/package-lock.json").read_text())
    components = scripts_module().browser_components(lock)
    served = [name for name, entry in lock["packages"].items() if name and not entry.get("dev")]
    assert len(components) == len(served)
    assert [entry["name"] for entry in components if not entry["hashes"] or not entry["version"]] == []
    assert all(len(entry["hashes"][0]["content"]) == 128 for entry in components)

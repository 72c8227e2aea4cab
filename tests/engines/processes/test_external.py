"""The reference models of the BPMN Model Interchange Working Group: deployable, or refused with element and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from rathaus.engines.processes import public as processes

FOLDER = Path(__file__).resolve().parents[4] / "shared/testdata/bpmn-miwg"
FILES = sorted(FOLDER.glob("*.bpmn"))

pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(not FILES, reason="../shared/testdata/bpmn-miwg is not here"),
]


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_model_is_deployable_or_refused_with_reason(file: Path) -> None:
    data = file.read_bytes()
    found = processes.check_process(data, environment=processes.Environment())
    assert found, "none of these models says who does what, so none can run as it is"
    text = data.decode("utf-8", errors="replace")
    for finding in found:
        assert f'"{finding.place}"' in text or "ohne id" in finding.place or finding.place == "Datei", finding
        assert finding.message.endswith((".", "?", "“", "…")), finding
